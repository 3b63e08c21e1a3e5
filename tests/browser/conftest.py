import itertools

import pytest

from harness import Client, Person, Server, chromium, complaints
from later import later  # noqa: F401

numbers = itertools.count(1)


@pytest.fixture(scope="session")
def server():
    with Server() as running:
        yield running
        status = running.stop()
    assert status == 0, "the site did not stop cleanly"


@pytest.fixture(scope="session")
def browser():
    with chromium() as driver:
        yield driver


@pytest.fixture
def name():
    return f"user{next(numbers)}"


@pytest.fixture
def driver(browser):
    """The one browser, as if it were new; at the end its console must hold nothing against the site."""
    browser.execute_cdp_cmd("Network.clearBrowserCookies", {})
    browser.get("about:blank")
    complaints(browser)
    yield browser
    left = complaints(browser)
    browser.execute_cdp_cmd("WebAuthn.disable", {})
    assert not left


@pytest.fixture
def person(driver, server, name):
    return Person(driver, server.url, name)


@pytest.fixture
def client(server):
    return Client(server.url)
