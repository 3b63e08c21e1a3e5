//! What calls of the engine give. All is copied out at once: nothing of C is left in them. Secrets are not in their `Debug`.

use std::fmt;
use std::os::raw::c_char;
use std::ptr;

use crate::call::{call, text_call};
use crate::error::Error;
use crate::memory::{bytes_at, size, string, text_of};
use crate::numbers::{Method, Need, Signals};
use crate::{sys, Result};

/// A mail that is yours to send (`MFA_OFFER_MAIL_*`).
#[derive(Clone)]
pub struct Mail {
    /// The address.
    pub to: String,
    /// One line.
    pub subject: String,
    /// Holds the code.
    pub text: String,
    /// The same for those who read HTML, where the configuration has it.
    pub html: Option<String>,
}

/// What begin gives (`mfa_offer`; docs/methods.md). None: the offer has no such thing.
#[derive(Clone)]
pub struct Offer {
    /// Keep it, or send it with the page: it is sealed.
    pub ticket: String,
    /// JSON for navigator.credentials; U2F: the request.
    pub options: Option<String>,
    /// otpauth://, or the pairing link: show it as a QR code.
    pub uri: Option<String>,
    /// base32, for typing in.
    pub secret: Option<String>,
    /// Pairing: the code to type, or the check number to compare.
    pub code: Option<String>,
    /// To send; none: send nothing and show the same page.
    pub mail: Option<Mail>,
    /// `"a***@example.org"`, for the page.
    pub address_masked: Option<String>,
    /// Show them once.
    pub recovery_codes: Vec<String>,
    /// Unix seconds.
    pub expires_at_s: u64,
    /// What a page needs, as one JSON object.
    pub json: String,
}

/// What a finish gives (`mfa_proof`).
#[derive(Clone)]
pub struct Proof {
    /// Whom to sign in: your id, byte for byte.
    pub user: Vec<u8>,
    /// What was verified.
    pub method: Method,
    /// Its id.
    pub factor: Option<String>,
    /// 1 to 3.
    pub aal: i32,
    /// RFC 8176, comma-separated: `"pwd,otp,mfa"`.
    pub amr: Option<String>,
    /// True, but look.
    pub signals: Signals,
    /// For [`Request::min_serial`](crate::Request::min_serial).
    pub serial: u64,
    /// Recovery codes.
    pub recovery_remaining: u64,
    /// Keep it in the session, in place of the one before.
    pub statement: Option<String>,
    /// A whole Set-Cookie value; send it when there is one.
    pub set_cookie: Option<String>,
    /// WebAuthn: argument of signalAllAcceptedCredentials.
    pub credentials: Option<String>,
    /// Without statement and cookie.
    pub json: String,
}

/// A method that may be used now (`mfa_method_info`).
#[derive(Clone, Debug)]
pub struct MethodInfo {
    /// Which.
    pub method: Method,
    /// The configuration's name for it.
    pub label: String,
    /// Has a factor to verify.
    pub can_verify: bool,
    /// May be enrolled.
    pub can_enroll: bool,
    /// Enrolled and enabled.
    pub factors: u32,
    /// What success would reach.
    pub aal: i32,
    /// Unix seconds, 0: not locked; `u64::MAX`: until another factor or an administrator opens it.
    pub locked_until_s: u64,
}

/// An enrolled factor (`mfa_factor`). Times in Unix seconds, 0: never, or not locked.
#[derive(Clone, Debug)]
pub struct Factor {
    /// Its kind.
    pub method: Method,
    /// Opaque, URL-safe.
    pub id: String,
    /// Given by the user.
    pub label: String,
    /// Platform and browser, or authenticator model, if known.
    pub device: String,
    /// Of mail: masked.
    pub address: String,
    /// Can be verified.
    pub enabled: bool,
    /// Policy.
    pub can_disable: bool,
    /// Policy, and not the last that satisfies it.
    pub can_remove: bool,
    /// Owned by the enterprise.
    pub enterprise: bool,
    /// When it was enrolled.
    pub added_s: u64,
    /// 0: never.
    pub last_used_s: u64,
    /// 0: never.
    pub expires_s: u64,
    /// 0: not locked.
    pub locked_until_s: u64,
}

/// What to show of one user (`mfa_account`): a snapshot.
#[derive(Clone, Debug)]
pub struct Account {
    /// What policy asks of the request.
    pub need: Need,
    /// Best or last used first.
    pub methods: Vec<MethodInfo>,
    /// All of them.
    pub factors: Vec<Factor>,
    /// Unix seconds, 0: none.
    pub grace_until_s: u64,
    /// Recovery codes.
    pub recovery_remaining: u64,
    /// Policy asks for recovery codes.
    pub must_enroll_recovery: bool,
    /// What policy asks of the user's roles.
    pub aal_needed: u64,
    /// All of that and the recent activity, as one JSON object.
    pub json: String,
}

/// Frees at the end of a block, also when it panics.
struct Freed<T>(*mut T, unsafe extern "C" fn(*mut T));

impl<T> Drop for Freed<T> {
    fn drop(&mut self) {
        unsafe { (self.1)(self.0) }
    }
}

type Getter<T> = unsafe extern "C" fn(*const T, i32, *mut usize) -> *const c_char;

fn item<T>(getter: Getter<T>, made: *const T, which: i32) -> Option<Vec<u8>> {
    let mut len = 0;
    let data = unsafe { getter(made, which, &mut len) };
    (!data.is_null()).then(|| unsafe { bytes_at(data, len) }.to_vec())
}

pub(crate) fn offer(
    run: impl FnOnce(*mut *mut sys::mfa_offer, *mut sys::mfa_error) -> sys::mfa_status,
) -> Result<Offer> {
    let made = crate::call::made(run)?;
    let made = Freed(made.as_ptr(), sys::mfa_offer_free);
    let get = |which| item(sys::mfa_offer_text, made.0, which).map(|found| string(&found));
    let mail = get(sys::MFA_OFFER_MAIL_TO).map(|to| Mail {
        to,
        subject: get(sys::MFA_OFFER_MAIL_SUBJECT).unwrap_or_default(),
        text: get(sys::MFA_OFFER_MAIL_TEXT).unwrap_or_default(),
        html: get(sys::MFA_OFFER_MAIL_HTML),
    });
    Ok(Offer {
        ticket: get(sys::MFA_OFFER_TICKET).unwrap_or_default(),
        options: get(sys::MFA_OFFER_OPTIONS),
        uri: get(sys::MFA_OFFER_URI),
        secret: get(sys::MFA_OFFER_SECRET),
        code: get(sys::MFA_OFFER_CODE),
        mail,
        address_masked: get(sys::MFA_OFFER_ADDRESS_MASKED),
        recovery_codes: get(sys::MFA_OFFER_RECOVERY_CODES)
            .map_or_else(Vec::new, |codes| codes.lines().map(str::to_owned).collect()),
        expires_at_s: unsafe { sys::mfa_offer_expires_at_s(made.0) },
        json: text_call(|out, err| unsafe { sys::mfa_offer_json(made.0, out, err) })?,
    })
}

/// MORE_NEEDED comes with a proof and is an error all the same.
pub(crate) fn proof(
    run: impl FnOnce(*mut *mut sys::mfa_proof, *mut sys::mfa_error) -> sys::mfa_status,
) -> Result<Proof> {
    let mut out = ptr::null_mut();
    let told = call(|err| run(&mut out, err));
    let made = Freed(out, sys::mfa_proof_free);
    match told {
        Ok(_) if out.is_null() => Err(Error::of(sys::MFA_ERR_INTERNAL, "a yes without a proof")),
        Ok(_) => read_proof(made.0),
        Err(mut no) => {
            if !out.is_null() {
                no.set_proof(read_proof(made.0)?);
            }
            Err(no)
        }
    }
}

fn read_proof(made: *const sys::mfa_proof) -> Result<Proof> {
    let get = |which| item(sys::mfa_proof_text, made, which).map(|found| string(&found));
    Ok(Proof {
        user: item(sys::mfa_proof_text, made, sys::MFA_PROOF_USER).unwrap_or_default(),
        method: unsafe { sys::mfa_proof_method(made) }.into(),
        factor: get(sys::MFA_PROOF_FACTOR),
        aal: unsafe { sys::mfa_proof_aal(made) },
        amr: get(sys::MFA_PROOF_AMR),
        signals: Signals(unsafe { sys::mfa_proof_signals(made) }),
        serial: unsafe { sys::mfa_proof_serial(made) },
        recovery_remaining: unsafe { sys::mfa_proof_recovery_remaining(made) },
        statement: get(sys::MFA_PROOF_STATEMENT),
        set_cookie: get(sys::MFA_PROOF_SET_COOKIE),
        credentials: get(sys::MFA_PROOF_CREDENTIALS),
        json: text_call(|out, err| unsafe { sys::mfa_proof_json(made, out, err) })?,
    })
}

pub(crate) fn account(
    run: impl FnOnce(*mut *mut sys::mfa_account, *mut sys::mfa_error) -> sys::mfa_status,
) -> Result<Account> {
    let made = crate::call::made(run)?;
    let made = Freed(made.as_ptr(), sys::mfa_account_free);
    let number = |which| unsafe { sys::mfa_account_number(made.0, which) };
    Ok(Account {
        need: unsafe { sys::mfa_account_need(made.0) }.into(),
        methods: (0..unsafe { sys::mfa_account_method_count(made.0) })
            .map(|index| method(made.0, index))
            .collect::<Result<_>>()?,
        factors: (0..unsafe { sys::mfa_account_factor_count(made.0) })
            .map(|index| factor(made.0, index))
            .collect::<Result<_>>()?,
        grace_until_s: number(sys::MFA_ACCOUNT_GRACE_UNTIL_S),
        recovery_remaining: number(sys::MFA_ACCOUNT_RECOVERY_REMAINING),
        must_enroll_recovery: number(sys::MFA_ACCOUNT_MUST_ENROLL_RECOVERY) != 0,
        aal_needed: number(sys::MFA_ACCOUNT_AAL_NEEDED),
        json: text_call(|out, err| unsafe { sys::mfa_account_json(made.0, out, err) })?,
    })
}

fn row(status: sys::mfa_status) -> Result<()> {
    if status == sys::MFA_OK {
        return Ok(());
    }
    Err(Error::of(status, "a row of the account that is not there"))
}

fn method(account: *const sys::mfa_account, index: usize) -> Result<MethodInfo> {
    let mut c: sys::mfa_method_info = unsafe { std::mem::zeroed() };
    c.struct_size = size::<sys::mfa_method_info>();
    row(unsafe { sys::mfa_account_method(account, index, &mut c) })?;
    Ok(MethodInfo {
        method: c.method.into(),
        label: unsafe { text_of(&c.label) },
        can_verify: c.can_verify != 0,
        can_enroll: c.can_enroll != 0,
        factors: c.factors,
        aal: c.aal,
        locked_until_s: c.locked_until_s,
    })
}

fn factor(account: *const sys::mfa_account, index: usize) -> Result<Factor> {
    let mut c: sys::mfa_factor = unsafe { std::mem::zeroed() };
    c.struct_size = size::<sys::mfa_factor>();
    row(unsafe { sys::mfa_account_factor(account, index, &mut c) })?;
    let read = |given| unsafe { text_of(given) };
    Ok(Factor {
        method: c.method.into(),
        id: read(&c.id),
        label: read(&c.label),
        device: read(&c.device),
        address: read(&c.address),
        enabled: c.enabled != 0,
        can_disable: c.can_disable != 0,
        can_remove: c.can_remove != 0,
        enterprise: c.enterprise != 0,
        added_s: c.added_s,
        last_used_s: c.last_used_s,
        expires_s: c.expires_s,
        locked_until_s: c.locked_until_s,
    })
}

impl fmt::Debug for Mail {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Mail").field("to", &self.to).field("subject", &self.subject).finish_non_exhaustive()
    }
}

impl fmt::Debug for Offer {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Offer")
            .field("expires_at_s", &self.expires_at_s)
            .field("mail", &self.mail)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Proof {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Proof")
            .field("user", &String::from_utf8_lossy(&self.user))
            .field("method", &self.method)
            .field("aal", &self.aal)
            .field("amr", &self.amr)
            .field("signals", &self.signals)
            .finish_non_exhaustive()
    }
}
