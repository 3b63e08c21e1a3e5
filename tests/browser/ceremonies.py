"""WebAuthn ceremonies in the browser without a site behind them: the judging is left to `mfa webauthn verify`."""

import json
import os
import subprocess
import time

import oracles

CHALLENGE, USER = "Wlpa" * 10 + "WlpaWg", "ERERERERERERERERERERERERERERERER"

CREATE = """
const [options, done] = arguments;
navigator.credentials.create({publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options)})
  .then((made) => done(made.toJSON()), (error) => done({error: error.name + ": " + error.message}));
"""
GET = CREATE.replace(".create(", ".get(").replace("parseCreationOptionsFromJSON", "parseRequestOptionsFromJSON")


def run(driver, script, options):
    answer = driver.execute_async_script(script, options)
    assert "error" not in answer, answer
    return answer


def create(driver, rp_id, algorithm=-7, **more):
    return run(driver, CREATE, {
        "rp": {"id": rp_id, "name": "x"}, "user": {"id": USER, "name": "ada", "displayName": "Ada"},
        "challenge": CHALLENGE, "pubKeyCredParams": [{"type": "public-key", "alg": algorithm}], **more})


def get(driver, rp_id, identity, **more):
    allow = [{"type": "public-key", "id": identity}]
    return run(driver, GET, {"rpId": rp_id, "challenge": CHALLENGE, "allowCredentials": allow, **more})


def line_of(ceremony, answer, rp_id, origin, credential=None, **expect):
    line = {"id": "x", "ceremony": ceremony, "response": dict(answer["response"]),
            "expect": {"rp_id": rp_id, "origins": [origin], "challenge": CHALLENGE, "user_handle": USER,
                       "now_s": int(time.time()), **expect}}
    line["response"]["clientExtensionResults"] = answer["clientExtensionResults"]
    if credential:
        line["credential"] = credential
    return line


def judge(*given, **expect):
    """The verdict of `mfa webauthn verify`, with which other verifiers agree."""
    line = line_of(*given, **expect)
    done = subprocess.run([os.environ["MFA_CLI"], "webauthn", "verify"], input=json.dumps(line).encode(),
                          capture_output=True, timeout=30)
    assert done.stderr == b"" and done.stdout.count(b"\n") == 1
    verdict = json.loads(done.stdout)
    oracles.check(line, verdict)
    return verdict
