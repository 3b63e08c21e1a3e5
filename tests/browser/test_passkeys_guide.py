"""The pages of docs/passkeys.md in Chromium, with the server's code of the same page behind them."""

import json
import re
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import pytest
from harness import ROOT, Authenticator

sys.path.insert(0, str(ROOT / "bindings/python"))

PAGE = (ROOT / "docs/passkeys.md").read_text()


def block(language):
    return "\n".join(re.findall(rf"```{language}\n(.*?)```", PAGE, re.S))


class Site(ThreadingHTTPServer):
    """One visitor, whose session is that of the guide's `web`."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://localhost:{self.server_address[1]}"
        self.guide, self.web = None, SimpleNamespace(cookies={"browser": "browser-0123456789"}, session={}, peer="127.0.0.1")
        self.answers = []

    def calls(self):
        guide, web, user = self.guide, self.web, ("user-1", "alice@example.org")
        return {
            "/sign-up/begin": lambda asked: guide.sign_up_begin(web, *user),
            "/sign-up/finish": lambda asked: guide.sign_up_finish(web, user[0], asked["ticket"], asked["credential"]),
            "/sign-in/begin": lambda asked: guide.sign_in_begin(web, asked["conditional"]),
            "/sign-in/finish": lambda asked: guide.sign_in_finish(web, asked["ticket"], asked["credential"]),
        }


class Handler(BaseHTTPRequestHandler):
    def give(self, kind, text):
        body = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        if self.path == "/guide.js":
            self.give("text/javascript", block("js"))
        else:
            self.give("text/html", f"<!DOCTYPE html><title>Guide</title>{block('html')}")

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        answer = self.server.calls()[self.path](asked)
        self.server.answers.append((self.path, answer))
        self.give("application/json", json.dumps(answer))

    def log_message(self, *_):
        pass


@pytest.fixture
def site(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with Site() as served:
        config = json.loads(block("json"))
        config["webauthn"].update(rp_id="localhost", origins=[served.url])
        (tmp_path / "config.json").write_text(json.dumps(config))
        names = {}
        exec(compile(block("python"), "docs/passkeys.md", "exec"), names)
        served.guide = SimpleNamespace(**names)
        thread = threading.Thread(target=served.serve_forever)
        thread.start()
        try:
            yield served
        finally:
            served.shutdown()
            thread.join()
            served.guide.engine.close()


CALL = """
const [name, conditional, done] = arguments;
const send = async (path, body) => (await fetch(path, {method: 'POST', body: JSON.stringify(body)})).json();
window.signalled = [];
for (const signal of ['signalAllAcceptedCredentials', 'signalUnknownCredential'])
  if (PublicKeyCredential[signal]) PublicKeyCredential[signal] = async (told) => { window.signalled.push([signal, told]); };
import('/guide.js').then((guide) => guide[name](send, conditional))
  .then((ok) => done({ok: ok ?? null, signalled: window.signalled}), (error) => done({error: String(error)}));
"""


def test_its_pages_sign_up_and_in(site, driver):
    with Authenticator(driver) as authenticator:
        driver.get(site.url + "/")
        assert driver.execute_script("return document.querySelector('input').autocomplete") == "username webauthn"
        assert driver.execute_async_script(CALL, "signUp", False) == {"ok": None, "signalled": []}
        [credential] = authenticator.credentials()
        assert credential["isResidentCredential"]

        for conditional in (False, True):
            site.web.session.clear()
            answer = driver.execute_async_script(CALL, "signIn", conditional)
            assert answer.get("ok") is True, answer
            assert site.web.session["user"] == "user-1"
            assert [name for name, _ in answer["signalled"]] == ["signalAllAcceptedCredentials"]
            assert answer["signalled"][0][1]["rpId"] == "localhost"

        # A passkey that nobody has any more.
        site.guide.engine.admin(site.guide.mfa.AdminAction.RESET, "user-1", actor="test")
        site.web.session.clear()
        answer = driver.execute_async_script(CALL, "signIn", False)
        assert answer["ok"] is False and site.web.session == {}
        assert [name for name, _ in answer["signalled"]] == ["signalUnknownCredential"]
