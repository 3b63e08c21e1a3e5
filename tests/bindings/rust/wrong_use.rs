//! Wrong use is an error, never a crash. What Rust's types refuse is not here.

use crate::support::*;
use mfa::otp::*;
use mfa::*;
use std::sync::Arc;

#[test]
fn user_ids_are_bytes_compared_exactly() {
    let (long, wide) = ("x".repeat(255), "ü".repeat(127));
    for user in [&b"a\0b"[..], b"\0", b"\0\0", b"\xff\0\xfe", long.as_bytes(), wide.as_bytes()] {
        let site = Site::new();
        let request = Request::new(Purpose::Login).user(user).browser(BROWSER).proven(Proven::PASSWORD);
        let options = BeginOptions::new().account_name("a");
        let offer = site.engine.enroll_begin(&request, Method::Totp, Some(&options)).unwrap();
        let secret = base32_decode(offer.secret.unwrap()).unwrap();
        site.engine.enroll_finish(&request, &offer.ticket, site.code(&secret, 0)).unwrap();
        assert_eq!(site.engine.verify_code(&request, Method::Totp, site.code(&secret, 1)).unwrap().user, user);
        assert!(site.engine.account(&login("a")).unwrap().factors.is_empty());
    }
}

#[test]
fn user_ids_that_are_none() {
    let site = Site::new();
    for user in ["", &"x".repeat(256), &"x".repeat(1 << 20)] {
        assert_eq!(no(site.engine.account(&login(user))), Status::Argument);
    }
}

#[test]
fn what_a_client_may_send() {
    let mut site = Site::new();
    site.enroll_totp("alice");
    let (huge, braces, brackets) = (vec![b'x'; 1 << 24], vec![b'{'; 1 << 20], vec![b'['; 100_000]);
    for sent in [&b"\0"[..], b"1\0\0\0", &huge, &[0xff; 1000], b"", "١٢٣٤٥٦".as_bytes(), &braces, &brackets] {
        let who = login("alice");
        for status in [
            no(site.engine.verify_code(&who, Method::Totp, sent)),
            no(site.engine.verify_finish(&who, sent, sent)),
            no(site.engine.enroll_finish(&who, sent, sent)),
            no(site.engine.device_claim(&who, sent)),
            no(site.engine.device_collect(&who, sent)),
            no(site.engine.verify_code(&who, Method::Recovery, sent)),
            no(site.engine.verify_code(&who, Method::Device, sent)),
            no(webauthn::Response::parse(sent)),
            no(webauthn::inspect(sent)),
            no(otpauth_parse(sent, false)),
            no(u2f::response_key_handle(sent)),
            no(site.engine.remembered_user(&Request::new(Purpose::Login), sent)),
        ] {
            assert!(status.is_refusal(), "{status:?} for {:?}", &sent[..sent.len().min(9)]);
        }
    }
}

#[test]
fn methods_and_numbers_that_there_are_not() {
    let site = Site::new();
    for method in [Method::None, Method::Other(99), Method::Other(-1), Method::Other(i32::MAX)] {
        let who = login("alice");
        assert!(site.engine.verify_begin(&who, method, None).is_err());
        assert!(site.engine.enroll_begin(&who, method, None).is_err());
        assert!(site.engine.verify_code(&who, method, "1").is_err());
    }
    assert!(!no(site.engine.account(&Request::new(Purpose::Other(77)).user("a"))).is_refusal());
    assert!(!no(site.engine.admin(AdminAction::Other(77), "a", "", "")).is_refusal());
    assert_eq!(Status::from(77), Status::Other(77));
    assert_eq!((Status::Other(77).name(), i32::from(Status::Other(77))), ("MFA_UNKNOWN", 77));
    assert_eq!((Method::from_name("totp"), Method::Totp.name()), (Method::Totp, "totp"));
    assert_eq!(Method::from_name("nonsense\0"), Method::None);
    assert!(has("sqlite") && !has("sqlite\0x") && !has(""));
}

#[test]
fn engines_that_cannot_be_made() {
    let good = [Key::new(1, [7; 32])];
    let short = [Key::new(1, b"short".to_vec())];
    let twice = [Key::new(1, [7; 32]), Key::new(1, [8; 32])];
    let make = |json: &str, keys: &[Key], decoy: &[u8]| {
        no(Engine::new(EngineConfig::new(json, keys, Arc::new(MemoryStore::default())).decoy_key(decoy)))
    };
    for json in ["", "{", "\0", "{\"version\": 1}", "[]"] {
        assert_eq!(make(json, &good, &[1; 32]), Status::Config, "{json:?}");
        assert_eq!(no(config_check(json)), Status::Config, "{json:?}");
    }
    for (keys, decoy) in [(&[][..], &[1; 32][..]), (&short, &[1; 32]), (&twice, &[1; 32]), (&good, b"short")] {
        assert!(!make(CONFIG, keys, decoy).is_refusal());
    }
    assert!(Engine::new(EngineConfig::new(CONFIG, &good, Arc::new(MemoryStore::default())).decoy_key(&[1; 32])).is_ok());
}

#[test]
fn other_mistakes() {
    let secret = [b'x'; 20];
    let totp = TotpParams::default();
    for status in [
        no(recovery::generate(0, b"")),
        no(recovery::generate(usize::MAX, b"")),
        no(totp_code(&totp, b"short", 0)),
        no(totp_code(&totp, &[0; 129], 0)),
        no(totp_code(&TotpParams { digits: 11, ..totp }, &secret, 0)),
        no(hotp_verify(&HotpParams::default(), &secret, u64::MAX, "123456")),
        no(hotp_resync(&HotpParams::default(), &secret, 0, 0, ("123456", "123456"))),
        no(otpauth_build(&Otpauth::totp("a:b", "c", &secret))),
        no(qr("x".repeat(100_000), QrForm::Svg)),
        no(qr("x", QrForm::Other(9))),
        no(webauthn::Trust::new(&webauthn::TrustInput { anchors: &[b"der"], ..Default::default() }, 0)),
        no(webauthn::Trust::new(&webauthn::TrustInput { mds_blob: b"a.b.c", ..Default::default() }, 0)),
        no(webauthn::Credential::load(b"x")),
        no(webauthn::Credential::new(&webauthn::Columns::default())),
        no(webauthn::get_options(&webauthn::Expect::new("a", &["https://a"], b"short"), "")),
        no(webauthn::related_origins(&["http://a"])),
        no(webauthn::android_origin("xyz")),
        no(log::Log::new(&[Key::new(1, b"short".to_vec())])),
        no(u2f::verify_signature(&u2f::U2fExpect { app_id: "a", challenge: &[0; 16], facets: &[] }, b"x", 0, "{}")),
    ] {
        assert!(!status.is_refusal(), "{status:?}");
    }
    assert_eq!(no(base32_decode("0")), Status::Malformed);
    assert_eq!(no(recovery::verify(&["no hash"], "AAAA-AAAA-AAAA-AAAA", b"")), Status::Damaged);
}
