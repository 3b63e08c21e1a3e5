"""Registrations attested by a real TPM 2.0 (swtpm), one JSON document a line.

    tpm_attestations.py FILE     writes them for `mfa webauthn verify`

Each kind of key that WebAuthn knows is made in the TPM and certified there by an attestation key (AIK), whose
certificate is issued under an authority made for the run. What is signed comes from the TPM; only the client data,
the authenticator data and the certificates are made here.
"""

import base64
import contextlib
import datetime
import hashlib
import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.x509.oid import NameOID, ObjectIdentifier

os.environ.setdefault("TSS2_LOG", "all+none")  # before it is loaded: what it cannot do, it also raises
from tpm2_pytss import (ESAPI, ESYS_TR, TPM2_ALG, TPM2B_DATA, TPM2B_PUBLIC, TPM2B_SENSITIVE_CREATE,  # noqa: E402
                        TPMA_OBJECT, TPMT_SIG_SCHEME, TSS2_Exception)

RP_ID, ORIGIN = "example.test", "https://example.test"
NOW_S = 1_800_000_000
AAGUID = bytes.fromhex("6d666100000000000000000000000001")
DEADLINE_S = 120  # of the TPM's whole life

SIGNING = TPMA_OBJECT.SIGN_ENCRYPT | TPMA_OBJECT.FIXEDTPM | TPMA_OBJECT.FIXEDPARENT
SIGNING |= TPMA_OBJECT.SENSITIVEDATAORIGIN | TPMA_OBJECT.USERWITHAUTH


@dataclass(frozen=True)
class Aik:
    algorithm: int  # COSE
    template: str  # of tpm2-tss
    digest: str  # of its signatures


@dataclass(frozen=True)
class Key:
    algorithm: int
    template: str
    curve: int = 0  # COSE
    name_digest: str = "sha256"


AIKS = [
    Aik(-257, "rsa2048:rsassa-sha256:null", "sha256"),
    Aik(-65535, "rsa2048:rsassa-sha1:null", "sha1"),
    Aik(-258, "rsa2048:rsassa-sha384:null", "sha384"),
    Aik(-37, "rsa2048:rsapss-sha256:null", "sha256"),
    Aik(-7, "ecc256:ecdsa-sha256:null", "sha256"),
    Aik(-35, "ecc384:ecdsa-sha384:null", "sha384"),
]
# No scheme in the public area: the key signs under the one that it is asked for.
KEYS = [
    Key(-257, "rsa2048:null:null"),
    Key(-257, "rsa2048:null:null", name_digest="sha1"),
    Key(-37, "rsa2048:null:null", name_digest="sha512"),
    Key(-7, "ecc256:null:null", curve=1),
    Key(-35, "ecc384:null:null", curve=2, name_digest="sha384"),
]


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def cbor(value):
    """Canonical for what is written here: maps are given in order."""
    def head(major, number):
        for size, code in (0, None), (1, 24), (2, 25), (4, 26):
            if code is None and number < 24:
                return bytes([major << 5 | number])
            if code and number < 256**size:
                return bytes([major << 5 | code]) + number.to_bytes(size, "big")
        raise ValueError(number)

    if isinstance(value, int):
        return head(0, value) if value >= 0 else head(1, -1 - value)
    if isinstance(value, bytes):
        return head(2, len(value)) + value
    if isinstance(value, str):
        return head(3, len(value.encode())) + value.encode()
    if isinstance(value, list):
        return head(4, len(value)) + b"".join(cbor(each) for each in value)
    return head(5, len(value)) + b"".join(cbor(name) + cbor(each) for name, each in value.items())


# ---- the TPM


def two_free_ports():
    for _ in range(50):
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port = first.getsockname()[1]
            with contextlib.suppress(OSError, OverflowError):
                second.bind(("127.0.0.1", port + 1))  # the transport wants it there
                return port
    raise RuntimeError("no two free ports next to each other")


@contextlib.contextmanager
def tpm():
    """A TPM of its own, on loopback; gone at the end whatever happens, and after DEADLINE_S by itself."""
    with tempfile.TemporaryDirectory() as state:
        port = two_free_ports()
        command = ["timeout", str(DEADLINE_S), "swtpm", "socket", "--tpm2", "--tpmstate", f"dir={state}",
                   "--server", f"type=tcp,port={port},bindaddr=127.0.0.1",
                   "--ctrl", f"type=tcp,port={port + 1},bindaddr=127.0.0.1",
                   "--flags", "not-need-init,startup-clear"]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
            try:
                yield connect(process, port)
            finally:
                process.terminate()  # timeout passes it on


def connect(process, port):
    # Only this client may call: swtpm ends with a connection that said nothing.
    for _ in range(200):
        if process.poll() is not None:
            raise RuntimeError(f"swtpm ended with {process.returncode}")
        with contextlib.suppress(TSS2_Exception):
            return ESAPI(f"swtpm:host=127.0.0.1,port={port}")
        time.sleep(0.05)
    raise RuntimeError("swtpm does not answer")


def create(chip, template, attributes, name_digest="sha256"):
    public = TPM2B_PUBLIC.parse(template, objectAttributes=attributes, nameAlg=getattr(TPM2_ALG, name_digest.upper()))
    handle, made, _, _, _ = chip.create_primary(TPM2B_SENSITIVE_CREATE(), public, ESYS_TR.OWNER)
    return handle, made.publicArea


def signature_bytes(signature):
    """As WebAuthn has it in use: of RSA the number, of ECDSA the DER."""
    if signature.sigAlg == TPM2_ALG.ECDSA:
        pair = signature.signature.ecdsa
        return encode_dss_signature(*(int.from_bytes(bytes(each), "big") for each in (pair.signatureR, pair.signatureS)))
    return bytes(signature.signature.rsassa.sig)


def certify(chip, key, aik, extra_data):
    info, signature = chip.certify(key, aik, TPM2B_DATA(extra_data), TPMT_SIG_SCHEME(scheme=TPM2_ALG.NULL))
    return bytes(info), signature_bytes(signature)


def public_key(area):
    """As the cryptography package has it."""
    return serialization.load_der_public_key(area.to_der())


def cose_key(key, public):
    if isinstance(public, rsa.RSAPublicKey):
        numbers = public.public_numbers()
        return {1: 3, 3: key.algorithm, -1: numbers.n.to_bytes(256, "big"), -2: numbers.e.to_bytes(3, "big")}
    numbers, size = public.public_numbers(), public.curve.key_size // 8
    return {1: 2, 3: key.algorithm, -1: key.curve, -2: numbers.x.to_bytes(size, "big"), -3: numbers.y.to_bytes(size, "big")}


# ---- the certificates


class Authority:
    def __init__(self, name, parent=None):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "CH"), x509.NameAttribute(NameOID.COMMON_NAME, name)])
        builder = certificate(self.name, self.key.public_key(), parent.name if parent else self.name)
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        builder = builder.add_extension(x509.KeyUsage(False, False, False, False, False, True, True, False, False), critical=True)
        self.certificate = builder.sign(parent.key if parent else self.key, hashes.SHA256())

    def aik_certificate(self, public, one_rdn):
        """WebAuthn section 8.3.1."""
        attributes = [x509.NameAttribute(ObjectIdentifier(oid), value) for oid, value in (
            ("2.23.133.2.1", "id:FFFFF1D0"), ("2.23.133.2.2", "swtpm"), ("2.23.133.2.3", "id:00010002"))]
        rdns = [x509.RelativeDistinguishedName(attributes)] if one_rdn else [
            x509.RelativeDistinguishedName([each]) for each in attributes]
        names = x509.SubjectAlternativeName([x509.DirectoryName(x509.Name(rdns))])
        aaguid = x509.UnrecognizedExtension(ObjectIdentifier("1.3.6.1.4.1.45724.1.1.4"), b"\x04\x10" + AAGUID)
        builder = certificate(x509.Name([]), public, self.name)
        builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        builder = builder.add_extension(names, critical=True)
        builder = builder.add_extension(x509.ExtendedKeyUsage([ObjectIdentifier("2.23.133.8.3")]), critical=False)
        builder = builder.add_extension(aaguid, critical=False)
        return der(builder.sign(self.key, hashes.SHA256()))


def certificate(subject, public, issuer):
    start = datetime.datetime.utcfromtimestamp(NOW_S) - datetime.timedelta(days=365)
    return (x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(public)
            .serial_number(x509.random_serial_number()).not_valid_before(start)
            .not_valid_after(start + datetime.timedelta(days=3650)))


def der(signed):
    return signed.public_bytes(serialization.Encoding.DER)


# ---- the registrations


def registration(chip, key, aik, issuer, root, one_rdn):
    aik_handle, aik_area = create(chip, aik.template, SIGNING | TPMA_OBJECT.RESTRICTED)
    key_handle, key_area = create(chip, key.template, SIGNING, key.name_digest)
    challenge, credential_id = secrets.token_bytes(32), secrets.token_bytes(32)
    client_data = json.dumps({"type": "webauthn.create", "challenge": base64url(challenge), "origin": ORIGIN,
                              "crossOrigin": False}).encode()
    cose = cbor(cose_key(key, public_key(key_area)))
    authenticator_data = (hashlib.sha256(RP_ID.encode()).digest() + bytes([0x45]) + bytes(4) + AAGUID +
                          len(credential_id).to_bytes(2, "big") + credential_id + cose)
    signed = authenticator_data + hashlib.sha256(client_data).digest()
    info, signature = certify(chip, key_handle, aik_handle, hashlib.new(aik.digest, signed).digest())
    chip.flush_context(key_handle)
    chip.flush_context(aik_handle)

    x5c = [issuer.aik_certificate(public_key(aik_area), one_rdn)]
    if issuer is not root:
        x5c.append(der(issuer.certificate))
    statement = {"alg": aik.algorithm, "sig": signature, "ver": "2.0", "x5c": x5c, "pubArea": key_area.marshal(),
                 "certInfo": info}
    attestation = cbor({"fmt": "tpm", "attStmt": statement, "authData": authenticator_data})
    expect = {"rp_id": RP_ID, "origins": [ORIGIN], "challenge": base64url(challenge),
              "trust_anchors": [base64url(der(root.certificate))], "require_trusted_attestation": True, "now_s": NOW_S}
    return {"id": f"tpm key {key.algorithm} named by {key.name_digest}, AIK {aik.algorithm}",
            "ceremony": "registration", "expect": expect,
            "response": {"clientDataJSON": base64url(client_data), "attestationObject": base64url(attestation)}}


def registrations():
    root = Authority("AIK root")
    below = Authority("AIK intermediate", root)
    made = []
    with tpm() as chip, chip:
        for aik in AIKS:
            for key in KEYS:
                turn = len(made)
                made.append(registration(chip, key, aik, below if turn % 2 else root, root, one_rdn=turn % 3 == 0))
    return made


def main(path):
    with open(path, "w", encoding="utf-8") as out:
        for each in registrations():
            out.write(json.dumps(each) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
