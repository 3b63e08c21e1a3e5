//! One call of libmfa: its status becomes a `Result`.

use std::cell::RefCell;
use std::ptr::{self, NonNull};

use crate::error::{BoxError, Error};
use crate::memory::Buffer;
use crate::numbers::{Signals, Status};
use crate::{sys, Result};

thread_local! {
    /// What a store of the host answered in the call that this thread is in.
    static CAUSE: RefCell<Option<BoxError>> = RefCell::new(None);
}

/// Keeps the error of a callback for the call that it fails.
pub(crate) fn keep_cause(error: BoxError) {
    let _ = CAUSE.try_with(|cause| cause.replace(Some(error)));
}

fn swap_cause(with: Option<BoxError>) -> Option<BoxError> {
    CAUSE.try_with(|cause| cause.replace(with)).unwrap_or(None)
}

/// `run(err)`. What it signals beside a yes.
pub(crate) fn call(run: impl FnOnce(*mut sys::mfa_error) -> sys::mfa_status) -> Result<Signals> {
    let mut err: sys::mfa_error = unsafe { std::mem::zeroed() };
    let outer = swap_cause(None);
    let status = run(&mut err);
    let cause = swap_cause(outer);
    if status == sys::MFA_OK {
        return Ok(Signals(err.signals));
    }
    // A call that completed got over what its callbacks answered: that is no cause of a no.
    Err(Error::new(status, &err, if status < 0 { cause } else { None }))
}

/// `run(buffer, err)`: what it wrote. A report that comes with a no is the error's.
pub(crate) fn buffer_call(
    run: impl FnOnce(*mut sys::mfa_buffer, *mut sys::mfa_error) -> sys::mfa_status,
) -> Result<Buffer> {
    let mut buffer = Buffer::new();
    match call(|err| run(&mut buffer.0, err)) {
        Ok(_) => Ok(buffer),
        Err(mut no) => {
            if matches!(no.status(), Status::Wrong | Status::Denied) && !buffer.bytes().is_empty() {
                no.set_report(buffer.string());
            }
            Err(no)
        }
    }
}

pub(crate) fn text_call(
    run: impl FnOnce(*mut sys::mfa_buffer, *mut sys::mfa_error) -> sys::mfa_status,
) -> Result<String> {
    buffer_call(run).map(|buffer| buffer.string())
}

pub(crate) fn bytes_call(
    run: impl FnOnce(*mut sys::mfa_buffer, *mut sys::mfa_error) -> sys::mfa_status,
) -> Result<Vec<u8>> {
    buffer_call(run).map(|buffer| buffer.bytes().to_vec())
}

/// `run(out, err)`: the object it made, the caller's to free.
pub(crate) fn made<T>(run: impl FnOnce(*mut *mut T, *mut sys::mfa_error) -> sys::mfa_status) -> Result<NonNull<T>> {
    let mut out = ptr::null_mut();
    call(|err| run(&mut out, err))?;
    NonNull::new(out).ok_or_else(|| Error::of(sys::MFA_ERR_INTERNAL, "a yes without an object"))
}

/// A C object of ours: freed once, shared by any number of threads.
macro_rules! handle {
    ($(#[$doc:meta])* $name:ident, $kind:ident, $free:ident) => {
        $(#[$doc])*
        pub struct $name(std::ptr::NonNull<crate::sys::$kind>);

        // The header says that any thread may use one, many at once.
        unsafe impl Send for $name {}
        unsafe impl Sync for $name {}

        impl $name {
            pub(crate) fn c(&self) -> *mut crate::sys::$kind {
                self.0.as_ptr()
            }
        }

        impl Drop for $name {
            fn drop(&mut self) {
                unsafe { crate::sys::$free(self.0.as_ptr()) }
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                out.write_str(stringify!($name))
            }
        }
    };
}
pub(crate) use handle;
