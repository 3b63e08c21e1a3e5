"""What crosses the border: texts and structs to C, buffers and texts from it, and handles that threads share."""

import atexit
import json
import os
import threading
import weakref
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Self, Union

from mfa._library import ffi, lib

Text = Union[str, bytes, bytearray, memoryview]
"""A text goes to libmfa as UTF-8, bytes as they are. Bytes that are no UTF-8 come back, and go in, as surrogate
escapes."""
Json = Union[Text, Mapping[str, Any]]
"""JSON as text, or what it says: a mapping is written as JSON."""


def raw(value: Text) -> bytes:
    """The bytes of a text. TypeError for anything else, UnicodeEncodeError for a lone surrogate."""
    if isinstance(value, str):
        return value.encode("utf-8", "surrogateescape")
    if isinstance(value, bytes):
        return value
    if isinstance(value, (bytearray, memoryview)):
        return bytes(value)
    raise TypeError(f"expected str or bytes, not {type(value).__name__}")


def raw_json(value: Json) -> bytes:
    if isinstance(value, Mapping):
        return json.dumps(value, ensure_ascii=False, allow_nan=False).encode("utf-8", "surrogateescape")
    return raw(value)


def whole(value: object, what: str) -> int:
    """An int as it is: cffi would also take what only has __int__. OverflowError comes from cffi."""
    if not isinstance(value, int):
        raise TypeError(f"{what} must be an int, not {type(value).__name__}")
    return int(value)


def bytes_at(pointer: Any, length: int) -> bytes:
    return bytes(ffi.buffer(pointer, length)) if length else b""


def decoded(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def text_at(text: Any) -> str:
    """Of an mfa_text."""
    return decoded(bytes_at(text.data, text.len))


def items(value: object, what: str) -> list[Any]:
    """A list, tuple or other iterable. A single text is refused: it would be taken apart into letters."""
    if isinstance(value, (str, bytes, bytearray, memoryview)) or not isinstance(value, Iterable):
        raise TypeError(f"{what} must be a sequence, not {type(value).__name__}")
    return list(value)


def texts(values: object, what: str, keep: list[Any]) -> tuple[Any, int]:
    """An array of mfa_text and its length; keep holds the bytes."""
    listed = [raw(value) for value in items(values, what)]
    array = ffi.new("mfa_text[]", max(len(listed), 1))
    for text, value in zip(array, listed):
        _set_text(text, value, keep)
    keep.append(array)
    return array if listed else ffi.NULL, len(listed)


def _set_text(text: Any, value: bytes, keep: list[Any]) -> None:
    if value:
        data = ffi.from_buffer(value)
        keep.append(data)
        text.data, text.len = ffi.cast("const char *", data), len(value)


_plans: dict[str, list[tuple[str, str]]] = {}


def _plan(name: str) -> list[tuple[str, str]]:
    """Which member of a struct is filled how: from the declarations, so that a member which is appended needs no line
    here."""
    if name not in _plans:
        members = []
        counted = {member for member, _ in ffi.typeof(name).fields}
        for member, field in ffi.typeof(name).fields:
            if member in ("struct_size", "reserved") or member.removesuffix("_count") in counted - {member}:
                continue
            kind = field.type.cname.removeprefix("struct ")
            if f"{member}_count" in counted and field.type.kind == "pointer":
                kind = "array of " + field.type.item.cname.removeprefix("struct ")
            members.append((member, kind))
        _plans[name] = members
    return _plans[name]


def struct(name: str, source: Any, keep: list[Any], **given: Any) -> Any:
    """A C struct from the attributes of source that are named as its members; `given` are members that are made
    already."""
    made = ffi.new(f"{name} *")
    keep.append(made)
    if "struct_size" in dict(ffi.typeof(name).fields):
        made.struct_size = ffi.sizeof(name)
    for member, kind in _plan(name):
        if member in given:
            setattr(made, member, given[member])
            continue
        value = getattr(source, member)
        if kind == "mfa_text":
            _set_text(getattr(made, member), raw_json(value) if member.endswith("json") else raw(value), keep)
        elif kind == "array of mfa_text":
            array, count = texts(value, member, keep)
            setattr(made, member, array)
            setattr(made, f"{member}_count", count)
        elif kind == "array of int32_t" or kind == "array of int":
            numbers = [whole(number, member) for number in items(value, member)]
            array = ffi.new("int32_t[]", numbers)
            keep.append(array)
            setattr(made, member, array if numbers else ffi.NULL)
            setattr(made, f"{member}_count", len(numbers))
        elif kind.endswith("[16]"):
            fixed = raw(value)
            if len(fixed) != 16:
                raise ValueError(f"{member} must have 16 bytes")
            ffi.memmove(getattr(made, member), fixed, 16)
        else:
            setattr(made, member, whole(value, member))
    return made


class Buffer:
    """An mfa_buffer that is wiped and freed at the end of its block."""

    def __init__(self) -> None:
        self.c = ffi.new("mfa_buffer *")

    def __enter__(self) -> "Buffer":
        return self

    def __exit__(self, *exception: object) -> None:
        lib.mfa_buffer_free(self.c)

    def data(self) -> bytes:
        return bytes_at(self.c.data, self.c.len)

    def text(self) -> str:
        return decoded(self.data())


class Handle:
    """A C object that many threads may use: its block lends it, and it is freed once it is closed and nobody uses it.

    So no thread can free what another one is using, and a callback may close the very object that called it.
    """

    def __init__(self, pointer: Any, free: Callable[[Any], None], what: str) -> None:
        self._pointer = pointer
        self._free = free
        self._what = what
        self._users = 0
        self._closed = False
        self._lock = threading.Lock()
        _open.add(self)

    def __enter__(self) -> Any:
        with self._lock:
            if self._closed:
                raise ValueError(f"the {self._what} is closed")
            self._users += 1
        return self._pointer

    def __exit__(self, *exception: object) -> None:
        with self._lock:
            self._users -= 1
            last = self._closed and self._users == 0
        if last:
            self._free(self._pointer)

    @property
    def closed(self) -> bool:
        return self._closed

    def close(self) -> None:
        with self._lock:
            if self._closed:
                return
            self._closed = True
            unused = self._users == 0
        if unused:
            self._free(self._pointer)

    def __del__(self) -> None:
        if not getattr(self, "_closed", True):
            self.close()


_open: "weakref.WeakSet[Handle]" = weakref.WeakSet()


@atexit.register
def _close_all() -> None:
    """While Python can still run what closing calls: the last event of each engine."""
    for handle in list(_open):
        handle.close()


def _free_locks() -> None:
    """In a child of fork the threads are gone that held some."""
    for handle in list(_open):
        handle._lock = threading.Lock()


os.register_at_fork(after_in_child=_free_locks)


class Closing:
    """Base of what owns a handle: close(), `with`, and a sign of being closed."""

    _handle: Handle

    def close(self) -> None:
        """Frees it, once calls of other threads have ended. Again is fine; any other call on it is ValueError from here
        on."""
        self._handle.close()

    @property
    def closed(self) -> bool:
        """Whether close was called."""
        return self._handle.closed

    def __enter__(self) -> Self:
        if self.closed:
            raise ValueError(f"the {type(self).__name__} is closed")
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<{type(self).__module__}.{type(self).__qualname__}{' (closed)' if self.closed else ''}>"
