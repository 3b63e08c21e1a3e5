"""Walks the main flows of the demo site in a browser, prints each, and exits 0 when all went well."""
import time

from harness import Authenticator, Person, Server, chromium, complaints


def walk(person):
    yield "sign up", person.sign_up
    yield "add an authenticator app", lambda: person.add_totp("Phone")
    yield "add a passkey", lambda: person.add_passkey("Laptop")
    yield "make recovery codes", person.add_recovery_codes
    yield "sign out", person.sign_out
    yield "sign in with the authenticator app", lambda: (
        person.enter_password(), person.enter_code(person.codes.next()))
    yield "sign out", person.sign_out
    yield "sign in with the passkey as second step", lambda: (person.enter_password(), person.use_passkey())
    yield "sign out", person.sign_out
    yield "sign in with a recovery code", lambda: (
        person.enter_password(), person.enter_code(person.recovery_codes[1], "recovery"))
    yield "sign out", person.sign_out
    yield "sign in with the passkey alone", person.sign_in_with_passkey


def check(person, step):
    expected = "/" if step == "sign out" else "/security"
    if person.path() != expected:
        raise SystemExit(f"walk: {step}: at {person.path()}, not {expected}:\n{person.text()}")


def main():
    started = time.monotonic()
    with Server() as server, chromium() as driver, Authenticator(driver):
        person = Person(driver, server.url, "alice")
        for step, act in walk(person):
            act()
            check(person, step)
            print("walk:", step)
        if complaints(driver):
            raise SystemExit("walk: the browser complained")
    print(f"walk: all well, {time.monotonic() - started:.1f} s")


if __name__ == "__main__":
    main()
