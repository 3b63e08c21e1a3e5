"""With libcbor's source, which scripts/fetch puts into the tree, a program links with no shared library at all, and signs in."""

import os
import re
import time

import pytest

from install_test import ROOT, STRICT, run
from readme_test import PROGRAM, oathtool, talk
from reuse import environment


@pytest.fixture(scope="module")
def prefix(tmp_path_factory):
    folder = tmp_path_factory.mktemp("static")
    env = environment(folder, never="*/core_cbor.cpp.o")
    run("meson", "setup", folder / "build", ROOT, "--prefix", folder / "prefix", "-Dlibdir=lib", "-Dtests=false",
        "-Dexamples=false", "-Dcli=false", "-Doptimization=0", "--force-fallback-for=libcbor", env=env)
    run("ninja", "-C", folder / "build")
    run("meson", "install", "-C", folder / "build", "--no-rebuild", "--quiet")
    return folder / "prefix"


@pytest.fixture(scope="module")
def program(prefix, tmp_path_factory):
    folder = tmp_path_factory.mktemp("use")
    (folder / "use.c").write_text(PROGRAM)
    path = os.pathsep.join([str(prefix / "lib/pkgconfig"), os.environ.get("PKG_CONFIG_PATH", "")])
    flags = run("pkg-config", "--static", "--cflags", "--libs", "libmfa", env={**os.environ, "PKG_CONFIG_PATH": path}).split()
    run("gcc", *STRICT, "-static", folder / "use.c", "-o", folder / "use", *flags)
    return folder / "use"


def test_nothing_is_loaded(program):
    assert "no dynamic section" in run("readelf", "-d", program)


def test_it_signs_in(program):
    code, output = talk(program, lambda secret, first: oathtool(secret, time.time() + 30))
    assert code == 0, output


def test_libcbor_is_a_part_of_both_libraries(prefix):
    assert "libcbor" not in run("readelf", "-d", prefix / "lib/libmfa.so")
    assert not re.search(r" U cbor_\w+$", run("nm", "-u", prefix / "lib/libmfa.so"), re.M)
    symbols = run("nm", "--extern-only", "--format=posix", prefix / "lib/libmfa.a")
    assert not re.search(r"^cbor_", symbols, re.M)
    assert "cbor" not in (prefix / "lib/pkgconfig/libmfa.pc").read_text()
