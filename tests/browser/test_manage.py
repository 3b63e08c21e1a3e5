"""The security page: names, on and off, removal, and the sessions that end with them."""
import concurrent.futures
import re

from harness import Authenticator, Client


def factors(client):
    page = client.get("/security")
    assert page.status == 200, page.location
    return re.findall(r'data-factor="([^"]+)"', page.body)


def two_apps(client, name):
    client.sign_up(name).add_totp()
    client.add_totp()
    return factors(client)


def test_rename(person):
    person.signed_up(totp=True)
    person.leave_by("Manage")
    person.fill("label", "Grandma's <phone> & co")
    person.leave_by("Rename")
    assert "Grandma's <phone> & co" in person.text()
    person.leave_by("Manage")
    person.fill("label", "x" * 64)
    person.driver.execute_script("document.getElementById('label').value = 'ü'.repeat(60)")
    person.leave_by("Rename")
    assert "MFA_MALFORMED" in person.statuses() and "cannot be used" in person.text()


def test_the_last_one_stays(client, name):
    client.sign_up(name).add_totp()
    (only,) = factors(client)
    page = client.get(f"/security/factor?id={only}").body
    assert "the last one that protects your account" in page and "Turn off<" not in page
    for path, fields in (("remove", {}), ("enabled", {"enabled": "0"})):
        answer = client.follow(client.post("/security/factor/" + path, {"id": only, **fields}))
        assert "MFA_DENIED" in answer.statuses
    assert factors(client) == [only]


def test_turned_off_it_does_not_sign_in(person):
    with Authenticator(person.driver, transport="usb", hasResidentKey=False):
        person.signed_up("/security/passkey", totp=True).add_passkey("Key")
        key = next(link for link in person.driver.find_elements("css selector", ".factors a") if "Key" in link.text)
        person.leave_by_element(key)
        person.leave_by("Turn off")
        assert "Turned off" in person.text() and person.has(".factors .badge")
        other = Client(person.url)
        other.sign_in(person.name)
        assert "method=webauthn" not in other.get("/verify").body
        person.leave_by_element(next(
            link for link in person.driver.find_elements("css selector", ".factors a") if "Key" in link.text))
        person.leave_by("Turn on")
        assert not person.has(".factors .badge")


def test_the_list_turns_off_and_on_and_leads_to_removing(person):
    with Authenticator(person.driver, transport="usb", hasResidentKey=False):
        person.signed_up("/security/passkey", totp=True).add_passkey("Key")
        person.leave_by("Turn off Key")
        assert "Turned off" in person.text() and person.has(".factors .badge")
        person.leave_by("Turn on Key")
        assert "Turned on" in person.text() and not person.has(".factors .badge")
        person.leave_by("Remove Key")
        assert person.path() == "/security/factor"
        person.leave_by("Remove")
        assert "Removed" in person.text()
        assert person.has(".factors a") and not person.has(".factors form") and not person.has(".factors a[href$='#off']")


def test_a_removal_ends_other_sessions_and_not_this_one(client, name):
    first, _ = two_apps(client, name)
    codes_of_another = client.add_totp()
    other = Client(client.url)
    other.sign_in(name)
    assert other.enter_code(codes_of_another.next()).location == "/security"
    assert other.get("/security").status == 200
    assert client.post("/security/factor/remove", {"id": first}).location == "/security"
    assert len(factors(client)) == 2
    assert other.get("/security").location == "/signin?why=changed"
    assert "security of your account was changed" in other.get("/signin?why=changed").body


def test_a_step_up_returns_to_where_one_was(person):
    with Authenticator(person.driver, transport="usb", hasResidentKey=False):
        person.signed_up("/security/passkey", totp=True).add_passkey("Key")
        person.add_recovery_codes()
        person.halfway()
        person.enter_code(person.recovery_codes[0], "recovery")
        # Signed in with a recovery code one may enrol, and nothing else.
        person.leave_by("Manage")
        page = person.driver.current_url
        person.leave_by("Remove")
        assert person.path() == "/verify" and "Confirm that it is you" in person.text()
        assert "Recovery code" not in person.text(), "policy does not step up with one"
        person.use_passkey()
        assert person.driver.current_url == page
        person.leave_by("Remove")
        assert person.path() == "/security" and "Removed" in person.text()


def test_a_factor_of_somebody_else_is_not_found(client, name):
    client.sign_up(name).add_totp()
    (mine,) = factors(client)
    other = Client(client.url).sign_up(name + "-other")
    other.add_totp()
    for path, fields in (("rename", {"label": "mine"}), ("remove", {}), ("enabled", {"enabled": "0"})):
        answer = other.follow(other.post("/security/factor/" + path, {"id": mine, **fields}))
        assert "MFA_NOT_FOUND" in answer.statuses
    assert other.follow(other.get(f"/security/factor?id={mine}")).statuses == ["MFA_NOT_FOUND"]
    assert factors(client) == [mine]


def test_methods_are_offered_last_used_first(person):
    with Authenticator(person.driver, transport="usb", hasResidentKey=False):
        person.signed_up("/security/passkey", totp=True).add_passkey()
        person.add_recovery_codes()
        for method in ("totp", "webauthn"):
            person.halfway()
            if method == "totp":
                person.enter_code(person.codes.next())
            else:
                person.use_passkey()
            other = Client(person.url)
            other.sign_in(person.name)
            page = other.get("/verify").body
            assert ("data-passkey" in page) is (method == "webauthn"), "the one used last is the one offered"
            others = re.findall(r"/verify\?method=(\w+)", page)
            assert others[-1] == "recovery" and len(others) == 2


def test_a_payment_is_approved_by_a_factor(person):
    with Authenticator(person.driver, transport="usb", hasResidentKey=False):
        person.signed_up("/security/passkey", totp=True).add_passkey()
        for button in ("Use your passkey", "Use the code"):
            person.open("/pay")
            person.fill("to", "Maria & <sons>")
            person.fill("amount", "25.00")
            person.leave_by("Review")
            assert "25.00 to Maria & <sons>" in person.text()
            if button == "Use the code":
                person.fill("code", person.codes.wrong())
                person.leave_by(button)
                assert "MFA_WRONG" in person.statuses() and "25.00 to Maria & <sons>" in person.text()
                person.fill("code", person.codes.next())
            person.leave_by(button)
            assert "Approved: 25.00 to Maria & <sons>" in person.text()


def test_a_payment_needs_a_factor(client, name):
    client.sign_up(name)
    assert "needs a passkey or an authenticator app" in client.get("/pay/approve?to=Maria&amount=25").body
    answer = client.follow(client.post("/pay/code", {"to": "Maria", "amount": "25", "code": "123456"}))
    assert "MFA_NOT_FOUND" in answer.statuses
    for wrong in ("to=&amount=25", "to=Maria&amount=", "to=Maria&amount=-1", "to=Maria&amount=1.5", "to=Maria&amount=1.2.3"):
        assert client.get("/pay/approve?" + wrong).status == 422


def test_two_clicks_at_once_sign_nobody_out(client, name):
    """Turning a factor off ends the statements from before: pages that load meanwhile have one of those, and are not lost."""
    client.sign_up(name).add_totp()
    client.add_totp()
    first, _ = re.findall(r'data-factor="([^"]+)"', client.get("/security").body)
    for _ in range(10):
        for on in ("0", "1"):
            with concurrent.futures.ThreadPoolExecutor(7) as pool:
                change = pool.submit(client.post, "/security/factor/enabled", {"id": first, "enabled": on})
                pages = [pool.submit(client.get, "/security") for _ in range(24)]
                assert change.result().location == "/security"
                assert {page.result().status for page in pages} == {200}
