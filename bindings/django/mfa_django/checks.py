"""What `manage.py check` says of the settings."""

from typing import Any

import mfa
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning
from django.core.exceptions import ImproperlyConfigured

MIDDLEWARE = "mfa_django.middleware.MfaMiddleware"
NOT_CARRIED_OVER = {
    "MFA_QUICKLOGIN": "a passkey signs in without a name: link to fido2_auth",
    "RECOVERY_ITERATION": "recovery codes are hashed by Argon2id: MFA_CONFIG, recovery.hash",
}


def check_settings(**_more: Any) -> list[CheckMessage]:
    from mfa_django.configuration import config_of
    from mfa_django.engine import keys_of, secret

    found: list[CheckMessage] = []
    try:
        mfa.config_check(config_of(settings))
        keys = keys_of(settings)
        secret(getattr(settings, "MFA_DECOY_KEY", b""), "MFA_DECOY_KEY")
        if any(key.data == settings.SECRET_KEY.encode() for key in keys):
            raise ImproperlyConfigured("MFA_KEYS must not be the SECRET_KEY")
    except (ImproperlyConfigured, mfa.Error) as wrong:
        found.append(Error(str(wrong), id="mfa_django.E001"))
    if not getattr(settings, "MFA_LOGIN_CALLBACK", ""):
        found.append(Error("MFA_LOGIN_CALLBACK must name a function(request, username)", id="mfa_django.E002"))
    if MIDDLEWARE not in settings.MIDDLEWARE:
        found.append(
            Warning(
                f"without {MIDDLEWARE} whoever signs in elsewhere, as in Django's admin, is asked for no factor",
                id="mfa_django.W001",
            )
        )
    for name, instead in NOT_CARRIED_OVER.items():
        if getattr(settings, name, False):
            found.append(Warning(f"{name} is not read: {instead}", id="mfa_django.W002"))
    return found
