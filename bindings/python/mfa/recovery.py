"""Recovery codes, stateless (mfa/recovery.h)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from mfa._call import call
from mfa._library import ffi, lib
from mfa._memory import Text, raw, texts, whole


@dataclass(frozen=True)
class RecoveryCodes:
    """codes: to show once. hashes: to store, one for each."""

    codes: tuple[str, ...] = field(repr=False)
    hashes: tuple[str, ...] = field(repr=False)


def generate(count: int = 10, pepper: Text = b"") -> RecoveryCodes:
    """Makes 1 to 32 codes, about 35 ms each (mfa_recovery_generate). pepper: a key kept outside your database.
    ArgumentError."""
    if not 1 <= whole(count, "count") <= 32:
        raise ValueError("count must be 1 to 32")
    key = raw(pepper)
    codes = ffi.new(f"char[{count}][{lib.MFA_RECOVERY_CODE_SIZE}]")
    hashes = ffi.new(f"char[{count}][{lib.MFA_RECOVERY_HASH_SIZE}]")
    try:
        call(lib.mfa_recovery_generate, key, len(key), count, codes, hashes)
        return RecoveryCodes(
            tuple(bytes(ffi.string(code)).decode("ascii") for code in codes),
            tuple(bytes(ffi.string(line)).decode("ascii") for line in hashes),
        )
    finally:
        lib.mfa_wipe(codes, ffi.sizeof(codes))


def verify(hashes: Sequence[Text], code: Text, pepper: Text = b"") -> int:
    """Which of one set's hashes the code opens: delete that one in the statement that accepts the login
    (mfa_recovery_verify). One slow hash. Wrong, Malformed, Damaged."""
    keep: list[Any] = []
    array, count = texts(hashes, "hashes", keep)
    key, typed, index = raw(pepper), raw(code), ffi.new("size_t *")
    call(lib.mfa_recovery_verify, key, len(key), array, count, typed, len(typed), index)
    return int(index[0])
