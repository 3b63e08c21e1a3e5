"""Makes a PNG of every page, in light, dark and at phone width: screenshots.py OUTDIR"""
import pathlib
import re
import sys

from harness import PASSWORD, Authenticator, Client, Person, Server, chromium
from test_hotp import add_token

LOOKS = {
    "light": {"width": 1100, "height": 900, "dark": False},
    "dark": {"width": 1100, "height": 900, "dark": True},
    "phone": {"width": 360, "height": 740, "dark": False},
    "phone-dark": {"width": 360, "height": 740, "dark": True},
}


class Camera:
    def __init__(self, person, directory, look):
        self.person, self.directory, self.look = person, directory, look
        self.width, self.height = LOOKS[look]["width"], LOOKS[look]["height"]
        self.resize(self.height)

    def resize(self, height):
        self.person.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": self.width, "height": height, "deviceScaleFactor": 1, "mobile": self.width < 600})

    def take(self, name, path=None):
        if path:
            self.person.open(path)
        driver = self.person.driver
        wide, high = driver.execute_script(
            "return [document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
        if wide > self.width:
            raise AssertionError(f"{name}: {wide} pixels wide on a screen of {self.width}")
        self.resize(max(high, self.height))
        driver.get_screenshot_as_file(str(self.directory / f"{name}-{self.look}.png"))
        self.resize(self.height)


def tour(camera, person):
    camera.take("front", "/")
    camera.take("signup", "/signup")
    person.fill("name", "no spaces please")
    person.fill("password", "short")
    person.leave_by("Create account")
    camera.take("signup-refused")
    person.sign_up()
    camera.take("security-new")
    camera.take("totp-add", "/security/totp")
    person.fill("code", "12345")
    person.leave_by("Add")
    camera.take("totp-add-wrong")
    person.add_totp("Phone")
    camera.take("security-totp")
    camera.take("email-add", "/security/email")
    person.fill("address", "alice@example.test")
    person.leave_by("Send a code")
    camera.take("email-code")
    camera.take("outbox", "/outbox")
    person.open("/security/email")
    person.leave_by("Another address")
    camera.take("hotp-add", "/security/hotp")
    camera.take("passkey-add", "/security/passkey")
    person.add_passkey("Laptop with a name that is rather long for a phone")
    camera.take("recovery", "/security/recovery")
    person.leave_by("Make")
    camera.take("recovery-codes")
    camera.take("recovery-confirm", "/security/recovery")
    person.add_recovery_codes()
    camera.take("security")
    person.leave_by("Manage")
    camera.take("factor")
    camera.take("pay", "/pay")
    person.fill("to", "Maria")
    person.fill("amount", "25.00")
    person.leave_by("Review")
    camera.take("approve")
    person.leave_by("Use your passkey")
    camera.take("approved")
    camera.take("front-signed-in", "/")
    camera.take("not-found", "/no-such-page")
    with person.hands_off():
        person.leave_by("Sign out")
        camera.take("signed-out")
        camera.take("signin", "/signin")
        person.enter_password("not my password")
        camera.take("signin-wrong")
    person.enter_password()
    camera.take("verify-first")
    person.choose("webauthn")
    camera.take("verify-passkey")
    person.choose("recovery")
    camera.take("verify-recovery")
    person.enter_code("nonsense", "recovery")
    camera.take("verify-recovery-malformed")
    for attempt in range(5):
        person.enter_code(person.codes.wrong(), "totp")
        if attempt == 0:
            camera.take("verify-wrong")
        person.open("/verify?method=totp")
    camera.take("verify-locked")
    person.enter_code(person.recovery_codes[1], "recovery")
    camera.take("security-recovered")
    camera.take("step-up", "/verify?next=/security/totp")


def tour_refused(camera, person):
    """Pages that are only met when something is wrong."""
    camera.take("session-over", "/signin?next=/pay&why=expired")
    person.signed_up("/pay")
    person.leave_by("Review")
    camera.take("pay-refused")
    person.driver.execute_script("document.querySelector('form[action=\"/signout\"] [name=csrf]').value = 'x'")
    person.leave_by("Sign out")
    camera.take("form-refused")


def tour_recheck(camera, person):
    person.signed_up(totp=True)
    person.press("Check me again")
    person.wait_for("document.getElementById('recheck').open")
    camera.take("recheck")
    person.find("#recheck-code").send_keys(person.codes.wrong(), "\n")
    person.wait_for("document.querySelector('#recheck-problem .message')")
    camera.take("recheck-wrong")
    field = person.find("#recheck-code")
    field.clear()
    field.send_keys(person.codes.next(), "\n")
    person.wait_for("document.querySelector('#messages .message')")
    camera.take("rechecked")


def tour_token(camera, person):
    person.signed_up()
    token = add_token(person)
    person.press("Check me again")
    person.wait_for("document.getElementById('recheck').open")
    camera.take("recheck-token")
    person.find("#recheck-code").send_keys(token.press(), "\n")
    person.wait_for("document.querySelector('#messages .message')")
    person.halfway()
    camera.take("verify-token")


def tour_devices(camera, person):
    client = Client(person.url).sign_up(person.name)
    client.add_totp()
    person.take_over(client, "/security/device")
    camera.take("device")
    person.leave_by("Pair a device")
    camera.take("device-pairing")
    code = person.find("#pairing-code").text
    claimed = Client(person.url).post("/pair", {"name": person.name, "code": code, "ticket": ""}).body
    person.wait_for("document.getElementById('claimed-device') !== null")
    camera.take("device-claimed")
    person.fill("number", re.search(r'id="check-number">(\d\d)<', claimed).group(1))
    person.leave_by("Trust this device")
    camera.take("security-device")
    person.leave_by_element(person.driver.find_elements("css selector", ".factors a")[-1])
    camera.take("factor-device")

    # The browser becomes the other device of another pairing.
    client.post("/security/device/pair", {"label": ""})
    code = re.search(r'id="pairing-code">([^<]+)<', client.get("/security/device").body).group(1)
    person.driver.execute_cdp_cmd("Network.clearBrowserCookies", {})
    camera.take("pair", "/pair")
    person.fill("name", person.name)
    person.fill("code", "WRONG")
    person.leave_by("Pair")
    camera.take("pair-refused")
    person.fill("name", person.name)
    person.fill("code", code)
    person.leave_by("Pair")
    camera.take("pair-wait")
    client.post("/security/device/approve", {"number": person.find("#check-number").text})
    person.wait_for("location.pathname === '/pair/done' && document.readyState === 'complete'")
    camera.take("pair-done")
    camera.take("pair-over", "/pair/over")


def tour_admin(camera, person):
    """The person is an administrator by name, and new; another is made for the pages to show."""
    guest = Client(person.url).sign_up(person.name + "-guest")
    codes = guest.add_totp()
    other = Client(person.url)
    other.sign_in(person.name + "-guest")
    for _ in range(6):
        other.enter_code(codes.wrong())
    admin = Client(person.url)
    admin.post("/signup", {"name": person.name, "password": PASSWORD})
    person.take_over(admin, "/enroll")
    camera.take("enroll")
    person.add_totp()
    camera.take("admin", "/admin")
    person.leave_by_element(person.find(f'[data-user="{person.name}-guest"] a'))
    person.leave_by("Require a second factor")
    person.find("summary").click()
    camera.take("admin-user")


TOURS = {"alice": tour, "refused": tour_refused, "recheck": tour_recheck, "token": tour_token, "devices": tour_devices, "admin": tour_admin}


def main():
    directory = pathlib.Path(sys.argv[1])
    directory.mkdir(parents=True, exist_ok=True)
    with Server(arguments=[word for look in LOOKS for word in ("--admin", "admin-" + look)]) as server:
        for look, options in LOOKS.items():
            with chromium(**options) as driver, Authenticator(driver):
                for name, walk in TOURS.items():
                    person = Person(driver, server.url, f"{name}-{look}")
                    walk(Camera(person, directory, look), person)
    print(f"{len(list(directory.glob('*.png')))} pictures in {directory}")


if __name__ == "__main__":
    main()
