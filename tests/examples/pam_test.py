"""examples/pam: a login through PAM with the module behind a password, by pamtester; and whatever must end in a refusal.

MFA_PAM names the module, MFA_CHECK the program that enrols. pam_wrapper gives PAM a folder of services of its own, so that the
machine's stay as they are; its pam_matrix is the password module.
"""

import json
import os
import subprocess
from pathlib import Path

import pytest

from codes import app_code, wrong_code

WRAPPER = Path(subprocess.run(["gcc", "-print-file-name=libpam_wrapper.so"], check=True, capture_output=True, text=True).stdout.strip())
MATRIX = WRAPPER.parent / "pam_wrapper/pam_matrix.so"
CONFIG = {"version": 1, "issuer": "Host", "recovery": {"codes": 8}, "unsafe": {"recovery_test_hash": True},
          "policy": {"roles": {"*": {"mfa": "optional"}}}}
PASSWORD = "correct horse"


class Host:
    """A service with its configuration, keys and store, in a folder."""

    def __init__(self, folder):
        self.folder = folder
        (folder / "config.json").write_text(json.dumps(CONFIG))
        (folder / "keys").write_bytes(os.urandom(32))
        (folder / "keys").chmod(0o600)
        (folder / "passwords").write_text(f"alice:{PASSWORD}:door\nbob:{PASSWORD}:door\n")
        (folder / "services").mkdir()
        self.arguments = [f"config={folder}/config.json", f"keys={folder}/keys", f"store=sqlite:{folder}/mfa.db"]
        self.log = ""

    def write_service(self, *more, arguments=None):
        words = " ".join(f"[{word}]" for word in [*(self.arguments if arguments is None else arguments), *more])
        (self.folder / "services/door").write_text(
            f"auth required {MATRIX} passdb={self.folder}/passwords\n"
            f"auth required {os.environ['MFA_PAM']} {words}\n")

    def login(self, *typed, user="alice", items=()):
        """Whether PAM lets the user in who types these; what the program saw is in self.log."""
        env = {**os.environ, "LD_PRELOAD": str(WRAPPER), "PAM_WRAPPER": "1", "PAM_WRAPPER_SERVICE_DIR": str(self.folder / "services"),
               "PAM_WRAPPER_USE_SYSLOG": "1", "LC_ALL": "C"}
        run = subprocess.run(["pamtester", *items, "door", user, "authenticate"], input="".join(f"{each}\n" for each in typed),
                             env=env, capture_output=True, text=True, timeout=60)
        self.log = run.stdout + run.stderr
        assert run.returncode in (0, 1), self.log
        assert (run.returncode == 0) == ("successfully authenticated" in self.log), self.log
        return run.returncode == 0

    def ask(self, command, **fields):
        """Of mfa-check, which shares the folder."""
        given = {"proven": "password", "browser": "random value of a cookie", "session": "s", **fields}
        text = "\t".join([command, *(f"{name}={value}" for name, value in given.items())])
        run = subprocess.run([os.environ["MFA_CHECK"], self.folder], input=text, capture_output=True, text=True, timeout=60)
        status, *answer = run.stdout.rstrip("\n").split("\t")
        assert status == "MFA_OK", run.stdout
        return dict(field.split("=", 1) for field in answer)

    def enrol(self, user="alice"):
        """(secret, recovery codes)"""
        offer = self.ask("enroll-begin", user=user, method="totp")
        secret = json.loads(offer["offer"])["secret"]
        proof = self.ask("enroll-finish", user=user, ticket=offer["ticket"], response=app_code(secret))
        manage = dict(user=user, purpose="manage", statement=proof["statement"])
        offer = self.ask("enroll-begin", method="recovery", **manage)
        codes = json.loads(offer["offer"])["recovery_codes"]
        self.ask("enroll-finish", ticket=offer["ticket"], response=codes[0], **manage)
        return secret, codes


@pytest.fixture
def host(tmp_path):
    made = Host(tmp_path)
    made.write_service()
    return made


def test_password_and_code_let_in_once(host):
    secret, _ = host.enrol()
    code = app_code(secret, 1)
    assert host.login(PASSWORD, code)
    assert "One-time code or recovery code: " in host.log
    assert not host.login(PASSWORD, code)


def test_a_code_may_have_a_space_and_the_prompt_may_be_another(host):
    secret, _ = host.enrol()
    host.write_service("prompt=Second factor, please: ")
    code = app_code(secret, 1)
    assert host.login(PASSWORD, f"{code[:3]} {code[3:]}")
    assert "Second factor, please: " in host.log


def test_a_recovery_code_lets_in_once(host):
    _, codes = host.enrol()
    assert host.login(PASSWORD, codes[1].lower())
    assert not host.login(PASSWORD, codes[1])
    assert host.login(PASSWORD, codes[2])


@pytest.mark.parametrize("typed", ["", "0", "12345", "1234567890123", "AAAA-BBBB-CCCC-DDDD", "x" * 400, "%s%n", "ключ"])
def test_anything_else_does_not(host, typed):
    host.enrol()
    assert not host.login(PASSWORD, typed)


def test_a_wrong_code_does_not_and_five_lock(host):
    secret, _ = host.enrol()
    for _ in range(5):
        assert not host.login(PASSWORD, wrong_code(secret))
        assert "Too many wrong codes" not in host.log
    assert not host.login(PASSWORD, app_code(secret, 1))
    assert "Too many wrong codes. Try again later." in host.log


def test_a_code_without_the_password_does_not(host):
    secret, _ = host.enrol()
    assert not host.login("wrong horse", app_code(secret, 1))


def test_an_end_of_input_does_not(host):
    host.enrol()
    assert not host.login(PASSWORD)


def test_who_has_no_factor_is_asked_and_refused(host):
    assert not host.login(PASSWORD, "123456", user="bob")
    assert "One-time code" in host.log


def test_with_nullok_policy_decides_about_who_has_none(host):
    host.write_service("nullok")
    assert host.login(PASSWORD, user="bob")
    assert "One-time code" not in host.log
    secret, _ = host.enrol()
    assert not host.login(PASSWORD, wrong_code(secret))
    assert host.login(PASSWORD, app_code(secret, 1))
    strict = {**CONFIG, "policy": {"roles": {"*": {"mfa": "required", "grace_days": 0}}}}
    (host.folder / "config.json").write_text(json.dumps(strict))
    assert not host.login(PASSWORD, user="bob")


@pytest.mark.parametrize("nullok", [[], ["nullok"]], ids=["", "nullok"])
@pytest.mark.parametrize("spoilt", ["config gone", "config wrong", "keys gone", "keys of others", "other keys", "store damaged",
                                    "store elsewhere", "option unknown", "option missing"])
def test_what_is_not_in_order_refuses_everybody(host, spoilt, nullok):
    secret, codes = host.enrol()
    folder, arguments = host.folder, list(host.arguments)
    if spoilt == "config gone":
        (folder / "config.json").unlink()
    elif spoilt == "config wrong":
        (folder / "config.json").write_text(json.dumps({**CONFIG, "polcy": {}}))
    elif spoilt == "keys gone":
        (folder / "keys").unlink()
    elif spoilt == "keys of others":
        (folder / "keys").chmod(0o640)
    elif spoilt == "other keys":
        (folder / "keys").write_bytes(os.urandom(32))
    elif spoilt == "store damaged":
        for path in folder.glob("mfa.db*"):
            path.write_bytes(b"not a database" * 1000)
    elif spoilt == "store elsewhere":
        arguments[2] = f"store=sqlite:{folder}/none/mfa.db"
    elif spoilt == "option unknown":
        arguments.append("debugging")
    else:
        arguments.pop(1)
    host.write_service(*nullok, arguments=arguments)
    assert not host.login(PASSWORD, app_code(secret, 1))
    assert not host.login(PASSWORD, codes[1])


def test_the_module_shows_nothing_but_what_pam_asks_for():
    names = subprocess.run(["nm", "-D", "--defined-only", os.environ["MFA_PAM"]], check=True, capture_output=True, text=True).stdout
    assert sorted(line.split()[-1] for line in names.splitlines()) == ["pam_sm_authenticate", "pam_sm_setcred"]
