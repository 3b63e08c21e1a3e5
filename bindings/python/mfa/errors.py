"""An exception for each status of libmfa but MFA_OK.

Refused: the call completed and the answer is no. Failed: it did not complete, and nothing was decided.
"""

import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Optional

from mfa._library import ffi
from mfa.constants import Signal, Status, reason_name

if TYPE_CHECKING:
    from mfa.results import Proof


class Error(Exception):
    """What mfa_error says (mfa/base.h). Its text is for the operator's log and never holds a secret.

    status: the Status. reason: stable number of the rule that said no, reason_name its name. retry_at_s: Unix seconds
    from which to try again, 0: not said. attempts_left: before a lock, -1: not known or not limited. clock_skew_s: how
    far the user's clock seems off, in seconds, 0: not known. signals: seen before the refusal.
    """

    code: ClassVar[Optional[Status]] = None

    def __init__(
        self,
        message: str = "",
        *,
        status: Optional[Status] = None,
        reason: int = 0,
        retry_at_s: int = 0,
        attempts_left: int = -1,
        clock_skew_s: int = 0,
        signals: Signal = Signal.NONE
    ) -> None:
        super().__init__(message)
        known = status if status is not None else self.code
        self.status: Status = known if known is not None else Status.ERR_INTERNAL
        self.reason = reason
        self.retry_at_s = retry_at_s
        self.attempts_left = attempts_left
        self.clock_skew_s = clock_skew_s
        self.signals = signals
        self.report: Optional[str] = None
        """check_store: promise by promise. An audit: its JSON."""

    @property
    def message(self) -> str:
        return str(self.args[0]) if self.args else ""

    @property
    def reason_name(self) -> str:
        return reason_name(self.reason)

    @property
    def retry_at(self) -> Optional[datetime.datetime]:
        """retry_at_s in UTC; None: not said, or not before an administrator acts."""
        try:
            return datetime.datetime.fromtimestamp(self.retry_at_s, datetime.timezone.utc) if self.retry_at_s else None
        except (OverflowError, OSError, ValueError):
            return None


class Refused(Error):
    """The call completed and the answer is no."""


class Failed(Error):
    """The call did not complete; that never depends on what the client sent."""


class Wrong(Refused):
    """The code or response does not prove the factor; charged to the throttle."""

    code = Status.WRONG


class Malformed(Refused):
    """What the client sent cannot be read; nothing was charged."""

    code = Status.MALFORMED


class AlreadyUsed(Refused):
    """Code, ticket, claim or token was used before."""

    code = Status.ALREADY_USED


class Expired(Refused):
    """Ticket, code, statement or token is past its time."""

    code = Status.EXPIRED


class Mismatch(Refused):
    """The ticket is of another user, purpose, method, browser or action."""

    code = Status.MISMATCH


class Locked(Refused):
    """Too many wrong answers: see retry_at_s."""

    code = Status.LOCKED_OUT


class TooSoon(Refused):
    """Mail was sent a moment ago or too often: see retry_at_s."""

    code = Status.TOO_SOON


class Denied(Refused):
    """Policy forbids it; reason says which rule."""

    code = Status.DENIED


class FactorNeeded(Refused):
    """Verify a factor now, then call again."""

    code = Status.FACTOR_NEEDED


class RecheckDue(FactorNeeded):
    """The timed recheck is due."""

    code = Status.RECHECK_DUE


class EnrollNeeded(Refused):
    """Policy asks for a factor that the user has not enrolled."""

    code = Status.ENROLL_NEEDED


class Revoked(Refused):
    """From before a reset, block, removal or sign-out: sign in again."""

    code = Status.REVOKED


class NotFound(Refused):
    """No such user, factor, device or key."""

    code = Status.NOT_FOUND


class Exists(Refused):
    """The credential is registered already."""

    code = Status.EXISTS


class Pending(Refused):
    """Pairing: the other side has not acted yet; ask again."""

    code = Status.PENDING


class MoreNeeded(Refused):
    """Right, and recorded, but policy asks for more: not a login. Give proof.statement with the next step."""

    code = Status.MORE_NEEDED
    proof: "Proof"


class ArgumentError(Failed, ValueError):
    """The caller's mistake."""

    code = Status.ERR_ARGUMENT


class Unsupported(Failed):
    """Not in this build of libmfa."""

    code = Status.ERR_UNSUPPORTED


class NoMemory(Failed, MemoryError):
    """No memory."""

    code = Status.ERR_NO_MEMORY


class StoreError(Failed):
    """The store failed: nothing was decided. __cause__ is what a store written in Python raised."""

    code = Status.ERR_STORE


class Busy(Failed):
    """Lost the race for the record too often: nothing was decided, try again."""

    code = Status.ERR_BUSY


class ConfigError(Failed, ValueError):
    """Configuration refused; the message holds the path."""

    code = Status.ERR_CONFIG


class KeyMissing(Failed):
    """The record is sealed with a key that is not in the ring."""

    code = Status.ERR_KEY


class Damaged(Failed):
    """A record does not open: altered, moved, or truncated."""

    code = Status.ERR_DAMAGED


class RolledBack(Failed):
    """A record older than the serial that you remember, or none where one was."""

    code = Status.ERR_ROLLBACK


class InternalError(Failed):
    """libmfa's own mistake, or the system's generator or clock failed."""

    code = Status.ERR_INTERNAL


def _classes(base: type[Error]) -> dict[Status, type[Error]]:
    found: dict[Status, type[Error]] = {}
    for derived in base.__subclasses__():
        if derived.code is not None:
            found[derived.code] = derived
        found.update(_classes(derived))
    return found


BY_STATUS: dict[Status, type[Error]] = _classes(Error)


def error_of(status: int, err: Any) -> Error:
    """The exception of a status and its mfa_error; one that this package does not know is a Refused or a Failed."""
    known = Status(status)
    return BY_STATUS.get(known, Refused if status > 0 else Failed)(
        bytes(ffi.string(err.message)).decode("utf-8", "replace"),
        status=known,
        reason=err.reason,
        retry_at_s=err.retry_at_s,
        attempts_left=err.attempts_left,
        clock_skew_s=err.clock_skew_s,
        signals=Signal(err.signals),
    )
