"""A passkey without a browser, so that an attacker over plain HTTP has one too. It answers whatever it is asked."""
import base64
import hashlib
import json
import os

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def text_of(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def bytes_of(text):
    return base64.urlsafe_b64decode(text + "==")


class SoftPasskey:
    def __init__(self, origin):
        self.origin = origin
        self.rp_id = origin.split("//")[1].split(":")[0]
        self.id = os.urandom(16)
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.user_handle = b""

    def client_data(self, kind, challenge):
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}).encode()

    def authenticator_data(self, flags, count=0):
        return hashlib.sha256(self.rp_id.encode()).digest() + bytes([flags]) + count.to_bytes(4, "big")

    def answer(self, response):
        return json.dumps({"id": text_of(self.id), "rawId": text_of(self.id), "type": "public-key",
                           "clientExtensionResults": {},
                           "response": {name: text_of(data) for name, data in response.items()}})

    def create(self, options):
        """The JSON of a registration, for creation options of the site."""
        self.user_handle = bytes_of(options["user"]["id"])
        point = self.key.public_key().public_numbers()
        public_key = {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}
        data = (self.authenticator_data(PRESENT | VERIFIED | ATTESTED) + bytes(16) + len(self.id).to_bytes(2, "big")
                + self.id + cbor.encode(public_key))
        made = self.answer({"clientDataJSON": self.client_data("webauthn.create", options["challenge"]),
                            "attestationObject": cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})})
        made = json.loads(made)
        made["response"]["transports"] = ["internal"]
        return json.dumps(made)

    def get(self, options, verified=True):
        """The JSON of an assertion, whether its credential was asked for or not."""
        client_data = self.client_data("webauthn.get", options["challenge"])
        data = self.authenticator_data(PRESENT | VERIFIED if verified else PRESENT)
        signature = self.key.sign(data + hashlib.sha256(client_data).digest(), ec.ECDSA(hashes.SHA256()))
        return self.answer({"clientDataJSON": client_data, "authenticatorData": data, "signature": signature,
                            "userHandle": self.user_handle})
