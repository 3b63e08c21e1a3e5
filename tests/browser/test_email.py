"""Codes by mail: adding an address, signing in with it, and mail servers of every kind."""
import contextlib
import time

import pytest

from harness import PASSWORD, Client, Person, Server, built_in_config
from mail import Mailbox, breaking_off, code_in, outbox, raw_server, silent, smtp_server

ADDRESS = "somebody@example.test"


def eager():
    """The site's configuration, but for mails that may follow each other at once."""
    config = built_in_config()
    config["email"] = {"resend_after_s": 10, "per_hour": 20, "per_day": 50}
    return config


def add_email(client, address=ADDRESS):
    answer = client.follow(client.post("/security/email", {"address": address}))
    assert "A code is on its way" in answer.body, answer.statuses
    answer = client.post("/security/email/confirm", {"code": code_in(outbox(client)[0])})
    assert answer.location == "/security", client.follow(answer).statuses
    return client


def test_enrol_then_sign_in(driver, name):
    with Server(eager()) as server:
        person = Person(driver, server.url, name).sign_up()
        person.leave_by("Add codes by mail")
        person.fill("address", ADDRESS)
        person.leave_by("Send a code")
        assert "A code is on its way" in person.text() and "s***@example.test" in person.text()
        person.leave_by("outbox")
        code = code_in(person.text())
        person.open("/security/email")
        person.fill("code", code)
        person.leave_by("Add")
        assert person.path() == "/security" and "Codes by mail added" in person.text()
        assert "s***@example.test" in person.text() and "unprotected" not in person.statuses()
        person.sign_out()
        time.sleep(10)  # a mail was sent a moment ago
        person.enter_password()
        assert person.path() == "/verify"
        person.leave_by("Send me a code")
        person.leave_by("outbox")
        code = code_in(person.text())
        person.open("/verify?method=email&next=/security")
        person.fill("code", "00000000" if code != "00000000" else "11111111")
        person.leave_by("Continue")
        assert "That code is not right" in person.text() and "4 attempts left" in person.text()
        person.fill("code", code)
        person.leave_by("Continue")
        assert person.path() == "/security"
        assert "Signed in or confirmed with “Code by mail”" in person.text()


def test_another_mail_right_after_is_not_sent(client, name):
    add_email(client.sign_up(name))
    other = Client(client.url)
    assert other.sign_in(name).location.startswith("/verify")
    answer = other.follow(other.post("/verify/email/send", {"next": "/security"}))
    assert "MFA_TOO_SOON" in answer.statuses and "No mail was sent" in answer.body
    assert len(outbox(other)) == 1


def test_the_code_is_in_the_mail_alone(client, name):
    client.sign_up(name)
    answers = [client.post("/security/email", {"address": ADDRESS})]
    code = code_in(outbox(client)[0])
    answers += [client.get(path) for path in ("/security/email", "/security", "/verify?method=email")]
    answers.append(client.post("/security/email/confirm", {"code": code}))
    answers.append(client.get("/security"))
    assert not any(code in answer.body or code in str(answer.headers) for answer in answers)


def test_the_outbox_shows_ones_own_mails_alone(client, name):
    client.sign_up(name).post("/security/email", {"address": ADDRESS})
    assert len(outbox(client)) == 1
    other = Client(client.url).sign_up(name + "b")
    assert outbox(other) == []
    assert Client(client.url).get("/outbox").location.startswith("/signin")


@pytest.mark.parametrize("address", ["", "nobody", "a@b\r\nBcc: c@d", "a@b,c@d"])
def test_what_is_no_address_gets_no_mail(client, name, address):
    client.sign_up(name)
    answer = client.follow(client.post("/security/email", {"address": address}))
    assert answer.statuses[0] == "bad_address"
    assert outbox(client) == []


def test_a_code_by_mail_changes_no_factors_beside_a_stronger_one(name):
    with Server(eager()) as server:
        client = Client(server.url).sign_up(name)
        codes = client.add_totp()
        add_email(client)
        time.sleep(10)
        other = Client(server.url)
        other.sign_in(name)
        other.post("/verify/email/send", {"next": "/security"})
        assert other.post("/verify/email/code", {"code": code_in(outbox(other)[0]), "next": "/security"}).location == "/security"
        assert other.get("/security/totp").location.startswith("/verify")
        assert other.enter_code(codes.next()).location == "/security"
        assert other.get("/security/totp").status == 200


def test_a_real_mail_server_gets_the_mail(name):
    mailbox = Mailbox()
    with smtp_server(mailbox) as url, Server(arguments=["--smtp", url, "--mail-from", "site@example.test"]) as server:
        client = Client(server.url).sign_up(name)
        answer = client.follow(client.post("/security/email", {"address": ADDRESS}))
        assert "A code is on its way" in answer.body
        [(sender, recipients, mail)] = mailbox.mails
        assert (sender, recipients) == ("site@example.test", [ADDRESS])
        assert mail["To"].addresses[0].addr_spec == ADDRESS and mail["Subject"] == "Your sign-in code"
        assert mail.get_content_type() == "multipart/alternative"
        text, page = mail.get_body(("plain",)).get_content(), mail.get_body(("html",)).get_content()
        code = code_in(text)
        assert name in text and f"<b>{code}</b>" in page
        assert client.post("/security/email/confirm", {"code": code}).location == "/security"
        assert client.get("/outbox").status == 404


@contextlib.contextmanager
def nobody():
    yield "smtp://127.0.0.1:1"


@pytest.mark.parametrize("trouble", ["refused", "slow", "breaks off", "nobody"])
def test_a_mail_that_does_not_go_is_told_and_changes_nothing(name, trouble):
    servers = {"refused": lambda: smtp_server(Mailbox("550 no such mailbox")), "slow": lambda: raw_server(silent),
               "breaks off": lambda: raw_server(breaking_off), "nobody": nobody}
    with servers[trouble]() as url, Server(eager(), arguments=["--smtp", url]) as server:
        client = Client(server.url).sign_up(name)
        started = time.monotonic()
        answer = client.follow(client.post("/security/email", {"address": ADDRESS}))
        assert time.monotonic() - started < 15
        assert "mail_not_sent" in answer.statuses and "could not be sent" in answer.body
        assert 'name="address"' in answer.body, "the form for the address is there again"
        assert "unprotected" in client.get("/security").statuses
        assert client.add_totp()
        assert "mail:" in server.log()


def test_signing_in_goes_on_another_way_when_mail_fails(name):
    mailbox = Mailbox()
    with smtp_server(mailbox) as url, Server(eager(), arguments=["--smtp", url]) as server:
        client = Client(server.url).sign_up(name)
        codes = client.add_totp()
        client.post("/security/email", {"address": ADDRESS})
        code = code_in(mailbox.mails[0][2].get_body(("plain",)).get_content())
        assert client.post("/security/email/confirm", {"code": code}).location == "/security"
        mailbox.answer = "451 later"
        time.sleep(10)
        other = Client(server.url)
        assert other.sign_in(name, PASSWORD).location.startswith("/verify")
        assert "mail_not_sent" in other.follow(other.post("/verify/email/send", {"next": "/security"})).statuses
        assert other.enter_code(codes.next()).location == "/security"
