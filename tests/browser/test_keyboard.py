"""Every page by keyboard alone: Tab reaches every control in order and one sees where it is; Enter and Space work."""
import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from harness import PASSWORD, Authenticator, Codes, Person, Server, chromium
from routes import html_pages
from screenshots import LOOKS, TOURS

# In the page: what a person can act on, and where the focus is.
LOOKING = """
window.controls = () => {
  const inside = document.querySelector('dialog[open]') || document;
  const all = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]';
  return [...inside.querySelectorAll(all)].filter((e) => e.checkVisibility() && !e.disabled && e.tabIndex >= 0);
};
window.focused = () => {
  const element = document.activeElement;
  if (!element || element === document.body || element === document.documentElement) return null;
  const [style, box] = [getComputedStyle(element), element.getBoundingClientRect()];
  const shown = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  return [controls().indexOf(element), shown && inside, element.outerHTML.slice(0, 120)];
};"""



def press(driver, *keys):
    for key in keys:
        ActionChains(driver).send_keys(key).perform()


def press_back(driver):
    ActionChains(driver).key_down(Keys.SHIFT).send_keys(Keys.TAB).key_up(Keys.SHIFT).perform()


class Typist:
    """In the place of the screenshots' camera."""

    def __init__(self, person, seen, found):
        self.person, self.seen, self.found = person, seen, found

    def take(self, name, path=None):
        if path:
            self.person.open(path)
        self.seen.add(self.person.path())
        driver = self.person.driver
        driver.execute_script(LOOKING)
        count = driver.execute_script("controls()[0].focus(); return controls().length")
        press(driver, Keys.TAB)  # by key, for the browser to show where it is
        press_back(driver)
        order = []
        for _ in range(count):
            at = driver.execute_script("return focused()")
            order.append(at and at[0])
            if at and not at[1]:
                self.found.append(f"{name}: no sign of the focus on {at[2]}")
            press(driver, Keys.TAB)
        if order != list(range(count)):
            missing = driver.execute_script(
                "return controls().filter((e, i) => !arguments[0].includes(i)).map((e) => e.outerHTML.slice(0, 120))", order)
            self.found.append(f"{name}: Tab goes {order}, and not to {missing}")
        driver.execute_script("document.activeElement.blur()")


def test_tab_reaches_every_control_of_every_page_in_order():
    look = "light"
    seen, found = set(), []
    with Server(arguments=["--admin", "admin-" + look]) as server:
        with chromium(**LOOKS[look]) as driver, Authenticator(driver):
            for name, walk in TOURS.items():
                person = Person(driver, server.url, f"{name}-{look}")
                walk(Typist(person, seen, found), person)
    assert not found, "\n".join(found)
    assert html_pages() <= seen, f"no tour visits {html_pages() - seen}"


# ---- by keyboard alone


def tab_to(person, text):
    """Presses Tab until the control with this text, or the field with this label, has the focus."""
    for _ in range(60):
        label = person.driver.execute_script(
            "const e = document.activeElement;"
            "return e.labels && e.labels.length ? e.labels[0].textContent : e.textContent")
        if person.driver.execute_script("return document.activeElement !== document.body") and text in label:
            return
        press(person.driver, Keys.TAB)
    raise AssertionError(f"Tab does not lead to {text!r} on {person.driver.current_url}")


def leave_by_key(person, key):
    person.driver.execute_script("window.left = false")
    press(person.driver, key)
    person.wait_for("window.left === undefined && document.readyState === 'complete'", "leaving")


def sign_up_by_keyboard(person):
    person.open("/signup")
    tab_to(person, "Name")
    press(person.driver, person.name)
    tab_to(person, "Password")
    press(person.driver, PASSWORD)
    tab_to(person, "Show")
    press(person.driver, Keys.SPACE)
    assert person.find("#password").get_attribute("type") == "text"
    tab_to(person, "Create account")
    leave_by_key(person, Keys.SPACE)
    assert person.path() == "/security"


def add_totp_by_keyboard(person, link="Add an authenticator app"):
    tab_to(person, link)
    leave_by_key(person, Keys.ENTER)
    tab_to(person, "Type it instead")
    press(person.driver, Keys.ENTER)
    assert person.find("#secret").is_displayed()
    person.codes = Codes(person.find("#secret").text)
    tab_to(person, "Code from your authenticator app")
    press(person.driver, person.codes.next())
    leave_by_key(person, Keys.ENTER)
    assert person.path() == "/security"


def test_from_signing_up_to_signing_in(person):
    sign_up_by_keyboard(person)
    add_totp_by_keyboard(person)
    tab_to(person, "Sign out")
    leave_by_key(person, Keys.ENTER)
    tab_to(person, "Name")
    press(person.driver, person.name)
    tab_to(person, "Password")
    press(person.driver, PASSWORD)
    leave_by_key(person, Keys.ENTER)
    assert person.path() == "/verify"
    tab_to(person, "Code from your authenticator app")
    press(person.driver, person.codes.next())
    leave_by_key(person, Keys.ENTER)
    assert person.path() == "/security"


def test_the_skip_link_leads_past_the_head(person):
    person.open("/signup")
    person.driver.execute_script("document.activeElement.blur(); document.querySelector('.skip').focus()")
    press(person.driver, Keys.ENTER)
    assert person.driver.execute_script("return document.activeElement.id") == "main"


def in_dialog(person):
    return person.driver.execute_script("return document.getElementById('recheck').contains(document.activeElement)")


@pytest.mark.parametrize("way_out", ["Escape", "Cancel", "code"])
def test_the_dialog_keeps_the_focus_and_gives_it_back(person, way_out):
    person.signed_up(totp=True)
    tab_to(person, "Check me again")
    press(person.driver, Keys.SPACE)
    person.wait_for("document.getElementById('recheck').open")
    assert person.driver.execute_script("return document.activeElement.id") == "recheck-code"
    for step in [lambda driver: press(driver, Keys.TAB)] * 7 + [press_back] * 7:
        step(person.driver)
        assert in_dialog(person)
    if way_out == "Escape":
        press(person.driver, Keys.ESCAPE)
    elif way_out == "Cancel":
        tab_to(person, "Cancel")
        press(person.driver, Keys.ENTER)
    else:
        tab_to(person, "Code")
        press(person.driver, person.codes.wrong(), Keys.ENTER)
        person.wait_for("document.querySelector('#recheck-problem .message')")
        assert person.driver.execute_script("return document.activeElement.id") == "recheck-code"
        press(person.driver, person.codes.next(), Keys.ENTER)
    person.wait_for("document.querySelector('#messages .message')")
    assert "Check me again" in person.driver.execute_script("return document.activeElement.textContent")


def test_an_administrator_by_keyboard(driver, name):
    with Server(arguments=["--admin", name]) as server:
        guest = Person(driver, server.url, name + "-guest").signed_up(totp=True)
        guest.sign_out()
        person = Person(driver, server.url, name)
        person.open("/signup")
        person.fill("name", name)
        person.fill("password", PASSWORD)
        person.leave_by("Create account")
        add_totp_by_keyboard(person, "Authenticator app")
        tab_to(person, "Users")
        leave_by_key(person, Keys.ENTER)
        tab_to(person, f"Open {name}-guest")
        leave_by_key(person, Keys.ENTER)
        tab_to(person, "Require a second factor")
        leave_by_key(person, Keys.SPACE)
        assert "second factor required" in person.text()
        tab_to(person, "Reset")
        press(person.driver, Keys.ENTER)
        tab_to(person, "Remove all factors of")
        leave_by_key(person, Keys.ENTER)
        assert "None." in person.text()
