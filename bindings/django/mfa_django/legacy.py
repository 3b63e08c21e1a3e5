"""Rows of django-mfa2's table User_Keys as factors that libmfa imports (docs/import.md). Pure: no database, no clock.

What the columns hold: docs/django-mfa2.md. Written by django-mfa2 2.x and 3.x over SQLite, PostgreSQL or MySQL.
"""

import base64
import binascii
import datetime
import json
from dataclasses import dataclass
from typing import Any, Optional
from urllib.parse import quote

LABELS = {"TOTP": "Authenticator app", "FIDO2": "Passkey or security key", "U2F": "Old security key"}
WHY_NOT = {
    "Email": "codes by mail are enrolled again: the address was not kept with them",
    "RECOVERY": "recovery codes are made anew: theirs are hashed too weakly",
    "Trusted Device": "devices are trusted anew: theirs could be taken over",
}


class LeftOut(Exception):
    """This row cannot be imported; why."""


@dataclass(frozen=True)
class Row:
    """The columns that are read."""

    id: int
    username: str
    added_on: Any
    key_type: str
    enabled: Any
    properties: Any
    last_used: Any


def factor_of(row: Row, issuer: str, now_s: int, utc: bool) -> dict[str, Any]:
    """As mfa_admin_import takes it. utc: naive times are UTC (USE_TZ), else of the server's zone. LeftOut."""
    if row.key_type in WHY_NOT:
        raise LeftOut(WHY_NOT[row.key_type])
    readers = {"TOTP": _totp, "FIDO2": _fido2, "U2F": _u2f}
    if row.key_type not in readers:
        raise LeftOut("no key_type of django-mfa2")
    factor = readers[row.key_type](row, _properties(row.properties), issuer, now_s)
    factor.update(label=LABELS[row.key_type], enabled=bool(row.enabled))
    for member, at in (("added_s", row.added_on), ("last_used_s", row.last_used)):
        seconds = unix(at, utc)
        if seconds is not None:
            factor[member] = min(seconds, now_s)
    return factor


def unix(at: Any, utc: bool) -> Optional[int]:
    """Of a column: a datetime, or the text that SQLite keeps. None: there is no time that can be told."""
    try:
        if isinstance(at, str):
            at = datetime.datetime.fromisoformat(at)
        if not isinstance(at, datetime.datetime):
            return None
        if at.tzinfo is None and utc:
            at = at.replace(tzinfo=datetime.timezone.utc)
        return max(int(at.timestamp()), 0)
    except (OverflowError, OSError, ValueError):
        return None


def _properties(value: Any) -> dict[str, Any]:
    """A JSON column as the database gives it; with the package jsonfield it may be JSON in a JSON text."""
    for _ in range(2):
        if isinstance(value, (str, bytes)):
            try:
                value = json.loads(value)
            except (ValueError, RecursionError) as broken:
                raise LeftOut("properties are no JSON") from broken
    if not isinstance(value, dict):
        raise LeftOut("no properties")
    return value


def _member(properties: dict[str, Any], name: str) -> str:
    value = properties.get(name)
    if not isinstance(value, str) or not value:
        raise LeftOut(f"properties without {name}")
    return value


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), b"-_", validate=True)
    except (binascii.Error, ValueError) as broken:
        raise LeftOut("no base64url") from broken


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _totp(row: Row, properties: dict[str, Any], issuer: str, now_s: int) -> dict[str, Any]:
    secret = _member(properties, "secret_key").strip().upper()
    name = quote(row.username.replace(":", " "), safe="")
    uri = f"otpauth://totp/{quote(issuer, safe='')}:{name}?secret={quote(secret, safe='')}&issuer={quote(issuer, safe='')}"
    # Counted from 1. The step after the present one may have been used there a moment ago.
    return {"method": "totp", "uri": uri, "last_step": now_s // 30 + 2}


def _fido2(row: Row, properties: dict[str, Any], issuer: str, now_s: int) -> dict[str, Any]:
    """device: AAGUID, length, id, COSE key (WebAuthn section 6.5.1, attested credential data)."""
    data = _bytes(_member(properties, "device"))
    end = 18 + int.from_bytes(data[16:18], "big")
    if len(data) <= end:
        raise LeftOut("a device that is cut short")
    factor = {"method": "webauthn", "id": _text(data[18:end]), "public_key": _text(data[end:]), "aaguid": data[:16].hex()}
    handle = row.username.encode()
    if len(handle) <= 64:
        # Later versions gave the base64url of it, which webauthn.legacy_user_handles takes for the same.
        factor["user_handle"] = _text(handle)
    return factor


def _u2f(row: Row, properties: dict[str, Any], issuer: str, now_s: int) -> dict[str, Any]:
    device = _properties(properties.get("device"))
    factor = {
        "method": "u2f",
        "key_handle": _text(_bytes(_member(device, "keyHandle"))),
        "public_key": _text(_bytes(_member(device, "publicKey"))),
    }
    if device.get("appId"):
        factor["app_id"] = _member(device, "appId")
    return factor
