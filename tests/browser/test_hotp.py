"""Hardware tokens that count: added, signed in with, found again after presses that nobody saw."""
import subprocess

from harness import Client


class Token:
    """oathtool plays it."""

    def __init__(self, secret):
        self.secret, self.counter = secret.replace(" ", ""), 0

    def press(self, times=1):
        self.counter += times
        command = ["oathtool", "--hotp", "--base32", "--counter", str(self.counter - 1), self.secret]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def add_token(person):
    person.open("/security/hotp")
    token = Token(person.driver.find_element("id", "secret").get_attribute("textContent"))
    person.fill("code", token.press())
    person.fill("label", "Key ring")
    person.leave_by("Add")
    assert person.path() == "/security" and "Hardware token added" in person.text(), person.text()
    return token


def test_a_token_is_added_and_signs_in(person):
    person.signed_up()
    token = add_token(person)
    person.sign_out()
    person.enter_password()
    person.enter_code(token.press(), "hotp")
    assert person.path() == "/security" and "Signed in or confirmed with “Key ring”" in person.text()


def test_a_code_works_once_and_a_token_that_ran_ahead_is_found_by_two(person):
    person.signed_up()
    token = add_token(person)
    person.sign_out()
    person.enter_password()
    used = token.press()
    person.enter_code(used, "hotp")
    other = Client(person.url)
    other.sign_in(person.name)
    assert "MFA_WRONG" in other.follow(other.enter_code(used, "hotp")).statuses
    assert "MFA_WRONG" in other.follow(other.enter_code(token.press(50), "hotp")).statuses
    assert other.enter_code(token.press() + " " + token.press(), "hotp").location == "/security"
