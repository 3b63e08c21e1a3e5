"""What a session may do: changes need a fresh verification, views may ask for more, the middleware asks everybody."""

import re

import mfa_django.engine
import pytest
from conftest import PASSWORD, Browser
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.urls import get_resolver
from mfa_django.models import ImportedKey, Record


def test_changes_need_a_fresh_verification(with_totp, clock, passkey):
    with_totp.add_passkey(passkey)
    totp, key = with_totp.keys()
    clock.now_s += 301
    for path in ("/mfa/toggleKey", "/mfa/delete", "/mfa/rename"):
        response = with_totp.post(path, {"id": key, "label": "x"})
        assert with_totp.where(response).startswith("/mfa/verify/"), path
    assert with_totp.script("/mfa/fido2/begin_reg", {})[1]["redirect"] == "/mfa/verify/"
    assert with_totp.keys() == [totp, key]

    response = with_totp.post("/mfa/totp/recheck", {"otp": with_totp.next_code()})
    assert response.json() == {"recheck": True}
    assert with_totp.where(with_totp.post("/mfa/rename", {"id": key, "label": "Blue"})) == "/mfa/"
    assert with_totp.where(with_totp.post("/mfa/toggleKey", {"id": key})) == "/mfa/"
    with_totp.get("/mfa/")
    assert "Blue" in with_totp.page and "Switch Blue on" in with_totp.page
    assert with_totp.where(with_totp.post("/mfa/delete", {"id": key})) == "/mfa/" and with_totp.keys() == [totp]
    assert with_totp.post("/mfa/delete", {"id": "nonsense"}).status_code == 403


def test_what_is_off_signs_nobody_in(with_totp, clock, passkey):
    with_totp.add_passkey(passkey)
    key = with_totp.keys()[1]
    with_totp.post("/mfa/toggleKey", {"id": key, "enabled": "0"})
    browser = Browser(clock)
    browser.password()
    status, begun = browser.script("/mfa/fido2/begin_auth", {})
    if status == 200:
        assert browser.script("/mfa/fido2/complete_auth", passkey.get(begun["publicKey"]))[0] == 403
    assert not browser.signed_in()
    with_totp.post("/mfa/toggleKey", {"id": key, "enabled": "1"})
    browser.password()
    assert browser.use_passkey(passkey)[0] == 200


def test_the_last_factor_stays_where_a_role_needs_one(with_totp, settings):
    settings(MFA_CONFIG={"policy": {"roles": {"*": {"mfa": "required", "grace_days": 0}}}})
    (only,) = with_totp.keys()
    assert "Remove" not in with_totp.page
    assert with_totp.post("/mfa/delete", {"id": only}).status_code == 403 and with_totp.keys() == [only]


def test_removing_a_factor_ends_the_other_sessions(with_totp, clock, passkey):
    with_totp.add_passkey(passkey)
    other = Browser(clock)
    other.password()
    other.use_passkey(passkey)
    assert other.signed_in()
    with_totp.post("/mfa/delete", {"id": with_totp.keys()[1]})
    assert with_totp.signed_in() and not other.signed_in()
    assert other.where(other.get("/welcome/")) == "" and "stranger" in other.page


def test_a_view_asks_for_more(with_totp, clock, passkey):
    assert with_totp.get("/transfer/").status_code == 200
    clock.now_s += 61
    assert with_totp.where(with_totp.get("/transfer/")) == "/mfa/verify/?next=%2Ftransfer%2F"
    assert with_totp.where(with_totp.get("/mfa/verify/?next=%2Ftransfer%2F")) == "/mfa/totp/auth?next=%2Ftransfer%2F"
    assert with_totp.post("/mfa/totp/auth?next=/transfer/", {"otp": with_totp.wrong_code()}).status_code == 403
    assert with_totp.get("/transfer/").status_code == 302 + 1
    response = with_totp.post("/mfa/totp/auth?next=/transfer/", {"otp": with_totp.code()})
    assert with_totp.where(response) == "/transfer/" and with_totp.get("/transfer/").status_code == 200


@pytest.mark.parametrize("url", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_it_leads_to_no_other_site(with_totp, url):
    response = with_totp.post(f"/mfa/totp/auth?next={url}", {"otp": with_totp.next_code()})
    assert with_totp.where(response) == "/mfa/"


def test_an_anonymous_visitor_signs_in_first(browser):
    assert browser.where(browser.get("/transfer/")) == "/login/?next=%2Ftransfer%2F"
    for path in ("/mfa/", "/mfa/totp/start/", "/mfa/totp/auth", "/mfa/recovery/start", "/mfa/email/start/", "/mfa/verify/"):
        assert browser.where(browser.get(path)).startswith("/login/"), path
    for path in ("/mfa/toggleKey", "/mfa/delete", "/mfa/totp/verify", "/mfa/recovery/genTokens", "/mfa/email/auth/"):
        assert browser.where(browser.post(path, {"id": "1"})).startswith("/login/"), path
    for path in ("/mfa/fido2/begin_reg", "/mfa/fido2/complete_reg", "/mfa/totp/recheck", "/mfa/fido2/recheck"):
        assert browser.script(path, {})[0] == 403, path
    assert Record.objects.count() == 0


def test_the_timed_recheck(with_totp, clock, settings):
    settings(MFA_RECHECK=True, MFA_RECHECK_MIN=100, MFA_RECHECK_MAX=200)
    with_totp.post("/mfa/totp/recheck", {"otp": with_totp.next_code()})
    clock.now_s += 99
    assert with_totp.signed_in()
    clock.now_s += 102
    assert with_totp.where(with_totp.get("/welcome/")) == "/mfa/verify/?next=%2Fwelcome%2F"
    assert with_totp.get("/mfa/recheck").json() == {"res": False}
    assert with_totp.get("/health/").status_code == 200 and with_totp.post("/logout/").status_code == 200
    assert with_totp.where(with_totp.get("/mfa/")).startswith("/login/")


def test_another_door_is_the_same_door(with_totp, clock):
    """Django's admin signs in without has_mfa."""
    get_user_model().objects.filter(username="alice").update(is_staff=True, is_superuser=True)
    browser = Browser(clock)
    browser.secret = with_totp.secret
    browser.post("/admin/login/", {"username": "alice", "password": PASSWORD})
    assert browser.session["_auth_user_id"]
    for path in ("/admin/", "/welcome/"):
        assert browser.where(browser.get(path)).startswith("/mfa/verify/"), path
    for path in ("/mfa/toggleKey", "/mfa/delete", "/mfa/rename"):
        assert browser.where(browser.post(path, {"id": with_totp.keys()[0]})).startswith("/mfa/verify/"), path
    assert browser.where(browser.get("/mfa/totp/start/")).startswith("/mfa/verify/")
    assert browser.where(browser.post("/mfa/totp/auth?next=/admin/", {"otp": browser.next_code()})) == "/admin/"
    assert browser.get("/admin/").status_code == 200 and browser.signed_in()


def test_a_sign_in_is_not_finished_in_another_s_name(with_totp, clock):
    """One who is signed in gives another's password: what was signed in ends, and verifies nothing."""
    bob = get_user_model().objects.create_user("bob", password="correct horse")
    second = Browser(clock)
    second.password("bob")
    second.add_totp()
    with_totp.password("bob")
    assert with_totp.session["mfa_login"]["user"] == str(bob.pk) and "mfa_statement" not in with_totp.session
    assert with_totp.post("/mfa/totp/auth", {"otp": with_totp.next_code()}).status_code == 403
    second.clock.now_s += 30
    assert with_totp.where(with_totp.post("/mfa/totp/auth", {"otp": second.code()})) == "/welcome/"
    with_totp.get("/welcome/")
    assert "hello bob, mfa True" in with_totp.page


def test_a_statement_is_worth_nothing_in_another_session(with_totp, clock):
    get_user_model().objects.create_user("bob", password="correct horse")
    bob = Browser(clock)
    bob.password("bob")
    session = bob.session
    session["mfa_statement"] = with_totp.session["mfa_statement"]
    session["mfa"] = with_totp.session["mfa"]
    session.save()
    bob.get("/welcome/")
    assert "hello bob, mfa True" not in bob.page


def test_signing_in_makes_a_new_session(with_totp, clock):
    browser = Browser(clock)
    browser.secret = with_totp.secret
    browser.get("/mfa/fido2/auth")
    browser.script("/mfa/fido2/begin_auth", {})
    seen = [browser.session.session_key]
    browser.password()
    seen.append(browser.session.session_key)
    browser.post("/mfa/totp/auth", {"otp": browser.next_code()})
    seen.append(browser.session.session_key)
    assert len(set(seen)) == 3 and Session.objects.filter(session_key__in=seen[:2]).count() == 0


def test_whoever_has_no_factor_is_led_to_enrolling_one(browser, clock):
    browser.password()
    for path in ("/profile/", "/transfer/"):
        assert browser.where(browser.get(path)).startswith("/mfa/verify/?next="), "a password is no factor"
    browser.get("/mfa/verify/")
    assert "/mfa/totp/start/" in browser.page
    clock.now_s += 400
    assert browser.where(browser.add_totp()) == "/mfa/"
    assert browser.get("/profile/").status_code == 200 and browser.get("/transfer/").status_code == 200


def test_a_policy_that_became_stricter_leads_to_enrolling(browser, settings):
    browser.password()
    settings(MFA_CONFIG={"policy": {"roles": {"*": {"mfa": "required", "grace_days": 0}}}})
    for path in ("/welcome/", "/mfa/"):
        assert browser.where(browser.get(path)).startswith("/mfa/verify/"), path
    assert browser.get("/mfa/verify/").status_code == 200 and "/mfa/totp/start/" in browser.page
    assert browser.where(browser.add_totp()) == "/mfa/" and browser.signed_in()


def test_roles_are_the_site_s(browser, settings):
    strict = {"mfa": "required", "grace_days": 0}
    settings(MFA_ROLES="site_urls.roles", MFA_CONFIG={"policy": {"roles": {"staff": strict}}})
    assert browser.where(browser.password()) == "/welcome/" and browser.signed_in()
    get_user_model().objects.filter(username="alice").update(is_staff=True)
    assert browser.where(browser.get("/welcome/")).startswith("/mfa/verify/")
    assert browser.where(browser.password()) == "/mfa/verify/" and not browser.signed_in()


def urls():
    prefix = next(p for p in get_resolver().url_patterns if str(p.pattern) == "mfa/")
    return ["/mfa/" + re.sub(r"<[^>]+>", "TOTP", str(pattern.pattern)) for pattern in prefix.url_patterns]


def state():
    return (
        sorted((bytes(row.key), bytes(row.value), row.version) for row in Record.objects.all()),
        ImportedKey.objects.count(),
        list(get_user_model().objects.values_list("pk", "password", "is_active")),
    )


def test_reading_changes_nothing(with_totp, clock, passkey):
    from django.core import mail

    with_totp.add_passkey(passkey)
    (factor, *_), ticket = with_totp.keys(), "x"
    half, stranger = Browser(clock), Browser(clock)
    half.password()
    before, kept = state(), dict(with_totp.session)
    assert len(urls()) > 28
    for url in urls():
        for browser in (with_totp, half, stranger):
            for query in ({}, {"id": factor, "enabled": "0", "label": "x"}, {"otp": with_totp.code(1), "ticket": ticket, "action": "send"}):
                browser.get(url, query)
                browser.head(url, query)
                browser.options(url)
    assert state() == before and not mail.outbox
    assert dict(with_totp.session) == kept and with_totp.signed_in()


def test_foreign_forms_are_refused(with_totp):
    with_totp.handler.enforce_csrf_checks = True
    for url in urls():
        for kind in ("application/x-www-form-urlencoded", "application/json", "text/plain"):
            response = with_totp.generic("POST", url, "", content_type=kind)
            assert response.status_code in (403, 405), url
    before = state()
    assert with_totp.post("/mfa/delete", {"id": with_totp.keys()[0]}).status_code == 403 and state() == before
    with_totp.get("/mfa/")
    token = with_totp.found(r'name="csrfmiddlewaretoken" value="([^"]+)')
    assert with_totp.post("/mfa/rename", {"id": with_totp.keys()[0], "label": "x", "csrfmiddlewaretoken": token}).status_code == 302


def test_pages_have_no_script_of_their_own(with_totp, clock):
    half = Browser(clock)
    half.password()
    for browser in (with_totp, half):
        for url in urls():
            response = browser.get(url)
            if response.status_code == 200 and "html" in response["Content-Type"]:
                assert not re.search(r"<script(?![^>]* src=)|\son\w+=|javascript:|\sstyle=|<style", browser.page), url
                assert "no-store" in response["Cache-Control"], url
                assert not re.search(r'<input(?![^>]*type="hidden")(?![^>]*(id="|name="label"))', browser.page), url


def test_what_no_page_sends(with_totp):
    for sent in ("", "null", "[]", "{", '{"id": ["x"]}', b"\xff\x00", "x" * 70000, "[" * 5000):
        with_totp.script("/mfa/fido2/begin_auth", {})
        assert with_totp.script("/mfa/fido2/complete_auth", sent)[0] == 403, sent[:20]
        with_totp.script("/mfa/fido2/begin_reg", {})
        assert with_totp.script("/mfa/fido2/complete_reg", sent)[0] == 403, sent[:20]
    for value in ("", "\0", "x" * 100000, "１２３４５６"):
        assert with_totp.post("/mfa/totp/auth", {"otp": value}).status_code == 403
        assert with_totp.post("/mfa/totp/verify", {"ticket": value, "answer": value}).status_code == 403
        assert with_totp.post("/mfa/recovery/confirm", {"ticket": value, "recovery": value}).status_code == 403
        assert with_totp.post("/mfa/delete", {"id": value}).status_code == 403
    assert with_totp.get("/mfa/goto/nonsense").status_code == 404


def test_events_say_what_happened(with_totp, caplog):
    with caplog.at_level("INFO", logger="mfa_django.events"):
        with_totp.post("/mfa/totp/auth", {"otp": with_totp.wrong_code()})
    assert any('"refused"' in line for line in caplog.messages)
    assert mfa_django.engine.engine() is mfa_django.engine.engine()
