"""docs/django-mfa2.md: every setting and weakness has its row; each key, call and test that a row names exists."""

import json
import re
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))
from known_tests import ROOT, known_tests  # noqa: E402

PAGE = re.sub(r"^```.*?^```\n", "", (ROOT / "docs/django-mfa2.md").read_text(), flags=re.M | re.S)
SECTIONS = dict(re.findall(r"^## ([^\n]+)\n(.*?)(?=^## |\Z)", PAGE, re.M | re.S))
SETTINGS = """
MFA_UNALLOWED_METHODS MFA_LOGIN_CALLBACK MFA_RECHECK MFA_RECHECK_MIN MFA_RECHECK_MAX MFA_QUICKLOGIN MFA_ALWAYS_GO_TO_LAST_METHOD
MFA_RENAME_METHODS MFA_HIDE_DISABLE MFA_REDIRECT_AFTER_REGISTRATION MFA_SUCCESS_REGISTRATION_MSG MFA_ENFORCE_RECOVERY_METHOD
MFA_ENFORCE_EMAIL_TOKEN MFA_SHOW_OTP_IN_EMAIL_SUBJECT MFA_OTP_EMAIL_SUBJECT MFA_OWNED_BY_ENTERPRISE TOKEN_ISSUER_NAME
RECOVERY_ITERATION PASSWORD_HASHERS U2F_APPID FIDO_SERVER_ID FIDO_SERVER_NAME MFA_FIDO2_RESIDENT_KEY
MFA_FIDO2_AUTHENTICATOR_ATTACHMENT MFA_FIDO2_USER_VERIFICATION MFA_FIDO2_ATTESTATION_PREFERENCE EMAIL_HOST_USER EMAIL_FROM
DEFAULT_FROM_EMAIL BASE_URL LOGIN_URL SECRET_KEY""".split()
VIEWS = """
has_mfa verify is_mfa helpers.recheck mfa_recheck middleware.process mfa_home toggle_key mfa_delKey mfa_goto mfa_methods_list
mfa_reset_cookie start_new_otop get_new_otop verify_otop totp_auth totp_recheck manage_recovery_codes get_recovery_token_left
regen_recovery_tokens recovery_auth recovery_recheck start_email email_auth start_u2f bind_u2f u2f_auth u2f_verify u2f_recheck
fido2_begin_reg fido2_complete_reg start_fido2 fido2_begin_auth fido2_complete_auth fido2_auth fido2_recheck start_td add_td
td_get_useragent td_trust_device td_checkTrusted td_securedevice td_sendemail""".split()
HEADERS = "".join(path.read_text() for path in (ROOT / "include/mfa").glob("*.h"))
LATER = {name for path in (ROOT / "src/engine").glob("config*.cpp") for name in re.findall(r'\bwithout\("(\w+)",', path.read_text())}


def rows(section):
    """The cells of each row of its tables, without their heads."""
    lines = [line for line in SECTIONS[section].splitlines() if line.startswith("|")]
    heads = {at - 1 for at, line in enumerate(lines) if line.startswith("|---")} | {
        at for at, line in enumerate(lines) if line.startswith("|---")}
    return [[cell.strip() for cell in line.strip("|").split("|")] for at, line in enumerate(lines) if at not in heads]


def quoted(text):
    return re.findall(r"`([^`]+)`", text)


def keys(node, path=""):
    yield path
    for name, inner in node.get("properties", {}).items():
        if isinstance(inner, dict):
            yield from keys(inner, f"{path}.{name}".strip("."))
    if isinstance(node.get("additionalProperties"), dict):
        yield from keys(node["additionalProperties"], f"{path}.*")


KEYS = set(keys(json.loads((ROOT / "docs/config.schema.json").read_text())))


def is_key(name):
    """Of the configuration, now or once this release has it."""
    pattern = re.compile(re.escape(name).replace(r"\*", r"[^.]+(\..+)?"))
    return any(pattern.fullmatch(key) for key in KEYS) or any(part in LATER for part in name.split("."))


def is_test(name, names):
    return name in names or any(known.startswith((f"test_{name}_", f"{name}: ")) for known in names)


def test_every_setting_has_its_row():
    assert [quoted(row[0]) for row in rows("Settings")] == [[name] for name in SETTINGS]


def test_every_view_has_its_row():
    named = [name for row in rows("Views and URLs") for name in quoted(row[0])]
    assert sorted(named) == sorted(VIEWS)


def test_every_row_says_where_and_why():
    for section in ("Settings", "Views and URLs"):
        for row in rows(section):
            assert len(row) == 3 and all(row), row


def test_each_key_that_is_named_exists():
    there = {name for section in SECTIONS.values() for name in quoted(section) if re.fullmatch(r"[a-z][\w*]*(\.[\w*]+)+", name)}
    there -= {"user.email", "middleware.process", "helpers.recheck"}  # of Django
    assert len(there) > 40
    assert [name for name in sorted(there) if not is_key(name)] == []
    assert not is_key("totp.digit") and not is_key("device_.*")


def test_each_call_that_is_named_exists():
    told = "".join("".join(row[1:]) for section in ("Settings", "Views and URLs") for row in rows(section))
    there = {name for name in quoted(told) if re.fullmatch(r"(mfa|MFA)_\w+", name)}
    assert len(there) > 20
    assert [name for name in sorted(there) if not re.search(rf"\b{name}\b", HEADERS)] == []


def test_every_unsafe_key_is_named_where_it_loosens():
    assert {"unsafe.code_in_subject", "unsafe.recovery_test_hash", "unsafe.totp_window_steps", "unsafe.alone_methods"} <= set(quoted(PAGE))


def test_every_weakness_has_its_row():
    assert [row[0] for row in rows("What is not copied") if len(row) == 4] == [f"W{number}" for number in range(1, 17)]


@pytest.mark.parametrize("row", rows("What is not copied"), ids=lambda row: row[0])
def test_a_weakness_names_tests_that_exist(row):
    names, tests = known_tests(), quoted(row[-1])
    assert tests and [name for name in tests if not is_test(name, names)] == []
    if len(row) == 4:  # by its own name, or in the name of another
        assert row[0].lower() in tests or any(f"{row[0]}," in name for name in tests)
