"""What docs/django-mfa2.md says of that app's weaknesses: each attack, made on the demo site over plain HTTP, and refused.

Beside each stands what an honest user does, so that a refusal is not the refusal of everything. Those that HTTP does not reach
are in tests/engine/weaknesses_test.cpp.
"""
import base64
import concurrent.futures
import pathlib
import re
import time

from harness import PASSWORD, PERIOD_S, ROOT, Client, Codes, Server, built_in_config
from mail import code_in, outbox
from soft_passkey import SoftPasskey

STRONG = {"roles": {"*": {"mfa": "required", "min_aal": 2, "grace_days": 0}}}


def factors(client):
    page = client.get("/security")
    assert page.status == 200, page.location
    return re.findall(r'data-factor="([^"]+)"', page.body)


def halfway(client, name):
    """Another browser, in which the password was right and a factor is asked for."""
    other = Client(client.url)
    assert other.sign_in(name).location.startswith("/verify")
    return other


def is_in(client):
    return client.get("/security").status == 200


def ceremony(client, path, act, fields=None):
    """The site's answer to what `act` makes of its options."""
    begun = client.post(path + "/begin", fields or {}).json()
    assert begun["ok"], begun
    return client.post_json(path + "/finish", act(begun["options"]), begun["ticket"])


def add_passkey(client):
    key = SoftPasskey(client.url)
    answer = ceremony(client, "/security/passkey", key.create)
    assert answer.json()["ok"], answer.json()
    return key


def recovery_codes(client):
    page = client.post("/security/recovery", {})
    codes = re.findall(r"<li>([0-9A-Z-]{19})</li>", page.body)
    ticket = re.search(r'name="ticket" value="([^"]+)"', page.body).group(1)
    assert client.post("/security/recovery/confirm", {"ticket": ticket, "code": codes[0]}).location == "/security"
    return codes


def refused(answer):
    told = answer.json()
    assert not told["ok"] and "to" not in told, told
    return told


def test_w2_guessing_codes(client, name):
    """From many sessions at once: five guesses are compared, and then the right code does not help either."""
    codes = client.sign_up(name).add_totp()
    sessions = [halfway(client, name) for _ in range(12)]
    now = int(time.time()) // PERIOD_S
    assert sessions[0].enter_code(codes.next()).location == "/security", "the owner signs in"
    old = [codes.at(now + steps) for steps in (-29, -10, -4, 4, 10, 29)]
    live = {codes.at(now + steps) for steps in range(-1, 4)}
    guesses = [code for code in old if code not in live] + [codes.wrong()] * 30
    with concurrent.futures.ThreadPoolExecutor(11) as pool:
        answers = list(pool.map(lambda at: sessions[1 + at % 11].enter_code(guesses[at]), range(len(guesses))))
    assert all(answer.location.startswith("/verify") for answer in answers)
    # Two sessions' answers may be read by one page: what was compared is what the account counts.
    late = halfway(client, name)
    assert 'class="countdown"' in late.get("/verify").body, "it waits"
    assert late.enter_code(codes.next()).location.startswith("/verify") and not is_in(late)
    told = re.search(r"Wrong code of an authenticator app, (\d+) in all", sessions[0].get("/security").body)
    assert told and int(told.group(1)) == 5


def test_w3_a_code_again(client, name):
    codes = client.sign_up(name).add_totp()
    first, second, third = (halfway(client, name) for _ in range(3))
    code = codes.next()
    assert first.enter_code(code).location == "/security"
    assert "MFA_ALREADY_USED" in second.follow(second.enter_code(code)).statuses and not is_in(second)
    for steps in (-29, 29):
        distant = codes.at(codes.last_step + steps)
        assert "MFA_WRONG" in third.follow(third.enter_code(distant)).statuses and not is_in(third)
    assert third.enter_code(codes.next()).location == "/security"


def test_w5_a_registration_again(client, name):
    """CVE-2022-42731 and its return: one response registered three times."""
    client.sign_up(name).add_totp()
    key = SoftPasskey(client.url)
    begun = client.post("/security/passkey/begin", {}).json()
    response = key.create(begun["options"])
    answers = [client.post_json("/security/passkey/finish", response, begun["ticket"]) for _ in range(3)]
    assert answers[0].json()["ok"]
    assert [refused(answer)["status"] for answer in answers[1:]] == ["MFA_ALREADY_USED"] * 2
    assert len(factors(client)) == 2
    fresh = client.post("/security/passkey/begin", {}).json()
    assert refused(client.post_json("/security/passkey/finish", response, fresh["ticket"]))["reason"].endswith("challenge_not_expected")
    other = Client(client.url).sign_up(name + "-other")
    begun = other.post("/security/passkey/begin", {}).json()
    refused(other.post_json("/security/passkey/finish", response, begun["ticket"]))
    assert factors(other) == []
    add_passkey(client)
    assert len(factors(client)) == 3


def test_w6_the_passkey_of_somebody_else(client, name):
    """Signed in with a recovery code one has to step up: with a passkey of one's own."""
    client.sign_up(name)
    key = add_passkey(client)
    codes = recovery_codes(client)
    mallory = Client(client.url).sign_up(name + "-mallory")
    foreign = add_passkey(mallory)
    session = halfway(client, name)
    assert session.enter_code(codes[1], "recovery").location == "/security"
    mine = factors(session)[0]

    def rename(label):
        return session.post("/security/factor/rename", {"id": mine, "label": label})

    assert rename("stolen").location.startswith("/verify")
    refused(ceremony(session, "/verify/passkey", foreign.get))
    disguised = SoftPasskey(client.url)
    disguised.id, disguised.key, disguised.user_handle = foreign.id, foreign.key, key.user_handle
    refused(ceremony(session, "/verify/passkey", disguised.get))
    forged = SoftPasskey(client.url)  # the right id, another's signature
    forged.id, forged.key, forged.user_handle = key.id, foreign.key, key.user_handle
    refused(ceremony(session, "/verify/passkey", forged.get))
    begun = mallory.post("/verify/passkey/begin", {}).json()
    assert refused(session.post_json("/verify/passkey/finish", foreign.get(begun["options"]), begun["ticket"]))["status"] == "MFA_MISMATCH"
    assert rename("stolen").location.startswith("/verify")
    assert ceremony(session, "/verify/passkey", key.get).json()["ok"]
    assert rename("mine").location == "/security" and "mine" in session.get("/security").body


def test_w7_a_passkey_that_was_turned_off(client, name):
    client.sign_up(name).add_totp()
    before = set(factors(client))
    key = add_passkey(client)
    (its_id,) = set(factors(client)) - before

    def alone(**how):
        return ceremony(Client(client.url), "/signin/passkey", lambda options: key.get(options, **how))

    assert alone().json()["ok"]
    assert client.post("/security/factor/enabled", {"id": its_id, "enabled": "0"}).location == "/security"
    refused(alone())
    second = halfway(client, name)
    begun = second.post("/verify/passkey/begin", {}).json()
    if begun["ok"]:  # an offer without it, as for one who has none
        refused(second.post_json("/verify/passkey/finish", key.get(begun["options"]), begun["ticket"]))
    assert not is_in(second)
    assert client.post("/security/factor/enabled", {"id": its_id, "enabled": "1"}).location == "/security"
    assert alone().json()["ok"]


def test_w7_a_touch_is_not_a_person(client, name):
    """Alone, a passkey signs in only where it verified who touched it; after a password the touch is enough."""
    client.sign_up(name)
    key = add_passkey(client)
    stranger = Client(client.url)
    told = ceremony(stranger, "/signin/passkey", lambda options: key.get(options, verified=False)).json()
    assert not told["ok"] and not is_in(stranger), told
    assert ceremony(stranger, "/signin/passkey", key.get).json()["ok"] and is_in(stranger)
    second = halfway(client, name)
    assert ceremony(second, "/verify/passkey", lambda options: key.get(options, verified=False)).json()["ok"] and is_in(second)


def posting_routes():
    return sorted({path for file in (ROOT / "examples/server").glob("*.cpp") for path in re.findall(
        r'\{"POST",\s*("[^"]+"|kHere)', file.read_text()) if path.startswith('"')})


def test_w8_requests_from_elsewhere(client, name):
    """By a link, or by a form or a script of another site, nothing changes: with the session's cookie and all."""
    codes = client.sign_up(name).add_totp()
    client.add_totp()
    one = factors(client)[0]
    before = factors(client)
    paths = [path.strip('"') for path in posting_routes()] + ["/security/totp", "/security/recovery"]
    assert len(paths) >= 20 and "/security/factor/enabled" in paths
    fields = f"id={one}&enabled=0&label=x&method=totp&code={codes.wrong()}&address=a@example.test&name=x&password=x&to=x&amount=1"
    for path in paths:
        assert client.get(f"{path}?{fields}").status in (200, 303, 404, 422), path
        for headers in ({}, {"Origin": "https://evil.example"}, {"Origin": client.url}, {"Origin": "https://evil.example", "X-CSRF-Token": client.csrf()}):
            sent = {"Content-Type": "application/x-www-form-urlencoded", **headers}
            answer = client.request("POST", path, fields.encode(), sent)
            assert answer.status == 403, (path, headers)
    page = client.get("/security").body
    assert factors(client) == before and "Turned off" not in page and "Wrong code" not in page and outbox(client) == []
    assert client.post("/security/factor/enabled", {"id": one, "enabled": "0"}).location == "/security"


def test_w9_secrets_in_addresses(name):
    with Server() as server:
        client = Client(server.url).sign_up(name)
        secret, ticket = client.begin_totp()
        offered, chosen = Codes(secret), Codes("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
        for codes in (chosen, offered):
            code = codes.next()
            query = f"key={codes.secret}&secret={codes.secret}&ticket={ticket}&answer={code}&code={code}"
            assert client.get("/security/totp?" + query).status == 200
        assert factors(client) == [], "a GET enrols nothing"
        secret, ticket = client.begin_totp()
        own = {"ticket": ticket, "secret": chosen.secret, "key": chosen.secret, "code": chosen.next()}
        assert "MFA_WRONG" in client.follow(client.post("/security/totp", own)).statuses, "nor a secret that the client chose"
        quiet = len(server.log())
        page = client.get("/security/totp")
        assert set(re.findall(r'<form method="(\w+)"', page.body)) == {"post"}
        assert page.headers["Referrer-Policy"] == "same-origin"
        codes = client.add_totp()
        other = halfway(client, name)
        code = codes.next()
        assert other.enter_code(code).location == "/security" and len(factors(other)) == 1
        log = server.log()[quiet:]
        assert "POST /security/totp" in log
        assert not any(word in log for word in (codes.secret, code, codes.at(codes.last_step - 1)))


class Overheard(Client):
    """Keeps all that the site ever told this client, but for the outbox, which stands for a mailbox."""

    def __init__(self, url):
        super().__init__(url)
        self.heard = []

    def request(self, method, path, body=None, headers=None):
        answer = super().request(method, path, body, headers)
        if path != "/outbox":
            self.heard.append(f"{answer.headers}\n{answer.body}")
        return answer


def test_w10_codes_by_mail(name):
    """Its time is tests/engine: "email: a code ends after its time"."""
    config = built_in_config()
    config["email"] = {"resend_after_s": 10, "per_hour": 20, "per_day": 50}
    with Server(config) as server:
        client = Overheard(server.url).sign_up(name)
        client.post("/security/email", {"address": "somebody@example.test"})
        enrolled = code_in(outbox(client)[0])
        assert client.post("/security/email/confirm", {"code": enrolled}).location == "/security"
        assert "MFA_" in str(client.follow(client.post("/security/email/confirm", {"code": enrolled})).statuses)
        assert len(factors(client)) == 1, "once"
        time.sleep(10)
        second = Overheard(server.url)
        second.sign_in(name)
        second.post("/verify/email/send", {"next": "/security"})
        for _ in range(3):
            again = second.follow(second.post("/verify/email/send", {"next": "/security"}))
            assert "MFA_TOO_SOON" in again.statuses
        assert len(outbox(second)) == 2, "no bombing"
        code = code_in(outbox(second)[0])
        enter = {"next": "/security"}
        refusal = second.follow(second.post("/verify/email/code", {**enter, "code": enrolled}))
        assert "MFA_WRONG" in refusal.statuses, "not the one that enrolled"
        third = Overheard(server.url)
        third.sign_in(name)
        assert third.post("/verify/email/code", {**enter, "code": code}).location != "/security", "not in another browser"
        assert second.post("/verify/email/code", {**enter, "code": code}).location == "/security" and is_in(second)
        fourth = Overheard(server.url)
        fourth.sign_in(name)
        fourth.post("/verify/email/code", {**enter, "code": code})
        assert not is_in(fourth), "not twice"
        time.sleep(10)
        fourth.post("/verify/email/send", {"next": "/security"})
        last = code_in(outbox(fourth)[0])
        for guess in range(5):
            fourth.post("/verify/email/code", {**enter, "code": f"{(int(last) + guess + 1) % 10**8:08}"})
        assert fourth.post("/verify/email/code", {**enter, "code": last}).location != "/security", "not after five guesses"
        heard = "".join(text for one in (client, second, third, fourth) for text in one.heard)
        assert len(heard) > 10000 and not any(word in heard for word in (enrolled, code, last))


def test_w14_changes_with_the_password_alone(name):
    with Server() as server:
        owner = Client(server.url).sign_up(name)
        codes = owner.add_totp()
        recovery_codes(owner)
        second = owner.add_totp()
        first, other = factors(owner)
        thief = halfway(owner, name)
        for path in ("/security/totp", "/security/recovery", "/security/passkey"):
            assert (thief.get(path).location or "").startswith("/verify"), path
        tries = [("/security/factor/remove", {"id": first}), ("/security/factor/enabled", {"id": first, "enabled": "0"}),
                 ("/security/recovery", {}), ("/security/email", {"address": "thief@example.test"})]
        for path, fields in tries:
            assert thief.post(path, fields).location.startswith("/verify"), path
        assert not thief.post("/security/passkey/begin", {}).json()["ok"]
        assert factors(owner) == [first, other] and "10</span> codes left" in owner.get("/security").body
        assert owner.post("/security/factor/remove", {"id": other}).location == "/security" and factors(owner) == [first]
        page, log = owner.get("/security").body, server.log()
        assert "Authenticator app" in page and "removed" in page.lower(), "who looks sees what was done"
        assert '"event":"enrolled"' in log and '"event":"removed"' in log, "and so does the host"
        kept = b"".join(path.read_bytes() for path in pathlib.Path(server.data).iterdir())
        for secret in (codes.secret, second.secret):
            assert secret.encode() not in kept and base64.b32decode(secret) not in kept, "sealed at rest"


def test_w15_the_last_factor(client, name):
    client.sign_up(name).add_totp()
    client.add_totp()
    recovery_codes(client)
    both = factors(client)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda one: client.post("/security/factor/remove", {"id": one}), both))
    (left,) = factors(client)
    for path, fields in (("remove", {}), ("enabled", {"enabled": "0"})):
        answer = client.follow(client.post("/security/factor/" + path, {"id": left, **fields}))
        assert "MFA_DENIED" in answer.statuses
    assert factors(client) == [left]
    assert halfway(client, name).get("/security").location.startswith("/verify"), "the password alone is not enough"


def test_w15_where_policy_asks_for_a_factor(name):
    with Server({**built_in_config(), "policy": STRONG}) as server:
        client = Client(server.url)
        assert client.post("/signup", {"name": name, "password": PASSWORD}).location == "/enroll"
        for path in ("/security", "/pay", "/security/factor"):
            assert client.get(path).location.startswith(("/verify", "/enroll")), path
        key = add_passkey(client)
        assert is_in(client)
        (only,) = factors(client)
        client.post("/security/factor/remove", {"id": only})
        assert factors(client) == [only]
        assert ceremony(Client(client.url), "/signin/passkey", key.get).json()["ok"]


def test_w16_a_sign_in_is_no_recheck(client, name):
    """One who stepped up and signs in again gets a session of his own; and rubbish is answered, with nothing of the insides."""
    client.sign_up(name)
    key = add_passkey(client)
    assert ceremony(client, "/verify/passkey", key.get).json()["ok"], "stepped up"
    begun = client.post("/verify/passkey/begin", {}).json()
    client.post("/signout", {})
    answer = key.get(begun["options"])
    assert not client.post_json("/verify/passkey/finish", answer, begun["ticket"]).json()["ok"]
    assert refused(client.post_json("/signin/passkey/finish", answer, begun["ticket"]))["status"] == "MFA_MISMATCH"
    assert not is_in(client)
    assert ceremony(client, "/signin/passkey", key.get).json()["ok"] and is_in(client)
    rubbish = ["", "{}", "[]", "null", "\x00", '{"id":', '{"id":1}', '{"id":"AA","rawId":"AA","type":"public-key","response":{}}', "[" * 900]
    for path in ("/signin/passkey", "/verify/passkey", "/security/passkey"):
        ticket = client.post(path + "/begin", {}).json()["ticket"]
        for body in rubbish:
            for sealed in (ticket, "", "x", ticket[:-1]):
                told = client.post_json(path + "/finish", body, sealed)
                assert told.status in (400, 403, 409, 422), (path, body, told.status, told.body)
                assert told.json()["status"] == "MFA_MALFORMED" and set(told.json()) == {
                    "ok", "status", "reason", "kind", "title", "text", "until_s"}
                assert not re.search(r"Error|exception|\.cpp|'id'|0x", told.body)
    assert is_in(client)


def test_a_ticket_opens_its_own_door_alone(client, name):
    """What was begun at one place finishes at no other: purposes, actions, enrolment. tests/browser/test_tickets.py does users and browsers."""
    client.sign_up(name)
    key = add_passkey(client)
    pay = {"to": "Maria", "amount": "25.00"}
    doors = {"/signin/passkey": ({}, ""), "/verify/passkey": ({}, ""), "/security/passkey": ({}, ""),
             "/pay/passkey": (pay, "?to=Maria&amount=25.00"), "/pay/passkey#": ({**pay, "to": "Mallory"}, "?to=Mallory&amount=25.00")}
    for begin, (fields, _) in doors.items():
        for finish, (_, query) in doors.items():
            begun = client.post(begin.strip("#") + "/begin", fields).json()
            if begin == "/security/passkey":
                new = SoftPasskey(client.url)
                answer = new.create(begun["options"]) if finish == begin else key.get(begun["options"])
            else:
                answer = key.get(begun["options"])
            told = client.post_json(finish.strip("#") + "/finish" + query, answer, begun["ticket"]).json()
            assert told["ok"] is (begin == finish), (begin, finish, told)
