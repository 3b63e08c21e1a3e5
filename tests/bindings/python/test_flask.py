"""examples/flask over HTTP: a user with an app, a passkey and recovery codes, and those who try without."""

import base64
import http.cookiejar
import json
import os
import re
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import pytest
from small_site import one_time_password
from soft_passkey import SoftPasskey

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def origin():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    env = {**os.environ, "PYTHONPATH": str(ROOT / "bindings/python")}
    command = ["/usr/bin/python3", "-B", ROOT / "examples/flask/app.py", "--port", str(port)]
    server = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert server.stdout.readline().startswith(f"http://localhost:{port}:")
        until = time.monotonic() + 20
        while True:
            try:
                socket.create_connection(("localhost", port)).close()
                break
            except OSError:
                assert server.poll() is None and time.monotonic() < until
                time.sleep(0.05)
        yield f"http://localhost:{port}"
    finally:
        server.terminate()
        server.wait()


class Browser:
    def __init__(self, origin):
        self.origin = self.sent_origin = origin
        self.jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))
        self.url = self.page = ""
        self.headers = {}

    def open(self, path, data=None, kind="application/x-www-form-urlencoded"):
        """The status; page and url of where it led."""
        sent = urllib.request.Request(self.origin + path, data)
        if data is not None:
            sent.add_header("Content-Type", kind)
            sent.add_header("Origin", self.sent_origin)
        try:
            told = self.opener.open(sent, timeout=20)
        except urllib.error.HTTPError as no:
            told = no
        with told:
            self.page, self.headers = told.read().decode(), told.headers
            self.url = urllib.parse.urlsplit(told.url).path
            return told.status

    def post(self, path, **form):
        return self.open(path, urllib.parse.urlencode(form).encode())

    def json(self, path, value):
        status = self.open(path, json.dumps(value).encode(), "application/json")
        return status, json.loads(self.page) if "json" in self.headers["Content-Type"] else None

    def password(self, password="correct horse"):
        return self.post("/login", user="alice", password=password)

    def found(self, pattern):
        return re.search(pattern, self.page).group(1)

    def passkey(self, action, key):
        _, begun = self.json(f"/passkey/{action}/begin", {})
        made = (key.create if action == "enroll" else key.get)(begun["options"])
        return self.json(f"/passkey/{action}/finish", {"ticket": begun["ticket"], "credential": json.loads(made)})


def code_of(secret, steps=0):
    return one_time_password(base64.b32decode(secret + "=" * (-len(secret) % 8)), int(time.time()) // 30 + steps)


def test_a_user(origin):
    browser = Browser(origin)
    assert browser.open("/") == 200 and browser.url == "/login"
    assert browser.password("wrong") == 403 and browser.password() == 200 and browser.url == "/"
    assert "default-src 'none'" in browser.headers["Content-Security-Policy"]

    assert browser.open("/enroll/totp") == 200 and "<svg" in browser.page
    secret, ticket = browser.found(r'id="secret">(\w+)'), browser.found(r'name="ticket" value="([^"]+)')
    assert browser.post("/enroll/totp", ticket=ticket, code="000000") == 403
    assert (
        browser.post("/enroll/totp", ticket=ticket, code=code_of(secret)) == 200 and "Authenticator app" in browser.page
    )
    assert browser.open("/enroll/recovery") == 200
    codes = re.findall(r"<li>([\w-]{19})</li>", browser.page)
    assert browser.post("/enroll/recovery", ticket=browser.found(r'name="ticket" value="([^"]+)'), code=codes[0]) == 200
    assert "(10 left)" in browser.page
    key = SoftPasskey(origin)
    assert browser.passkey("enroll", key) == (200, {"next": "/"})
    assert browser.post("/logout") == 200 and browser.open("/") == 200 and browser.url == "/login"

    for sign_in in (
        lambda: browser.post("/verify", method="totp", code=code_of(secret, 1)) == 200,
        lambda: browser.post("/verify", method="recovery", code=codes[1]) == 200,
        lambda: browser.passkey("verify", key)[0] == 200 and browser.open("/") == 200,
    ):
        browser = Browser(origin)
        assert browser.password() == 200 and browser.url == "/verify"
        assert browser.open("/") == 200 and browser.url == "/login", "the password alone shows nothing"
        assert sign_in() and browser.url == "/" and "Hello, alice" in browser.page

    factor = re.findall(r'name="factor" value="([^"]+)', browser.page)[0]
    assert browser.post("/remove", factor=factor) == 200 and browser.url == "/" and factor not in browser.page


def test_strangers(origin):
    browser = Browser(origin)
    for path in ("/", "/verify", "/enroll/totp", "/enroll/recovery"):
        assert browser.open(path) == 200 and browser.url == "/login"
    for path in ("/passkey/verify/begin", "/passkey/enroll/begin", "/passkey/enroll/finish"):
        assert browser.json(path, {})[0] == 403
    assert browser.json("/passkey/other/begin", {})[0] == 404
    assert browser.post("/remove", factor="x") in (403, 503)
    assert "Hello" not in browser.page


def test_other_origins(origin):
    browser = Browser(origin)
    browser.sent_origin = "https://evil.example"
    assert browser.password() == 403 and browser.post("/logout") == 403


def test_what_no_page_sends(origin):
    browser = Browser(origin)
    browser.password()
    for method in ("device", "webauthn", "", "nonsense\0"):
        assert browser.post("/verify", method=method, code="1") == 400
    for sent in ({}, [], None, "x", {"ticket": 7, "credential": {}}, {"ticket": "t", "credential": 7}):
        assert browser.json("/passkey/verify/finish", sent)[0] in (400, 403)
    assert browser.json("/passkey/verify/finish", {"ticket": "\0" * 9999, "credential": {"id": ["x"] * 999}})[0] == 403
