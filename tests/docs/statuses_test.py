"""What the headers say that a function may answer is what it was seen to answer, in the tests of the calls, and no more.

The programs run once more here, with what recorder_source.py wrote before libmfa, or with an engine that notes its answers
(tests/engine/recorded.hpp). A status that is seen and not said is a comment to complete; one that is said and never seen is a test
to write, or a comment that promises too much.
"""

import os
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))
from contract import CONTRACT  # noqa: E402

SAID = {function.name: set(function.statuses) for function in CONTRACT.functions if function.statuses}
PROGRAMS = os.environ["MFA_PROGRAMS"].split(os.pathsep)


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    notes = tmp_path_factory.mktemp("answers") / "notes"
    environment = {**os.environ, "MFA_ANSWERS": str(notes)}
    jobs = [[os.environ["MFA_UNIT"], "-sf=*tests/engine/*"], *([program] for program in PROGRAMS)]
    for job in jobs:
        preload = {} if job[0] == os.environ["MFA_UNIT"] else {"LD_PRELOAD": os.environ["MFA_RECORDER"]}
        done = subprocess.run(job, env={**environment, **preload}, capture_output=True, text=True, errors="replace")
        assert done.returncode == 0, f"{job[0]}\n{done.stdout}{done.stderr}"
    answers = defaultdict(set)
    for line in notes.read_text().splitlines():
        name, number = line.split()
        answers[name].add(CONTRACT.numbers[int(number)])
    return answers


def test_every_call_was_made(seen):
    assert sorted(seen) == sorted(SAID)


def test_no_answer_is_unsaid(seen):
    any_may = set(CONTRACT.by_any)
    unsaid = {name: sorted(seen[name] - SAID[name] - any_may) for name in SAID if seen[name] - SAID[name] - any_may}
    assert unsaid == {}


def test_no_answer_is_said_that_no_test_has_seen(seen):
    unseen = {name: sorted(SAID[name] - seen[name]) for name in SAID if SAID[name] - seen[name]}
    assert unseen == {}
