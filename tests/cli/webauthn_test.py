"""`mfa webauthn verify`, `inspect` and `mfa cose verify`, on the corpus that breaks each rule once."""

import base64
import json
import os
import subprocess
from collections import Counter

import pytest
from command import NO, USAGE, YES, fails, mfa

CORPUS = os.environ["MFA_CORPUS"]


def lines(text):
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture(scope="module")
def corpus():
    done = subprocess.run([CORPUS, "1"], capture_output=True, timeout=300, check=True)
    return done.stdout


@pytest.fixture(scope="module")
def verdicts(corpus):
    done = mfa("webauthn", "verify", stdin=corpus)
    assert (done.returncode, done.stderr) == (NO, b"")
    return lines(done.stdout)


def expected(line):
    """"webauthn.registration.7.1.22.tpm.magic" in the words of a verdict."""
    name = line["corpus"]["reason"]
    if not name.startswith("webauthn.registration.") and not name.startswith("webauthn.authentication."):
        return {"reason": name}
    _, ceremony, *rest = name.split(".")
    return {"ceremony": ceremony, "step": ".".join(rest[:3]), "reason": ".".join(rest[3:])}


def test_each_case_gets_exactly_its_verdict(corpus, verdicts):
    cases = lines(corpus)
    assert [case["id"] for case in cases] == [verdict["id"] for verdict in verdicts]
    wrong = []
    for case, verdict in zip(cases, verdicts):
        good = case["corpus"]["reason"] == ""
        if verdict["ok"] != good:
            wrong.append((case["id"], verdict))
        elif not good:
            said = {key: verdict.get(key) for key in expected(case)}
            if said != expected(case) or not verdict["message"]:
                wrong.append((case["id"], expected(case), verdict))
    assert wrong == []
    counted = Counter("good" if case["corpus"]["reason"] == "" else "bad" for case in cases)
    assert counted["good"] > 200 and counted["bad"] > 150, counted


def test_what_a_good_registration_says(corpus, verdicts):
    by_id = {verdict["id"]: verdict for verdict in verdicts}
    said = by_id["good/basic/-7/registration"]
    assert said["format"] == "packed" and said["attestation_type"] == "basic" and said["trusted"] is False
    assert said["alg"] == -7 and said["aaguid"] == "6d66610000000000" + "0" * 16 and said["sign_count"] == 1
    assert said["flags"] == {"up": True, "uv": True, "be": False, "bs": False, "at": True, "ed": False}
    assert said["signals"] == []
    assert by_id["good/tpm/-7/registration"]["attestation_type"] == "attca"
    assert by_id["good/apple/-7/registration"]["attestation_type"] == "anonca"
    assert by_id["good/self/-7/registration"]["attestation_type"] == "self"
    assert by_id["good/none/-7/registration"]["attestation_type"] == "none"
    assert by_id["trust/root as the anchor"]["trusted"] is True
    assert by_id["authentication/sign count went back, flagged"]["signals"] == ["clone_suspected"]
    assert by_id["registration/unsolicited extension"]["signals"] == ["unsolicited_extension"]


def test_every_algorithm_and_format_is_in_the_corpus(corpus):
    cases = lines(corpus)
    good = {(case["corpus"]["format"], case["corpus"]["algorithm"]) for case in cases if case["corpus"]["reason"] == ""}
    formats = {name for name, _ in good}
    assert formats == {"none", "self", "basic", "attca", "fido-u2f", "tpm", "android-key", "android-safetynet", "apple",
                       "compound"}
    algorithms = {number for _, number in good}
    assert {-7, -35, -36, -47, -9, -51, -52, -8, -19, -53, -257, -258, -259, -37, -38, -39, -65535} <= algorithms


def test_the_same_seed_gives_the_same_corpus(corpus):
    again = subprocess.run([CORPUS, "1"], capture_output=True, timeout=300, check=True).stdout
    other = subprocess.run([CORPUS, "2"], capture_output=True, timeout=300, check=True).stdout
    assert again == corpus and other != corpus


def test_what_cannot_be_read_is_answered_and_the_run_goes_on(corpus):
    good = corpus.splitlines()[0]
    bad = [b"{", b"[]", b"null", b"5", b'{"id":"x"}', b'{"id":"x","ceremony":"none","expect":{},"response":{}}',
           b'{"id":"x","id":"y"}', b"\xff", b"[" * 5000, b'{"a":"' + b"x" * 1100000 + b'"}', b'"' * 3]
    done = mfa("webauthn", "verify", stdin=b"\n".join([*bad, b"", good]) + b"\n")
    assert done.returncode == NO and done.stderr == b""
    said = lines(done.stdout)
    assert len(said) == len(bad) + 1
    assert [verdict["ok"] for verdict in said] == [False] * len(bad) + [True]
    assert all(verdict["reason"] and verdict["message"] for verdict in said[:-1])
    assert said[4]["id"] == "x"
    assert said[0]["reason"] == said[9]["reason"] == "webauthn.ceremony_not_json"
    assert said[1]["reason"] == said[4]["reason"] == "webauthn.ceremony_member"


@pytest.mark.parametrize("level", [0, 4, -1, "3", True, 1.5])
def test_a_level_of_protection_that_is_none(corpus, level):
    case = next(case for case in lines(corpus) if case["id"] == "authentication/credProtect with verification")
    case["credential"]["cred_protect"] = level
    said = lines(mfa("webauthn", "verify", stdin=json.dumps(case).encode()).stdout)[0]
    assert (said["reason"], said["detail"]) == ("webauthn.ceremony_member", "cred_protect")


def test_exit_status_and_files(corpus, tmp_path):
    file = tmp_path / "lines"
    file.write_bytes(corpus.splitlines()[0] + b"\n")
    assert mfa("webauthn", "verify", str(file)).returncode == YES
    assert mfa("webauthn", "verify", stdin=b"").returncode == YES
    fails(USAGE, "No such file", "webauthn", "verify", str(tmp_path / "absent"))
    fails(USAGE, "one file", "webauthn", "verify", "a", "b")
    fails(USAGE, "inspect or verify", "webauthn")
    fails(USAGE, "verify", "cose")


def test_explain_names_every_step(corpus):
    cases = {case["id"]: json.dumps(case).encode() for case in lines(corpus)}
    done = mfa("webauthn", "verify", "--explain", stdin=cases["good/none/-7/registration"])
    steps = lines(done.stdout)[0]["steps"]
    assert {step["verdict"] for step in steps} == {"passed"} and steps[0]["step"] == "7.1.3"
    done = mfa("webauthn", "verify", "--explain", stdin=cases["registration/origin"])
    verdict = {step["step"]: step["verdict"] for step in lines(done.stdout)[0]["steps"]}
    assert (verdict["7.1.8"], verdict["7.1.9"], verdict["7.1.10"]) == ("passed", "failed", "not reached")
    done = mfa("webauthn", "verify", "--explain", stdin=cases["registration/attestation object cut short"])
    verdict = {step["step"]: step["verdict"] for step in lines(done.stdout)[0]["steps"]}
    assert (verdict["7.1.6"], verdict["7.1.7"], verdict["7.1.13"]) == ("passed", "not reached", "failed")
    done = mfa("webauthn", "verify", "--explain", stdin=cases["authentication/signature"])
    verdict = {step["step"]: step["verdict"] for step in lines(done.stdout)[0]["steps"]}
    assert (verdict["7.2.19"], verdict["7.2.21"], verdict["7.2.22"]) == ("passed", "failed", "not reached")


def test_inspect_shows_a_response(corpus):
    for case in lines(corpus):
        if not case["id"].startswith("good/"):
            continue
        done = mfa("webauthn", "inspect", stdin=json.dumps(case).encode())
        assert (done.returncode, done.stderr) == (YES, b""), case["id"]
        text = done.stdout.decode()
        assert f"ceremony: {case['ceremony']}" in text and "origin: https://example.test" in text
        assert "flags: UP UV" in text
        if case["ceremony"] == "registration":
            assert "AAGUID: " in text and f"({case['corpus']['algorithm']})" in text
        if case["ceremony"] == "registration" and case["corpus"]["format"] in ("basic", "apple", "tpm", "android-key"):
            assert "certificate 0:" in text and "not after: " in text


def test_inspect_lets_nothing_steer_a_terminal():
    data = json.dumps({"type": "webauthn.get", "challenge": "AA", "origin": "\u001b[2J\u009b"}, ensure_ascii=False)
    encoded = base64.urlsafe_b64encode(data.encode()).decode().rstrip("=")
    line = {"response": {"clientDataJSON": encoded, "authenticatorData": "A" * 50, "signature": "AA"}}
    done = mfa("webauthn", "inspect", stdin=json.dumps(line).encode())
    assert b"\x1b" not in done.stdout and b"\xc2\x9b" not in done.stdout
    assert b"\x1b" not in done.stderr


def cose(line):
    done = mfa("cose", "verify", stdin=json.dumps(line).encode() + b"\n")
    assert done.stderr == b""
    return lines(done.stdout)[0]


def test_cose_verify(corpus):
    # A login is a signature over its authenticator data and the hash of its client data.
    import hashlib

    def decode(text):
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))

    def encode(data):
        return base64.urlsafe_b64encode(data).decode().rstrip("=")

    seen = set()
    for case in lines(corpus):
        algorithm = case["corpus"]["algorithm"]
        if not (case["id"].startswith("good/none/") and case["ceremony"] == "authentication"):
            continue
        seen.add(algorithm)
        response = case["response"]
        message = decode(response["authenticatorData"]) + hashlib.sha256(decode(response["clientDataJSON"])).digest()
        line = {"id": str(algorithm), "public_key": case["credential"]["public_key"], "message": encode(message),
                "signature": response["signature"]}
        if algorithm == -65535:
            assert cose(line)["ok"] is False
            line["rs1"] = True
        assert cose(line) == {"id": str(algorithm), "ok": True}
        assert cose(line | {"message": encode(message + b"x")})["reason"] == "signature.does_not_verify"
        assert cose(line | {"signature": encode(decode(response["signature"])[:-1])})["ok"] is False
        assert cose(line | {"signature": ""})["ok"] is False
    assert len(seen) >= 17
    assert cose({"id": "x"})["ok"] is False
    assert cose({"id": "x", "public_key": 1})["reason"] == "webauthn.ceremony_member"
