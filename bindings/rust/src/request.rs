//! Who asks, and for what.

use std::fmt;

use crate::memory::{rows, size, text, texts};
use crate::numbers::{Mediation, Method, Proven, Purpose, RequestFlags, UserVerification};
use crate::sys;

macro_rules! texts_of {
    ($($(#[$said:meta])* $member:ident),* $(,)?) => {
        $(
            $(#[$said])*
            pub fn $member(mut self, $member: &'a (impl AsRef<[u8]> + ?Sized)) -> Self {
                self.$member = $member.as_ref();
                self
            }
        )*
    };
}

/// What your server knows of a request, nothing of it taken from the body (`mfa_request`).
#[derive(Clone)]
pub struct Request<'a> {
    purpose: Purpose,
    proven: Proven,
    flags: RequestFlags,
    user: &'a [u8],
    browser: &'a [u8],
    session: &'a [u8],
    statement: &'a [u8],
    source: &'a [u8],
    user_agent: &'a [u8],
    action: &'a [u8],
    locale: &'a [u8],
    roles: &'a [&'a str],
    min_serial: u64,
    cookies: &'a [u8],
}

impl<'a> Request<'a> {
    /// What it is for.
    pub fn new(purpose: Purpose) -> Self {
        Self {
            purpose,
            proven: Proven::NONE,
            flags: RequestFlags::NONE,
            user: &[],
            browser: &[],
            session: &[],
            statement: &[],
            source: &[],
            user_agent: &[],
            action: &[],
            locale: &[],
            roles: &[],
            min_serial: 0,
            cookies: &[],
        }
    }

    texts_of! {
        /// Your stable id, 1 to 255 bytes compared exactly; not a name that can change.
        user,
        /// 16 bytes or more at random in a cookie of the browser that asks: binds tickets. Needed by begin and finish.
        browser,
        /// Id of the session that the statement is, or will be, kept in; empty: not bound.
        session,
        /// The session statement, when signed in.
        statement,
        /// What to throttle by: the peer address, or what your trusted proxy says.
        source,
        /// For device names and events.
        user_agent,
        /// [`Purpose::Approve`]: 32 bytes, a hash of all that the user must agree to.
        action,
        /// Of mail templates: `"de"`.
        locale,
        /// The whole Cookie header: a browser that it shows to be known keeps a few tries of its own.
        cookies,
    }

    /// What you verified yourself for this sign-in.
    pub fn proven(mut self, proven: Proven) -> Self {
        self.proven = proven;
        self
    }

    /// See [`RequestFlags`].
    pub fn flags(mut self, flags: RequestFlags) -> Self {
        self.flags = flags;
        self
    }

    /// Of the user, as policy names them.
    pub fn roles(mut self, roles: &'a [&'a str]) -> Self {
        self.roles = roles;
        self
    }

    /// The serial of the last proof if you keep it: an older record is [`Status::RolledBack`](crate::Status::RolledBack).
    pub fn min_serial(mut self, min_serial: u64) -> Self {
        self.min_serial = min_serial;
        self
    }

    pub(crate) fn with<T>(&self, run: impl FnOnce(*const sys::mfa_request) -> T) -> T {
        let roles = texts(self.roles);
        run(&sys::mfa_request {
            struct_size: size::<sys::mfa_request>(),
            purpose: self.purpose.into(),
            proven: self.proven.0,
            flags: self.flags.0,
            user: text(self.user),
            browser: text(self.browser),
            session: text(self.session),
            statement: text(self.statement),
            source: text(self.source),
            user_agent: text(self.user_agent),
            action: text(self.action),
            locale: text(self.locale),
            roles: rows(&roles),
            roles_count: roles.len(),
            min_serial: self.min_serial,
            cookies: text(self.cookies),
        })
    }
}

impl fmt::Debug for Request<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let user = String::from_utf8_lossy(self.user);
        out.debug_struct("Request").field("purpose", &self.purpose).field("user", &user).finish_non_exhaustive()
    }
}

/// All optional: what is not set is as the configuration says. They may tighten, never loosen (`mfa_begin_options`).
#[derive(Clone, Debug)]
pub struct BeginOptions<'a> {
    mediation: Mediation,
    user_verification: UserVerification,
    factor: &'a [u8],
    account_name: &'a [u8],
    display_name: &'a [u8],
    label: &'a [u8],
    address: &'a [u8],
    extra_json: &'a [u8],
}

impl Default for BeginOptions<'_> {
    fn default() -> Self {
        Self {
            mediation: Mediation::Modal,
            user_verification: UserVerification::Other(0),
            factor: &[],
            account_name: &[],
            display_name: &[],
            label: &[],
            address: &[],
            extra_json: &[],
        }
    }
}

impl<'a> BeginOptions<'a> {
    /// None set.
    pub fn new() -> Self {
        Self::default()
    }

    texts_of! {
        /// Verify: only this one.
        factor,
        /// How authenticators list the account, and mails name it; default: the user id, which then has to be UTF-8.
        account_name,
        /// Passkeys, and the `{user}` of mails.
        display_name,
        /// Enrol: the factor's name.
        label,
        /// EMAIL: of your record of the user.
        address,
        /// The method's own: WebAuthn `{"hints":[..],"extensions":{..}}`; DEVICE `{"link":"https://.../pair"}`.
        extra_json,
    }

    /// WebAuthn; remembered in the ticket.
    pub fn mediation(mut self, mediation: Mediation) -> Self {
        self.mediation = mediation;
        self
    }

    /// WebAuthn.
    pub fn user_verification(mut self, user_verification: UserVerification) -> Self {
        self.user_verification = user_verification;
        self
    }

    pub(crate) fn c(&self) -> sys::mfa_begin_options {
        sys::mfa_begin_options {
            struct_size: size::<sys::mfa_begin_options>(),
            mediation: self.mediation.into(),
            user_verification: self.user_verification.into(),
            reserved: 0,
            factor: text(self.factor),
            account_name: text(self.account_name),
            display_name: text(self.display_name),
            label: text(self.label),
            address: text(self.address),
            extra_json: text(self.extra_json),
        }
    }
}

/// What one page or action asks of the session (`mfa_session_need`). The default is what every page asks.
#[derive(Clone, Copy, Debug)]
pub struct SessionNeed {
    /// 0: what policy asks of the user's roles.
    pub aal: i32,
    /// Seconds since the last verification; 0: none but the session's own.
    pub max_age_s: u64,
    /// This one only; [`Method::None`]: any.
    pub method: Method,
}

impl Default for SessionNeed {
    fn default() -> Self {
        Self { aal: 0, max_age_s: 0, method: Method::None }
    }
}

impl SessionNeed {
    pub(crate) fn c(&self) -> sys::mfa_session_need {
        sys::mfa_session_need {
            struct_size: size::<sys::mfa_session_need>(),
            aal: self.aal,
            max_age_s: self.max_age_s,
            method: self.method.into(),
            reserved: 0,
        }
    }
}
