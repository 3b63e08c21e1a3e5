"""Wrong use is an exception, never a crash."""


import mfa
import pytest
from small_site import CONFIG, MemoryStore, Site
from test_lifetime import calls

LOGIN = mfa.Purpose.LOGIN
TOTP = mfa.Method.TOTP


@pytest.mark.parametrize("request_", [None, 7, "alice", {}, object(), mfa.Request], ids=repr)
def test_what_is_no_request(alone, request_):
    for call in calls(alone, request_).values():
        with pytest.raises(TypeError):
            call()


WRONG = {
    "user": [None, 7, 1.5, ["a"], object()],
    "purpose": [None, "login", 1.0, 2**40, -(2**40)],
    "roles": ["admin", b"x", 7, [7], None],
    "min_serial": [-1, 2**64, "1", 1.5, None],
    "proven": [-1, 2**32, "password"],
    "browser": [None, 7],
}


@pytest.mark.parametrize(
    "member, value", [(name, value) for name, values in WRONG.items() for value in values], ids=repr
)
def test_a_request_with_a_member_of_another_type(alone, member, value):
    request = mfa.Request(**{"purpose": LOGIN, "user": "alice", "browser": "b" * 32, member: value})
    for call in calls(alone, request).values():
        with pytest.raises((TypeError, OverflowError)):
            call()


@pytest.mark.parametrize("user", ["a\0b", "\0", b"\0\0", "x" * 255, "ü" * 127, b"\xff\x00\xfe", "\udc80"])
def test_user_ids_are_bytes_compared_exactly(user):
    with Site(MemoryStore()) as site:
        secret = site.enroll_totp(user=user, options=mfa.BeginOptions(account_name="a"))
        proof = site.sign_in(secret, user=user)
        assert proof.user.encode("utf-8", "surrogateescape") == (
            user if isinstance(user, bytes) else user.encode("utf-8", "surrogateescape")
        )
        assert site.engine.account(site.request(user="a")).factors == ()


@pytest.mark.parametrize("user", ["", "x" * 256, "x" * 2**20, "\ud800"], ids=["none", "256", "2^20", "surrogate"])
def test_user_ids_that_are_none(alone, user):
    with pytest.raises((mfa.ArgumentError, UnicodeEncodeError)):
        alone.engine.account(mfa.Request(LOGIN, user=user, proven=mfa.Proven.PASSWORD))


@pytest.mark.parametrize(
    "text",
    ["\0", "1\0" * 3, "x" * 2**24, b"\xff" * 1000, "", "١٢٣٤٥٦", "{" * 10**6, "[" * 10**5],
    ids=["NUL", "NULs", "16 MiB", "ff", "empty", "other digits", "braces", "brackets"],
)
def test_what_a_client_may_send(alone, text):
    alone.enroll_totp()
    request = alone.request()
    for call in (
        lambda: alone.engine.verify_code(request, TOTP, text),
        lambda: alone.engine.verify_finish(request, text, text),
        lambda: alone.engine.enroll_finish(request, text, text),
        lambda: alone.engine.device_claim(request, text),
        lambda: alone.engine.verify_code(request, mfa.Method.RECOVERY, text),
        lambda: alone.engine.verify_code(request, mfa.Method.DEVICE, text),
        lambda: mfa.webauthn.Response(text),
        lambda: mfa.otp.otpauth_parse(text),
        lambda: mfa.u2f.response_key_handle(text),
        lambda: alone.engine.remembered_user(alone.request(user=""), text),
    ):
        with pytest.raises(mfa.Refused):
            call()


@pytest.mark.parametrize("method", [0, 99, -1, mfa.Method.NONE, mfa.Method(2**31 - 1)])
def test_methods_that_there_are_not(alone, method):
    for call in (
        lambda: alone.engine.verify_begin(alone.request(), method),
        lambda: alone.engine.verify_code(alone.request(), method, "1"),
        lambda: alone.engine.enroll_begin(alone.request(), method),
    ):
        with pytest.raises(mfa.Error):
            call()
    for wrong in ("totp", None, 1.5, 2**40):
        with pytest.raises((TypeError, OverflowError)):
            alone.engine.enroll_begin(alone.request(), wrong)


@pytest.mark.parametrize(
    "given",
    [
        (None,),
        ("{",),
        ({"version": 1},),
        (7,),
        ({"version": 1, "issuer": float("nan")},),
        ({"version": {1, 2}},),
        ("\0",),
        (b"\xff",),
        (CONFIG, None),
        (CONFIG, []),
        (CONFIG, "key"),
        (CONFIG, [b"k" * 32]),
        (CONFIG, [mfa.Key(1, b"short")]),
        (CONFIG, [mfa.Key(1, "é" * 32)]),
        (CONFIG, [mfa.Key(-1, bytes(32))]),
        (CONFIG, [mfa.Key("1", bytes(32))]),
        (CONFIG, [mfa.Key(1, None)]),
        (CONFIG, [mfa.Key(1, bytes(32)), mfa.Key(1, bytes(32))]),
        (CONFIG, [mfa.Key(1, bytes(32))], None),
        (CONFIG, [mfa.Key(1, bytes(32))], {}),
        (CONFIG, [mfa.Key(1, bytes(32))], MemoryStore),
    ],
    ids=lambda given: repr(given)[-50:],
)
def test_engines_that_cannot_be_made(given):
    config, keys, store = (*given, *(CONFIG, [mfa.Key(1, bytes(range(32)))], MemoryStore())[len(given) :])
    with pytest.raises((TypeError, ValueError, OverflowError)):
        mfa.Engine(config, keys, store, decoy_key=bytes(32))


@pytest.mark.parametrize(
    "more",
    [{"trust": 7}, {"pepper": None}, {"decoy_key": b"short"}, {"now_s": 7}, {"event": "x"}, {"random": b"x"}],
    ids=repr,
)
def test_engines_with_wrong_extras(more):
    with pytest.raises((TypeError, ValueError)):
        mfa.Engine(CONFIG, [mfa.Key.generate(1)], MemoryStore(), **{"decoy_key": bytes(32), **more})


@pytest.mark.parametrize(
    "url",
    [
        "",
        "memory",
        "postgres:x",
        "sqlite:",
        "sqlite:/nowhere/at/all.db",
        "sqlite:/tmp/mfa-none\0.db",
        "\0",
        "x" * 2**20,
        "sqlite:/tmp/mfa-none.db?wrong=1",
    ],
    ids=lambda url: repr(url)[:30],
)
def test_stores_that_cannot_be_opened(url):
    with pytest.raises(mfa.Failed):
        mfa.open_store(url)


@pytest.mark.parametrize(
    "call",
    [
        lambda: mfa.open_store(None),
        lambda: mfa.check_store(None),
        lambda: mfa.has(None),
        lambda: mfa.has("sqlite\0x"),
        lambda: mfa.random_bytes(-1),
        lambda: mfa.random_bytes(2**40),
        lambda: mfa.random_bytes("8"),
        lambda: mfa.wipe(b"fixed"),
        lambda: mfa.wipe(memoryview(b"fixed")),
        lambda: mfa.wipe("text"),
        lambda: mfa.recovery.generate(0),
        lambda: mfa.recovery.generate(10**9),
        lambda: mfa.recovery.generate(1, None),
        lambda: mfa.recovery.verify("one", "x"),
        lambda: mfa.recovery.verify([None], "x"),
        lambda: mfa.otp.totp_code(b"x" * 20, -1),
        lambda: mfa.otp.totp_code(b"x" * 20, 2**64),
        lambda: mfa.otp.totp_code(b"x" * 20, 0.5),
        lambda: mfa.otp.totp_code(b"short", 0),
        lambda: mfa.otp.totp_code(b"x" * 129, 0),
        lambda: mfa.otp.totp_code(b"x" * 20, 0, mfa.otp.HotpParams()),
        lambda: mfa.otp.totp_code(b"x" * 20, 0, mfa.otp.TotpParams(digits=11)),
        lambda: mfa.otp.hotp_verify(b"x" * 20, 123456, 0),
        lambda: mfa.otp.otpauth_build({}),
        lambda: mfa.otp.otpauth_build(mfa.otp.Otpauth()),
        lambda: mfa.qr("x" * 10**5),
        lambda: mfa.qr("x", 9),
        lambda: mfa.otp.base32_encode(7),
        lambda: mfa.Trust("now"),
        lambda: mfa.Trust(0, anchors=b"der"),
        lambda: mfa.Trust(0, anchors=[b"der"]),
        lambda: mfa.Trust(0, mds_blob="a.b.c"),
        lambda: mfa.webauthn.Credential(7),
        lambda: mfa.OpenedStore(7),
        lambda: mfa.webauthn.Credential.load(b"x"),
        lambda: mfa.webauthn.Credential.from_columns({}),
        lambda: mfa.webauthn.get_options({}),
        lambda: mfa.webauthn.get_options(mfa.webauthn.Expect("a", "https://a", bytes(16))),
        lambda: mfa.webauthn.get_options(mfa.webauthn.Expect("a", ["https://a"], b"short")),
        lambda: mfa.webauthn.related_origins("https://a"),
        lambda: mfa.webauthn.related_origins(["http://a"]),
        lambda: mfa.webauthn.android_origin("xyz"),
        lambda: mfa.webauthn.verify_json({}, None),
        lambda: mfa.Log([b"x"]),
        lambda: mfa.Log([mfa.Key(1, b"short")]),
        lambda: mfa.u2f.verify_signature(mfa.u2f.U2fExpect("a", bytes(16)), b"x", 0, "{}"),
        lambda: mfa.config_check(None),
        lambda: mfa.config_check("{}"),
    ],
    ids=lambda call: "",
)
def test_other_mistakes(call):
    with pytest.raises((TypeError, ValueError, OverflowError, BufferError, mfa.Damaged)):
        call()


def test_numbers_that_this_package_does_not_know():
    assert mfa.Status(77).name == "UNKNOWN_77" and mfa.Method(9) == 9
    assert mfa.Signal(1 << 30 | 1) & mfa.Signal.CLONE_SUSPECTED
    assert mfa.status_name(77) == "MFA_UNKNOWN" and mfa.Method.from_label("nonsense\0") is mfa.Method.NONE
    assert mfa.Method.from_label("totp") is TOTP and TOTP.label == "totp"
