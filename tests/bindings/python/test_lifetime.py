"""Handles: closed while somebody uses them, by a callback, by nobody, in a child of fork. Never a crash."""

import gc
import os
import pickle
import signal
import threading

import mfa
import pytest
from small_site import CONFIG, MemoryStore, Site
from test_store import Failing

TOTP = mfa.Method.TOTP


def calls(site, request):
    """Each call of an engine that takes a request, with the others' arguments as they should be."""
    e = site.engine
    return {
        "account": lambda: e.account(request),
        "enroll_begin": lambda: e.enroll_begin(request, TOTP),
        "enroll_finish": lambda: e.enroll_finish(request, "t", "r"),
        "verify_begin": lambda: e.verify_begin(request, TOTP),
        "verify_finish": lambda: e.verify_finish(request, "t", "r"),
        "verify_code": lambda: e.verify_code(request, TOTP, "1"),
        "session_start": lambda: e.session_start(request),
        "session_check": lambda: e.session_check(request),
        "session_check_offline": lambda: e.session_check_offline(request),
        "session": lambda: e.session(request),
        "policy_explain": lambda: e.policy_explain(request),
        "device_remember": lambda: e.device_remember(request, "l"),
        "device_claim": lambda: e.device_claim(request, "c"),
        "device_claimed": lambda: e.device_claimed(request, "t"),
        "device_collect": lambda: e.device_collect(request, "t"),
        "remembered_issue": lambda: e.remembered_issue(request),
        "remembered_user": lambda: e.remembered_user(request, "c"),
        "factor_rename": lambda: e.factor_rename(request, "f", "l"),
        "factor_set_enabled": lambda: e.factor_set_enabled(request, "f", True),
        "factor_remove": lambda: e.factor_remove(request, "f"),
    }


def others(engine):
    return {
        "set_trust": lambda: engine.set_trust(None),
        "config_json": engine.config_json,
        "admin": lambda: engine.admin(mfa.AdminAction.RESET, "u"),
        "admin_import": lambda: engine.admin_import("u", {}),
        "admin_audit": lambda: engine.admin_audit("u"),
        "admin_users": engine.admin_users,
        "users": lambda: list(engine.users()),
    }


def test_after_close(alone):
    every = {**calls(alone, alone.request()), **others(alone.engine)}
    assert set(every) == {
        name for name, value in vars(mfa.Engine).items() if not name.startswith("_") and callable(value)
    }
    alone.engine.close()
    alone.engine.close()
    for call in every.values():
        with pytest.raises(ValueError, match="the engine is closed"):
            call()
    with pytest.raises(ValueError):
        alone.engine.__enter__()
    assert "closed" in repr(alone.engine)


@pytest.mark.parametrize(
    "make",
    [
        lambda: (mfa.Trust(0), lambda it: it.json()),
        lambda: (mfa.Log(), lambda it: it.line("{}")),
        lambda: (mfa.Log(), lambda it: it.problems),
        lambda: (mfa.open_store("memory:"), lambda it: it.scan(b"", b"", 1)),
        lambda: (mfa.open_store("memory:"), mfa.check_store),
    ],
    ids=["trust", "log", "number", "store", "check"],
)
def test_other_handles_after_close(make):
    with make()[0] as made:
        use = make()[1]
    with pytest.raises(ValueError, match="closed"):
        use(made)


def test_a_trust_that_is_closed_stays_with_its_engine(alone):
    with mfa.Trust(alone.now_s) as trust:
        alone.engine.set_trust(trust)
    assert alone.engine.admin_audit("alice") == [] if alone.enroll_totp() else None
    with pytest.raises(ValueError, match="closed"):
        alone.engine.set_trust(trust)


@pytest.mark.parametrize("where", ["event", "clock"])
def test_a_callback_that_closes_its_engine(where):
    store = Failing()
    with Site(store) as site:
        secret = site.enroll_totp()
        engines = []

        def close(*_line):
            for engine in engines:
                engine.close()
            return site.now_s

        hooks = {"now_s": close} if where == "clock" else {"now_s": lambda: site.now_s, "event": close}
        engine = mfa.Engine(CONFIG, [site.key], store, decoy_key=bytes(32), **hooks)
        engines.append(engine)
        assert engine.verify_code(site.request(), TOTP, site.code(secret, 1)).user == "alice"
        with pytest.raises(ValueError, match="closed"):
            engine.config_json()


def test_closing_while_threads_use_it():
    for _ in range(20):
        site = Site(MemoryStore())
        secret = site.enroll_totp()
        odd = []

        def use():
            try:
                while True:
                    site.engine.account(site.request())
                    site.engine.verify_code(site.request(), TOTP, site.code(secret, 1))
            except mfa.AlreadyUsed:
                pass
            except ValueError as closed:
                odd.extend([] if "closed" in str(closed) else [closed])

        threads = [threading.Thread(target=use) for _ in range(4)]
        for thread in threads:
            thread.start()
        site.engine.close()
        for thread in threads:
            thread.join()
        assert odd == []


def test_handles_are_neither_copied_nor_pickled(alone):
    for handle in (alone.engine, mfa.open_store("memory:"), mfa.Trust(0)):
        with pytest.raises(TypeError):
            pickle.dumps(handle)


def test_results_and_exceptions_are_pickled(alone):
    proof = alone.sign_in(alone.enroll_totp())
    assert pickle.loads(pickle.dumps(proof)) == proof
    error = mfa.Locked("locked", retry_at_s=7, signals=mfa.Signal.RECOVERY_LOW)
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), again.retry_at_s, again.signals, again.message) == (mfa.Locked, 7, error.signals, "locked")
    assert mfa.Locked("", retry_at_s=2**64 - 1).retry_at is None


def in_child(check):
    """The exit code of a child that was forked: 0 where check() says true."""
    child = os.fork()
    if child == 0:
        signal.alarm(10)
        try:
            os._exit(0 if check() else 1)
        finally:
            os._exit(2)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_after_fork(alone, tmp_path):
    secret = alone.enroll_totp()
    assert in_child(lambda: alone.sign_in(secret).user == "alice") == 0
    with Site(mfa.open_store(f"sqlite:{tmp_path}/mfa.db")) as site:
        site.enroll_totp()

        def fails():
            try:
                site.engine.account(site.request())
            except mfa.StoreError:
                site.engine.close()
                return True
            return False

        assert in_child(fails) == 0


def test_fork_while_a_thread_holds_a_lock(alone):
    """That thread is not in the child, where nobody would ever let go of it."""
    with alone.engine._handle._lock:
        assert in_child(lambda: alone.engine.close() is None and alone.engine.closed) == 0
    assert not alone.engine.closed


def test_handles_that_nobody_closed_are_freed():
    for _ in range(100):
        mfa.Trust(0), mfa.Log(), mfa.open_store("memory:"), Site(MemoryStore())
    gc.collect()
