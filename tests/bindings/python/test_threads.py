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
SECONDS = 2 * int(os.environ.get("MFA_TEST_PERCENT", "100")) / 100
MAY_GROW = 8 << 20  # bytes; one proof leaked by each call would be more


def resident():
    gc.collect()
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def visit(site, number, until, odd, count):
    """One user's life, again and again: enrols, signs in, is refused, looks, and is erased."""
    user = f"user {number}"
    key = SoftPasskey(ORIGIN)
    try:
        while time.monotonic() < until:
            request = site.request(user=user)
            offer = site.engine.enroll_begin(request, mfa.Method.WEBAUTHN)
            site.engine.enroll_finish(request, offer.ticket, key.create(json.loads(offer.options)))
            for _ in range(3):
                offer = site.engine.verify_begin(request, mfa.Method.WEBAUTHN)
                answer = key.get(json.loads(offer.options))
                proof = site.engine.verify_finish(request, offer.ticket, answer)
                with pytest.raises(mfa.AlreadyUsed):
                    site.engine.verify_finish(request, offer.ticket, answer)
                session = site.request(mfa.Purpose.MANAGE, user=user, statement=proof.statement)
                site.engine.session_check(session)
                assert len(site.engine.account(session).factors) == 1
                with pytest.raises(mfa.NotFound):
                    site.engine.verify_code(request, mfa.Method.TOTP, "123456")
                count[number] += 1
            with mfa.Trust(site.now_s) as trust:
                site.engine.set_trust(trust)
            with mfa.Engine(CONFIG, [site.key], site.store, decoy_key=bytes(32), now_s=lambda: site.now_s) as engine:
                engine.admin(mfa.AdminAction.ERASE, user, actor="root")
            with pytest.raises(TypeError):
                site.engine.account(None)
    except BaseException as error:
        odd.append(error)


@pytest.mark.parametrize(
    "store", [MemoryStore, lambda: mfa.open_store("memory:")], ids=["a store in Python", "libmfa's store"]
)
def test_many_threads(store):
    with Site(store(), event=lambda line: None) as site:

        def rounds(seconds):
            odd, count = [], [0] * THREADS
            until = time.monotonic() + seconds
            threads = [
                threading.Thread(target=visit, args=(site, number, until, odd, count)) for number in range(THREADS)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert odd == []
            return count

        rounds(SECONDS / 4)  # allocators and caches fill
        before = resident()
        count = rounds(SECONDS)
        grown = resident() - before
    assert min(count) > 0 and grown < MAY_GROW, f"{sum(count)} sign-ins, {grown} bytes"
    print(f"{sum(count)} sign-ins, {THREADS} threads: resident memory {before} bytes before, {before + grown} after")


def test_one_account_and_many_threads():
    """Of all threads that show the same code, one signs in."""
    with Site(MemoryStore()) as site:
        secret = site.enroll_totp()
        for step in range(1, 6):
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
