"""examples/appliance: whole sign-ins by lines on standard input, what is refused, and the exit status.

MFA_CHECK names the program. With MFA_CHECK_ROOT it is run there, in a chroot that holds it and a folder of data, and nothing else.
Codes are oathtool's, passkeys those of the software authenticator.
"""

import base64
import json
import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from codes import app_code, wrong_code
from passkey import Passkey

ORIGIN = "https://door.example"
CONFIG = {"version": 1, "issuer": "Door", "webauthn": {"rp_id": "door.example", "origins": [ORIGIN]},
          "recovery": {"codes": 8}, "unsafe": {"recovery_test_hash": True},
          "policy": {"roles": {"*": {"mfa": "required", "grace_days": 0}}}}
BROWSER = "random value of a cookie"
YES, NO, USAGE, FAILED = 0, 1, 2, 3
PROGRAM = Path(os.environ["MFA_CHECK"])


@pytest.fixture
def place(tmp_path):
    """(command, folder): how to run the program on the folder."""
    root = tmp_path / "root"
    folder = root / "data"
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps(CONFIG))
    for name in ("keys", "decoy.key"):
        (folder / name).write_bytes(os.urandom(32))
        (folder / name).chmod(0o600)
    if not os.environ.get("MFA_CHECK_ROOT"):
        return [PROGRAM, folder], folder
    shutil.copy(PROGRAM, root / "mfa-check")
    assert sorted(path.name for path in root.iterdir()) == ["data", "mfa-check"]
    as_root = [] if os.geteuid() == 0 else ["unshare", "--map-root-user"]
    return [*as_root, "/usr/sbin/chroot", root, "/mfa-check", "/data"], folder


def line(command, **fields):
    return "\t".join([command, *(f"{name}={value}" for name, value in fields.items())])


def parse(answer):
    status, *fields = answer.split("\t")
    return status, dict(field.split("=", 1) for field in fields)


def once(place, *lines):
    """(exit status, answers, standard error) of a run of its own."""
    text = "".join(f"{each}\n" for each in lines)
    run = subprocess.run(place[0], input=text, capture_output=True, text=True, timeout=60)
    return run.returncode, [parse(answer) for answer in run.stdout.splitlines()], run.stderr


def ask(place, command, **fields):
    """Of one request: (exit status, status, fields)."""
    given = {"proven": "password", "browser": BROWSER, "session": "s1", **fields}
    code, answers, _ = once(place, line(command, **{name: value for name, value in given.items() if value is not None}))
    assert len(answers) == 1
    assert answers[0][0] != "MFA_OK" or code == YES
    return code, *answers[0]


def enrol_app(place, user="alice"):
    """(secret, statement)"""
    code, status, offer = ask(place, "enroll-begin", user=user, method="totp")
    assert status == "MFA_OK", offer
    secret = json.loads(offer["offer"])["secret"]
    code, status, proof = ask(place, "enroll-finish", user=user, ticket=offer["ticket"], response=app_code(secret))
    assert (code, status) == (YES, "MFA_OK"), proof
    return secret, proof["statement"]


@pytest.fixture
def passkey():
    key = Passkey(ORIGIN)
    yield key
    key.close()


def test_an_app_signs_in(place):
    secret, _ = enrol_app(place)
    sent = app_code(secret, 1)
    code, status, proof = ask(place, "code", user="alice", method="totp", response=sent)
    assert (code, status, proof["user"]) == (YES, "MFA_OK", "alice")
    assert json.loads(proof["proof"])["amr"] == "pwd,otp,mfa"
    session = dict(user="alice", purpose="step-up", statement=proof["statement"])
    assert ask(place, "check", **session)[:2] == (YES, "MFA_OK")
    assert ask(place, "check", **{**session, "session": "s2"})[:2] == (NO, "MFA_MISMATCH")
    assert ask(place, "code", user="alice", method="totp", response=sent)[:2] == (NO, "MFA_ALREADY_USED")


def test_a_wrong_code_does_not_and_five_lock(place):
    secret, _ = enrol_app(place)
    for left in (4, 3, 2, 1, 0):
        code, status, why = ask(place, "code", user="alice", method="totp", response=wrong_code(secret))
        assert (code, status, why["attempts_left"]) == (NO, "MFA_WRONG", str(left))
    code, status, why = ask(place, "code", user="alice", method="totp", response=app_code(secret, 1))
    assert (code, status) == (NO, "MFA_LOCKED_OUT")
    assert int(why["retry_at_s"]) > time.time()


def test_a_recovery_code_signs_in_once(place):
    _, statement = enrol_app(place)
    manage = dict(user="alice", purpose="manage", statement=statement)
    _, status, offer = ask(place, "enroll-begin", method="recovery", **manage)
    assert status == "MFA_OK", offer
    codes = json.loads(offer["offer"])["recovery_codes"]
    assert len(codes) == 8
    assert ask(place, "enroll-finish", ticket=offer["ticket"], response=codes[0], **manage)[1] == "MFA_OK"
    sent = dict(user="alice", method="recovery", response=codes[1])
    assert ask(place, "code", **sent)[:2] == (YES, "MFA_OK")
    assert ask(place, "code", **sent)[0] == NO
    assert ask(place, "code", user="alice", method="recovery", response="AAAA-BBBB-CCCC-DDDD")[:2] == (NO, "MFA_WRONG")


def enrol_passkey(place, passkey, user="alice"):
    _, status, offer = ask(place, "enroll-begin", user=user, method="webauthn")
    assert status == "MFA_OK", offer
    response = passkey.create(offer["options"])
    assert ask(place, "enroll-finish", user=user, ticket=offer["ticket"], response=response)[1] == "MFA_OK"


def test_a_passkey_signs_in(place, passkey):
    enrol_passkey(place, passkey)
    _, _, offer = ask(place, "begin", user="alice", method="webauthn")
    response = passkey.get(offer["options"])
    finish = dict(user="alice", ticket=offer["ticket"], response=response)
    assert ask(place, "finish", **{**finish, "browser": "another one than began it"})[:2] == (NO, "MFA_MISMATCH")
    assert ask(place, "finish", **{**finish, "user": "bob"})[:2] == (NO, "MFA_MISMATCH")
    code, status, proof = ask(place, "finish", **finish)
    assert (code, status, proof["user"]) == (YES, "MFA_OK", "alice")
    assert ask(place, "finish", **finish)[:2] == (NO, "MFA_ALREADY_USED")


def test_a_passkey_names_its_user(place, passkey):
    enrol_passkey(place, passkey)
    nobody = dict(proven=None, method="webauthn")
    _, status, offer = ask(place, "begin", **nobody)
    assert status == "MFA_OK"
    code, status, proof = ask(place, "finish", proven=None, ticket=offer["ticket"], response=passkey.get(offer["options"]))
    assert (code, status, proof["user"]) == (YES, "MFA_OK", "alice")


def test_a_passkey_of_another_page_does_not(place, passkey):
    enrol_passkey(place, passkey)
    _, _, offer = ask(place, "begin", user="alice", method="webauthn")
    passkey.origin = "https://door.example.evil.test"
    finish = dict(user="alice", ticket=offer["ticket"], response=passkey.get(offer["options"]))
    code, status, why = ask(place, "finish", **finish)
    assert code == NO and status != "MFA_OK"
    assert why["reason"].startswith("webauthn.authentication.")


def test_what_is_asked_of_a_user(place):
    _, _, answer = ask(place, "need", user="alice")
    assert json.loads(answer["account"])["need"] == "enroll"
    code, status, _ = ask(place, "start", user="alice")
    assert (code, status) == (NO, "MFA_ENROLL_NEEDED")
    enrol_app(place)
    _, _, answer = ask(place, "need", user="alice")
    assert json.loads(answer["account"])["need"] == "factor"
    assert ask(place, "start", user="alice")[:2] == (NO, "MFA_FACTOR_NEEDED")


def test_one_run_answers_many_and_its_status_is_the_last(place):
    lines = [line("need", user=user, proven="password", browser=BROWSER) for user in ("a", "b")]
    code, answers, _ = once(place, *lines, line("start", user="a", browser=BROWSER, proven="password"))
    assert code == NO
    assert [status for status, _ in answers] == ["MFA_OK", "MFA_OK", "MFA_ENROLL_NEEDED"]
    code, answers, _ = once(place)
    assert (code, answers) == (USAGE, [])


@pytest.mark.parametrize("text", [
    "", "nothing", "code\tuser", "code\tuser=a\tuser=b", "code\tname=a", "code\tpurpose=root", "code\tproven=password,luck",
    "code\troles=" + ",".join(map(str, range(17))), "code\tuser=a\tresponse=" + "x" * 262144, "code\tuser=a\0b",
], ids=lambda text: text[:30])
def test_what_is_no_request_is_refused_and_the_next_one_is_answered(place, text):
    code, answers, _ = once(place, text, line("need", user="a", proven="password", browser=BROWSER))
    assert code == YES
    assert [status for status, _ in answers] == ["USAGE", "MFA_OK"]
    assert once(place, text)[0] == USAGE


def test_what_it_was_told_is_the_callers_mistake_or_a_no(place):
    assert ask(place, "code", user="alice", method="carrier pigeon", response="1")[0] in (NO, FAILED)
    assert ask(place, "code", user="x" * 256, method="totp", response="1")[:2] == (FAILED, "MFA_ERR_ARGUMENT")
    assert ask(place, "finish", user="alice", ticket="x", response="{}")[0] == NO


def test_events_are_told(place):
    enrol_app(place)
    _, _, told = once(place, line("code", user="alice", method="totp", response="abc", proven="password", browser=BROWSER))
    names = [json.loads(event)["event"] for event in told.splitlines()]
    assert names[0] == "log_started" and names[-1] == "log_stopped" and "denied" in names


def spoil(path, how):
    if how == "gone":
        path.unlink()
    elif how == "open to others":
        path.chmod(0o644)
    else:
        path.write_text(how)


@pytest.mark.parametrize("name, how, says", [
    ("config.json", "gone", "No such file"), ("config.json", "{}", "version"), ("config.json", "{", ""),
    ("keys", "gone", "No such file"), ("keys", "open to others", "chmod 600"), ("keys", "short", "line 1: not a key"),
    ("keys", "# none\n", "no key"), ("keys", "1 " + "a" * 64 + "\n1 " + "b" * 64, "line 2: the id came before"),
    ("keys", "4294967296 " + "a" * 64, "not a number"), ("keys", "x" * 20000, "File too large"),
    ("decoy.key", "gone", "decoy"), ("decoy.key", "open to others", "chmod 600"), ("mfa.db", "not a database" * 100, "")])
def test_a_folder_that_is_not_in_order_is_said(place, name, how, says):
    spoil(place[1] / name, how)
    if (place[1] / name).exists() and how != "open to others":
        (place[1] / name).chmod(0o600)
    code, answers, told = once(place, line("need", user="a", proven="password", browser=BROWSER))
    assert (code, answers) == (FAILED, [])
    assert told.splitlines()[-1].startswith("mfa-check: ") and says in told


def test_keys_as_the_mfa_command_writes_them_and_a_new_one_before_an_old_one(place):
    old = os.urandom(32)
    text = base64.urlsafe_b64encode(old).decode().rstrip("=")
    (place[1] / "keys").write_text(f"{text}\n")
    secret, _ = enrol_app(place)
    (place[1] / "keys").write_text(f"# rotated\n7 {os.urandom(32).hex()}\n1\t{old.hex().upper()}\n")
    assert ask(place, "code", user="alice", method="totp", response=app_code(secret, 1))[1] == "MFA_OK"
    (place[1] / "keys").write_text(f"1 {text}")
    assert ask(place, "need", user="alice")[:2] == (FAILED, "MFA_ERR_KEY")


def test_it_says_how_it_is_used(place):
    command = place[0][:-1]
    for words, code in (([], USAGE), (["-x"], USAGE), (["a", "b"], USAGE), (["--help"], YES)):
        run = subprocess.run([*command, *words], capture_output=True, text=True, stdin=subprocess.DEVNULL)
        assert run.returncode == code
        assert "usage: mfa-check FOLDER" in (run.stdout if code == YES else run.stderr)


def test_nothing_but_the_database_is_made(place):
    enrol_app(place)
    names = {path.name for path in place[1].iterdir()} - {"config.json", "keys", "decoy.key"}
    assert "mfa.db" in names and names <= {"mfa.db", "mfa.db-wal", "mfa.db-shm"}
    assert all((place[1] / name).stat().st_mode & 0o077 == 0 for name in names)
