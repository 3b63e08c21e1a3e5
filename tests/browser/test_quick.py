"""Quick login: a returning user named by a cookie, who signs in with a passkey and with nothing less."""
from harness import Authenticator, Client


def test_a_returning_user_goes_on_with_the_passkey(person):
    with Authenticator(person.driver):
        person.signed_up("/security/passkey").add_passkey()
        person.sign_out()
        with person.hands_off():
            person.open("/signin")
            assert person.find("#remembered").text == person.name
        person.leave_by("Go on with your passkey")
        assert person.path() == "/security"


def test_who_is_somebody_else_is_forgotten(person):
    with Authenticator(person.driver):
        person.signed_up("/security/passkey").add_passkey()
        person.sign_out()
        with person.hands_off():
            person.open("/signin")
            person.leave_by(f"Not {person.name}?")
            assert person.path() == "/signin" and not person.has("#remembered")


def test_w4_a_remembered_name_opens_nothing_by_a_code(client, name):
    codes = client.sign_up(name).add_totp()
    client.post("/signout", {})
    assert f'id="remembered">{name}<' in client.get("/signin").body
    # No password, so no session in which a code could be tried.
    assert client.enter_code(codes.next()).location.startswith("/signin")
    assert client.get("/security").location.startswith("/signin")
    begun = client.post("/quick/passkey/begin", {}).json()
    assert begun["ok"] is True, "a decoy, as for everybody without a passkey"
    assert client.post_json("/quick/passkey/finish", "{}", begun["ticket"]).status == 400


def test_w4_a_forged_cookie_names_nobody(client, name):
    client.sign_up(name).add_totp()
    client.post("/signout", {})
    (cookie,) = [kept for kept in client.jar if "mfa-remembered" in kept.name]
    for value in (name, cookie.value[:-1] + ("A" if cookie.value[-1] != "A" else "B"), "x" * 3000):
        forged = client.request("GET", "/signin", headers={"Cookie": f"{cookie.name}={value}"})
        assert forged.status == 200 and 'id="remembered"' not in forged.body
    assert Client(client.url).post("/quick/passkey/begin", {}).json() == {"ok": False, "to": "/signin"}
