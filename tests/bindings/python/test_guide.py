"""docs/python.md: its code runs in order, and does what it says."""

import asyncio
import base64
import functools
import json
import os
import re
import sqlite3
from pathlib import Path
from types import SimpleNamespace

import mfa
import pytest
from small_site import NOW_S, one_time_password
from soft_passkey import SoftPasskey

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs/python.md").read_text()
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE, re.S)


@pytest.fixture
def guide(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(mfa, "Engine", functools.partial(mfa.Engine, now_s=lambda: NOW_S))
    names = {}
    for block in BLOCKS:
        exec(compile(block, "docs/python.md", "exec"), names)
    yield SimpleNamespace(**names)
    names["engine"].close()


def visitor():
    return SimpleNamespace(user_id="alice", cookies={"browser": os.urandom(16).hex()}, session={}, peer="192.0.2.7")


def code_of(secret, steps=0):
    return one_time_password(base64.b32decode(secret + "=" * (-len(secret) % 8)), NOW_S // 30 + steps)


def test_a_login(guide):
    web = visitor()
    assert guide.after_password(web) == "/welcome" and guide.signed_in(web)
    page = guide.enroll_page(web)
    assert "<svg" in page["qr"]
    guide.enroll_submit(web, page["ticket"], code_of(page["to_type"]))

    codes = guide.recovery_page(web)
    guide.recovery_submit(web, codes["ticket"], codes["codes"][0])

    key, begun = SoftPasskey("https://example.org"), guide.passkey_begin(web, True)
    guide.passkey_finish(web, True, begun["ticket"], json.loads(key.create(begun["options"])))

    web = visitor()
    assert guide.after_password(web) == "/second-factor" and sorted(web.methods) == ["recovery", "totp", "webauthn"]
    assert not guide.signed_in(web)
    assert guide.code_submit(web, "totp", code_of(page["to_type"])) == "Wait for the next code."
    assert guide.code_submit(web, "nonsense", "1") == guide.code_submit(web, "totp", "x") == "That was not right."
    assert guide.code_submit(web, "totp", code_of(page["to_type"], 1)) == "/welcome" and guide.signed_in(web)

    web = visitor()
    begun = guide.passkey_begin(web, False)
    guide.passkey_finish(web, False, begun["ticket"], json.loads(key.get(begun["options"])))
    assert guide.signed_in(web)

    web = visitor()
    assert guide.code_submit(web, "recovery", codes["codes"][4]) == "/welcome"
    with pytest.raises(mfa.AlreadyUsed):
        asyncio.run(guide.code_submit_later(visitor(), code_of(page["to_type"])))
    for _ in range(5):
        guide.code_submit(web, "totp", str(int(code_of(page["to_type"], 7)) ^ 1).zfill(6))
    assert guide.code_submit(web, "totp", "000000").startswith("Too many attempts. Try again at ")
    assert '"refused"' in Path("events.jsonl").read_text()


def test_its_store_keeps_every_promise(guide):
    database = sqlite3.connect("mine.db", check_same_thread=False, isolation_level=None)
    database.execute(guide.SqlStore.__doc__)
    assert mfa.check_store(guide.SqlStore(lambda: database))


def test_it_names_every_exception():
    named = set(re.findall(r"`(?:mfa\.)?(\w+)`", PAGE.split("| exception |")[1].split("\n\n")[0]))
    every = {
        name
        for name in mfa.__all__
        if isinstance(getattr(mfa, name), type) and issubclass(getattr(mfa, name), mfa.Error)
    }
    assert every <= named


def test_it_is_short():
    assert len(PAGE.splitlines()) < 260 and len(BLOCKS) >= 9
