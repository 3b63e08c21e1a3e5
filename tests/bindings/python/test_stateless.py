"""The calls without an engine, against code and vectors that are not libmfa's."""

import base64
import dataclasses
import json
import os

import mfa
import pytest
from small_site import CONFIG, MemoryStore, NOW_S, ORIGIN, Site, one_time_password
from soft_passkey import SoftPasskey
from soft_u2f import SoftU2f, certificate, point

SECRET = b"12345678901234567890"  # RFC 4226 appendix D


def test_version_and_features():
    assert mfa.version().count(".") == 2 and mfa.has("sqlite") and not mfa.has("telepathy")


def test_random_and_wipe():
    assert (
        mfa.random_bytes(0) == b"" and len(mfa.random_bytes(33)) == 33 and mfa.random_bytes(16) != mfa.random_bytes(16)
    )
    secret = bytearray(b"secret")
    mfa.wipe(memoryview(secret)[:3])
    assert secret == b"\0\0\0ret"
    mfa.wipe(secret)
    assert secret == bytes(6)
    mfa.wipe(bytearray())


@pytest.mark.parametrize(
    "counter, code", enumerate("755224 287082 359152 969429 338314 254676 287922 162583 399871 520489".split())
)
def test_hotp_of_rfc_4226(counter, code):
    assert mfa.otp.hotp_code(SECRET, counter) == code == one_time_password(SECRET, counter)
    assert mfa.otp.hotp_verify(SECRET, code, max(counter - 3, 0)) == counter + 1


@pytest.mark.parametrize(
    "now_s, hash_, code",
    [  # RFC 6238 appendix B
        (59, "SHA1", "94287082"),
        (1111111109, "SHA1", "07081804"),
        (20000000000, "SHA1", "65353130"),
        (59, "SHA256", "46119246"),
        (59, "SHA512", "90693936"),
    ],
)
def test_totp_of_rfc_6238(now_s, hash_, code):
    secret = (SECRET * 4)[: {"SHA1": 20, "SHA256": 32, "SHA512": 64}[hash_]]
    params = mfa.otp.TotpParams(hash=mfa.Hash[hash_], digits=8)
    assert mfa.otp.totp_code(secret, now_s, params) == code
    step = mfa.otp.totp_verify(secret, code, now_s, 0, params)
    assert step == now_s // 30 + 1
    with pytest.raises(mfa.AlreadyUsed):
        mfa.otp.totp_verify(secret, code, now_s, step, params)
    with pytest.raises(mfa.Malformed):
        mfa.otp.totp_verify(secret, code[1:], now_s, 0, params)


def test_hotp_found_again():
    codes = [one_time_password(SECRET, 150), one_time_password(SECRET, 151)]
    assert mfa.otp.hotp_resync(SECRET, *codes, 0, 200) == 152
    with pytest.raises(mfa.Wrong):
        mfa.otp.hotp_resync(SECRET, *reversed(codes), 0, 200)


def test_unsafe_parameters_are_named():
    with pytest.raises(mfa.ArgumentError):
        mfa.otp.totp_code(b"ten bytes.", NOW_S)
    params = mfa.otp.TotpParams(flags=mfa.UnsafeOtp.SHORT_SECRET)
    assert mfa.otp.totp_code(b"ten bytes.", NOW_S, params) == one_time_password(b"ten bytes.", NOW_S // 30)


def test_otpauth():
    made = mfa.otp.Otpauth(
        issuer="Bücher & Co", account="alice@example.org", secret=SECRET, digits=8, hash=mfa.Hash.SHA256
    )
    uri = mfa.otp.otpauth_build(made)
    assert uri.startswith("otpauth://totp/B%C3%BCcher%20%26%20Co:alice%40example.org?")
    assert mfa.otp.otpauth_parse(uri) == made and "1234567890" not in repr(made)
    lax = "otpauth://totp/?secret=GEZDGNBVGY3TQOJQ&algorithm=HmacSHA1"
    with pytest.raises(mfa.Malformed):
        mfa.otp.otpauth_parse(lax)
    assert mfa.otp.otpauth_parse(lax, strict=False).signals == mfa.Signal.WEAK_SECRET


def test_base32():
    data = os.urandom(33)
    text = mfa.otp.base32_encode(data)
    assert text == base64.b32encode(data).decode().rstrip("=")
    assert mfa.otp.base32_decode(text.lower()) == mfa.otp.base32_decode(bytearray(text.encode())) == data
    with pytest.raises(mfa.Malformed):
        mfa.otp.base32_decode("0189")


def test_qr():
    assert mfa.qr("otpauth://x").startswith("<svg") or "<svg" in mfa.qr("otpauth://x")
    assert mfa.qr("otpauth://x", mfa.QrForm.ANSI)
    rows = mfa.otp.qr_matrix("otpauth://x")
    assert len(rows) == len(rows[0]) and (len(rows) - 17) % 4 == 0 and any(rows[0])


def test_recovery():
    made = mfa.recovery.generate(3, pepper=b"kept apart")
    assert len(made.codes) == 3 and all(code.count("-") == 3 for code in made.codes) and made.codes[0] not in repr(made)
    assert mfa.recovery.verify(made.hashes, made.codes[2].lower(), b"kept apart") == 2
    with pytest.raises(mfa.Wrong):
        mfa.recovery.verify(made.hashes, made.codes[2], b"another")
    with pytest.raises(mfa.Wrong):
        mfa.recovery.verify([], made.codes[2], b"kept apart")
    with pytest.raises(mfa.Malformed):
        mfa.recovery.verify(made.hashes, "no code")


def expect(**more):
    return mfa.webauthn.Expect(**{"rp_id": "example.org", "origins": [ORIGIN], "challenge": os.urandom(32), **more})


@pytest.fixture
def registered():
    key, wanted = SoftPasskey(ORIGIN), expect(user_handle=b"handle of alice")
    user = mfa.webauthn.User(b"handle of alice", "alice", "Alice")
    options = json.loads(mfa.webauthn.create_options(wanted, user, {"residentKey": "required"}))
    assert options["authenticatorSelection"]["residentKey"] == "required" and options["user"]["name"] == "alice"
    with mfa.webauthn.Response(key.create(options)) as response:
        assert response.id == key.id and response.user_handle is None and response.extensions()["client"] == {}
        yield key, mfa.webauthn.verify_registration(wanted, NOW_S, response)


def test_webauthn(registered):
    key, credential = registered
    again = mfa.webauthn.Credential.load(credential.save())
    columns = again.columns()
    assert (columns.id, columns.rp_id, columns.algorithm, columns.user_handle) == (
        key.id,
        "example.org",
        -7,
        b"handle of alice",
    )
    assert columns.flags & mfa.AuthenticatorFlag.USER_VERIFIED and columns.transports == "internal"
    assert columns.attestation_format == "none" and columns.backup_eligible_known and credential.json()
    rebuilt = mfa.webauthn.Credential.from_columns(columns)
    assert rebuilt.columns() == columns
    counted = dataclasses.replace(columns, sign_count=2**32 - 1, aaguid=bytes(range(16)))
    assert mfa.webauthn.Credential.from_columns(counted).columns() == counted

    wanted = expect(
        allowed_ids=[key.id], user_handle=b"handle of alice", user_verification=mfa.UserVerification.REQUIRED
    )
    options = json.loads(mfa.webauthn.get_options(wanted))
    with mfa.webauthn.Response(key.get(options)) as response:
        assert response.user_handle == b"handle of alice"
        result = mfa.webauthn.verify_assertion(wanted, rebuilt, response)
        assert result.flags & mfa.AuthenticatorFlag.USER_VERIFIED and result.sign_count == 0
        with pytest.raises(mfa.Refused) as no:
            mfa.webauthn.verify_assertion(expect(), rebuilt, response)
        assert "challenge" in no.value.reason_name
        with pytest.raises(TypeError):
            mfa.webauthn.verify_assertion(wanted, response, rebuilt)
        assert json.loads(mfa.webauthn.signal_unknown("example.org", response))["rpId"] == "example.org"
    with pytest.raises(ValueError, match="closed"):
        mfa.webauthn.verify_assertion(wanted, rebuilt, response)


def test_attestation_without_trust(registered):
    _, credential = registered
    with mfa.Trust(NOW_S) as trust:
        assert trust.json()["anchors"] == 0
        assert credential.audit(trust, NOW_S)["known"] is False
        key, wanted = SoftPasskey(ORIGIN), expect(user_handle=b"h", trust=trust, require_trusted=True)
        options = json.loads(mfa.webauthn.create_options(wanted, mfa.webauthn.User(b"h", "a", "a")))
        with mfa.webauthn.Response(key.create(options)) as response, pytest.raises(mfa.Denied):
            mfa.webauthn.verify_registration(wanted, NOW_S, response)
    with pytest.raises(ValueError, match="closed"):
        mfa.webauthn.get_options(wanted)


def test_anchors():
    with mfa.Trust(NOW_S, anchors=[certificate(SoftU2f(ORIGIN, ORIGIN).maker)]) as trust:
        assert trust.json()["anchors"] == 1


def test_signals_of_a_user():
    accepted = json.loads(mfa.webauthn.signal_accepted("example.org", b"handle", [b"one", b"two"]))
    assert accepted == {"rpId": "example.org", "userId": "aGFuZGxl", "allAcceptedCredentialIds": ["b25l", "dHdv"]}
    details = json.loads(mfa.webauthn.signal_user("example.org", mfa.webauthn.User(b"handle", "ada", "Ada L.")))
    assert details == {"rpId": "example.org", "userId": "aGFuZGxl", "name": "ada", "displayName": "Ada L."}
    with pytest.raises(mfa.ArgumentError):
        mfa.webauthn.signal_accepted("example.org", b"", [b"one"])
    with pytest.raises(TypeError):
        mfa.webauthn.signal_user("example.org", "ada")


def test_webauthn_documents():
    fingerprint = ":".join(["ab"] * 32)
    assert mfa.webauthn.android_origin(fingerprint).startswith("android:apk-key-hash:")
    assert json.loads(mfa.webauthn.related_origins([ORIGIN]))["origins"] == [ORIGIN]
    key, challenge = SoftPasskey(ORIGIN), os.urandom(16)
    encoded = base64.urlsafe_b64encode(challenge).rstrip(b"=").decode()
    response = key.create({"challenge": encoded, "user": {"id": "aGFuZGxl"}})
    document = {
        "id": "one",
        "ceremony": "registration",
        "response": json.loads(response)["response"],
        "expect": {"rp_id": "example.org", "origins": [ORIGIN], "challenge": encoded, "user_handle": "aGFuZGxl"},
    }
    verdict = mfa.webauthn.verify_json(document, NOW_S, explain=True)
    assert verdict["id"] == "one" and len(json.dumps(verdict)) > len(
        json.dumps(mfa.webauthn.verify_json(document, NOW_S))
    )
    assert mfa.webauthn.verify_json("no document", NOW_S)
    assert mfa.webauthn.cose_verify_json({"id": "x", "public_key": "", "message": "", "signature": ""})["ok"] is False
    assert "example.org" in mfa.webauthn.inspect(response)
    with pytest.raises(mfa.Malformed):
        mfa.webauthn.inspect("{")


def test_u2f():
    key, challenge = SoftU2f(ORIGIN, ORIGIN), os.urandom(32)
    wanted = mfa.u2f.U2fExpect(ORIGIN, challenge)
    encoded = base64.urlsafe_b64encode(challenge).rstrip(b"=").decode()
    made = mfa.u2f.verify_registration(wanted, key.register(encoded))
    assert (made.public_key, made.key_handle) == (point(key.key), key.handle) and made.certificate[:1] == b"\x30"
    signed = json.loads(key.sign(encoded))
    assert mfa.u2f.response_key_handle(signed) == key.handle
    assert mfa.u2f.verify_signature(wanted, made.public_key, 0, signed) == mfa.u2f.U2fSignature(1, mfa.Signal.NONE)
    assert mfa.u2f.verify_signature(wanted, made.public_key, 9, signed).signals == mfa.Signal.CLONE_SUSPECTED
    with pytest.raises(mfa.Wrong):
        mfa.u2f.verify_signature(mfa.u2f.U2fExpect(ORIGIN, os.urandom(32)), made.public_key, 0, signed)
    with pytest.raises(mfa.ArgumentError):
        mfa.u2f.verify_signature(wanted, bytes(65), 0, signed)
    signer = mfa.webauthn.Credential.from_columns(
        mfa.webauthn.Columns(id=key.handle, public_key=made.public_key, rp_id="example.org", app_id=ORIGIN)
    )
    assert signer.columns().app_id == ORIGIN


def test_log():
    with Site(MemoryStore(), config={**CONFIG, "unsafe": {}}) as site:
        site.sign_in(site.enroll_totp())
        key = site.key
    events = site.events
    with mfa.Log([key]) as log:
        assert [finding for line in events for finding in log.line(line)] == [] and log.end(complete=True) == []
        assert (log.events, log.chains, log.problems, log.unchecked) == (len(events), 1, 0, 0)
    with mfa.Log([key]) as log:
        found = [finding for line in (*events[:2], *events[3:]) for finding in log.line(line)] + log.end()
        assert found[0].trouble == mfa.LogTrouble.MISSING and (found[0].first_n, found[0].last_n) == (3, 3)
        assert log.problems == 1 and found[0].chain and not found[0].is_note
    with mfa.Log([key]) as log:
        assert log.line("no event")[0].trouble == mfa.LogTrouble.NOT_EVENT
        assert (
            log.line(events[0].replace('"event":"log_started"', '"event":"log_starter"'))[0].trouble
            == mfa.LogTrouble.ALTERED
        )
    with mfa.Log() as log:
        assert [finding for line in events for finding in log.line(line)] == [] and log.unchecked == len(events)
    with mfa.Log([mfa.Key.generate(9)]) as log:
        notes = [finding for line in events for finding in log.line(line)]
        assert notes[0].trouble == mfa.LogTrouble.UNKNOWN_KEY and notes[0].is_note and log.problems == 0
