"""Names for the numbers of libmfa's headers. A number that a newer libmfa sends has a name too: UNKNOWN_and the
number."""

from enum import KEEP, IntEnum, IntFlag
from typing import Any

from mfa._library import ffi, lib
from mfa._memory import Text, raw


class _Number(IntEnum):
    @classmethod
    def _missing_(cls, value: object) -> Any:
        if not isinstance(value, int):
            return None
        unknown = int.__new__(cls, value)
        unknown._name_, unknown._value_ = f"UNKNOWN_{value}", value
        return unknown


class Status(_Number):
    """mfa_status (mfa/base.h): 0 is the only yes, above it a no, below it the call did not complete."""

    OK = 0
    WRONG = 1
    MALFORMED = 2
    ALREADY_USED = 3
    EXPIRED = 4
    MISMATCH = 5
    LOCKED_OUT = 6
    TOO_SOON = 7
    DENIED = 8
    FACTOR_NEEDED = 9
    RECHECK_DUE = 10
    ENROLL_NEEDED = 11
    REVOKED = 12
    NOT_FOUND = 13
    EXISTS = 14
    PENDING = 15
    MORE_NEEDED = 16
    ERR_ARGUMENT = -1
    ERR_UNSUPPORTED = -2
    ERR_NO_MEMORY = -3
    ERR_STORE = -4
    ERR_BUSY = -5
    ERR_CONFIG = -6
    ERR_KEY = -7
    ERR_DAMAGED = -8
    ERR_ROLLBACK = -9
    ERR_INTERNAL = -10


class Method(_Number):
    """mfa_method (mfa/base.h): a kind of factor."""

    NONE = 0
    TOTP = 1
    HOTP = 2
    WEBAUTHN = 3
    U2F = 4
    EMAIL = 5
    RECOVERY = 6
    DEVICE = 7

    @property
    def label(self) -> str:
        """The name in configuration, JSON and events: "totp" (mfa_method_name)."""
        return status_text(lib.mfa_method_name(self.value))

    @classmethod
    def from_label(cls, name: Text) -> "Method":
        """Method.NONE for a name that is none: what a page posts can be given as it is (mfa_method_from_name)."""
        data = raw(name)
        return cls(lib.mfa_method_from_name(data, len(data)))


class Hash(_Number):
    """mfa_hash (mfa/base.h)."""

    SHA1 = 1
    SHA256 = 2
    SHA512 = 3


class UserVerification(_Number):
    """mfa_user_verification (mfa/base.h): WebAuthn section 5.8.6."""

    DEFAULT = 0
    DISCOURAGED = 1
    PREFERRED = 2
    REQUIRED = 3


class Mediation(_Number):
    """mfa_mediation (mfa/base.h): whether the browser asks in a dialog or in its autofill."""

    MODAL = 0
    CONDITIONAL = 1


class Signal(IntFlag, boundary=KEEP):
    """MFA_SIGNAL_* (mfa/base.h): true, but look."""

    NONE = 0
    CLONE_SUSPECTED = 1 << 0
    BACKUP_ELIGIBLE_CHANGED = 1 << 1
    BACKUP_STATE_CHANGED = 1 << 2
    ATTESTATION_STATUS = 1 << 3
    UNSOLICITED_EXTENSION = 1 << 4
    RECOVERY_LOW = 1 << 5
    RECOVERY_LAST = 1 << 6
    MUST_ENROLL = 1 << 7
    MUST_ENROLL_RECOVERY = 1 << 8
    DEVICE_REUSED = 1 << 9
    CLOCK_WENT_BACK = 1 << 10
    WEAK_SECRET = 1 << 11
    PAIRING_CONTESTED = 1 << 12


class StoreAnswer(_Number):
    """mfa_store_answer (mfa/store.h): what a store answers to save and erase."""

    FAILED = 0
    DONE = 1
    NONE = 2
    CONFLICT = 3


class Purpose(_Number):
    """mfa_purpose (mfa/engine.h): what a request is for."""

    LOGIN = 1
    STEP_UP = 2
    MANAGE = 3
    APPROVE = 4


class Proven(IntFlag, boundary=KEEP):
    """MFA_PROVEN_* (mfa/engine.h): what you verified yourself for this sign-in."""

    NOTHING = 0
    PASSWORD = 1 << 0
    FEDERATED = 1 << 1
    OTHER = 1 << 2


class RequestFlag(IntFlag, boundary=KEEP):
    """MFA_REQUEST_* (mfa/engine.h)."""

    NONE = 0
    USERNAMELESS = 1 << 0


class Need(_Number):
    """mfa_need (mfa/engine.h): what policy asks of a request."""

    NOTHING = 0
    FACTOR = 1
    ENROLL = 2
    ENROLL_SOON = 3


class AdminAction(_Number):
    """mfa_admin_action (mfa/engine.h)."""

    UNLOCK = 1
    FACTOR_ENABLE = 2
    FACTOR_DISABLE = 3
    FACTOR_REMOVE = 4
    RESET = 5
    SIGN_OUT = 6
    FORGET_DEVICES = 7
    ERASE = 8


class Rule(_Number):
    """mfa_rule (mfa/webauthn.h): what to do about what is not as it was."""

    DEFAULT = 0
    REJECT = 1
    FLAG = 2
    IGNORE = 3


class AuthenticatorFlag(IntFlag, boundary=KEEP):
    """MFA_WEBAUTHN_* (mfa/webauthn.h): what authenticator data said, WebAuthn section 6.1."""

    NONE = 0
    USER_PRESENT = 1 << 0
    USER_VERIFIED = 1 << 2
    BACKUP_ELIGIBLE = 1 << 3
    BACKED_UP = 1 << 4
    TRUSTED = 1 << 16


class UnsafeOtp(IntFlag, boundary=KEEP):
    """MFA_OTP_UNSAFE_* (mfa/otp.h): rules that are let go."""

    NONE = 0
    SHORT_SECRET = 1 << 0
    WIDE_WINDOW = 1 << 1


class QrForm(_Number):
    """mfa_qr_form (mfa/otp.h)."""

    SVG = 1
    ANSI = 2
    MATRIX = 3


class LogTrouble(_Number):
    """mfa_log_trouble (mfa/log.h)."""

    NOT_EVENT = 1
    ALTERED = 2
    OTHER_KEY = 3
    REPEATED = 4
    MISSING = 5
    BROKEN = 6
    AFTER_END = 7
    TOO_MANY_CHAINS = 8
    LOST = 9
    UNKNOWN_KEY = 10
    NO_END = 11


def status_text(text: Any) -> str:
    """A static text of libmfa; "" for none."""
    return "" if text == ffi.NULL else bytes(ffi.string(text)).decode()


def reason_name(reason: int) -> str:
    """The stable name of a reason: "webauthn.registration.7.1.9.origin_not_expected" (mfa_reason_name)."""
    return status_text(lib.mfa_reason_name(reason))


def status_name(status: int) -> str:
    """ "MFA_WRONG"; "MFA_UNKNOWN" for what this library does not know (mfa_status_name)."""
    return status_text(lib.mfa_status_name(status))
