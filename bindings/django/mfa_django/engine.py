"""The engine of this process, made from the settings when it is first asked for."""

import base64
import logging
import os
import threading
import time
from typing import Any, Optional

import mfa
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

EVENTS = logging.getLogger("mfa_django.events")
_lock = threading.Lock()
_made: Optional[tuple[int, mfa.Engine]] = None


def now_s() -> int:
    """Unix seconds."""
    return int(time.time())


def database() -> str:
    """The alias of the database that has the records: MFA_DATABASE."""
    alias: str = getattr(settings, "MFA_DATABASE", "default")
    return alias


def engine() -> mfa.Engine:
    """Of this process: one that was made before a fork serves the parent alone. ImproperlyConfigured, mfa.ConfigError."""
    global _made
    with _lock:
        if _made is None or _made[0] != os.getpid():
            _made = (os.getpid(), make())
        return _made[1]


def forget() -> None:
    """The next call makes another one: for tests that change settings."""
    global _made
    with _lock:
        old, _made = _made, None
    if old is not None and old[0] == os.getpid():
        old[1].close()


def make() -> mfa.Engine:
    from mfa_django.configuration import config_of
    from mfa_django.store import DjangoStore

    return mfa.Engine(
        config_of(settings),
        keys_of(settings),
        DjangoStore(database()),
        pepper=secret(getattr(settings, "MFA_PEPPER", b""), "MFA_PEPPER") if getattr(settings, "MFA_PEPPER", b"") else b"",
        decoy_key=secret(getattr(settings, "MFA_DECOY_KEY", b""), "MFA_DECOY_KEY"),
        now_s=lambda: now_s(),
        event=EVENTS.info,
    )


def keys_of(given: Any) -> list[mfa.Key]:
    """MFA_KEYS: {number: key}, the first seals, all open."""
    keys = getattr(given, "MFA_KEYS", None)
    if not isinstance(keys, dict) or not keys:
        raise ImproperlyConfigured("MFA_KEYS must be {1: key}: `manage.py mfa_keys` makes one")
    return [mfa.Key(number, secret(key, f"MFA_KEYS[{number!r}]")) for number, key in keys.items()]


def secret(value: Any, name: str) -> bytes:
    """32 bytes, as they are or in base64url. The message never holds them."""
    try:
        data = value if isinstance(value, bytes) else base64.b64decode(value + "=" * (-len(value) % 4), b"-_", validate=True)
    except (TypeError, ValueError):
        data = b""
    if len(data) != 32:
        raise ImproperlyConfigured(f"{name} must be 32 bytes, or their base64url: `manage.py mfa_keys` makes them")
    return data
