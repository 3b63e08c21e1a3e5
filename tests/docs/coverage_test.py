"""docs/webauthn-coverage.md: each answer is one that it may be, and each test it names exists.

MFA_CORPUS_LINES names the program that writes the corpus.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))
from known_tests import ROOT, known_tests  # noqa: E402

PAGE = (ROOT / "docs/webauthn-coverage.md").read_text()
ROW = re.compile(r"^\| (?!asked )([^|]+) \| ([^|]+) \|([^|]*)\|$", re.M)
ROWS = [(asked, answer, re.findall(r"`([^`]+)`", tests)) for asked, answer, tests in ROW.findall(PAGE)]
SWITCH = re.compile(r"switch `(\w+)`")


@pytest.fixture(scope="module")
def names():
    lines = subprocess.run([os.environ["MFA_CORPUS_LINES"], "1"], check=True, capture_output=True, text=True).stdout
    corpus = {"corpus/" + json.loads(line)["id"] for line in lines.splitlines()}
    return corpus | known_tests()


def exists(name, names):
    return any(known.startswith(name[:-1]) for known in names) if name.endswith("*") else name in names


@pytest.mark.parametrize("asked, answer, tests", ROWS, ids=[row[0] for row in ROWS])
def test_a_row(asked, answer, tests, names):
    assert answer in ("yes", "no", "choice", "where OpenSSL has it") or SWITCH.fullmatch(answer)
    assert (answer == "no") == (not tests)
    assert [name for name in tests if not exists(name, names)] == []


def test_every_row_of_every_table_was_read():
    lines = [line for line in PAGE.splitlines() if line.startswith("| ") and not line.startswith("| asked ")]
    assert len(lines) == len(ROWS) >= 80


def test_each_switch_has_its_row_and_each_row_its_switch():
    page = (ROOT / "docs/webauthn.md").read_text().split("## Named switches")[1].split("\n## ")[0]
    there = set(re.findall(r"^\| `(\w+)` \|", page, re.M))
    named = {match.group(1) for _, answer, _ in ROWS if (match := SWITCH.fullmatch(answer))}
    assert named == there


def test_a_name_that_is_none_is_found_out(names):
    assert not exists("corpus/good/none/-7/registration ", names)
    assert not exists("corpus/bad/*", names)
    assert exists("corpus/good/none/-7/registration", names) and exists("corpus/good/*", names)
