"""The counting behind the last line of scripts/test: nothing that failed, and nothing that did not run, may pass."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))
from counting import Tally, count  # noqa: E402

CASES = [
    ("doctest", "[doctest] test cases:  12 |  12 passed | 0 failed | 0 skipped\n", 0, Tally(12, 0)),
    ("doctest in colour", "\x1b[1;32m[doctest] test cases: \x1b[0m 12 | 11 passed | 1 failed |\n", 1, Tally(11, 1)),
    ("doctest without a case", "[doctest] test cases: 0 | 0 passed | 0 failed | 9 skipped\n", 0, Tally(0, 1)),
    ("doctest green, then a crash at exit", "[doctest] test cases: 3 | 3 passed | 0 failed |\n", -11, Tally(3, 1)),
    ("pytest", "....\n4 passed in 0.12s\n", 0, Tally(4, 0)),
    ("pytest with bars", "==== 2 failed, 4 passed, 1 warning in 61.12s (0:01:01) ====\n", 1, Tally(4, 2)),
    ("pytest skipped", "1 passed, 2 skipped in 0.12s\n", 0, Tally(1, 2)),
    ("pytest error while collecting", "1 error in 0.10s\n", 2, Tally(0, 1)),
    ("pytest found nothing", "no tests ran in 0.00s\n", 5, Tally(0, 1)),
    ("checks of a C program", "31 checks, 0 failed\n", 0, Tally(31, 0)),
    ("checks that failed", "31 checks, 2 failed\n", 1, Tally(29, 2)),
    ("cargo", "test result: ok. 7 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n", 0, Tally(7, 0)),
    ("cargo, two programs and a doc-test that is ignored", "test result: FAILED. 6 passed; 1 failed; 0 ignored; 0 measured\n"
     "test result: ok. 1 passed; 0 failed; 1 ignored; 0 measured\n", 101, Tally(7, 2)),
    ("node", "# tests 5\n# suites 0\n# pass 5\n# fail 0\n# cancelled 0\n# skipped 0\n# todo 0\n", 0, Tally(5, 0)),
    ("node, with one that was skipped", "# pass 3\n# fail 1\n# cancelled 0\n# skipped 1\n# todo 0\n", 1, Tally(3, 2)),
    ("two programs in one run", "3 checks, 0 failed\n4 checks, 0 failed\n", 0, Tally(7, 0)),
    ("a program that counts nothing", "all good\n", 0, Tally(1, 0)),
    ("a program that fails without counting", "", 1, Tally(0, 1)),
    ("a program that claims success and exits with 1", "31 checks, 0 failed\n", 1, Tally(31, 1)),
]


@pytest.mark.parametrize("name, output, exit_code, tally", CASES, ids=[case[0] for case in CASES])
def test_counts(name, output, exit_code, tally):
    assert count(output, exit_code) == tally
