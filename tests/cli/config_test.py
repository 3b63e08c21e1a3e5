"""mfa config: the schema, a verdict on a file, and a file with its defaults."""

import json
import subprocess

import pytest
from command import FAILED, MFA, NO, USAGE, YES, answers, fails, mfa, says

GOOD = {"version": 1, "issuer": "Ex\\ample \"{[,\u00fc"}
WRONG = {"version": 1, "issuer": "Example", "totp": {"digits": 5}}


def written(tmp_path, document):
    path = tmp_path / "config.json"
    path.write_text(json.dumps(document))
    return str(path)


def test_check_says_yes(tmp_path):
    says(YES, "good\n", "config", "check", written(tmp_path, GOOD))
    assert answers(YES, "config", "check", "-", stdin=json.dumps(GOOD).encode()) == {"ok": True}


def test_check_says_no_with_path_and_reason(tmp_path):
    for command in ("check", "show"):
        done = mfa("config", command, written(tmp_path, WRONG))
        assert (done.returncode, done.stderr) == (NO, b"")
        assert done.stdout == b"out of range: totp.digits\n"
    told = answers(NO, "config", "check", written(tmp_path, WRONG))
    assert told == {"ok": False, "status": "MFA_ERR_CONFIG", "reason": "config.out_of_range", "message": "out of range: totp.digits"}


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b"\xff", b'{"version":1,"version":1,"issuer":"x"}'])
def test_check_of_what_is_no_document(text):
    assert mfa("config", "check", "-", stdin=text).returncode == NO


def test_show_fills_in_the_defaults(tmp_path):
    path = written(tmp_path, GOOD)
    full = answers(YES, "config", "show", path)
    assert full["issuer"] == GOOD["issuer"] and full["totp"]["digits"] == 6 and "webauthn" not in full
    done = mfa("config", "show", path)
    assert done.returncode == YES and json.loads(done.stdout) == full
    lines = done.stdout.decode().splitlines()
    assert ' "version": 1,' in lines and '  "digits": 6,' in lines and ' "events": {' in lines
    again = written(tmp_path, full)
    assert answers(YES, "config", "show", again) == full


def test_schema_is_one_document_in_two_ways():
    done = mfa("config", "schema")
    assert done.returncode == YES and json.loads(done.stdout) == answers(YES, "config", "schema")
    assert done.stdout.count(b"\n") > 500


def test_usage(tmp_path):
    fails(USAGE, "schema, check or show", "config")
    fails(USAGE, "schema, check or show", "config", "print")
    fails(USAGE, "the file is missing", "config", "check")
    fails(USAGE, "one operand too many", "config", "schema", "x")
    fails(USAGE, "cannot open", "config", "check", str(tmp_path / "none"))
    fails(USAGE, "larger than 65536", "config", "check", "-", stdin=b" " * 65537)
    assert mfa("config", "check", "--help").stdout.startswith(b"usage: mfa config schema")


def test_output_that_cannot_be_written_is_reported():
    with open("/dev/full", "wb") as full:
        done = subprocess.run([MFA, "config", "schema"], stdout=full, stderr=subprocess.PIPE, timeout=60)
    assert done.returncode == FAILED and b"could not be written" in done.stderr
