"""libmfa's configuration from Django's settings: those of django-mfa2 by their names there, and MFA_CONFIG over them.

docs/django.md has the table. What django-mfa2 has and libmfa has not is told by `manage.py check`.
"""

from typing import Any
from urllib.parse import urlsplit

import mfa
from django.core.exceptions import ImproperlyConfigured

NAMES = {
    "FIDO2": "webauthn",
    "U2F": "u2f",
    "TOTP": "totp",
    "Email": "email",
    "RECOVERY": "recovery",
    "Trusted_Devices": "device",
}
"""django-mfa2's names of methods in its settings, and libmfa's."""
LEGACY_NAMES = {ours: theirs for theirs, ours in NAMES.items()}
CHOICES = {
    "MFA_FIDO2_RESIDENT_KEY": "resident_key",
    "MFA_FIDO2_AUTHENTICATOR_ATTACHMENT": "authenticator_attachment",
    "MFA_FIDO2_USER_VERIFICATION": "user_verification",
    "MFA_FIDO2_ATTESTATION_PREFERENCE": "attestation",
}


def config_of(settings: Any) -> dict[str, Any]:
    """As Engine takes it. ImproperlyConfigured names the setting; mfa.ConfigError, from Engine, the key."""
    config: dict[str, Any] = {"version": 1, "issuer": _text(settings, "TOKEN_ISSUER_NAME")}
    methods: dict[str, dict[str, Any]] = {name: {} for name in NAMES.values()}
    _methods(settings, methods)
    config["methods"] = methods
    if getattr(settings, "FIDO_SERVER_ID", ""):
        config["webauthn"] = _webauthn(settings)
    if getattr(settings, "U2F_APPID", "") and "webauthn" in config:
        config["u2f"] = {"app_id": _text(settings, "U2F_APPID")}
    if getattr(settings, "MFA_RECHECK", False):
        recheck = {"enabled": True}
        for setting, key in (("MFA_RECHECK_MIN", "min_s"), ("MFA_RECHECK_MAX", "max_s")):
            if hasattr(settings, setting):
                recheck[key] = getattr(settings, setting)
        config["session"] = {"recheck": recheck}
    if getattr(settings, "MFA_ENFORCE_RECOVERY_METHOD", False):
        config["recovery"] = {"required": True}
    _email(settings, config)
    return _over(config, getattr(settings, "MFA_CONFIG", {}))


def _text(settings: Any, name: str) -> str:
    value = getattr(settings, name, "")
    if not isinstance(value, str) or not value:
        raise ImproperlyConfigured(f"{name} must be a text")
    return value


def _named(settings: Any, name: str) -> list[str]:
    """libmfa's names for a list of django-mfa2's."""
    given = getattr(settings, name, ())
    unknown = [method for method in given if method not in NAMES]
    if isinstance(given, str) or unknown:
        raise ImproperlyConfigured(f"{name} lists {', '.join(NAMES)}; not {given!r}")
    return [NAMES[method] for method in given]


def _methods(settings: Any, methods: dict[str, dict[str, Any]]) -> None:
    refused = _named(settings, "MFA_UNALLOWED_METHODS")
    for name, keys in methods.items():
        keys["allowed"] = name not in refused
    methods["webauthn"]["allowed"] &= bool(getattr(settings, "FIDO_SERVER_ID", ""))
    # Registered through the browsers' old interface; they sign in by WebAuthn's AppID extension.
    methods["u2f"]["allowed"] &= methods["webauthn"]["allowed"] and bool(getattr(settings, "U2F_APPID", ""))
    methods["device"]["allowed"] = False
    for name, label in getattr(settings, "MFA_RENAME_METHODS", {}).items():
        if name not in NAMES:
            raise ImproperlyConfigured(f"MFA_RENAME_METHODS has {', '.join(NAMES)}; not {name!r}")
        methods[NAMES[name]]["label"] = str(label)
    for name in _named(settings, "MFA_HIDE_DISABLE"):
        methods[name].update(user_may_disable=False, user_may_remove=False)
    if getattr(settings, "MFA_OWNED_BY_ENTERPRISE", False):
        for name in ("webauthn", "u2f"):
            methods[name]["enterprise_owned"] = True


def _webauthn(settings: Any) -> dict[str, Any]:
    rp_id = _text(settings, "FIDO_SERVER_ID")
    origins = getattr(settings, "MFA_ORIGINS", None)
    if origins is None:
        base = urlsplit(getattr(settings, "BASE_URL", None) or "")
        origins = [f"{base.scheme}://{base.netloc}" if base.scheme and base.netloc else f"https://{rp_id}"]
    if isinstance(origins, str):
        raise ImproperlyConfigured("MFA_ORIGINS must be a list")
    # Passkeys of django-mfa2 answer with a user handle of its own making.
    found = {"rp_id": rp_id, "origins": list(origins), "legacy_user_handles": True}
    if getattr(settings, "FIDO_SERVER_NAME", ""):
        found["rp_name"] = _text(settings, "FIDO_SERVER_NAME")
    for setting, key in CHOICES.items():
        value = getattr(settings, setting, None)
        value = getattr(value, "value", value)  # of an enum
        if value is not None:
            if not isinstance(value, str):
                raise ImproperlyConfigured(f'{setting} must be a text such as "preferred"')
            found[key] = value.lower()
    return found


def _email(settings: Any, config: dict[str, Any]) -> None:
    email: dict[str, Any] = {}
    if getattr(settings, "MFA_ENFORCE_EMAIL_TOKEN", False):
        email["enforced"] = True
    subject = getattr(settings, "MFA_OTP_EMAIL_SUBJECT", None)
    in_subject = getattr(settings, "MFA_SHOW_OTP_IN_EMAIL_SUBJECT", False)
    if subject is not None or in_subject:
        # As there: without a place for it the code comes first.
        escaped = str(subject or "OTP").replace("{", "{{")
        shown = escaped if "%s" in escaped else f"%s {escaped}"
        usual = mfa.config_check({"version": 1, "issuer": "x"})["email"]["templates"]["en"]
        subject = shown.replace("%s", "{code}") if in_subject else escaped.replace("%s", "").strip()
        email["templates"] = {"en": {**usual, "subject": subject or usual["subject"]}}
    if in_subject:
        config["unsafe"] = {"code_in_subject": True}
    if email:
        config["email"] = email


def _over(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """Objects are joined, everything else is replaced."""
    if not isinstance(above, dict):
        raise ImproperlyConfigured("MFA_CONFIG must be a dict: docs/configuration.md")
    joined = dict(below)
    for key, value in above.items():
        old = joined.get(key)
        joined[key] = _over(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return joined
