"""Our one-time passwords against two programs that are not ours: OATH Toolkit and pyotp.

500 random secrets, times, digits and algorithms, 10,000 with MFA_TEST_LONG; a failure names the seed, and
MFA_TEST_SEED repeats it. OTP_CODES is the path of the program that asks our library.
"""

import base64
import ctypes
import hashlib
import os
import random
import subprocess
import time
from dataclasses import dataclass

import pyotp

os.environ["TZ"] = "UTC"  # pyotp counts local time
time.tzset()

SEED = int(os.environ.get("MFA_TEST_SEED") or random.SystemRandom().randrange(2**32))
COUNT = 10_000 if os.environ.get("MFA_TEST_LONG") else 500
HASHES = (1, hashlib.sha1), (2, hashlib.sha256), (3, hashlib.sha512)
LIBOATH = ctypes.CDLL("liboath.so.0")


@dataclass(frozen=True)
class Question:
    kind: str
    number: int  # of the hash
    digest: object
    digits: int
    period_s: int
    value: int  # time or counter
    secret: bytes

    @property
    def line(self):
        return f"{self.kind} {self.number} {self.digits} {self.period_s} {self.value} {self.secret.hex()}\n"


def questions(kind):
    draw = random.Random(f"{SEED} {kind}")
    asked = []
    for _ in range(COUNT):
        number, digest = draw.choice(HASHES if kind == "totp" else HASHES[:1])  # liboath has no other HOTP
        asked.append(Question(kind=kind, number=number, digest=digest, digits=draw.randint(6, 8),
                              period_s=draw.choice((30, 30, 60, draw.randint(1, 3600))) if kind == "totp" else 0,
                              value=draw.randrange(2 ** draw.randint(1, 36)), secret=draw.randbytes(draw.randint(10, 64))))
    return asked


def ours(asked):
    done = subprocess.run([os.environ["OTP_CODES"]], input="".join(question.line for question in asked), check=True,
                          capture_output=True, text=True, timeout=120)
    return done.stdout.split()


def oath_toolkit(question):
    code = ctypes.create_string_buffer(16)
    secret, length = question.secret, ctypes.c_size_t(len(question.secret))
    if question.kind == "totp":
        failed = LIBOATH.oath_totp_generate2(secret, length, ctypes.c_long(question.value), ctypes.c_uint(question.period_s),
                                             ctypes.c_long(0), ctypes.c_uint(question.digits), question.number - 1, code)
    else:
        failed = LIBOATH.oath_hotp_generate(secret, length, ctypes.c_uint64(question.value), ctypes.c_uint(question.digits),
                                            ctypes.c_bool(False), ctypes.c_size_t(2**64 - 1), code)
    assert failed == 0
    return code.value.decode()


def python_otp(question):
    secret = base64.b32encode(question.secret).decode()
    if question.kind == "totp":
        return pyotp.TOTP(secret, question.digits, question.digest, interval=question.period_s).at(question.value)
    return pyotp.HOTP(secret, question.digits, question.digest).at(question.value)


def agree(kind, oracle):
    asked = questions(kind)
    differ = [(question, code, oracle(question)) for question, code in zip(asked, ours(asked), strict=True)
              if code != oracle(question)]
    assert not differ, f"seed {SEED}: {len(differ)} of {COUNT} differ, first {differ[0]}"


def test_totp_agrees_with_oath_toolkit():
    agree("totp", oath_toolkit)


def test_totp_agrees_with_pyotp():
    agree("totp", python_otp)


def test_hotp_agrees_with_oath_toolkit():
    agree("hotp", oath_toolkit)


def test_hotp_agrees_with_pyotp():
    agree("hotp", python_otp)


def test_a_run_of_steps_agrees_with_oathtool():
    """The program itself, which knows one secret a process and any number of steps."""
    first = questions("totp")[0]
    name = {1: "SHA1", 2: "SHA256", 3: "SHA512"}[first.number]
    done = subprocess.run(["oathtool", f"--totp={name}", f"--digits={first.digits}", f"--now=@{first.value}",
                           f"--time-step-size={first.period_s}s", f"--window={COUNT - 1}", "-"], input=first.secret.hex(),
                          check=True, capture_output=True, text=True, timeout=120)
    steps = [Question(**{**first.__dict__, "value": first.value + i * first.period_s}) for i in range(COUNT)]
    assert done.stdout.split() == ours(steps), f"seed {SEED}"
