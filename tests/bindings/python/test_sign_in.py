"""The engine through Python: each method enrolled, verified, refused."""

import asyncio
import json
import re

import mfa
import pytest
from small_site import CONFIG, MemoryStore, ORIGIN, Site, jar, one_time_password
from soft_passkey import SoftPasskey
from soft_u2f import SoftU2f

TOTP, HOTP, WEBAUTHN, U2F, EMAIL, RECOVERY, DEVICE = list(mfa.Method)[1:]
LOGIN, STEP_UP, MANAGE, APPROVE = mfa.Purpose


def test_totp(site):
    secret = site.enroll_totp()
    proof = site.sign_in(secret)
    assert (proof.user, proof.method, proof.aal, proof.amr) == ("alice", TOTP, 2, ("pwd", "otp", "mfa"))
    assert (
        proof.statement and proof.serial == 2 and proof.set_cookie is None and json.loads(proof.json)["user"] == "alice"
    )
    with pytest.raises(mfa.AlreadyUsed):
        site.sign_in(secret)
    assert site.event_names() == ["log_started", "unsafe_setting", "began", "enrolled", "verified", "denied"]


def test_totp_offer(site):
    offer = site.engine.enroll_begin(site.request(), TOTP, mfa.BeginOptions(account_name="alice@example.org"))
    assert offer.uri.startswith("otpauth://totp/Example:alice%40example.org?secret=" + offer.secret)
    assert offer.expires_at_s == site.now_s + 600 and offer.mail is None and offer.recovery_codes == ()
    assert mfa.otp.otpauth_parse(offer.uri).issuer == "Example"
    for secret in (offer.secret, offer.ticket, offer.uri):
        assert secret not in repr(offer)


def test_wrong_codes_lock_and_say_how_long(site):
    secret = site.enroll_totp()
    wrong = str((int(site.code(secret)) + 1) % 10**6).zfill(6)
    for left in (4, 3, 2, 1, 0):
        with pytest.raises(mfa.Wrong) as no:
            site.engine.verify_code(site.request(), TOTP, wrong)
        assert no.value.attempts_left == left and no.value.status == mfa.Status.WRONG
    with pytest.raises(mfa.Locked) as locked:
        site.sign_in(secret)
    assert locked.value.retry_at_s == site.now_s + 30 and locked.value.retry_at.timestamp() == site.now_s + 30
    assert isinstance(locked.value, mfa.Refused) and not isinstance(locked.value, mfa.Failed)
    assert locked.value.reason_name and mfa.status_name(locked.value.status) == "MFA_LOCKED_OUT"
    site.now_s += 31
    assert site.sign_in(secret).aal == 2


def test_the_clock_of_the_user(site):
    secret = site.enroll_totp()
    site.now_s += 300
    with pytest.raises(mfa.Wrong) as no:
        site.sign_in(secret, steps=-5)
    assert no.value.clock_skew_s == -150


def test_hotp(site):
    secret = site.enroll_totp()
    imported = site.engine.admin_import(
        "alice",
        {"method": "hotp", "uri": "otpauth://hotp/Example:alice?counter=7&secret=" + mfa.otp.base32_encode(secret)},
        actor="root",
    )
    assert imported.factor and imported.signals == mfa.Signal.NONE
    proof = site.engine.verify_code(site.request(), HOTP, one_time_password(secret, 9))
    assert proof.method == HOTP and proof.factor == imported.factor
    with pytest.raises(mfa.Wrong):
        site.engine.verify_code(site.request(), HOTP, one_time_password(secret, 9))


def test_recovery_codes(site):
    site.enroll_totp()
    kept = []

    def respond(offer):
        kept.extend(offer.recovery_codes)
        assert kept[0] not in repr(offer)
        return kept[0]

    site.enroll(RECOVERY, respond, MANAGE)
    assert len(kept) == 10
    proof = site.engine.verify_code(site.request(), RECOVERY, kept[3].lower())
    assert proof.recovery_remaining == 9 and proof.method == RECOVERY
    with pytest.raises(mfa.Refused):
        site.engine.verify_code(site.request(), RECOVERY, kept[3])


def passkey(site, user="alice"):
    key = SoftPasskey(ORIGIN)
    site.enroll(WEBAUTHN, lambda offer: key.create(json.loads(offer.options)), user=user)
    return key


def test_passkey(site):
    key = passkey(site)
    offer = site.engine.verify_begin(
        site.request(), WEBAUTHN, mfa.BeginOptions(user_verification=mfa.UserVerification.REQUIRED)
    )
    answer = key.get(json.loads(offer.options))
    assert json.loads(offer.options)["userVerification"] == "required"
    assert json.loads(offer.json)["options"]["challenge"]
    proof = site.engine.verify_finish(site.request(), offer.ticket, answer)
    assert (proof.user, proof.method, proof.aal) == ("alice", WEBAUTHN, 2) and proof.credentials
    with pytest.raises(mfa.AlreadyUsed):
        site.engine.verify_finish(site.request(), offer.ticket, answer)


def test_passkey_without_a_user_name(site):
    key = passkey(site)
    request = site.request(user="", flags=mfa.RequestFlag.USERNAMELESS)
    offer = site.engine.verify_begin(request, WEBAUTHN, mfa.BeginOptions(mediation=mfa.Mediation.CONDITIONAL))
    # What a web framework has parsed may be given as it is.
    proof = site.engine.verify_finish(request, offer.ticket, json.loads(key.get(json.loads(offer.options))))
    assert proof.user == "alice"


def test_passkey_refusals(site):
    key = passkey(site)
    offer = site.engine.verify_begin(site.request(), WEBAUTHN)
    options = json.loads(offer.options)
    with pytest.raises(mfa.Mismatch):
        site.engine.verify_finish(site.request(browser="another browser, not hers"), offer.ticket, key.get(options))
    with pytest.raises(mfa.Malformed):
        site.engine.verify_finish(site.request(), offer.ticket, {"id": "x"})
    key.origin = "https://evil.example"
    with pytest.raises(mfa.Refused) as no:
        site.engine.verify_finish(site.request(), offer.ticket, key.get(options))
    assert "origin" in no.value.reason_name
    with pytest.raises(mfa.Exists):
        key.origin = ORIGIN
        site.statement = site.engine.verify_finish(site.request(), offer.ticket, key.get(options)).statement
        site.enroll(WEBAUTHN, lambda made: key.create(json.loads(made.options)), MANAGE)
    site.now_s += 301
    with pytest.raises(mfa.Expired):
        site.engine.verify_finish(site.request(), offer.ticket, key.get(options))


def test_u2f(site):
    key = SoftU2f(ORIGIN, ORIGIN)
    site.enroll(U2F, lambda offer: key.register(json.loads(offer.options)["registerRequests"][0]["challenge"]))
    offer = site.engine.verify_begin(site.request(), U2F)
    proof = site.engine.verify_finish(site.request(), offer.ticket, key.sign(json.loads(offer.options)["challenge"]))
    assert proof.method == U2F


def code_in(offer):
    return re.search(r"\b\d{8}\b", offer.mail.text).group()


def test_email(site):
    options = mfa.BeginOptions(address="alice@example.org")
    site.enroll(EMAIL, code_in, options=options)
    site.now_s += 61
    offer = site.engine.verify_begin(site.request(), EMAIL)
    assert offer.mail.to == "alice@example.org" and offer.mail.subject and offer.address_masked == "a***@example.org"
    assert code_in(offer) not in repr(offer) + offer.json
    with pytest.raises(mfa.TooSoon) as soon:
        site.engine.verify_begin(site.request(), EMAIL)
    assert soon.value.retry_at_s > site.now_s
    assert site.engine.verify_finish(site.request(), offer.ticket, code_in(offer)).aal == 1


def test_remembered_browser(site):
    secret = site.enroll_totp()
    site.sign_in(secret)
    proof = site.engine.device_remember(site.request(MANAGE), "Laptop")
    assert proof.set_cookie and proof.set_cookie not in repr(proof)
    signed_in = site.engine.verify_code(site.request(), DEVICE, jar(proof.set_cookie))
    assert signed_in.aal == 1 and signed_in.method == DEVICE
    site.statement = proof.statement
    assert [factor.label for factor in site.engine.account(site.request(MANAGE)).factors] == [
        "Authenticator app",
        "Laptop",
    ]
    site.engine.admin(mfa.AdminAction.FORGET_DEVICES, "alice", actor="root")
    with pytest.raises(mfa.NotFound):
        site.engine.verify_code(site.request(), DEVICE, jar(proof.set_cookie))


def test_paired_device(site):
    secret = site.enroll_totp()
    site.sign_in(secret)
    pairing = site.engine.enroll_begin(site.request(MANAGE), DEVICE)
    phone = site.request(
        browser="the browser of a phone",
        user_agent="Mozilla/5.0 (Android 14; Mobile; rv:120.0) Gecko/120.0 Firefox/120.0",
    )
    with pytest.raises(mfa.Pending):
        site.engine.device_claimed(site.request(MANAGE), pairing.ticket)
    claim = site.engine.device_claim(phone, pairing.code)
    assert site.engine.device_claimed(site.request(MANAGE), pairing.ticket)["device"] == "Firefox on Android"
    with pytest.raises(mfa.Pending):
        site.engine.device_collect(phone, claim.ticket)
    site.engine.enroll_finish(site.request(MANAGE), pairing.ticket, claim.code)
    cookie = jar(site.engine.device_collect(phone, claim.ticket).set_cookie)
    assert site.engine.verify_code(phone, DEVICE, cookie).user == "alice"


def test_remembered_user(site):
    secret = site.enroll_totp()
    site.sign_in(secret)
    cookie = jar(site.engine.remembered_issue(site.request(MANAGE)))
    assert site.engine.remembered_user(site.request(user=""), cookie) == "alice"
    with pytest.raises(mfa.NotFound):
        site.engine.remembered_user(site.request(user=""), "a=b")


def test_account_and_changes(site):
    assert site.engine.account(site.request()).need == mfa.Need.NOTHING
    secret = site.enroll_totp()
    login = site.engine.account(site.request())
    assert login.need == mfa.Need.FACTOR and [info.method for info in login.methods if info.can_verify] == [TOTP]
    site.sign_in(secret)
    account = site.engine.account(site.request(MANAGE))
    factor = account.factors[0]
    assert (factor.method, factor.enabled, factor.added_s) == (TOTP, True, site.now_s) and account.aal_needed >= 1
    assert json.loads(account.json)["factors"]
    site.engine.factor_rename(site.request(MANAGE), factor.id, "Téléphone")
    assert site.engine.account(site.request(MANAGE)).factors[0].label == "Téléphone"
    passkey_proof = site.enroll(WEBAUTHN, lambda offer: SoftPasskey(ORIGIN).create(json.loads(offer.options)), MANAGE)
    before = site.request(MANAGE)
    site.statement = site.engine.factor_set_enabled(before, factor.id, False).statement
    with pytest.raises(mfa.Revoked):
        site.engine.session_check(before)
    site.statement = site.engine.factor_set_enabled(site.request(MANAGE), factor.id, True).statement
    site.statement = site.engine.factor_remove(site.request(MANAGE), factor.id).statement
    with pytest.raises(mfa.NotFound):
        site.engine.factor_rename(site.request(MANAGE), factor.id, "again")
    assert [factor.id for factor in site.engine.account(site.request()).factors] == [passkey_proof.factor]


def test_session(site):
    proof = site.engine.session_start(site.request())
    site.statement = proof.statement
    assert proof.aal == 1
    secret = site.enroll_totp()
    site.sign_in(secret)
    page = site.request(STEP_UP)
    assert site.engine.session_check(page) is None
    site.engine.session_check(page, mfa.SessionNeed(aal=2, max_age_s=60, method=TOTP))
    site.engine.session_check_offline(page)
    session = site.engine.session(page)
    assert (session.user, session.aal, session.method, session.verified_s) == ("alice", 2, "totp", site.now_s)
    assert site.engine.policy_explain(page, mfa.SessionNeed(aal=2))
    with pytest.raises(mfa.Refused):
        site.engine.session_check(site.request(STEP_UP, user="bob"))
    site.now_s += 61
    with pytest.raises(mfa.FactorNeeded):
        site.engine.session_check(page, mfa.SessionNeed(max_age_s=60))
    site.engine.admin(mfa.AdminAction.SIGN_OUT, "alice", actor="root")
    site.engine.session_check_offline(page)
    with pytest.raises(mfa.Revoked):
        site.engine.session_check(page)


def test_more_needed_carries_its_proof():
    config = {**CONFIG, "policy": {"roles": {"*": {"mfa": "required", "min_aal": 2}}}}
    with Site(config=config) as site:
        options = mfa.BeginOptions(address="alice@example.org")
        site.engine.admin_import("alice", {"method": "totp", "uri": "otpauth://totp/a?secret=" + "A" * 32})
        request = site.request()
        codes = []
        site.statement = site.engine.verify_code(request, TOTP, site.code(bytes(20))).statement
        site.enroll(RECOVERY, lambda offer: codes.extend(offer.recovery_codes) or codes[0], MANAGE, options=options)
        with pytest.raises(mfa.MoreNeeded) as more:
            site.engine.verify_code(request, RECOVERY, codes[1])
        assert more.value.proof.user == "alice" and more.value.proof.statement
        assert more.value.proof.statement not in str(more.value) + repr(more.value)


def test_approval_is_of_one_action(site):
    secret = site.enroll_totp()
    site.sign_in(secret)
    site.now_s += 60
    wire = site.request(APPROVE, action=b"a" * 32)
    proof = site.engine.verify_code(wire, TOTP, site.code(secret))
    assert proof.user == "alice"
    with pytest.raises(mfa.ArgumentError):
        site.engine.verify_code(site.request(APPROVE), TOTP, site.code(secret))


def test_administration(site):
    for user in ("carol", "alice", b"\xff\xfe", "bob"):
        site.engine.admin_import(user, {"method": "totp", "uri": "otpauth://totp/a?secret=" + "A" * 32})
    assert site.engine.admin_users(limit=2) == ["alice", "bob"]
    assert list(site.engine.users()) == ["alice", "bob", "carol", "\udcff\udcfe"]
    site.engine.admin(mfa.AdminAction.ERASE, "\udcff\udcfe", actor="root")
    assert site.engine.admin_audit("alice") == []
    site.engine.admin(mfa.AdminAction.RESET, "alice", actor="root")
    with pytest.raises(mfa.NotFound):
        site.engine.admin(mfa.AdminAction.RESET, "nobody", actor="root")
    with pytest.raises(mfa.ArgumentError, match="uri"):
        site.engine.admin_import("alice", {"method": "totp"})
    weak = site.engine.admin_import("bob", {"method": "totp", "uri": "otpauth://totp/a?secret=" + "A" * 16})
    assert weak.signals == mfa.Signal.WEAK_SECRET


def test_a_remembered_serial_shows_a_record_that_was_rolled_back():
    store = MemoryStore()
    with Site(store) as site:
        secret = site.enroll_totp()
        kept = dict(store.rows)
        serial = site.sign_in(secret).serial
        store.rows = kept
        with pytest.raises(mfa.RolledBack):
            site.engine.verify_code(site.request(min_serial=serial), TOTP, site.code(secret, 1))


def test_keys():
    store = MemoryStore()
    with Site(store) as site:
        secret = site.enroll_totp()
        first, now = dict(store.rows), site.now_s
        with mfa.Engine(CONFIG, [mfa.Key.generate(2)], store, decoy_key=bytes(32), now_s=lambda: now) as other:
            with pytest.raises(mfa.KeyMissing):
                other.account(site.request())
        with mfa.Engine(
            CONFIG, [mfa.Key.generate(2), site.key], store, decoy_key=bytes(32), now_s=lambda: now
        ) as other:
            assert other.verify_code(site.request(), TOTP, site.code(secret, 1)).aal == 2
        for key, (record, version) in first.items():
            store.rows[key] = (record[:-1] + bytes([record[-1] ^ 1]), version)
        with pytest.raises(mfa.Damaged):
            site.engine.account(site.request())


def test_configuration(site):
    full = site.engine.config_json()
    assert full["issuer"] == "Example" and full["totp"]["digits"] == 6
    assert mfa.config_check(json.dumps(CONFIG)) == full
    assert mfa.config_schema()["properties"]["issuer"]
    for refused in (
        {"version": 1, "issuer": "x", "totp": {"digit": 6}},
        b'{"version": 1, "issuer": "x", "totp": {"digit": 6}}',
    ):
        with pytest.raises(mfa.ConfigError, match="totp.digit"):
            mfa.config_check(refused)
        with pytest.raises(mfa.ConfigError, match="totp.digit"):
            mfa.Engine(refused, [site.key], site.store)


def test_asyncio(site):
    engine = mfa.aio.Engine(site.engine)

    async def visit():
        request = site.request()
        offer = await engine.enroll_begin(request, TOTP)
        secret = mfa.otp.base32_decode(offer.secret)
        await engine.enroll_finish(request, offer.ticket, site.code(secret))
        proofs = await asyncio.gather(
            *(engine.verify_code(request, TOTP, site.code(secret, 1)) for _ in range(8)), return_exceptions=True
        )
        assert await mfa.aio.call(mfa.random_bytes, 4)
        return proofs

    proofs = asyncio.run(visit())
    assert sum(isinstance(proof, mfa.Proof) for proof in proofs) == 1
    assert sum(isinstance(proof, mfa.AlreadyUsed) for proof in proofs) == 7


def test_asyncio_has_every_call_of_the_engine():
    calls = {name for name, value in vars(mfa.Engine).items() if not name.startswith("_") and callable(value)}
    assert calls - {name for name in vars(mfa.aio.Engine)} == {"users"}, "a generator; close() is inherited"
