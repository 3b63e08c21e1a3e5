"""The names of the tests that there are: functions of pytest, cases of C++ tests."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def read(pattern):
    return [path.read_text() for path in sorted((ROOT / "tests").rglob(pattern))]


def known_tests():
    functions = {name for text in read("*.py") for name in re.findall(r"^def (test_\w+)\(", text, re.M)}
    return functions | {name for text in read("*.cpp") for name in re.findall(r'^TEST_CASE\(\s*"([^"]+)"\)', text, re.M)}
