"""A compiler for builds of other kinds, so that they take seconds: objects that the build beside the installed tree has made
already are not compiled again, for they come from the same sources."""

import os

from install_test import PREFIX

COMPILER = """#!/bin/sh
for word in "$@"; do
  [ "$before" = -o ] && output=$word
  before=$word
done
made={made}/${{output#{within}}}
case ${{output-}} in
  {never}) ;;
  {within}src/*.o) [ -f "$made" ] && exec cp "$made" "$output" ;;
esac
exec {real} "$@"
"""


def environment(folder, within="", never="''"):
    """The environment of `meson setup`. within: the subproject's folder; never: objects, as a shell pattern, to compile anew."""
    assert PREFIX.is_dir()
    for name, real in (("cc", "gcc"), ("cxx", "g++")):
        (folder / name).write_text(COMPILER.format(made=PREFIX.parent, within=within, never=never, real=real))
        (folder / name).chmod(0o755)
    return {**os.environ, "CC": str(folder / "cc"), "CXX": str(folder / "cxx")}
