"""FIDO U2F 1.2 raw messages, stateless (mfa/u2f.h). For a browser's page, use WebAuthn."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mfa._call import call, data_call
from mfa._library import ffi, lib
from mfa._memory import Buffer, Json, Text, raw, raw_json, struct, whole
from mfa.constants import Signal

PUBLIC_KEY: int = lib.MFA_U2F_PUBLIC_KEY
"""Bytes of a public key: 04 x y."""
KEY_HANDLE_MAX: int = lib.MFA_U2F_KEY_HANDLE_MAX
"""Bytes of a key handle."""


@dataclass(frozen=True)
class U2fExpect:
    """All that a response is judged by (mfa_u2f_expect): yours, nothing of it from the client. challenge: 16 bytes or
    more."""

    app_id: Text
    challenge: bytes
    facets: Sequence[Text] = ()


@dataclass(frozen=True)
class U2fRegistration:
    """What to keep: insert it under a unique index on key_handle, with counter 0. certificate: DER."""

    public_key: bytes
    key_handle: bytes
    certificate: bytes


@dataclass(frozen=True)
class U2fSignature:
    """counter: store it if greater. signals: CLONE_SUSPECTED for a counter that is not above the last one."""

    counter: int
    signals: Signal


def _expect(expect: U2fExpect, keep: list[Any]) -> Any:
    if not isinstance(expect, U2fExpect):
        raise TypeError(f"expected U2fExpect, not {type(expect).__name__}")
    return struct("mfa_u2f_expect", expect, keep)


def verify_registration(expect: U2fExpect, response: Json) -> U2fRegistration:
    """Raw Message Formats section 4.3 (mfa_u2f_verify_registration). Make the challenge single-use first. Wrong,
    Malformed."""
    keep: list[Any] = []
    c, sent, key = _expect(expect, keep), raw_json(response), ffi.new("uint8_t[]", lib.MFA_U2F_PUBLIC_KEY)
    with Buffer() as key_handle, Buffer() as certificate:
        call(lib.mfa_u2f_verify_registration, c, sent, len(sent), key, key_handle.c, certificate.c)
        return U2fRegistration(bytes(ffi.buffer(key)), key_handle.data(), certificate.data())


def response_key_handle(response: Json) -> bytes:
    """The key handle that a SignResponse names, not verified (mfa_u2f_response_key_handle). Malformed."""
    sent = raw_json(response)
    return data_call(lib.mfa_u2f_response_key_handle, sent, len(sent))


def verify_signature(expect: U2fExpect, public_key: bytes, last_counter: int, response: Json) -> U2fSignature:
    """Raw Message Formats section 5.4 (mfa_u2f_verify_signature). Make the challenge single-use first. Wrong,
    Malformed; ArgumentError for a public key that is no point on P-256."""
    keep: list[Any] = []
    c, sent, key = _expect(expect, keep), raw_json(response), raw(public_key)
    if len(key) != lib.MFA_U2F_PUBLIC_KEY:
        raise ValueError(f"public_key must have {lib.MFA_U2F_PUBLIC_KEY} bytes")
    counter, signals = ffi.new("uint32_t *"), ffi.new("uint32_t *")
    call(lib.mfa_u2f_verify_signature, c, key, whole(last_counter, "last_counter"), sent, len(sent), counter, signals)
    return U2fSignature(counter[0], Signal(signals[0]))
