//! A server of a few lines: an engine with a clock that tests move, and a store as a host might write it.
#![allow(dead_code)] // each test program uses its part of it

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use mfa::otp::{base32_decode, totp_code, TotpParams};
use mfa::store::{AnyStore, Erased, Row, Saved, Store, Stored};
use mfa::{BoxError, Engine, EngineConfig, Error, Key, Method, Offer, Proof, Proven, Purpose, Request, Status};

pub const NOW_S: u64 = 1_800_000_000;
pub const CONFIG: &str = r#"{
  "version": 1, "issuer": "Example",
  "webauthn": {"rp_id": "example.org", "origins": ["https://example.org"]},
  "methods": {"email": {"allowed": true}, "hotp": {"allowed": true}, "device": {"allowed": true}},
  "device": {"pairing": true, "pairing_url": "https://example.org/pair"},
  "quick_login": {"enabled": true},
  "unsafe": {"recovery_test_hash": true}
}"#;

/// Three methods over a map, and a scan. Its lock makes each of them one step.
#[derive(Default)]
pub struct MemoryStore(Mutex<BTreeMap<Vec<u8>, Stored>>);

impl Store for MemoryStore {
    fn load(&self, key: &[u8]) -> Result<Option<Stored>, BoxError> {
        Ok(self.0.lock().unwrap().get(key).cloned())
    }

    fn save(&self, key: &[u8], record: &[u8], expected: u64, new: u64, _expires: u64) -> Result<Saved, BoxError> {
        let mut rows = self.0.lock().unwrap();
        if rows.get(key).map_or(0, |row| row.version) != expected {
            return Ok(Saved::Conflict);
        }
        rows.insert(key.to_vec(), Stored { record: record.to_vec(), version: new });
        Ok(Saved::Done)
    }

    fn erase(&self, key: &[u8], expected: u64) -> Result<Erased, BoxError> {
        let mut rows = self.0.lock().unwrap();
        match rows.get(key) {
            None => Ok(Erased::Absent),
            Some(row) if row.version != expected => Ok(Erased::Conflict),
            Some(_) => {
                rows.remove(key);
                Ok(Erased::Done)
            }
        }
    }

    fn can_scan(&self) -> bool {
        true
    }

    fn scan(&self, prefix: &[u8], after: &[u8], limit: usize) -> Result<Vec<Row>, BoxError> {
        let rows = self.0.lock().unwrap();
        let wanted = rows.iter().filter(|(key, _)| key.starts_with(prefix) && key.as_slice() > after);
        Ok(wanted.take(limit).map(|(key, row)| (key.clone(), row.record.clone(), row.version)).collect())
    }
}

pub struct Site {
    pub engine: Engine,
    pub clock: Arc<AtomicU64>,
    pub events: Arc<Mutex<Vec<String>>>,
    pub statement: String,
}

impl Site {
    pub fn new() -> Self {
        Self::with(Arc::new(MemoryStore::default()), CONFIG)
    }

    pub fn with(store: impl Into<AnyStore>, config: &str) -> Self {
        let (clock, events) = (Arc::new(AtomicU64::new(NOW_S)), Arc::new(Mutex::new(Vec::new())));
        let (now, log) = (clock.clone(), events.clone());
        let keys = [Key::new(1, [7; 32])];
        let config = EngineConfig::new(config, &keys, store)
            .decoy_key(&[0xd0; 32])
            .now_s(move || now.load(Ordering::SeqCst))
            .event(move |line| log.lock().unwrap().push(line.to_owned()));
        Self { engine: Engine::new(config).unwrap(), clock, events, statement: String::new() }
    }

    pub fn now_s(&self) -> u64 {
        self.clock.load(Ordering::SeqCst)
    }

    pub fn wait(&self, seconds: u64) {
        self.clock.fetch_add(seconds, Ordering::SeqCst);
    }

    pub fn code(&self, secret: &[u8], steps: i64) -> String {
        let now_s = self.now_s().wrapping_add((steps * 30) as u64);
        totp_code(&TotpParams::default(), secret, now_s).unwrap()
    }

    /// An app enrolled on the way in: its secret.
    pub fn enroll_totp(&mut self, user: &str) -> Vec<u8> {
        let offer = self.engine.enroll_begin(&login(user), Method::Totp, None).unwrap();
        let secret = base32_decode(offer.secret.as_ref().unwrap()).unwrap();
        let proof = self.engine.enroll_finish(&login(user), &offer.ticket, self.code(&secret, 0)).unwrap();
        self.keep(&proof);
        secret
    }

    pub fn sign_in(&mut self, user: &str, secret: &[u8], steps: i64) -> mfa::Result<Proof> {
        let proof = self.engine.verify_code(&login(user), Method::Totp, self.code(secret, steps))?;
        self.keep(&proof);
        Ok(proof)
    }

    pub fn keep(&mut self, proof: &Proof) {
        self.statement = proof.statement.clone().unwrap();
    }

    /// Of alice, signed in.
    pub fn signed_in(&self, purpose: Purpose) -> Request<'_> {
        Request::new(purpose).user("alice").browser(BROWSER).statement(&self.statement)
    }
}

pub const BROWSER: &str = "the browser of the tests";

pub fn login<'a>(user: &'a str) -> Request<'a> {
    Request::new(Purpose::Login).user(user).browser(BROWSER).proven(Proven::PASSWORD)
}

/// The status of what must be no yes.
pub fn no<T: std::fmt::Debug>(answer: Result<T, Error>) -> Status {
    answer.expect_err("a yes").status()
}

pub fn code_in(offer: &Offer) -> String {
    let text = &offer.mail.as_ref().unwrap().text;
    text.split(|c: char| !c.is_ascii_digit()).find(|word| word.len() == 8).unwrap().to_owned()
}

/// The Cookie header of a browser that was sent this Set-Cookie.
pub fn jar(set_cookie: &str) -> &str {
    set_cookie.split(';').next().unwrap()
}
