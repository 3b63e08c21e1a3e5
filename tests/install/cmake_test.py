"""find_package(libmfa) finds the installed tree: the shared library, the static one, in C and in C++, also where the tree was
moved; and not a version that is another."""

import shutil
import subprocess

import pytest

from install_test import PREFIX, PROGRAM, run, version

LISTS = """cmake_minimum_required(VERSION 3.18)
project(use {languages})
find_package(libmfa {wanted} REQUIRED COMPONENTS {components})
add_executable(shared {source})
target_link_libraries(shared PRIVATE mfa::mfa)
add_executable(static {source})
target_link_libraries(static PRIVATE mfa::mfa_static)
"""
WRAPPED = """#include <mfa/mfa.hpp>
#include <cstdio>
int main() { return std::printf("%s\\n", mfa::version().data()) < 0 || !mfa::has("sqlite"); }
"""


def project(folder, source, text, languages, wanted="", components="static"):
    (folder / source).write_text(text)
    (folder / "CMakeLists.txt").write_text(
        LISTS.format(languages=languages, wanted=wanted, components=components, source=source)
        + ("set_property(TARGET shared static PROPERTY CXX_STANDARD 20)\n" if languages == "CXX" else ""))
    return folder


def configure(folder, prefix=PREFIX):
    command = ["cmake", "-S", folder, "-B", folder / "build", f"-DCMAKE_PREFIX_PATH={prefix}", "-DCMAKE_BUILD_TYPE=Release"]
    return subprocess.run([str(word) for word in command], capture_output=True, text=True)


def check_both(folder, prefix):
    configured = configure(folder, prefix)
    assert configured.returncode == 0, configured.stdout + configured.stderr
    run("cmake", "--build", folder / "build")
    for name in ("shared", "static"):
        assert run(folder / "build" / name) == version() + "\n"
    assert "[libmfa.so.0]" in run("readelf", "-d", folder / "build/shared")
    assert "libmfa" not in run("readelf", "-d", folder / "build/static").replace(str(prefix), "")


def test_from_c(tmp_path):
    check_both(project(tmp_path, "use.c", PROGRAM, "C"), PREFIX)


def test_from_cxx_where_the_tree_was_moved(tmp_path):
    moved = tmp_path / "elsewhere"
    shutil.copytree(PREFIX, moved, symlinks=True)
    folder = tmp_path / "project"
    folder.mkdir()
    check_both(project(folder, "use.cpp", WRAPPED, "CXX", wanted=".".join(version().split(".")[:2])), moved)
    assert str(PREFIX) not in "".join(path.read_text() for path in (moved / "lib/cmake/libmfa").iterdir())


@pytest.mark.parametrize("wanted", ["99", "0.99", version() + ".1"])
def test_not_another_version(tmp_path, wanted):
    configured = configure(project(tmp_path, "use.c", PROGRAM, "C", wanted=wanted))
    assert configured.returncode != 0
    assert "libmfa" in configured.stderr


def test_not_a_component_that_is_none(tmp_path):
    configured = configure(project(tmp_path, "use.c", PROGRAM, "C", components="nosuch"))
    assert configured.returncode != 0
    assert "libmfa has no 'nosuch' here" in " ".join(configured.stderr.split())
