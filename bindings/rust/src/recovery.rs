//! Recovery codes, stateless (`mfa/recovery.h`).

use std::fmt;

use crate::call::call;
use crate::error::Error;
use crate::memory::{rows, text, texts};
use crate::{sys, Result};

const CODE: usize = sys::MFA_RECOVERY_CODE_SIZE as usize;
const HASH: usize = sys::MFA_RECOVERY_HASH_SIZE as usize;

/// Codes to show once, and a hash of each to store.
#[derive(Clone)]
pub struct RecoveryCodes {
    /// To show once.
    pub codes: Vec<String>,
    /// To store, one for each.
    pub hashes: Vec<String>,
}

impl fmt::Debug for RecoveryCodes {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "RecoveryCodes of {}", self.codes.len())
    }
}

/// Makes 1 to 32 codes, about 35 ms each (`mfa_recovery_generate`). `pepper`: a key kept outside your database, or empty.
/// Argument.
pub fn generate(count: usize, pepper: &[u8]) -> Result<RecoveryCodes> {
    if !(1..=32).contains(&count) {
        return Err(Error::of(sys::MFA_ERR_ARGUMENT, "recovery codes are made 1 to 32 at a time"));
    }
    let pepper = text(pepper);
    let (mut codes, mut hashes) = (vec![0u8; count * CODE], vec![0u8; count * HASH]);
    let done = call(|err| unsafe {
        sys::mfa_recovery_generate(
            pepper.data.cast(),
            pepper.len,
            count,
            codes.as_mut_ptr().cast(),
            hashes.as_mut_ptr().cast(),
            err,
        )
    });
    let made = done.map(|_| RecoveryCodes { codes: column(&codes, CODE), hashes: column(&hashes, HASH) });
    crate::wipe(&mut codes);
    made
}

fn column(rows: &[u8], width: usize) -> Vec<String> {
    rows.chunks_exact(width)
        .map(|row| row.iter().take_while(|&&byte| byte != 0).map(|&byte| char::from(byte)).collect())
        .collect()
}

/// Which of one set's hashes the code opens: delete that one in the statement that accepts the login (`mfa_recovery_verify`). One
/// slow hash. Wrong, Malformed, Damaged.
pub fn verify<T: AsRef<[u8]>>(hashes: &[T], code: impl AsRef<[u8]>, pepper: &[u8]) -> Result<usize> {
    let (pepper, listed, code, mut index) = (text(pepper), texts(hashes), text(code.as_ref()), 0);
    call(|err| unsafe {
        sys::mfa_recovery_verify(
            pepper.data.cast(),
            pepper.len,
            rows(&listed),
            listed.len(),
            code.data,
            code.len,
            &mut index,
            err,
        )
    })?;
    Ok(index)
}
