"""A U2F token in software (FIDO U2F Raw Message Formats sections 4.3 and 5.4), with a certificate of its own."""

import datetime
import hashlib
import json
import os

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from soft_passkey import text_of

SHA256 = ec.ECDSA(hashes.SHA256())


def point(key):
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def certificate(key):
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "token")])
    start = datetime.datetime(2020, 1, 1)
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, start, start + datetime.timedelta(days=36500))
    return made.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


class SoftU2f:
    def __init__(self, app_id, origin):
        self.origin = origin
        self.app = hashlib.sha256(app_id.encode()).digest()
        self.key, self.maker = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
        self.handle = os.urandom(64)
        self.counter = 0

    def client_data(self, kind, challenge):
        return json.dumps({"typ": f"navigator.id.{kind}", "challenge": challenge, "origin": self.origin}).encode()

    def register(self, challenge):
        data = self.client_data("finishEnrollment", challenge)
        signature = self.maker.sign(
            b"\0" + self.app + hashlib.sha256(data).digest() + self.handle + point(self.key), SHA256
        )
        message = (
            b"\5" + point(self.key) + bytes([len(self.handle)]) + self.handle + certificate(self.maker) + signature
        )
        return json.dumps({"registrationData": text_of(message), "clientData": text_of(data)})

    def sign(self, challenge):
        self.counter += 1
        data, head = self.client_data("getAssertion", challenge), b"\1" + self.counter.to_bytes(4, "big")
        signature = self.key.sign(self.app + head + hashlib.sha256(data).digest(), SHA256)
        return json.dumps(
            {"keyHandle": text_of(self.handle), "clientData": text_of(data), "signatureData": text_of(head + signature)}
        )
