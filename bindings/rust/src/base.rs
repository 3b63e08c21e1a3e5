//! What stands alone in `mfa/base.h` and `mfa/engine.h`.

use std::ffi::CString;
use std::fmt;

use crate::call::{call, text_call};
use crate::error::Error;
use crate::memory::{static_text, text};
use crate::{sys, Result};

/// Of libmfa: `"0.1.0"` (`mfa_version`).
pub fn version() -> &'static str {
    static_text(unsafe { sys::mfa_version() })
}

/// Whether this libmfa has a feature: `"ml-dsa"`, `"sqlite"` (`mfa_has`). A name with a NUL is of none.
pub fn has(feature: &str) -> bool {
    CString::new(feature).map_or(false, |name| unsafe { sys::mfa_has(name.as_ptr()) } == 1)
}

/// Fills from the system's generator: challenges and secrets for the stateless calls (`mfa_random`). Internal.
pub fn random(out: &mut [u8]) -> Result<()> {
    let status =
        if out.is_empty() { sys::MFA_OK } else { unsafe { sys::mfa_random(out.as_mut_ptr().cast(), out.len()) } };
    if status == sys::MFA_OK {
        return Ok(());
    }
    Err(Error::of(status, "the system's generator failed"))
}

/// As many bytes from the system's generator (`mfa_random`). Internal.
pub fn random_bytes<const COUNT: usize>() -> Result<[u8; COUNT]> {
    let mut out = [0; COUNT];
    random(&mut out)?;
    Ok(out)
}

/// Overwrites a secret with zeros in a way that the compiler keeps (`mfa_wipe`).
pub fn wipe(secret: &mut [u8]) {
    unsafe { sys::mfa_wipe(secret.as_mut_ptr().cast(), secret.len()) }
}

/// The configuration's JSON Schema, draft 2020-12 (`mfa_config_schema`).
pub fn config_schema() -> Result<String> {
    text_call(|schema, err| unsafe { sys::mfa_config_schema(schema, err) })
}

/// Reads a configuration as [`Engine::new`](crate::Engine::new) does; gives it with every default, as JSON
/// (`mfa_config_check`). Config: the message holds the path.
pub fn config_check(json: impl AsRef<[u8]>) -> Result<String> {
    let json = text(json.as_ref());
    text_call(|full, err| unsafe { sys::mfa_config_check(json.data, json.len, full, err) })
}

/// A sealing key (`mfa_key`): 32 random bytes, under a number that is never given to another key. Wiped when it is dropped.
#[derive(Clone)]
pub struct Key {
    /// Its number.
    pub id: u32,
    /// Its 32 bytes; keep them away from the store and its backups.
    pub bytes: Vec<u8>,
}

impl Key {
    /// A key of yours.
    pub fn new(id: u32, bytes: impl Into<Vec<u8>>) -> Self {
        Self { id, bytes: bytes.into() }
    }

    /// A new one from the system's generator. Internal.
    pub fn generate(id: u32) -> Result<Self> {
        let mut bytes = vec![0; 32];
        random(&mut bytes)?;
        Ok(Self { id, bytes })
    }
}

impl Drop for Key {
    fn drop(&mut self) {
        wipe(&mut self.bytes);
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Key").field("id", &self.id).finish_non_exhaustive()
    }
}

pub(crate) fn key_ring(keys: &[Key]) -> Vec<sys::mfa_key> {
    keys.iter()
        .map(|key| sys::mfa_key { id: key.id, reserved: 0, bytes: key.bytes.as_ptr(), bytes_len: key.bytes.len() })
        .collect()
}

/// `function(err)` for its status alone.
pub(crate) fn done(run: impl FnOnce(*mut sys::mfa_error) -> sys::mfa_status) -> Result<()> {
    call(run).map(|_| ())
}
