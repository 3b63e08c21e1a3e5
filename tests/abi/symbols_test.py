"""libmfa.so exports what mfa.map lists, which is what the headers declare: no symbol more, none less.

MFA_LIBRARY names the shared library.
"""

import os
import re
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE))
from baseline import exported, output  # noqa: E402
from declarations import declared, parse  # noqa: E402

LIBRARY = os.environ["MFA_LIBRARY"]
VERSION_NODE = "MFA_0"


def mapped(text):
    node, names = re.fullmatch(r"\s*(\w+)\s*\{\s*global:\s*(.*?)\s*local:\s*\*;\s*\};\s*", text, re.S).groups()
    return node, [name.strip() for name in names.split(";") if name.strip()]


MAP = (ROOT / "src/capi/mfa.map").read_text()


def test_the_library_exports_what_the_map_lists():
    node, names = mapped(MAP)
    assert node == VERSION_NODE
    assert exported(LIBRARY) == {f"{name}@@{VERSION_NODE}" for name in names}


def test_the_map_lists_what_the_headers_declare():
    assert set(mapped(MAP)[1]) == {function.name for function in declared(ROOT / "include/mfa")}


def test_the_map_is_sorted_and_names_nothing_twice():
    names = mapped(MAP)[1]
    assert names == sorted(set(names))


def test_nothing_is_declared_twice():
    names = [function.name for function in declared(ROOT / "include/mfa")]
    assert len(names) == len(set(names))


def test_soname_and_binding():
    dynamic = output("readelf", "--dynamic", "--wide", LIBRARY)
    assert "Library soname: [libmfa.so.0]" in dynamic
    assert "SYMBOLIC" in dynamic
    assert "BIND_NOW" in dynamic


def test_no_library_is_needed_that_the_design_does_not_name():
    needed = set(re.findall(r"Shared library: \[([\w+-]+)\.so", output("readelf", "--dynamic", LIBRARY)))
    allowed = {"libsodium", "libcrypto", "libcbor", "libsqlite3", "libqrcodegencpp", "libstdc++", "libm",
               "libgcc_s", "libc", "libpthread", "ld-linux-x86-64", "libasan", "libubsan", "libtsan"}
    assert needed <= allowed


def test_no_executable_stack_and_read_only_relocations():
    segments = output("readelf", "--segments", "--wide", LIBRARY)
    assert re.search(r"GNU_STACK .* RW ", segments)
    assert "GNU_RELRO" in segments


def test_the_reader_of_the_map_sees_each_name():
    assert mapped("MFA_0 {\n global:\n  a;\n b;\n local: *;\n};\n") == ("MFA_0", ["a", "b"])


@pytest.mark.parametrize("text", ["MFA_API int mfa_x(int a)", "MFA_API extern const int mfa_x;"])
def test_the_reader_of_headers_refuses_what_it_cannot_read(text):
    with pytest.raises(ValueError):
        parse(text)


def test_the_reader_of_headers_sees_each_form():
    text = """/* MFA_API in a comment */
    MFA_API mfa_status mfa_x(const mfa_text *texts, char (*codes)[MFA_SIZE], char code[MFA_SIZE],
                             mfa_scan_fn fn, size_t n, mfa_error *err) MFA_MUST_CHECK;
    MFA_API const char *mfa_y(void);"""
    first, second = parse(text)
    assert [(p.type, p.name, p.is_pointer) for p in first.parameters] == [
        ("const mfa_text *", "texts", True), ("char (*)[]", "codes", True), ("char *", "code", True),
        ("mfa_scan_fn", "fn", True), ("size_t", "n", False), ("mfa_error *", "err", True)]
    assert first.is_fallible and not second.is_fallible
    assert (second.result, second.name, second.parameters) == ("const char *", "mfa_y", ())
