//! What an engine is made of.

use std::fmt;

use crate::base::Key;
use crate::callbacks::Hooks;
use crate::store::AnyStore;
use crate::webauthn::Trust;

/// What an engine is made of (`mfa_engine_config`).
pub struct EngineConfig<'a> {
    pub(crate) json: &'a [u8],
    pub(crate) keys: &'a [Key],
    pub(crate) store: AnyStore,
    pub(crate) trust: Option<&'a Trust>,
    pub(crate) pepper: &'a [u8],
    pub(crate) decoy_key: &'a [u8],
    pub(crate) hooks: Hooks,
}

impl<'a> EngineConfig<'a> {
    /// `json`: docs/configuration.md. `keys`: the first seals, all open. `store`: an `Arc` of one of libmfa's or of yours.
    pub fn new(json: &'a (impl AsRef<[u8]> + ?Sized), keys: &'a [Key], store: impl Into<AnyStore>) -> Self {
        let hooks = Hooks { now_s: None, random: None, event: None };
        Self { json: json.as_ref(), keys, store: store.into(), trust: None, pepper: &[], decoy_key: &[], hooks }
    }

    /// Whom attestation may lead to; without: nobody. The engine keeps its own hold of it.
    pub fn trust(mut self, trust: &'a Trust) -> Self {
        self.trust = Some(trust);
        self
    }

    /// A key kept apart from the store's backups, mixed into stored hashes.
    pub fn pepper(mut self, pepper: &'a [u8]) -> Self {
        self.pepper = pepper;
        self
    }

    /// 32 bytes that never change: what unknown users are shown. Needed with webauthn.decoys.
    pub fn decoy_key(mut self, decoy_key: &'a [u8]) -> Self {
        self.decoy_key = decoy_key;
        self
    }

    /// A clock in Unix seconds, in place of the system's. 0, or a panic: it failed, and so does the call.
    pub fn now_s(mut self, now_s: impl Fn() -> u64 + Send + Sync + 'static) -> Self {
        self.hooks.now_s = Some(Box::new(now_s));
        self
    }

    /// A generator in place of the system's. False, or a panic: it failed, and so does the call.
    pub fn random(mut self, random: impl Fn(&mut [u8]) -> bool + Send + Sync + 'static) -> Self {
        self.hooks.random = Some(Box::new(random));
        self
    }

    /// Is given one line of JSON for each thing that happened (docs/events.md), by many threads at once. A panic changes nothing.
    pub fn event(mut self, event: impl Fn(&str) + Send + Sync + 'static) -> Self {
        self.hooks.event = Some(Box::new(event));
        self
    }
}

impl fmt::Debug for EngineConfig<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("EngineConfig").field("keys", &self.keys).finish_non_exhaustive()
    }
}
