"""What stands alone in mfa/base.h and mfa/engine.h."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Union

from mfa._call import text_call
from mfa._library import ffi, lib
from mfa._memory import Json, Text, items, raw, raw_json, whole
from mfa.constants import status_text
from mfa.errors import InternalError


def version() -> str:
    """Of libmfa: "0.1.0" (mfa_version)."""
    return status_text(lib.mfa_version())


def has(feature: Text) -> bool:
    """Whether this libmfa has a feature: "ml-dsa", "sqlite" (mfa_has). ValueError for a NUL in it."""
    data = raw(feature)
    if b"\0" in data:
        raise ValueError("a feature's name holds no NUL")
    return bool(lib.mfa_has(data))


def random_bytes(count: int) -> bytes:
    """From the system's generator: challenges and secrets for the stateless calls (mfa_random). InternalError."""
    if not 0 <= whole(count, "count") <= 1 << 20:
        raise ValueError("count must be 0 to 1048576 bytes")
    out = bytearray(count)
    if count:
        status = lib.mfa_random(ffi.from_buffer(out), count)
        if status != lib.MFA_OK:
            raise InternalError("the system's generator failed")
    made = bytes(out)
    wipe(out)
    return made


def wipe(secret: Union[bytearray, memoryview]) -> None:
    """Overwrites a bytearray, or a memoryview that can be written, with zeros (mfa_wipe). bytes and str cannot be
    wiped."""
    if not isinstance(secret, (bytearray, memoryview)):
        raise TypeError(f"expected a bytearray, not {type(secret).__name__}")
    view = ffi.from_buffer(secret, require_writable=True)
    lib.mfa_wipe(view, len(view))


def config_schema() -> dict[str, Any]:
    """The configuration's JSON Schema, draft 2020-12 (mfa_config_schema)."""
    found: dict[str, Any] = json.loads(text_call(lib.mfa_config_schema))
    return found


def config_check(config: Json) -> dict[str, Any]:
    """Reads a configuration as Engine does; gives it with every default (mfa_config_check). ConfigError holds the
    path."""
    data = raw_json(config)
    found: dict[str, Any] = json.loads(text_call(lib.mfa_config_check, data, len(data)))
    return found


@dataclass(frozen=True)
class Key:
    """A sealing key (mfa_key): 32 random bytes, under a number that is never given to another key."""

    id: int
    data: bytes = field(repr=False)

    @classmethod
    def generate(cls, id: int) -> "Key":
        """A new one. Keep its data away from the database."""
        return cls(id, random_bytes(32))


def key_ring(keys: Sequence[Key], keep: list[Any]) -> tuple[Any, int]:
    """An array of mfa_key and its length; keep holds the bytes."""
    listed = items(keys, "keys")
    ring = ffi.new("mfa_key[]", max(len(listed), 1))
    keep.append(ring)
    for c, key in zip(ring, listed):
        if not isinstance(key, Key):
            raise TypeError(f"expected a mfa.Key, not {type(key).__name__}")
        data = ffi.from_buffer(raw(key.data))
        keep.append(data)
        c.id, c.bytes, c.bytes_len = whole(key.id, "id"), ffi.cast("const uint8_t *", data), len(data)
    return ring if listed else ffi.NULL, len(listed)
