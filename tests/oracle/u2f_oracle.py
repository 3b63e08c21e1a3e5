"""Our U2F verification against a token that is not ours: Authen::U2F::Tester, from Debian's libauthen-u2f-tester-perl.

20 registrations of random AppIDs with 3 signatures each, 500 with MFA_TEST_LONG; a failure names the seed, and
MFA_TEST_SEED repeats the AppIDs and challenges. MFA_LIBRARY is the path of our library.
"""

import base64
import ctypes
import json
import os
import random
import subprocess
from ctypes import POINTER, byref, c_char, c_char_p, c_int32, c_size_t, c_uint8, c_uint32, c_void_p
from dataclasses import dataclass
from pathlib import Path

import pytest

SEED = int(os.environ.get("MFA_TEST_SEED") or random.SystemRandom().randrange(2**32))
COUNT = 500 if os.environ.get("MFA_TEST_LONG") else 20
SIGNATURES = 3
OK = 0
TOKEN = Path(__file__).resolve().parent / "u2f_token.pl"
LIBRARY = ctypes.CDLL(os.environ["MFA_LIBRARY"])


class Text(ctypes.Structure):
    _fields_ = [("data", c_char_p), ("len", c_size_t)]


class Buffer(ctypes.Structure):
    _fields_ = [("data", c_void_p), ("len", c_size_t), ("capacity", c_size_t)]

    def take(self):
        content = ctypes.string_at(self.data, self.len) if self.len else b""
        LIBRARY.mfa_buffer_free(byref(self))
        return content


class Expect(ctypes.Structure):
    _fields_ = [("struct_size", c_uint32), ("reserved", c_uint32), ("app_id", Text), ("challenge", Text),
                ("facets", POINTER(Text)), ("facets_count", c_size_t)]


class Error(ctypes.Structure):
    _fields_ = [("status", c_int32), ("reason", c_int32), ("rest", c_char * 248)]


LIBRARY.mfa_reason_name.restype = c_char_p


@dataclass(frozen=True)
class Question:
    app_id: str
    challenges: tuple  # bytes: to register with, and to sign

    @property
    def line(self):
        return " ".join([self.app_id, *map(encoded, self.challenges)]) + "\n"


@dataclass(frozen=True)
class Answers:
    question: Question
    registered: dict
    signed: tuple


def encoded(content):
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def decoded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def questions():
    draw = random.Random(f"{SEED} u2f")
    return [Question(f"https://a{draw.randrange(10**9)}.example.test/id.json",
                     tuple(draw.randbytes(draw.randint(16, 64)) for _ in range(1 + SIGNATURES)))
            for _ in range(COUNT)]


def expect(app_id, challenge):
    app_id = app_id.encode()
    return Expect(ctypes.sizeof(Expect), 0, Text(app_id, len(app_id)), Text(challenge, len(challenge)), None, 0)


def verify_registration(app_id, challenge, response):
    """(reason, public key, key handle, certificate)"""
    text = json.dumps(response).encode()
    public_key, key_handle, certificate, error = (c_uint8 * 65)(), Buffer(), Buffer(), Error()
    status = LIBRARY.mfa_u2f_verify_registration(byref(expect(app_id, challenge)), text, c_size_t(len(text)), public_key,
                                                 byref(key_handle), byref(certificate), byref(error))
    assert status == error.status
    return reason(error), bytes(public_key), key_handle.take(), certificate.take()


def verify_signature(app_id, challenge, public_key, last_counter, response):
    """(reason, counter, signals)"""
    text = json.dumps(response).encode()
    counter, signals, error = c_uint32(), c_uint32(), Error()
    status = LIBRARY.mfa_u2f_verify_signature(byref(expect(app_id, challenge)), public_key, c_uint32(last_counter), text,
                                              c_size_t(len(text)), byref(counter), byref(signals), byref(error))
    assert status == error.status
    return reason(error), counter.value, signals.value


def reason(error):
    return "yes" if error.status == OK else LIBRARY.mfa_reason_name(error.reason).decode()


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    folder = tmp_path_factory.mktemp("u2f")
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(["openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", key], check=True)
    subprocess.run(["openssl", "req", "-x509", "-new", "-key", key, "-sha256", "-days", "2", "-subj", "/CN=A token",
                    "-out", certificate], check=True)
    asked = questions()
    done = subprocess.run(["perl", TOKEN, key, certificate], input="".join(question.line for question in asked),
                          capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    size = 1 + SIGNATURES
    assert len(lines) == COUNT * size
    return [Answers(question, lines[at * size], tuple(lines[at * size + 1:(at + 1) * size]))
            for at, question in enumerate(asked)]


def test_what_the_token_registers_and_signs_is_right(answers):
    der = None
    for answer in answers:
        app_id, challenges = answer.question.app_id, answer.question.challenges
        verdict, public_key, key_handle, certificate = verify_registration(app_id, challenges[0], answer.registered)
        assert verdict == "yes", f"seed {SEED}"
        message = decoded(answer.registered["registrationData"])
        assert public_key == message[1:66] and key_handle == message[67:67 + message[66]]
        der = der or certificate
        assert certificate == der and der in message
        last = 0
        for challenge, response in zip(challenges[1:], answer.signed, strict=True):
            verdict, counter, signals = verify_signature(app_id, challenge, public_key, last, response)
            assert (verdict, signals) == ("yes", 0) and counter > last, f"seed {SEED}"
            last = counter


def test_no_bit_of_a_signed_message_may_change(answers):
    draw = random.Random(f"{SEED} bits")
    for answer in answers:
        app_id, challenges = answer.question.app_id, answer.question.challenges
        _, public_key, key_handle, _ = verify_registration(app_id, challenges[0], answer.registered)
        head = 67 + len(key_handle)  # then a certificate, of which the message's signature covers nothing
        for name, response, limit, verify in (
                ("registrationData", answer.registered, head,
                 lambda changed: verify_registration(app_id, challenges[0], changed)),
                ("signatureData", answer.signed[0], None,
                 lambda changed: verify_signature(app_id, challenges[1], public_key, 0, changed)),
                ("clientData", answer.registered, None,
                 lambda changed: verify_registration(app_id, challenges[0], changed)),
                ("clientData", answer.signed[0], None,
                 lambda changed: verify_signature(app_id, challenges[1], public_key, 0, changed))):
            message = bytearray(decoded(response[name]))
            at = draw.randrange(limit or len(message))
            message[at] ^= 1 << draw.randrange(8)
            verdict = verify({**response, name: encoded(bytes(message))})[0]
            assert verdict.startswith("u2f."), f"seed {SEED}: {name}, byte {at}: {verdict}"


def test_an_answer_to_another_question_is_refused(answers):
    mine, other = answers[0], answers[1]
    challenges = mine.question.challenges
    assert verify_registration(mine.question.app_id, challenges[1], mine.registered)[0] == \
        "u2f.registration.challenge_not_expected"
    assert verify_registration(other.question.app_id, challenges[0], mine.registered)[0] == \
        "u2f.registration.origin_not_expected"
    public_key = verify_registration(other.question.app_id, other.question.challenges[0], other.registered)[1]
    assert verify_signature(mine.question.app_id, challenges[1], public_key, 0, mine.signed[0])[0] == \
        "u2f.authentication.signature"
