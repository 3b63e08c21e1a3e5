"""With libcbor's source, which scripts/fetch puts into the tree, a program links with no shared library at all, and signs in."""

import re
import time

import pytest

from install_test import run
from readme_test import PROGRAM, oathtool, talk


@pytest.fixture(scope="module")
def program(static_program, tmp_path_factory):
    folder = tmp_path_factory.mktemp("use")
    (folder / "use.c").write_text(PROGRAM)
    return [static_program([folder / "use.c"], folder / "use")], {}


def test_it_signs_in(program):
    code, output = talk(program, lambda secret, first: oathtool(secret, time.time() + 30))
    assert code == 0, output


def test_libcbor_is_a_part_of_both_libraries(static_prefix):
    assert "libcbor" not in run("readelf", "-d", static_prefix / "lib/libmfa.so")
    assert not re.search(r" U cbor_\w+$", run("nm", "-u", static_prefix / "lib/libmfa.so"), re.M)
    symbols = run("nm", "--extern-only", "--format=posix", static_prefix / "lib/libmfa.a")
    assert not re.search(r"^cbor_", symbols, re.M)
    assert "cbor" not in (static_prefix / "lib/pkgconfig/libmfa.pc").read_text()
