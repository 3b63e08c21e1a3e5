"""Django, set up once, with a database of its own; a clock that tests move; a browser that signs in. MFA_LIBRARY: libmfa.so."""

import base64
import html
import json
import os
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
sys.path[:0] = [str(ROOT / folder) for folder in ("bindings/python", "bindings/django", "tests/browser", "tests/bindings/python")]
os.environ["DJANGO_SETTINGS_MODULE"] = "site_settings"

import django  # noqa: E402

django.setup()

import mfa_django.engine  # noqa: E402
from django.contrib.auth import get_user_model  # noqa: E402
from django.core import mail  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client, override_settings  # noqa: E402
from django.test.utils import setup_test_environment, teardown_test_environment  # noqa: E402
from small_site import one_time_password  # noqa: E402
from soft_passkey import SoftPasskey  # noqa: E402

PASSWORD = "correct horse"
ORIGIN = "https://example.org"


@pytest.fixture(scope="session", autouse=True)
def database():
    setup_test_environment()
    connection.creation.create_test_db(verbosity=0, serialize=False)
    yield
    connection.creation.destroy_test_db(str(connection.settings_dict["NAME"]), verbosity=0)
    teardown_test_environment()


class Clock:
    def __init__(self):
        self.now_s = 1_800_000_000

    def __call__(self):
        return self.now_s


@pytest.fixture(autouse=True)
def clock(database, monkeypatch):
    ticking = Clock()
    monkeypatch.setattr(mfa_django.engine, "now_s", ticking)
    mail.outbox.clear()
    yield ticking
    mfa_django.engine.forget()
    call_command("flush", verbosity=0, interactive=False)


@pytest.fixture
def settings():
    """override_settings, undone afterwards: settings(MFA_RECHECK=True)."""
    made = []

    def change(**values):
        made.append(override_settings(**values))
        made[-1].enable()

    yield change
    for override in reversed(made):
        override.disable()


@pytest.fixture
def user(clock):
    return get_user_model().objects.create_user("alice", "alice@example.org", PASSWORD)


@pytest.fixture
def browser(user, clock):
    return Browser(clock)


class Browser(Client):
    """Follows nothing by itself; page is what the last answer said."""

    def __init__(self, clock, **more):
        super().__init__(HTTP_HOST="example.org", **more)
        self.clock = clock
        self.secret = b""
        self.page = ""

    def request(self, **more):
        response = super().request(**more)
        self.page = html.unescape(response.content.decode()) if not response.streaming else ""
        return response

    def password(self, name="alice", password=PASSWORD):
        return self.post("/login/", {"username": name, "password": password})

    def where(self, response):
        return response.get("Location", "")

    def found(self, pattern):
        return re.search(pattern, self.page).group(1)

    def code(self, steps=0):
        return one_time_password(self.secret, self.clock.now_s // 30 + steps)

    def wrong_code(self):
        right = {self.code(steps) for steps in range(-2, 4)}
        return next(code for code in map("{:06}".format, range(20)) if code not in right)

    def add_totp(self):
        assert self.get("/mfa/totp/start/").status_code == 200, self.page
        secret = self.found(r'id="mfa-secret">(\w+)')
        self.secret = base64.b32decode(secret + "=" * (-len(secret) % 8))
        return self.post("/mfa/totp/verify", {"ticket": self.found(r'name="ticket" value="([^"]+)'), "answer": self.code()})

    def next_code(self):
        """One that was not used yet: the clock goes on."""
        self.clock.now_s += 30
        return self.code()

    def recovery_codes(self):
        assert self.post("/mfa/recovery/genTokens").status_code == 200, self.page
        codes = re.findall(r"<code>([\w-]{19})</code>", self.page)
        ticket = self.found(r'name="ticket" value="([^"]+)')
        return codes, self.post("/mfa/recovery/confirm", {"ticket": ticket, "recovery": codes[0]})

    def script(self, path, value):
        """What mfa.js sends: the status and the JSON that it is told."""
        sent = value if isinstance(value, (str, bytes)) else json.dumps(value)
        response = self.post(path, sent, content_type="application/json")
        return response.status_code, response.json()

    def add_passkey(self, key):
        status, begun = self.script("/mfa/fido2/begin_reg", {})
        assert status == 200, begun
        return self.script("/mfa/fido2/complete_reg", key.create(begun["publicKey"]))

    def use_passkey(self, key):
        status, begun = self.script("/mfa/fido2/begin_auth", {})
        assert status == 200, begun
        return self.script("/mfa/fido2/complete_auth", key.get(begun["publicKey"]))

    def keys(self):
        """The ids of the factors on the home page."""
        assert self.get("/mfa/").status_code == 200, self.page
        return re.findall(r'<tr id="key-([^"]+)', self.page)

    def signed_in(self):
        response = self.get("/welcome/")
        return response.status_code == 200 and "hello stranger" not in self.page


@pytest.fixture
def with_totp(browser):
    """Signed in, with an authenticator app."""
    assert browser.where(browser.password()) == "/welcome/"
    assert browser.where(browser.add_totp()) == "/mfa/"
    return browser


@pytest.fixture
def passkey():
    return SoftPasskey(ORIGIN)
