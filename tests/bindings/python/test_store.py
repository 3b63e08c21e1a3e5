"""Stores: libmfa's own, written in Python, and those that fail."""

import gc
import os
import sqlite3
import sys

import mfa
import pytest
from small_site import CONFIG, MemoryStore, Site


class SqlStore(mfa.Store):
    """The one of docs/python.md: any SQL database with a conditional UPDATE."""

    def __init__(self):
        self.db = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
        self.db.execute("CREATE TABLE mfa (key BLOB PRIMARY KEY, record BLOB NOT NULL, version INTEGER NOT NULL)")

    def load(self, key):
        return self.db.execute("SELECT record, version FROM mfa WHERE key = ?", (key,)).fetchone()

    def save(self, key, record, expected_version, new_version, expires_at_s):
        if expected_version == 0:
            done = self.db.execute("INSERT OR IGNORE INTO mfa VALUES (?, ?, ?)", (key, record, new_version))
        else:
            done = self.db.execute(
                "UPDATE mfa SET record = ?, version = ? WHERE key = ? AND version = ?",
                (record, new_version, key, expected_version),
            )
        return mfa.StoreAnswer.DONE if done.rowcount == 1 else mfa.StoreAnswer.CONFLICT

    def erase(self, key, expected_version):
        if self.db.execute("DELETE FROM mfa WHERE key = ? AND version = ?", (key, expected_version)).rowcount == 1:
            return mfa.StoreAnswer.DONE
        return mfa.StoreAnswer.NONE if self.load(key) is None else mfa.StoreAnswer.CONFLICT


class Failing(MemoryStore):
    """Fails at what `fails` names, by raising or by an answer that is none."""

    def __init__(self, fails=()):
        super().__init__()
        self.fails = dict(fails)

    def answer(self, what, right):
        wrong = self.fails.get(what)
        if isinstance(wrong, BaseException):
            raise wrong
        return right() if wrong is None else wrong.get("answer")

    def load(self, key):
        return self.answer("load", lambda: super(Failing, self).load(key))

    def save(self, *given):
        return self.answer("save", lambda: super(Failing, self).save(*given))

    def erase(self, *given):
        return self.answer("erase", lambda: super(Failing, self).erase(*given))

    def scan(self, *given):
        return self.answer("scan", lambda: super(Failing, self).scan(*given))


@pytest.mark.parametrize(
    "make", [MemoryStore, SqlStore, lambda: mfa.open_store("memory:")], ids=["dict", "SQL", "libmfa's"]
)
def test_keeps_every_promise(make):
    with make() as store:
        report = mfa.check_store(store)
    assert report.count("\n") > 5


def test_sqlite_of_libmfa(tmp_path):
    url = f"sqlite:{tmp_path}/mfa.db"
    with mfa.open_store(url) as store, Site(store) as site:
        secret = site.enroll_totp()
    with Site(mfa.open_store(url)) as again:
        with pytest.raises(mfa.Damaged):  # another key of the same number
            again.sign_in(secret)


def test_a_broken_promise_is_told():
    class Forgetful(MemoryStore):
        def save(self, *given):
            return mfa.StoreAnswer.DONE

    with pytest.raises(mfa.Wrong) as broken:
        mfa.check_store(Forgetful())
    assert broken.value.report.count("\n") > 5


def test_a_store_of_libmfa_answers_python():
    with mfa.open_store("memory:") as store:
        assert store.load(b"k/1") is None
        assert store.save(b"k/1", b"one", 0, 7) == mfa.StoreAnswer.DONE
        assert store.save(b"k/1", b"two", 0, 8) == mfa.StoreAnswer.CONFLICT
        assert store.save(b"k/2", b"", 0, 9, 0) == mfa.StoreAnswer.DONE
        assert store.load(b"k/1") == (b"one", 7)
        assert store.scan(b"k/", b"", 10) == [(b"k/1", b"one", 7), (b"k/2", b"", 9)]
        assert store.scan(b"k/", b"k/1", 1) == [(b"k/2", b"", 9)]
        assert store.erase(b"k/1", 8) == mfa.StoreAnswer.CONFLICT
        assert store.erase(b"k/1", 7) == mfa.StoreAnswer.DONE
        assert store.erase(b"k/1", 7) == mfa.StoreAnswer.NONE


@pytest.mark.parametrize("what", ["load", "save"])
def test_what_a_store_raises_fails_closed_and_is_the_cause(what):
    store = Failing()
    with Site(store) as site:
        secret = site.enroll_totp()
        store.fails[what] = ConnectionError("password=hunter2")
        with pytest.raises(mfa.StoreError) as failed:
            site.sign_in(secret)
        assert failed.value.__cause__ is store.fails[what]
        assert "ConnectionError" in failed.value.message and "hunter2" not in failed.value.message
        assert "failed" in site.event_names() and "hunter2" not in "".join(site.events)
        store.fails.clear()
        assert site.sign_in(secret).user == "alice"


def test_erase_fails_closed():
    store = Failing({"erase": OSError("disk")})
    with Site(store) as site:
        site.enroll_totp()
        try:
            site.engine.admin(mfa.AdminAction.ERASE, "alice", actor="root")
        except mfa.StoreError as failed:
            assert isinstance(failed.__cause__, OSError)
        assert mfa.StoreAnswer.DONE == 1


@pytest.mark.parametrize(
    "answer", [None, True, False, 1, "DONE", b"", mfa.StoreAnswer.FAILED, mfa.StoreAnswer(99), object()]
)
def test_only_a_store_answer_is_one(answer):
    store = Failing()
    with Site(store) as site:
        secret = site.enroll_totp()
        store.fails["save"] = {"answer": answer}
        with pytest.raises(mfa.StoreError):
            site.sign_in(secret)


ROWS = [
    True,
    7,
    b"record",
    (b"record",),
    (b"record", 0),
    (b"record", -1),
    (b"record", 2**63),
    (b"record", 2**70),
    ("record", 1),
    (b"record", "1"),
    (b"record", 1, 2),
    (None, 1),
    (b"x" * 262145, 1),
    ("\0", None),
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: repr(row)[:20])
def test_a_row_that_is_none_fails_closed(row):
    store = Failing()
    with Site(store) as site:
        secret = site.enroll_totp()
        store.fails["load"] = {"answer": row}
        with pytest.raises(mfa.StoreError):
            site.sign_in(secret)


SCANS = [
    OSError("disk"),
    {"answer": None},
    {"answer": [1]},
    {"answer": [(b"a", b"b")]},
    {"answer": [("a", b"b", 1)]},
    {"answer": [(b"zz", b"b", 1)]},
    {"answer": [(b"", b"", 1)]},
]


@pytest.mark.parametrize("fails", SCANS, ids=lambda row: repr(row)[:30])
def test_a_scan_that_is_none_fails_closed(fails):
    store = Failing({"scan": fails})
    with Site(store) as site:
        site.enroll_totp()
        with pytest.raises(mfa.StoreError):
            site.engine.admin_users()


def test_half_a_list_is_none(monkeypatch):
    def no_room(pointer, length):
        raise MemoryError

    with mfa.open_store("memory:") as store, Site(store) as site, monkeypatch.context() as patched:
        site.enroll_totp()
        patched.setattr("mfa._callbacks.bytes_at", no_room)
        with pytest.raises(MemoryError):
            site.engine.admin_users()
        with pytest.raises(MemoryError):
            store.scan(b"", b"", 9)


def test_a_store_without_scan():
    with Site(SqlStore()) as site:
        with pytest.raises(mfa.Unsupported):
            site.engine.admin_users()


def test_an_interrupt_in_a_store_interrupts():
    store = Failing()
    with Site(store) as site:
        secret = site.enroll_totp()
        store.fails["load"] = KeyboardInterrupt()
        with pytest.raises(KeyboardInterrupt):
            site.sign_in(secret)
        store.fails["load"] = SystemExit(3)
        with pytest.raises(SystemExit):
            site.sign_in(secret)
        store.fails.clear()
        site.sign_in(secret)


def test_a_subclass_of_an_opened_store_is_asked():
    opened = mfa.open_store("memory:")

    class Counting(mfa.OpenedStore):
        loads = 0

        def load(self, key):
            type(self).loads += 1
            return opened.load(key)

        def save(self, *given):
            return opened.save(*given)

    counting = Counting.__new__(Counting)
    counting._handle = opened._handle
    with Site(counting) as site:
        site.sign_in(site.enroll_totp())
    assert Counting.loads > 1


def test_a_store_that_calls_another_engine():
    """Each call has the exceptions of its own callbacks, none of those of a call inside it."""
    inner_store = Failing({"load": OSError("inner")})

    class Outer(MemoryStore):
        def load(self, key):
            with pytest.raises(mfa.StoreError):
                inner.engine.account(inner.request())
            return super().load(key)

    with Site(inner_store) as inner, Site(Outer()) as outer:
        assert outer.sign_in(outer.enroll_totp()).user == "alice"


def test_closing_a_store_waits_for_its_engines():
    store = mfa.open_store("memory:")
    with Site(store) as site:
        secret = site.enroll_totp()
        store.close()
        assert store.closed
        site.sign_in(secret)
        with pytest.raises(ValueError, match="closed"):
            store.load(b"k")
        with pytest.raises(ValueError, match="closed"):
            mfa.Engine(CONFIG, [site.key], store, decoy_key=bytes(32))
    store.close()


def test_an_event_callback_that_raises_changes_nothing(monkeypatch):
    told = []
    monkeypatch.setattr(sys, "unraisablehook", told.append)

    def event(line):
        raise ValueError(line)

    with Site(MemoryStore(), event=event) as site:
        assert site.sign_in(site.enroll_totp()).user == "alice"
    assert [what.exc_type for what in told] == [ValueError] * 6 and told[0].exc_traceback
    assert '"log_started"' in str(told[0].exc_value) and '"log_stopped"' in str(told[-1].exc_value)


def test_an_event_callback_that_raises_is_told_on_stderr(capfd, monkeypatch):
    monkeypatch.setattr(sys, "unraisablehook", sys.__unraisablehook__)
    with Site(MemoryStore(), event=lambda line: 1 / 0):
        pass
    assert capfd.readouterr().err.count("ZeroDivisionError: division by zero") == 3


def test_an_interrupt_in_an_event_callback_interrupts():
    told = []

    def event(line):
        if '"enrolled"' in line:
            raise KeyboardInterrupt
        told.append(line)

    with Site(MemoryStore(), event=event) as site:
        with pytest.raises(KeyboardInterrupt):
            site.enroll_totp()
        assert site.engine.account(site.request()).need == mfa.Need.FACTOR


def test_a_broken_unraisablehook_changes_nothing(monkeypatch):
    monkeypatch.setattr(sys, "unraisablehook", lambda what: 1 / 0)
    with Site(MemoryStore(), event=lambda line: 1 / 0) as site:
        assert site.sign_in(site.enroll_totp()).user == "alice"


def test_clock_and_generator_that_fail():
    with Site(MemoryStore()) as site:
        secret = site.enroll_totp()
        for now_s in (lambda: 1 / 0, lambda: -1, lambda: 0, lambda: None, lambda: 2**64):
            with pytest.raises(mfa.Failed) as failed:
                with mfa.Engine(CONFIG, [site.key], site.store, decoy_key=bytes(32), now_s=now_s) as engine:
                    engine.verify_code(site.request(), mfa.Method.TOTP, site.code(secret, 1))
            assert failed.value.__cause__ is not None
        for random in (lambda n: 1 / 0, lambda n: bytes(n + 1), lambda n: "x" * n, lambda n: None):
            with pytest.raises(mfa.Failed):
                with mfa.Engine(CONFIG, [site.key], site.store, decoy_key=bytes(32), random=random) as engine:
                    engine.enroll_begin(site.request(user="bob"), mfa.Method.TOTP)
        drawn = []
        with mfa.Engine(
            CONFIG, [site.key], site.store, decoy_key=bytes(32), random=lambda n: drawn.append(n) or os.urandom(n)
        ) as engine:
            engine.enroll_begin(site.request(user="bob"), mfa.Method.TOTP)
        assert drawn


def test_engines_that_nobody_closed_end_with_their_last_event():
    events = []
    site = Site(MemoryStore(), event=events.append)
    site.enroll_totp()
    del site
    gc.collect()
    assert '"log_stopped"' in events[-1]
