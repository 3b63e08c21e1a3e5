"""What every page keeps to, and the site's own passwords, cookies and sessions."""
import os
import re
import signal
import stat
import subprocess

import pytest

from harness import PASSWORD, Client, Server, built_in_config, demo_binary

PAGES = ["/", "/signin", "/signup", "/no-such-page"]
SIGNED_IN_PAGES = ["/security", "/security/totp", "/security/passkey", "/security/recovery"]


def cookie(client, name):
    return next((c for c in client.jar if c.name == name), None)


# ---- headers


def test_security_headers_are_on_everything(client, name):
    pages = PAGES + SIGNED_IN_PAGES
    client.sign_up(name)
    for path in pages + ["/static/mfa.js", "/static/style.css", "/static/none"]:
        headers = client.get(path).headers
        policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
        assert policy == {"default-src": "'none'", "script-src": "'self'", "style-src": "'self'",
                          "img-src": "'self' data:", "connect-src": "'self'", "form-action": "'self'",
                          "frame-ancestors": "'none'", "base-uri": "'none'"}, path
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert len(headers.get_all("Content-Security-Policy")) == 1
        if not path.startswith("/static/"):
            assert headers["Cache-Control"] == "no-store", path


def test_requests_that_are_too_large_are_refused(client):
    answer = client.request("POST", "/signin", b"name=" + b"x" * 70000,
                            {"Origin": client.url, "Content-Type": "application/json"})
    assert answer.status == 413 and "Content-Security-Policy" in answer.headers


def test_pages_hold_no_style_and_no_script_of_their_own(client, name):
    client.sign_up(name).add_totp()
    for path in PAGES + SIGNED_IN_PAGES:
        body = client.follow(client.get(path)).body
        assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", body), path
        assert re.findall(r"<script[^>]*>(.*?)</script>", body, re.DOTALL) == [""], path


def test_nothing_is_loaded_from_elsewhere(person):
    person.signed_up(totp=True)
    asked = set()
    for path in ["/"] + SIGNED_IN_PAGES:
        person.open(path)
        asked |= set(person.driver.execute_script("return performance.getEntriesByType('resource').map((e) => e.name)"))
    names = {url.removeprefix(person.url).split("?")[0] for url in asked if not url.startswith("data:")}
    assert {"/static/mfa.js", "/static/style.css", "/static/icon.svg"} <= names
    assert all(name.startswith("/") for name in names)


def test_every_page_is_labelled(person):
    """What screen readers need: a language, a title, one main heading, and a label for each field."""
    person.signed_up(totp=True)
    for path in SIGNED_IN_PAGES + ["/verify"] + PAGES:
        if path == PAGES[0]:
            person.sign_out()
        person.open(path)
        problems = person.driver.execute_script("""
            const problems = [];
            if (document.documentElement.lang !== 'en' || !document.title) problems.push('language or title');
            if (document.querySelectorAll('h1').length !== 1) problems.push('h1');
            if (!document.querySelector('main') || !document.querySelector('.skip[href="#main"]')) problems.push('main');
            for (const field of document.querySelectorAll('input:not([type=hidden])')) {
              if (!field.labels.length) problems.push('label of ' + field.name);
              const described = field.getAttribute('aria-describedby') || '';
              for (const id of described.split(' ').filter(Boolean)) {
                if (!document.getElementById(id)) problems.push('description ' + id);
              }
            }
            for (const image of document.images) if (!image.hasAttribute('alt')) problems.push('alt');
            return problems;""")
        assert problems == [], path


# ---- forgery


@pytest.mark.parametrize("headers, fields", [
    ({}, {"csrf": "x" * 43}),
    ({}, {"csrf": ""}),
    ({"Origin": "http://localhost:1"}, {}),
    ({"Origin": "null"}, {}),
    ({"Origin": ""}, {}),
])
def test_a_form_from_elsewhere_is_refused(client, name, headers, fields):
    client.sign_up(name)
    answer = client.post("/signout", fields, headers)
    assert answer.status == 403 and "cannot be accepted" in answer.body
    assert client.get("/security").status == 200, "still signed in"


def test_a_script_call_without_the_token_is_refused(client, name):
    client.sign_up(name)
    headers = {"Origin": client.url, "Content-Type": "application/json"}
    for path in ("/security/passkey/begin", "/security/passkey/finish", "/verify/passkey/begin", "/signin/passkey/begin"):
        answer = client.request("POST", path, b"", headers)
        assert answer.status == 403 and answer.json()["ok"] is False


def test_a_token_of_another_session_is_refused(client, name):
    client.sign_up(name)
    stranger = Client(client.url)
    assert client.post("/signout", {"csrf": stranger.csrf()}).status == 403


def test_the_token_changes_with_sign_in(client, name):
    before = client.csrf()
    client.sign_up(name)
    assert client.csrf() != before
    assert client.post("/signout", {"csrf": before}).status == 403


# ---- cookies and sessions


def test_cookies_are_out_of_reach(client, name):
    client.sign_up(name)
    for kind in ("session", "browser"):
        kept = cookie(client, kind)
        assert kept.has_nonstandard_attr("HttpOnly") and kept.get_nonstandard_attr("SameSite") == "Lax"
        assert kept.path == "/" and not kept.domain_specified


def test_with_tls_cookies_are_bound_to_the_host():
    """As behind a proxy that does TLS: the origin is what the browser sees."""
    with Server(origin="https://demo.example") as server:
        client = Client(server.url)
        answer = client.request("GET", "/signin", headers={"Host": "demo.example"})
        kept = answer.headers["Set-Cookie"]
        assert kept.startswith("__Host-browser=") and "; Secure" in kept and "; Path=/" in kept and "HttpOnly" in kept
        assert answer.headers["Strict-Transport-Security"]


def test_the_session_id_changes_at_each_step_of_signing_in(client, name):
    codes = client.sign_up(name).add_totp()
    client.post("/signout", {})
    client.sign_in(name)
    halfway = cookie(client, "session").value
    assert client.enter_code(codes.next()).location == "/security"
    assert cookie(client, "session").value != halfway
    old = Client(client.url)
    old.jar.set_cookie(cookie(client, "browser"))
    kept = cookie(client, "session")
    kept.value, now = halfway, kept.value
    old.jar.set_cookie(kept)
    assert old.get("/security").location.startswith("/signin"), "the id from before is worth nothing"
    assert now != halfway


def test_an_id_that_the_site_did_not_give_is_not_adopted(client, name):
    client.sign_up(name)
    kept = cookie(client, "session")
    planted = Client(client.url)
    kept.value = "A" * 43
    planted.jar.set_cookie(kept)
    planted.post("/signup", {"name": name + "x", "password": PASSWORD})
    assert cookie(planted, "session").value != "A" * 43


def test_signing_out_ends_the_session(client, name):
    client.sign_up(name)
    stolen = Client(client.url)
    for kept in client.jar:
        stolen.jar.set_cookie(kept)
    assert stolen.get("/security").status == 200
    assert client.post("/signout", {}).location == "/signin?why=left"
    assert stolen.get("/security").location.startswith("/signin")


def test_a_page_asked_for_too_early_comes_after_signing_in(client, name):
    client.sign_up(name)
    client.post("/signout", {})
    asked = client.get("/security/recovery")
    assert asked.location == "/signin?next=/security/recovery"
    form = client.get(asked.location).body
    assert 'name="next" value="/security/recovery"' in form


@pytest.mark.parametrize("next_page", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", ""])
def test_signing_in_never_leads_elsewhere(client, name, next_page):
    client.sign_up(name)
    client.post("/signout", {})
    assert client.post("/signin", {"name": name, "password": PASSWORD, "next": next_page}).location == "/security"


def test_by_its_number_the_site_sends_one_to_its_name(client):
    port = client.url.rsplit(":", 1)[1]
    answer = Client(f"http://127.0.0.1:{port}").get("/signin")
    assert answer.status == 303 and answer.location == client.url + "/signin"


# ---- passwords


def test_names_and_passwords_are_checked(client, name):
    for wrong in ("a", "with space", "x" * 65, "<b>"):
        assert client.post("/signup", {"name": wrong, "password": PASSWORD}).status == 422
    for wrong in ("short", name + "long", "x" * 1025):
        assert client.post("/signup", {"name": name + "long", "password": wrong}).status == 422
    client.sign_up(name)
    assert Client(client.url).post("/signup", {"name": name.upper(), "password": PASSWORD}).status == 409


def test_a_wrong_password_and_an_unknown_name_look_alike(client, name):
    client.sign_up(name)
    client.post("/signout", {})
    answers = [client.sign_in(name, "not this one"), client.sign_in(name + "-unknown", "not this one")]
    texts = [re.sub(r'(value|content)="[^"]*"', "", answer.body) for answer in answers]
    assert [answer.status for answer in answers] == [403, 403] and texts[0] == texts[1]


def test_many_wrong_passwords_are_paused(client, name):
    client.sign_up(name)
    client.post("/signout", {})
    statuses = [client.sign_in(name, "guess").status for _ in range(11)]
    assert statuses == [403] * 10 + [429]
    answer = client.sign_in(name)
    assert answer.status == 429 and "Try again after" in answer.body


def test_without_a_script_all_but_passkeys_works(client, name):
    codes = client.sign_up(name).add_totp()
    client.post("/signout", {})
    assert client.sign_in(name).location == "/verify?next=/security"
    assert client.enter_code(codes.next()).location == "/security"
    assert name in client.get("/security").body
    assert "<noscript>" in client.get("/security/passkey").body


# ---- policy, data and process


def test_where_policy_asks_for_a_factor_it_is_set_up_on_the_way_in(name):
    config = built_in_config()
    config["policy"] = {"roles": {"*": {"mfa": "required", "min_aal": 2, "grace_days": 0}}}
    with Server(config) as server:
        client = Client(server.url)
        assert client.post("/signup", {"name": name, "password": PASSWORD}).location == "/enroll"
        assert client.get("/security").location.startswith("/verify")
        assert client.get("/verify?next=/security").location == "/enroll"
        client.add_totp()
        assert client.get("/security").status == 200


def test_accounts_and_factors_outlive_the_process(client, name):
    with Server() as first:
        client = Client(first.url)
        codes = client.sign_up(name).add_totp()
        mode = stat.S_IMODE(os.stat(first.data).st_mode)
        assert mode == 0o700 and all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in first.data.iterdir())
        assert first.restart() == 0
        assert client.get("/security").location.startswith("/signin"), "sessions do not"
        client.sign_in(name)
        assert client.enter_code(codes.next()).location == "/security"


def test_nothing_secret_is_logged(name):
    with Server() as server:
        client = Client(server.url)
        codes = client.sign_up(name).add_totp()
        used = codes.next()
        other = Client(server.url)
        other.sign_in(name)
        other.enter_code(used)
        log = server.log()
        secrets = [PASSWORD, codes.secret, used] + [kept.value for kept in list(client.jar) + list(other.jar)]
        assert "POST /verify/code 303" in log and '"event":"verified"' in log
        assert not any(secret in log for secret in secrets)


def test_trouble_with_the_store_is_told_apart_from_a_no(name):
    with Server() as server:
        client = Client(server.url)
        codes = client.sign_up(name).add_totp()
        server.stop()
        key = server.data / "seal.key"
        kept = key.read_bytes()
        key.write_bytes(b"\x01" * 32)  # the records cannot be opened any more
        server.start()
        answer = client.sign_in(name)
        assert answer.status == 503 and "trouble is on our side" in answer.body
        assert client.get("/security").location.startswith("/signin"), "and nobody is signed in"
        server.stop()
        key.write_bytes(kept)
        server.start()
        client.sign_in(name)
        assert client.enter_code(codes.next()).location == "/security", "nothing was lost"


def test_a_form_of_a_session_that_is_over_leads_to_signing_in(client, name):
    client.sign_up(name)
    token = client.csrf()
    kept = cookie(client, "session")
    client.post("/signout", {})
    client.jar.set_cookie(kept)
    answer = client.post("/security/factor/remove", {"csrf": token, "id": "x"})
    assert answer.location == "/signin?why=expired" and "session has ended" in client.get(answer.location).body


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_when_asked(number):
    with Server() as server:
        server.process.send_signal(number)
        assert server.process.wait(10) == 0


def test_a_port_in_use_is_told(server):
    port = server.url.rsplit(":", 1)[1]
    ran = subprocess.run([demo_binary(), "--port", port, "--data", str(server.data)], capture_output=True, timeout=20)
    assert ran.returncode == 1 and b"cannot listen" in ran.stderr


@pytest.mark.parametrize("arguments", [["--port", "x"], ["--port", "70000"], ["--what", "1"], ["--origin", "ftp://x"], ["--data"]])
def test_options_that_are_not_understood(arguments):
    ran = subprocess.run([demo_binary(), *arguments], capture_output=True, timeout=20)
    assert ran.returncode == 2 and b"usage" in ran.stderr


def test_a_wrong_configuration_is_told_with_its_place():
    config = built_in_config()
    config["webauthn"]["colour"] = "blue"
    with pytest.raises(RuntimeError, match="webauthn.colour"):
        Server(config)
