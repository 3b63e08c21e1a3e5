//! What libmfa calls in Rust. Nothing that is answered or panics there gets lost, and nothing of it unwinds through C.
//!
//! An engine owns what its callbacks point to and is freed before it, so none can come too late.

use std::fmt;
use std::os::raw::{c_char, c_void};
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::Arc;

use crate::call::keep_cause;
use crate::error::BoxError;
use crate::memory::bytes_at;
use crate::store::{row, Erased, Row, Saved, Store};
use crate::sys;

/// What an engine calls.
pub(crate) struct Hooks {
    pub now_s: Option<Box<dyn Fn() -> u64 + Send + Sync>>,
    pub random: Option<Box<dyn Fn(&mut [u8]) -> bool + Send + Sync>>,
    pub event: Option<Box<dyn Fn(&str) + Send + Sync>>,
}

/// A callback panicked.
#[derive(Debug)]
struct Panicked(String);

impl fmt::Display for Panicked {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "panicked: {}", self.0)
    }
}

impl std::error::Error for Panicked {}

/// The answer, or `failed` for a panic. What a panic carries may panic when it is dropped: then it is left.
fn guarded<T>(failed: T, run: impl FnOnce() -> T) -> T {
    match catch_unwind(AssertUnwindSafe(run)) {
        Ok(answer) => answer,
        Err(carried) => {
            let said = carried
                .downcast_ref::<&str>()
                .map(|said| (*said).to_owned())
                .or_else(|| carried.downcast_ref::<String>().cloned())
                .unwrap_or_default();
            if let Err(again) = catch_unwind(AssertUnwindSafe(move || drop(carried))) {
                std::mem::forget(again);
            }
            keep(Panicked(said).into());
            failed
        }
    }
}

/// The error of before, if there is one, is the host's and may panic when it is dropped.
fn keep(error: BoxError) {
    if let Err(again) = catch_unwind(AssertUnwindSafe(move || keep_cause(error))) {
        std::mem::forget(again);
    }
}

/// A store's callback. The text of an error may hold what was to be stored: it is the source of the call's error, and the
/// operator's line only says where.
unsafe fn answered(
    err: *mut sys::mfa_error,
    line: &str,
    run: impl FnOnce() -> Result<sys::mfa_store_answer, BoxError>,
) -> sys::mfa_store_answer {
    let answer = guarded(sys::MFA_STORE_FAILED, || {
        run().unwrap_or_else(|error| {
            keep(error);
            sys::MFA_STORE_FAILED
        })
    });
    if answer == sys::MFA_STORE_FAILED {
        for (to, from) in unsafe { (*err).message.iter_mut() }.zip(line.bytes().chain([0])) {
            *to = from as c_char;
        }
    }
    answer
}

unsafe fn store_of<'a>(ctx: *mut c_void) -> &'a dyn Store {
    unsafe { (*ctx.cast::<Arc<dyn Store>>()).as_ref() }
}

pub(crate) unsafe extern "C" fn load(
    ctx: *mut c_void,
    key: *const c_char,
    key_len: usize,
    record: *mut sys::mfa_buffer,
    version: *mut u64,
    err: *mut sys::mfa_error,
) -> sys::mfa_store_answer {
    unsafe {
        answered(err, "the store's load failed, in Rust", || match store_of(ctx).load(bytes_at(key, key_len))? {
            None => Ok(sys::MFA_STORE_NONE),
            Some(found) => {
                if sys::mfa_buffer_assign(record, found.record.as_ptr().cast(), found.record.len()) != sys::MFA_OK {
                    return Err("no memory for a record".into());
                }
                *version = found.version;
                Ok(sys::MFA_STORE_DONE)
            }
        })
    }
}

pub(crate) unsafe extern "C" fn save(
    ctx: *mut c_void,
    key: *const c_char,
    key_len: usize,
    record: *const u8,
    record_len: usize,
    expected_version: u64,
    new_version: u64,
    expires_at_s: u64,
    err: *mut sys::mfa_error,
) -> sys::mfa_store_answer {
    unsafe {
        answered(err, "the store's save failed, in Rust", || {
            let (key, record) = (bytes_at(key, key_len), bytes_at(record, record_len));
            Ok(match store_of(ctx).save(key, record, expected_version, new_version, expires_at_s)? {
                Saved::Done => sys::MFA_STORE_DONE,
                Saved::Conflict => sys::MFA_STORE_CONFLICT,
            })
        })
    }
}

pub(crate) unsafe extern "C" fn erase(
    ctx: *mut c_void,
    key: *const c_char,
    key_len: usize,
    expected_version: u64,
    err: *mut sys::mfa_error,
) -> sys::mfa_store_answer {
    unsafe {
        answered(err, "the store's erase failed, in Rust", || {
            Ok(match store_of(ctx).erase(bytes_at(key, key_len), expected_version)? {
                Erased::Done => sys::MFA_STORE_DONE,
                Erased::Conflict => sys::MFA_STORE_CONFLICT,
                Erased::Absent => sys::MFA_STORE_NONE,
            })
        })
    }
}

pub(crate) unsafe extern "C" fn scan(
    ctx: *mut c_void,
    prefix: *const c_char,
    prefix_len: usize,
    after: *const c_char,
    after_len: usize,
    limit: usize,
    take: Option<sys::mfa_scan_fn>,
    take_ctx: *mut c_void,
    err: *mut sys::mfa_error,
) -> sys::mfa_store_answer {
    unsafe {
        answered(err, "the store's scan failed, in Rust", || {
            let found = store_of(ctx).scan(bytes_at(prefix, prefix_len), bytes_at(after, after_len), limit)?;
            let take = take.ok_or("a scan without a callback")?;
            for (key, record, version) in &found {
                let answer = take(take_ctx, key.as_ptr().cast(), key.len(), record.as_ptr(), record.len(), *version);
                if answer != sys::MFA_STORE_DONE {
                    break;
                }
            }
            Ok(sys::MFA_STORE_DONE)
        })
    }
}

/// Collects the rows of a scan of libmfa's; `ctx` is a `Vec<Row>` of the caller.
pub(crate) unsafe extern "C" fn found(
    ctx: *mut c_void,
    key: *const c_char,
    key_len: usize,
    record: *const u8,
    record_len: usize,
    version: u64,
) -> sys::mfa_store_answer {
    guarded(sys::MFA_STORE_FAILED, || unsafe {
        (*ctx.cast::<Vec<Row>>()).push(row(key, key_len, record, record_len, version));
        sys::MFA_STORE_DONE
    })
}

unsafe fn hooks_of<'a>(ctx: *mut c_void) -> &'a Hooks {
    unsafe { &*ctx.cast::<Hooks>() }
}

/// 0 is a clock that failed.
pub(crate) unsafe extern "C" fn now_s(ctx: *mut c_void) -> u64 {
    guarded(0, || unsafe { hooks_of(ctx) }.now_s.as_ref().map_or(0, |now_s| now_s()))
}

/// 1 is a buffer that was filled; whatever else is a generator that failed.
pub(crate) unsafe extern "C" fn random(ctx: *mut c_void, out: *mut u8, out_len: usize) -> i32 {
    guarded(0, || {
        let Hooks { random, .. } = unsafe { hooks_of(ctx) };
        let out = if out_len == 0 { &mut [] } else { unsafe { std::slice::from_raw_parts_mut(out, out_len) } };
        random.as_ref().map_or(0, |random| random(out).into())
    })
}

/// A panic changes nothing: what happened is saved, and the panic hook has told of it.
pub(crate) unsafe extern "C" fn event(ctx: *mut c_void, json: *const c_char, json_len: usize) {
    guarded((), || {
        let line = String::from_utf8_lossy(unsafe { bytes_at(json, json_len) });
        if let Some(event) = &unsafe { hooks_of(ctx) }.event {
            event(&line);
        }
    });
}
