"""Nothing of C is left behind: the heap in use after many calls is what it was, to the byte or nearly."""

import ctypes
import gc
import json

import mfa
import pytest
from small_site import CONFIG, NOW_S, ORIGIN, Site
from soft_passkey import SoftPasskey
from test_store import Failing

ROUNDS = 40
PER_CALL = 8  # bytes: less than anything that can be allocated


class Mallinfo2(ctypes.Structure):
    _fields_ = [
        (name, ctypes.c_size_t)
        for name in (
            "arena",
            "ordblks",
            "smblks",
            "hblks",
            "hblkhd",
            "usmblks",
            "fsmblks",
            "uordblks",
            "fordblks",
            "keepcost",
        )
    ]


libc = ctypes.CDLL(None)
libc.mallinfo2.restype = Mallinfo2


def in_use():
    """Bytes of the C heap of the main thread. Python's own small objects are not there."""
    gc.collect()
    told = libc.mallinfo2()
    return told.uordblks + told.hblkhd


def refused(kind, call):
    with pytest.raises(kind):
        call()


@pytest.fixture(scope="module")
def calls():
    store = Failing()
    with Site(store, event=lambda line: None) as site:
        engine, request = site.engine, site.request()
        site.enroll_totp(user="bob")
        key, wanted = SoftPasskey(ORIGIN), mfa.webauthn.Expect("example.org", [ORIGIN], bytes(16), user_handle=b"h")
        registration = key.create(json.loads(mfa.webauthn.create_options(wanted, mfa.webauthn.User(b"h", "a", "a"))))

        def credential():
            with mfa.webauthn.Response(registration) as response:
                made = mfa.webauthn.verify_registration(wanted, NOW_S, response)
                assert response.id and response.extensions() and made.columns() and made.json()
                assert mfa.webauthn.Credential.load(made.save()).columns() == made.columns()

        def failing():
            store.fails["load"] = OSError("disk")
            refused(mfa.StoreError, lambda: engine.account(request))
            store.fails.clear()

        def opened():
            with mfa.open_store("memory:") as opened_store, mfa.Trust(NOW_S) as trust:
                opened_store.save(b"key", bytes(1000), 0, 1)
                assert opened_store.load(b"key") and opened_store.scan(b"", b"", 9) and trust.json()
                with mfa.Engine(CONFIG, [site.key], opened_store, decoy_key=bytes(32), trust=trust) as other:
                    other.set_trust(None)

        def log():
            with mfa.Log([site.key]) as check:
                assert check.line("x") and check.end() == [] and check.problems

        yield {
            "account": lambda: engine.account(request),
            "account of one": lambda: engine.account(site.request(user="bob")),
            "proof": lambda: engine.session_start(request),
            "offer": lambda: engine.enroll_begin(request, mfa.Method.TOTP),
            "offer of options": lambda: engine.enroll_begin(request, mfa.Method.WEBAUTHN, mfa.BeginOptions(label="l")),
            "json": lambda: (engine.policy_explain(request), engine.config_json(), mfa.config_schema()),
            "refused": lambda: refused(mfa.Malformed, lambda: engine.enroll_finish(request, "x", "y")),
            "denied": lambda: refused(mfa.NotFound, lambda: engine.verify_code(request, mfa.Method.TOTP, "123456")),
            "wrong type": lambda: refused(TypeError, lambda: engine.account(mfa.Request(mfa.Purpose.LOGIN, roles=[7]))),
            "failing store": failing,
            "users": engine.admin_users,
            "credential": credential,
            "opened": opened,
            "log": log,
            "one-time": lambda: mfa.otp.otpauth_parse(
                mfa.otp.otpauth_build(mfa.otp.Otpauth(account="a", secret=bytes(20)))
            ),
            "qr": lambda: (mfa.qr("x"), mfa.otp.qr_matrix("x")),
            "wrong config": lambda: refused(mfa.ConfigError, lambda: mfa.config_check("{}")),
            "no engine": lambda: refused(mfa.ConfigError, lambda: mfa.Engine("{}", [site.key], store)),
        }


NAMES = [
    "account",
    "account of one",
    "proof",
    "offer",
    "offer of options",
    "json",
    "refused",
    "denied",
    "wrong type",
    "failing store",
    "users",
    "credential",
    "opened",
    "log",
    "one-time",
    "qr",
    "wrong config",
    "no engine",
]


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_left(calls, name):
    call = calls[name]
    for _ in range(8):
        call()
    grown = []
    for _ in range(8):  # tables grow, and allocators keep what was freed, but not again and again
        before = in_use()
        for _ in range(ROUNDS):
            call()
        grown.append(in_use() - before)
        if grown[-1] < ROUNDS * PER_CALL:
            return
    raise AssertionError(f"bytes in use after each {ROUNDS} calls: {grown}")


def test_a_leak_shows():
    kept = []
    before = in_use()
    for _ in range(ROUNDS):
        kept.append(ctypes.create_string_buffer(2000))
    assert in_use() - before > ROUNDS * 1000
