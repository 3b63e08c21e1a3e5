//! The calls for a host that keeps its own state.

use crate::support::no;
use mfa::otp::*;
use mfa::webauthn::{Columns, Credential, Expect, User};
use mfa::*;

/// RFC 6238 appendix B, RFC 4226 appendix D.
const SECRET: &[u8] = b"12345678901234567890";

#[test]
fn one_time_passwords() {
    let eight = TotpParams { digits: 8, ..TotpParams::default() };
    assert_eq!(totp_code(&eight, SECRET, 59).unwrap(), "94287082");
    let used = totp_verify(&eight, SECRET, 0, 59, "9428 7082").unwrap();
    assert_eq!(used, 2);
    assert_eq!(no(totp_verify(&eight, SECRET, used, 59, "94287082")), Status::AlreadyUsed);
    let hotp = HotpParams::default();
    assert_eq!(hotp_code(&hotp, SECRET, 1).unwrap(), "287082");
    assert_eq!(hotp_verify(&hotp, SECRET, 0, "287082").unwrap(), 2);
    assert_eq!(no(hotp_verify(&hotp, SECRET, 2, "287082")), Status::Wrong);
    assert_eq!(hotp_resync(&hotp, SECRET, 0, 100, ("287082", "359152")).unwrap(), 3);
    assert_eq!((SECRET_MIN, SECRET_MAX), (16, 128));
}

#[test]
fn otpauth_base32_and_qr() {
    let given = Otpauth::totp("Example", "alice@example.org", SECRET);
    let uri = otpauth_build(&given).unwrap();
    let (read, signals) = otpauth_parse(&uri, true).unwrap();
    assert!(read == given && signals == Signals::NONE);
    assert!(!format!("{read:?}").contains("123456"));
    assert!(otpauth_parse("otpauth://totp/a?secret=MZXW6YTBMZXW6YTB", false).unwrap().1.contains(Signals::WEAK_SECRET));
    assert_eq!(base32_encode(b"foobar").unwrap(), "MZXW6YTBOI");
    assert_eq!(base32_decode("mzxw 6ytb-oi======").unwrap(), b"foobar");
    assert!(qr_svg(&uri).unwrap().contains("<svg"));
    let matrix = qr("x", QrForm::Matrix).unwrap();
    assert!(matrix.len() == 21 * 21 && matrix.iter().all(|&cell| cell < 2));
}

#[test]
fn recovery_codes() {
    let made = recovery::generate(2, b"pepper").unwrap();
    assert_eq!(made.codes.iter().map(String::len).collect::<Vec<_>>(), [19, 19]);
    assert_eq!(recovery::verify(&made.hashes, made.codes[1].to_lowercase(), b"pepper").unwrap(), 1);
    assert_eq!(no(recovery::verify(&made.hashes, &made.codes[1], b"other")), Status::Wrong);
    assert!(!format!("{made:?}").contains(&made.codes[0]));
}

#[test]
fn randomness_and_keys() {
    assert_ne!(random_bytes::<32>().unwrap(), random_bytes::<32>().unwrap());
    random(&mut []).unwrap();
    let mut secret = *b"secret";
    wipe(&mut secret);
    assert_eq!(secret, [0; 6]);
    let key = Key::new(3, [5; 32]);
    assert_eq!(format!("{key:?}"), "Key { id: 3, .. }");
    assert_eq!(version(), env!("CARGO_PKG_VERSION"));
}

#[test]
fn webauthn_options_and_credentials() {
    let origins = ["https://example.org"];
    let expect = Expect { user_handle: b"handle", ..Expect::new("example.org", &origins, &[7; 32]) };
    let user = User { handle: b"handle", name: "alice", display_name: "Alice" };
    let options = webauthn::create_options(&expect, &user, "{\"timeout\":60000}").unwrap();
    assert!(options.contains("\"timeout\":60000") && options.contains("\"id\":\"example.org\""), "{options}");
    assert!(webauthn::get_options(&expect, "").unwrap().contains("\"rpId\":\"example.org\""));
    // The base point of P-256, SEC 2 section 2.4.2.
    let point = concat!(
        "046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296",
        "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"
    );
    let public_key: Vec<u8> = (0..65).map(|at| u8::from_str_radix(&point[2 * at..2 * at + 2], 16).unwrap()).collect();
    let columns = Columns {
        algorithm: -7,
        id: vec![1; 16],
        public_key,
        user_handle: b"handle".to_vec(),
        rp_id: "example.org".to_owned(),
        sign_count: 4,
        transports: "usb".to_owned(),
        ..Columns::default()
    };
    let credential = Credential::load(&Credential::new(&columns).unwrap().save().unwrap()).unwrap();
    let read = credential.columns().unwrap();
    assert_eq!((&read.id, read.sign_count, &read.transports), (&columns.id, 4, &columns.transports));
    assert!(credential.json().unwrap().contains("example.org"));
    let trust = webauthn::Trust::new(&webauthn::TrustInput::default(), 1_800_000_000).unwrap();
    assert!(credential.audit(&trust, 1_800_000_000).unwrap().contains("\"known\":false"));
}

/// A response whose signature is nobody's: what it says of itself can be read, and it proves nothing.
#[test]
fn webauthn_responses() {
    let json = concat!(
        r#"{"id":"AQID","rawId":"AQID","type":"public-key","clientExtensionResults":{"appid":true},"response":{"#,
        r#""clientDataJSON":"eyJ0eXBlIjoid2ViYXV0aG4uZ2V0IiwiY2hhbGxlbmdlIjoiQndjSEJ3Y0hC"#,
        r#"d2NIQndjSEJ3Y0hCd2NIQndjSEJ3Y0hCd2NIQndjSEJ3YyIsIm9yaWdpbiI6Imh0dHBzOi8vZXhhbXBsZS5vcmcifQ","#,
        r#""authenticatorData":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAFAAAAAA","signature":"AA","userHandle":"aGk"}}"#
    );
    let response = webauthn::Response::parse(json).unwrap();
    assert_eq!((response.id(), response.user_handle()), (&[1, 2, 3][..], Some(&b"hi"[..])));
    assert!(webauthn::signal_unknown("example.org", &response).unwrap().contains("AQID"));
    assert_eq!(
        webauthn::signal_accepted("example.org", b"handle", &[&[1, 2, 3]]).unwrap(),
        r#"{"rpId":"example.org","userId":"aGFuZGxl","allAcceptedCredentialIds":["AQID"]}"#
    );
    let user = webauthn::User { handle: b"handle", name: "a", display_name: "A" };
    assert_eq!(
        webauthn::signal_user("example.org", &user).unwrap(),
        r#"{"rpId":"example.org","userId":"aGFuZGxl","name":"a","displayName":"A"}"#
    );
    assert_eq!(no(webauthn::signal_accepted("example.org", b"", &[])), Status::Argument);
    assert!(response.extensions().unwrap().contains("\"appid\":true"));
    let origins = ["https://example.org"];
    let expect = Expect { user_handle: b"handle", ..Expect::new("example.org", &origins, &[7; 32]) };
    assert!(no(webauthn::verify_registration(&expect, 0, &response)).is_refusal());
    assert!(webauthn::verify_json("{}", 0, true).unwrap().starts_with('{'));
    assert!(webauthn::cose_verify_json("{}").unwrap().starts_with('{'));
    assert!(webauthn::inspect(json).unwrap().contains("https://example.org"));
    assert!(webauthn::related_origins(&origins).unwrap().contains("https://example.org"));
    assert!(webauthn::android_origin(&"ab".repeat(32)).unwrap().starts_with("android:apk-key-hash:"));
}

#[test]
fn u2f_responses_that_prove_nothing() {
    let expect =
        u2f::U2fExpect { app_id: "https://example.org", challenge: &[7; 32], facets: &["https://example.org"] };
    assert!(no(u2f::verify_registration(&expect, "{}")).is_refusal());
    assert_eq!(no(u2f::verify_signature(&expect, &[4; 65], 0, "{}")), Status::Malformed);
    assert_eq!(
        u2f::response_key_handle(r#"{"keyHandle":"AQID","signatureData":"AA","clientData":"e30"}"#).unwrap(),
        [1, 2, 3]
    );
}
