//! Whom attestation may lead to.

use crate::call::{handle, made, text_call};
use crate::memory::{rows, size, text, texts};
use crate::{sys, Result};

handle! {
    /// Whom attestation may lead to (`mfa_trust`). Immutable; many engines and threads may use one.
    Trust, mfa_trust, mfa_trust_free
}

/// What a [`Trust`] is made of (`mfa_trust_input`). Nothing is ever fetched.
#[derive(Clone, Debug, Default)]
pub struct TrustInput<'a> {
    /// DER: root, intermediate or the authenticator's own.
    pub anchors: &'a [&'a [u8]],
    /// DER.
    pub crls: &'a [&'a [u8]],
    /// The FIDO metadata BLOB as downloaded, or empty.
    pub mds_blob: &'a [u8],
    /// DER, needed with a BLOB.
    pub mds_root: &'a [u8],
    /// Refuse a BLOB with a smaller number.
    pub mds_min_no: u64,
}

impl Trust {
    /// Reads and checks all of it at a time in Unix seconds (`mfa_trust_new`). Config.
    pub fn new(input: &TrustInput<'_>, now_s: u64) -> Result<Self> {
        let (anchors, crls) = (texts(input.anchors), texts(input.crls));
        let c = sys::mfa_trust_input {
            struct_size: size::<sys::mfa_trust_input>(),
            reserved: 0,
            anchors: rows(&anchors),
            anchors_count: anchors.len(),
            crls: rows(&crls),
            crls_count: crls.len(),
            mds_blob: text(input.mds_blob),
            mds_root: text(input.mds_root),
            mds_min_no: input.mds_min_no,
        };
        made(|out, err| unsafe { sys::mfa_trust_new(&c, now_s, out, err) }).map(Self)
    }

    /// What was read: anchors, no, nextUpdate, entries, skipped (`mfa_trust_json`).
    pub fn json(&self) -> Result<String> {
        text_call(|out, err| unsafe { sys::mfa_trust_json(self.c(), out, err) })
    }
}
