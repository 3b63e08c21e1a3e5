//! Every answer that is no yes.

use std::fmt;
use std::time::{Duration, SystemTime};

use crate::memory::static_text;
use crate::numbers::{Signals, Status};
use crate::results::Proof;
use crate::sys;

/// What a store of yours may answer in place of a row: any error.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Why a call did not answer yes, and what the user may be told (`mfa_error`). Its text is for the operator's log and never
/// holds a secret.
pub struct Error {
    status: Status,
    reason: i32,
    retry_at_s: u64,
    attempts_left: i32,
    clock_skew_s: i32,
    signals: Signals,
    message: String,
    more: Option<Box<More>>,
}

/// What few errors have.
#[derive(Default)]
struct More {
    proof: Option<Proof>,
    report: Option<String>,
    source: Option<BoxError>,
}

impl Error {
    pub(crate) fn new(status: sys::mfa_status, err: &sys::mfa_error, source: Option<BoxError>) -> Self {
        let message: Vec<u8> = err.message.iter().map(|&byte| byte as u8).take_while(|&byte| byte != 0).collect();
        Self {
            status: status.into(),
            reason: err.reason,
            retry_at_s: err.retry_at_s,
            attempts_left: err.attempts_left,
            clock_skew_s: err.clock_skew_s,
            signals: Signals(err.signals),
            message: String::from_utf8_lossy(&message).into_owned(),
            more: source.map(|source| Box::new(More { source: Some(source), ..More::default() })),
        }
    }

    /// One that libmfa did not say.
    pub(crate) fn of(status: sys::mfa_status, message: &str) -> Self {
        let empty: sys::mfa_error = unsafe { std::mem::zeroed() };
        Self { message: message.to_owned(), attempts_left: -1, ..Self::new(status, &empty, None) }
    }

    pub(crate) fn set_proof(&mut self, proof: Proof) {
        self.more.get_or_insert_with(Box::default).proof = Some(proof);
    }

    pub(crate) fn set_report(&mut self, report: String) {
        self.more.get_or_insert_with(Box::default).report = Some(report);
    }

    /// What was answered.
    pub fn status(&self) -> Status {
        self.status
    }

    /// Stable number of the rule that said no.
    pub fn reason(&self) -> i32 {
        self.reason
    }

    /// `"webauthn.registration.7.1.9.origin_not_expected"`, as stable as the number (`mfa_reason_name`).
    pub fn reason_name(&self) -> &'static str {
        static_text(unsafe { sys::mfa_reason_name(self.reason) })
    }

    /// LockedOut, TooSoon: Unix seconds from which to try again; else 0.
    pub fn retry_at_s(&self) -> u64 {
        self.retry_at_s
    }

    /// The same as a time of the system; none where none was said.
    pub fn retry_at(&self) -> Option<SystemTime> {
        match self.retry_at_s {
            0 => None,
            seconds => SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds)),
        }
    }

    /// Wrong: tries before a lock; none: not known or not limited.
    pub fn attempts_left(&self) -> Option<u32> {
        u32::try_from(self.attempts_left).ok()
    }

    /// Wrong on TOTP: by how many seconds the user's clock seems off; 0: not known.
    pub fn clock_skew_s(&self) -> i32 {
        self.clock_skew_s
    }

    /// Seen before the refusal.
    pub fn signals(&self) -> Signals {
        self.signals
    }

    /// One line of English for the operator's log.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// MoreNeeded: what was proven. Not a login: give its statement with the next step.
    pub fn proof(&self) -> Option<&Proof> {
        self.more.as_ref().and_then(|more| more.proof.as_ref())
    }

    /// What an audit or a check of a store found, in full, where it comes with a no.
    pub fn report(&self) -> Option<&str> {
        self.more.as_ref().and_then(|more| more.report.as_deref())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.status.name(), self.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Error")
            .field("status", &self.status)
            .field("reason", &self.reason_name())
            .field("message", &self.message)
            .finish_non_exhaustive()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        let source = self.more.as_ref()?.source.as_ref()?;
        Some(source.as_ref())
    }
}
