"""Recovery codes: shown once, used once, and what follows."""
import re

from harness import Client


def make_codes(client):
    page = client.post("/security/recovery", {})
    assert page.status == 200, page.body
    codes = re.findall(r"<li>([0-9A-Z-]{19})</li>", page.body)
    return codes, re.search(r'name="ticket" value="([^"]+)"', page.body).group(1)


def confirm(client, ticket, code):
    return client.post("/security/recovery/confirm", {"ticket": ticket, "code": code})


def client_with_codes(client, name):
    client.sign_up(name).add_totp()
    codes, ticket = make_codes(client)
    assert confirm(client, ticket, codes[0]).location == "/security"
    return codes


def test_make_confirm_and_sign_in(person):
    person.signed_up(totp=True).add_recovery_codes()
    assert len(set(person.recovery_codes)) == 10
    assert "10 codes left" in person.text()
    person.sign_out()
    person.enter_password()
    person.enter_code(person.recovery_codes[3].replace("-", "").lower(), "recovery")
    assert person.path() == "/security"
    assert "recovered" in person.statuses() and "9 codes left" in person.text()
    person.open("/security/passkey")
    assert person.path() == "/security/passkey", "a recovery sign-in may enrol again at once"


def test_they_need_a_factor_to_stand_in_for(client, name):
    client.sign_up(name)
    answer = client.follow(client.post("/security/recovery", {}))
    assert "MFA_DENIED" in answer.statuses


def test_they_are_shown_once(client, name):
    client.sign_up(name).add_totp()
    codes, _ = make_codes(client)
    again = client.get("/security/recovery")
    assert not any(code in again.body for code in codes) and "cannot be shown again" in again.body


def test_a_wrong_confirmation_keeps_the_old_set(client, name):
    old = client_with_codes(client, name)
    new, ticket = make_codes(client)
    refused = client.follow(confirm(client, ticket, old[1]))
    assert "MFA_WRONG" in refused.statuses and "not one of the new codes" in refused.body
    other = Client(client.url)
    other.sign_in(name)
    assert other.enter_code(old[1], "recovery").location == "/security"
    assert confirm(client, ticket, new[0]).location == "/security"


def test_a_new_set_replaces_the_old(client, name):
    old = client_with_codes(client, name)
    new, ticket = make_codes(client)
    assert confirm(client, ticket, new[5]).location == "/security"
    other = Client(client.url)
    other.sign_in(name)
    assert "MFA_WRONG" in other.follow(other.enter_code(old[2], "recovery")).statuses
    assert other.enter_code(new[5], "recovery").location == "/security", "typing a code back does not use it up"


def test_a_code_works_once(client, name):
    codes = client_with_codes(client, name)
    first, second = Client(client.url), Client(client.url)
    first.sign_in(name)
    second.sign_in(name)
    assert first.enter_code(codes[7], "recovery").location == "/security"
    refused = second.follow(second.enter_code(codes[7], "recovery"))
    assert "MFA_ALREADY_USED" in refused.statuses and "used already" in refused.body
    assert second.get("/security").location.startswith("/verify")


def test_few_left_are_told(client, name):
    codes = client_with_codes(client, name)
    for number, code in enumerate(codes):
        other = Client(client.url)
        other.sign_in(name)
        page = other.follow(other.enter_code(code, "recovery"))
        left = 9 - number
        assert page.status == 200 and ("You have none" in page.body if left == 0 else f">{left}</span> code" in page.body)
        expected = {0: ["MFA_SIGNAL_RECOVERY_LAST"]}.get(left, ["MFA_SIGNAL_RECOVERY_LOW"] if left <= 3 else [])
        assert [status for status in page.statuses if "RECOVERY" in status] == expected


def test_a_recovery_sign_in_may_only_enrol(client, name):
    codes = client_with_codes(client, name)
    other = Client(client.url)
    other.sign_in(name)
    other.enter_code(codes[0], "recovery")
    factor = re.search(r'data-factor="([^"]+)"', other.get("/security").body).group(1)
    answer = other.post("/security/factor/rename", {"id": factor, "label": "Mine now"})
    assert answer.location.startswith("/verify?next=/security/factor"), "removing and renaming need a real factor"
    assert "Mine now" not in other.get("/security").body


def test_the_buttons_beside_the_codes(person):
    person.signed_up("/security/recovery", totp=True)
    person.leave_by("Make")
    shown = [line.text for line in person.driver.find_elements("css selector", "#codes li")]
    person.driver.execute_cdp_cmd("Browser.grantPermissions", {
        "origin": person.url, "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]})
    person.press("Copy")
    person.wait_for("document.querySelector('[data-copy]').textContent === 'Copied'")
    assert person.script("return await navigator.clipboard.readText()").split() == shown
    person.script("window.print = () => { window.printed = true; };")
    person.press("Print")
    person.wait_for("window.printed")
    saved = person.script("""
        let saved;
        URL.createObjectURL = (blob) => { saved = blob; return '#'; };
        document.querySelector('[data-download]').click();
        return await saved.text();""")
    assert saved.split() == shown
