"""What a real browser and its authenticators say, in the reading of `mfa webauthn verify`."""

import base64
import json
import os
import subprocess

import pytest

import ceremonies
import oracles
from harness import Authenticator, complaints


class Site:
    """A page of the demo site, as a relying party of its own."""

    def __init__(self, driver, server):
        self.driver, self.origin = driver, server.url
        driver.get(server.url + "/")

    def create(self, algorithm=-7, attestation="direct", **more):
        selection = {"residentKey": "discouraged", "userVerification": "preferred"}
        return ceremonies.create(self.driver, "localhost", algorithm, attestation=attestation,
                                 **{"authenticatorSelection": selection, **more})

    def get(self, created, **more):
        return ceremonies.get(self.driver, "localhost", created["id"], **more)

    def judge(self, ceremony, answer, credential=None, **expect):
        return ceremonies.judge(ceremony, answer, "localhost", self.origin, credential, **expect)

    def registered(self, created, **expect):
        verdict = self.judge("registration", created, **expect)
        assert verdict["ok"], verdict
        return verdict

    def credential(self, verdict):
        return {"id": verdict["credential_id"], "public_key": verdict["public_key"], "sign_count": verdict["sign_count"],
                "user_handle": ceremonies.USER, "backup_eligible": verdict["flags"]["be"]}


@pytest.fixture
def site(driver, server):
    yield Site(driver, server)
    complaints(driver)  # Chromium wants ES256 and RS256 to be offered


@pytest.mark.parametrize("algorithm", [-7, -257, -8])
@pytest.mark.parametrize("attestation, format, kind", [("direct", "packed", "basic"), ("none", "none", "none")])
def test_ctap2(site, driver, algorithm, attestation, format, kind):
    with Authenticator(driver, transport="usb", protocol="ctap2"):
        created = site.create(algorithm, attestation)
        verdict = site.registered(created, algorithms=[algorithm])
        assert (verdict["format"], verdict["attestation_type"], verdict["alg"]) == (format, kind, algorithm)
        login = site.judge("authentication", site.get(created), site.credential(verdict))
        assert login["ok"] and login["sign_count"] > verdict["sign_count"], login
        wrong = site.judge("authentication", site.get(created), site.credential(verdict), challenge="A" * 43)
        assert (wrong["ok"], wrong["step"]) == (False, "7.2.11")


def test_other_verifiers_are_asked_and_a_wrong_verdict_is_noticed(site, driver):
    with Authenticator(driver, transport="usb", protocol="ctap2"):
        created = site.create()
        verdict = site.registered(created)
        credential = site.credential(verdict)
        answer = site.get(created)
        for ceremony, response in (("registration", created), ("authentication", answer)):
            line = ceremonies.line_of(ceremony, response, "localhost", site.origin, credential)
            assert oracles.check(line, {"ok": True}) == (4 if oracles.judge() else 3)
            with pytest.raises(AssertionError):
                oracles.check(line, {"ok": False, "step": "7.2.21"})
            line["expect"]["challenge"] = "A" * 43
            assert oracles.check(line, {"ok": False, "step": "7.2.11"}) == (2 if oracles.judge() else 1)


@pytest.mark.parametrize("attestation, format", [("direct", "fido-u2f"), ("none", "none")])
def test_u2f_key(site, driver, attestation, format):
    with Authenticator(driver, transport="usb", protocol="u2f", hasResidentKey=False,
                       hasUserVerification=False, isUserVerified=False):
        created = site.create(attestation=attestation)
        verdict = site.registered(created)
        assert (verdict["format"], verdict["aaguid"]) == (format, "0" * 32)
        login = site.judge("authentication", site.get(created), site.credential(verdict))
        assert login["ok"] and not login["flags"]["uv"], login


@pytest.mark.parametrize("override, step", [("isBogusSignature", "7.2.21"), ("isBadUP", "7.2.16"), ("isBadUV", "7.2.17")])
def test_an_authenticator_that_lies(site, driver, override, step):
    with Authenticator(driver, transport="usb", protocol="ctap2", hasUserVerification=True, isUserVerified=True) as key:
        created = site.create()
        credential = site.credential(site.registered(created))
        key.own("setResponseOverrideBits", **{override: True})
        answer = site.get(created, userVerification="required")
        verdict = site.judge("authentication", answer, credential, user_verification="required")
        assert (verdict["ok"], verdict["step"]) == (False, step), verdict


def test_backup_flags_that_change_later(site, driver):
    with Authenticator(driver, transport="internal", protocol="ctap2", hasResidentKey=True, hasUserVerification=True,
                       isUserVerified=True, defaultBackupEligibility=True) as key:
        created = site.create()
        verdict = site.registered(created)
        assert verdict["flags"]["be"] and not verdict["flags"]["bs"]
        identity = base64.b64encode(base64.urlsafe_b64decode(created["id"] + "==")).decode()
        key.own("setCredentialProperties", credentialId=identity, backupState=True)
        backed_up = site.judge("authentication", site.get(created), site.credential(verdict))
        assert backed_up["ok"] and backed_up["signals"] == ["backup_state_changed"], backed_up
        key.own("setCredentialProperties", credentialId=identity, backupEligibility=False, backupState=False)
        changed = site.judge("authentication", site.get(created), site.credential(verdict))
        assert (changed["ok"], changed["step"]) == (False, "7.2.19"), changed


def test_extensions_are_told_and_their_secrets_are_not(site, driver):
    with Authenticator(driver, transport="usb", protocol="ctap2", ctap2Version="ctap2_1", hasResidentKey=True,
                       hasUserVerification=True, isUserVerified=True, hasLargeBlob=True, hasPrf=True, hasCredBlob=True,
                       hasMinPinLength=True):
        asked = {"credProps": True, "largeBlob": {"support": "required"}, "prf": {"eval": {"first": "AAAA"}},
                 "minPinLength": True, "credBlob": "AQID", "credentialProtectionPolicy": "userVerificationRequired"}
        selection = {"residentKey": "required", "userVerification": "required"}
        created = site.create(extensions=asked, authenticatorSelection=selection)
        assert created["clientExtensionResults"]["prf"]["enabled"]
        verdict = site.registered(created, extensions=asked)
        assert verdict["signals"] == [], created["clientExtensionResults"]
        assert site.registered(created)["signals"] == ["unsolicited_extension"]
        answer = site.get(created, extensions={"prf": {"eval": {"first": "AAAA"}}}, userVerification="required")
        secret = answer["clientExtensionResults"]["prf"]["results"]["first"]
        text = subprocess.run([os.environ["MFA_CLI"], "webauthn", "inspect"], input=json.dumps(answer).encode(),
                              capture_output=True, timeout=30, check=True).stdout.decode()
        assert "prf" in text and secret not in text
