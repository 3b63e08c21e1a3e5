"""A Meson project that has libmfa as a subproject builds with it, shared and static, and has none of its tests.

So that this takes seconds, objects that the build beside the installed tree has made already are not compiled again: they come
from the same sources. Everything else is the project's own: options, include folders, linking.
"""

import json
import os

import pytest

from install_test import PREFIX, PROGRAM, ROOT, run, version

PROJECT = """project('use', 'c', 'cpp', default_options: ['c_std=c99', 'warning_level=3', 'werror=true'])
libmfa = dependency('libmfa', fallback: 'libmfa', default_options: ['cli=false', 'default_library={kind}'])
executable('use', 'use.c', dependencies: libmfa)
"""
COMPILER = """#!/bin/sh
for word in "$@"; do
  [ "$before" = -o ] && output=$word
  before=$word
done
case ${{output-}} in
  subprojects/libmfa/*.o) [ -f "{made}/${{output#subprojects/libmfa/}}" ] && exec cp "{made}/${{output#subprojects/libmfa/}}" "$output" ;;
esac
exec {real} "$@"
"""


@pytest.mark.parametrize("kind", ["shared", "static"])
def test_a_subproject(tmp_path, kind):
    assert PREFIX.is_dir()
    (tmp_path / "use.c").write_text(PROGRAM)
    (tmp_path / "meson.build").write_text(PROJECT.format(kind=kind))
    (tmp_path / "subprojects").mkdir()
    (tmp_path / "subprojects/libmfa").symlink_to(ROOT)
    for name, real in (("cc", "gcc"), ("cxx", "g++")):
        (tmp_path / name).write_text(COMPILER.format(made=PREFIX.parent, real=real))
        (tmp_path / name).chmod(0o755)
    env = {**os.environ, "CC": str(tmp_path / "cc"), "CXX": str(tmp_path / "cxx")}
    build = tmp_path / "build"
    run("meson", "setup", build, tmp_path, "--force-fallback-for=libmfa",
        "-Dlibmfa:optimization=0", env=env)
    run("ninja", "-C", build, "use")
    assert run(build / "use") == version() + "\n"
    assert ("[libmfa.so.0]" in run("readelf", "-d", build / "use")) == (kind == "shared")
    assert json.loads(run("meson", "introspect", "--tests", build)) == []
