"""Each setting of django-mfa2 reaches libmfa's configuration, keys are kept apart, and `manage.py check` says what is wrong."""

import base64
import enum
import re
from types import SimpleNamespace

import mfa
import pytest
from conftest import ROOT
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from mfa_django import AttestationPreference, AuthenticatorAttachment, ResidentKey, UserVerification
from mfa_django.configuration import config_of
from mfa_django.engine import keys_of, secret

LEAST = {"TOKEN_ISSUER_NAME": "Example", "FIDO_SERVER_ID": "example.org"}


class Preference(enum.Enum):
    DIRECT = "direct"


def full(**settings):
    """The whole configuration, as the engine takes it."""
    return mfa.config_check(config_of(SimpleNamespace(**{**LEAST, **settings})))


def at(config, path):
    for name in path.split("."):
        config = config[name]
    return config


@pytest.mark.parametrize(
    "settings, path, value",
    [
        ({}, "issuer", "Example"),
        ({}, "webauthn.rp_id", "example.org"),
        ({}, "webauthn.origins", ["https://example.org"]),
        ({}, "webauthn.rp_name", "Example"),
        ({}, "methods.email.allowed", True),
        ({}, "methods.u2f.allowed", False),
        ({}, "methods.device.allowed", False),
        ({"FIDO_SERVER_NAME": "Site"}, "webauthn.rp_name", "Site"),
        ({"BASE_URL": "https://www.example.org:8443/x"}, "webauthn.origins", ["https://www.example.org:8443"]),
        ({"MFA_ORIGINS": ["https://a.example.org"]}, "webauthn.origins", ["https://a.example.org"]),
        ({"MFA_UNALLOWED_METHODS": ("Email", "Trusted_Devices")}, "methods.email.allowed", False),
        ({"MFA_UNALLOWED_METHODS": ["FIDO2"], "U2F_APPID": "https://example.org"}, "methods.u2f.allowed", False),
        ({"U2F_APPID": "https://example.org"}, "methods.u2f.allowed", True),
        ({"U2F_APPID": "https://example.org"}, "u2f.app_id", "https://example.org"),
        ({"MFA_RECHECK": True, "MFA_RECHECK_MIN": 10, "MFA_RECHECK_MAX": 30}, "session.recheck.min_s", 10),
        ({"MFA_RECHECK": True, "MFA_RECHECK_MIN": 10, "MFA_RECHECK_MAX": 30}, "session.recheck.max_s", 30),
        ({"MFA_RECHECK": True}, "session.recheck.enabled", True),
        ({"MFA_RECHECK": False, "MFA_RECHECK_MIN": 10}, "session.recheck.enabled", False),
        ({"MFA_RENAME_METHODS": {"RECOVERY": "Backup codes"}}, "methods.recovery.label", "Backup codes"),
        ({"MFA_HIDE_DISABLE": ("FIDO2",)}, "methods.webauthn.user_may_disable", False),
        ({"MFA_HIDE_DISABLE": ("FIDO2",)}, "methods.webauthn.user_may_remove", False),
        ({"MFA_ENFORCE_RECOVERY_METHOD": True}, "recovery.required", True),
        ({"MFA_ENFORCE_EMAIL_TOKEN": True}, "email.enforced", True),
        ({"MFA_OTP_EMAIL_SUBJECT": "Your code"}, "email.templates.en.subject", "Your code"),
        ({"MFA_OTP_EMAIL_SUBJECT": "Code %s"}, "email.templates.en.subject", "Code"),
        ({"MFA_OTP_EMAIL_SUBJECT": "{x} %s", "MFA_SHOW_OTP_IN_EMAIL_SUBJECT": True}, "email.templates.en.subject", "{{x} {code}"),
        ({"MFA_SHOW_OTP_IN_EMAIL_SUBJECT": True}, "email.templates.en.subject", "{code} OTP"),
        ({"MFA_SHOW_OTP_IN_EMAIL_SUBJECT": True}, "unsafe.code_in_subject", True),
        ({"MFA_OWNED_BY_ENTERPRISE": True}, "methods.webauthn.enterprise_owned", True),
        ({"MFA_FIDO2_RESIDENT_KEY": ResidentKey.REQUIRED}, "webauthn.resident_key", "required"),
        ({"MFA_FIDO2_AUTHENTICATOR_ATTACHMENT": AuthenticatorAttachment.PLATFORM}, "webauthn.authenticator_attachment", "platform"),
        ({"MFA_FIDO2_USER_VERIFICATION": UserVerification.REQUIRED}, "webauthn.user_verification", "required"),
        ({"MFA_FIDO2_USER_VERIFICATION": None}, "webauthn.user_verification", "preferred"),
        ({"MFA_FIDO2_ATTESTATION_PREFERENCE": AttestationPreference.ENTERPRISE}, "webauthn.attestation", "enterprise"),
        ({"MFA_FIDO2_ATTESTATION_PREFERENCE": Preference.DIRECT}, "webauthn.attestation", "direct"),
        ({"MFA_CONFIG": {"webauthn": {"timeout_s": 60}}}, "webauthn.timeout_s", 60),
        ({"MFA_CONFIG": {"webauthn": {"timeout_s": 60}}}, "webauthn.rp_id", "example.org"),
        ({"MFA_CONFIG": {"methods": {"totp": {"allowed": False}}}}, "methods.totp.allowed", False),
    ],
)
def test_a_setting_reaches_the_configuration(settings, path, value):
    assert at(full(**settings), path) == value


@pytest.mark.parametrize(
    "settings, word",
    [
        ({"TOKEN_ISSUER_NAME": ""}, "TOKEN_ISSUER_NAME"),
        ({"TOKEN_ISSUER_NAME": None}, "TOKEN_ISSUER_NAME"),
        ({"MFA_UNALLOWED_METHODS": ("FIDO",)}, "MFA_UNALLOWED_METHODS"),
        ({"MFA_UNALLOWED_METHODS": "TOTP"}, "MFA_UNALLOWED_METHODS"),
        ({"MFA_RENAME_METHODS": {"totp": "x"}}, "MFA_RENAME_METHODS"),
        ({"MFA_HIDE_DISABLE": ["x"]}, "MFA_HIDE_DISABLE"),
        ({"FIDO_SERVER_ID": len}, "FIDO_SERVER_ID"),
        ({"MFA_ORIGINS": "https://example.org"}, "MFA_ORIGINS"),
        ({"MFA_FIDO2_RESIDENT_KEY": 7}, "MFA_FIDO2_RESIDENT_KEY"),
        ({"MFA_CONFIG": []}, "MFA_CONFIG"),
        ({"MFA_CONFIG": {"x": 1}}, "x"),
        ({"MFA_FIDO2_USER_VERIFICATION": "always"}, "user_verification"),
        ({"MFA_RECHECK": True, "MFA_RECHECK_MIN": 50, "MFA_RECHECK_MAX": 40}, "recheck"),
    ],
)
def test_what_is_wrong_is_named(settings, word):
    with pytest.raises((ImproperlyConfigured, mfa.ConfigError), match=word):
        full(**settings)


def test_without_a_server_id_there_are_no_passkeys():
    assert full(FIDO_SERVER_ID="", U2F_APPID="https://example.org")["methods"]["webauthn"]["allowed"] is False


def test_keys():
    text = base64.urlsafe_b64encode(bytes(range(200, 232))).rstrip(b"=").decode()
    keys = keys_of(SimpleNamespace(MFA_KEYS={7: text, 3: bytes(32)}))
    assert [(key.id, key.data) for key in keys] == [(7, bytes(range(200, 232))), (3, bytes(32))]
    for wrong in (None, {}, [text], {1: ""}, {1: text[:-2]}, {1: "ä" * 43}, {1: bytes(31)}, {1: 7}):
        with pytest.raises(ImproperlyConfigured) as no:
            keys_of(SimpleNamespace(MFA_KEYS=wrong))
        assert text[:-2] not in str(no.value)
    assert secret(text + "=", "x") == bytes(range(200, 232))


def test_new_keys_are_what_the_settings_take(capsys):
    call_command("mfa_keys")
    made = {}
    exec(capsys.readouterr().out, made)
    assert len(keys_of(SimpleNamespace(MFA_KEYS=made["MFA_KEYS"]))) == 1
    assert len({made["MFA_KEYS"][1], made["MFA_DECOY_KEY"], made["MFA_PEPPER"]}) == 3


def test_the_migration_is_of_these_models():
    call_command("makemigrations", "mfa_django", check=True, dry_run=True, verbosity=0)


def found():
    return {message.id for message in run_checks() if message.id.startswith("mfa_django")}


@pytest.mark.parametrize(
    "change, identifier",
    [
        ({"MFA_KEYS": {}}, "mfa_django.E001"),
        ({"MFA_CONFIG": {"nonsense": 1}}, "mfa_django.E001"),
        ({"MFA_DECOY_KEY": b""}, "mfa_django.E001"),
        ({"SECRET_KEY": "k" * 32, "MFA_KEYS": {1: b"k" * 32}}, "mfa_django.E001"),
        ({"MFA_LOGIN_CALLBACK": ""}, "mfa_django.E002"),
        ({"MIDDLEWARE": []}, "mfa_django.W001"),
        ({"MFA_QUICKLOGIN": True}, "mfa_django.W002"),
        ({"RECOVERY_ITERATION": 350000}, "mfa_django.W002"),
    ],
)
def test_check_says_it(settings, change, identifier):
    assert found() == set()
    settings(**change)
    assert identifier in found()


def test_the_guide_has_every_setting_that_is_read():
    """And every name of a URL."""
    page = (ROOT / "docs/django.md").read_text()
    sources = "".join(path.read_text() for path in (ROOT / "bindings/django/mfa_django").rglob("*.py"))
    read = set(re.findall(r'"((?:MFA|FIDO|U2F|TOKEN)_[A-Z0-9_]+)"', sources)) | {"BASE_URL", "EMAIL_FROM", "LOGIN_URL"}
    names = set(re.findall(r'name="(\w+)"\)', (ROOT / "bindings/django/mfa_django/urls.py").read_text()))
    assert len(read) > 20 and len(names) > 25
    assert [name for name in sorted(read | names) if f"`{name}" not in page] == []
