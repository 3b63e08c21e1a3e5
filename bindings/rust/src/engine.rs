//! The engine: keeps factors in a store, judges by a policy, throttles (`mfa/engine.h`).

use std::fmt;
use std::os::raw::c_void;
use std::ptr::{self, NonNull};

use crate::base::{done, key_ring};
use crate::call::{call, made, text_call};
use crate::callbacks::{self, Hooks};
use crate::config::EngineConfig;
use crate::memory::{rows, size, string, text, Buffer};
use crate::numbers::{AdminAction, Method, Signals};
use crate::request::{BeginOptions, Request, SessionNeed};
use crate::results::{account, offer, proof, Account, Offer, Proof};
use crate::store::{Lent, Row};
use crate::webauthn::Trust;
use crate::{sys, Result};

/// Build it once; any thread may call it at any time. Its last event goes out when it is dropped. Make it in the process that uses
/// it, not before fork.
pub struct Engine {
    c: NonNull<sys::mfa_engine>,
    // What its callbacks point to: after `c`, which drop frees first.
    _lent: Lent,
    _hooks: Box<Hooks>,
}

// mfa/engine.h: every function may be called from any thread. Store and hooks are Send and Sync by their types.
unsafe impl Send for Engine {}
unsafe impl Sync for Engine {}

impl Drop for Engine {
    fn drop(&mut self) {
        unsafe { sys::mfa_engine_free(self.c.as_ptr()) }
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Engine")
    }
}

/// Of [`Engine::admin_import`].
#[derive(Clone, Debug)]
pub struct Imported {
    /// The id that the factor has here.
    pub factor: String,
    /// [`Signals::WEAK_SECRET`]: fewer than 128 bits.
    pub signals: Signals,
}

type Started = unsafe extern "C" fn(
    *mut sys::mfa_engine,
    *const sys::mfa_request,
    sys::mfa_method,
    *const sys::mfa_begin_options,
    *mut *mut sys::mfa_offer,
    *mut sys::mfa_error,
) -> sys::mfa_status;

impl Engine {
    /// Reads the configuration (`mfa_engine_new`). Config: the message holds the path.
    pub fn new(config: EngineConfig<'_>) -> Result<Self> {
        let (ring, lent, hooks) = (key_ring(config.keys), Lent::new(config.store), Box::new(config.hooks));
        let c = sys::mfa_engine_config {
            struct_size: size::<sys::mfa_engine_config>(),
            reserved: 0,
            json: text(config.json),
            keys: rows(&ring),
            keys_count: ring.len(),
            store: &lent.c,
            trust: config.trust.map_or(ptr::null(), |trust| trust.c()),
            pepper: text(config.pepper),
            decoy_key: text(config.decoy_key),
            ctx: (&*hooks as *const Hooks) as *mut c_void,
            now_s: hooks.now_s.as_ref().map(|_| callbacks::now_s as _),
            random: hooks.random.as_ref().map(|_| callbacks::random as _),
            event: hooks.event.as_ref().map(|_| callbacks::event as _),
        };
        let engine = made(|out, err| unsafe { sys::mfa_engine_new(&c, out, err) })?;
        Ok(Self { c: engine, _lent: lent, _hooks: hooks })
    }

    fn c(&self) -> *mut sys::mfa_engine {
        self.c.as_ptr()
    }

    /// From the next ceremony on, with this trust; none: nothing is trusted (`mfa_engine_set_trust`).
    pub fn set_trust(&self, trust: Option<&Trust>) -> Result<()> {
        let trust = trust.map_or(ptr::null(), |trust| trust.c() as *const _);
        done(|err| unsafe { sys::mfa_engine_set_trust(self.c(), trust, err) })
    }

    /// The configuration with every default filled in, without secrets, as JSON (`mfa_engine_config_json`).
    pub fn config_json(&self) -> Result<String> {
        text_call(|out, err| unsafe { sys::mfa_engine_config_json(self.c(), out, err) })
    }

    // ---- ceremonies

    /// What to show of the request's user; one without a record has no factors (`mfa_account_view`). Denied.
    pub fn account(&self, request: &Request<'_>) -> Result<Account> {
        request.with(|who| account(|out, err| unsafe { sys::mfa_account_view(self.c(), who, out, err) }))
    }

    fn begin(
        &self,
        start: Started,
        request: &Request<'_>,
        method: Method,
        options: Option<&BeginOptions<'_>>,
    ) -> Result<Offer> {
        let options = options.map(BeginOptions::c);
        let options = options.as_ref().map_or(ptr::null(), |options| options as *const _);
        request.with(|who| offer(|out, err| unsafe { start(self.c(), who, method.into(), options, out, err) }))
    }

    /// Begins to enrol (`mfa_enroll_begin`). Denied, FactorNeeded; LockedOut, TooSoon (EMAIL).
    pub fn enroll_begin(
        &self,
        request: &Request<'_>,
        method: Method,
        options: Option<&BeginOptions<'_>>,
    ) -> Result<Offer> {
        self.begin(sys::mfa_enroll_begin, request, method, options)
    }

    /// `response`: exactly what the client sent (`mfa_enroll_finish`). Wrong, Malformed, Exists, Expired, Mismatch, AlreadyUsed.
    pub fn enroll_finish(
        &self,
        request: &Request<'_>,
        ticket: impl AsRef<[u8]>,
        response: impl AsRef<[u8]>,
    ) -> Result<Proof> {
        let (ticket, sent) = (text(ticket.as_ref()), text(response.as_ref()));
        request.with(|who| {
            proof(|out, err| unsafe {
                sys::mfa_enroll_finish(self.c(), who, ticket.data, ticket.len, sent.data, sent.len, out, err)
            })
        })
    }

    /// Begins to verify; writes nothing, but for a mail counted (`mfa_verify_begin`). Denied, NotFound; LockedOut, TooSoon
    /// (EMAIL).
    pub fn verify_begin(
        &self,
        request: &Request<'_>,
        method: Method,
        options: Option<&BeginOptions<'_>>,
    ) -> Result<Offer> {
        self.begin(sys::mfa_verify_begin, request, method, options)
    }

    /// Ok: policy for the purpose is met; sign the proof's user in (`mfa_verify_finish`). MoreNeeded: right, but not enough. Wrong,
    /// Malformed, AlreadyUsed, Expired, Mismatch, LockedOut.
    pub fn verify_finish(
        &self,
        request: &Request<'_>,
        ticket: impl AsRef<[u8]>,
        response: impl AsRef<[u8]>,
    ) -> Result<Proof> {
        let (ticket, sent) = (text(ticket.as_ref()), text(response.as_ref()));
        request.with(|who| {
            proof(|out, err| unsafe {
                sys::mfa_verify_finish(self.c(), who, ticket.data, ticket.len, sent.data, sent.len, out, err)
            })
        })
    }

    /// TOTP, HOTP, RECOVERY; DEVICE: `code` is the whole Cookie header (`mfa_verify_code`). MoreNeeded, Wrong, AlreadyUsed,
    /// Malformed, LockedOut, NotFound, Expired, Denied.
    pub fn verify_code(&self, request: &Request<'_>, method: Method, code: impl AsRef<[u8]>) -> Result<Proof> {
        let code = text(code.as_ref());
        request.with(|who| {
            proof(|out, err| unsafe {
                sys::mfa_verify_code(self.c(), who, method.into(), code.data, code.len, out, err)
            })
        })
    }

    // ---- the session

    /// Signs in without a factor where policy lets it (`mfa_session_start`). FactorNeeded, EnrollNeeded.
    pub fn session_start(&self, request: &Request<'_>) -> Result<Proof> {
        request.with(|who| proof(|out, err| unsafe { sys::mfa_session_start(self.c(), who, out, err) }))
    }

    /// Call it on each request; loads the account (`mfa_session_check`). RecheckDue, FactorNeeded, EnrollNeeded, Expired, Revoked,
    /// Mismatch, Wrong.
    pub fn session_check(&self, request: &Request<'_>, need: &SessionNeed) -> Result<()> {
        let need = need.c();
        request.with(|who| done(|err| unsafe { sys::mfa_session_check(self.c(), who, &need, err) }))
    }

    /// The same without the store: a revocation takes effect later (`mfa_session_check_offline`).
    pub fn session_check_offline(&self, request: &Request<'_>, need: &SessionNeed) -> Result<()> {
        let need = need.c();
        request.with(|who| done(|err| unsafe { sys::mfa_session_check_offline(self.c(), who, &need, err) }))
    }

    /// What the request's statement says, as JSON; nothing of it is checked but its seal (`mfa_session_json`). Wrong, Expired.
    pub fn session_json(&self, request: &Request<'_>) -> Result<String> {
        request.with(|who| text_call(|out, err| unsafe { sys::mfa_session_json(self.c(), who, out, err) }))
    }

    /// What policy decides and every rule that led to it, as JSON; never for a page (`mfa_policy_explain`).
    pub fn policy_explain(&self, request: &Request<'_>, need: &SessionNeed) -> Result<String> {
        let need = need.c();
        request.with(|who| text_call(|out, err| unsafe { sys::mfa_policy_explain(self.c(), who, &need, out, err) }))
    }

    // ---- trusted devices (docs/devices.md), quick login

    /// Remembers this browser: send the proof's cookie (`mfa_device_remember`). FactorNeeded, Denied, Malformed.
    pub fn device_remember(&self, request: &Request<'_>, label: impl AsRef<[u8]>) -> Result<Proof> {
        let label = text(label.as_ref());
        request.with(|who| {
            proof(|out, err| unsafe { sys::mfa_device_remember(self.c(), who, label.data, label.len, out, err) })
        })
    }

    /// The new device claims a pairing (`mfa_device_claim`). Wrong, Malformed, Expired, AlreadyUsed, Denied.
    pub fn device_claim(&self, request: &Request<'_>, code: impl AsRef<[u8]>) -> Result<Offer> {
        let code = text(code.as_ref());
        request.with(|who| {
            offer(|out, err| unsafe { sys::mfa_device_claim(self.c(), who, code.data, code.len, out, err) })
        })
    }

    /// Who claimed, as JSON: device, source, claimed_s, approved (`mfa_device_claimed`). Pending, Expired, Denied.
    pub fn device_claimed(&self, request: &Request<'_>, ticket: impl AsRef<[u8]>) -> Result<String> {
        let ticket = text(ticket.as_ref());
        request.with(|who| {
            text_call(|out, err| unsafe { sys::mfa_device_claimed(self.c(), who, ticket.data, ticket.len, out, err) })
        })
    }

    /// The new device fetches its cookie (`mfa_device_collect`). Pending, Expired, AlreadyUsed.
    pub fn device_collect(&self, request: &Request<'_>, ticket: impl AsRef<[u8]>) -> Result<Proof> {
        let ticket = text(ticket.as_ref());
        request.with(|who| {
            proof(|out, err| unsafe { sys::mfa_device_collect(self.c(), who, ticket.data, ticket.len, out, err) })
        })
    }

    /// A whole Set-Cookie value that names the user of this session (`mfa_remembered_issue`). As session_check; Denied.
    pub fn remembered_issue(&self, request: &Request<'_>) -> Result<String> {
        request.with(|who| text_call(|out, err| unsafe { sys::mfa_remembered_issue(self.c(), who, out, err) }))
    }

    /// The user id that the Cookie header names; it authenticates nobody (`mfa_remembered_user`). NotFound, Expired, Revoked,
    /// Denied.
    pub fn remembered_user(&self, request: &Request<'_>, cookies: impl AsRef<[u8]>) -> Result<Vec<u8>> {
        let given = text(cookies.as_ref());
        request.with(|who| {
            crate::call::bytes_call(|out, err| unsafe {
                sys::mfa_remembered_user(self.c(), who, given.data, given.len, out, err)
            })
        })
    }

    // ---- the user's own changes: Purpose::Manage and a fresh statement, else FactorNeeded

    /// Renames one (`mfa_factor_rename`). NotFound, FactorNeeded, Denied, Malformed.
    pub fn factor_rename(
        &self,
        request: &Request<'_>,
        factor: impl AsRef<[u8]>,
        label: impl AsRef<[u8]>,
    ) -> Result<()> {
        let (of, label) = (text(factor.as_ref()), text(label.as_ref()));
        request.with(|who| {
            done(|err| unsafe { sys::mfa_factor_rename(self.c(), who, of.data, of.len, label.data, label.len, err) })
        })
    }

    /// Keep the proof's statement: it replaces the session's (`mfa_factor_set_enabled`). NotFound, FactorNeeded, Denied.
    pub fn factor_set_enabled(&self, request: &Request<'_>, factor: impl AsRef<[u8]>, enabled: bool) -> Result<Proof> {
        let of = text(factor.as_ref());
        request.with(|who| {
            proof(|out, err| unsafe {
                sys::mfa_factor_set_enabled(self.c(), who, of.data, of.len, enabled.into(), out, err)
            })
        })
    }

    /// Keep the proof's statement: it replaces the session's (`mfa_factor_remove`). NotFound, FactorNeeded, Denied.
    pub fn factor_remove(&self, request: &Request<'_>, factor: impl AsRef<[u8]>) -> Result<Proof> {
        let of = text(factor.as_ref());
        request
            .with(|who| proof(|out, err| unsafe { sys::mfa_factor_remove(self.c(), who, of.data, of.len, out, err) }))
    }

    // ---- what your server does to an account; you have checked that it may

    /// `factor`: empty where none is meant. `actor`: who did it, for the event (`mfa_admin`). NotFound.
    pub fn admin(
        &self,
        action: AdminAction,
        user: impl AsRef<[u8]>,
        factor: impl AsRef<[u8]>,
        actor: impl AsRef<[u8]>,
    ) -> Result<()> {
        let (user, of, actor) = (text(user.as_ref()), text(factor.as_ref()), text(actor.as_ref()));
        done(|err| unsafe {
            sys::mfa_admin(self.c(), action.into(), user.data, user.len, of.data, of.len, actor.data, actor.len, err)
        })
    }

    /// A factor from elsewhere: docs/import.md (`mfa_admin_import`). Exists, Denied; Argument names the member.
    pub fn admin_import(
        &self,
        user: impl AsRef<[u8]>,
        json: impl AsRef<[u8]>,
        actor: impl AsRef<[u8]>,
    ) -> Result<Imported> {
        let (user, json, actor) = (text(user.as_ref()), text(json.as_ref()), text(actor.as_ref()));
        let mut factor = Buffer::new();
        let signals = call(|err| unsafe {
            sys::mfa_admin_import(
                self.c(),
                user.data,
                user.len,
                json.data,
                json.len,
                actor.data,
                actor.len,
                &mut factor.0,
                err,
            )
        })?;
        Ok(Imported { factor: string(factor.bytes()), signals })
    }

    /// What metadata says today of the models of a user's keys, as JSON (`mfa_admin_audit`). NotFound; Denied, with the JSON as the
    /// error's report: a status in force takes the trust away.
    pub fn admin_audit(&self, user: impl AsRef<[u8]>) -> Result<String> {
        let user = text(user.as_ref());
        text_call(|out, err| unsafe { sys::mfa_admin_audit(self.c(), user.data, user.len, out, err) })
    }

    /// Up to `limit` users with a record after `after`, in byte order (`mfa_admin_users`). Unsupported: the store has no scan.
    pub fn admin_users(&self, after: impl AsRef<[u8]>, limit: usize) -> Result<Vec<Vec<u8>>> {
        let (after, mut found) = (text(after.as_ref()), Vec::<Row>::new());
        let rows: *mut Vec<Row> = &mut found;
        call(|err| unsafe {
            let take = Some(callbacks::found as sys::mfa_scan_fn);
            sys::mfa_admin_users(self.c(), after.data, after.len, limit, take, rows.cast(), err)
        })?;
        Ok(found.into_iter().map(|(user, _, _)| user).collect())
    }
}
