"""A Meson project that has libmfa as a subproject builds with it, shared and static, and has none of its tests."""

import json

import pytest

from install_test import PROGRAM, ROOT, run, version
from reuse import environment

PROJECT = """project('use', 'c', 'cpp', default_options: ['c_std=c99', 'warning_level=3', 'werror=true'])
libmfa = dependency('libmfa', fallback: 'libmfa', default_options: ['cli=false', 'default_library={kind}'])
executable('use', 'use.c', dependencies: libmfa)
"""


@pytest.mark.parametrize("kind", ["shared", "static"])
def test_a_subproject(tmp_path, kind):
    (tmp_path / "use.c").write_text(PROGRAM)
    (tmp_path / "meson.build").write_text(PROJECT.format(kind=kind))
    (tmp_path / "subprojects").mkdir()
    (tmp_path / "subprojects/libmfa").symlink_to(ROOT)
    env = environment(tmp_path, within="subprojects/libmfa/")
    build = tmp_path / "build"
    run("meson", "setup", build, tmp_path, "--force-fallback-for=libmfa", "-Dlibmfa:optimization=0", env=env)
    run("ninja", "-C", build, "use")
    assert run(build / "use") == version() + "\n"
    assert ("[libmfa.so.0]" in run("readelf", "-d", build / "use")) == (kind == "shared")
    assert json.loads(run("meson", "introspect", "--tests", build)) == []
