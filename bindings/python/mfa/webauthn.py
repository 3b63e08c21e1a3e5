"""WebAuthn Level 3, relying party, stateless (mfa/webauthn.h): for a host that keeps its own state.

JSON is that of the browser's toJSON() and parse...FromJSON(); it may be given as text or as a dict.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Optional

from mfa._call import call, data_call, made, text_call
from mfa._library import ffi, lib
from mfa._memory import Closing, Handle, Json, Text, bytes_at, raw, raw_json, struct, text_at, texts, whole
from mfa.constants import AuthenticatorFlag, Mediation, Rule, Signal, UserVerification


class Trust(Closing):
    """Whom attestation may lead to (mfa_trust_new). Immutable; many engines and threads may use one.

    anchors, crls: DER. mds_blob: the FIDO metadata BLOB as downloaded; mds_root: DER, needed with it; mds_min_no:
    refuse a BLOB with a smaller number. now_s: Unix seconds, at which all of it is checked. ConfigError.
    """

    def __init__(
        self,
        now_s: int,
        *,
        anchors: Sequence[bytes] = (),
        crls: Sequence[bytes] = (),
        mds_blob: Text = b"",
        mds_root: bytes = b"",
        mds_min_no: int = 0,
    ) -> None:
        keep: list[Any] = []
        source = _TrustInput(anchors, crls, mds_blob, mds_root, mds_min_no)
        c = struct("mfa_trust_input", source, keep)
        self._handle = Handle(
            made(lib.mfa_trust_new, "mfa_trust", c, whole(now_s, "now_s")), lib.mfa_trust_free, "trust"
        )

    def json(self) -> dict[str, Any]:
        """What was read: anchors, no, nextUpdate, entries, skipped (mfa_trust_json)."""
        with self._handle as trust:
            found: dict[str, Any] = json.loads(text_call(lib.mfa_trust_json, trust))
        return found


@dataclass(frozen=True)
class _TrustInput:
    anchors: Sequence[bytes]
    crls: Sequence[bytes]
    mds_blob: Text
    mds_root: bytes
    mds_min_no: int


@dataclass(frozen=True)
class Expect:
    """All that a ceremony is judged by (mfa_webauthn_expect): yours, nothing of it from the client.

    challenge: 16 bytes or more. origins: compared byte for byte. algorithms: COSE numbers, none: -8, -7, -257.
    allowed_ids: credential ids, none: any. user_handle: registration: the user's; sign-in: the user's, empty: not known
    yet. trust: None: attestation is never trusted. policy_json: switches of docs/webauthn.md.
    """

    rp_id: Text
    origins: Sequence[Text]
    challenge: bytes
    user_verification: UserVerification = UserVerification.DEFAULT
    mediation: Mediation = Mediation.MODAL
    allow_cross_origin: bool = False
    top_origins: Sequence[Text] = ()
    algorithms: Sequence[int] = ()
    allowed_ids: Sequence[bytes] = ()
    user_handle: bytes = b""
    app_id: Text = ""
    sign_count: Rule = Rule.DEFAULT
    backup_eligible_change: Rule = Rule.DEFAULT
    trust: Optional[Trust] = None
    require_trusted: bool = False
    policy_json: Json = ""


@dataclass(frozen=True)
class User:
    """mfa_webauthn_user. handle: 1 to 64 bytes that say nothing about the person."""

    handle: bytes
    name: Text
    display_name: Text


@dataclass(frozen=True)
class Columns:
    """A credential as columns of your own (mfa_webauthn_columns). flags: as last seen."""

    id: bytes
    public_key: bytes
    rp_id: Text
    algorithm: int = 0
    user_handle: bytes = b""
    app_id: Text = ""
    sign_count: int = 0
    flags: AuthenticatorFlag = AuthenticatorFlag.NONE
    backup_eligible_known: bool = False
    aaguid: bytes = bytes(16)
    transports: Text = ""
    attestation_format: Text = ""
    attestation_type: Text = ""


@dataclass(frozen=True)
class Result:
    """What a verified assertion said (mfa_webauthn_result). Store flags and sign_count, WHERE the old count is what you
    read."""

    flags: AuthenticatorFlag
    sign_count: int
    signals: Signal


class Response(Closing):
    """A parsed, not yet verified response: to find the credential to verify against, for nothing else. Malformed."""

    def __init__(self, response: Json) -> None:
        sent = raw_json(response)
        self._handle = Handle(
            made(lib.mfa_webauthn_response_parse, "mfa_webauthn_response", sent, len(sent)),
            lib.mfa_webauthn_response_free,
            "response",
        )

    @property
    def id(self) -> bytes:
        """The credential's id (mfa_webauthn_response_id)."""
        return self._bytes(lib.mfa_webauthn_response_id) or b""

    @property
    def user_handle(self) -> Optional[bytes]:
        """None: absent (mfa_webauthn_response_user_handle)."""
        return self._bytes(lib.mfa_webauthn_response_user_handle)

    def extensions(self) -> dict[str, Any]:
        """What extensions answered, without the secrets of prf and hmac-secret (mfa_webauthn_response_extensions)."""
        with self._handle as response:
            found: dict[str, Any] = json.loads(text_call(lib.mfa_webauthn_response_extensions, response))
        return found

    def _bytes(self, getter: Callable[..., Any]) -> Optional[bytes]:
        length = ffi.new("size_t *")
        with self._handle as response:
            data = getter(response, length)
            return None if data == ffi.NULL else bytes_at(data, length[0])


class Credential(Closing):
    """A registered credential (mfa_webauthn_credential): from verify_registration, load or from_columns. Threads may
    share it."""

    def __init__(self, pointer: Any) -> None:
        if not isinstance(pointer, ffi.CData) or ffi.typeof(pointer) is not ffi.typeof("mfa_webauthn_credential *"):
            raise TypeError("a Credential comes from verify_registration, load or from_columns")
        self._handle = Handle(pointer, lib.mfa_webauthn_credential_free, "credential")

    @classmethod
    def load(cls, blob: bytes) -> "Credential":
        """From the blob that save gave (mfa_webauthn_credential_load). Damaged, ArgumentError."""
        data = raw(blob)
        return cls(made(lib.mfa_webauthn_credential_load, "mfa_webauthn_credential", data, len(data)))

    @classmethod
    def from_columns(cls, columns: Columns) -> "Credential":
        """From columns of your own, or of another library (mfa_webauthn_credential_new). ArgumentError."""
        if not isinstance(columns, Columns):
            raise TypeError(f"expected Columns, not {type(columns).__name__}")
        keep: list[Any] = []
        c = struct("mfa_webauthn_columns", columns, keep)
        return cls(made(lib.mfa_webauthn_credential_new, "mfa_webauthn_credential", c))

    def save(self) -> bytes:
        """One column to keep (mfa_webauthn_credential_save)."""
        with self._handle as credential:
            return data_call(lib.mfa_webauthn_credential_save, credential)

    def columns(self) -> Columns:
        """mfa_webauthn_credential_columns."""
        c = ffi.new("mfa_webauthn_columns *")
        c.struct_size = ffi.sizeof("mfa_webauthn_columns")
        with self._handle as credential:
            call(lib.mfa_webauthn_credential_columns, credential, c)
            return Columns(
                id=bytes_at(c.id.data, c.id.len),
                public_key=bytes_at(c.public_key.data, c.public_key.len),
                rp_id=text_at(c.rp_id),
                algorithm=c.algorithm,
                user_handle=bytes_at(c.user_handle.data, c.user_handle.len),
                app_id=text_at(c.app_id),
                sign_count=c.sign_count,
                flags=AuthenticatorFlag(c.flags),
                backup_eligible_known=bool(c.backup_eligible_known),
                aaguid=bytes(ffi.buffer(c.aaguid)),
                transports=text_at(c.transports),
                attestation_format=text_at(c.attestation_format),
                attestation_type=text_at(c.attestation_type),
            )

    def json(self) -> dict[str, Any]:
        """To show, or to look at (mfa_webauthn_credential_json)."""
        with self._handle as credential:
            found: dict[str, Any] = json.loads(text_call(lib.mfa_webauthn_credential_json, credential))
        return found

    def audit(self, trust: Trust, now_s: int) -> dict[str, Any]:
        """What metadata says today of its model (mfa_webauthn_credential_audit). Denied, with the JSON in its report: a
        status in force is one after which the attestation says nothing good."""
        with self._handle as credential, _handle_of(trust, Trust) as anchors:
            found: dict[str, Any] = json.loads(
                text_call(lib.mfa_webauthn_credential_audit, credential, anchors, whole(now_s, "now_s"))
            )
        return found


def _handle_of(value: Any, kind: type[Closing]) -> Handle:
    if not isinstance(value, kind):
        raise TypeError(f"expected a {kind.__name__}, not {type(value).__name__}")
    return value._handle


class _Expected:
    """The mfa_webauthn_expect of an Expect while a block runs, its trust held."""

    def __init__(self, expect: Expect) -> None:
        if not isinstance(expect, Expect):
            raise TypeError(f"expected an Expect, not {type(expect).__name__}")
        self._expect = expect
        self._trust = None if expect.trust is None else _handle_of(expect.trust, Trust)
        self._keep: list[Any] = []

    def __enter__(self) -> Any:
        trust = ffi.NULL if self._trust is None else self._trust.__enter__()
        try:
            return struct("mfa_webauthn_expect", self._expect, self._keep, trust=trust)
        except BaseException:
            self.__exit__()
            raise

    def __exit__(self, *exception: object) -> None:
        if self._trust is not None:
            self._trust.__exit__()


def create_options(expect: Expect, user: User, extra: Json = "") -> str:
    """Creation options from the expectation that will judge the answer (mfa_webauthn_create_options; section 5.4).
    ArgumentError for a member of extra that it does not know."""
    if not isinstance(user, User):
        raise TypeError(f"expected a User, not {type(user).__name__}")
    keep: list[Any] = []
    more, c = raw_json(extra), struct("mfa_webauthn_user", user, keep)
    with _Expected(expect) as expected:
        return text_call(lib.mfa_webauthn_create_options, expected, c, more or ffi.NULL, len(more))


def get_options(expect: Expect, extra: Json = "") -> str:
    """Request options (mfa_webauthn_get_options; section 5.5). ArgumentError."""
    more = raw_json(extra)
    with _Expected(expect) as expected:
        return text_call(lib.mfa_webauthn_get_options, expected, more or ffi.NULL, len(more))


def verify_registration(expect: Expect, now_s: int, response: Response) -> Credential:
    """Section 7.1 (mfa_webauthn_verify_registration): insert the credential under a unique index on its id. Wrong,
    Denied, Malformed."""
    with _Expected(expect) as expected, _handle_of(response, Response) as parsed:
        return Credential(
            made(
                lib.mfa_webauthn_verify_registration, "mfa_webauthn_credential", expected, whole(now_s, "now_s"), parsed
            )
        )


def verify_assertion(expect: Expect, credential: Credential, response: Response) -> Result:
    """Section 7.2 (mfa_webauthn_verify_assertion). Make the challenge single-use yourself, before you call. Wrong,
    Denied, Malformed."""
    c = ffi.new("mfa_webauthn_result *")
    c.struct_size = ffi.sizeof("mfa_webauthn_result")
    with _Expected(expect) as expected, _handle_of(credential, Credential) as key, _handle_of(
        response, Response
    ) as parsed:
        call(lib.mfa_webauthn_verify_assertion, expected, key, parsed, c)
    return Result(AuthenticatorFlag(c.flags), c.sign_count, Signal(c.signals))


def android_origin(fingerprint: Text) -> str:
    """Of a signing certificate's SHA-256 in hex, colons allowed (mfa_webauthn_android_origin). ArgumentError."""
    data = raw(fingerprint)
    return text_call(lib.mfa_webauthn_android_origin, data, len(data))


def related_origins(origins: Sequence[Text]) -> str:
    """The document for /.well-known/webauthn (mfa_webauthn_related_origins; section 5.11.1). ArgumentError."""
    keep: list[Any] = []
    array, count = texts(origins, "origins", keep)
    return text_call(lib.mfa_webauthn_related_origins, array, count)


def signal_unknown(rp_id: Text, response: Response) -> str:
    """Argument of signalUnknownCredential (mfa_webauthn_signal_unknown; section 5.1.10.2)."""
    data = raw(rp_id)
    with _handle_of(response, Response) as parsed:
        return text_call(lib.mfa_webauthn_signal_unknown, data, len(data), parsed)


def signal_accepted(rp_id: Text, user_handle: bytes, ids: Sequence[bytes]) -> str:
    """Argument of signalAllAcceptedCredentials (mfa_webauthn_signal_accepted; section 5.1.10.3), for a user who has
    authenticated. user_handle: 1 to 64 bytes. ids: every credential id of the user, for the device may hide what is
    left out for good. ArgumentError."""
    data, handle = raw(rp_id), raw(user_handle)
    keep: list[Any] = []
    array, count = texts(ids, "ids", keep)
    return text_call(lib.mfa_webauthn_signal_accepted, data, len(data), handle, len(handle), array, count)


def signal_user(rp_id: Text, user: User) -> str:
    """Argument of signalCurrentUserDetails (mfa_webauthn_signal_user; section 5.1.10.4), for a user who has
    authenticated and has another name now. ArgumentError."""
    if not isinstance(user, User):
        raise TypeError(f"expected a User, not {type(user).__name__}")
    keep: list[Any] = []
    data, c = raw(rp_id), struct("mfa_webauthn_user", user, keep)
    return text_call(lib.mfa_webauthn_signal_user, data, len(data), c)


def verify_json(ceremony: Json, now_s: int, *, explain: bool = False) -> dict[str, Any]:
    """A ceremony as one document, judged, whatever the verdict: for tools and tests, never for a page to fill
    (mfa_webauthn_verify_json; docs/webauthn.md). explain: every step with its verdict."""
    data = raw_json(ceremony)
    found: dict[str, Any] = json.loads(
        text_call(
            lib.mfa_webauthn_verify_json,
            data,
            len(data),
            whole(now_s, "now_s"),
            lib.MFA_WEBAUTHN_EXPLAIN if explain else 0,
        )
    )
    return found


def cose_verify_json(signature: Json) -> dict[str, Any]:
    """One signature as a document, judged, whatever the verdict (mfa_cose_verify_json)."""
    data = raw_json(signature)
    found: dict[str, Any] = json.loads(text_call(lib.mfa_cose_verify_json, data, len(data)))
    return found


def inspect(response: Json) -> str:
    """A response or a ceremony for people to read; nothing is verified (mfa_webauthn_inspect). Malformed."""
    data = raw_json(response)
    return text_call(lib.mfa_webauthn_inspect, data, len(data))
