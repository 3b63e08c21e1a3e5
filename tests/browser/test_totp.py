"""Authenticator apps: adding one, signing in with it, and every way to be told no."""
from harness import Client


def test_enrol_then_sign_in(person):
    person.sign_up()
    assert "unprotected" in person.statuses()
    person.add_totp("My phone")
    assert "unprotected" not in person.statuses()
    assert "My phone" in person.text() and "Authenticator app added" in person.text()
    person.sign_out()
    person.enter_password()
    assert person.path() == "/verify"
    person.enter_code(person.codes.next())
    assert person.path() == "/security"
    assert "Signed in or confirmed with “My phone”" in person.text()


def test_qr_code_is_shown_and_not_loaded_from_elsewhere(person):
    person.signed_up("/security/totp")
    assert person.driver.execute_script(
        "const image = document.querySelector('.qr img');"
        "return image.src.startsWith('data:image/svg+xml') && image.naturalWidth > 0")
    uri = person.find(".on-phone a").get_attribute("href")
    assert uri.startswith("otpauth://totp/libmfa%20demo:" + person.name) and "issuer=libmfa%20demo" in uri


def test_a_page_loaded_again_keeps_the_secret(client, name):
    client.sign_up(name)
    assert client.begin_totp() == client.begin_totp()


def test_a_wrong_code_while_enrolling_adds_nothing(client, name):
    client.sign_up(name)
    secret, ticket = client.begin_totp()
    answer = client.follow(client.post("/security/totp", {"ticket": ticket, "code": "000"}))
    assert answer.statuses == ["MFA_MALFORMED"]
    assert client.begin_totp() == (secret, ticket), "the secret that was scanned has to stay"
    assert "unprotected" in client.get("/security").statuses


def test_a_code_that_signed_in_does_not_sign_in_again(client, name):
    codes = client.sign_up(name).add_totp()
    code = codes.next()
    first, second = Client(client.url), Client(client.url)
    first.sign_in(name)
    second.sign_in(name)
    assert first.enter_code(code).location == "/security"
    refused = second.follow(second.enter_code(code))
    assert "MFA_ALREADY_USED" in refused.statuses and "used already" in refused.body
    assert second.get("/security").location.startswith("/verify")


def test_the_code_that_enrolled_does_not_sign_in(client, name):
    codes = client.sign_up(name).add_totp()
    other = Client(client.url)
    other.sign_in(name)
    assert "MFA_ALREADY_USED" in other.follow(other.enter_code(codes.at(codes.last_step))).statuses


def test_a_wrong_code_tells_the_attempts_left(person):
    person.signed_up(totp=True).halfway()
    for left in ("4 attempts left", "3 attempts left"):
        person.enter_code(person.codes.wrong())
        assert "That code is not right" in person.text() and left in person.text()
    assert person.find("#code").get_attribute("aria-invalid") == "true"
    person.enter_code(person.codes.next())
    assert person.path() == "/security"
    assert "Wrong code of an authenticator app, 2 in all" in person.text()


def test_a_code_of_the_wrong_shape_costs_no_attempt(client, name):
    codes = client.sign_up(name).add_totp()
    other = Client(client.url)
    other.sign_in(name)
    for nonsense in ("", "12345", "1234567", "abcdef"):
        assert "MFA_MALFORMED" in other.follow(other.enter_code(nonsense)).statuses
    assert "4 attempts left" in other.follow(other.enter_code(codes.wrong())).body


def test_a_clock_that_is_off_is_told(client, name):
    codes = client.sign_up(name).add_totp()
    other = Client(client.url)
    other.sign_in(name)
    ahead = codes.at(codes.last_step + 9)
    answer = other.follow(other.enter_code(ahead))
    assert "MFA_WRONG" in answer.statuses and "minutes fast" in answer.body
