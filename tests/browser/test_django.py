"""The Django app in the browser: its script, and what the browser holds against its pages under a strict policy.

With Django's test client alone: tests/bindings/django. MFA_LIBRARY is the path of libmfa.so.
"""
import subprocess

import pytest

from harness import ROOT, Authenticator, Codes, Person, complaints, free_port


@pytest.fixture(scope="module")
def django_url(tmp_path_factory):
    command = ["/usr/bin/python3", "-B", ROOT / "tests/bindings/django/serve.py", str(free_port()), tmp_path_factory.mktemp("django")]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        url = server.stdout.readline().strip()
        assert url.startswith("http://localhost:")
        while "Quit the server" not in server.stdout.readline():
            assert server.poll() is None
        yield url
    finally:
        server.terminate()
        server.communicate()


def sign_in(person):
    person.open("/login/")
    person.fill("username", "alice")
    person.fill("password", "correct horse")
    person.leave_by("Sign in")


def test_an_app_and_a_passkey(driver, django_url):
    person = Person(driver, django_url, "alice")
    with Authenticator(driver) as authenticator:
        sign_in(person)
        assert person.path() == "/welcome/"
        person.open("/mfa/")
        person.leave_by("Authenticator app")
        codes = Codes(person.find("#mfa-secret").text)
        assert person.find(".mfa-qr svg").size["width"] > 100
        person.fill("answer", codes.next())
        person.leave_by("Confirm")
        assert person.path() == "/mfa/" and "Go back to your work" in person.text()
        person.leave_by("Passkey or security key")
        person.leave_by("Add it")
        assert person.path() == "/mfa/" and len(authenticator.credentials()) == 1
        assert len(person.driver.find_elements("css selector", "tbody tr")) == 2

        person.open("/logout/")
        sign_in(person)
        assert person.path() == "/mfa/selct_method"
        person.leave_by("Passkey or security key")
        person.leave_by("Use your passkey")
        assert person.path() == "/welcome/" and "alice, mfa True" in person.text()

        person.open("/logout/")
        person.open("/mfa/fido2/auth")
        person.leave_by("Use your passkey")
        assert person.path() == "/welcome/" and "alice, mfa True" in person.text(), "it names its user"

        person.open("/logout/")
        sign_in(person)
        person.leave_by("Authenticator app")
        person.fill("otp", "000000")
        person.leave_by("Verify")
        assert "attempts are left" in person.find("#mfa-message").text
        person.fill("otp", codes.next())
        person.leave_by("Verify")
        assert person.path() == "/welcome/"
        person.open("/mfa/")
        person.leave_by("Remove Passkey")
        assert len(person.driver.find_elements("css selector", "tbody tr")) == 1
        person.open("/logout/")
    with Authenticator(driver):  # another browser: it has no passkey
        person.open("/mfa/fido2/auth")
        person.press("Use your passkey")
        person.wait_for("document.getElementById('mfa-message').textContent !== ''")
        assert "The browser could not do it." in person.find("#mfa-message").text
    assert [line for line in complaints(driver) if "Content Security Policy" in line] == []
