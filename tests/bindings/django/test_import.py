"""manage.py mfa_import: the table of django-mfa2, made here as its migrations make it, and what signs in afterwards."""

import base64
import datetime
import io
import json

import pytest
from conftest import ORIGIN, Browser
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.db import connection
from fido2 import cbor
from mfa_django.legacy import LeftOut, Row, factor_of, unix
from mfa_django.models import ImportedKey, Record
from soft_passkey import SoftPasskey, text_of

SQLITE = """CREATE TABLE "mfa_user_keys" ("id" integer PRIMARY KEY AUTOINCREMENT, "username" varchar(50) NOT NULL,
 "added_on" datetime NOT NULL, "key_type" varchar(25) NOT NULL, "enabled" bool NOT NULL, "properties" text NULL,
 "expires" datetime NULL, "last_used" datetime NULL, "owned_by_enterprise" bool NULL, "user_handle" varchar(255) NULL)"""
POSTGRESQL = """CREATE TABLE "mfa_user_keys" ("id" serial PRIMARY KEY, "username" varchar(50) NOT NULL,
 "added_on" timestamptz NOT NULL, "key_type" varchar(25) NOT NULL, "enabled" boolean NOT NULL, "properties" jsonb NULL,
 "expires" timestamptz NULL, "last_used" timestamptz NULL, "owned_by_enterprise" boolean NULL, "user_handle" varchar(255) NULL)"""
SECRET = bytes(range(20))
ADDED = datetime.datetime(2024, 5, 6, 7, 8, 9, tzinfo=datetime.timezone.utc)


@pytest.fixture
def table(clock):
    with connection.cursor() as cursor:
        cursor.execute(POSTGRESQL if connection.vendor == "postgresql" else SQLITE)
    yield
    with connection.cursor() as cursor:
        cursor.execute('DROP TABLE "mfa_user_keys"')


def add(key_type, properties, username="alice", enabled=True, raw=None):
    text = raw if raw is not None else None if properties is None else json.dumps(properties)
    with connection.cursor() as cursor:
        cursor.execute(
            'INSERT INTO "mfa_user_keys" ("username", "added_on", "key_type", "enabled", "properties") VALUES (%s, %s, %s, %s, %s)',
            [username, ADDED if connection.vendor == "postgresql" else "2024-05-06 07:08:09", key_type, enabled, text],
        )


def run(**options):
    out = io.StringIO()
    call_command("mfa_import", stdout=out, **options)
    return out.getvalue()


def public_key(key):
    point = key.key.public_key().public_numbers()
    return point.x.to_bytes(32, "big"), point.y.to_bytes(32, "big")


def device(key):
    x, y = public_key(key)
    cose = cbor.encode({1: 2, 3: -7, -1: 1, -2: x, -3: y})
    return {"device": text_of(bytes(16) + len(key.id).to_bytes(2, "big") + key.id + cose), "type": "none"}


def test_what_can_be_imported_signs_in(table, browser, clock):
    browser.secret = SECRET
    add("TOTP", {"secret_key": base64.b32encode(SECRET).decode()})
    said = run()
    assert "1 imported: TOTP\n" in said and "1 rows" in said
    assert browser.where(browser.password()) == "/mfa/verify/"
    for _ in range(2):
        code = browser.code()
        assert browser.post("/mfa/totp/auth", {"otp": code}).status_code == 403, "may have been used there"
        assert "used before" in browser.page
        clock.now_s += 30
    assert browser.where(browser.post("/mfa/totp/auth", {"otp": browser.code()})) == "/welcome/"
    browser.get("/mfa/")
    assert "05/06/2024 2:08 a.m." in browser.page or "05/06/2024" in browser.page
    assert "1 imported before" in run() and len(browser.keys()) == 1


@pytest.mark.parametrize("handle", ["", "alice", "YWxpY2U="])
def test_a_passkey(table, browser, handle):
    """django-mfa2 gave the name as user handle, later its base64url."""
    key = SoftPasskey(ORIGIN)
    key.user_handle = handle.encode()
    add("FIDO2", device(key))
    assert "1 imported: FIDO2" in run()
    browser.password()
    assert browser.use_passkey(key) == (200, {"status": "OK", "redirect": "/welcome/"})


def test_a_passkey_of_another_name(table, browser):
    key = SoftPasskey(ORIGIN)
    key.user_handle = b"bob"
    add("FIDO2", device(key))
    assert "1 imported: FIDO2" in run()
    browser.password()
    assert browser.use_passkey(key)[0] == 403 and not browser.signed_in()


def test_a_key_of_before_webauthn(table, browser, settings):
    settings(U2F_APPID="https://example.org/u2f")
    key = SoftPasskey(ORIGIN)
    x, y = public_key(key)
    kept = {"version": "U2F_V2", "keyHandle": text_of(key.id), "publicKey": text_of(b"\x04" + x + y),
            "appId": "https://example.org/u2f", "transports": None}
    add("U2F", {"device": kept, "cert": "0"})
    assert "1 imported: U2F" in run()
    browser.password()
    assert browser.where(browser.get("/mfa/verify/")) == "/mfa/fido2/auth"
    _, begun = browser.script("/mfa/fido2/begin_auth", {})
    assert begun["publicKey"]["extensions"]["appid"] == "https://example.org/u2f"
    assert begun["publicKey"]["allowCredentials"][0]["id"] == text_of(key.id)


def test_the_rest_is_counted_with_the_reason(table, browser):
    x = base64.b32encode(SECRET).decode()
    add("Email", None)
    add("RECOVERY", {"secret_keys": ["pbkdf2_sha256_custom$1$x$y"], "salt": "x"})
    add("Trusted Device", {"key": "72LR51", "status": "trusted"})
    add("TOTP", {"secret_key": x}, username="nobody")
    add("TOTP", {"secret_key": x}, username="Alice")
    add("TOTP", {"secret_key": "not base32!"})
    add("TOTP", {})
    add("TOTP", None)
    add("FIDO2", {"device": "AAAA"})
    add("FIDO2", {"device": "*"})
    add("Telepathy", {"x": 1})
    said = run(verbosity=2)
    assert "imported:" not in said and "11 rows" in said and Record.objects.count() == 0 and ImportedKey.objects.count() == 0
    assert "2 left out: there is no such user" in said and "cut short" in said and "too weakly" in said
    assert "row 6, TOTP: left out: TOTP: the secret is not base32: uri" in said
    assert browser.where(browser.password()) == "/welcome/"


def test_what_is_off_stays_off_and_a_weak_secret_is_told(table, browser):
    browser.secret = SECRET[:10]
    add("TOTP", {"secret_key": base64.b32encode(SECRET[:10]).decode()}, enabled=False)
    assert "1 imported: TOTP, with a secret of fewer than 128 bits" in run()
    assert browser.where(browser.password()) == "/welcome/"
    browser.get("/mfa/")
    assert "Switch Authenticator app on" in browser.page


def test_a_dry_run_changes_nothing(table, user):
    add("TOTP", {"secret_key": base64.b32encode(SECRET).decode()})
    assert "1 can be imported" in run(dry_run=True)
    assert Record.objects.count() == 0 and ImportedKey.objects.count() == 0


def test_two_users_and_a_key_of_both(table, user, clock):
    get_user_model().objects.create_user("bob", password="correct horse")
    key = SoftPasskey(ORIGIN)
    add("FIDO2", device(key))
    add("FIDO2", device(key), username="bob")
    said = run()
    assert "1 imported: FIDO2" in said and "1 left out: FIDO2: registered already" in said
    bob = Browser(clock)
    assert bob.where(bob.password("bob")) == "/welcome/"


def test_there_is_no_table(clock):
    with pytest.raises(CommandError, match="mfa_user_keys"):
        run()
    with pytest.raises(CommandError):
        run(table='x"; DROP TABLE mfa_django_record; --')
    assert Record.objects.count() == 0


def row(**more):
    return Row(**{"id": 1, "username": "alice", "added_on": None, "key_type": "TOTP", "enabled": 1, "properties": None, "last_used": None, **more})


def test_json_in_json_and_times():
    secret = {"secret_key": "jbswy3dpehpk3pxp"}
    for properties in (secret, json.dumps(secret), json.dumps(json.dumps(secret)), json.dumps(secret).encode()):
        assert "secret=JBSWY3DPEHPK3PXP" in factor_of(row(properties=properties), "Example", 60, True)["uri"]
    for properties in ("{", "[]", "7", '"x"', "[" * 100000, b"\xff"):
        with pytest.raises(LeftOut):
            factor_of(row(properties=properties), "Example", 60, True)
    assert unix("2024-05-06 07:08:09.5", True) == unix(ADDED, False) == int(ADDED.timestamp())
    assert unix("2024-05-06 07:08:09+02:00", True) == int(ADDED.timestamp()) - 7200
    assert [unix(at, True) for at in (None, "", "x", 7, "0001-01-01 00:00:00")] == [None, None, None, None, 0]


def test_names_do_not_reach_into_the_uri():
    factor = factor_of(row(username="a&secret=x:y/é", properties={"secret_key": "JBSWY3DPEHPK3PXP&digits=8"}), "E & x", 60, True)
    assert factor["uri"].count("secret=") == 1 and "&digits" not in factor["uri"]
