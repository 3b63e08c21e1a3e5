"""What calls of the engine give. All are read at once: nothing of C is left in them. Secrets are not in their repr."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Optional

from mfa import errors
from mfa._call import text_call
from mfa._callbacks import Frame
from mfa._library import ffi, lib
from mfa._memory import bytes_at, decoded, text_at
from mfa.constants import Method, Need, Signal


def _item(getter: Callable[..., Any], made: Any, item: int) -> Optional[str]:
    length = ffi.new("size_t *")
    text = getter(made, item, length)
    return None if text == ffi.NULL else decoded(bytes_at(text, length[0]))


@dataclass(frozen=True)
class Mail:
    """A mail that is yours to send (MFA_OFFER_MAIL_*)."""

    to: str
    subject: str
    text: str = field(repr=False)
    html: Optional[str] = field(repr=False, default=None)


@dataclass(frozen=True)
class Offer:
    """What begin gives (mfa_offer; docs/methods.md). A text is None when the offer has no such thing.

    ticket: keep it, or send it with the page. options: JSON for navigator.credentials. uri, secret: for the app.
    code: of a pairing. mail: to send; None: send nothing and show the same page. recovery_codes: show them once.
    expires_at_s: Unix seconds. json: what a page needs, as one JSON object.
    """

    ticket: str = field(repr=False)
    options: Optional[str] = field(repr=False)
    uri: Optional[str] = field(repr=False)
    secret: Optional[str] = field(repr=False)
    code: Optional[str] = field(repr=False)
    mail: Optional[Mail]
    address_masked: Optional[str]
    recovery_codes: tuple[str, ...] = field(repr=False)
    expires_at_s: int
    json: str = field(repr=False)


@dataclass(frozen=True)
class Proof:
    """What a finish gives (mfa_proof).

    user: whom to sign in. factor: its id. statement: keep it in the session, in place of the one before. set_cookie: a
    whole Set-Cookie value, send it when there is one. amr: RFC 8176. credentials: argument of
    signalAllAcceptedCredentials. aal: 1 to 3. serial: for Request.min_serial. json: without statement and cookie.
    """

    user: str
    method: Method
    factor: Optional[str]
    aal: int
    amr: tuple[str, ...]
    signals: Signal
    serial: int
    recovery_remaining: int
    statement: Optional[str] = field(repr=False)
    set_cookie: Optional[str] = field(repr=False)
    credentials: Optional[str] = field(repr=False)
    json: str = field(repr=False)


@dataclass(frozen=True)
class MethodInfo:
    """A method that may be used now (mfa_method_info). locked_until_s: Unix seconds, 0: not locked."""

    method: Method
    label: str
    can_verify: bool
    can_enroll: bool
    factors: int
    aal: int
    locked_until_s: int


@dataclass(frozen=True)
class Factor:
    """An enrolled factor (mfa_factor). Times in Unix seconds, 0: never, or not locked."""

    method: Method
    id: str
    label: str
    device: str
    address: str
    enabled: bool
    can_disable: bool
    can_remove: bool
    enterprise: bool
    added_s: int
    last_used_s: int
    expires_s: int
    locked_until_s: int


@dataclass(frozen=True)
class Account:
    """What to show of one user (mfa_account). grace_until_s: Unix seconds, 0: none. json: with the recent activity."""

    need: Need
    methods: tuple[MethodInfo, ...]
    factors: tuple[Factor, ...]
    grace_until_s: int
    recovery_remaining: int
    must_enroll_recovery: bool
    aal_needed: int
    json: str = field(repr=False)


@dataclass(frozen=True)
class Session:
    """What a statement says (mfa_session_json): nothing of it is checked but its seal. Times in Unix seconds."""

    user: str
    aal: int
    amr: str
    method: str
    factor: str
    signed_in_s: int
    verified_s: int
    recheck_s: int
    all: dict[str, Any] = field(repr=False)
    """Every member, those of a newer libmfa as well."""


@dataclass(frozen=True)
class Imported:
    """Of admin_import: the id that the factor has here, and Signal.WEAK_SECRET for fewer than 128 bits."""

    factor: str
    signals: Signal


def _offer(made: Any) -> Offer:
    def item(number: int) -> Optional[str]:
        return _item(lib.mfa_offer_text, made, number)

    to, codes = item(lib.MFA_OFFER_MAIL_TO), item(lib.MFA_OFFER_RECOVERY_CODES)
    mail = None
    if to is not None:
        mail = Mail(
            to,
            item(lib.MFA_OFFER_MAIL_SUBJECT) or "",
            item(lib.MFA_OFFER_MAIL_TEXT) or "",
            item(lib.MFA_OFFER_MAIL_HTML),
        )
    return Offer(
        ticket=item(lib.MFA_OFFER_TICKET) or "",
        options=item(lib.MFA_OFFER_OPTIONS),
        uri=item(lib.MFA_OFFER_URI),
        secret=item(lib.MFA_OFFER_SECRET),
        code=item(lib.MFA_OFFER_CODE),
        mail=mail,
        address_masked=item(lib.MFA_OFFER_ADDRESS_MASKED),
        recovery_codes=tuple((codes or "").split()),
        expires_at_s=lib.mfa_offer_expires_at_s(made),
        json=text_call(lib.mfa_offer_json, made),
    )


def _proof(made: Any) -> Proof:
    def item(number: int) -> Optional[str]:
        return _item(lib.mfa_proof_text, made, number)

    amr = item(lib.MFA_PROOF_AMR)
    return Proof(
        user=item(lib.MFA_PROOF_USER) or "",
        method=Method(lib.mfa_proof_method(made)),
        factor=item(lib.MFA_PROOF_FACTOR),
        aal=lib.mfa_proof_aal(made),
        amr=tuple(amr.split(",")) if amr else (),
        signals=Signal(lib.mfa_proof_signals(made)),
        serial=lib.mfa_proof_serial(made),
        recovery_remaining=lib.mfa_proof_recovery_remaining(made),
        statement=item(lib.MFA_PROOF_STATEMENT),
        set_cookie=item(lib.MFA_PROOF_SET_COOKIE),
        credentials=item(lib.MFA_PROOF_CREDENTIALS),
        json=text_call(lib.mfa_proof_json, made),
    )


def _row(kind: str) -> Any:
    row = ffi.new(f"{kind} *")
    row.struct_size = ffi.sizeof(kind)
    return row


def _method_info(account: Any, index: int) -> MethodInfo:
    row = _row("mfa_method_info")
    _expect_ok(lib.mfa_account_method(account, index, row))
    return MethodInfo(
        method=Method(row.method),
        label=text_at(row.label),
        can_verify=bool(row.can_verify),
        can_enroll=bool(row.can_enroll),
        factors=row.factors,
        aal=row.aal,
        locked_until_s=row.locked_until_s,
    )


def _factor(account: Any, index: int) -> Factor:
    row = _row("mfa_factor")
    _expect_ok(lib.mfa_account_factor(account, index, row))
    return Factor(
        method=Method(row.method),
        id=text_at(row.id),
        label=text_at(row.label),
        device=text_at(row.device),
        address=text_at(row.address),
        enabled=bool(row.enabled),
        can_disable=bool(row.can_disable),
        can_remove=bool(row.can_remove),
        enterprise=bool(row.enterprise),
        added_s=row.added_s,
        last_used_s=row.last_used_s,
        expires_s=row.expires_s,
        locked_until_s=row.locked_until_s,
    )


def _expect_ok(status: int) -> None:
    if status != lib.MFA_OK:
        raise errors.error_of(status, ffi.new("mfa_error *"))


def _account(made: Any) -> Account:
    return Account(
        need=Need(lib.mfa_account_need(made)),
        methods=tuple(_method_info(made, i) for i in range(lib.mfa_account_method_count(made))),
        factors=tuple(_factor(made, i) for i in range(lib.mfa_account_factor_count(made))),
        grace_until_s=lib.mfa_account_number(made, lib.MFA_ACCOUNT_GRACE_UNTIL_S),
        recovery_remaining=lib.mfa_account_number(made, lib.MFA_ACCOUNT_RECOVERY_REMAINING),
        must_enroll_recovery=bool(lib.mfa_account_number(made, lib.MFA_ACCOUNT_MUST_ENROLL_RECOVERY)),
        aal_needed=lib.mfa_account_number(made, lib.MFA_ACCOUNT_AAL_NEEDED),
        json=text_call(lib.mfa_account_json, made),
    )


def _taken(
    function: Callable[..., int],
    kind: str,
    read: Callable[[Any], Any],
    free: Callable[[Any], None],
    given: tuple[Any, ...],
) -> Any:
    """function(*given, out, err): what it made, read and freed."""
    out, err = ffi.new(f"{kind} **"), ffi.new("mfa_error *")
    with Frame() as frame:
        status = function(*given, out, err)
    try:
        frame.stop()
        if status not in (lib.MFA_OK, lib.MFA_MORE_NEEDED):
            raise errors.error_of(status, err) from frame.cause_of(status)
        value = read(out[0])
    finally:
        free(out[0])
    if status == lib.MFA_MORE_NEEDED:
        more = errors.error_of(status, err)
        if isinstance(more, errors.MoreNeeded):
            more.proof = value
        raise more
    return value


def offer_call(function: Callable[..., int], *given: Any) -> Offer:
    """function(*given, offer, err), read and freed."""
    made: Offer = _taken(function, "mfa_offer", _offer, lib.mfa_offer_free, given)
    return made


def proof_call(function: Callable[..., int], *given: Any) -> Proof:
    """function(*given, proof, err), read and freed; MoreNeeded carries it."""
    made: Proof = _taken(function, "mfa_proof", _proof, lib.mfa_proof_free, given)
    return made


def account_call(function: Callable[..., int], *given: Any) -> Account:
    """function(*given, account, err), read and freed."""
    made: Account = _taken(function, "mfa_account", _account, lib.mfa_account_free, given)
    return made


def session_of(text: str) -> Session:
    """Of mfa_session_json."""
    members = json.loads(text)
    return Session(**{name: members.get(name) for name in Session.__dataclass_fields__ if name != "all"}, all=members)
