"""What libmfa calls in Python. Nothing that is raised there gets lost, and nothing of it gets through C.

A callback finds its object by a number, so that one which comes too late finds nothing instead of freed memory.
"""

import itertools
import threading
import weakref
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Any, Optional

from mfa._library import COMPILED, ffi, lib
from mfa._memory import bytes_at, decoded
from mfa.constants import StoreAnswer

if TYPE_CHECKING:
    from mfa.engine import Hooks
    from mfa.store import Store


class Target:
    """An object under its number, for as long as somebody holds this. The collector of cycles drops numbers before it
    runs finalizers: bind() gives it back for a last call."""

    _numbers = itertools.count(1)

    def __init__(self, value: object) -> None:
        self.value: Any = value
        self._number = next(self._numbers)
        self.c = ffi.cast("void *", self._number)
        self.bind()

    def bind(self) -> None:
        _targets[self._number] = self


_targets: "weakref.WeakValueDictionary[int, Target]" = weakref.WeakValueDictionary()


def _of(ctx: Any) -> Any:
    return _targets[int(ffi.cast("uintptr_t", ctx))].value


class Frame:
    """One call into libmfa on this thread: what its callbacks raised."""

    def __init__(self) -> None:
        self.cause: Optional[BaseException] = None

    def __enter__(self) -> "Frame":
        _frames.stack.append(self)
        return self

    def __exit__(
        self, kind: Optional[type[BaseException]], value: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        _frames.stack.pop()

    def cause_of(self, status: int) -> Optional[BaseException]:
        """A call that completed got over what its callbacks raised: that is no cause of a no."""
        return self.cause if status < 0 else None

    def stop(self) -> None:
        """Raises what is no Exception: a KeyboardInterrupt in a callback must still interrupt."""
        if self.cause is not None and not isinstance(self.cause, Exception):
            raise self.cause


class _Frames(threading.local):
    def __init__(self) -> None:
        self.stack: list[Frame] = []


_frames = _Frames()


def _caught(error: BaseException) -> None:
    if _frames.stack:
        frame = _frames.stack[-1]
        if frame.cause is None or isinstance(frame.cause, Exception):
            frame.cause = error


def _store_call(name: str, run: Callable[..., StoreAnswer]) -> Callable[..., int]:
    """A store's callback: whatever is raised is MFA_STORE_FAILED, and the cause of the call's StoreError."""

    def guarded(ctx: Any, *given: Any) -> int:
        try:
            answer = run(_of(ctx), *given)
            if not isinstance(answer, StoreAnswer):
                raise TypeError(f"a store's {name} must answer a mfa.StoreAnswer, not {type(answer).__name__}")
            return int(answer)
        except BaseException as error:
            _caught(error)
            # Its text may hold what was to be stored; it is in __cause__.
            line = f"{type(error).__name__} in {name} of a store in Python".encode("ascii", "replace")[:200]
            ffi.memmove(given[-1].message, line + b"\0", len(line) + 1)
            return int(StoreAnswer.FAILED)

    return guarded


def _load(store: "Store", key: Any, key_len: int, record: Any, version: Any, err: Any) -> StoreAnswer:
    row = store.load(bytes_at(key, key_len))
    if row is None:
        return StoreAnswer.NONE
    data, stored = row
    version[0] = stored
    view = ffi.from_buffer(data)
    if lib.mfa_buffer_assign(record, view, len(view)) != lib.MFA_OK:
        raise MemoryError
    return StoreAnswer.DONE


def _save(
    store: "Store",
    key: Any,
    key_len: int,
    record: Any,
    record_len: int,
    expected: int,
    new: int,
    expires_at_s: int,
    err: Any,
) -> StoreAnswer:
    return store.save(bytes_at(key, key_len), bytes_at(record, record_len), expected, new, expires_at_s)


def _erase(store: "Store", key: Any, key_len: int, expected: int, err: Any) -> StoreAnswer:
    return store.erase(bytes_at(key, key_len), expected)


def _scan(
    store: "Store",
    prefix: Any,
    prefix_len: int,
    after: Any,
    after_len: int,
    limit: int,
    found: Any,
    found_ctx: Any,
    err: Any,
) -> StoreAnswer:
    for key, record, version in store.scan(bytes_at(prefix, prefix_len), bytes_at(after, after_len), limit):
        held = ffi.from_buffer(record)
        if (
            found(
                found_ctx,
                ffi.from_buffer("char[]", key),
                len(key),
                ffi.cast("const uint8_t *", held),
                len(held),
                version,
            )
            != lib.MFA_STORE_DONE
        ):
            break
    return StoreAnswer.DONE


class Rows:
    """What a scan of C gives, and what went wrong when it was taken: half a list must not look like a whole one."""

    def __init__(self) -> None:
        self.rows: list[tuple[bytes, bytes, int]] = []
        self.error: Optional[BaseException] = None

    def take(self) -> list[tuple[bytes, bytes, int]]:
        if self.error is not None:
            raise self.error
        return self.rows


def _found(ctx: Any, key: Any, key_len: int, record: Any, record_len: int, version: int) -> int:
    rows: Rows = _of(ctx)
    try:
        rows.rows.append((bytes_at(key, key_len), bytes_at(record, record_len), version))
        return int(StoreAnswer.DONE)
    except BaseException as error:
        rows.error = error
        return int(StoreAnswer.FAILED)


def _now_s(ctx: Any) -> int:
    try:
        hooks: Hooks = _of(ctx)
        assert hooks.now_s is not None
        now = int(hooks.now_s())
        if not 0 < now < 2**64:
            raise ValueError("now_s must give Unix seconds")
        return now
    except BaseException as error:
        _caught(error)
        return 0


def _random(ctx: Any, out: Any, out_len: int) -> int:
    try:
        hooks: Hooks = _of(ctx)
        assert hooks.random is not None
        drawn = hooks.random(out_len)
        if not isinstance(drawn, bytes) or len(drawn) != out_len:
            raise ValueError(f"random must give {out_len} bytes")
        ffi.memmove(out, drawn, out_len)
        return 1
    except BaseException as error:
        _caught(error)
        return 0


def _event(ctx: Any, text: Any, length: int) -> None:
    """An Exception goes on to cffi, which gives it to sys.unraisablehook: nothing is undone by a log that is full."""
    hooks: Hooks = _of(ctx)
    assert hooks.event is not None
    try:
        hooks.event(decoded(bytes_at(text, length)))
    except Exception:
        raise
    except BaseException as error:
        if not _frames.stack:
            raise
        _caught(error)


_store_fields = dict(ffi.typeof("mfa_store").fields)
_hook_fields = dict(ffi.typeof("mfa_engine_config").fields)


def _bind(name: str, kind: Any, function: Callable[..., Any], failure: Optional[int] = 0) -> Any:
    """The C function that calls this one. Made once and never freed."""
    if COMPILED:
        ffi.def_extern(name=f"mfa_python_{name}", error=failure)(function)
        return getattr(lib, f"mfa_python_{name}")
    return ffi.callback(kind, function, error=failure)


LOAD = _bind("load", _store_fields["load"].type, _store_call("load", _load))
SAVE = _bind("save", _store_fields["save"].type, _store_call("save", _save))
ERASE = _bind("erase", _store_fields["erase"].type, _store_call("erase", _erase))
SCAN = _bind("scan", _store_fields["scan"].type, _store_call("scan", _scan))
FOUND = _bind("found", ffi.typeof("mfa_scan_fn"), _found)
NOW_S = _bind("now_s", _hook_fields["now_s"].type, _now_s)
RANDOM = _bind("random", _hook_fields["random"].type, _random)
EVENT = _bind("event", _hook_fields["event"].type, _event, None)
