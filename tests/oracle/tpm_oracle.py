"""What the TPM attested, in the reading of Python's cryptography and of the TPM's own library.

And in the reading of `mfa webauthn verify`, which must say the same.
"""

import base64
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from tpm2_pytss import TPM2_ALG, TPM2_ST, TPMS_ATTEST, TPMT_PUBLIC

MFA = os.environ["MFA_CLI"]
PROGRAM = Path(__file__).with_name("tpm_attestations.py")
HASHES = {-257: hashes.SHA256(), -65535: hashes.SHA1(), -258: hashes.SHA384(), -37: hashes.SHA256(), -7: hashes.SHA256(),
          -35: hashes.SHA384()}


@pytest.fixture(scope="module")
def documents(tmp_path_factory):
    path = tmp_path_factory.mktemp("tpm") / "registrations.jsonl"
    subprocess.run([sys.executable, "-B", PROGRAM, path], check=True, timeout=150)
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def from_base64url(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def read_cbor(data, at=0):
    """One item and where it ends."""
    major, argument = data[at] >> 5, data[at] & 31
    at += 1
    if argument >= 24:
        width = 1 << (argument - 24)
        argument, at = int.from_bytes(data[at:at + width], "big"), at + width
    if major in (0, 1):
        return (argument if major == 0 else -1 - argument), at
    if major in (2, 3):
        raw = data[at:at + argument]
        return (raw if major == 2 else raw.decode()), at + argument
    items = []
    for _ in range(argument * (major - 3)):  # an array's items, a map's names and values
        item, at = read_cbor(data, at)
        items.append(item)
    return (items if major == 4 else dict(zip(items[::2], items[1::2]))), at


def check_signature(key, algorithm, signature, message):
    digest = HASHES[algorithm]
    if isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(signature, message, ec.ECDSA(digest))
    elif algorithm == -37:
        key.verify(signature, message, padding.PSS(padding.MGF1(digest), digest.digest_size), digest)
    else:
        key.verify(signature, message, padding.PKCS1v15(), digest)


def check_chain(der_list, anchor):
    chain = [x509.load_der_x509_certificate(each) for each in (*der_list, anchor)]
    for below, above in zip(chain, chain[1:]):
        assert below.issuer == above.subject
        above.public_key().verify(below.signature, below.tbs_certificate_bytes, ec.ECDSA(hashes.SHA256()))
    assert not list(chain[0].subject)
    return chain[0].public_key()


def test_every_kind_of_key_and_of_aik_is_there(documents):
    assert len(documents) == 30
    assert len({each["id"] for each in documents}) == 30


def test_what_the_tpm_signed_is_about_the_credential(documents):
    for each in documents:
        client_data, attestation = (from_base64url(each["response"][name]) for name in ("clientDataJSON", "attestationObject"))
        parsed, end = read_cbor(attestation)
        assert end == len(attestation) and parsed["fmt"] == "tpm"
        assert json.loads(client_data)["challenge"] == each["expect"]["challenge"]
        statement, algorithm = parsed["attStmt"], parsed["attStmt"]["alg"]
        signed = parsed["authData"] + hashlib.sha256(client_data).digest()

        aik = check_chain(statement["x5c"], from_base64url(each["expect"]["trust_anchors"][0]))
        check_signature(aik, algorithm, statement["sig"], statement["certInfo"])
        info, _ = TPMS_ATTEST.unmarshal(statement["certInfo"])
        assert info.type == TPM2_ST.ATTEST_CERTIFY
        assert bytes(info.extraData) == hashlib.new(HASHES[algorithm].name, signed).digest()
        area, _ = TPMT_PUBLIC.unmarshal(statement["pubArea"])
        assert bytes(info.attested.certify.name) == bytes(area.get_name())

        cose, end = read_cbor(parsed["authData"], 55 + 32)
        assert end == len(parsed["authData"])
        if area.type == TPM2_ALG.RSA:
            assert bytes(area.unique.rsa) == cose[-1]
        else:
            assert (bytes(area.unique.ecc.x), bytes(area.unique.ecc.y)) == (cose[-2], cose[-3])


def verdicts(documents):
    text = "".join(json.dumps(document) + "\n" for document in documents)
    done = subprocess.run([MFA, "webauthn", "verify"], input=text.encode(), capture_output=True, timeout=60)
    assert done.stderr == b""
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_libmfa_trusts_what_the_tpm_attested(documents):
    for document, verdict in zip(documents, verdicts(documents), strict=True):
        assert verdict["ok"] and verdict["trusted"], (document["id"], verdict)
        assert (verdict["format"], verdict["attestation_type"]) == ("tpm", "attca")


def test_libmfa_refuses_it_for_another_challenge_or_without_the_authority(documents):
    other = [document | {"expect": document["expect"] | {"challenge": "A" * 43}} for document in documents]
    assert {verdict["step"] for verdict in verdicts(other)} == {"7.1.8"}
    untrusted = [document | {"expect": document["expect"] | {"trust_anchors": []}} for document in documents]
    assert {verdict["step"] for verdict in verdicts(untrusted)} == {"7.1.24"}
