//! FIDO U2F 1.2 raw messages, stateless (`mfa/u2f.h`). For a browser's page, use WebAuthn.

use crate::call::{bytes_call, call};
use crate::error::Error;
use crate::memory::{rows, size, text, texts, Buffer};
use crate::numbers::Signals;
use crate::{sys, Result};

/// Bytes of a public key: 04 x y.
pub const PUBLIC_KEY: usize = sys::MFA_U2F_PUBLIC_KEY as usize;
/// Most bytes of a key handle.
pub const KEY_HANDLE_MAX: usize = sys::MFA_U2F_KEY_HANDLE_MAX as usize;

/// All that a response is judged by (`mfa_u2f_expect`): yours, nothing of it from the client.
#[derive(Clone, Debug, Default)]
pub struct U2fExpect<'a> {
    /// As in the request, byte for byte.
    pub app_id: &'a str,
    /// The bytes, 16 or more. Make it single-use yourself, before you call.
    pub challenge: &'a [u8],
    /// Origins that may act for the AppID; none: the AppID alone.
    pub facets: &'a [&'a str],
}

/// What to keep of a registration: insert it under a unique index on `key_handle`, with counter 0.
#[derive(Clone, Debug)]
pub struct U2fRegistration {
    /// 04 x y.
    pub public_key: [u8; PUBLIC_KEY],
    /// At most [`KEY_HANDLE_MAX`] bytes.
    pub key_handle: Vec<u8>,
    /// DER. Whom it leads to is yours to check.
    pub certificate: Vec<u8>,
}

fn with_expect<T>(expect: &U2fExpect<'_>, run: impl FnOnce(*const sys::mfa_u2f_expect) -> T) -> T {
    let facets = texts(expect.facets);
    run(&sys::mfa_u2f_expect {
        struct_size: size::<sys::mfa_u2f_expect>(),
        reserved: 0,
        app_id: text(expect.app_id.as_bytes()),
        challenge: text(expect.challenge),
        facets: rows(&facets),
        facets_count: facets.len(),
    })
}

/// Raw Message Formats section 4.3 (`mfa_u2f_verify_registration`). Wrong, Malformed.
pub fn verify_registration(expect: &U2fExpect<'_>, response: impl AsRef<[u8]>) -> Result<U2fRegistration> {
    let (sent, mut public_key) = (text(response.as_ref()), [0; PUBLIC_KEY]);
    let (mut key_handle, mut certificate) = (Buffer::new(), Buffer::new());
    with_expect(expect, |c| {
        call(|err| unsafe {
            sys::mfa_u2f_verify_registration(
                c,
                sent.data,
                sent.len,
                public_key.as_mut_ptr(),
                &mut key_handle.0,
                &mut certificate.0,
                err,
            )
        })
    })?;
    Ok(U2fRegistration {
        public_key,
        key_handle: key_handle.bytes().to_vec(),
        certificate: certificate.bytes().to_vec(),
    })
}

/// The key handle that a SignResponse names, not verified (`mfa_u2f_response_key_handle`). Malformed.
pub fn response_key_handle(response: impl AsRef<[u8]>) -> Result<Vec<u8>> {
    let sent = text(response.as_ref());
    bytes_call(|out, err| unsafe { sys::mfa_u2f_response_key_handle(sent.data, sent.len, out, err) })
}

/// The counter, to be stored if greater, and [`Signals::CLONE_SUSPECTED`] for one that is not above `last_counter`
/// (`mfa_u2f_verify_signature`; Raw Message Formats section 5.4). Wrong, Malformed; Argument for a public key that is no point on
/// P-256.
pub fn verify_signature(
    expect: &U2fExpect<'_>,
    public_key: &[u8],
    last_counter: u32,
    response: impl AsRef<[u8]>,
) -> Result<(u32, Signals)> {
    if public_key.len() != PUBLIC_KEY {
        return Err(Error::of(sys::MFA_ERR_ARGUMENT, "a public key of U2F has 65 bytes"));
    }
    let (sent, mut counter, mut signals) = (text(response.as_ref()), 0, 0);
    with_expect(expect, |c| {
        call(|err| unsafe {
            sys::mfa_u2f_verify_signature(
                c,
                public_key.as_ptr(),
                last_counter,
                sent.data,
                sent.len,
                &mut counter,
                &mut signals,
                err,
            )
        })
    })?;
    Ok((counter, Signals(signals)))
}
