//! The engine through Rust: each method enrolled, verified, refused.

use crate::support::*;
use mfa::otp::{base32_encode, hotp_code, HotpParams};
use mfa::*;
use std::sync::Arc;

#[test]
fn totp() {
    for own in [true, false] {
        let mut site = if own { Site::new() } else { Site::with(open_store("memory:").unwrap(), CONFIG) };
        let secret = site.enroll_totp("alice");
        let proof = site.sign_in("alice", &secret, 1).unwrap();
        assert_eq!((proof.user.as_slice(), proof.method, proof.aal), (&b"alice"[..], Method::Totp, 2));
        assert_eq!(proof.amr.as_deref(), Some("pwd,otp,mfa"));
        assert!(proof.serial == 2 && proof.set_cookie.is_none() && proof.json.contains("\"user\":\"alice\""));
        assert_eq!(no(site.sign_in("alice", &secret, 1)), Status::AlreadyUsed);
        let names = ["log_started", "unsafe_setting", "began", "enrolled", "verified", "denied"];
        let events = site.events.lock().unwrap();
        assert_eq!(events.len(), names.len());
        for (event, name) in events.iter().zip(names) {
            assert!(event.starts_with(&format!("{{\"event\":\"{name}\"")), "{event}");
        }
    }
}

#[test]
fn wrong_codes_lock_and_say_how_long() {
    let mut site = Site::new();
    let secret = site.enroll_totp("alice");
    let right: u32 = site.code(&secret, 0).parse().unwrap();
    let wrong = format!("{:06}", (right + 1) % 1_000_000);
    for left in (0..5).rev() {
        let error = site.engine.verify_code(&login("alice"), Method::Totp, &wrong).unwrap_err();
        assert_eq!((error.status(), error.attempts_left()), (Status::Wrong, Some(left)));
    }
    let error = site.sign_in("alice", &secret, 1).unwrap_err();
    assert_eq!((error.status(), error.retry_at_s()), (Status::LockedOut, NOW_S + 30));
    assert_eq!(error.retry_at().unwrap().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs(), NOW_S + 30);
    assert!(
        error.status().is_refusal() && !error.reason_name().is_empty() && error.status().name() == "MFA_LOCKED_OUT"
    );
    assert!(error.to_string().starts_with("MFA_LOCKED_OUT: ") && error.proof().is_none());
    site.wait(31);
    assert_eq!(site.sign_in("alice", &secret, 1).unwrap().aal, 2);
}

#[test]
fn the_clock_of_the_user() {
    let mut site = Site::new();
    let secret = site.enroll_totp("alice");
    site.wait(300);
    assert_eq!(site.sign_in("alice", &secret, -5).unwrap_err().clock_skew_s(), -150);
}

#[test]
fn hotp() {
    let mut site = Site::new();
    let secret = site.enroll_totp("alice");
    let uri = format!("otpauth://hotp/Example:alice?counter=7&secret={}", base32_encode(&secret).unwrap());
    let json = format!("{{\"method\":\"hotp\",\"uri\":\"{uri}\"}}");
    let imported = site.engine.admin_import("alice", json, "root").unwrap();
    assert_eq!(imported.signals, Signals::NONE);
    let code = hotp_code(&HotpParams::default(), &secret, 9).unwrap();
    let proof = site.engine.verify_code(&login("alice"), Method::Hotp, &code).unwrap();
    assert_eq!((proof.method, proof.factor), (Method::Hotp, Some(imported.factor)));
    assert_eq!(no(site.engine.verify_code(&login("alice"), Method::Hotp, &code)), Status::Wrong);
}

fn recovery_codes(site: &mut Site) -> Vec<String> {
    let offer = site.engine.enroll_begin(&site.signed_in(Purpose::Manage), Method::Recovery, None).unwrap();
    let first = offer.recovery_codes[0].clone();
    assert!(!format!("{offer:?}").contains(&first));
    let proof = site.engine.enroll_finish(&site.signed_in(Purpose::Manage), &offer.ticket, &first).unwrap();
    site.keep(&proof);
    offer.recovery_codes
}

#[test]
fn recovery() {
    let mut site = Site::new();
    site.enroll_totp("alice");
    let codes = recovery_codes(&mut site);
    assert_eq!(codes.len(), 10);
    let proof = site.engine.verify_code(&login("alice"), Method::Recovery, codes[3].to_lowercase()).unwrap();
    assert_eq!((proof.recovery_remaining, proof.method), (9, Method::Recovery));
    assert!(no(site.engine.verify_code(&login("alice"), Method::Recovery, &codes[3])).is_refusal());
}

#[test]
fn email() {
    let site = Site::new();
    let options = BeginOptions::new().address("alice@example.org");
    let offer = site.engine.enroll_begin(&login("alice"), Method::Email, Some(&options)).unwrap();
    site.engine.enroll_finish(&login("alice"), &offer.ticket, code_in(&offer)).unwrap();
    site.wait(61);
    let offer = site.engine.verify_begin(&login("alice"), Method::Email, None).unwrap();
    assert_eq!(offer.address_masked.as_deref(), Some("a***@example.org"));
    assert_eq!(offer.mail.as_ref().unwrap().to, "alice@example.org");
    assert!(!format!("{offer:?}{}", offer.json).contains(&code_in(&offer)));
    let soon = site.engine.verify_begin(&login("alice"), Method::Email, None).unwrap_err();
    assert!(soon.status() == Status::TooSoon && soon.retry_at_s() > site.now_s());
    assert_eq!(site.engine.verify_finish(&login("alice"), &offer.ticket, code_in(&offer)).unwrap().aal, 1);
}

#[test]
fn remembered_browser() {
    let mut site = Site::new();
    let secret = site.enroll_totp("alice");
    site.sign_in("alice", &secret, 1).unwrap();
    let proof = site.engine.device_remember(&site.signed_in(Purpose::Manage), "Laptop").unwrap();
    let cookie = proof.set_cookie.clone().unwrap();
    assert!(!format!("{proof:?}").contains(&cookie));
    let signed_in = site.engine.verify_code(&login("alice"), Method::Device, jar(&cookie)).unwrap();
    assert_eq!((signed_in.aal, signed_in.method), (1, Method::Device));
    site.engine.admin(AdminAction::ForgetDevices, "alice", "", "root").unwrap();
    assert_eq!(no(site.engine.verify_code(&login("alice"), Method::Device, jar(&cookie))), Status::NotFound);
}

#[test]
fn paired_device() {
    let mut site = Site::new();
    let secret = site.enroll_totp("alice");
    site.sign_in("alice", &secret, 1).unwrap();
    let pairing = site.engine.enroll_begin(&site.signed_in(Purpose::Manage), Method::Device, None).unwrap();
    let phone = login("alice")
        .browser("the browser of a phone")
        .user_agent("Mozilla/5.0 (Android 14; Mobile; rv:120.0) Firefox/120.0");
    assert_eq!(no(site.engine.device_claimed(&site.signed_in(Purpose::Manage), &pairing.ticket)), Status::Pending);
    let claim = site.engine.device_claim(&phone, pairing.code.as_ref().unwrap()).unwrap();
    let told = site.engine.device_claimed(&site.signed_in(Purpose::Manage), &pairing.ticket).unwrap();
    assert!(told.contains("Firefox on Android"), "{told}");
    assert_eq!(no(site.engine.device_collect(&phone, &claim.ticket)), Status::Pending);
    site.engine.enroll_finish(&site.signed_in(Purpose::Manage), &pairing.ticket, claim.code.unwrap()).unwrap();
    let cookie = site.engine.device_collect(&phone, &claim.ticket).unwrap().set_cookie.unwrap();
    assert_eq!(site.engine.verify_code(&phone, Method::Device, jar(&cookie)).unwrap().user, b"alice");
}

#[test]
fn remembered_user() {
    let mut site = Site::new();
    let secret = site.enroll_totp("alice");
    site.sign_in("alice", &secret, 1).unwrap();
    let cookie = site.engine.remembered_issue(&site.signed_in(Purpose::Manage)).unwrap();
    let nobody = Request::new(Purpose::Login).browser(BROWSER);
    assert_eq!(site.engine.remembered_user(&nobody, jar(&cookie)).unwrap(), b"alice");
    assert_eq!(no(site.engine.remembered_user(&nobody, "a=b")), Status::NotFound);
}

#[test]
fn account_and_changes() {
    let mut site = Site::new();
    assert_eq!(site.engine.account(&login("alice")).unwrap().need, Need::Nothing);
    let secret = site.enroll_totp("alice");
    let account = site.engine.account(&login("alice")).unwrap();
    assert_eq!(account.need, Need::Factor);
    assert_eq!(
        account.methods.iter().filter(|info| info.can_verify).map(|info| info.method).collect::<Vec<_>>(),
        [Method::Totp]
    );
    site.sign_in("alice", &secret, 1).unwrap();
    let account = site.engine.account(&site.signed_in(Purpose::Manage)).unwrap();
    let factor = &account.factors[0];
    assert!(factor.enabled && factor.added_s == NOW_S && account.aal_needed >= 1 && account.json.contains("factors"));
    site.engine.factor_rename(&site.signed_in(Purpose::Manage), &factor.id, "Téléphone").unwrap();
    assert_eq!(site.engine.account(&site.signed_in(Purpose::Manage)).unwrap().factors[0].label, "Téléphone");
    let another = format!("{{\"method\":\"totp\",\"uri\":\"otpauth://totp/a?secret={}\"}}", "A".repeat(32));
    site.engine.admin_import("alice", another, "root").unwrap();
    let before = site.statement.clone();
    let proof = site.engine.factor_set_enabled(&site.signed_in(Purpose::Manage), &factor.id, false).unwrap();
    site.keep(&proof);
    let page = Request::new(Purpose::StepUp).user("alice").browser(BROWSER).statement(&before);
    assert_eq!(no(site.engine.session_check(&page, &SessionNeed::default())), Status::Revoked);
    let proof = site.engine.factor_set_enabled(&site.signed_in(Purpose::Manage), &factor.id, true).unwrap();
    site.keep(&proof);
    let proof = site.engine.factor_remove(&site.signed_in(Purpose::Manage), &factor.id).unwrap();
    site.keep(&proof);
    assert_eq!(no(site.engine.factor_rename(&site.signed_in(Purpose::Manage), &factor.id, "again")), Status::NotFound);
}

#[test]
fn session() {
    let mut site = Site::new();
    assert_eq!(site.engine.session_start(&login("alice")).unwrap().aal, 1);
    let secret = site.enroll_totp("alice");
    site.sign_in("alice", &secret, 1).unwrap();
    let any = SessionNeed::default();
    {
        let page = site.signed_in(Purpose::StepUp);
        site.engine.session_check(&page, &any).unwrap();
        site.engine.session_check(&page, &SessionNeed { aal: 2, max_age_s: 60, method: Method::Totp }).unwrap();
        site.engine.session_check_offline(&page, &any).unwrap();
        let told = site.engine.session_json(&page).unwrap();
        assert!(told.contains("\"method\":\"totp\"") && told.contains("\"aal\":2"), "{told}");
        assert!(site.engine.policy_explain(&page, &any).unwrap().starts_with('{'));
        assert!(no(site.engine.session_check(&page.clone().user("bob"), &any)).is_refusal());
    }
    site.wait(61);
    let fresh = SessionNeed { max_age_s: 60, ..any };
    assert_eq!(no(site.engine.session_check(&site.signed_in(Purpose::StepUp), &fresh)), Status::FactorNeeded);
    site.engine.admin(AdminAction::SignOut, "alice", "", "root").unwrap();
    site.engine.session_check_offline(&site.signed_in(Purpose::StepUp), &any).unwrap();
    assert_eq!(no(site.engine.session_check(&site.signed_in(Purpose::StepUp), &any)), Status::Revoked);
}

#[test]
fn more_needed_is_an_error_that_carries_its_proof() {
    let config = CONFIG.replacen(
        "\"version\": 1,",
        r#""version": 1, "policy": {"roles": {"*": {"mfa": "required", "min_aal": 2}}},"#,
        1,
    );
    let mut site = Site::with(Arc::new(MemoryStore::default()), &config);
    let uri = format!("{{\"method\":\"totp\",\"uri\":\"otpauth://totp/a?secret={}\"}}", "A".repeat(32));
    site.engine.admin_import("alice", uri, "root").unwrap();
    site.sign_in("alice", &[0; 20], 0).unwrap();
    let codes = recovery_codes(&mut site);
    let error = site.engine.verify_code(&login("alice"), Method::Recovery, &codes[1]).unwrap_err();
    assert_eq!(error.status(), Status::MoreNeeded);
    let proof = error.proof().unwrap();
    assert!(proof.user == b"alice" && proof.statement.is_some());
    assert!(!format!("{error} {error:?} {proof:?}").contains(proof.statement.as_ref().unwrap()));
}

#[test]
fn approval_is_of_one_action() {
    let mut site = Site::new();
    let secret = site.enroll_totp("alice");
    site.sign_in("alice", &secret, 1).unwrap();
    site.wait(60);
    let wire = site.signed_in(Purpose::Approve).action(&[b'a'; 32]);
    assert_eq!(site.engine.verify_code(&wire, Method::Totp, site.code(&secret, 0)).unwrap().user, b"alice");
    let none = site.signed_in(Purpose::Approve);
    assert_eq!(no(site.engine.verify_code(&none, Method::Totp, site.code(&secret, 0))), Status::Argument);
}

#[test]
fn administration() {
    let site = Site::new();
    let factor = format!("{{\"method\":\"totp\",\"uri\":\"otpauth://totp/a?secret={}\"}}", "A".repeat(32));
    for user in [&b"carol"[..], b"alice", b"\xff\xfe\0", b"bob"] {
        site.engine.admin_import(user, &factor, "root").unwrap();
    }
    assert_eq!(site.engine.admin_users("", 2).unwrap(), [&b"alice"[..], b"bob"]);
    assert_eq!(site.engine.admin_users("bob", 9).unwrap(), [&b"carol"[..], b"\xff\xfe\0"]);
    site.engine.admin(AdminAction::Erase, b"\xff\xfe\0", "", "root").unwrap();
    assert_eq!(site.engine.admin_audit("alice").unwrap(), "[]");
    assert_eq!(no(site.engine.admin(AdminAction::Reset, "nobody", "", "root")), Status::NotFound);
    let error = site.engine.admin_import("alice", "{\"method\":\"totp\"}", "").unwrap_err();
    assert!(error.status() == Status::Argument && error.message().contains("uri"), "{error}");
    let weak = format!("{{\"method\":\"totp\",\"uri\":\"otpauth://totp/a?secret={}\"}}", "A".repeat(16));
    assert!(site.engine.admin_import("bob", weak, "").unwrap().signals.contains(Signals::WEAK_SECRET));
}

#[test]
fn configuration_and_trust() {
    let site = Site::new();
    assert_eq!(config_check(CONFIG).unwrap(), site.engine.config_json().unwrap());
    assert!(config_schema().unwrap().contains("issuer"));
    let error = config_check(r#"{"version": 1, "issuer": "x", "totp": {"digit": 6}}"#).unwrap_err();
    assert!(error.status() == Status::Config && error.message().contains("totp.digit"), "{error}");
    let trust = webauthn::Trust::new(&webauthn::TrustInput::default(), NOW_S).unwrap();
    assert!(trust.json().unwrap().contains("\"anchors\":0"));
    site.engine.set_trust(Some(&trust)).unwrap();
    drop(trust);
    site.engine.set_trust(None).unwrap();
}
