"""What the tests of programs that are static throughout share: libmfa.a with libcbor in it, installed."""

import os
import re

import pytest

from install_test import ROOT, STRICT, run
from reuse import environment


SAID = []


def say(line):
    """Into the report, whether the test passes or not."""
    SAID.append(line)


def pytest_terminal_summary(terminalreporter):
    for line in SAID:
        terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def static_prefix(tmp_path_factory):
    folder = tmp_path_factory.mktemp("static")
    env = environment(folder, never="*/core_cbor.cpp.o")
    run("meson", "setup", folder / "build", ROOT, "--prefix", folder / "prefix", "-Dlibdir=lib", "-Dtests=false",
        "-Dexamples=false", "-Dcli=false", "-Doptimization=0", "--force-fallback-for=libcbor", env=env)
    run("ninja", "-C", folder / "build")
    run("meson", "install", "-C", folder / "build", "--no-rebuild", "--quiet")
    return folder / "prefix"


@pytest.fixture(scope="session")
def static_program(static_prefix):
    """static_program(sources, output): compiles C as the READMEs say, without a warning."""
    path = os.pathsep.join([str(static_prefix / "lib/pkgconfig"), os.environ.get("PKG_CONFIG_PATH", "")])
    flags = run("pkg-config", "--static", "--cflags", "--libs", "libmfa", env={**os.environ, "PKG_CONFIG_PATH": path}).split()

    def build(sources, output):
        run("gcc", *STRICT, "-O2", "-static", "-s", *(f"-I{path.parent}" for path in sources), *sources, "-o", output, *flags)
        assert "no dynamic section" in run("readelf", "-d", output)
        assert not re.search(r"\bINTERP\b", run("readelf", "--segments", "--wide", output))
        return output
    return build
