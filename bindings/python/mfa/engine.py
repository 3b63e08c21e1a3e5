"""The engine (mfa/engine.h): it keeps the factors of your users, judges by a policy, throttles, says who was verified.

Every method may be called by any thread. Besides what its docstring names, each may raise Denied, StoreError, Busy,
KeyMissing, Damaged, RolledBack, NoMemory and ArgumentError, and ValueError once the engine is closed.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Optional

from mfa import _callbacks
from mfa._call import call, made, text_call
from mfa._library import ffi, lib
from mfa._memory import Buffer, Closing, Handle, Json, Text, decoded, raw, raw_json, struct, whole
from mfa.base import Key, key_ring
from mfa.constants import AdminAction, Mediation, Method, Proven, Purpose, RequestFlag, UserVerification
from mfa.results import Account, Imported, Offer, Proof, Session, account_call, offer_call, proof_call, session_of
from mfa.store import LentStore, Store
from mfa.webauthn import Trust


@dataclass(frozen=True)
class Request:
    """Who asks: what your server knows of this request, nothing of it taken from the body (mfa_request).

    user: your stable id, 1 to 255 bytes. browser: a random value in a cookie of the browser. session: id of the
    session. statement: of the last proof, when signed in. source: the peer's address. action: for Purpose.APPROVE, 32
    bytes. min_serial: of the last proof, 0 if you do not keep it. cookies: the whole Cookie header.
    """

    purpose: Purpose
    user: Text = ""
    browser: Text = field(default="", repr=False)
    proven: Proven = Proven.NOTHING
    flags: RequestFlag = RequestFlag.NONE
    session: Text = field(default="", repr=False)
    statement: Text = field(default="", repr=False)
    source: Text = ""
    user_agent: Text = ""
    action: bytes = b""
    locale: Text = ""
    roles: Sequence[Text] = ()
    min_serial: int = 0
    cookies: Text = field(default="", repr=False)


@dataclass(frozen=True)
class BeginOptions:
    """All optional (mfa_begin_options); they may tighten what the configuration says, never loosen it.

    extra_json: WebAuthn {"hints": [...], "extensions": {...}}; DEVICE {"link": "https://.../pair"}.
    """

    mediation: Mediation = Mediation.MODAL
    user_verification: UserVerification = UserVerification.DEFAULT
    factor: Text = ""
    account_name: Text = ""
    display_name: Text = ""
    label: Text = ""
    address: Text = ""
    extra_json: Json = ""


@dataclass(frozen=True)
class SessionNeed:
    """What one page or action asks of the session (mfa_session_need). aal 0: what policy asks. max_age_s: seconds
    since that level was reached last, 0: none."""

    aal: int = 0
    max_age_s: int = 0
    method: Method = Method.NONE


@dataclass(frozen=True)
class Hooks:
    """What an engine calls. See Engine."""

    now_s: Optional[Callable[[], int]]
    random: Optional[Callable[[int], bytes]]
    event: Optional[Callable[[str], object]]


class Engine(Closing):
    """config: docs/configuration.md, as JSON or a dict. keys: the first seals, all open. store: stays yours to close.
    trust: None: no attestation is trusted. pepper: a key kept apart from the store. decoy_key: 32 bytes that never
    change.

    now_s gives Unix seconds, random so many bytes; None: the system's. event is given one line of JSON for each thing
    that happened (docs/events.md), by many threads at once; what it raises goes to sys.unraisablehook and changes
    nothing.

    Close it, or use `with`: its last event goes out then, at the latest when Python ends. Make it in the process that
    uses it: in a child of os.fork() a SQLite store answers StoreError, one in memory is a copy that the parent knows
    nothing of, and one written in Python does what its database connection does. ConfigError: the message holds the
    path.
    """

    def __init__(
        self,
        config: Json,
        keys: Sequence[Key],
        store: Store,
        *,
        trust: Optional[Trust] = None,
        pepper: Text = b"",
        decoy_key: Text = b"",
        now_s: Optional[Callable[[], int]] = None,
        random: Optional[Callable[[int], bytes]] = None,
        event: Optional[Callable[[str], object]] = None,
    ) -> None:
        for name, hook in (("now_s", now_s), ("random", random), ("event", event)):
            if hook is not None and not callable(hook):
                raise TypeError(f"{name} must be callable")
        keep: list[Any] = []
        ring, count = key_ring(keys, keep)
        texts = {"json": raw_json(config), "pepper": raw(pepper), "decoy_key": raw(decoy_key)}
        lent = LentStore(store)
        target = _callbacks.Target(Hooks(now_s, random, event))

        def free(pointer: Any) -> None:
            target.bind()
            lib.mfa_engine_free(pointer)
            lent.release()

        try:
            with _trusting(trust) as anchors:
                c = ffi.new("mfa_engine_config *")
                c.struct_size = ffi.sizeof("mfa_engine_config")
                for member, data in texts.items():
                    view = ffi.from_buffer(data)
                    keep.append(view)
                    text = getattr(c, member)
                    text.data, text.len = ffi.cast("const char *", view), len(data)
                c.keys, c.keys_count, c.store, c.trust = ring, count, lent.c, anchors
                c.ctx = target.c
                c.now_s = _callbacks.NOW_S if now_s else ffi.NULL
                c.random = _callbacks.RANDOM if random else ffi.NULL
                c.event = _callbacks.EVENT if event else ffi.NULL
                self._handle = Handle(made(lib.mfa_engine_new, "mfa_engine", c), free, "engine")
        except BaseException:
            lent.release()
            raise

    def set_trust(self, trust: Optional[Trust]) -> None:
        """From the next ceremony on, with this trust; None: nothing is trusted (mfa_engine_set_trust)."""
        with self._handle as engine, _trusting(trust) as anchors:
            call(lib.mfa_engine_set_trust, engine, anchors)

    def config_json(self) -> dict[str, Any]:
        """The configuration with every default filled in, without secrets (mfa_engine_config_json)."""
        with self._handle as engine:
            found: dict[str, Any] = json.loads(text_call(lib.mfa_engine_config_json, engine))
        return found

    def _call(self, function: Callable[..., int], request: Request, how: Callable[..., Any], *given: Any) -> Any:
        if not isinstance(request, Request):
            raise TypeError(f"expected a mfa.Request, not {type(request).__name__}")
        keep: list[Any] = []
        c = struct("mfa_request", request, keep)
        with self._handle as engine:
            return how(function, engine, c, *given)

    # ---- ceremonies

    def account(self, request: Request) -> Account:
        """What to show of the request's user; one without a record has no factors (mfa_account_view)."""
        found: Account = self._call(lib.mfa_account_view, request, account_call)
        return found

    def enroll_begin(self, request: Request, method: Method, options: Optional[BeginOptions] = None) -> Offer:
        """Begins to enrol (mfa_enroll_begin). FactorNeeded; Locked, TooSoon (EMAIL)."""
        return self._begin(lib.mfa_enroll_begin, request, method, options)

    def enroll_finish(self, request: Request, ticket: Text, response: Json) -> Proof:
        """response: exactly what the client sent (mfa_enroll_finish). Wrong, Malformed, Exists, Expired, Mismatch,
        AlreadyUsed."""
        return self._finish(lib.mfa_enroll_finish, request, ticket, response)

    def verify_begin(self, request: Request, method: Method, options: Optional[BeginOptions] = None) -> Offer:
        """Begins to verify; writes nothing, but for a mail counted (mfa_verify_begin). NotFound; Locked, TooSoon
        (EMAIL)."""
        return self._begin(lib.mfa_verify_begin, request, method, options)

    def verify_finish(self, request: Request, ticket: Text, response: Json) -> Proof:
        """Policy for the purpose is met; sign proof.user in (mfa_verify_finish). MoreNeeded: right, but not enough.
        Wrong, Malformed, AlreadyUsed, Expired, Mismatch, Locked."""
        return self._finish(lib.mfa_verify_finish, request, ticket, response)

    def verify_code(self, request: Request, method: Method, code: Text) -> Proof:
        """TOTP, HOTP, RECOVERY; DEVICE: code is the whole Cookie header (mfa_verify_code). MoreNeeded, Wrong,
        AlreadyUsed, Malformed, Locked, NotFound, Expired."""
        data = raw(code)
        found: Proof = self._call(lib.mfa_verify_code, request, proof_call, whole(method, "method"), data, len(data))
        return found

    def _begin(self, function: Any, request: Request, method: Method, options: Optional[BeginOptions]) -> Offer:
        keep: list[Any] = []
        if options is not None and not isinstance(options, BeginOptions):
            raise TypeError(f"expected mfa.BeginOptions, not {type(options).__name__}")
        c = ffi.NULL if options is None else struct("mfa_begin_options", options, keep)
        found: Offer = self._call(function, request, offer_call, whole(method, "method"), c)
        return found

    def _finish(self, function: Any, request: Request, ticket: Text, response: Json) -> Proof:
        sealed, sent = raw(ticket), raw_json(response)
        found: Proof = self._call(function, request, proof_call, sealed, len(sealed), sent, len(sent))
        return found

    # ---- the session

    def session_start(self, request: Request) -> Proof:
        """Signs in without a factor where policy lets it (mfa_session_start). FactorNeeded, EnrollNeeded."""
        found: Proof = self._call(lib.mfa_session_start, request, proof_call)
        return found

    def session_check(self, request: Request, need: Optional[SessionNeed] = None) -> None:
        """Call it on each request; loads the account (mfa_session_check). RecheckDue, FactorNeeded, EnrollNeeded,
        Expired, Revoked, Mismatch, Wrong."""
        self._with_need(lib.mfa_session_check, request, call, need)

    def session_check_offline(self, request: Request, need: Optional[SessionNeed] = None) -> None:
        """The same without the store: a revocation takes effect later (mfa_session_check_offline)."""
        self._with_need(lib.mfa_session_check_offline, request, call, need)

    def session(self, request: Request) -> Session:
        """What the request's statement says (mfa_session_json). Wrong, Expired."""
        return session_of(self._call(lib.mfa_session_json, request, text_call))

    def policy_explain(self, request: Request, need: Optional[SessionNeed] = None) -> dict[str, Any]:
        """What policy decides and every rule that led to it; never for a page (mfa_policy_explain)."""
        found: dict[str, Any] = json.loads(self._with_need(lib.mfa_policy_explain, request, text_call, need))
        return found

    def _with_need(self, function: Any, request: Request, how: Callable[..., Any], need: Optional[SessionNeed]) -> Any:
        keep: list[Any] = []
        if need is not None and not isinstance(need, SessionNeed):
            raise TypeError(f"expected a mfa.SessionNeed, not {type(need).__name__}")
        c = ffi.NULL if need is None else struct("mfa_session_need", need, keep)
        return self._call(function, request, how, c)

    # ---- trusted devices (docs/devices.md), quick login

    def device_remember(self, request: Request, label: Text = "") -> Proof:
        """Remembers this browser: send the proof's set_cookie (mfa_device_remember). FactorNeeded, Malformed."""
        found: Proof = self._labelled(lib.mfa_device_remember, request, proof_call, label)
        return found

    def device_claim(self, request: Request, code: Text) -> Offer:
        """The new device claims a pairing (mfa_device_claim). Wrong, Malformed, Expired, AlreadyUsed."""
        found: Offer = self._labelled(lib.mfa_device_claim, request, offer_call, code)
        return found

    def device_claimed(self, request: Request, ticket: Text) -> dict[str, Any]:
        """Who claimed: device, source, claimed_s, approved (mfa_device_claimed). Pending, Expired."""
        found: dict[str, Any] = json.loads(self._labelled(lib.mfa_device_claimed, request, text_call, ticket))
        return found

    def device_collect(self, request: Request, ticket: Text) -> Proof:
        """The new device fetches its cookie (mfa_device_collect). Pending, Expired, AlreadyUsed."""
        found: Proof = self._labelled(lib.mfa_device_collect, request, proof_call, ticket)
        return found

    def remembered_issue(self, request: Request) -> str:
        """A whole Set-Cookie value that names the user of this session (mfa_remembered_issue). As session_check."""
        found: str = self._call(lib.mfa_remembered_issue, request, text_call)
        return found

    def remembered_user(self, request: Request, cookies: Text) -> str:
        """The user id that the Cookie header names; it authenticates nobody (mfa_remembered_user). NotFound, Expired,
        Revoked."""
        found: str = self._labelled(lib.mfa_remembered_user, request, text_call, cookies)
        return found

    def _labelled(self, function: Any, request: Request, how: Callable[..., Any], text: Text) -> Any:
        data = raw(text)
        return self._call(function, request, how, data, len(data))

    # ---- the user's own changes: Purpose.MANAGE and a fresh statement, else FactorNeeded

    def factor_rename(self, request: Request, factor: Text, label: Text) -> None:
        """Renames one (mfa_factor_rename). NotFound, Malformed."""
        of, name = raw(factor), raw(label)
        self._call(lib.mfa_factor_rename, request, call, of, len(of), name, len(name))

    def factor_set_enabled(self, request: Request, factor: Text, enabled: bool) -> Proof:
        """Keep the proof's statement: it replaces the session's (mfa_factor_set_enabled). NotFound."""
        of = raw(factor)
        found: Proof = self._call(lib.mfa_factor_set_enabled, request, proof_call, of, len(of), 1 if enabled else 0)
        return found

    def factor_remove(self, request: Request, factor: Text) -> Proof:
        """Keep the proof's statement: it replaces the session's (mfa_factor_remove). NotFound."""
        found: Proof = self._labelled(lib.mfa_factor_remove, request, proof_call, factor)
        return found

    # ---- what your server does to an account; you have checked that it may

    def admin(self, action: AdminAction, user: Text, *, factor: Text = "", actor: Text = "") -> None:
        """actor: who did it, for the event (mfa_admin). NotFound."""
        whom, of, by = raw(user), raw(factor), raw(actor)
        with self._handle as engine:
            call(lib.mfa_admin, engine, whole(action, "action"), whom, len(whom), of or ffi.NULL, len(of), by, len(by))

    def admin_import(self, user: Text, factor: Json, *, actor: Text = "") -> Imported:
        """A factor from elsewhere: docs/import.md (mfa_admin_import). Exists; ArgumentError names the member."""
        whom, what, by = raw(user), raw_json(factor), raw(actor)
        with self._handle as engine, Buffer() as room:
            signals = call(lib.mfa_admin_import, engine, whom, len(whom), what, len(what), by, len(by), room.c)
            return Imported(room.text(), signals)

    def admin_audit(self, user: Text) -> list[dict[str, Any]]:
        """What metadata says today of the models of a user's keys (mfa_admin_audit). NotFound; Denied, with the JSON in
        its report: a status in force takes the trust away."""
        whom = raw(user)
        with self._handle as engine:
            found: list[dict[str, Any]] = json.loads(text_call(lib.mfa_admin_audit, engine, whom, len(whom)))
        return found

    def admin_users(self, after: Text = "", limit: int = 1000) -> list[str]:
        """Up to limit users with a record after `after`, in byte order (mfa_admin_users). Unsupported: the store has no
        scan."""
        last, rows = raw(after), _callbacks.Rows()
        target = _callbacks.Target(rows)
        with self._handle as engine:
            call(lib.mfa_admin_users, engine, last, len(last), whole(limit, "limit"), _callbacks.FOUND, target.c)
        return [decoded(user) for user, _, _ in rows.take()]

    def users(self) -> Iterator[str]:
        """All users with a record, in byte order."""
        after, page = "", self.admin_users()
        while page:
            yield from page
            after = page[-1]
            page = self.admin_users(after)


class _trusting:
    """The mfa_trust of a Trust while a block runs; NULL for None."""

    def __init__(self, trust: Optional[Trust]) -> None:
        if trust is not None and not isinstance(trust, Trust):
            raise TypeError(f"expected a mfa.Trust, not {type(trust).__name__}")
        self._handle = None if trust is None else trust._handle

    def __enter__(self) -> Any:
        return ffi.NULL if self._handle is None else self._handle.__enter__()

    def __exit__(self, *exception: object) -> None:
        if self._handle is not None:
            self._handle.__exit__()
