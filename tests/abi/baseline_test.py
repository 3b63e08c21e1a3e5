"""The library's ABI is the one recorded in tests/abi/0. Every kind of change is planted in a small library, and noticed.

MFA_LIBRARY names the shared library, MFA_CC the compiler that lays out the headers.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import baseline  # noqa: E402
import record  # noqa: E402

COMPILER = os.environ["MFA_CC"].split()
RECORD_IT = "name it in CHANGELOG.md and record it: tests/abi/record.py build/src/libmfa.so (docs/abi.md)"


@pytest.fixture(scope="module")
def since(tmp_path_factory):
    now = baseline.record(os.environ["MFA_LIBRARY"], baseline.HEADERS, tmp_path_factory.mktemp("now"))
    return baseline.changes(baseline.Baseline(baseline.RECORDED), now, COMPILER)


def test_no_program_breaks(since):
    breaches, _ = since
    assert breaches == [], f"programs built against tests/abi/0 break; if that is meant, {RECORD_IT}, with --breaking"


def test_every_change_is_recorded(since):
    _, additions = since
    assert additions == [], f"the ABI grew; {RECORD_IT}"


def test_the_record_names_nothing_of_the_machine_that_it_was_made_on():
    text = (baseline.RECORDED / "libmfa.abi").read_text()
    assert not re.search(r"\b(comp-dir-path|filepath|needed)\b|='/|" + re.escape(str(baseline.ROOT)), text)


def test_the_record_holds_no_type_of_the_inside():
    text = (baseline.RECORDED / "libmfa.abi").read_text()
    opaque = re.findall(r"typedef struct (\w+) \1;", "".join(path.read_text() for path in baseline.HEADERS.glob("*.h")))
    assert "mfa_engine" in opaque
    for name in opaque:
        assert f"<class-decl name='{name}' is-struct='yes' visibility='default' is-declaration-only='yes'" in text, name
    assert "std::" not in text and "mfa::" not in text


# ---- the check itself, on a library that takes no time to build

HEADER = """#include <stddef.h>
#include <stdint.h>
#define MFA_TOY_MAX 512
enum { MFA_TOY_ONE = 1, MFA_TOY_TWO = 2 };
typedef struct mfa_inside mfa_inside;
typedef int32_t (*mfa_toy_fn)(void *ctx);
typedef struct mfa_frozen {
  int32_t a;
  int32_t b;
} mfa_frozen;
typedef struct mfa_grows {
  uint32_t struct_size;
  uint32_t reserved;
  uint64_t x;
  void (*call)(void *ctx, int a); /* not; a member; of its own */
} mfa_grows;
int32_t mfa_first(mfa_inside *inside, const mfa_frozen *frozen);
int32_t mfa_second(const mfa_grows *grows, mfa_toy_fn fn);
"""
SOURCE = """#include "mfa/toy.h"
struct mfa_inside { int z; };
int32_t mfa_first(mfa_inside *inside, const mfa_frozen *frozen) { return inside->z + frozen->a; }
int32_t mfa_second(const mfa_grows *grows, mfa_toy_fn fn) { return fn(0) + (int32_t)grows->x; }
"""


def toy(folder, *edits):
    """A baseline of the small library, after edits: (old, new) in header and source."""
    header, source = HEADER, SOURCE
    for old, new in edits:
        assert old in header + source, old
        header, source = header.replace(old, new), source.replace(old, new)
    (folder / "mfa").mkdir(parents=True)
    (folder / "mfa/toy.h").write_text(header)
    (folder / "toy.c").write_text(source)
    subprocess.run(["gcc", "-g", "-w", "-shared", "-fPIC", "-I.", "-o", "toy.so", "toy.c"], check=True, cwd=folder)
    return baseline.record(folder / "toy.so", folder / "mfa", folder / "made")


@pytest.fixture(scope="module")
def before(tmp_path_factory):
    return toy(tmp_path_factory.mktemp("before"))


BREACHES = {
    "a function is gone": [("int32_t mfa_first", "static int32_t mfa_first")],
    "a parameter has another type": [("const mfa_grows *grows, mfa_toy_fn fn", "const mfa_grows *grows, int32_t (*fn)(int)")],
    "a parameter more": [("const mfa_frozen *frozen", "const mfa_frozen *frozen, int more")],
    "a result has another type": [("int32_t mfa_first", "int64_t mfa_first")],
    "a callback has another type": [("(*mfa_toy_fn)(void *ctx)", "(*mfa_toy_fn)(void *ctx, int more)"), ("fn(0)", "fn(0, 0)")],
    "a frozen struct grows": [("int32_t b;", "int32_t b;\n  int32_t c;")],
    "members change places": [("int32_t a;\n  int32_t b;", "int32_t b;\n  int32_t a;")],
    "a member has another type of the same size": [("int32_t b;", "uint32_t b;")],
    "a member before the end": [("uint64_t x;", "uint64_t w;\n  uint64_t x;")],
    "a member in place of a reserved one": [("uint32_t reserved;", "uint32_t meaning;")],
    "a member at the end, and another that changed": [
        ("uint64_t x;", "int64_t x;"), ("int a); /* not; a member; of its own */", "int a);\n  uint64_t y;")],
    "a callback in a struct takes more": [("(*call)(void *ctx, int a)", "(*call)(void *ctx, int a, int b)")],
    "a constant has another value": [("MFA_TOY_TWO = 2", "MFA_TOY_TWO = 3")],
    "a constant is gone": [(", MFA_TOY_TWO = 2", "")],
    "a limit has another value": [("512", "1024")],
}
ADDITIONS = {
    "a function more": [("int32_t mfa_second(const mfa_grows *grows, mfa_toy_fn fn) {",
                         "int mfa_third(void) { return 3; }\nint32_t mfa_second(const mfa_grows *grows, mfa_toy_fn fn) {")],
    "a struct that may grow does": [("/* not; a member; of its own */", "\n  uint64_t y;")],
    "a constant more": [("MFA_TOY_TWO = 2", "MFA_TOY_TWO = 2, MFA_TOY_THREE = 3")],
    "a macro": [("#define MFA_TOY_MAX 512", "#define MFA_TOY_MAX 512\n#define MFA_TOY_INIT {0, 0}")],
}
NOTHING = {
    "nothing": [],
    "a comment": [("/* not; a member; of its own */", "/* another */")],
    "the inside": [("struct mfa_inside { int z; }", "struct mfa_inside { long y; int z; }")],
}


def changes(before, folder, edits):
    return baseline.changes(before, toy(folder, *edits), COMPILER)


@pytest.mark.parametrize("edits", BREACHES.values(), ids=BREACHES)
def test_a_breach_is_noticed(before, tmp_path, edits):
    breaches, _ = changes(before, tmp_path, edits)
    assert breaches


@pytest.mark.parametrize("edits", ADDITIONS.values(), ids=ADDITIONS)
def test_an_addition_is_noticed_and_is_no_breach(before, tmp_path, edits):
    breaches, additions = changes(before, tmp_path, edits)
    assert breaches == [] and additions


@pytest.mark.parametrize("edits", NOTHING.values(), ids=NOTHING)
def test_what_no_program_sees_is_no_change(before, tmp_path, edits):
    assert changes(before, tmp_path, edits) == ([], [])


def test_a_header_that_is_gone_is_noticed(before, tmp_path):
    after = toy(tmp_path)
    (after.headers / "toy.h").rename(after.headers / "tools.h")
    breaches, additions = baseline.changes(before, after, COMPILER)
    assert breaches == ["toy.h is gone"] and additions == ["tools.h says something else"]


def test_a_breach_is_recorded_only_on_purpose(tmp_path, capsys):
    recorded = toy(tmp_path / "old").folder
    toy(tmp_path / "new", *BREACHES["members change places"])
    words = [str(tmp_path / "new/toy.so"), f"--headers={tmp_path / 'new/mfa'}", f"--folder={recorded}"]
    kept = (recorded / "mfa/toy.h").read_text()
    assert record.main(words) == 1
    assert "mfa_frozen.a was `int32_t a` at 0, 4 bytes" in capsys.readouterr().out
    assert (recorded / "mfa/toy.h").read_text() == kept
    assert record.main([*words, "--breaking"]) == 0
    assert (recorded / "mfa/toy.h").read_text() != kept
    assert record.main(words) == 0
