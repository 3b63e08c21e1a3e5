"""How many test cases a program ran, read from what it printed."""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Tally:
    passed: int = 0
    failed: int = 0

    def __add__(self, other):
        return Tally(self.passed + other.passed, self.failed + other.failed)

    @property
    def ran(self):
        return self.passed + self.failed


COLOUR = re.compile(r"\x1b\[[0-9;]*m")
DOCTEST = re.compile(r"^\[doctest\] test cases:\s*(\d+)\s*\|\s*(\d+) passed\s*\|\s*(\d+) failed", re.M)
CHECKS = re.compile(r"^(\d+) checks?, (\d+) failed$", re.M)
PYTEST = re.compile(r"^(?:=+ )?((?:\d+ [a-z]+(?:, )?)+) in [0-9.]+s.*$", re.M)
CARGO = re.compile(r"^test result: \w+\. (\d+) passed; (\d+) failed; (\d+) ignored;", re.M)
NODE = re.compile(r"^# pass (\d+)\n# fail (\d+)\n# cancelled (\d+)\n# skipped (\d+)\n# todo (\d+)$", re.M)
PYTEST_EMPTY = re.compile(r"^(?:=+ )?no tests ran in ", re.M)


def count(output, exit_code):
    """The cases of one run. A run that failed outside a case is one failed case more; a program that says
    nothing about cases is one case; one that says that it ran none has failed."""
    tally = summaries(COLOUR.sub("", output))
    if tally is None:
        return Tally(1, 0) if exit_code == 0 else Tally(0, 1)
    if tally.failed == 0 and (exit_code != 0 or tally.ran == 0):
        return tally + Tally(0, 1)
    return tally


def summaries(text):
    """The sum over all summaries in the text, or None when there is none."""
    found = [Tally(int(passed), int(failed)) for _, passed, failed in DOCTEST.findall(text)]
    found += [Tally(int(checks) - int(failed), int(failed)) for checks, failed in CHECKS.findall(text)]
    found += [pytest_tally(words) for words in PYTEST.findall(text)]
    found += [Tally() for _ in PYTEST_EMPTY.findall(text)]
    found += [Tally(int(passed), int(failed) + int(ignored)) for passed, failed, ignored in CARGO.findall(text)]
    found += [Tally(int(passed), sum(map(int, others))) for passed, *others in NODE.findall(text)]
    return sum(found, Tally()) if found else None


def pytest_tally(words):
    """`3 passed, 1 skipped`: what did not pass has failed, a skipped test too, for then a tool is missing."""
    passed = failed = 0
    for number, word in re.findall(r"(\d+) ([a-z]+)", words):
        if word == "passed":
            passed += int(number)
        elif not word.startswith("warning"):
            failed += int(number)
    return Tally(passed, failed)
