"""TOTP (RFC 6238), HOTP (RFC 4226), otpauth URIs and QR codes, stateless (mfa/otp.h): you keep the last step or
counter.

A TotpParams or HotpParams of None is the default: SHA-1, 6 digits, 30 s, one step to each side; ten counters ahead.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Optional

from mfa._call import call, data_call, text_call
from mfa._library import ffi, lib
from mfa._memory import Buffer, Text, bytes_at, raw, struct, text_at, whole
from mfa.constants import Hash, Method, QrForm, Signal, UnsafeOtp


@dataclass(frozen=True)
class TotpParams:
    """mfa_totp_params. digits 6 to 10; period_s 1 to 3600 seconds; t0_s Unix seconds; past, future: steps, 0 to 10."""

    hash: Hash = Hash.SHA1
    digits: int = 6
    period_s: int = 30
    t0_s: int = 0
    past: int = 1
    future: int = 1
    flags: UnsafeOtp = UnsafeOtp.NONE


@dataclass(frozen=True)
class HotpParams:
    """mfa_hotp_params. digits 6 to 10; look_ahead: counters tried after the one expected, 0 to 100."""

    hash: Hash = Hash.SHA1
    digits: int = 6
    look_ahead: int = 10
    flags: UnsafeOtp = UnsafeOtp.NONE


@dataclass(frozen=True)
class Otpauth:
    """One otpauth:// URI (mfa_otpauth). secret: bytes, not base32. signals: of parsing."""

    method: Method = Method.TOTP
    issuer: Text = ""
    account: Text = ""
    secret: bytes = field(default=b"", repr=False)
    hash: Hash = Hash.SHA1
    digits: int = 6
    period_s: int = 30
    counter: int = 0
    signals: Signal = Signal.NONE


def _params(kind: str, params: Optional[object], keep: list[Any]) -> Any:
    if params is None:
        return ffi.NULL
    wanted = TotpParams if kind == "mfa_totp_params" else HotpParams
    if not isinstance(params, wanted):
        raise TypeError(f"expected {wanted.__name__}, not {type(params).__name__}")
    return struct(kind, params, keep)


def _code(function: Callable[..., int], c: Any, secret: Text, at: int, what: str) -> str:
    data, out = raw(secret), ffi.new("char[]", lib.MFA_OTP_CODE_SIZE)
    call(function, c, data, len(data), whole(at, what), out)
    return bytes(ffi.string(out)).decode("ascii")


def _number(function: Callable[..., int], *given: Any) -> int:
    out = ffi.new("uint64_t *")
    call(function, *given, out)
    return int(out[0])


def totp_code(secret: Text, now_s: int, params: Optional[TotpParams] = None) -> str:
    """The code at now_s, Unix seconds (mfa_totp_code; RFC 6238 section 4). secret: bytes, not base32. ArgumentError."""
    keep: list[Any] = []
    return _code(lib.mfa_totp_code, _params("mfa_totp_params", params, keep), secret, now_s, "now_s")


def totp_verify(secret: Text, code: Text, now_s: int, last_step: int, params: Optional[TotpParams] = None) -> int:
    """The step used: store it as the next last_step (0: none yet), in one conditional update, before you let the user
    in (mfa_totp_verify). Wrong (with clock_skew_s), AlreadyUsed, Malformed, ArgumentError."""
    keep: list[Any] = []
    key, typed = raw(secret), raw(code)
    return _number(
        lib.mfa_totp_verify,
        _params("mfa_totp_params", params, keep),
        key,
        len(key),
        whole(last_step, "last_step"),
        whole(now_s, "now_s"),
        typed,
        len(typed),
    )


def hotp_code(secret: Text, counter: int, params: Optional[HotpParams] = None) -> str:
    """The code of a counter (mfa_hotp_code; RFC 4226 section 5.3). ArgumentError."""
    keep: list[Any] = []
    return _code(lib.mfa_hotp_code, _params("mfa_hotp_params", params, keep), secret, counter, "counter")


def hotp_verify(secret: Text, code: Text, counter: int, params: Optional[HotpParams] = None) -> int:
    """counter: the next one expected. The one to expect next: store it before you let the user in (mfa_hotp_verify).
    Wrong, Malformed, ArgumentError."""
    keep: list[Any] = []
    key, typed = raw(secret), raw(code)
    return _number(
        lib.mfa_hotp_verify,
        _params("mfa_hotp_params", params, keep),
        key,
        len(key),
        whole(counter, "counter"),
        typed,
        len(typed),
    )


def hotp_resync(
    secret: Text, code1: Text, code2: Text, counter: int, within: int, params: Optional[HotpParams] = None
) -> int:
    """Two codes in a row within 1 to 1000 counters: the counter to expect next (mfa_hotp_resync; RFC 4226 section 7.4).
    Wrong, Malformed, ArgumentError."""
    keep: list[Any] = []
    key, first, second = raw(secret), raw(code1), raw(code2)
    return _number(
        lib.mfa_hotp_resync,
        _params("mfa_hotp_params", params, keep),
        key,
        len(key),
        whole(counter, "counter"),
        whole(within, "within"),
        first,
        len(first),
        second,
        len(second),
    )


def otpauth_build(otpauth: Otpauth) -> str:
    """The URI (mfa_otpauth_build). ArgumentError."""
    if not isinstance(otpauth, Otpauth):
        raise TypeError(f"expected Otpauth, not {type(otpauth).__name__}")
    keep: list[Any] = []
    return text_call(lib.mfa_otpauth_build, struct("mfa_otpauth", otpauth, keep))


def otpauth_parse(uri: Text, *, strict: bool = True) -> Otpauth:
    """strict False: also what issuers emit against the rules, docs/methods.md (mfa_otpauth_parse). Signal.WEAK_SECRET:
    a secret of under 16 bytes. Malformed."""
    data, c = raw(uri), ffi.new("mfa_otpauth *")
    c.struct_size = ffi.sizeof("mfa_otpauth")
    with Buffer() as storage:
        signals = call(lib.mfa_otpauth_parse, data, len(data), 1 if strict else 0, c, storage.c)
        return Otpauth(
            method=Method(c.method),
            issuer=text_at(c.issuer),
            account=text_at(c.account),
            secret=bytes_at(c.secret.data, c.secret.len),
            hash=Hash(c.hash),
            digits=c.digits,
            period_s=c.period_s,
            counter=c.counter,
            signals=signals,
        )


def base32_encode(data: Text) -> str:
    """RFC 4648 section 6, upper case, without padding (mfa_base32_encode)."""
    given = raw(data)
    return text_call(lib.mfa_base32_encode, given, len(given))


def base32_decode(text: Text) -> bytes:
    """Reads lower case, spaces, hyphens and padding, too (mfa_base32_decode). Malformed."""
    given = raw(text)
    return data_call(lib.mfa_base32_decode, given, len(given))


def qr(text: Text, form: QrForm = QrForm.SVG) -> str:
    """A QR code as SVG, or for a terminal (mfa_qr). ArgumentError for a text that is too long."""
    given = raw(text)
    return text_call(lib.mfa_qr, given, len(given), whole(form, "form"))


def qr_matrix(text: Text) -> list[list[bool]]:
    """The modules of a QR code, row by row (mfa_qr with MFA_QR_MATRIX)."""
    given = raw(text)
    cells = data_call(lib.mfa_qr, given, len(given), lib.MFA_QR_MATRIX)
    side = next(side for side in range(len(cells) + 1) if side * side == len(cells))
    return [[bool(cell) for cell in cells[row * side : (row + 1) * side]] for row in range(side)]
