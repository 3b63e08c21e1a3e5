"""Tickets travel in the page; what they are worth is decided by whom and what they were made for."""
from http.cookiejar import Cookie

import pytest

from harness import PASSWORD, Authenticator, Client, Codes, Person, Server, built_in_config

ANSWER = """
    const [begin, finish, mediation] = args;
    const begun = await post(begin, new URLSearchParams(mediation ? {mediation} : {}));
    const credential = await navigator.credentials.get({publicKey: requestOptions(begun.options)});
    const body = JSON.stringify(credentialJson(credential));
    const done = finish ? await post(finish, body, {'Content-Type': 'application/json', 'X-Ticket': begun.ticket}) : null;
    return {ticket: begun.ticket, body, done};"""

SEND = """
    const [path, body, ticket] = args;
    return await post(path, body, {'Content-Type': 'application/json', 'X-Ticket': ticket});"""


@pytest.fixture
def holder(person):
    """Signed in, with a passkey, on the page that asks for it again."""
    with Authenticator(person.driver):
        person.signed_up("/security/passkey").add_passkey()
        person.open("/verify")
        yield person


def send(person, answer, path="/verify/passkey/finish"):
    return person.script(SEND, path, answer["body"], answer["ticket"])


def test_a_ticket_works_once(holder):
    answer = holder.script(ANSWER, "/verify/passkey/begin", "/verify/passkey/finish")
    assert answer["done"]["ok"]
    again = send(holder, answer)
    assert not again["ok"] and again["status"] == "MFA_ALREADY_USED" and again["reason"] == "ticket.already_used"


def test_a_sign_in_ticket_works_once(holder):
    nobody = Client(holder.url)
    holder.take_over(nobody, "/signup")  # where no autofill is under way
    answer = holder.script(ANSWER, "/signin/passkey/begin", "/signin/passkey/finish")
    assert answer["done"]["ok"]
    holder.open("/")
    holder.sign_out()
    holder.open("/signup")
    again = send(holder, answer, "/signin/passkey/finish")
    assert not again["ok"] and again["status"] == "MFA_ALREADY_USED"
    with holder.hands_off():  # the autofill of that page would sign in
        holder.open("/security")
        assert holder.path() == "/signin"


def test_a_ticket_of_another_purpose(holder):
    answer = holder.script(ANSWER, "/verify/passkey/begin", None)  # to step up
    refused = send(holder, answer, "/signin/passkey/finish")       # to sign in
    assert not refused["ok"] and refused["status"] == "MFA_MISMATCH"
    assert send(holder, answer)["ok"], "the refusal did not use it up"


def test_a_ticket_to_verify_does_not_enrol(holder):
    answer = holder.script(ANSWER, "/verify/passkey/begin", None)
    refused = send(holder, answer, "/security/passkey/finish")
    assert not refused["ok"] and refused["status"] == "MFA_MISMATCH"


def test_a_ticket_of_another_action(holder):
    approved, changed = "to=Maria&amount=25.00", "to=Mallory&amount=25.00"
    answer = holder.script("""
        const begun = await post('/pay/passkey/begin', new URLSearchParams(args[0]));
        const credential = await navigator.credentials.get({publicKey: requestOptions(begun.options)});
        return {ticket: begun.ticket, body: JSON.stringify(credentialJson(credential))};""", approved)
    refused = send(holder, answer, "/pay/passkey/finish?" + changed)
    assert not refused["ok"] and refused["reason"] == "ticket.of_another_action"
    assert not send(holder, answer)["ok"], "an approval is no step-up"
    assert send(holder, answer, "/pay/passkey/finish?" + approved)["ok"]
    assert send(holder, answer, "/pay/passkey/finish?" + approved)["reason"] == "ticket.already_used"


def test_a_ticket_of_another_user(holder, name):
    answer = holder.script(ANSWER, "/verify/passkey/begin", None)
    # In the same browser, which keeps its cookie, somebody else signs in.
    holder.sign_out()
    other = Person(holder.driver, holder.url, name + "-other").sign_up()
    refused = send(other, answer)
    assert not refused["ok"] and refused["status"] == "MFA_MISMATCH" and refused["reason"] == "ticket.of_another_user"


def test_a_ticket_of_another_browser(holder):
    answer = holder.script(ANSWER, "/verify/passkey/begin", None)
    thief = Client(holder.url)
    # Even with the session's cookie: the browser's own is not in what was stolen.
    session = next(cookie for cookie in holder.driver.get_cookies() if cookie["name"] == "session")
    thief.get("/")
    thief.jar.set_cookie(cookie_of(session))
    refused = thief.post_json("/verify/passkey/finish", answer["body"], answer["ticket"])
    assert refused.status == 403 and refused.json()["reason"] == "ticket.of_another_browser"
    assert send(holder, answer)["ok"]


def cookie_of(seen):
    return Cookie(0, seen["name"], seen["value"], None, False, "localhost.local", True, False, "/", True, False, None,
                  False, None, None, {})


def test_a_ticket_altered_in_any_place(holder):
    answer = holder.script(ANSWER, "/verify/passkey/begin", None)
    ticket = answer["ticket"]
    for at in (0, 7, len(ticket) // 2, len(ticket) - 1):
        changed = ticket[:at] + ("A" if ticket[at] != "A" else "B") + ticket[at + 1:]
        refused = send(holder, {**answer, "ticket": changed})
        assert not refused["ok"] and refused["status"] == "MFA_MALFORMED", at
    assert send(holder, answer)["ok"]


def test_an_enrolment_ticket_of_another_user(client, name):
    client.sign_up(name)
    secret, ticket = client.begin_totp()
    client.post("/signout", {})
    client.sign_up(name + "-other")
    answer = client.follow(client.post("/security/totp", {"ticket": ticket, "code": Codes(secret).next()}))
    assert "MFA_MISMATCH" in answer.statuses
    assert "unprotected" in client.get("/security").statuses


def test_enrolling_with_the_password_alone_where_a_factor_exists(client, name):
    client.sign_up(name).add_totp()
    thief = Client(client.url)  # who knows the password
    assert thief.sign_in(name).location.startswith("/verify")
    for path in ("/security/totp", "/security/passkey"):
        assert thief.get(path).location.startswith("/verify?next=" + path)
    begun = thief.request("POST", "/security/passkey/begin", b"", {"Origin": thief.url, "X-CSRF-Token": thief.csrf()})
    assert begun.json()["ok"] is False and begun.json()["to"].startswith("/verify")
    assert thief.get("/security").location.startswith("/verify")


def test_finishing_with_the_password_alone_what_was_begun_before_there_was_a_factor(name):
    """On the way in, where policy asks for a factor: two tickets are begun, and one is finished first."""
    config = built_in_config()
    config["policy"] = {"roles": {"*": {"mfa": "required", "min_aal": 2, "grace_days": 0}}}
    with Server(config) as server:
        owner, thief = Client(server.url), Client(server.url)
        assert owner.post("/signup", {"name": name, "password": PASSWORD}).location == "/enroll"
        assert thief.sign_in(name).location == "/enroll"
        secret, ticket = thief.begin_totp()
        owner.add_totp()
        answer = thief.post("/security/totp", {"ticket": ticket, "code": Codes(secret).next()})
        refused = thief.follow(answer)
        assert answer.location.startswith("/verify") or "MFA_REVOKED" in refused.statuses or "MFA_MISMATCH" in refused.statuses
        assert thief.get("/security").location.startswith("/verify"), "not signed in"
        assert owner.get("/security").body.count("data-factor=") == 1, "and nothing was added"
