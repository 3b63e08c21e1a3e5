"""The Flask site of examples/flask in the browser: its scripts, and what the browser holds against its pages.

Over HTTP alone: tests/bindings/python/test_flask.py. MFA_LIBRARY is the path of libmfa.so.
"""
import os
import subprocess

import pytest

from harness import ROOT, Authenticator, Codes, Person, free_port


@pytest.fixture(scope="module")
def flask_url():
    command = ["/usr/bin/python3", "-B", ROOT / "examples/flask/app.py", "--port", str(free_port())]
    env = {**os.environ, "PYTHONPATH": str(ROOT / "bindings/python")}
    server = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        url = server.stdout.readline().split(": ")[0]
        assert url.startswith("http://localhost:")
        while "Running on" not in server.stderr.readline():
            assert server.poll() is None
        yield url
    finally:
        server.terminate()
        server.communicate()


def sign_in(person):
    person.open("/login")
    person.fill("user", "alice")
    person.fill("password", "correct horse")
    person.leave_by("Sign in")


def test_an_app_and_a_passkey(driver, flask_url):
    person = Person(driver, flask_url, "alice")
    with Authenticator(driver) as authenticator:
        sign_in(person)
        person.leave_by("Add an authenticator app")
        codes = Codes(person.find("#secret").text)
        assert person.find("svg").size["width"] > 100
        person.fill("code", codes.next())
        person.leave_by("Confirm")
        person.leave_by("Add a passkey")
        assert len(person.driver.find_elements("css selector", "#factors li")) == 2
        assert len(authenticator.credentials()) == 1

        person.leave_by("Sign out")
        sign_in(person)
        assert person.path() == "/verify"
        person.leave_by("Passkey or security key")
        assert person.path() == "/" and "Hello, alice" in person.text()

        person.leave_by("Sign out")
        sign_in(person)
        person.find("input[name=code]").send_keys(codes.next())
        person.leave_by("Verify")
        assert "Hello, alice" in person.text()

        person.leave_by("Sign out")
    with Authenticator(driver):  # another browser: the account has a passkey that this one has not
        sign_in(person)
        person.press("Passkey or security key")
        person.wait_for("document.getElementById('message').textContent !== ''")
        assert "The browser could not" in person.find("#message").text and person.path() == "/verify"
