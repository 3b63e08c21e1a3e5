//! What crosses the border: views of bytes to C, buffers and texts from it.

use std::ffi::CStr;
use std::os::raw::c_char;
use std::ptr;

use crate::sys;

/// An empty text is NULL, which every call takes for none.
pub(crate) fn text(bytes: &[u8]) -> sys::mfa_text {
    let data = if bytes.is_empty() { ptr::null() } else { bytes.as_ptr().cast() };
    sys::mfa_text { data, len: bytes.len() }
}

pub(crate) fn texts<T: AsRef<[u8]>>(rows: &[T]) -> Vec<sys::mfa_text> {
    rows.iter().map(|row| text(row.as_ref())).collect()
}

/// NULL for an empty list.
pub(crate) fn rows<T>(rows: &[T]) -> *const T {
    if rows.is_empty() {
        ptr::null()
    } else {
        rows.as_ptr()
    }
}

/// # Safety
/// `data` has `len` bytes, or is NULL or whatever it likes with `len` 0.
pub(crate) unsafe fn bytes_at<'a, T>(data: *const T, len: usize) -> &'a [u8] {
    if len == 0 || data.is_null() {
        return &[];
    }
    unsafe { std::slice::from_raw_parts(data.cast(), len) }
}

/// # Safety
/// As [`bytes_at`].
pub(crate) unsafe fn text_of(given: &sys::mfa_text) -> String {
    string(unsafe { bytes_at(given.data, given.len) })
}

/// What libmfa wrote is UTF-8; user ids, which may be any bytes, are not read with this.
pub(crate) fn string(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A text that libmfa never frees.
pub(crate) fn static_text(given: *const c_char) -> &'static str {
    if given.is_null() {
        return "";
    }
    unsafe { CStr::from_ptr(given) }.to_str().unwrap_or("")
}

/// An `mfa_buffer` that is wiped and freed.
pub(crate) struct Buffer(pub sys::mfa_buffer);

impl Buffer {
    pub fn new() -> Self {
        Self(sys::mfa_buffer { data: ptr::null_mut(), len: 0, capacity: 0 })
    }

    pub fn bytes(&self) -> &[u8] {
        unsafe { bytes_at(self.0.data, self.0.len) }
    }

    pub fn string(&self) -> String {
        string(self.bytes())
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        unsafe { sys::mfa_buffer_free(&mut self.0) }
    }
}

/// The size that a struct of ours has, for its first member.
pub(crate) fn size<T>() -> u32 {
    std::mem::size_of::<T>() as u32
}
