//! Stores in Rust: they keep their promises, and what goes wrong in one is a failing store, never a crash.

use std::error::Error as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use crate::support::*;
use mfa::store::{check, Erased, Row, Saved, Store, Stored};
use mfa::*;

#[test]
fn every_promise_is_kept() {
    assert!(check(Arc::new(MemoryStore::default())).unwrap().lines().count() > 10);
    assert!(check(open_store("memory:").unwrap()).unwrap().lines().count() > 10);
}

/// Answers DONE, and keeps nothing.
struct Forgetful;

impl Store for Forgetful {
    fn load(&self, _: &[u8]) -> Result<Option<Stored>, BoxError> {
        Ok(None)
    }
    fn save(&self, _: &[u8], _: &[u8], _: u64, _: u64, _: u64) -> Result<Saved, BoxError> {
        Ok(Saved::Done)
    }
    fn erase(&self, _: &[u8], _: u64) -> Result<Erased, BoxError> {
        Ok(Erased::Done)
    }
}

#[test]
fn a_broken_promise_shows() {
    let error = check(Arc::new(Forgetful)).unwrap_err();
    assert_eq!(error.status(), Status::Wrong);
    assert!(error.report().unwrap().lines().count() > 3, "{error:?}");
}

#[test]
fn a_store_of_libmfa_can_be_used_alone() {
    let store = open_store("memory:").unwrap();
    assert_eq!(store.load("k\0").unwrap(), None);
    assert_eq!(store.save("k\0", b"one", 0, 5, 0).unwrap(), Saved::Done);
    assert_eq!(store.save("k\0", b"two", 0, 6, 0).unwrap(), Saved::Conflict);
    assert_eq!(store.load("k\0").unwrap().unwrap(), Stored { record: b"one".to_vec(), version: 5 });
    assert_eq!(store.scan("k", "", 9).unwrap(), [(b"k\0".to_vec(), b"one".to_vec(), 5)]);
    assert_eq!(store.erase("k\0", 4).unwrap(), Erased::Conflict);
    assert_eq!(store.erase("k\0", 5).unwrap(), Erased::Done);
    assert_eq!(store.erase("k\0", 5).unwrap(), Erased::Absent);
    assert_eq!(no(store.save(vec![b'k'; 513], b"x", 0, 1, 0)), Status::Store);
}

#[test]
fn stores_that_cannot_be_opened() {
    let long = "x".repeat(1 << 20);
    for url in ["", "memory", "postgres:x", "sqlite:", "sqlite:/nowhere/at/all.db", "sqlite:/tmp/a\0b", "\0", &long] {
        let error = open_store(url).unwrap_err();
        assert!(!error.status().is_refusal(), "{url:?}");
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    None,
    Error,
    Panic,
    PanicOfAPanic,
    HugeRecord,
}

/// Works until it is told not to.
struct Failing {
    rows: MemoryStore,
    fault: Mutex<Fault>,
    calls: AtomicUsize,
}

struct PanicsWhenDropped;

impl Drop for PanicsWhenDropped {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            panic!("again, while it is dropped");
        }
    }
}

impl Failing {
    fn new() -> Arc<Self> {
        Arc::new(Self { rows: MemoryStore::default(), fault: Mutex::new(Fault::None), calls: AtomicUsize::new(0) })
    }

    fn trouble(&self) -> Result<(), BoxError> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        let fault = *self.fault.lock().unwrap();
        match fault {
            Fault::Error => Err("the database is away".into()),
            Fault::Panic => panic!("the database is away"),
            Fault::PanicOfAPanic => std::panic::panic_any(PanicsWhenDropped),
            _ => Ok(()),
        }
    }

    fn set(&self, fault: Fault) {
        *self.fault.lock().unwrap() = fault;
    }
}

impl Store for Failing {
    fn load(&self, key: &[u8]) -> Result<Option<Stored>, BoxError> {
        self.trouble()?;
        if *self.fault.lock().unwrap() == Fault::HugeRecord {
            return Ok(Some(Stored { record: vec![7; 1 << 24], version: 1 << 63 }));
        }
        self.rows.load(key)
    }
    fn save(&self, key: &[u8], record: &[u8], expected: u64, new: u64, expires: u64) -> Result<Saved, BoxError> {
        self.trouble()?;
        self.rows.save(key, record, expected, new, expires)
    }
    fn erase(&self, key: &[u8], expected: u64) -> Result<Erased, BoxError> {
        self.trouble()?;
        self.rows.erase(key, expected)
    }
    fn can_scan(&self) -> bool {
        true
    }
    fn scan(&self, prefix: &[u8], after: &[u8], limit: usize) -> Result<Vec<Row>, BoxError> {
        self.trouble()?;
        self.rows.scan(prefix, after, limit)
    }
}

fn quietly<T>(run: impl FnOnce() -> T) -> T {
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let answer = run();
    std::panic::set_hook(hook);
    answer
}

#[test]
fn a_store_that_fails_or_panics_lets_nobody_in() {
    let store = Failing::new();
    let mut site = Site::with(store.clone(), CONFIG);
    let secret = site.enroll_totp("alice");
    quietly(|| {
        for fault in [Fault::Error, Fault::Panic, Fault::PanicOfAPanic, Fault::HugeRecord] {
            store.set(fault);
            let error = site.sign_in("alice", &secret, 1).unwrap_err();
            assert!(!error.status().is_refusal() && error.proof().is_none(), "{fault:?}: {error}");
            if fault != Fault::HugeRecord {
                assert_eq!(error.status(), Status::Store, "{fault:?}");
                let said = error.source().unwrap().to_string();
                assert_eq!(said.contains("away"), fault != Fault::PanicOfAPanic, "{said}");
                assert!(!error.message().contains("away"), "what a store says is for its source: {error}");
                assert_eq!(no(site.engine.admin_users("", 9)), Status::Store);
            }
            store.set(Fault::None);
            assert_eq!(site.engine.account(&login("alice")).unwrap().factors.len(), 1);
        }
        store.set(Fault::Error);
        assert_eq!(no(check(store.clone())), Status::Store);
        store.set(Fault::None);
    });
    assert!(site.sign_in("alice", &secret, 1).is_ok() && store.calls.load(Ordering::SeqCst) > 10);
}

#[test]
fn a_store_without_a_scan_says_so() {
    let site = Site::with(Arc::new(Forgetful), CONFIG);
    assert_eq!(no(site.engine.admin_users("", 9)), Status::Unsupported);
}

#[test]
fn a_store_lives_as_long_as_its_engine() {
    let store = Failing::new();
    let seen = Arc::downgrade(&store);
    let site = Site::with(store, CONFIG);
    assert!(site.engine.account(&login("alice")).is_ok() && seen.upgrade().is_some());
    drop(site);
    assert!(seen.upgrade().is_none());
}

fn engine(
    store: Arc<MemoryStore>,
    change: impl for<'a> FnOnce(EngineConfig<'a>) -> EngineConfig<'a>,
) -> Result<Engine, Error> {
    let keys = [Key::generate(1).unwrap()];
    Engine::new(change(EngineConfig::new(CONFIG, &keys, store).decoy_key(&[1; 32])))
}

#[test]
fn clocks_generators_and_events_that_panic() {
    let store = Arc::new(MemoryStore::default());
    quietly(|| {
        let stopped = engine(store.clone(), |config| config.now_s(|| panic!("no clock")))
            .and_then(|engine| engine.session_start(&login("alice")).map(|_| ()));
        assert!(!no(stopped).is_refusal());
        for works in [false, true] {
            let drawn =
                engine(store.clone(), |config| config.random(move |_| if works { panic!("no noise") } else { false }))
                    .and_then(|engine| engine.enroll_begin(&login("alice"), Method::Totp, None).map(|_| ()));
            assert_eq!(no(drawn), Status::Internal);
        }
        let told = Arc::new(AtomicUsize::new(0));
        let counted = told.clone();
        let loud = engine(store.clone(), move |config| {
            config.event(move |_| {
                counted.fetch_add(1, Ordering::SeqCst);
                panic!("the log is full")
            })
        });
        let loud = loud.unwrap();
        assert!(loud.enroll_begin(&login("alice"), Method::Totp, None).is_ok());
        drop(loud);
        assert!(told.load(Ordering::SeqCst) >= 3);
    });
}

#[test]
fn an_event_may_call_the_engine() {
    let other = Arc::new(engine(Arc::new(MemoryStore::default()), |config| config).unwrap());
    let asked = Arc::new(AtomicUsize::new(0));
    let (inner, counted) = (other, asked.clone());
    let engine = engine(Arc::new(MemoryStore::default()), move |config| {
        config.event(move |_| {
            counted.fetch_add(inner.account(&login("alice")).is_ok() as usize, Ordering::SeqCst);
        })
    });
    assert!(engine.unwrap().enroll_begin(&login("alice"), Method::Totp, None).is_ok());
    assert!(asked.load(Ordering::SeqCst) >= 2);
}

#[test]
fn a_log_is_whole_and_shows_when_it_is_not() {
    let lines = Arc::new(Mutex::new(Vec::<String>::new()));
    let keys = [Key::new(1, [9; 32])];
    let kept = lines.clone();
    let config = EngineConfig::new(CONFIG, &keys, Arc::new(MemoryStore::default()))
        .decoy_key(&[1; 32])
        .event(move |line| kept.lock().unwrap().push(line.to_owned()));
    let engine = Engine::new(config).unwrap();
    engine.enroll_begin(&login("alice"), Method::Totp, None).unwrap();
    drop(engine);
    let lines = lines.lock().unwrap();
    let mut log = log::Log::new(&keys).unwrap();
    for line in lines.iter() {
        assert_eq!(log.line(line).unwrap(), []);
    }
    assert_eq!(log.end(true).unwrap(), []);
    assert_eq!((log.events(), log.chains(), log.unchecked(), log.problems()), (lines.len() as u64, 1, 0, 0));
    let mut log = log::Log::new(&keys).unwrap();
    let altered = log.line(lines[0].replace("log_started", "log_startes")).unwrap();
    assert_eq!((altered[0].trouble, altered[0].line, altered[0].is_note), (LogTrouble::Altered, 1, false));
    assert_eq!(log.line("no event\0").unwrap()[0].trouble, LogTrouble::NotEvent);
    assert!(log.problems() >= 2);
}
