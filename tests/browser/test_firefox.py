"""Firefox's own authenticator, which attests itself: what it says, in the reading of `mfa webauthn verify`."""

import pytest

import ceremonies
from firefox import firefox


@pytest.fixture(scope="module")
def fox(server):
    with firefox() as driver:
        driver.get(server.url + "/")
        yield driver


@pytest.mark.parametrize("protocol, verified", [("ctap2_1", True), ("ctap1/u2f", False)])
def test_self_attestation(fox, server, protocol, verified):
    authenticator = fox.add_authenticator(protocol=protocol, hasResidentKey=verified, hasUserVerification=verified,
                                          isUserVerified=verified)
    try:
        created = ceremonies.create(fox, "localhost", attestation="direct")
        answer = ceremonies.get(fox, "localhost", created["id"])
    finally:
        fox.remove_authenticator(authenticator)

    def judge(ceremony, response, credential=None, **expect):
        return ceremonies.judge(ceremony, response, "localhost", server.url, credential, **expect)

    verdict = judge("registration", created, algorithms=[-7])
    assert verdict["ok"], verdict
    assert (verdict["format"], verdict["attestation_type"], verdict["alg"]) == ("packed", "self", -7)
    assert verdict["flags"]["uv"] == verified and verdict["sign_count"] == 0
    assert judge("registration", created, challenge="A" * 43)["step"] == "7.1.8"

    credential = {"id": verdict["credential_id"], "public_key": verdict["public_key"], "sign_count": 0,
                  "user_handle": ceremonies.USER, "backup_eligible": verdict["flags"]["be"]}
    login = judge("authentication", answer, credential)
    assert login["ok"], login
    assert login["sign_count"] in (0, 1)  # it begins to count late, or not at all
    wrong = judge("authentication", answer, credential, challenge="A" * 43)
    assert (wrong["ok"], wrong["step"]) == (False, "7.2.11")
