"""One call of libmfa: its status becomes an exception."""

from collections.abc import Callable
from typing import Any

from mfa import errors
from mfa._callbacks import Frame
from mfa._library import ffi, lib
from mfa._memory import Buffer
from mfa.constants import Signal


def check(status: int, err: Any, frame: Frame) -> None:
    frame.stop()
    if status != lib.MFA_OK:
        raise errors.error_of(status, err) from frame.cause_of(status)


def call(function: Callable[..., int], *given: Any) -> Signal:
    """function(*given, err). What it signals beside a yes; raises an Error for anything but MFA_OK."""
    err = ffi.new("mfa_error *")
    with Frame() as frame:
        status = function(*given, err)
    check(status, err, frame)
    return Signal(err.signals)


def text_call(function: Callable[..., int], *given: Any) -> str:
    """function(*given, buffer, err): what it wrote. A report that comes with a no is the exception's."""
    err = ffi.new("mfa_error *")
    with Buffer() as buffer:
        with Frame() as frame:
            status = function(*given, buffer.c, err)
        try:
            check(status, err, frame)
        except (errors.Wrong, errors.Denied) as no:
            no.report = buffer.text()
            raise
        return buffer.text()


def data_call(function: Callable[..., int], *given: Any) -> bytes:
    """As text_call, for bytes."""
    with Buffer() as buffer:
        call(function, *given, buffer.c)
        return buffer.data()


def made(function: Callable[..., int], kind: str, *given: Any) -> Any:
    """function(*given, out, err): the object it made, yours to free."""
    out = ffi.new(f"{kind} **")
    call(function, *given, out)
    return out[0]
