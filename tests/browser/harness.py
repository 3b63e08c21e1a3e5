"""Starts the demo site and headless Chromium, and drives them: for the tests, the walk and the screenshots."""
import contextlib
import http.cookiejar
import json
import os
import pathlib
import re
import select
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

ROOT = pathlib.Path(__file__).resolve().parents[2]
PASSWORD = "correct horse battery staple"
PATIENCE_S = 20


def demo_binary():
    return os.environ.get("MFA_DEMO", str(ROOT / "build/examples/server/mfa-demo"))


def built_in_config():
    return json.loads((ROOT / "examples/server/config.json").read_text(encoding="utf-8"))


# ---- the site


class Server:
    """A process of its own on a free port, with a fresh data directory."""

    def __init__(self, config=None, origin=None, arguments=(), scheme="http"):
        self.directory = tempfile.TemporaryDirectory(prefix="mfa-demo-")
        self.data = pathlib.Path(self.directory.name) / "data"
        self.log_path = pathlib.Path(self.directory.name) / "log"
        port = free_port()
        self.url = f"{scheme}://localhost:{port}"
        self.command = [demo_binary(), "--port", str(port), "--data", str(self.data), *arguments]
        if origin is not None:
            self.command += ["--origin", origin]
        if config is not None:
            path = pathlib.Path(self.directory.name) / "config.json"
            path.write_text(json.dumps(config), encoding="utf-8")
            self.command += ["--config", str(path)]
        self.start()

    def start(self):
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, stderr=log)
        ready, _, _ = select.select([self.process.stdout], [], [], PATIENCE_S)
        line = self.process.stdout.readline().decode().strip() if ready else ""
        if line != f"listening on {self.url}":
            log = self.log()
            self.__exit__()
            raise RuntimeError(f"the site did not start: {line!r}\n{log}")

    def stop(self):
        """The exit status."""
        self.process.terminate()
        try:
            return self.process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()
        finally:
            self.process.stdout.close()

    def restart(self):
        status = self.stop()
        self.start()
        return status

    def log(self):
        return self.log_path.read_text(encoding="utf-8", errors="replace")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
        self.directory.cleanup()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


# ---- a client without a browser


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def location(self):
        return self.headers.get("Location")

    @property
    def statuses(self):
        """What the messages on the page, or the JSON, say of the engine's answer."""
        if self.headers.get("Content-Type", "").startswith("application/json"):
            return [self.json().get("status")]
        return re.findall(r'data-status="([^"]+)"', self.body)

    def json(self):
        return json.loads(self.body)


class StayHere(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


class Client:
    """Another browser, as far as the site can tell: with cookies of its own."""

    def __init__(self, url, context=None):
        """context: of the ssl module, where the site speaks TLS."""
        self.url = url
        # As browsers do: this machine's own address is as good as a secure one.
        self.jar = http.cookiejar.CookieJar(http.cookiejar.DefaultCookiePolicy(secure_protocols=("http", "https")))
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar), StayHere(),
                                                  urllib.request.HTTPSHandler(context=context))

    def request(self, method, path, body=None, headers=None):
        request = urllib.request.Request(self.url + path, data=body, headers=headers or {}, method=method)
        try:
            with self.opener.open(request, timeout=PATIENCE_S) as response:
                return Answer(response.status, response.headers, response.read().decode())
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, error.headers, error.read().decode())

    def get(self, path):
        return self.request("GET", path)

    def follow(self, answer):
        while answer.status in (302, 303):
            answer = self.get(answer.location)
        return answer

    def csrf(self):
        return re.search(r'<meta name="csrf" content="([^"]+)"', self.get("/").body).group(1)

    def post(self, path, fields, headers=None):
        fields = {"csrf": self.csrf(), **fields}
        headers = {"Origin": self.url, **(headers or {})}
        return self.request("POST", path, urllib.parse.urlencode(fields).encode(), headers)

    def post_json(self, path, text, ticket):
        headers = {"Origin": self.url, "Content-Type": "application/json", "X-Ticket": ticket, "X-CSRF-Token": self.csrf()}
        return self.request("POST", path, text.encode(), headers)

    def sign_up(self, name):
        answer = self.post("/signup", {"name": name, "password": PASSWORD})
        assert answer.location == "/security", answer.body
        return self

    def sign_in(self, name, password=PASSWORD):
        return self.post("/signin", {"name": name, "password": password, "next": "/security"})

    def begin_totp(self):
        """The secret and the ticket of a new authenticator app."""
        page = self.get("/security/totp")
        assert page.status == 200, (page.status, page.location, page.statuses)
        secret = re.search(r'id="secret">([^<]+)<', page.body).group(1)
        ticket = re.search(r'name="ticket" value="([^"]+)"', page.body).group(1)
        return secret, ticket

    def add_totp(self):
        secret, ticket = self.begin_totp()
        codes = Codes(secret)
        answer = self.post("/security/totp", {"ticket": ticket, "code": codes.next()})
        assert answer.location == "/security", answer.body
        return codes

    def enter_code(self, code, method="totp"):
        return self.post("/verify/code", {"method": method, "code": code, "next": "/security"})


# ---- codes

PERIOD_S = 30


class Codes:
    """An authenticator app: oathtool, since the site's own arithmetic must not check itself."""

    def __init__(self, secret):
        self.secret = secret.replace(" ", "")
        self.last_step = 0

    def at(self, step):
        command = ["oathtool", "--totp", "--base32", "--now", f"@{step * PERIOD_S}", self.secret]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    def next(self):
        """One that was not given yet. The site takes the steps around the present one too, so three need no wait."""
        if PERIOD_S - time.time() % PERIOD_S < 3:
            time.sleep(PERIOD_S - time.time() % PERIOD_S)  # the step must not end on the way
        step = max(int(time.time()) // PERIOD_S - 1, self.last_step + 1)
        while step > int(time.time()) // PERIOD_S + 1:
            time.sleep(0.5)
        self.last_step = step
        return self.at(step)

    def wrong(self):
        """None of the ones that the site could take for right."""
        now = int(time.time()) // PERIOD_S
        near = {self.at(step) for step in range(now - 3, now + 4)}
        return next(code for code in ("000000", "111111", "222222", "333333", "444444", "555555", "666666", "777777")
                    if code not in near)


# ---- the browser


@contextlib.contextmanager
def chromium(width=1100, height=900, dark=False, arguments=()):
    with tempfile.TemporaryDirectory(prefix="mfa-chromium-") as profile:
        options = Options()
        options.binary_location = "/usr/bin/chromium"
        for argument in ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                         "--disable-background-networking", "--disable-component-update", "--disable-sync",
                         f"--user-data-dir={profile}", f"--window-size={width},{height}", *arguments):
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        options.set_capability("unhandledPromptBehavior", "accept")
        driver = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)
        driver.authenticator = None
        try:
            driver.set_page_load_timeout(PATIENCE_S)
            driver.set_script_timeout(PATIENCE_S)
            if dark:
                driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {
                    "features": [{"name": "prefers-color-scheme", "value": "dark"}]})
            yield driver
        finally:
            driver.quit()


class Authenticator:
    """A virtual one, in the browser. Only one with transport `internal` may exist at a time."""

    def __init__(self, driver, **options):
        self.driver = driver
        driver.execute_cdp_cmd("WebAuthn.enable", {})
        self.options = {"protocol": "ctap2", "ctap2Version": "ctap2_1", "transport": "internal", "hasResidentKey": True,
                        "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
                        **options}
        self.id = self.call("addVirtualAuthenticator", options=self.options)["authenticatorId"]
        self.is_touched = True
        driver.authenticator = self

    def call(self, command, **arguments):
        return self.driver.execute_cdp_cmd("WebAuthn." + command, arguments)

    def own(self, command, **arguments):
        return self.call(command, authenticatorId=self.id, **arguments)

    def credentials(self):
        return self.own("getCredentials")["credentials"]

    def touched(self, on):
        """Whether somebody touches it whenever it asks. If so, it takes the sign-in page's autofill at once."""
        self.own("setAutomaticPresenceSimulation", enabled=on)
        self.is_touched = on

    def remove(self):
        self.driver.authenticator = None
        self.own("removeVirtualAuthenticator")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.remove()


class Person:
    """Somebody at the browser."""

    def __init__(self, driver, url, name):
        self.driver, self.url, self.name = driver, url, name
        self.codes = None  # of the authenticator app
        self.recovery_codes = []

    # the page

    def open(self, path):
        self.driver.get(self.url + path)

    def find(self, selector):
        return WebDriverWait(self.driver, PATIENCE_S).until(
            lambda driver: next(iter(driver.find_elements(By.CSS_SELECTOR, selector)), None), selector)

    def has(self, selector):
        return bool(self.driver.find_elements(By.CSS_SELECTOR, selector))

    def fill(self, name, value):
        field = self.find(f"main input[name={name}]")
        field.clear()
        field.send_keys(value)

    def button(self, text):
        """The button or link with this text, rather in the page's main part than in its head."""
        with_text = f"//*[self::button or self::a][contains(normalize-space(.), {json.dumps(text)})]"
        found = (self.driver.find_elements(By.XPATH, "//main" + with_text)
                 or self.driver.find_elements(By.XPATH, with_text))
        assert found, f"no {text!r} on {self.driver.current_url}: {self.text()}"
        return found[0]

    def press(self, text):
        self.button(text).click()

    def leave_by(self, text):
        """Presses it, and returns once the page that it leads to is there."""
        self.leave_by_element(self.button(text))

    def leave_by_element(self, element):
        what = element.text
        self.driver.execute_script("window.left = false")
        element.click()
        self.wait_for("window.left === undefined && document.readyState === 'complete'", f"leaving by {what!r}")

    def wait_for(self, expression, what=None):
        # Between two pages the driver may fail in many ways.
        waiting = WebDriverWait(self.driver, PATIENCE_S, poll_frequency=0.05, ignored_exceptions=[WebDriverException])
        waiting.until(lambda driver: driver.execute_script(f"return {expression}"), what or expression)

    def path(self):
        return urllib.parse.urlsplit(self.driver.current_url).path

    def statuses(self):
        return [element.get_attribute("data-status")
                for element in self.driver.find_elements(By.CSS_SELECTOR, "[data-status]")]

    def text(self):
        return self.driver.find_element(By.TAG_NAME, "main").text

    def script(self, body, *arguments):
        """The body of an async function, in the page; its result, or an error's name as {"error": name}."""
        return self.driver.execute_async_script(
            "const done = arguments[arguments.length - 1];"
            f"(async (...args) => {{ {body} }})(...arguments).then(done, (error) => done({{error: error.name}}));",
            *arguments)

    # short cuts: what is not looked at goes through a client, whose cookies the browser then takes over

    def take_over(self, client, path):
        self.driver.execute_cdp_cmd("Network.clearBrowserCookies", {})
        for kept in client.jar:
            self.driver.execute_cdp_cmd("Network.setCookie", {
                "url": self.url, "name": kept.name, "value": kept.value, "httpOnly": True, "sameSite": "Lax", "secure": kept.secure})
        self.open(path)
        return self

    def signed_up(self, path="/security", totp=False):
        client = Client(self.url).sign_up(self.name)
        if totp:
            self.codes = client.add_totp()
        return self.take_over(client, path)

    def halfway(self, path="/verify"):
        """The password was right, and a factor is asked for."""
        client = Client(self.url)
        assert client.sign_in(self.name).location.startswith("/verify")
        return self.take_over(client, path)

    # what people do

    def sign_up(self):
        self.open("/signup")
        self.fill("name", self.name)
        self.fill("password", PASSWORD)
        self.leave_by("Create account")
        assert self.path() == "/security", self.text()
        return self

    @contextlib.contextmanager
    def hands_off(self):
        """The authenticator is not touched meanwhile."""
        authenticator = self.driver.authenticator
        before = authenticator and authenticator.is_touched
        if before:
            authenticator.touched(False)
        yield
        if before:
            authenticator.touched(True)

    def sign_out(self):
        """To a page without autofill."""
        with self.hands_off():
            self.leave_by("Sign out")
            assert self.path() == "/signin"
            self.open("/")

    def enter_password(self, password=PASSWORD):
        with self.hands_off():
            self.open("/signin")
            self.fill("name", self.name)
            self.fill("password", password)
            self.leave_by("Sign in")

    def sign_in_with_passkey(self):
        # By the button: in a browser without autofill, which would be taken at once.
        without = self.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {
            "source": "PublicKeyCredential.isConditionalMediationAvailable = async () => false;"})
        self.open("/signin")
        self.driver.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", without)
        self.leave_by("Sign in with a passkey")

    def add_totp(self, label=""):
        self.open("/security/totp")
        self.codes = Codes(self.driver.find_element(By.ID, "secret").get_attribute("textContent"))
        self.fill("code", self.codes.next())
        if label:
            self.fill("label", label)
        self.leave_by("Add")
        assert self.path() == "/security", self.text()

    def add_passkey(self, label="My key"):
        self.open("/security/passkey")
        self.fill("label", label)
        self.leave_by("Create the passkey")
        assert self.path() == "/security", self.text()

    def add_recovery_codes(self):
        self.open("/security/recovery")
        self.leave_by("Make")
        self.recovery_codes = [item.text for item in self.driver.find_elements(By.CSS_SELECTOR, "#codes li")]
        self.fill("code", self.recovery_codes[0].lower().replace("-", " "))
        self.leave_by("I have saved them")
        assert self.path() == "/security", self.text()

    def choose(self, method):
        """Of the ways on the page for the second step."""
        offered = "main [data-passkey]" if method == "webauthn" else f"form input[name=method][value={method}]"
        if not self.has(offered):
            self.leave_by_element(self.find(f'.choices a[href*="method={method}"]'))

    def enter_code(self, code, method="totp"):
        self.choose(method)
        self.fill("code", code)
        self.leave_by("Continue")

    def use_passkey(self):
        self.choose("webauthn")
        self.leave_by("Use your passkey")


def complaints(driver):
    """What the browser's console holds against the site, but for the answers that are meant to be a no."""
    return [entry["message"] for entry in driver.get_log("browser")
            if entry["level"] in ("WARNING", "SEVERE") and "the server responded with a status of" not in entry["message"]]
