"""Trusted devices: this browser remembered, another one paired, and everybody else told no."""
import re

import pytest

from harness import Client, Person, chromium


def rows(person_or_page):
    return re.findall(r"Trusted device", person_or_page)


def device_cookies(client):
    return [cookie for cookie in client.jar if "mfa-device" in cookie.name]


@pytest.fixture
def phone(server, name):
    with chromium(width=420, height=800) as driver:
        yield Person(driver, server.url, name)


def test_this_browser_is_trusted_and_asked_for_the_password_alone(person):
    person.signed_up("/security", totp=True)
    person.leave_by("Trusted devices")
    person.fill("label", "Kitchen laptop")
    person.leave_by("Trust this browser")
    assert person.path() == "/security" and "This browser is trusted" in person.text()
    assert "Kitchen laptop" in person.text() and "on Linux" in person.text()
    person.sign_out()
    person.enter_password()
    assert person.path() == "/security"
    assert "Signed in at “Kitchen laptop”" in person.text()
    # It spares the sign-in, and nothing that matters.
    person.open("/security/totp")
    assert person.path() == "/verify"


def test_the_box_at_the_second_step(person):
    person.signed_up(totp=True).halfway()
    box, label = person.find("#trust"), person.find('label[for="trust"]')
    assert box.rect["width"] < 30 and label.rect["x"] - box.rect["x"] - box.rect["width"] < 20, "the words are beside the box"
    box.click()
    person.enter_code(person.codes.next())
    assert person.path() == "/security" and "Trusted device" in person.text()
    person.sign_out()
    person.enter_password()
    assert person.path() == "/security"


def test_without_the_box_nothing_is_trusted(client, name):
    codes = client.sign_up(name).add_totp()
    other = Client(client.url)
    other.sign_in(name)
    assert other.enter_code(codes.next()).location == "/security"
    assert not device_cookies(other)


def test_a_phone_is_paired_by_its_code(person, phone):
    person.signed_up("/security/device", totp=True)
    person.leave_by("Pair a device")
    code = person.find("#pairing-code").text
    phone.open("/pair")
    phone.fill("name", person.name)
    phone.fill("code", code.lower())
    phone.leave_by("Pair")
    number = phone.find("#check-number").text
    assert re.fullmatch(r"\d\d", number)
    # Both pages go on by themselves.
    person.wait_for("document.getElementById('claimed-device') !== null")
    assert "Chrome on Linux" in person.find("#claimed-device").text and number not in person.text()
    person.fill("number", number)
    person.leave_by("Trust this device")
    assert person.path() == "/security"
    phone.wait_for("location.pathname === '/pair/done'")
    assert "You are not signed in yet" in phone.text()
    phone.enter_password()
    assert phone.path() == "/security"
    assert "Signed in at" in phone.text()


def test_a_phone_is_paired_by_its_link_and_the_ticket_leaves_the_address(person, phone):
    person.signed_up("/security/device", totp=True)
    person.leave_by("Pair a device")
    link = person.find("#pairing-link").get_attribute("textContent")
    phone.driver.get(link)
    assert phone.driver.current_url == phone.url + "/pair" and not phone.has("input#code")
    phone.leave_by("Pair")
    number = phone.find("#check-number").text
    person.wait_for("document.getElementById('claimed-device') !== null")
    person.fill("number", number)
    person.leave_by("Trust this device")
    phone.wait_for("location.pathname === '/pair/done'")


# ---- by hand


def begin(client):
    assert client.post("/security/device/pair", {"label": ""}).location == "/security/device"
    page = client.get("/security/device").body
    return re.search(r'id="pairing-code">([^<]+)<', page).group(1)


def claim(client, name, code):
    answer = client.post("/pair", {"name": name, "code": code, "ticket": ""})
    number = re.search(r'id="check-number">(\d\d)<', answer.body)
    pairing = re.search(r'data-pairing="([^"]+)"', answer.body)
    return answer, number and number.group(1), pairing and pairing.group(1)


def test_one_wrong_number_ends_it(client, name):
    client.sign_up(name).add_totp()
    phone = Client(client.url)
    answer, number, pairing = claim(phone, name, begin(client))
    assert answer.status == 200
    wrong = "42" if number != "42" else "43"
    refused = client.follow(client.post("/security/device/approve", {"number": wrong}))
    assert "That was not the number" in refused.body
    again = client.follow(client.post("/security/device/approve", {"number": number}))
    assert "MFA_MALFORMED" in again.statuses, "no ticket is left to approve with"
    assert phone.post("/pair/poll", {"pairing": pairing}).json() == {"ok": False, "to": "/pair/over"}
    assert not device_cookies(phone)


def test_a_second_claim_ends_it_for_both(client, name):
    client.sign_up(name).add_totp()
    code = begin(client)
    first, second = Client(client.url), Client(client.url)
    _, number, pairing = claim(first, name, code)
    answer, _, _ = claim(second, name, code)
    assert answer.status == 403 and "MFA_ALREADY_USED" in answer.statuses
    page = client.follow(client.get("/security/device"))
    assert "Two devices claimed the pairing" in page.body
    assert first.post("/pair/poll", {"pairing": pairing}).json()["to"] == "/pair/over"


def test_five_wrong_codes_end_it_and_strangers_are_answered_alike(client, name):
    client.sign_up(name).add_totp()
    code = begin(client)
    phone = Client(client.url)
    wrong = ("1" if code[0] == "0" else "0") + code[1:]
    answers = [claim(phone, name, wrong)[0] for _ in range(5)]
    answers += [claim(phone, name, code)[0], claim(phone, "nobody-" + name, code)[0]]
    pages = {re.sub(r'(csrf|value|content)="[^"]*"', "", answer.body) for answer in answers}
    assert len(pages) == 1 and {answer.status for answer in answers} == {403}
    assert "Too many wrong codes" in client.follow(client.get("/security/device")).body


def test_an_old_cookie_ends_the_trust_and_is_told(client, name):
    codes = client.sign_up(name).add_totp()
    assert client.post("/security/device/remember", {"label": "Mine"}).location == "/security"
    (cookie,) = device_cookies(client)
    forged = cookie.value[:-4] + ("AAAA" if cookie.value[-4:] != "AAAA" else "BBBB")
    thief = Client(client.url)
    thief.jar.set_cookie(cookie.__class__(**{**vars_of(cookie), "value": forged}))
    answer = thief.follow(thief.sign_in(name))
    assert "MFA_SIGNAL_DEVICE_REUSED" in answer.statuses and "Second step" in answer.body
    client.post("/signout", {})
    assert client.sign_in(name).location.startswith("/verify")
    assert client.enter_code(codes.next()).location == "/security"
    assert "An old cookie of a trusted device came back" in client.get("/security").body


def vars_of(cookie):
    fields = ("version name value port port_specified domain domain_specified domain_initial_dot path path_specified "
              "secure expires discard comment comment_url").split()
    return {**{field: getattr(cookie, field) for field in fields}, "rest": {}}


def test_a_removed_device_is_asked_again_and_other_sessions_stay(client, name):
    client.sign_up(name).add_totp()
    client.post("/security/device/remember", {"label": "Mine"})
    page = client.get("/security").body
    factor = re.search(r'data-factor="([^"]+)"(?:(?!data-factor).)*Trusted device', page, re.S).group(1)
    other = Client(client.url)
    for cookie in device_cookies(client):
        other.jar.set_cookie(cookie)
    assert other.sign_in(name).location == "/security"
    assert client.post("/security/factor/remove", {"id": factor}).location == "/security"
    assert client.get("/security").status == 200
    assert other.get("/security").location == "/signin?why=changed", "it rested on the device"
    assert other.sign_in(name).location.startswith("/verify")


def test_all_devices_at_once(client, name):
    codes = client.sign_up(name).add_totp()
    assert "Trust no device" not in client.get("/security/device").body
    client.post("/security/device/remember", {"label": "First"})
    other = Client(client.url)
    other.sign_in(name)
    other.enter_code(codes.next())
    other.post("/security/device/remember", {"label": "Second"})
    for browser in (client, other):
        assert browser.sign_in(name).location == "/security", "trusted"
    assert other.post("/security/device/forget", {}).location.startswith("/verify"), "it rests on a device"
    client.enter_code(codes.next())
    page = client.get("/security/device").body
    assert '<span id="trusted">2</span> devices are' in page
    assert client.post("/security/device/forget", {}).location == "/security"
    page = client.get("/security").body
    assert "No device is trusted" in page and 'Trusted device<' not in page and "Authenticator app" in page
    assert other.get("/security").location == "/signin?why=changed"
    for browser in (client, other):
        assert browser.sign_in(name).location.startswith("/verify")


# ---- the attacks on django-mfa2


def test_w1_a_name_and_a_key_give_no_stranger_a_cookie(client, name):
    """There, whoever knew user name and key trusted a device and fetched its cookie, in four requests."""
    client.sign_up(name).add_totp()
    client.post("/security/device/remember", {"label": "The owner's"})
    code = begin(client)
    stranger = Client(client.url)
    # What the owner's half of it asks, and the stranger's browser cannot give.
    for path, fields in (("pair", {"label": ""}), ("claimed", {}), ("approve", {"number": "00"}), ("remember", {"label": ""})):
        answer = stranger.post("/security/device/" + path, fields)
        assert "/signin" in (answer.location or answer.body), path
    # The name alone, and a code from a time before.
    assert claim(stranger, name, "0000-0000")[0].status == 403
    old = code
    code = begin(client)
    assert claim(stranger, name, old)[0].status == 403
    # Even with the code: it waits for the owner, who types what the owner's own device shows.
    _, number, pairing = claim(stranger, name, code)
    for _ in range(3):
        assert stranger.post("/pair/poll", {"pairing": pairing}).json() == {"ok": True, "state": "waiting"}
    assert stranger.post("/security/device/approve", {"number": number}).location.startswith("/signin")
    assert stranger.post("/pair/collect", {"pairing": pairing, "number": number}).status == 200
    assert not device_cookies(stranger)
    # With the password as well: still a second step.
    assert stranger.sign_in(name).location.startswith("/verify")
    assert client.post("/security/device/approve", {"number": number}).location == "/security"
    assert Client(client.url).post("/pair/poll", {"pairing": pairing}).json()["to"] == "/pair/over", "of another browser"
    assert stranger.post("/pair/poll", {"pairing": pairing}).json()["to"] == "/pair/done", "the owner's word is what counts"


def test_w13_a_cookie_of_garbage_is_no_error_and_trusts_nobody(client, name):
    """There, it was an uncaught error on every sign-in; here an honest cookie beside it still works."""
    client.sign_up(name).add_totp()
    client.post("/security/device/remember", {"label": "Mine"})
    (cookie,) = device_cookies(client)
    garbage = ("", ".", "x", "A" * 66, "%00%FF", "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.e30.", "B" * 8000)
    for value in garbage:
        stranger = Client(client.url)
        stranger.jar.set_cookie(cookie.__class__(**{**vars_of(cookie), "value": value}))
        assert stranger.sign_in(name).location.startswith("/verify"), value
        assert stranger.get("/").status == 200
    honest = Client(client.url)
    honest.jar.set_cookie(cookie)
    assert honest.sign_in(name).location == "/security"
