"""24 threads at once, on engines they share; what is leaked shows in the resident memory."""

import gc
import json
import os
import threading
import time

import mfa
import pytest
from small_site import CONFIG, MemoryStore, ORIGIN, Site
from soft_passkey import SoftPasskey

THREADS = 24
SECONDS = 60 if os.environ.get("MFA_TEST_LONG") else 10  # of load, of four kinds together
MAY_GROW = 8 << 20  # bytes, which allocators keep; test_leaks.py is exact, of one thread


def resident():
    gc.collect()
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def visit(site, user):
    """A user's life: enrols a passkey, signs in, is refused, looks, and is erased."""
    key, engine, request = SoftPasskey(ORIGIN), site.engine, site.request(user=user)
    offer = engine.enroll_begin(request, mfa.Method.WEBAUTHN)
    engine.enroll_finish(request, offer.ticket, key.create(json.loads(offer.options)))
    offer = engine.verify_begin(request, mfa.Method.WEBAUTHN)
    answer = key.get(json.loads(offer.options))
    proof = engine.verify_finish(request, offer.ticket, answer)
    with pytest.raises(mfa.AlreadyUsed):
        engine.verify_finish(request, offer.ticket, answer)
    session = site.request(mfa.Purpose.MANAGE, user=user, statement=proof.statement)
    engine.session_check(session)
    assert len(engine.account(session).factors) == 1
    with mfa.Trust(site.now_s) as trust:
        engine.set_trust(trust)
    with mfa.Engine(CONFIG, [site.key], site.store, decoy_key=bytes(32), now_s=lambda: site.now_s) as other:
        other.admin(mfa.AdminAction.ERASE, user, actor="root")
    return 8


def look(site, user):
    """What costs little and makes one of each result: many in a second."""
    request = site.request(user=user)
    proof = site.engine.session_start(request)
    offer = site.engine.enroll_begin(request, mfa.Method.TOTP)
    assert proof.user == user and offer.secret and site.engine.account(request).factors == ()
    site.engine.policy_explain(request)
    with pytest.raises(mfa.NotFound):
        site.engine.verify_code(request, mfa.Method.TOTP, "123456")
    with pytest.raises(TypeError):
        site.engine.account(None)
    with pytest.raises(mfa.Malformed):
        site.engine.enroll_finish(request, "no ticket", "123456")
    return 6


def rounds(site, life, seconds):
    """How many calls 24 threads made in so many seconds, each for users of its own."""
    odd, count = [], [0] * THREADS
    until = time.monotonic() + seconds

    def live(number):
        try:
            while time.monotonic() < until:
                count[number] += life(site, f"user {number}")
        except BaseException as error:
            odd.append(error)

    threads = [threading.Thread(target=live, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert odd == []
    return sum(count)


@pytest.mark.parametrize("life", [visit, look])
@pytest.mark.parametrize("store", [MemoryStore, lambda: mfa.open_store("memory:")], ids=["Python's", "libmfa's"])
def test_many_threads(store, life, capsys):
    with Site(store(), event=lambda line: None) as site:
        rounds(site, life, SECONDS / 12)  # allocators and caches fill
        before = resident()
        calls = rounds(site, life, SECONDS / 6)
        grown = resident() - before
    with capsys.disabled():
        told = f"resident memory {before} bytes before, {before + grown} after"
        print(f"\n# Python: {calls} calls, {THREADS} threads: {told}")
    assert calls > THREADS and grown < MAY_GROW, f"{calls} calls, {grown} bytes"


def test_one_account_and_many_threads():
    """Of all threads that show the same code, one signs in."""
    with Site(MemoryStore()) as site:
        secret = site.enroll_totp()
        for _ in range(5):
            site.now_s += 30
            start, done = threading.Barrier(THREADS), []

            def sign_in():
                start.wait()
                try:
                    site.engine.verify_code(site.request(), mfa.Method.TOTP, site.code(secret))
                    done.append("yes")
                except mfa.Error as error:
                    done.append(type(error).__name__)

            threads = [threading.Thread(target=sign_in) for _ in range(THREADS)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert done.count("yes") == 1 and set(done) <= {"yes", "AlreadyUsed", "Busy"}
