"""Every reason of WebAuthn and U2F is produced by a test. MFA_CORPUS_LINES names the program that writes the corpus."""

import os
import subprocess
from pathlib import Path

import pytest
import reasons

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def corpus():
    return subprocess.run([os.environ["MFA_CORPUS_LINES"], "1"], check=True, capture_output=True).stdout.splitlines()


def test_every_reason_is_produced(corpus):
    assert reasons.unproduced(ROOT, corpus) == []


def test_what_the_corpus_expects_is_a_reason(corpus):
    assert reasons.in_corpus(corpus) - {""} <= reasons.reasons(ROOT)


def test_there_are_many():
    assert len(reasons.reasons(ROOT)) > 150


def test_a_reason_that_nothing_produces_is_found(tmp_path, corpus):
    (tmp_path / "src/core").mkdir(parents=True)
    (tmp_path / "src/core/reason.def").write_text(
        'MFA_REASON(1001, early, "argument.null")\nMFA_REASON(70001, told, "webauthn.told")\n'
        'MFA_REASON(711301, untold, "webauthn.untold")\n')
    (tmp_path / "tests/methods").mkdir(parents=True)
    (tmp_path / "tests/methods/some_test.cpp").write_text('CHECK(reason == "webauthn.told");')
    assert reasons.unproduced(tmp_path, corpus) == ["webauthn.untold"]
