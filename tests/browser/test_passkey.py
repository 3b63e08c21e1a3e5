"""Passkeys and security keys, by virtual authenticators in the browser."""
import base64
import json

import pytest

from harness import Authenticator, Client, Person, Server, built_in_config, complaints


def configured(**webauthn):
    config = built_in_config()
    config["webauthn"].update(webauthn)
    return config


def sign_in_with_second_step(person):
    person.halfway()
    person.use_passkey()


def manage(person, label):
    return next(link for link in person.driver.find_elements("css selector", ".factors a") if label in link.text)


def key_type(credential):
    """Of the virtual authenticator's PKCS #8: by the OID in it."""
    der = base64.urlsafe_b64decode(credential["privateKey"] + "==")
    oids = {"ES256": "06082a8648ce3d030107", "RS256": "06092a864886f70d010101", "EdDSA": "06032b6570"}
    return next(name for name, oid in oids.items() if bytes.fromhex(oid) in der)


@pytest.mark.parametrize("algorithm", ["ES256", "RS256", "EdDSA"])
@pytest.mark.parametrize("attestation", ["none", "direct"])
def test_every_algorithm_enrols_and_signs_in(driver, name, algorithm, attestation):
    config = configured(algorithms=[algorithm], attestation=attestation)
    with Server(config) as server, Authenticator(driver, transport="usb") as authenticator:
        person = Person(driver, server.url, name).signed_up("/security/passkey")
        person.add_passkey("Key")
        assert key_type(authenticator.credentials()[0]) == algorithm
        sign_in_with_second_step(person)
        assert person.path() == "/security" and "Key" in person.text()
        # Chromium wants ES256 and RS256 to be offered, and says so.
        assert all("pubKeyCredParams" in complaint for complaint in complaints(driver))


def test_the_attestation_asked_for_reaches_the_site(driver, name):
    """Chromium's authenticator answers `direct` with a packed attestation that has a certificate."""
    with Server(configured(attestation="direct")) as server, Authenticator(driver, transport="usb"):
        person = Person(driver, server.url, name).signed_up("/security/passkey")
        attestation = person.script("""
            const begun = await post('/security/passkey/begin', new URLSearchParams());
            const made = await navigator.credentials.create({publicKey: creationOptions(begun.options)});
            const done = await post('/security/passkey/finish', JSON.stringify(credentialJson(made)),
                {'Content-Type': 'application/json', 'X-Ticket': begun.ticket});
            return {done, text: String.fromCharCode(...new Uint8Array(made.response.attestationObject))};""")
        assert attestation["done"]["ok"], attestation["done"]
        assert "packed" in attestation["text"] and "x5c" in attestation["text"]


@pytest.mark.parametrize("resident", [True, False])
def test_resident_or_not_it_is_a_second_step(person, resident):
    with Authenticator(person.driver, transport="usb", hasResidentKey=resident) as authenticator:
        person.signed_up("/security/passkey").add_passkey()
        assert authenticator.credentials()[0]["isResidentCredential"] is resident
        sign_in_with_second_step(person)
        assert person.path() == "/security"


def test_a_key_that_cannot_check_its_user_is_a_second_step(person):
    with Authenticator(person.driver, transport="usb", hasResidentKey=False, hasUserVerification=False):
        person.signed_up("/security/passkey").add_passkey()
        sign_in_with_second_step(person)
        assert person.path() == "/security"


def test_sign_in_without_a_name(person):
    with Authenticator(person.driver):
        person.signed_up("/security/passkey").add_passkey()
        person.sign_out()
        person.sign_in_with_passkey()
        assert person.path() == "/security" and person.name in person.text()


def test_sign_in_by_autofill(person):
    with Authenticator(person.driver):
        person.signed_up("/security/passkey").add_passkey()
        person.take_over(Client(person.url), "/signin")  # the offer in the name field is taken at once
        person.wait_for("location.pathname === '/security' && document.readyState === 'complete'")
        assert person.name in person.text()


def test_a_browser_without_the_json_of_passkeys(person):
    removed = person.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": """
        delete PublicKeyCredential.parseCreationOptionsFromJSON;
        delete PublicKeyCredential.parseRequestOptionsFromJSON;
        delete PublicKeyCredential.prototype.toJSON;"""})
    try:
        with Authenticator(person.driver):
            person.signed_up("/security/passkey").add_passkey()
            assert person.script("return !('toJSON' in PublicKeyCredential.prototype)")
            sign_in_with_second_step(person)
            assert person.path() == "/security"
    finally:
        person.driver.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", removed)


def test_a_device_is_registered_once(person):
    with Authenticator(person.driver, transport="usb"):
        person.signed_up("/security/passkey").add_passkey()
        person.open("/security/passkey")
        person.press("Create the passkey")
        assert "has a passkey for your account already" in person.find(".message.bad").text


def test_a_removed_passkey_is_not_known(person):
    with Authenticator(person.driver) as authenticator:
        person.signed_up("/security/passkey", totp=True).add_passkey()
        kept = authenticator.credentials()[0]
        person.leave_by_element(manage(person, "My key"))
        person.leave_by("Remove")
        assert "Removed" in person.text()
        if not authenticator.credentials():  # the browser did as the Signal API told it
            authenticator.own("addCredential", credential=kept)
        person.take_over(Client(person.url), "/signin")
        person.wait_for("document.querySelector('.message.bad')")
        assert "This passkey is not known here" in person.find(".message.bad").text
        assert person.path() == "/signin"


def test_the_device_learns_that_a_passkey_was_removed(person):
    with Authenticator(person.driver) as authenticator:
        person.signed_up("/security/passkey", totp=True).add_passkey()
        person.leave_by_element(manage(person, "My key"))
        person.leave_by("Remove")
        assert json.loads(person.find("[data-credentials]").get_attribute("data-credentials"))[
            "allAcceptedCredentialIds"] == []
        person.wait_for("document.readyState === 'complete'")
        assert authenticator.credentials() == []


def test_a_copied_key_is_signalled(person):
    with Authenticator(person.driver, transport="usb") as authenticator:
        person.signed_up("/security/passkey").add_passkey()
        for _ in range(2):
            sign_in_with_second_step(person)
        original = authenticator.credentials()[0]
        assert original["signCount"] >= 2
        authenticator.own("clearCredentials")
        authenticator.own("addCredential", credential={**original, "signCount": 0})
        sign_in_with_second_step(person)
        assert person.path() == "/security"
        assert "MFA_SIGNAL_CLONE_SUSPECTED" in person.statuses()
        assert "may have been copied" in person.text()


@pytest.mark.parametrize("bit", ["isBogusSignature", "isBadUP"])
def test_an_answer_that_proves_nothing_is_refused(person, bit):
    with Authenticator(person.driver, transport="usb") as authenticator:
        person.signed_up("/security/passkey").add_passkey()
        person.halfway()
        authenticator.own("setResponseOverrideBits", **{bit: True})
        person.press("Use your passkey")
        assert "could not be verified" in person.find(".message.bad").text
        assert person.path() == "/verify"
        authenticator.own("setResponseOverrideBits", **{bit: False})
        person.use_passkey()
        assert person.path() == "/security", "nothing was used up by the refusal"


def test_alone_it_must_have_checked_its_user(person):
    with Authenticator(person.driver) as authenticator:
        person.signed_up("/security/passkey").add_passkey()
        authenticator.own("setResponseOverrideBits", isBadUV=True)
        with person.hands_off():
            person.take_over(Client(person.url), "/signin")
        person.press("Sign in with a passkey")
        message = person.find(".message.bad")
        assert message.get_attribute("data-status") == "MFA_DENIED" and "fingerprint, face or PIN" in message.text
        assert person.path() == "/signin"


def test_cancelling_says_so_and_asks_again(person):
    with Authenticator(person.driver, transport="usb") as authenticator:
        person.signed_up("/security/passkey").add_passkey()
        person.halfway()
        authenticator.own("setUserVerified", isUserVerified=False)
        authenticator.own("clearCredentials")
        person.script("navigator.credentials.get = () => Promise.reject(new DOMException('', 'NotAllowedError'));")
        person.press("Use your passkey")
        assert "No passkey was used" in person.find(".message.bad").text
        assert person.find("[data-passkey]").get_attribute("aria-busy") is None


def test_five_wrong_codes_lock_codes_and_not_the_passkey(person):
    with Authenticator(person.driver, transport="usb", hasResidentKey=False):
        person.signed_up("/security/passkey", totp=True).add_passkey()
        guesser = Client(person.url)
        guesser.sign_in(person.name)
        answers = [guesser.follow(guesser.enter_code(person.codes.wrong())) for _ in range(5)]
        assert all("MFA_WRONG" in answer.statuses for answer in answers)
        assert "last attempt for now" in answers[-1].body
        person.halfway("/verify?method=totp")
        assert "MFA_LOCKED_OUT" in person.statuses() and "Paused after too many wrong codes" in person.text()
        assert person.find("[data-countdown]").text.startswith(", in 0:")
        assert not person.has("#code")
        assert "MFA_LOCKED_OUT" in guesser.follow(guesser.enter_code(person.codes.next())).statuses
        assert guesser.get("/security").location.startswith("/verify"), "the right code must wait as well"
        person.use_passkey()
        assert person.path() == "/security"
