//! TOTP (RFC 6238), HOTP (RFC 4226), otpauth URIs and QR codes, stateless (`mfa/otp.h`).

use std::fmt;
use std::os::raw::c_char;

use crate::call::{buffer_call, bytes_call, call, text_call};
use crate::memory::{size, text, text_of, Buffer};
use crate::numbers::{Hash, Method, QrForm, Signals, UnsafeOtp};
use crate::{sys, Result};

/// Fewest bytes of a secret; 10 with [`UnsafeOtp::SHORT_SECRET`].
pub const SECRET_MIN: usize = sys::MFA_OTP_SECRET_MIN as usize;
/// Most bytes of a secret.
pub const SECRET_MAX: usize = sys::MFA_OTP_SECRET_MAX as usize;

/// `mfa_totp_params`. The default: SHA-1, 6 digits, 30 s, a step before and after.
#[derive(Clone, Copy, Debug)]
pub struct TotpParams {
    /// SHA-1 is what authenticator apps know.
    pub hash: Hash,
    /// 6 to 10.
    pub digits: u32,
    /// 1 to 3600.
    pub period_s: u32,
    /// Unix seconds from which steps are counted.
    pub t0_s: u64,
    /// Steps accepted before now, 0 to 10.
    pub past: u32,
    /// Steps accepted after now, 0 to 10.
    pub future: u32,
    /// Rules that are let go.
    pub flags: UnsafeOtp,
}

impl Default for TotpParams {
    fn default() -> Self {
        Self { hash: Hash::Sha1, digits: 6, period_s: 30, t0_s: 0, past: 1, future: 1, flags: UnsafeOtp::NONE }
    }
}

impl TotpParams {
    fn c(&self) -> sys::mfa_totp_params {
        sys::mfa_totp_params {
            struct_size: size::<sys::mfa_totp_params>(),
            hash: self.hash.into(),
            digits: self.digits,
            period_s: self.period_s,
            t0_s: self.t0_s,
            past: self.past,
            future: self.future,
            flags: self.flags.0,
            reserved: 0,
        }
    }
}

/// `mfa_hotp_params`. The default: SHA-1, 6 digits, ten counters ahead.
#[derive(Clone, Copy, Debug)]
pub struct HotpParams {
    /// As of TOTP.
    pub hash: Hash,
    /// 6 to 10.
    pub digits: u32,
    /// Counters tried after the expected one, 0 to 100.
    pub look_ahead: u32,
    /// Rules that are let go.
    pub flags: UnsafeOtp,
}

impl Default for HotpParams {
    fn default() -> Self {
        Self { hash: Hash::Sha1, digits: 6, look_ahead: 10, flags: UnsafeOtp::NONE }
    }
}

impl HotpParams {
    fn c(&self) -> sys::mfa_hotp_params {
        sys::mfa_hotp_params {
            struct_size: size::<sys::mfa_hotp_params>(),
            hash: self.hash.into(),
            digits: self.digits,
            look_ahead: self.look_ahead,
            flags: self.flags.0,
            reserved: 0,
        }
    }
}

fn code_call(run: impl FnOnce(*mut c_char, *mut sys::mfa_error) -> sys::mfa_status) -> Result<String> {
    let mut code = [0u8; sys::MFA_OTP_CODE_SIZE as usize];
    call(|err| run(code.as_mut_ptr().cast(), err))?;
    Ok(code.iter().take_while(|&&digit| digit != 0).map(|&digit| char::from(digit)).collect())
}

/// The code of a time in Unix seconds (`mfa_totp_code`; RFC 6238 section 4). Argument.
pub fn totp_code(params: &TotpParams, secret: &[u8], now_s: u64) -> Result<String> {
    let params = params.c();
    code_call(|code, err| unsafe { sys::mfa_totp_code(&params, secret.as_ptr(), secret.len(), now_s, code, err) })
}

/// The step that the code is of: store it as the next `last_step` in one conditional update before you let the user in, or the
/// code works twice (`mfa_totp_verify`). `last_step` 0: none yet. Wrong, AlreadyUsed, Malformed, Argument.
pub fn totp_verify(
    params: &TotpParams,
    secret: &[u8],
    last_step: u64,
    now_s: u64,
    code: impl AsRef<[u8]>,
) -> Result<u64> {
    let (params, code, mut used) = (params.c(), text(code.as_ref()), 0);
    call(|err| unsafe {
        sys::mfa_totp_verify(
            &params,
            secret.as_ptr(),
            secret.len(),
            last_step,
            now_s,
            code.data,
            code.len,
            &mut used,
            err,
        )
    })?;
    Ok(used)
}

/// The code of a counter (`mfa_hotp_code`; RFC 4226 section 5.3). Argument.
pub fn hotp_code(params: &HotpParams, secret: &[u8], counter: u64) -> Result<String> {
    let params = params.c();
    code_call(|code, err| unsafe { sys::mfa_hotp_code(&params, secret.as_ptr(), secret.len(), counter, code, err) })
}

/// The counter to expect next: store it before you let the user in (`mfa_hotp_verify`). Wrong, Malformed, Argument.
pub fn hotp_verify(params: &HotpParams, secret: &[u8], counter: u64, code: impl AsRef<[u8]>) -> Result<u64> {
    let (params, code, mut next) = (params.c(), text(code.as_ref()), 0);
    call(|err| unsafe {
        sys::mfa_hotp_verify(&params, secret.as_ptr(), secret.len(), counter, code.data, code.len, &mut next, err)
    })?;
    Ok(next)
}

/// Two codes in a row within 1 to 1000 counters: the counter to expect next (`mfa_hotp_resync`; RFC 4226 section 7.4). Wrong,
/// Malformed, Argument.
pub fn hotp_resync(
    params: &HotpParams,
    secret: &[u8],
    counter: u64,
    range: u32,
    codes: (impl AsRef<[u8]>, impl AsRef<[u8]>),
) -> Result<u64> {
    let (params, one, two, mut next) = (params.c(), text(codes.0.as_ref()), text(codes.1.as_ref()), 0);
    call(|err| unsafe {
        sys::mfa_hotp_resync(
            &params,
            secret.as_ptr(),
            secret.len(),
            counter,
            range,
            one.data,
            one.len,
            two.data,
            two.len,
            &mut next,
            err,
        )
    })?;
    Ok(next)
}

/// One otpauth:// URI (`mfa_otpauth`).
#[derive(Clone, PartialEq, Eq)]
pub struct Otpauth {
    /// TOTP or HOTP.
    pub method: Method,
    /// Without `':'`.
    pub issuer: String,
    /// Without `':'`.
    pub account: String,
    /// Bytes, not base32.
    pub secret: Vec<u8>,
    /// As of TOTP.
    pub hash: Hash,
    /// 6 to 10.
    pub digits: u32,
    /// TOTP.
    pub period_s: u32,
    /// HOTP.
    pub counter: u64,
}

impl Otpauth {
    /// TOTP of six digits in 30 s.
    pub fn totp(issuer: &str, account: &str, secret: &[u8]) -> Self {
        Self {
            method: Method::Totp,
            issuer: issuer.to_owned(),
            account: account.to_owned(),
            secret: secret.to_vec(),
            hash: Hash::Sha1,
            digits: 6,
            period_s: 30,
            counter: 0,
        }
    }
}

impl fmt::Debug for Otpauth {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Otpauth")
            .field("method", &self.method)
            .field("account", &self.account)
            .finish_non_exhaustive()
    }
}

/// The URI (`mfa_otpauth_build`). Argument.
pub fn otpauth_build(otpauth: &Otpauth) -> Result<String> {
    let c = sys::mfa_otpauth {
        struct_size: size::<sys::mfa_otpauth>(),
        method: otpauth.method.into(),
        issuer: text(otpauth.issuer.as_bytes()),
        account: text(otpauth.account.as_bytes()),
        secret: text(&otpauth.secret),
        hash: otpauth.hash.into(),
        digits: otpauth.digits,
        period_s: otpauth.period_s,
        reserved: 0,
        counter: otpauth.counter,
    };
    text_call(|uri, err| unsafe { sys::mfa_otpauth_build(&c, uri, err) })
}

/// What a URI says, and [`Signals::WEAK_SECRET`] for a secret of under 16 bytes (`mfa_otpauth_parse`). Not `strict`: also what
/// issuers emit against the rules (docs/methods.md). Malformed.
pub fn otpauth_parse(uri: impl AsRef<[u8]>, strict: bool) -> Result<(Otpauth, Signals)> {
    let uri = text(uri.as_ref());
    let mut storage = Buffer::new();
    let mut c: sys::mfa_otpauth = unsafe { std::mem::zeroed() };
    c.struct_size = size::<sys::mfa_otpauth>();
    let signals =
        call(|err| unsafe { sys::mfa_otpauth_parse(uri.data, uri.len, strict.into(), &mut c, &mut storage.0, err) })?;
    let found = unsafe {
        Otpauth {
            method: c.method.into(),
            issuer: text_of(&c.issuer),
            account: text_of(&c.account),
            secret: crate::memory::bytes_at(c.secret.data, c.secret.len).to_vec(),
            hash: c.hash.into(),
            digits: c.digits,
            period_s: c.period_s,
            counter: c.counter,
        }
    };
    Ok((found, signals))
}

/// RFC 4648 section 6, upper case, without padding (`mfa_base32_encode`).
pub fn base32_encode(data: &[u8]) -> Result<String> {
    let data = text(data);
    text_call(|out, err| unsafe { sys::mfa_base32_encode(data.data.cast(), data.len, out, err) })
}

/// Reads lower case, spaces, hyphens and padding, too (`mfa_base32_decode`). Malformed.
pub fn base32_decode(given: impl AsRef<[u8]>) -> Result<Vec<u8>> {
    let given = text(given.as_ref());
    bytes_call(|out, err| unsafe { sys::mfa_base32_decode(given.data, given.len, out, err) })
}

/// A QR code (`mfa_qr`). Argument for a text that is too long.
pub fn qr(given: impl AsRef<[u8]>, form: QrForm) -> Result<Vec<u8>> {
    let given = text(given.as_ref());
    buffer_call(|out, err| unsafe { sys::mfa_qr(given.data, given.len, form.into(), out, err) })
        .map(|made| made.bytes().to_vec())
}

/// A QR code as SVG, for a page (`mfa_qr`). Argument.
pub fn qr_svg(given: impl AsRef<[u8]>) -> Result<String> {
    qr(given, QrForm::Svg).map(|svg| crate::memory::string(&svg))
}
