"""Input of a mebibyte, in whatever shape, costs `mfa webauthn` and `mfa cose` little more than itself."""

import base64
import json
import os
import subprocess

import pytest
from command import MFA

MEBIBYTE = 1024 * 1024
ROOM_KIB = 8 * 1024  # above what the command takes for an empty input


def b64(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def line(**members):
    return json.dumps({"id": "x", "ceremony": "registration", "expect": {"rp_id": "a", "origins": ["b"], "challenge": "AA"},
                       **members}).encode()


FILL = 760_000  # bytes that are a mebibyte in base64url
SHAPES = {
    "brackets": b"[" * MEBIBYTE,
    "braces": b'{"a":' * (MEBIBYTE // 5),
    "numbers": b"[" + b"0," * (MEBIBYTE // 2 - 2) + b"0]",
    "texts": b"[" + b'"",' * (MEBIBYTE // 3 - 2) + b'""]',
    "members": b"{" + b",".join(b'"%d":0' % i for i in range(MEBIBYTE // 11)) + b"}",
    "one text": b'"' + b"x" * (MEBIBYTE - 2) + b'"',
    "escapes": b'"' + b"\\u00e9" * (MEBIBYTE // 6 - 1) + b'"',
    "client data": line(response={"clientDataJSON": b64(b"{" * FILL), "attestationObject": "oA"}),
    "attestation object": line(response={"clientDataJSON": "e30", "attestationObject": b64(b"\x81" * FILL)}),
    "attestation object of empty lists": line(response={"clientDataJSON": "e30",
                                                        "attestationObject": b64(b"\x9a\x00\x0b\x00\x00" + b"\x80" * FILL)}),
    "anchors": line(response={}, expect={"trust_anchors": ["MIIB"] * 130_000}),
    "metadata": line(response={}, expect={"mds_blob": "." * (MEBIBYTE - 200), "mds_root": "MIIB"}),
    "U2F": line(ceremony="u2f-registration", response={"registrationData": b64(b"\x05" * FILL), "clientData": "e30"}),
    "public key": json.dumps({"public_key": b64(b"\xa1" * FILL), "message": "", "signature": ""}).encode(),
}


def many_certificates():
    """A BLOB that is right, of as many certificates as there is room for."""
    made = subprocess.run([os.environ["MAKE_METADATA"], "170"], capture_output=True, timeout=60, check=True).stdout.strip()
    assert 950_000 < len(made) <= MEBIBYTE
    return made


SHAPES["metadata of many certificates"] = many_certificates()


def peak_kib(tmp_path, words, text):
    file = tmp_path / "input"
    file.write_bytes(text)
    with file.open("rb") as stdin:
        done = subprocess.run([os.environ["PEAK"], MFA, *words], stdin=stdin, capture_output=True, timeout=120)
    assert done.returncode in (0, 1, 2)
    return int(done.stdout)


@pytest.mark.parametrize("words", [("webauthn", "verify", "--explain"), ("webauthn", "inspect"), ("cose", "verify")],
                         ids=" ".join)
@pytest.mark.parametrize("shape", SHAPES)
def test_peak(tmp_path, words, shape):
    assert len(SHAPES[shape]) <= MEBIBYTE + 4096
    idle = peak_kib(tmp_path, words, b"")
    assert peak_kib(tmp_path, words, SHAPES[shape]) - idle < ROOM_KIB
