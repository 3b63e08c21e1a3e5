"""The store in Django's database keeps what libmfa asks of a store: nothing that was answered is undone. test_postgresql.py runs this
file on PostgreSQL, too."""

import os

import mfa
import pytest
from conftest import Browser
from django.db import connection, transaction
from mfa_django.models import Record
from mfa_django.store import DjangoStore


def test_it_keeps_every_promise(clock):
    report = mfa.check_store(DjangoStore("default"))
    assert report and Record.objects.count() == 0
    assert "scan" in report


def test_keys_are_in_byte_order(clock):
    store = DjangoStore("default")
    keys = [b"\x00", b"a", b"a\x00", b"a\xff", b"a\xff\xff", b"b", b"\xff", b"\xff\xff"]
    for key in reversed(keys):
        assert store.save(key, b"", 0, 1, 0) == mfa.StoreAnswer.DONE
    for prefix in (b"", b"a", b"a\xff", b"\xff"):
        found = [key for key, _, _ in store.scan(prefix, b"", 100)]
        assert found == [key for key in keys if key.startswith(prefix)], prefix
    assert [key for key, _, _ in store.scan(b"", b"a", 2)] == [b"a\x00", b"a\xff"]


def test_a_save_inside_a_transaction_is_refused(clock):
    """It could be undone after the answer."""
    store = DjangoStore("default")
    store.save(b"k", b"old", 0, 1, 0)
    with transaction.atomic():
        for change in (lambda: store.save(b"k", b"new", 1, 2, 0), lambda: store.save(b"n", b"", 0, 1, 0), lambda: store.erase(b"k", 1)):
            with pytest.raises(RuntimeError, match="durable"):
                change()
    assert store.load(b"k") == (b"old", 1) and store.load(b"n") is None


def test_a_site_that_wraps_its_views_in_transactions(with_totp, clock, monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", True)
    browser = Browser(clock)
    browser.secret = with_totp.secret
    assert browser.where(browser.password()) == "/mfa/verify/"
    assert browser.where(browser.post("/mfa/totp/auth", {"otp": browser.next_code()})) == "/welcome/"


def test_what_is_past_its_time_is_cleared(clock):
    from django.core.management import call_command

    store = DjangoStore("default")
    for key, expires in ((b"old", clock.now_s), (b"new", clock.now_s + 1), (b"ever", 0), (b"later", 2**64 - 1)):
        store.save(key, b"", 0, 1, expires)
    call_command("mfa_clear", stdout=open(os.devnull, "w"))
    assert [key for key, _, _ in store.scan(b"", b"", 9)] == [b"ever", b"later", b"new"]
