"""Other verifiers on the ceremonies of a real browser: python-fido2, libfido2, duo-labs/webauthn, and SimpleWebAuthn where its
packages are installed."""

import atexit
import base64
import functools
import json
import pathlib
import select
import subprocess
import sys

ORACLES = pathlib.Path(__file__).resolve().parents[1] / "oracle"
sys.path.insert(0, str(ORACLES))
import duo_judge  # noqa: E402
import fido2_oracle  # noqa: E402
import simplewebauthn_oracle  # noqa: E402

PATIENCE_S = 20
ML_DSA = {-48, -49, -50}  # of which none has code here


def started(command):
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    atexit.register(stop, process)
    return process


@functools.cache
def judge():
    """SimpleWebAuthn, one process for all ceremonies, or None."""
    if not (ORACLES / "simplewebauthn/node_modules/.package-lock.json").exists():
        return None
    return started(["node", simplewebauthn_oracle.JUDGE])


@functools.cache
def duo():
    return started([duo_judge.program()])


def stop(process):
    process.stdin.close()
    try:
        process.wait(PATIENCE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def said_by(process, line):
    process.stdin.write(json.dumps(line).encode() + b"\n")
    process.stdin.flush()
    ready, _, _ = select.select([process.stdout], [], [], PATIENCE_S)
    assert ready, "no answer"
    return json.loads(process.stdout.readline())


@functools.cache
def libfido2():
    """Where ML-DSA is tested there is no such library."""
    import libfido2_oracle
    libfido2_oracle.fido.fido_init(0)
    return libfido2_oracle


def is_u2f(line):
    """A key of U2F is a point, which none of them reads."""
    key = line.get("credential", {}).get("public_key", "")
    return "app_id" in line["expect"] or base64.urlsafe_b64decode(key + "==")[:1] == b"\x04"


def check(line, verdict):
    """Their verdict on a ceremony is the one given, as far as they have code for it; how many have."""
    if ML_DSA & set(line["expect"].get("algorithms", ())) or is_u2f(line):
        return 0
    of_signature = verdict["ok"] or verdict["step"] in ("7.1.22", "7.2.21")
    asked = 0
    if of_signature:
        assert fido2_oracle.accepts(line) == verdict["ok"], verdict
        asked += 1
    of_libfido2 = verdict["ok"] or verdict["step"] in ("7.1.22", "7.2.15", "7.2.21")
    if of_libfido2 and libfido2().has_code_for(line):
        assert libfido2().accepts(line) == verdict["ok"], verdict
        asked += 1
    for process, not_its in ((judge(), simplewebauthn_oracle.NOT_ITS), (duo(), duo_judge.NOT_ITS)):
        has_argument = verdict["ok"] or not any(f".{verdict['step']}." in step for step in not_its)
        if process and has_argument:
            said = said_by(process, line)
            assert said["ok"] == verdict["ok"], (said, verdict)
            asked += 1
    return asked
