//! Is a log of events whole (`mfa/log.h`; docs/events.md)?

use std::ptr::NonNull;

use crate::base::key_ring;
use crate::call::{call, made};
use crate::error::Error;
use crate::memory::{rows, size, text, text_of};
use crate::numbers::{LogTrouble, Status};
use crate::{sys, Key, Result};

/// Bytes; a longer line is no event.
pub const LINE_MAX: usize = sys::MFA_LOG_LINE_MAX as usize;
/// Events of a chain that may wait for one before them.
pub const WINDOW: usize = sys::MFA_LOG_WINDOW as usize;
/// Events that may wait in all chains together.
pub const WAITING: usize = sys::MFA_LOG_WAITING as usize;
/// Engines that wrote into the log.
pub const CHAINS: usize = sys::MFA_LOG_CHAINS as usize;

/// What a line, or the end, brought to light (`mfa_log_finding`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What it is.
    pub trouble: LogTrouble,
    /// The log may be whole.
    pub is_note: bool,
    /// 1 for the first; 0: it shows at the end.
    pub line: u64,
    /// Empty: of none.
    pub chain: String,
    /// Of the events in the chain; 0: of none.
    pub first_n: u64,
    /// As `first_n` where there is one event.
    pub last_n: u64,
}

/// A check of one log, by one thread at a time. After an error the check is worth nothing.
#[derive(Debug)]
pub struct Log(NonNull<sys::mfa_log>);

// Only `&mut self` calls change it, and none is tied to a thread.
unsafe impl Send for Log {}

impl Log {
    /// `keys`: of the engines that wrote, those dropped since too; none: links alone are checked (`mfa_log_new`).
    pub fn new(keys: &[Key]) -> Result<Self> {
        let ring = key_ring(keys);
        made(|out, err| unsafe { sys::mfa_log_new(rows(&ring), ring.len(), out, err) }).map(Self)
    }

    /// The next line, without its end: what it brought to light, nothing for a good one (`mfa_log_line`).
    pub fn line(&mut self, line: impl AsRef<[u8]>) -> Result<Vec<Finding>> {
        let line = text(line.as_ref());
        let log = self.0.as_ptr();
        self.findings(|err| unsafe { sys::mfa_log_line(log, line.data, line.len, err) })
    }

    /// There are no more lines. `complete`: every engine was dropped (`mfa_log_end`).
    pub fn end(&mut self, complete: bool) -> Result<Vec<Finding>> {
        let log = self.0.as_ptr();
        self.findings(|err| unsafe { sys::mfa_log_end(log, complete.into(), err) })
    }

    /// Events that are there (`mfa_log_number`).
    pub fn events(&self) -> u64 {
        self.number(sys::MFA_LOG_ITEM_EVENTS)
    }

    /// Engines that wrote.
    pub fn chains(&self) -> u64 {
        self.number(sys::MFA_LOG_ITEM_CHAINS)
    }

    /// Events whose links alone were checked.
    pub fn unchecked(&self) -> u64 {
        self.number(sys::MFA_LOG_ITEM_UNCHECKED)
    }

    /// Findings but for notes: 0 is a log that is whole.
    pub fn problems(&self) -> u64 {
        self.number(sys::MFA_LOG_ITEM_PROBLEMS)
    }

    fn number(&self, item: i32) -> u64 {
        unsafe { sys::mfa_log_number(self.0.as_ptr(), item) }
    }

    fn findings(&mut self, run: impl FnOnce(*mut sys::mfa_error) -> sys::mfa_status) -> Result<Vec<Finding>> {
        match call(run) {
            Err(error) if error.status() != Status::Wrong => return Err(error),
            _ => {} // Wrong is what findings say
        }
        let count = unsafe { sys::mfa_log_finding_count(self.0.as_ptr()) };
        (0..count).map(|index| self.finding(index)).collect()
    }

    fn finding(&self, index: usize) -> Result<Finding> {
        let mut row: sys::mfa_log_finding = unsafe { std::mem::zeroed() };
        row.struct_size = size::<sys::mfa_log_finding>();
        let status = unsafe { sys::mfa_log_finding_at(self.0.as_ptr(), index, &mut row) };
        if status != sys::MFA_OK {
            return Err(Error::of(status, "a finding that is not there"));
        }
        Ok(Finding {
            trouble: row.trouble.into(),
            is_note: row.is_note != 0,
            line: row.line,
            chain: unsafe { text_of(&row.chain) },
            first_n: row.first_n,
            last_n: row.last_n,
        })
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        unsafe { sys::mfa_log_free(self.0.as_ptr()) }
    }
}
