//! 24 threads at once, on engines they share; what is leaked shows in the resident memory.
//!
//! Ten seconds in all; with MFA_TEST_LONG=1, a minute.

mod support;

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};
use std::thread::scope;
use std::time::{Duration, Instant};

use mfa::*;
use support::*;

const THREADS: usize = 24;
const MAY_GROW: usize = 8 << 20; // bytes, which allocators keep

fn resident() -> usize {
    let told = std::fs::read_to_string("/proc/self/statm").unwrap();
    told.split_whitespace().nth(1).unwrap().parse::<usize>().unwrap() * 4096
}

/// A user's life: enrols, signs in, is refused, looks, and is erased.
fn live(site: &Site, user: &str) -> usize {
    let engine = &site.engine;
    let offer = engine.enroll_begin(&login(user), Method::Totp, None).unwrap();
    let secret = otp::base32_decode(offer.secret.unwrap()).unwrap();
    engine.enroll_finish(&login(user), &offer.ticket, site.code(&secret, 0)).unwrap();
    let proof = engine.verify_code(&login(user), Method::Totp, site.code(&secret, 1)).unwrap();
    assert_eq!(proof.user, user.as_bytes());
    assert_eq!(no(engine.verify_code(&login(user), Method::Totp, site.code(&secret, 1))), Status::AlreadyUsed);
    assert_eq!(no(engine.enroll_finish(&login(user), "no ticket", "123456")), Status::Malformed);
    let statement = proof.statement.unwrap();
    let page = Request::new(Purpose::StepUp).user(user).browser(BROWSER).statement(&statement);
    engine.session_check(&page, &SessionNeed::default()).unwrap();
    assert_eq!(engine.account(&page).unwrap().factors.len(), 1);
    engine.policy_explain(&page, &SessionNeed::default()).unwrap();
    let trust = webauthn::Trust::new(&webauthn::TrustInput::default(), NOW_S).unwrap();
    engine.set_trust(Some(&trust)).unwrap();
    engine.admin(AdminAction::Erase, user, "", "root").unwrap();
    site.events.lock().unwrap().clear();
    11
}

fn rounds(site: &Site, time: Duration) -> usize {
    let (calls, until) = (AtomicUsize::new(0), Instant::now() + time);
    scope(|threads| {
        for number in 0..THREADS {
            let calls = &calls;
            threads.spawn(move || {
                // Once at the least, however slow the machine.
                loop {
                    calls.fetch_add(live(site, &format!("user {number}")), Ordering::Relaxed);
                    if Instant::now() >= until {
                        break;
                    }
                }
            });
        }
    });
    calls.into_inner()
}

fn bounded(name: &str, site: Site) {
    let long = std::env::var("MFA_TEST_LONG").map_or(false, |value| value == "1");
    let time = Duration::from_millis(if long { 15_000 } else { 2_500 });
    rounds(&site, time); // allocators and caches fill
    let before = resident();
    let calls = rounds(&site, time);
    let after = resident();
    println!("{name}: {calls} calls, {THREADS} threads: resident memory {before} bytes before, {after} after");
    assert!(calls > THREADS && after.saturating_sub(before) < MAY_GROW, "{calls} calls, {before} to {after} bytes");
}

// One test, so that none of them is measured with the other's memory.
#[test]
fn many_threads() {
    bounded("a store in Rust", Site::new());
    bounded("memory:", Site::with(open_store("memory:").unwrap(), CONFIG));
}

#[test]
fn one_account_and_many_threads() {
    let mut site = Site::new();
    let secret = site.enroll_totp("alice");
    for _ in 0..5 {
        site.wait(30);
        let (start, let_in, code) = (Barrier::new(THREADS), AtomicUsize::new(0), site.code(&secret, 0));
        scope(|threads| {
            for _ in 0..THREADS {
                threads.spawn(|| {
                    start.wait();
                    match site.engine.verify_code(&login("alice"), Method::Totp, &code) {
                        Ok(_) => drop(let_in.fetch_add(1, Ordering::SeqCst)),
                        Err(error) => assert!(matches!(error.status(), Status::AlreadyUsed | Status::Busy), "{error}"),
                    }
                });
            }
        });
        assert_eq!(let_in.into_inner(), 1);
    }
}

/// An engine may be replaced and dropped by whichever thread is last.
#[test]
fn an_engine_is_dropped_by_its_last_user() {
    let (site, stop) = (Arc::new(Site::new()), Arc::new(AtomicBool::new(false)));
    let threads: Vec<_> = (0..THREADS)
        .map(|_| {
            let (site, stop) = (site.clone(), stop.clone());
            std::thread::spawn(move || {
                while !stop.load(Ordering::SeqCst) {
                    site.engine.account(&login("alice")).unwrap();
                }
            })
        })
        .collect();
    let events = site.events.clone();
    drop(site);
    stop.store(true, Ordering::SeqCst);
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    assert!(events.lock().unwrap().last().unwrap().contains("log_stopped"));
}
