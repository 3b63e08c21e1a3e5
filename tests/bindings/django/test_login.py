"""django-mfa2's documented integration: has_mfa in the login view, MFA_LOGIN_CALLBACK after the factor."""

import time

import mfa_django.engine
import pytest
from conftest import Browser
from django.contrib.auth import get_user_model


def test_without_a_factor_the_password_signs_in(browser):
    assert browser.where(browser.password()) == "/welcome/"
    browser.get("/welcome/")
    assert "hello alice, mfa False, not by TOTP False" in browser.page
    assert browser.password(password="wrong").status_code == 403


def test_an_authenticator_app(with_totp, clock):
    browser = Browser(clock)
    browser.secret = with_totp.secret
    response = browser.password()
    assert response.status_code == 303 and browser.where(response) == "/mfa/verify/"
    assert browser.where(browser.get("/mfa/verify/")) == "/mfa/totp/auth", "the only method is not asked about"
    assert not browser.signed_in() and browser.where(browser.get("/mfa/")) == "/mfa/verify/?next=%2Fmfa%2F"
    code = browser.next_code()
    assert browser.where(browser.post("/mfa/totp/auth", {"otp": code})) == "/welcome/"
    browser.get("/welcome/")
    assert "hello alice, mfa True, not by TOTP False" in browser.page
    assert browser.session["mfa"]["method"] == "TOTP" and browser.session["mfa"]["verified"]

    again = Browser(clock)
    again.password()
    assert again.post("/mfa/totp/auth", {"otp": code}).status_code == 403, "a code works once"
    assert "used before" in again.page and not again.signed_in()


def test_wrong_codes_are_counted_and_then_locked(with_totp, clock):
    browser = Browser(clock)
    browser.secret = with_totp.secret
    browser.password()
    clock.now_s += 30
    said = []
    for _ in range(5):
        assert browser.post("/mfa/totp/auth", {"otp": browser.wrong_code()}).status_code == 403
        said.append(browser.page)
    assert "4 attempts are left" in said[0] and "1 attempt is left" in said[3]
    assert browser.post("/mfa/totp/auth", {"otp": browser.code()}).status_code == 429, "the right one as well"
    until = time.strftime("%Y-%m-%d", time.gmtime(clock.now_s))
    assert "Too many attempts. Try again at " in browser.page and until in browser.page
    other = Browser(clock)
    other.password()
    assert other.post("/mfa/totp/auth", {"otp": browser.code()}).status_code == 429, "in every session"
    clock.now_s += 3600
    browser.password()
    assert browser.where(browser.post("/mfa/totp/auth", {"otp": browser.code()})) == "/welcome/"


def test_a_code_of_one_user_signs_nobody_else_in(with_totp, clock):
    get_user_model().objects.create_user("bob", password="correct horse")
    bob = Browser(clock)
    bob.password("bob")
    bob.add_totp()
    browser = Browser(clock)
    browser.password("bob")
    with_totp.clock.now_s += 30
    assert browser.post("/mfa/totp/auth", {"otp": with_totp.code()}).status_code == 403


def test_the_password_counts_for_ten_minutes(with_totp, clock):
    browser = Browser(clock)
    browser.secret = with_totp.secret
    browser.password()
    clock.now_s += 601
    assert browser.where(browser.post("/mfa/totp/auth", {"otp": browser.code()})).startswith("/login/")


def test_recovery_codes(with_totp, clock):
    codes, response = with_totp.recovery_codes()
    assert with_totp.where(response) == "/mfa/" and len(codes) == 10
    assert with_totp.get("/mfa/recovery/getTokenLeft").json() == {"left": 10}
    browser = Browser(clock)
    browser.password()
    browser.get("/mfa/selct_method")
    assert "Authenticator app" in browser.page and "Recovery codes" in browser.page
    assert browser.where(browser.get("/mfa/goto/RECOVERY")) == "/mfa/recovery/auth"
    assert browser.post("/mfa/recovery/auth", {"recovery": "XXXX-XXXX-XXXX-XXXX"}).status_code == 403
    assert browser.where(browser.post("/mfa/recovery/auth", {"recovery": codes[3]})) == "/welcome/"
    assert browser.session["mfa"]["method"] == "RECOVERY"
    again = Browser(clock)
    again.password()
    assert again.post("/mfa/recovery/auth", {"recovery": codes[3]}).status_code == 403
    assert with_totp.get("/mfa/recovery/getTokenLeft").json() == {"left": 9}


def test_new_codes_end_the_old_ones_once_one_is_typed_back(with_totp, clock):
    old, _ = with_totp.recovery_codes()
    assert with_totp.post("/mfa/recovery/genTokens").status_code == 200
    ticket = with_totp.found(r'name="ticket" value="([^"]+)')
    response = with_totp.post("/mfa/recovery/confirm", {"ticket": ticket, "recovery": old[1]})
    assert response.status_code == 403 and 'name="ticket"' in with_totp.page
    browser = Browser(clock)
    browser.password()
    assert browser.where(browser.post("/mfa/recovery/auth", {"recovery": old[1]})) == "/welcome/"


def test_a_passkey(with_totp, clock, passkey):
    assert with_totp.add_passkey(passkey) == (200, {"status": "OK", "redirect": "/mfa/"})
    with_totp.get("/mfa/")
    assert "Go back to your work" in with_totp.page
    browser = Browser(clock)
    browser.password()
    assert browser.where(browser.get("/mfa/verify/")) == "/mfa/selct_method"
    assert browser.use_passkey(passkey) == (200, {"status": "OK", "redirect": "/welcome/"})
    assert browser.signed_in() and browser.session["mfa"]["method"] == "FIDO2"


def test_a_passkey_signs_in_without_a_name(with_totp, clock, passkey):
    with_totp.add_passkey(passkey)
    browser = Browser(clock)
    browser.get("/mfa/fido2/auth")
    assert "Sign in with a passkey" in browser.page
    _, begun = browser.script("/mfa/fido2/begin_auth", {})
    assert not begun["publicKey"].get("allowCredentials")
    touched = Browser(clock)
    _, other = touched.script("/mfa/fido2/begin_auth", {})
    status, told = touched.script("/mfa/fido2/complete_auth", passkey.get(other["publicKey"], verified=False))
    assert status == 403 and not touched.signed_in(), "a touch alone is no sign-in"
    assert browser.script("/mfa/fido2/complete_auth", passkey.get(begun["publicKey"]))[1]["redirect"] == "/welcome/"
    browser.get("/welcome/")
    assert "hello alice, mfa True" in browser.page

    get_user_model().objects.filter(username="alice").update(is_active=False)
    gone = Browser(clock)
    status, told = gone.use_passkey(passkey)
    assert status == 403 and not gone.signed_in()


def test_an_answer_to_a_passkey_works_once(with_totp, clock, passkey):
    _, begun = with_totp.script("/mfa/fido2/begin_reg", {})
    made = passkey.create(begun["publicKey"])
    assert with_totp.script("/mfa/fido2/complete_reg", made)[0] == 200
    assert with_totp.script("/mfa/fido2/complete_reg", made)[0] == 403
    assert len(with_totp.keys()) == 2
    browser = Browser(clock)
    browser.password()
    _, begun = browser.script("/mfa/fido2/begin_auth", {})
    signed = passkey.get(begun["publicKey"])
    assert browser.script("/mfa/fido2/complete_auth", signed)[0] == 200
    other = Browser(clock)
    other.password()
    other.script("/mfa/fido2/begin_auth", {})
    assert other.script("/mfa/fido2/complete_auth", signed)[0] == 403 and not other.signed_in()


def test_a_passkey_of_another_user_satisfies_nobody(with_totp, clock, passkey):
    get_user_model().objects.create_user("bob", password="correct horse")
    bob = Browser(clock)
    bob.password("bob")
    assert bob.add_passkey(passkey)[0] == 200
    browser = Browser(clock)
    browser.password()
    _, begun = with_totp.script("/mfa/fido2/begin_auth", {})
    assert with_totp.script("/mfa/fido2/complete_auth", passkey.get(begun["publicKey"]))[0] == 403


def test_codes_by_mail(browser, clock):
    from django.core import mail

    browser.password()
    assert browser.get("/mfa/email/start/").status_code == 200 and not mail.outbox, "reading sends nothing"
    browser.post("/mfa/email/start/", {"action": "send"})
    (sent,) = mail.outbox
    assert sent.to == ["alice@example.org"] and "a***@example.org" in browser.page
    code = next(word.strip(".") for word in sent.body.split() if word.strip(".").isdigit())
    ticket = browser.found(r'name="ticket" value="([^"]+)')
    assert browser.where(browser.post("/mfa/email/start/", {"ticket": ticket, "otp": code})) == "/mfa/"

    clock.now_s += 61
    browser = Browser(clock)
    assert browser.where(browser.password()) == "/mfa/verify/"
    assert browser.where(browser.get("/mfa/verify/")) == "/mfa/email/auth/"
    browser.post("/mfa/email/auth/", {"action": "send"})
    ticket = browser.found(r'name="ticket" value="([^"]+)')
    assert browser.post("/mfa/email/auth/", {"action": "send"}).status_code == 429 and len(mail.outbox) == 2
    assert browser.post("/mfa/email/auth/", {"ticket": ticket, "otp": code}).status_code == 403, "the code of another mail"
    code = next(word.strip(".") for word in mail.outbox[1].body.split() if word.strip(".").isdigit())
    assert browser.where(browser.post("/mfa/email/auth/", {"ticket": ticket, "otp": code})) == "/welcome/"


def test_codes_by_mail_for_everybody(browser, settings, monkeypatch):
    from django.core import mail
    from django.core.mail.backends import locmem

    settings(MFA_ENFORCE_EMAIL_TOKEN=True, MFA_SHOW_OTP_IN_EMAIL_SUBJECT=True, EMAIL_FROM="site@example.org")
    assert browser.where(browser.password()) == "/mfa/verify/"
    assert browser.where(browser.get("/mfa/verify/")) == "/mfa/email/auth/"
    with monkeypatch.context() as without_server:
        without_server.setattr(locmem.EmailBackend, "send_messages", broken)
        assert browser.post("/mfa/email/auth/", {"action": "send"}).status_code == 503 and not mail.outbox
    browser.clock.now_s += 61
    browser.post("/mfa/email/auth/", {"action": "send"})
    (sent,) = mail.outbox
    code = sent.subject.split()[0]
    assert sent.from_email == "site@example.org" and sent.subject == f"{code} OTP"
    ticket = browser.found(r'name="ticket" value="([^"]+)')
    assert browser.where(browser.post("/mfa/email/auth/", {"ticket": ticket, "otp": code})) == "/welcome/"
    assert browser.session["mfa"]["method"] == "Email"


def test_a_role_that_must_enrol_does_so_on_the_way_in(browser, settings):
    settings(MFA_CONFIG={"policy": {"roles": {"*": {"mfa": "required", "grace_days": 0}}}})
    assert browser.where(browser.password()) == "/mfa/verify/" and not browser.signed_in()
    browser.get("/mfa/verify/")
    assert "Authenticator app" in browser.page and "/mfa/totp/start/" in browser.page
    assert browser.where(browser.add_totp()) == "/welcome/" and browser.signed_in()


def test_who_must_have_recovery_codes_is_led_to_them(browser, settings):
    settings(MFA_ENFORCE_RECOVERY_METHOD=True)
    browser.password()
    assert browser.where(browser.add_totp()) == "/mfa/recovery/start"
    browser.get("/mfa/")
    assert "You have no recovery codes yet" in browser.page


def broken(*_arguments):
    raise OSError("the database is gone")


@pytest.mark.parametrize("method", ["load", "save"])
def test_an_engine_that_cannot_answer_stops_the_login(with_totp, clock, monkeypatch, method):
    from mfa_django.store import DjangoStore

    browser = Browser(clock)
    browser.secret = with_totp.secret
    if method == "save":
        browser.password()
    monkeypatch.setattr(DjangoStore, method, broken)
    if method == "load":
        assert browser.password().status_code == 503
    assert browser.post("/mfa/totp/auth", {"otp": browser.next_code()}).status_code == 503
    assert "not possible just now" in browser.page and "database" not in browser.page
    monkeypatch.undo()
    monkeypatch.setattr(mfa_django.engine, "now_s", clock)
    assert not browser.signed_in()
    monkeypatch.setattr(DjangoStore, "load", broken)
    assert with_totp.get("/welcome/").status_code == 503, "nor does one that is signed in see anything"


def test_a_configuration_that_is_refused_stops_the_login(browser, settings):
    settings(MFA_CONFIG={"nonsense": 1})
    assert browser.password().status_code == 503 and not browser.signed_in()


def test_an_unknown_user_is_no_sign_in(user):
    from django.test import RequestFactory
    from mfa_django.helpers import has_mfa

    with pytest.raises(get_user_model().DoesNotExist):
        has_mfa(RequestFactory().get("/"), "nobody")
