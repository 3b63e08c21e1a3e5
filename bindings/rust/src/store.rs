//! Where sealed records live (`mfa/store.h`): implement [`Store`] for your database, or open one of libmfa's.

use std::fmt;
use std::os::raw::{c_char, c_void};
use std::ptr;
use std::sync::Arc;

use crate::call::{call, text_call};
use crate::callbacks;
use crate::error::{BoxError, Error};
use crate::memory::{bytes_at, size, text, Buffer};
use crate::{sys, Result};

/// Most bytes of a key.
pub const KEY_MAX: usize = sys::MFA_STORE_KEY_MAX as usize;
/// Most bytes of a record.
pub const RECORD_MAX: usize = sys::MFA_STORE_RECORD_MAX as usize;

/// A record as a store keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Sealed.
    pub record: Vec<u8>,
    /// 1 to 2^63 - 1, drawn by the engine: a store only compares and keeps it.
    pub version: u64,
}

/// What a save answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Saved {
    /// It is durable.
    Done,
    /// The stored version is not the expected one.
    Conflict,
}

/// What an erase answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Erased {
    /// It is gone.
    Done,
    /// The stored version is not the expected one.
    Conflict,
    /// There is no such key.
    Absent,
}

/// A row of a scan: key, record and version.
pub type Row = (Vec<u8>, Vec<u8>, u64);

/// A key-value store with compare-and-set. Many threads may call it at once; it must not call the engine that it serves.
/// An error, or a panic, makes the engine's call [`Status::Store`](crate::Status::Store), whose source it is: nothing is
/// decided. Keys are compared exactly.
pub trait Store: Send + Sync + 'static {
    /// None: no such key. Must see every save that was answered Done, so never asks a replica.
    fn load(&self, key: &[u8]) -> std::result::Result<Option<Stored>, BoxError>;

    /// Done once it is durable; Conflict when the stored version is not `expected_version` (0: there is no such key).
    /// `expires_at_s`: Unix seconds from which you may delete it, 0: never.
    fn save(
        &self,
        key: &[u8],
        record: &[u8],
        expected_version: u64,
        new_version: u64,
        expires_at_s: u64,
    ) -> std::result::Result<Saved, BoxError>;

    /// Erases what has that version.
    fn erase(&self, key: &[u8], expected_version: u64) -> std::result::Result<Erased, BoxError>;

    /// Whether [`scan`](Self::scan) is there.
    fn can_scan(&self) -> bool {
        false
    }

    /// Optional: up to `limit` rows whose key begins with `prefix` and comes after `after`, in byte order.
    fn scan(&self, _prefix: &[u8], _after: &[u8], _limit: usize) -> std::result::Result<Vec<Row>, BoxError> {
        Err("this store has no scan".into())
    }
}

/// A store of libmfa's, from [`open_store`]. It is closed with the last engine on it, or when it is dropped after that.
pub struct OpenedStore(sys::mfa_store);

// mfa/store.h: functions may be called from any thread at once.
unsafe impl Send for OpenedStore {}
unsafe impl Sync for OpenedStore {}

/// `"memory:"`, `"sqlite:/var/lib/app/mfa.db"` (`mfa_store_open`). Open it in the process that uses it: in a child of fork it
/// fails. Argument, Unsupported, Store.
pub fn open_store(url: impl AsRef<[u8]>) -> Result<Arc<OpenedStore>> {
    let url = text(url.as_ref());
    let mut store = empty();
    call(|err| unsafe { sys::mfa_store_open(url.data, url.len, &mut store, err) })?;
    Ok(Arc::new(OpenedStore(store)))
}

fn empty() -> sys::mfa_store {
    sys::mfa_store {
        struct_size: size::<sys::mfa_store>(),
        reserved: 0,
        ctx: ptr::null_mut(),
        load: None,
        save: None,
        erase: None,
        scan: None,
        close: None,
    }
}

impl OpenedStore {
    /// As [`Store::load`]. Store.
    pub fn load(&self, key: impl AsRef<[u8]>) -> Result<Option<Stored>> {
        let (key, mut record, mut version) = (text(key.as_ref()), Buffer::new(), 0);
        let load = self.0.load.ok_or_else(no_function)?;
        match answer(|err| unsafe { load(self.0.ctx, key.data, key.len, &mut record.0, &mut version, err) })? {
            sys::MFA_STORE_NONE => Ok(None),
            _ => Ok(Some(Stored { record: record.bytes().to_vec(), version })),
        }
    }

    /// As [`Store::save`]. Store.
    pub fn save(
        &self,
        key: impl AsRef<[u8]>,
        record: &[u8],
        expected_version: u64,
        new_version: u64,
        expires_at_s: u64,
    ) -> Result<Saved> {
        let (key, kept) = (text(key.as_ref()), text(record));
        let save = self.0.save.ok_or_else(no_function)?;
        let told = answer(|err| unsafe {
            save(
                self.0.ctx,
                key.data,
                key.len,
                kept.data.cast(),
                kept.len,
                expected_version,
                new_version,
                expires_at_s,
                err,
            )
        })?;
        Ok(if told == sys::MFA_STORE_DONE { Saved::Done } else { Saved::Conflict })
    }

    /// As [`Store::erase`]. Store.
    pub fn erase(&self, key: impl AsRef<[u8]>, expected_version: u64) -> Result<Erased> {
        let key = text(key.as_ref());
        let erase = self.0.erase.ok_or_else(no_function)?;
        Ok(match answer(|err| unsafe { erase(self.0.ctx, key.data, key.len, expected_version, err) })? {
            sys::MFA_STORE_DONE => Erased::Done,
            sys::MFA_STORE_CONFLICT => Erased::Conflict,
            _ => Erased::Absent,
        })
    }

    /// As [`Store::scan`]. Store, Unsupported.
    pub fn scan(&self, prefix: impl AsRef<[u8]>, after: impl AsRef<[u8]>, limit: usize) -> Result<Vec<Row>> {
        let (prefix, after, mut found) = (text(prefix.as_ref()), text(after.as_ref()), Vec::new());
        let scan = self.0.scan.ok_or_else(no_function)?;
        let rows: *mut Vec<Row> = &mut found;
        answer(|err| unsafe {
            let take = Some(callbacks::found as sys::mfa_scan_fn);
            scan(self.0.ctx, prefix.data, prefix.len, after.data, after.len, limit, take, rows.cast(), err)
        })?;
        Ok(found)
    }
}

fn no_function() -> Error {
    Error::of(sys::MFA_ERR_UNSUPPORTED, "the store has no such function")
}

/// DONE, NONE or CONFLICT; whatever else is an error.
fn answer(run: impl FnOnce(*mut sys::mfa_error) -> sys::mfa_store_answer) -> Result<sys::mfa_store_answer> {
    let mut told = sys::MFA_STORE_FAILED;
    call(|err| {
        told = run(err);
        match told {
            sys::MFA_STORE_DONE | sys::MFA_STORE_NONE | sys::MFA_STORE_CONFLICT => sys::MFA_OK,
            _ => sys::MFA_ERR_STORE,
        }
    })?;
    Ok(told)
}

impl Drop for OpenedStore {
    fn drop(&mut self) {
        unsafe { sys::mfa_store_close(&mut self.0) }
    }
}

impl fmt::Debug for OpenedStore {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("OpenedStore")
    }
}

/// Tries every promise of a store on keys under `"check/"`, which it erases again: one line for each (`mfa_store_check`). Wrong,
/// with the lines as the error's report: one is broken. Store: it failed at the first load.
pub fn check(store: impl Into<AnyStore>) -> Result<String> {
    let lent = Lent::new(store.into());
    text_call(|out, err| unsafe { sys::mfa_store_check(&lent.c, out, err) })
}

/// One of libmfa's stores, or one of yours. Both are made from an `Arc` of it by `into()`.
#[derive(Clone)]
pub struct AnyStore(Kind);

#[derive(Clone)]
enum Kind {
    Opened(Arc<OpenedStore>),
    Yours(Arc<dyn Store>),
}

impl From<Arc<OpenedStore>> for AnyStore {
    fn from(store: Arc<OpenedStore>) -> Self {
        Self(Kind::Opened(store))
    }
}

impl<S: Store> From<Arc<S>> for AnyStore {
    fn from(store: Arc<S>) -> Self {
        Self(Kind::Yours(store))
    }
}

impl From<Arc<dyn Store>> for AnyStore {
    fn from(store: Arc<dyn Store>) -> Self {
        Self(Kind::Yours(store))
    }
}

impl fmt::Debug for AnyStore {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("AnyStore")
    }
}

/// The `mfa_store` of a store, for as long as it is held.
pub(crate) struct Lent {
    pub c: sys::mfa_store,
    _opened: Option<Arc<OpenedStore>>,
    /// What `c.ctx` points to.
    _yours: Option<Box<Arc<dyn Store>>>,
}

impl Lent {
    pub fn new(store: AnyStore) -> Self {
        match store.0 {
            Kind::Opened(store) => Self { c: store.0, _opened: Some(store), _yours: None },
            Kind::Yours(store) => {
                let scan = store.can_scan();
                let target = Box::new(store);
                let mut c = empty();
                c.ctx = (&*target as *const Arc<dyn Store>) as *mut c_void;
                c.load = Some(callbacks::load);
                c.save = Some(callbacks::save);
                c.erase = Some(callbacks::erase);
                if scan {
                    c.scan = Some(callbacks::scan);
                }
                Self { c, _opened: None, _yours: Some(target) }
            }
        }
    }
}

/// What a scan of C found.
///
/// # Safety
/// As the callback's parameters are in `mfa/store.h`.
pub(crate) unsafe fn row(
    key: *const c_char,
    key_len: usize,
    record: *const u8,
    record_len: usize,
    version: u64,
) -> Row {
    unsafe { (bytes_at(key, key_len).to_vec(), bytes_at(record, record_len).to_vec(), version) }
}
