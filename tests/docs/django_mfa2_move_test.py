"""docs/django-mfa2.md: its script moves the rows of a dump, each of which then signs in as it did there."""

import base64
import json
import os
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(Path(__file__).resolve().parent), str(ROOT / "bindings/python"), str(ROOT / "tests/browser"),
                str(ROOT / "tests/bindings/python")]
import mfa  # noqa: E402
from fido2 import cbor  # noqa: E402
from guide_source import blocks  # noqa: E402
from small_site import one_time_password  # noqa: E402
from soft_passkey import SoftPasskey, text_of  # noqa: E402

ORIGIN = "https://example.org"
NOW_S = 1_800_000_000
CONFIG = {"version": 1, "issuer": "Example",
          "webauthn": {"rp_id": "example.org", "origins": [ORIGIN], "legacy_user_handles": True},
          "methods": {"u2f": {"allowed": True}}, "u2f": {"app_id": ORIGIN}}
IDS = {"alice": "7", "bob": "8"}
SECRET = bytes(range(20))


def row(username, key_type, properties, **more):
    return {"model": "mfa.user_keys", "pk": 1, "fields": {
        "username": username, "properties": properties, "key_type": key_type, "added_on": "2024-05-01T10:00:00Z", "enabled": True,
        "expires": None, "last_used": None, "owned_by_enterprise": False, **more}}


@pytest.fixture
def moved():
    names = {}
    [code] = blocks(ROOT / "docs/django-mfa2.md", "python")
    exec(compile(code, "docs/django-mfa2.md", "exec"), names)
    key, token = SoftPasskey(ORIGIN), SoftPasskey(ORIGIN)
    point, other = (one.key.public_key().public_numbers() for one in (key, token))
    cose = cbor.encode({1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")})
    u2f_key = b"\4" + other.x.to_bytes(32, "big") + other.y.to_bytes(32, "big")
    rows = [
        row("alice", "TOTP", {"secret_key": base64.b32encode(SECRET).decode()}),
        row("alice", "FIDO2", {"device": text_of(bytes(16) + len(key.id).to_bytes(2, "big") + key.id + cose), "type": "fido-u2f"}),
        row("bob", "U2F", json.dumps({"device": {"version": "U2F_V2", "appId": ORIGIN, "publicKey": text_of(u2f_key),
                                                 "keyHandle": text_of(token.id)}, "cert": "00"})),
        row("bob", "TOTP", {"secret_key": base64.b32encode(SECRET).decode()}, enabled=False),
        row("bob", "RECOVERY", {"secret_keys": ["x"], "salt": "y"}),
        row("bob", "TOTP", {"secret_key": "MZXW6"}),  # three bytes
        row("gone", "TOTP", {"secret_key": base64.b32encode(SECRET).decode()}),
    ]
    with mfa.open_store("memory:") as store, mfa.Engine(CONFIG, [mfa.Key.generate(1)], store, decoy_key=bytes(32),
                                                        now_s=lambda: NOW_S) as engine:
        yield SimpleNamespace(engine=engine, key=key, rows=rows, move=lambda: names["move"](engine, rows, "Example", NOW_S, IDS.get))


def who(user, purpose=mfa.Purpose.LOGIN):
    return mfa.Request(purpose, user=user, browser="browser-0123456789", proven=mfa.Proven.PASSWORD)


def test_it_counts_what_it_did(moved, capsys):
    assert moved.move() == {("TOTP", "moved"): 2, ("FIDO2", "moved"): 1, ("U2F", "moved"): 1, ("RECOVERY", "not imported"): 1,
                            ("TOTP", "refused"): 1, ("TOTP", "no user"): 1}
    assert capsys.readouterr().out.startswith("bob, TOTP: ")
    assert {outcome for _, outcome in moved.move()} == {"there already", "not imported", "refused", "no user"}


def test_what_was_moved_signs_in(moved):
    moved.move()
    step = NOW_S // 30
    for used in (step - 1, step):  # may have been used there
        with pytest.raises(mfa.Refused):
            moved.engine.verify_code(who("7"), mfa.Method.TOTP, one_time_password(SECRET, used))
    moved.engine.verify_code(who("7"), mfa.Method.TOTP, one_time_password(SECRET, step + 1))
    offer = moved.engine.verify_begin(who("7"), mfa.Method.WEBAUTHN)
    moved.engine.verify_finish(who("7"), offer.ticket, json.loads(moved.key.get(json.loads(offer.options))))
    methods = {factor.method: factor.enabled for factor in moved.engine.account(who("8", mfa.Purpose.MANAGE)).factors}
    assert methods == {mfa.Method.U2F: True, mfa.Method.TOTP: False}
