"""The administrators' pages: who may see them, and what each action does to an account."""
import json
import re
import time

import pytest

from harness import PASSWORD, PERIOD_S, Authenticator, Client, Person, Server, built_in_config, chromium

ADMIN = "root"


@pytest.fixture(scope="module")
def site():
    with Server(arguments=["--admin", ADMIN.upper(), "--admin", "second"]) as running:
        yield running
        assert running.stop() == 0


@pytest.fixture(scope="module")
def admin(site):
    """Signed in, with a factor verified just now: what they enrolled on the way in."""
    client = Client(site.url)
    assert client.post("/signup", {"name": ADMIN, "password": PASSWORD}).location == "/enroll"
    client.codes = client.add_totp()
    return client


@pytest.fixture
def guest(site, name):
    return Client(site.url).sign_up(name)


def id_of(admin, name):
    page = admin.get("/admin").body
    return re.search(rf'data-user="{name}".*?href="/admin/user\?id=([^"]+)"', page, re.S).group(1)


def act(admin, name, deed, **fields):
    answer = admin.post("/admin/user", {"id": id_of(admin, name), "do": deed, **fields})
    assert answer.location.startswith("/admin/user?id="), (answer.status, answer.location)
    return admin.follow(answer)


def factors(page):
    return re.findall(r'data-factor="([^"]+)"', page)


def events(site, name):
    return [json.loads(line.split("event ", 1)[1]) for line in site.log().splitlines() if f'"event":"{name}"' in line]


# ---- who may


def test_an_administrator_has_to_have_a_factor(site):
    client = Client(site.url)
    assert client.post("/signup", {"name": "second", "password": PASSWORD}).location == "/enroll"
    assert client.get("/admin").location.startswith("/verify")
    client.add_totp()
    assert client.get("/admin").status == 200


def test_others_see_what_is_at_no_address(site, guest):
    nowhere = re.sub(r'content="[^"]+"|value="[^"]+"', "", guest.get("/no-such-page").body)
    for path in ("/admin", "/admin/user", "/admin/user?id=x"):
        answer = guest.get(path)
        assert answer.status == 404 and re.sub(r'content="[^"]+"|value="[^"]+"', "", answer.body) == nowhere
    assert guest.post("/admin/user", {"id": "x", "do": "reset"}).status == 404
    assert "/admin" not in guest.get("/security").body
    assert Client(site.url).get("/admin").location == "/signin?next=/admin"


def test_half_way_through_signing_in_nothing_is_seen(site, admin):
    client = Client(site.url)
    client.sign_in(ADMIN)
    assert client.get("/admin").location == "/verify?next=/admin"
    assert client.post("/admin/user", {"id": "x", "do": "reset"}).location.startswith("/verify")


def test_a_form_from_elsewhere_is_refused(admin, guest, name):
    wrong = admin.post("/admin/user", {"id": id_of(admin, name), "do": "reset"}, {"Origin": "http://localhost:1"})
    assert wrong.status == 403


def test_what_does_not_exist(admin, guest, name):
    assert admin.get("/admin/user?id=none").status == 404
    assert admin.post("/admin/user", {"id": "none", "do": "reset"}).status == 404
    assert admin.post("/admin/user", {"id": id_of(admin, name), "do": "erase"}).status == 404
    page = act(admin, name, "remove", factor="none")
    assert page.statuses == ["MFA_NOT_FOUND"] and "nothing to do" in page.body


def test_a_recovery_code_opens_nothing_here(name, later):
    with Server(arguments=["--admin", name]) as server:
        client = Client(server.url)
        client.post("/signup", {"name": name, "password": PASSWORD})
        codes = client.add_totp()
        page = client.post("/security/recovery", {}).body
        recovery = re.search(r'id="codes">\s*<li>([^<]+)</li><li>([^<]+)</li>', page).groups()
        ticket = re.search(r'name="ticket" value="([^"]+)"', page).group(1)
        client.post("/security/recovery/confirm", {"ticket": ticket, "code": recovery[0]})
        client.post("/signout", {})
        client.sign_in(name)
        assert client.enter_code(recovery[1], "recovery").location == "/security"
        assert client.post("/admin/user", {"id": "x", "do": "reset"}).location == "/verify?next=/admin/user%3Fid%3Dx"
        later(90)  # the codes of now went with the recovery code
        assert client.enter_code(codes.at(int(time.time() + 90) // PERIOD_S)).location == "/security"
        assert client.get("/admin").status == 200


def test_to_change_anything_takes_a_factor_verified_in_the_last_five_minutes(name, later):
    with Server(arguments=["--admin", name]) as server:
        client = Client(server.url)
        client.post("/signup", {"name": name, "password": PASSWORD})
        codes = client.add_totp()
        deed = {"id": id_of(client, name), "do": "unlock"}
        here = "/admin/user?id=" + deed["id"]
        later(290)
        assert client.post("/admin/user", deed).location == here
        later(301 + 30)
        assert client.get("/admin").status == 200, "to look takes no fresh one"
        assert client.post("/admin/user", deed).location == "/verify?next=/admin/user%3Fid%3D" + deed["id"]
        code = codes.at(int(time.time() + 331) // PERIOD_S)
        answer = client.post("/verify/code", {"method": "totp", "code": code, "next": here})
        assert answer.location == here, "one comes back"
        assert client.post("/admin/user", deed).location == here


# ---- what is seen


def test_users_and_their_factors_are_listed(site, admin, guest, name):
    codes = guest.add_totp()
    other = Client(site.url)
    other.sign_in(name)
    other.enter_code(codes.wrong())
    listed = admin.get("/admin").body
    entry = re.search(rf'data-user="{name}".*?</li>', listed, re.S).group()
    assert id_of(admin, name) in entry and "Created" in entry and "<time" in entry
    page = admin.get(f"/admin/user?id={id_of(admin, name)}").body
    assert len(factors(page)) == 1 and "Authenticator app" in page and "Added" in page
    assert "Added “Authenticator app”" in page and "Wrong code of an authenticator app" in page
    assert codes.secret not in page


def test_the_list_goes_on(admin, site):
    for number in range(55):
        Client(site.url).sign_up(f"zz{number:02}")
    first = admin.get("/admin").body
    after = re.search(r'href="/admin\?after=([^"]+)"', first).group(1)
    assert first.count("data-user=") == 50
    second = admin.get("/admin?after=" + after).body
    names = re.findall(r'data-user="([^"]+)"', first + second)
    assert names == sorted(set(names)) and "zz54" in names


# ---- what is done


def test_unlock(site, admin, guest, name):
    codes = guest.add_totp()
    client = Client(site.url)
    client.sign_in(name)
    for _ in range(6):
        locked = client.follow(client.enter_code(codes.wrong()))
    assert "MFA_LOCKED_OUT" in locked.statuses
    assert "locked</span>" in admin.get(f"/admin/user?id={id_of(admin, name)}").body
    assert "Unlocked" in act(admin, name, "unlock").body
    assert "locked</span>" not in admin.get(f"/admin/user?id={id_of(admin, name)}").body
    assert client.enter_code(codes.next()).location == "/security"
    event = events(site, "admin_unlocked")[-1]
    assert event["actor"] == ADMIN and event["user"] == id_of(admin, name)
    assert "Unlocked by an administrator" in client.get("/security").body


def test_a_factor_is_turned_off_and_on_and_removed(site, admin, guest, name):
    guest.add_totp()
    (factor,) = factors(guest.get("/security").body)
    assert "Turned off" in act(admin, name, "disable", factor=factor).body
    assert guest.get("/security").location == "/signin?why=changed"
    assert Client(site.url).sign_in(name).location == "/security", "no factor is left that could be asked for"
    assert "Turned on" in act(admin, name, "enable", factor=factor).body
    assert Client(site.url).sign_in(name).location.startswith("/verify")
    page = act(admin, name, "remove", factor=factor)
    assert "Removed" in page.body and factors(page.body) == [], "also the last one"
    assert Client(site.url).sign_in(name).location == "/security"
    for event in ("admin_disabled", "admin_enabled", "admin_removed"):
        assert events(site, event)[-1]["actor"] == ADMIN and events(site, event)[-1]["factor"] == factor


def test_sign_out_everywhere(site, admin, guest, name):
    codes = guest.add_totp()
    other = Client(site.url)
    other.sign_in(name)
    other.enter_code(codes.next())
    act(admin, name, "sign_out")
    assert [client.get("/security").location for client in (guest, other)] == ["/signin?why=changed"] * 2
    assert events(site, "admin_signed_out")[-1]["actor"] == ADMIN
    assert other.sign_in(name).location.startswith("/verify"), "and signs in again"


def test_sign_out_everywhere_by_password_alone(admin, guest, name):
    assert "Signed out" in act(admin, name, "sign_out").body
    assert guest.get("/security").location.startswith("/signin")


def test_forget_devices(site, admin, guest, name):
    assert act(admin, name, "forget_devices").statuses == ["MFA_NOT_FOUND"], "the engine does not know them yet"
    guest.add_totp()
    assert "Devices forgotten" in act(admin, name, "forget_devices").body
    assert events(site, "admin_forgot_devices")[-1]["actor"] == ADMIN


def test_reset(site, admin, guest, name):
    guest.add_totp()
    guest.add_totp()
    page = act(admin, name, "reset")
    assert factors(page.body) == [] and "All factors removed by an administrator" in page.body
    assert guest.get("/security").location == "/signin?why=changed"
    assert guest.sign_in(name).location == "/security", "the password is as it was"
    assert events(site, "admin_reset")[-1]["actor"] == ADMIN


def test_a_second_factor_is_required(site, admin, guest, name):
    assert guest.get("/security").status == 200
    assert "second factor required" in act(admin, name, "require").body
    assert guest.get("/security").location == "/enroll", "also a session from before"
    client = Client(site.url)
    assert client.sign_in(name).location == "/enroll"
    assert client.get("/pay").location.startswith("/verify")
    codes = client.add_totp()
    assert client.get("/pay").status == 200
    client.post("/signout", {})
    client.sign_in(name)
    assert client.enter_code(codes.next()).location == "/security"
    assert "second factor required" not in act(admin, name, "relax").body


def test_the_requirement_outlives_the_process(name):
    with Server(arguments=["--admin", ADMIN]) as server:
        guest = Client(server.url).sign_up(name)
        admin = Client(server.url)
        admin.post("/signup", {"name": ADMIN, "password": PASSWORD})
        admin.add_totp()
        act(admin, name, "require")
        server.restart()
        assert guest.sign_in(name).location == "/enroll"


def test_without_the_role_in_the_configuration_nobody_is_made_to(name):
    config = built_in_config()
    del config["policy"]
    with Server(config, arguments=["--admin", name]) as server:
        client = Client(server.url).sign_up(name)
        assert client.get("/admin").location == "/enroll", "the page itself asks for level 2"


def test_in_a_browser(site, admin, name):
    Client(site.url).sign_up(name)
    with chromium() as driver, Authenticator(driver):
        person = Person(driver, site.url, ADMIN).take_over(admin, "/admin")
        assert person.has(f'[data-user="{name}"]')
        person.leave_by_element(person.find(f'[data-user="{name}"] a'))
        person.leave_by("Require a second factor")
        assert "second factor required" in person.text()
        person.leave_by("Users")
        assert person.path() == "/admin"
