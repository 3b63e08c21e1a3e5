"""recheck_mfa(success, fail, mustBeMfa): a factor asked for again with the page in place; and the timed recheck."""
import http.cookiejar
import json
import time

import pytest
from selenium.webdriver.common.keys import Keys

from harness import PERIOD_S, Authenticator, Client, Person, Server, built_in_config
from mail import code_in, outbox
from test_hotp import add_token

CALL = "recheck_mfa(() => { window.outcome = 'success'; }, (why) => { window.outcome = 'fail ' + why.status; }, %s);"


def start(person, must_be_mfa=True):
    person.driver.execute_script("window.outcome = null; window.stayed = true;" + CALL % json.dumps(must_be_mfa))


def outcome(person):
    """And the page was not left for it."""
    person.wait_for("window.outcome")
    assert person.driver.execute_script("return window.stayed") is True
    return person.driver.execute_script("return window.outcome")


def dialog(person):
    person.wait_for("document.getElementById('recheck').open")
    return person.find("#recheck")


def answer(person, code):
    """The status and text in the dialog, or None once it is closed."""
    dialog(person)
    field = person.find("#recheck-code")
    field.clear()
    person.driver.execute_script("document.getElementById('recheck-problem').replaceChildren()")
    field.send_keys(code, Keys.ENTER)
    person.wait_for("!document.getElementById('recheck').open || document.querySelector('#recheck-problem .message')")
    return person.driver.execute_script(
        "const box = document.querySelector('#recheck-problem .message');"
        "return document.getElementById('recheck').open ? [box.dataset.status, box.textContent] : null")


def signed_in_by_code(person):
    """With an authenticator app, which verified this session."""
    person.signed_up("/", totp=True)
    person.sign_out()
    person.enter_password()
    person.enter_code(person.codes.next())
    return person


# ---- by a code


def test_the_right_code_succeeds(person):
    signed_in_by_code(person)
    start(person)
    assert answer(person, person.codes.next()) is None
    assert outcome(person) == "success"


def test_wrong_codes_are_told_in_the_dialog_and_so_is_the_lock(person):
    person.signed_up(totp=True)
    start(person)
    status, text = answer(person, person.codes.wrong())
    assert status == "MFA_WRONG" and "not right" in text
    assert person.find("#recheck-code").get_attribute("aria-invalid") == "true"
    assert answer(person, "12")[0] == "MFA_MALFORMED"
    for _ in range(10):  # five for everybody, and five for a browser that is known
        status, text = answer(person, person.codes.wrong())
    assert status == "MFA_LOCKED_OUT" and "Try again after" in text
    assert person.driver.execute_script("return window.outcome") is None, "nothing is decided yet"
    person.find("#recheck [type=button]").click()
    assert outcome(person) == "fail cancelled"


def test_after_a_wrong_code_the_right_one_still_succeeds(person):
    person.signed_up(totp=True)
    start(person)
    assert answer(person, person.codes.wrong())[0] == "MFA_WRONG"
    assert answer(person, person.codes.next()) is None
    assert outcome(person) == "success"


def test_escape_fails_once_and_it_can_be_asked_again(person):
    person.signed_up(totp=True)
    start(person)
    dialog(person).send_keys(Keys.ESCAPE)
    assert outcome(person) == "fail cancelled"
    start(person)
    assert answer(person, person.codes.next()) is None and outcome(person) == "success"


# ---- by a passkey


def test_a_passkey_succeeds_without_a_dialog(person):
    with Authenticator(person.driver, transport="usb", hasResidentKey=False):
        person.signed_up("/security/passkey").add_passkey()
        person.sign_out()
        person.enter_password()
        person.use_passkey()
        start(person)
        assert outcome(person) == "success"
        assert not person.driver.execute_script("return document.getElementById('recheck').open")


def test_a_passkey_that_is_not_there_fails(person):
    with Authenticator(person.driver, transport="usb", hasResidentKey=False) as authenticator:
        person.signed_up("/security/passkey").add_passkey()
        authenticator.own("setUserVerified", isUserVerified=False)
        for credential in authenticator.credentials():
            authenticator.own("removeCredential", credentialId=credential["credentialId"])
        person.driver.execute_script(
            "const get = navigator.credentials.get.bind(navigator.credentials);"
            "navigator.credentials.get = (o) => get({...o, signal: AbortSignal.timeout(500)});")
        start(person)
        assert outcome(person).startswith("fail ")


def test_the_method_that_verified_the_session_is_the_one_asked_for(person):
    """Not the one used last by the account elsewhere."""
    with Authenticator(person.driver, transport="usb", hasResidentKey=False):
        person.signed_up("/security/passkey", totp=True).add_passkey()
        person.sign_out()
        person.enter_password()
        person.enter_code(person.codes.next())
        client = Client(person.url)
        for kept in person.driver.get_cookies():
            client.jar.set_cookie(cookie_of(kept))
        assert client.get("/recheck").json() == {"ok": True, "method": "totp"}
        person.open("/verify?next=/security")
        person.use_passkey()
        assert client.get("/recheck").json() == {"ok": True, "method": "webauthn"}


def cookie_of(kept):
    return http.cookiejar.Cookie(0, kept["name"], kept["value"], None, False, "localhost.local", False, False, "/", True,
                                 False, None, True, None, None, {})


# ---- by a token


def test_the_code_of_a_token_succeeds(person):
    person.signed_up()
    token = add_token(person)
    start(person)
    assert "your token" in dialog(person).text
    token.press(20)  # unseen: too many to be found by one code
    assert answer(person, token.press())[0] == "MFA_WRONG"
    assert answer(person, token.press() + " " + token.press()) is None and outcome(person) == "success"


# ---- by mail


@pytest.fixture
def by_mail(later):
    config = built_in_config()
    config["session"] = {"step_up_methods": ["totp", "email"]}
    with Server(config) as running:
        yield running, later


def with_mail(url, name):
    client = Client(url).sign_up(name)
    client.post("/security/email", {"address": name + "@example.test"})
    assert client.post("/security/email/confirm", {"code": code_in(outbox(client)[0])}).location == "/security"
    return client


def test_a_code_by_mail_is_sent_and_taken(driver, by_mail, name):
    server, later = by_mail
    client = with_mail(server.url, name)
    person = Person(driver, server.url, name).take_over(client, "/security")
    start(person)
    assert outcome(person) == "fail MFA_TOO_SOON", "the mail to add the address has only just gone"
    later(61)
    start(person)
    assert "was sent to" in dialog(person).text and "@example.test" in dialog(person).text
    assert len(outbox(client)) == 2
    assert answer(person, "00000000")[0] == "MFA_WRONG"
    assert answer(person, code_in(outbox(client)[0])) is None
    assert outcome(person) == "success"


def test_asked_again_too_soon_the_mail_before_is_the_one_to_read(driver, by_mail, name):
    server, later = by_mail
    client = with_mail(server.url, name)
    person = Person(driver, server.url, name).take_over(client, "/security")
    later(61)
    start(person)
    dialog(person).send_keys(Keys.ESCAPE)
    assert outcome(person) == "fail cancelled"
    start(person)
    assert answer(person, code_in(outbox(client)[0])) is None and outcome(person) == "success"
    assert len(outbox(client)) == 2


def test_where_policy_takes_no_mail_for_it_there_is_no_way(client, name):
    said = with_mail(client.url, name).get("/recheck")
    assert said.status == 403 and said.json()["status"] == "MFA_DENIED"


# ---- without a factor, and what is no factor for this


def test_without_a_factor_it_depends_on_must_be_mfa(person):
    person.signed_up()
    start(person, must_be_mfa=False)
    assert outcome(person) == "success"
    start(person, must_be_mfa=True)
    assert outcome(person) == "fail no_factor"


def test_a_recovery_code_is_not_for_this(client, name):
    client.sign_up(name).add_totp()
    answer = client.post("/recheck/code", {"method": "recovery", "code": "AAAA-AAAA-AAAA-AAAA"})
    assert answer.status == 403 and answer.json()["status"] == "MFA_DENIED"


def test_signed_out_or_half_way_one_is_sent_to_sign_in(client, name):
    client.sign_up(name).add_totp()
    client.post("/signout", {})
    assert client.get("/recheck").json()["to"] == "/signin?next=/security"
    client.sign_in(name)
    for path in ("code", "email/send", "email/code", "passkey/begin", "passkey/finish"):
        answer = client.post("/recheck/" + path, {"method": "totp", "code": "000000"})
        assert answer.status == 401 and answer.json()["to"] == "/verify", path
    assert client.get("/recheck").json()["to"] == "/verify"


def test_a_call_from_elsewhere_is_refused(client, name):
    codes = client.sign_up(name).add_totp()
    answer = client.post("/recheck/code", {"csrf": "x", "method": "totp", "code": codes.next()})
    assert answer.status == 403 and answer.json()["ok"] is False


# ---- in use


def test_the_button_on_the_security_page_reports_what_came_of_it(person):
    person.signed_up(totp=True)
    person.press("Check me again")
    assert answer(person, person.codes.next()) is None
    person.wait_for("document.querySelector('#messages [data-status=rechecked]')")
    person.press("Check me again")
    dialog(person).send_keys(Keys.ESCAPE)
    person.wait_for("document.querySelector('#messages [data-status=cancelled]')")
    assert person.path() == "/security"


# ---- the timed recheck


def with_recheck(seconds):
    config = built_in_config()
    config["session"] = {"recheck": {"enabled": True, "min_s": seconds, "max_s": seconds}}
    return config


def test_after_a_second_pages_wait_for_a_factor_and_one_comes_back(name):
    with Server(with_recheck(1)) as server:
        client = Client(server.url).sign_up(name)
        codes = client.add_totp()
        time.sleep(1.1)
        assert client.get("/pay").location == "/verify?next=/pay"
        assert "Confirm that it is you" in client.get("/verify?next=/pay").body
        assert client.post("/pay/code", {}).location.startswith("/verify")
        answer = client.post("/verify/code", {"method": "totp", "code": codes.next(), "next": "/pay"})
        assert answer.location == "/pay"


def test_a_page_that_is_open_renews_the_statement_by_the_script(driver, later, name):
    with Server(with_recheck(600)) as server:
        person = Person(driver, server.url, name).signed_up("/security", totp=True)
        later(601)
        start(person)
        assert answer(person, person.codes.at(int(time.time() + 601) // PERIOD_S)) is None
        assert outcome(person) == "success"
        person.open("/pay")
        assert person.path() == "/pay"


def test_a_wrong_code_renews_nothing_and_a_right_one_does(later, name):
    with Server(with_recheck(600)) as server:
        client = Client(server.url).sign_up(name)
        codes = client.add_totp()
        later(601)
        assert client.get("/security").location == "/verify?next=/security"
        assert client.get("/recheck").json() == {"ok": True, "method": "totp"}, "it is how it is mended"
        assert client.post("/recheck/code", {"method": "totp", "code": "abc"}).json()["status"] == "MFA_MALFORMED"
        assert client.get("/security").location == "/verify?next=/security"
        code = codes.at(int(time.time() + 601) // PERIOD_S)
        assert client.post("/recheck/code", {"method": "totp", "code": code}).json() == {"ok": True}
        assert client.get("/security").status == 200
