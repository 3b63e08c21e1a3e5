"""docs/store.md: its program is a store that keeps every promise, and one without the comparison is not; its SQL runs."""

import os
import re
import shlex
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))
from contract import ROOT  # noqa: E402
from guide_source import blocks  # noqa: E402

PAGE = ROOT / "docs/store.md"
PROGRAM = "\n".join(blocks(PAGE, "c"))


def built(folder, text):
    (folder / "store.c").write_text(text)
    library = Path(os.environ["MFA_LIBRARY"])
    sqlite = shlex.split(subprocess.run(["pkg-config", "--cflags", "--libs", "sqlite3"], check=True, capture_output=True, text=True).stdout)
    command = [*os.environ["MFA_CC"].split(), "-std=c99", "-pedantic", "-Wall", "-Wextra", "-Werror", "-I", ROOT / "include", "store.c",
               library, f"-Wl,-rpath,{library.parent}", *sqlite, "-o", "store_check"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder / "store_check"


def run(folder, text):
    done = subprocess.run([built(folder, text)], cwd=folder, capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout, done.stderr


def test_it_keeps_every_promise(tmp_path):
    code, report, _ = run(tmp_path, PROGRAM)
    assert code == 0, report
    lines = report.splitlines()
    assert len(lines) > 10 and all(line.startswith(("kept    ", "absent  ")) for line in lines), report


@pytest.mark.parametrize("there, instead", [
    (" AND version = ?4", ""),  # compares nothing
    ("rows == 1 ? MFA_STORE_DONE : MFA_STORE_CONFLICT", "MFA_STORE_DONE"),  # looks at nothing
    ("there == MFA_STORE_DONE ? MFA_STORE_CONFLICT : there", "there == MFA_STORE_DONE ? MFA_STORE_NONE : there"),  # takes a conflict for a miss
])
def test_one_that_breaks_a_promise_is_told(there, instead, tmp_path):
    assert PROGRAM.count(there) == 1
    text = PROGRAM.replace(there, instead)
    if not instead:  # else the fourth parameter would be one too many, and the store fail
        text = text.replace("|| sqlite3_bind_int64(row, 4, (sqlite3_int64)expected_version) == SQLITE_OK", "|| 1")
    code, report, _ = run(tmp_path, text)
    assert code == 1 and "BROKEN" in report


def test_the_sql_runs():
    table, statements = blocks(PAGE, "sql")
    database = sqlite3.connect(":memory:")
    database.execute(table)
    select, insert, update, delete = [one.strip() for one in statements.split(";") if one.strip()]
    key, old, new = b"k\x00", 5, 9

    def run_one(sql, **values):
        return database.execute(sql, {name[1:]: value for name, value in values.items()})

    assert run_one(insert, _1=key, _2=b"a", _3=old).rowcount == 1
    assert run_one(insert, _1=key, _2=b"b", _3=new).rowcount == 0
    assert run_one(update, _1=key, _2=b"b", _3=new, _4=4).rowcount == 0
    assert run_one(update, _1=key, _2=b"b", _3=new, _4=old).rowcount == 1
    assert run_one(select, _1=key).fetchall() == [(b"b", new)]
    assert run_one(delete, _1=key, _2=old).rowcount == 0
    assert run_one(delete, _1=key, _2=new).rowcount == 1
    assert run_one(select, _1=key).fetchall() == []


def test_the_limits_are_true():
    header = (ROOT / "include/mfa/store.h").read_text()
    for name in ("MFA_STORE_KEY_MAX", "MFA_STORE_RECORD_MAX"):
        assert re.search(rf"#define {name} (\d+)", header).group(1) in PAGE.read_text()
