//! WebAuthn Level 3, relying party, stateless (`mfa/webauthn.h`). JSON is that of the browser's `toJSON()` and
//! `parse...FromJSON()`.

use std::ptr;

use crate::call::{bytes_call, call, handle, made, text_call};
use crate::memory::{bytes_at, rows, size, text, text_of, texts};
use crate::numbers::{AuthenticatorFlags, Mediation, Rule, Signals, UserVerification};
use crate::{sys, Result};

mod trust;
pub use trust::{Trust, TrustInput};

handle! {
    /// A parsed, not yet verified response: to find the credential to verify against, for nothing else.
    Response, mfa_webauthn_response, mfa_webauthn_response_free
}
handle! {
    /// A registered credential, its public key made ready (`mfa_webauthn_credential`).
    Credential, mfa_webauthn_credential, mfa_webauthn_credential_free
}

/// All that a ceremony is judged by (`mfa_webauthn_expect`): yours, nothing of it from the client.
#[derive(Clone, Debug)]
pub struct Expect<'a> {
    /// A domain.
    pub rp_id: &'a str,
    /// Compared byte for byte; `"android:apk-key-hash:..."` as well.
    pub origins: &'a [&'a str],
    /// The bytes, 16 or more. Make it single-use yourself, before you call.
    pub challenge: &'a [u8],
    /// `Other(0)`: preferred.
    pub user_verification: UserVerification,
    /// What you asked for.
    pub mediation: Mediation,
    /// False: crossOrigin true is refused.
    pub allow_cross_origin: bool,
    /// As origins.
    pub top_origins: &'a [&'a str],
    /// COSE numbers offered; none: -8, -7, -257.
    pub algorithms: &'a [i32],
    /// Credential ids offered; none: any.
    pub allowed_ids: &'a [&'a [u8]],
    /// Registration: the user's; sign-in: the user's, empty: not known yet.
    pub user_handle: &'a [u8],
    /// Set when the options carried the appid extension.
    pub app_id: &'a str,
    /// A counter that went back; default: flag.
    pub sign_count: Rule,
    /// Default: as libmfa's header says.
    pub backup_eligible_change: Rule,
    /// None: attestation is checked, never trusted.
    pub trust: Option<&'a Trust>,
    /// An untrusted attestation is refused.
    pub require_trusted: bool,
    /// An object of named switches (docs/webauthn.md), or empty.
    pub policy_json: &'a str,
}

impl<'a> Expect<'a> {
    /// With every other member as libmfa has it by default.
    pub fn new(rp_id: &'a str, origins: &'a [&'a str], challenge: &'a [u8]) -> Self {
        Self {
            rp_id,
            origins,
            challenge,
            user_verification: UserVerification::Other(0),
            mediation: Mediation::Modal,
            allow_cross_origin: false,
            top_origins: &[],
            algorithms: &[],
            allowed_ids: &[],
            user_handle: &[],
            app_id: "",
            sign_count: Rule::Default,
            backup_eligible_change: Rule::Default,
            trust: None,
            require_trusted: false,
            policy_json: "",
        }
    }

    fn with<T>(&self, run: impl FnOnce(*const sys::mfa_webauthn_expect) -> T) -> T {
        let (origins, top_origins, allowed_ids) =
            (texts(self.origins), texts(self.top_origins), texts(self.allowed_ids));
        run(&sys::mfa_webauthn_expect {
            struct_size: size::<sys::mfa_webauthn_expect>(),
            user_verification: self.user_verification.into(),
            mediation: self.mediation.into(),
            allow_cross_origin: self.allow_cross_origin.into(),
            rp_id: text(self.rp_id.as_bytes()),
            origins: rows(&origins),
            origins_count: origins.len(),
            top_origins: rows(&top_origins),
            top_origins_count: top_origins.len(),
            challenge: text(self.challenge),
            algorithms: rows(self.algorithms),
            algorithms_count: self.algorithms.len(),
            allowed_ids: rows(&allowed_ids),
            allowed_ids_count: allowed_ids.len(),
            user_handle: text(self.user_handle),
            app_id: text(self.app_id.as_bytes()),
            sign_count: self.sign_count.into(),
            backup_eligible_change: self.backup_eligible_change.into(),
            trust: self.trust.map_or(ptr::null(), |trust| trust.c()),
            require_trusted: self.require_trusted.into(),
            reserved: 0,
            policy_json: text(self.policy_json.as_bytes()),
        })
    }
}

/// `mfa_webauthn_user`.
#[derive(Clone, Debug)]
pub struct User<'a> {
    /// 1 to 64 bytes that say nothing about the person.
    pub handle: &'a [u8],
    /// To tell accounts apart.
    pub name: &'a str,
    /// To show.
    pub display_name: &'a str,
}

impl User<'_> {
    fn c(&self) -> sys::mfa_webauthn_user {
        sys::mfa_webauthn_user {
            struct_size: size::<sys::mfa_webauthn_user>(),
            reserved: 0,
            handle: text(self.handle),
            name: text(self.name.as_bytes()),
            display_name: text(self.display_name.as_bytes()),
        }
    }
}

/// Creation options from the expectation that will judge the answer (`mfa_webauthn_create_options`; section 5.4). `extra_json`:
/// empty, or an object of hints, extensions, timeout and what libmfa's header lists. Argument.
pub fn create_options(expect: &Expect<'_>, user: &User<'_>, extra_json: &str) -> Result<String> {
    let extra = text(extra_json.as_bytes());
    let user = user.c();
    expect.with(|c| {
        text_call(|out, err| unsafe { sys::mfa_webauthn_create_options(c, &user, extra.data, extra.len, out, err) })
    })
}

/// Request options (`mfa_webauthn_get_options`; section 5.5). Argument.
pub fn get_options(expect: &Expect<'_>, extra_json: &str) -> Result<String> {
    let extra = text(extra_json.as_bytes());
    expect.with(|c| text_call(|out, err| unsafe { sys::mfa_webauthn_get_options(c, extra.data, extra.len, out, err) }))
}

impl Response {
    /// Reads what `toJSON()` gave (`mfa_webauthn_response_parse`). Malformed.
    pub fn parse(json: impl AsRef<[u8]>) -> Result<Self> {
        let json = text(json.as_ref());
        made(|out, err| unsafe { sys::mfa_webauthn_response_parse(json.data, json.len, out, err) }).map(Self)
    }

    /// The credential's id (`mfa_webauthn_response_id`).
    pub fn id(&self) -> &[u8] {
        let mut len = 0;
        unsafe { bytes_at(sys::mfa_webauthn_response_id(self.c(), &mut len), len) }
    }

    /// None: absent (`mfa_webauthn_response_user_handle`).
    pub fn user_handle(&self) -> Option<&[u8]> {
        let mut len = 0;
        let data = unsafe { sys::mfa_webauthn_response_user_handle(self.c(), &mut len) };
        (!data.is_null()).then(|| unsafe { bytes_at(data, len) })
    }

    /// What extensions answered, without the secrets of prf and hmac-secret (`mfa_webauthn_response_extensions`).
    pub fn extensions(&self) -> Result<String> {
        text_call(|out, err| unsafe { sys::mfa_webauthn_response_extensions(self.c(), out, err) })
    }
}

/// A credential as columns of your own (`mfa_webauthn_columns`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Columns {
    /// COSE.
    pub algorithm: i32,
    /// The credential's.
    pub id: Vec<u8>,
    /// COSE_Key, or 65 bytes 04 x y of a U2F key.
    pub public_key: Vec<u8>,
    /// The user's.
    pub user_handle: Vec<u8>,
    /// A domain.
    pub rp_id: String,
    /// U2F keys.
    pub app_id: String,
    /// As last seen.
    pub sign_count: u32,
    /// As last seen.
    pub flags: AuthenticatorFlags,
    /// False for rows of libraries that did not keep it.
    pub backup_eligible_known: bool,
    /// The authenticator's model.
    pub aaguid: [u8; 16],
    /// `"usb,nfc"`.
    pub transports: String,
    /// `"packed"`, ...
    pub attestation_format: String,
    /// `"none"`, `"self"`, `"basic"`, `"attca"`, `"anonca"`.
    pub attestation_type: String,
}

impl Credential {
    /// From the blob that [`save`](Self::save) gave (`mfa_webauthn_credential_load`). Damaged, Argument.
    pub fn load(blob: &[u8]) -> Result<Self> {
        let blob = text(blob);
        made(|out, err| unsafe { sys::mfa_webauthn_credential_load(blob.data.cast(), blob.len, out, err) }).map(Self)
    }

    /// From columns of your own, or of another library (`mfa_webauthn_credential_new`). Argument.
    pub fn new(columns: &Columns) -> Result<Self> {
        let c = sys::mfa_webauthn_columns {
            struct_size: size::<sys::mfa_webauthn_columns>(),
            algorithm: columns.algorithm,
            id: text(&columns.id),
            public_key: text(&columns.public_key),
            user_handle: text(&columns.user_handle),
            rp_id: text(columns.rp_id.as_bytes()),
            app_id: text(columns.app_id.as_bytes()),
            sign_count: columns.sign_count,
            flags: columns.flags.0,
            backup_eligible_known: columns.backup_eligible_known.into(),
            reserved: 0,
            aaguid: columns.aaguid,
            transports: text(columns.transports.as_bytes()),
            attestation_format: text(columns.attestation_format.as_bytes()),
            attestation_type: text(columns.attestation_type.as_bytes()),
        };
        made(|out, err| unsafe { sys::mfa_webauthn_credential_new(&c, out, err) }).map(Self)
    }

    /// One column to keep (`mfa_webauthn_credential_save`).
    pub fn save(&self) -> Result<Vec<u8>> {
        bytes_call(|out, err| unsafe { sys::mfa_webauthn_credential_save(self.c(), out, err) })
    }

    /// `mfa_webauthn_credential_columns`.
    pub fn columns(&self) -> Result<Columns> {
        let mut c: sys::mfa_webauthn_columns = unsafe { std::mem::zeroed() };
        c.struct_size = size::<sys::mfa_webauthn_columns>();
        call(|err| unsafe { sys::mfa_webauthn_credential_columns(self.c(), &mut c, err) })?;
        let bytes = |given: &sys::mfa_text| unsafe { bytes_at(given.data, given.len) }.to_vec();
        let string = |given: &sys::mfa_text| unsafe { text_of(given) };
        Ok(Columns {
            algorithm: c.algorithm,
            id: bytes(&c.id),
            public_key: bytes(&c.public_key),
            user_handle: bytes(&c.user_handle),
            rp_id: string(&c.rp_id),
            app_id: string(&c.app_id),
            sign_count: c.sign_count,
            flags: AuthenticatorFlags(c.flags),
            backup_eligible_known: c.backup_eligible_known != 0,
            aaguid: c.aaguid,
            transports: string(&c.transports),
            attestation_format: string(&c.attestation_format),
            attestation_type: string(&c.attestation_type),
        })
    }

    /// To show, or to look at (`mfa_webauthn_credential_json`).
    pub fn json(&self) -> Result<String> {
        text_call(|out, err| unsafe { sys::mfa_webauthn_credential_json(self.c(), out, err) })
    }

    /// What metadata says today of its model, as JSON (`mfa_webauthn_credential_audit`). Denied, with the JSON as the error's
    /// report: a status in force is one after which the attestation says nothing good.
    pub fn audit(&self, trust: &Trust, now_s: u64) -> Result<String> {
        text_call(|out, err| unsafe { sys::mfa_webauthn_credential_audit(self.c(), trust.c(), now_s, out, err) })
    }
}

/// Section 7.1 (`mfa_webauthn_verify_registration`): insert the credential under a unique index on its id. Wrong, Denied,
/// Malformed.
pub fn verify_registration(expect: &Expect<'_>, now_s: u64, response: &Response) -> Result<Credential> {
    expect.with(|c| {
        made(|out, err| unsafe { sys::mfa_webauthn_verify_registration(c, now_s, response.c(), out, err) })
            .map(Credential)
    })
}

/// What a verified assertion said (`mfa_webauthn_result`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Assertion {
    /// Store them.
    pub flags: AuthenticatorFlags,
    /// Store it, in one update WHERE the old one is what you read.
    pub sign_count: u32,
    /// True, but look.
    pub signals: Signals,
}

/// Section 7.2 (`mfa_webauthn_verify_assertion`). Wrong, Denied, Malformed.
pub fn verify_assertion(expect: &Expect<'_>, credential: &Credential, response: &Response) -> Result<Assertion> {
    let mut c: sys::mfa_webauthn_result = unsafe { std::mem::zeroed() };
    c.struct_size = size::<sys::mfa_webauthn_result>();
    expect.with(|wanted| {
        call(|err| unsafe { sys::mfa_webauthn_verify_assertion(wanted, credential.c(), response.c(), &mut c, err) })
    })?;
    Ok(Assertion { flags: AuthenticatorFlags(c.flags), sign_count: c.sign_count, signals: Signals(c.signals) })
}

/// Of a signing certificate's SHA-256 in hex, colons allowed (`mfa_webauthn_android_origin`). Argument.
pub fn android_origin(fingerprint: &str) -> Result<String> {
    let given = text(fingerprint.as_bytes());
    text_call(|out, err| unsafe { sys::mfa_webauthn_android_origin(given.data, given.len, out, err) })
}

/// The document for /.well-known/webauthn (`mfa_webauthn_related_origins`; section 5.11.1). Argument.
pub fn related_origins(origins: &[&str]) -> Result<String> {
    let listed = texts(origins);
    text_call(|out, err| unsafe { sys::mfa_webauthn_related_origins(rows(&listed), listed.len(), out, err) })
}

/// Argument of signalUnknownCredential (`mfa_webauthn_signal_unknown`; section 5.1.10.2).
pub fn signal_unknown(rp_id: &str, response: &Response) -> Result<String> {
    let given = text(rp_id.as_bytes());
    text_call(|out, err| unsafe { sys::mfa_webauthn_signal_unknown(given.data, given.len, response.c(), out, err) })
}

/// Argument of signalAllAcceptedCredentials, for a user who has authenticated (`mfa_webauthn_signal_accepted`; section 5.1.10.3).
/// `user_handle`: 1 to 64 bytes. `ids`: every credential id of that user, for the device may hide what is left out for good.
/// Argument.
pub fn signal_accepted(rp_id: &str, user_handle: &[u8], ids: &[&[u8]]) -> Result<String> {
    let (given, handle, listed) = (text(rp_id.as_bytes()), text(user_handle), texts(ids));
    text_call(|out, err| unsafe {
        sys::mfa_webauthn_signal_accepted(
            given.data,
            given.len,
            handle.data.cast(),
            handle.len,
            rows(&listed),
            listed.len(),
            out,
            err,
        )
    })
}

/// Argument of signalCurrentUserDetails, for a user who has authenticated and has another name now
/// (`mfa_webauthn_signal_user`; section 5.1.10.4). Argument.
pub fn signal_user(rp_id: &str, user: &User<'_>) -> Result<String> {
    let (given, user) = (text(rp_id.as_bytes()), user.c());
    text_call(|out, err| unsafe { sys::mfa_webauthn_signal_user(given.data, given.len, &user, out, err) })
}

/// A ceremony as one document, judged, whatever the verdict: for tools and tests, never for a page to fill
/// (`mfa_webauthn_verify_json`; docs/webauthn.md). `explain`: every step with its verdict.
pub fn verify_json(ceremony: impl AsRef<[u8]>, now_s: u64, explain: bool) -> Result<String> {
    let given = text(ceremony.as_ref());
    let flags = if explain { sys::MFA_WEBAUTHN_EXPLAIN as u32 } else { 0 };
    text_call(|out, err| unsafe { sys::mfa_webauthn_verify_json(given.data, given.len, now_s, flags, out, err) })
}

/// One signature as a document, judged, whatever the verdict (`mfa_cose_verify_json`).
pub fn cose_verify_json(signature: impl AsRef<[u8]>) -> Result<String> {
    let given = text(signature.as_ref());
    text_call(|out, err| unsafe { sys::mfa_cose_verify_json(given.data, given.len, out, err) })
}

/// A response or a ceremony for people to read; nothing is verified (`mfa_webauthn_inspect`). Malformed.
pub fn inspect(json: impl AsRef<[u8]>) -> Result<String> {
    let given = text(json.as_ref());
    text_call(|out, err| unsafe { sys::mfa_webauthn_inspect(given.data, given.len, out, err) })
}
