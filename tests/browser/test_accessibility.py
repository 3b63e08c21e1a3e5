"""Every page of the site, in light and dark, wide and narrow, as axe-core sees it; and what the browser holds against it.

The pages are those of the tours that the screenshots are made on. A page that they do not visit fails the test.
"""
import pytest

from harness import ROOT, Authenticator, Person, Server, chromium, complaints
from routes import html_pages
from screenshots import LOOKS, TOURS

AXE = ROOT / "tests/browser/axe/node_modules/axe-core/axe.min.js"
GRAVE = ("serious", "critical")
RUN = """
const {violations} = await axe.run(document, {resultTypes: ['violations']});
return violations.filter(({impact}) => args[0].includes(impact)).map(
    ({id, impact, nodes}) => impact + ' ' + id + ': ' + nodes.map(({html}) => html.slice(0, 200)).join(' | '));"""


class Inspector:
    """In the place of the screenshots' camera."""

    def __init__(self, person, axe, seen, found):
        self.person, self.axe, self.seen, self.found = person, axe, seen, found

    def take(self, name, path=None):
        if path:
            self.person.open(path)
        self.seen.add(self.person.path())
        self.person.driver.execute_script(self.axe)
        self.found += [f"{name}: {violation}" for violation in self.person.script(RUN, GRAVE)]
        self.found += [f"{name}: {complaint}" for complaint in complaints(self.person.driver)]


@pytest.mark.parametrize("look", ["light", "phone-dark"])
def test_every_page(look):
    assert AXE.exists(), "axe-core is not installed: (cd tests/browser/axe && npm ci --ignore-scripts)"
    axe = AXE.read_text(encoding="utf-8")
    seen, found = set(), []
    with Server(arguments=["--admin", "admin-" + look]) as server:
        with chromium(**LOOKS[look]) as driver, Authenticator(driver):
            for name, walk in TOURS.items():
                person = Person(driver, server.url, f"{name}-{look}")
                walk(Inspector(person, axe, seen, found), person)
    assert not found, "\n".join(found)
    assert html_pages() <= seen, f"no tour visits {html_pages() - seen}"


def test_the_inspection_sees_what_is_wrong(driver, server, name):
    """Each planted: a field without a label, grey on grey, a style that the policy of the site forbids."""
    found = []
    person = Person(driver, server.url, name)
    person.open("/signin")
    driver.execute_script("""
        document.querySelector('label').remove();
        document.querySelector('h1').className = 'top';
        document.querySelector('h1').style.color = '#eee';
        document.querySelector('main').insertAdjacentHTML('beforeend', '<p style="color: red">x</p>');""")
    Inspector(person, AXE.read_text(encoding="utf-8"), set(), found).take("planted")
    for sign in ("critical label", "serious color-contrast", "Content Security Policy"):
        assert any(sign in line for line in found), found
