//! What libmfa's headers declare. Made by ../../make_declarations.py: do not edit.
#![allow(non_camel_case_types, missing_docs, dead_code)]

use std::os::raw::{c_char, c_int, c_void};

pub const MFA_STORE_KEY_MAX: i32 = 512;
pub const MFA_STORE_RECORD_MAX: i32 = 262144;
pub const MFA_OTP_CODE_SIZE: i32 = 11;
pub const MFA_OTP_SECRET_MIN: i32 = 16;
pub const MFA_OTP_SECRET_MAX: i32 = 128;
pub const MFA_U2F_PUBLIC_KEY: i32 = 65;
pub const MFA_U2F_KEY_HANDLE_MAX: i32 = 255;
pub const MFA_RECOVERY_CODE_SIZE: i32 = 20;
pub const MFA_RECOVERY_HASH_SIZE: i32 = 192;
pub const MFA_OK: i32 = 0;
pub const MFA_WRONG: i32 = 1;
pub const MFA_MALFORMED: i32 = 2;
pub const MFA_ALREADY_USED: i32 = 3;
pub const MFA_EXPIRED: i32 = 4;
pub const MFA_MISMATCH: i32 = 5;
pub const MFA_LOCKED_OUT: i32 = 6;
pub const MFA_TOO_SOON: i32 = 7;
pub const MFA_DENIED: i32 = 8;
pub const MFA_FACTOR_NEEDED: i32 = 9;
pub const MFA_RECHECK_DUE: i32 = 10;
pub const MFA_ENROLL_NEEDED: i32 = 11;
pub const MFA_REVOKED: i32 = 12;
pub const MFA_NOT_FOUND: i32 = 13;
pub const MFA_EXISTS: i32 = 14;
pub const MFA_PENDING: i32 = 15;
pub const MFA_MORE_NEEDED: i32 = 16;
pub const MFA_ERR_ARGUMENT: i32 = -1;
pub const MFA_ERR_UNSUPPORTED: i32 = -2;
pub const MFA_ERR_NO_MEMORY: i32 = -3;
pub const MFA_ERR_STORE: i32 = -4;
pub const MFA_ERR_BUSY: i32 = -5;
pub const MFA_ERR_CONFIG: i32 = -6;
pub const MFA_ERR_KEY: i32 = -7;
pub const MFA_ERR_DAMAGED: i32 = -8;
pub const MFA_ERR_ROLLBACK: i32 = -9;
pub const MFA_ERR_INTERNAL: i32 = -10;
pub const MFA_METHOD_NONE: i32 = 0;
pub const MFA_METHOD_TOTP: i32 = 1;
pub const MFA_METHOD_HOTP: i32 = 2;
pub const MFA_METHOD_WEBAUTHN: i32 = 3;
pub const MFA_METHOD_U2F: i32 = 4;
pub const MFA_METHOD_EMAIL: i32 = 5;
pub const MFA_METHOD_RECOVERY: i32 = 6;
pub const MFA_METHOD_DEVICE: i32 = 7;
pub const MFA_HASH_SHA1: i32 = 1;
pub const MFA_HASH_SHA256: i32 = 2;
pub const MFA_HASH_SHA512: i32 = 3;
pub const MFA_UV_DISCOURAGED: i32 = 1;
pub const MFA_UV_PREFERRED: i32 = 2;
pub const MFA_UV_REQUIRED: i32 = 3;
pub const MFA_MEDIATION_MODAL: i32 = 0;
pub const MFA_MEDIATION_CONDITIONAL: i32 = 1;
pub const MFA_SIGNAL_CLONE_SUSPECTED: i32 = 1;
pub const MFA_SIGNAL_BACKUP_ELIGIBLE_CHANGED: i32 = 2;
pub const MFA_SIGNAL_BACKUP_STATE_CHANGED: i32 = 4;
pub const MFA_SIGNAL_ATTESTATION_STATUS: i32 = 8;
pub const MFA_SIGNAL_UNSOLICITED_EXTENSION: i32 = 16;
pub const MFA_SIGNAL_RECOVERY_LOW: i32 = 32;
pub const MFA_SIGNAL_RECOVERY_LAST: i32 = 64;
pub const MFA_SIGNAL_MUST_ENROLL: i32 = 128;
pub const MFA_SIGNAL_MUST_ENROLL_RECOVERY: i32 = 256;
pub const MFA_SIGNAL_DEVICE_REUSED: i32 = 512;
pub const MFA_SIGNAL_CLOCK_WENT_BACK: i32 = 1024;
pub const MFA_SIGNAL_WEAK_SECRET: i32 = 2048;
pub const MFA_SIGNAL_PAIRING_CONTESTED: i32 = 4096;
pub const MFA_STORE_FAILED: i32 = 0;
pub const MFA_STORE_DONE: i32 = 1;
pub const MFA_STORE_NONE: i32 = 2;
pub const MFA_STORE_CONFLICT: i32 = 3;
pub const MFA_OTP_UNSAFE_SHORT_SECRET: i32 = 1;
pub const MFA_OTP_UNSAFE_WIDE_WINDOW: i32 = 2;
pub const MFA_QR_SVG: i32 = 1;
pub const MFA_QR_ANSI: i32 = 2;
pub const MFA_QR_MATRIX: i32 = 3;
pub const MFA_RULE_DEFAULT: i32 = 0;
pub const MFA_RULE_REJECT: i32 = 1;
pub const MFA_RULE_FLAG: i32 = 2;
pub const MFA_RULE_IGNORE: i32 = 3;
pub const MFA_WEBAUTHN_USER_PRESENT: i32 = 1;
pub const MFA_WEBAUTHN_USER_VERIFIED: i32 = 4;
pub const MFA_WEBAUTHN_BACKUP_ELIGIBLE: i32 = 8;
pub const MFA_WEBAUTHN_BACKED_UP: i32 = 16;
pub const MFA_WEBAUTHN_TRUSTED: i32 = 65536;
pub const MFA_WEBAUTHN_EXPLAIN: i32 = 1;
pub const MFA_PURPOSE_LOGIN: i32 = 1;
pub const MFA_PURPOSE_STEP_UP: i32 = 2;
pub const MFA_PURPOSE_MANAGE: i32 = 3;
pub const MFA_PURPOSE_APPROVE: i32 = 4;
pub const MFA_PROVEN_PASSWORD: i32 = 1;
pub const MFA_PROVEN_FEDERATED: i32 = 2;
pub const MFA_PROVEN_OTHER: i32 = 4;
pub const MFA_REQUEST_USERNAMELESS: i32 = 1;
pub const MFA_NEED_NOTHING: i32 = 0;
pub const MFA_NEED_FACTOR: i32 = 1;
pub const MFA_NEED_ENROLL: i32 = 2;
pub const MFA_NEED_ENROLL_SOON: i32 = 3;
pub const MFA_ACCOUNT_GRACE_UNTIL_S: i32 = 1;
pub const MFA_ACCOUNT_RECOVERY_REMAINING: i32 = 2;
pub const MFA_ACCOUNT_MUST_ENROLL_RECOVERY: i32 = 3;
pub const MFA_ACCOUNT_AAL_NEEDED: i32 = 4;
pub const MFA_OFFER_TICKET: i32 = 1;
pub const MFA_OFFER_OPTIONS: i32 = 2;
pub const MFA_OFFER_URI: i32 = 3;
pub const MFA_OFFER_SECRET: i32 = 4;
pub const MFA_OFFER_CODE: i32 = 5;
pub const MFA_OFFER_MAIL_TO: i32 = 6;
pub const MFA_OFFER_MAIL_SUBJECT: i32 = 7;
pub const MFA_OFFER_MAIL_TEXT: i32 = 8;
pub const MFA_OFFER_MAIL_HTML: i32 = 9;
pub const MFA_OFFER_ADDRESS_MASKED: i32 = 10;
pub const MFA_OFFER_RECOVERY_CODES: i32 = 11;
pub const MFA_PROOF_USER: i32 = 1;
pub const MFA_PROOF_FACTOR: i32 = 2;
pub const MFA_PROOF_STATEMENT: i32 = 3;
pub const MFA_PROOF_SET_COOKIE: i32 = 4;
pub const MFA_PROOF_AMR: i32 = 5;
pub const MFA_PROOF_CREDENTIALS: i32 = 6;
pub const MFA_ADMIN_UNLOCK: i32 = 1;
pub const MFA_ADMIN_FACTOR_ENABLE: i32 = 2;
pub const MFA_ADMIN_FACTOR_DISABLE: i32 = 3;
pub const MFA_ADMIN_FACTOR_REMOVE: i32 = 4;
pub const MFA_ADMIN_RESET: i32 = 5;
pub const MFA_ADMIN_SIGN_OUT: i32 = 6;
pub const MFA_ADMIN_FORGET_DEVICES: i32 = 7;
pub const MFA_ADMIN_ERASE: i32 = 8;
pub const MFA_LOG_LINE_MAX: i32 = 65536;
pub const MFA_LOG_WINDOW: i32 = 1024;
pub const MFA_LOG_WAITING: i32 = 65536;
pub const MFA_LOG_CHAINS: i32 = 65536;
pub const MFA_LOG_NOT_EVENT: i32 = 1;
pub const MFA_LOG_ALTERED: i32 = 2;
pub const MFA_LOG_OTHER_KEY: i32 = 3;
pub const MFA_LOG_REPEATED: i32 = 4;
pub const MFA_LOG_MISSING: i32 = 5;
pub const MFA_LOG_BROKEN: i32 = 6;
pub const MFA_LOG_AFTER_END: i32 = 7;
pub const MFA_LOG_TOO_MANY_CHAINS: i32 = 8;
pub const MFA_LOG_LOST: i32 = 9;
pub const MFA_LOG_UNKNOWN_KEY: i32 = 10;
pub const MFA_LOG_NO_END: i32 = 11;
pub const MFA_LOG_ITEM_EVENTS: i32 = 1;
pub const MFA_LOG_ITEM_CHAINS: i32 = 2;
pub const MFA_LOG_ITEM_UNCHECKED: i32 = 3;
pub const MFA_LOG_ITEM_PROBLEMS: i32 = 4;

pub type mfa_status = i32;
pub type mfa_method = i32;
pub type mfa_hash = i32;
pub type mfa_user_verification = i32;
pub type mfa_mediation = i32;
pub type mfa_store_answer = i32;
pub type mfa_qr_form = i32;
pub type mfa_rule = i32;
pub type mfa_purpose = i32;
pub type mfa_need = i32;
pub type mfa_account_item = i32;
pub type mfa_offer_item = i32;
pub type mfa_proof_item = i32;
pub type mfa_admin_action = i32;
pub type mfa_log_trouble = i32;
pub type mfa_log_item = i32;
pub type mfa_scan_fn = unsafe extern "C" fn(fn_ctx: *mut c_void, key: *const c_char, key_len: usize, record: *const u8, record_len: usize, version: u64) -> mfa_store_answer;

#[repr(C)]
pub struct mfa_trust {
    _private: [u8; 0],
}

#[repr(C)]
pub struct mfa_webauthn_response {
    _private: [u8; 0],
}

#[repr(C)]
pub struct mfa_webauthn_credential {
    _private: [u8; 0],
}

#[repr(C)]
pub struct mfa_engine {
    _private: [u8; 0],
}

#[repr(C)]
pub struct mfa_account {
    _private: [u8; 0],
}

#[repr(C)]
pub struct mfa_offer {
    _private: [u8; 0],
}

#[repr(C)]
pub struct mfa_proof {
    _private: [u8; 0],
}

#[repr(C)]
pub struct mfa_log {
    _private: [u8; 0],
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct mfa_error {
    pub status: mfa_status,
    pub reason: i32,
    pub retry_at_s: u64,
    pub attempts_left: i32,
    pub clock_skew_s: i32,
    pub signals: u32,
    pub reserved: [u32; 3],
    pub message: [c_char; 216],
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct mfa_text {
    pub data: *const c_char,
    pub len: usize,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct mfa_buffer {
    pub data: *mut u8,
    pub len: usize,
    pub capacity: usize,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct mfa_key {
    pub id: u32,
    pub reserved: u32,
    pub bytes: *const u8,
    pub bytes_len: usize,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct mfa_store {
    pub struct_size: u32,
    pub reserved: u32,
    pub ctx: *mut c_void,
    pub load: Option<unsafe extern "C" fn(ctx: *mut c_void, key: *const c_char, key_len: usize, record: *mut mfa_buffer, version: *mut u64, err: *mut mfa_error) -> mfa_store_answer>,
    pub save: Option<unsafe extern "C" fn(ctx: *mut c_void, key: *const c_char, key_len: usize, record: *const u8, record_len: usize, expected_version: u64, new_version: u64, expires_at_s: u64, err: *mut mfa_error) -> mfa_store_answer>,
    pub erase: Option<unsafe extern "C" fn(ctx: *mut c_void, key: *const c_char, key_len: usize, expected_version: u64, err: *mut mfa_error) -> mfa_store_answer>,
    pub scan: Option<unsafe extern "C" fn(ctx: *mut c_void, prefix: *const c_char, prefix_len: usize, after: *const c_char, after_len: usize, limit: usize, fn_: Option<mfa_scan_fn>, fn_ctx: *mut c_void, err: *mut mfa_error) -> mfa_store_answer>,
    pub close: Option<unsafe extern "C" fn(ctx: *mut c_void)>,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct mfa_totp_params {
    pub struct_size: u32,
    pub hash: mfa_hash,
    pub digits: u32,
    pub period_s: u32,
    pub t0_s: u64,
    pub past: u32,
    pub future: u32,
    pub flags: u32,
    pub reserved: u32,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct mfa_hotp_params {
    pub struct_size: u32,
    pub hash: mfa_hash,
    pub digits: u32,
    pub look_ahead: u32,
    pub flags: u32,
    pub reserved: u32,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct mfa_otpauth {
    pub struct_size: u32,
    pub method: mfa_method,
    pub issuer: mfa_text,
    pub account: mfa_text,
    pub secret: mfa_text,
    pub hash: mfa_hash,
    pub digits: u32,
    pub period_s: u32,
    pub reserved: u32,
    pub counter: u64,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct mfa_trust_input {
    pub struct_size: u32,
    pub reserved: u32,
    pub anchors: *const mfa_text,
    pub anchors_count: usize,
    pub crls: *const mfa_text,
    pub crls_count: usize,
    pub mds_blob: mfa_text,
    pub mds_root: mfa_text,
    pub mds_min_no: u64,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct mfa_webauthn_expect {
    pub struct_size: u32,
    pub user_verification: mfa_user_verification,
    pub mediation: mfa_mediation,
    pub allow_cross_origin: i32,
    pub rp_id: mfa_text,
    pub origins: *const mfa_text,
    pub origins_count: usize,
    pub top_origins: *const mfa_text,
    pub top_origins_count: usize,
    pub challenge: mfa_text,
    pub algorithms: *const i32,
    pub algorithms_count: usize,
    pub allowed_ids: *const mfa_text,
    pub allowed_ids_count: usize,
    pub user_handle: mfa_text,
    pub app_id: mfa_text,
    pub sign_count: mfa_rule,
    pub backup_eligible_change: mfa_rule,
    pub trust: *const mfa_trust,
    pub require_trusted: i32,
    pub reserved: u32,
    pub policy_json: mfa_text,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct mfa_webauthn_user {
    pub struct_size: u32,
    pub reserved: u32,
    pub handle: mfa_text,
    pub name: mfa_text,
    pub display_name: mfa_text,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct mfa_webauthn_columns {
    pub struct_size: u32,
    pub algorithm: i32,
    pub id: mfa_text,
    pub public_key: mfa_text,
    pub user_handle: mfa_text,
    pub rp_id: mfa_text,
    pub app_id: mfa_text,
    pub sign_count: u32,
    pub flags: u32,
    pub backup_eligible_known: i32,
    pub reserved: u32,
    pub aaguid: [u8; 16],
    pub transports: mfa_text,
    pub attestation_format: mfa_text,
    pub attestation_type: mfa_text,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct mfa_webauthn_result {
    pub struct_size: u32,
    pub flags: u32,
    pub sign_count: u32,
    pub signals: u32,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct mfa_u2f_expect {
    pub struct_size: u32,
    pub reserved: u32,
    pub app_id: mfa_text,
    pub challenge: mfa_text,
    pub facets: *const mfa_text,
    pub facets_count: usize,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct mfa_engine_config {
    pub struct_size: u32,
    pub reserved: u32,
    pub json: mfa_text,
    pub keys: *const mfa_key,
    pub keys_count: usize,
    pub store: *const mfa_store,
    pub trust: *const mfa_trust,
    pub pepper: mfa_text,
    pub decoy_key: mfa_text,
    pub ctx: *mut c_void,
    pub now_s: Option<unsafe extern "C" fn(ctx: *mut c_void) -> u64>,
    pub random: Option<unsafe extern "C" fn(ctx: *mut c_void, out: *mut u8, out_len: usize) -> i32>,
    pub event: Option<unsafe extern "C" fn(ctx: *mut c_void, json: *const c_char, json_len: usize)>,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct mfa_request {
    pub struct_size: u32,
    pub purpose: mfa_purpose,
    pub proven: u32,
    pub flags: u32,
    pub user: mfa_text,
    pub browser: mfa_text,
    pub session: mfa_text,
    pub statement: mfa_text,
    pub source: mfa_text,
    pub user_agent: mfa_text,
    pub action: mfa_text,
    pub locale: mfa_text,
    pub roles: *const mfa_text,
    pub roles_count: usize,
    pub min_serial: u64,
    pub cookies: mfa_text,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct mfa_method_info {
    pub struct_size: u32,
    pub method: mfa_method,
    pub label: mfa_text,
    pub can_verify: i32,
    pub can_enroll: i32,
    pub factors: u32,
    pub aal: i32,
    pub locked_until_s: u64,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct mfa_factor {
    pub struct_size: u32,
    pub method: mfa_method,
    pub id: mfa_text,
    pub label: mfa_text,
    pub device: mfa_text,
    pub address: mfa_text,
    pub enabled: i32,
    pub can_disable: i32,
    pub can_remove: i32,
    pub enterprise: i32,
    pub added_s: u64,
    pub last_used_s: u64,
    pub expires_s: u64,
    pub locked_until_s: u64,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct mfa_begin_options {
    pub struct_size: u32,
    pub mediation: mfa_mediation,
    pub user_verification: mfa_user_verification,
    pub reserved: u32,
    pub factor: mfa_text,
    pub account_name: mfa_text,
    pub display_name: mfa_text,
    pub label: mfa_text,
    pub address: mfa_text,
    pub extra_json: mfa_text,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct mfa_session_need {
    pub struct_size: u32,
    pub aal: i32,
    pub max_age_s: u64,
    pub method: mfa_method,
    pub reserved: u32,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct mfa_log_finding {
    pub struct_size: u32,
    pub trouble: mfa_log_trouble,
    pub is_note: i32,
    pub reserved: u32,
    pub line: u64,
    pub chain: mfa_text,
    pub first_n: u64,
    pub last_n: u64,
}

extern "C" {
    pub fn mfa_account_factor(account: *const mfa_account, index: usize, factor: *mut mfa_factor) -> mfa_status;
    pub fn mfa_account_factor_count(account: *const mfa_account) -> usize;
    pub fn mfa_account_free(account: *mut mfa_account);
    pub fn mfa_account_json(account: *const mfa_account, json: *mut mfa_buffer, err: *mut mfa_error) -> mfa_status;
    pub fn mfa_account_method(account: *const mfa_account, index: usize, info: *mut mfa_method_info) -> mfa_status;
    pub fn mfa_account_method_count(account: *const mfa_account) -> usize;
    pub fn mfa_account_need(account: *const mfa_account) -> mfa_need;
    pub fn mfa_account_number(account: *const mfa_account, item: mfa_account_item) -> u64;
    pub fn mfa_account_view(engine: *mut mfa_engine, request: *const mfa_request, account: *mut *mut mfa_account, err: *mut mfa_error) -> mfa_status;
    pub fn mfa_admin(engine: *mut mfa_engine, action: mfa_admin_action, user: *const c_char, user_len: usize, factor: *const c_char, factor_len: usize, actor: *const c_char, actor_len: usize, err: *mut mfa_error) -> mfa_status;
    pub fn mfa_admin_audit(engine: *mut mfa_engine, user: *const c_char, user_len: usize, json: *mut mfa_buffer, err: *mut mfa_error) -> mfa_status;
    pub fn mfa_admin_import(engine: *mut mfa_engine, user: *const c_char, user_len: usize, json: *const c_char, json_len: usize, actor: *const c_char, actor_len: usize, factor: *mut mfa_buffer, err: *mut mfa_error) -> mfa_status;
    pub fn mfa_admin_users(engine: *mut mfa_engine, after: *const c_char, after_len: usize, limit: usize, fn_: Option<mfa_scan_fn>, fn_ctx: *mut c_void, err: *mut mfa_error) -> mfa_status;
    pub fn mfa_base32_decode(text: *const c_char, text_len: usize, data: *mut mfa_buffer, err: *mut mfa_error) -> mfa_status;
    pub fn mfa_base32_encode(data: *const u8, data_len: usize, text: *mut mfa_buffer, err: *mut mfa_error) -> mfa_status;
    pub fn mfa_buffer_assign(buffer: *mut mfa_buffer, data: *const c_void, len: usize) -> mfa_status;
    pub fn mfa_buffer_free(buffer: *mut mfa_buffer);
    pub fn mfa_config_check(json: *const c_char, json_len: usize, full: *mut mfa_buffer, err: *mut mfa_error) -> mfa_status;
    pub fn mfa_config_schema(schema: *mut mfa_buffer, err: *mut mfa_error) -> mfa_status;
    pub fn mfa_cose_verify_json(signature: *const c_char, signature_len: usize, verdict: *mut mfa_buffer, err: *mut mfa_error) -> mfa_status;
    pub fn mfa_device_claim(engine: *mut mfa_engine, request: *const mfa_request, code: *const c_char, code_len: usize, offer: *mut *mut mfa_offer, err: *mut mfa_error) -> mfa_status;
    pub fn mfa_device_claimed(engine: *mut mfa_engine, request: *const mfa_request, ticket: *const c_char, ticket_len: usize, json: *mut mfa_buffer, err: *mut mfa_error) -> mfa_status;
    pub fn mfa_device_collect(engine: *mut mfa_engine, request: *const mfa_request, ticket: *const c_char, ticket_len: usize, proof: *mut *mut mfa_proof, err: *mut mfa_error) -> mfa_status;
    pub fn mfa_device_remember(engine: *mut mfa_engine, request: *const mfa_request, label: *const c_char, label_len: usize, proof: *mut *mut mfa_proof, err: *mut mfa_error) -> mfa_status;
    pub fn mfa_engine_config_json(engine: *const mfa_engine, json: *mut mfa_buffer, err: *mut mfa_error) -> mfa_status;
    pub fn mfa_engine_free(engine: *mut mfa_engine);
    pub fn mfa_engine_new(config: *const mfa_engine_config, engine: *mut *mut mfa_engine, err: *mut mfa_error) -> mfa_status;
    pub fn mfa_engine_set_trust(engine: *mut mfa_engine, trust: *const mfa_trust, err: *mut mfa_error) -> mfa_status;
    pub fn mfa_enroll_begin(engine: *mut mfa_engine, request: *const mfa_request, method: mfa_method, options: *const mfa_begin_options, offer: *mut *mut mfa_offer, err: *mut mfa_error) -> mfa_status;
    pub fn mfa_enroll_finish(engine: *mut mfa_engine, request: *const mfa_request, ticket: *const c_char, ticket_len: usize, response: *const c_char, response_len: usize, proof: *mut *mut mfa_proof, err: *mut mfa_error) -> mfa_status;
    pub fn mfa_factor_remove(engine: *mut mfa_engine, request: *const mfa_request, factor: *const c_char, factor_len: usize, proof: *mut *mut mfa_proof, err: *mut mfa_error) -> mfa_status;
    pub fn mfa_factor_rename(engine: *mut mfa_engine, request: *const mfa_request, factor: *const c_char, factor_len: usize, label: *const c_char, label_len: usize, err: *mut mfa_error) -> mfa_status;
    pub fn mfa_factor_set_enabled(engine: *mut mfa_engine, request: *const mfa_request, factor: *const c_char, factor_len: usize, enabled: i32, proof: *mut *mut mfa_proof, err: *mut mfa_error) -> mfa_status;
    pub fn mfa_has(feature: *const c_char) -> c_int;
    pub fn mfa_hotp_code(params: *const mfa_hotp_params, secret: *const u8, secret_len: usize, counter: u64, code: *mut c_char, err: *mut mfa_error) -> mfa_status;
    pub fn mfa_hotp_resync(params: *const mfa_hotp_params, secret: *const u8, secret_len: usize, counter: u64, range: u32, code1: *const c_char, code1_len: usize, code2: *const c_char, code2_len: usize, next_counter: *mut u64, err: *mut mfa_error) -> mfa_status;
    pub fn mfa_hotp_verify(params: *const mfa_hotp_params, secret: *const u8, secret_len: usize, counter: u64, code: *const c_char, code_len: usize, next_counter: *mut u64, err: *mut mfa_error) -> mfa_status;
    pub fn mfa_log_end(log: *mut mfa_log, complete: i32, err: *mut mfa_error) -> mfa_status;
    pub fn mfa_log_finding_at(log: *const mfa_log, index: usize, finding: *mut mfa_log_finding) -> mfa_status;
    pub fn mfa_log_finding_count(log: *const mfa_log) -> usize;
    pub fn mfa_log_free(log: *mut mfa_log);
    pub fn mfa_log_line(log: *mut mfa_log, line: *const c_char, line_len: usize, err: *mut mfa_error) -> mfa_status;
    pub fn mfa_log_new(keys: *const mfa_key, keys_count: usize, log: *mut *mut mfa_log, err: *mut mfa_error) -> mfa_status;
    pub fn mfa_log_number(log: *const mfa_log, item: mfa_log_item) -> u64;
    pub fn mfa_method_from_name(name: *const c_char, name_len: usize) -> mfa_method;
    pub fn mfa_method_name(method: mfa_method) -> *const c_char;
    pub fn mfa_offer_expires_at_s(offer: *const mfa_offer) -> u64;
    pub fn mfa_offer_free(offer: *mut mfa_offer);
    pub fn mfa_offer_json(offer: *const mfa_offer, json: *mut mfa_buffer, err: *mut mfa_error) -> mfa_status;
    pub fn mfa_offer_text(offer: *const mfa_offer, item: mfa_offer_item, len: *mut usize) -> *const c_char;
    pub fn mfa_otpauth_build(otpauth: *const mfa_otpauth, uri: *mut mfa_buffer, err: *mut mfa_error) -> mfa_status;
    pub fn mfa_otpauth_parse(uri: *const c_char, uri_len: usize, strict: c_int, otpauth: *mut mfa_otpauth, storage: *mut mfa_buffer, err: *mut mfa_error) -> mfa_status;
    pub fn mfa_policy_explain(engine: *mut mfa_engine, request: *const mfa_request, need: *const mfa_session_need, json: *mut mfa_buffer, err: *mut mfa_error) -> mfa_status;
    pub fn mfa_proof_aal(proof: *const mfa_proof) -> i32;
    pub fn mfa_proof_free(proof: *mut mfa_proof);
    pub fn mfa_proof_json(proof: *const mfa_proof, json: *mut mfa_buffer, err: *mut mfa_error) -> mfa_status;
    pub fn mfa_proof_method(proof: *const mfa_proof) -> mfa_method;
    pub fn mfa_proof_recovery_remaining(proof: *const mfa_proof) -> u64;
    pub fn mfa_proof_serial(proof: *const mfa_proof) -> u64;
    pub fn mfa_proof_signals(proof: *const mfa_proof) -> u32;
    pub fn mfa_proof_text(proof: *const mfa_proof, item: mfa_proof_item, len: *mut usize) -> *const c_char;
    pub fn mfa_qr(text: *const c_char, text_len: usize, form: mfa_qr_form, out: *mut mfa_buffer, err: *mut mfa_error) -> mfa_status;
    pub fn mfa_random(out: *mut c_void, out_len: usize) -> mfa_status;
    pub fn mfa_reason_name(reason: i32) -> *const c_char;
    pub fn mfa_recovery_generate(pepper: *const u8, pepper_len: usize, count: usize, codes: *mut c_char, hashes: *mut c_char, err: *mut mfa_error) -> mfa_status;
    pub fn mfa_recovery_verify(pepper: *const u8, pepper_len: usize, hashes: *const mfa_text, hashes_count: usize, code: *const c_char, code_len: usize, index: *mut usize, err: *mut mfa_error) -> mfa_status;
    pub fn mfa_remembered_issue(engine: *mut mfa_engine, request: *const mfa_request, set_cookie: *mut mfa_buffer, err: *mut mfa_error) -> mfa_status;
    pub fn mfa_remembered_user(engine: *mut mfa_engine, request: *const mfa_request, cookies: *const c_char, cookies_len: usize, user: *mut mfa_buffer, err: *mut mfa_error) -> mfa_status;
    pub fn mfa_session_check(engine: *mut mfa_engine, request: *const mfa_request, need: *const mfa_session_need, err: *mut mfa_error) -> mfa_status;
    pub fn mfa_session_check_offline(engine: *mut mfa_engine, request: *const mfa_request, need: *const mfa_session_need, err: *mut mfa_error) -> mfa_status;
    pub fn mfa_session_json(engine: *mut mfa_engine, request: *const mfa_request, json: *mut mfa_buffer, err: *mut mfa_error) -> mfa_status;
    pub fn mfa_session_start(engine: *mut mfa_engine, request: *const mfa_request, proof: *mut *mut mfa_proof, err: *mut mfa_error) -> mfa_status;
    pub fn mfa_status_name(status: mfa_status) -> *const c_char;
    pub fn mfa_store_check(store: *const mfa_store, report: *mut mfa_buffer, err: *mut mfa_error) -> mfa_status;
    pub fn mfa_store_close(store: *mut mfa_store);
    pub fn mfa_store_open(url: *const c_char, url_len: usize, store: *mut mfa_store, err: *mut mfa_error) -> mfa_status;
    pub fn mfa_totp_code(params: *const mfa_totp_params, secret: *const u8, secret_len: usize, now_s: u64, code: *mut c_char, err: *mut mfa_error) -> mfa_status;
    pub fn mfa_totp_verify(params: *const mfa_totp_params, secret: *const u8, secret_len: usize, last_step: u64, now_s: u64, code: *const c_char, code_len: usize, used_step: *mut u64, err: *mut mfa_error) -> mfa_status;
    pub fn mfa_trust_free(trust: *mut mfa_trust);
    pub fn mfa_trust_json(trust: *const mfa_trust, json: *mut mfa_buffer, err: *mut mfa_error) -> mfa_status;
    pub fn mfa_trust_new(input: *const mfa_trust_input, now_s: u64, trust: *mut *mut mfa_trust, err: *mut mfa_error) -> mfa_status;
    pub fn mfa_u2f_response_key_handle(response: *const c_char, response_len: usize, key_handle: *mut mfa_buffer, err: *mut mfa_error) -> mfa_status;
    pub fn mfa_u2f_verify_registration(expect: *const mfa_u2f_expect, response: *const c_char, response_len: usize, public_key: *mut u8, key_handle: *mut mfa_buffer, certificate: *mut mfa_buffer, err: *mut mfa_error) -> mfa_status;
    pub fn mfa_u2f_verify_signature(expect: *const mfa_u2f_expect, public_key: *const u8, last_counter: u32, response: *const c_char, response_len: usize, counter: *mut u32, signals: *mut u32, err: *mut mfa_error) -> mfa_status;
    pub fn mfa_verify_begin(engine: *mut mfa_engine, request: *const mfa_request, method: mfa_method, options: *const mfa_begin_options, offer: *mut *mut mfa_offer, err: *mut mfa_error) -> mfa_status;
    pub fn mfa_verify_code(engine: *mut mfa_engine, request: *const mfa_request, method: mfa_method, code: *const c_char, code_len: usize, proof: *mut *mut mfa_proof, err: *mut mfa_error) -> mfa_status;
    pub fn mfa_verify_finish(engine: *mut mfa_engine, request: *const mfa_request, ticket: *const c_char, ticket_len: usize, response: *const c_char, response_len: usize, proof: *mut *mut mfa_proof, err: *mut mfa_error) -> mfa_status;
    pub fn mfa_version() -> *const c_char;
    pub fn mfa_webauthn_android_origin(fingerprint: *const c_char, fingerprint_len: usize, origin: *mut mfa_buffer, err: *mut mfa_error) -> mfa_status;
    pub fn mfa_webauthn_create_options(expect: *const mfa_webauthn_expect, user: *const mfa_webauthn_user, extra_json: *const c_char, extra_json_len: usize, json: *mut mfa_buffer, err: *mut mfa_error) -> mfa_status;
    pub fn mfa_webauthn_credential_audit(credential: *const mfa_webauthn_credential, trust: *const mfa_trust, now_s: u64, json: *mut mfa_buffer, err: *mut mfa_error) -> mfa_status;
    pub fn mfa_webauthn_credential_columns(credential: *const mfa_webauthn_credential, columns: *mut mfa_webauthn_columns, err: *mut mfa_error) -> mfa_status;
    pub fn mfa_webauthn_credential_free(credential: *mut mfa_webauthn_credential);
    pub fn mfa_webauthn_credential_json(credential: *const mfa_webauthn_credential, json: *mut mfa_buffer, err: *mut mfa_error) -> mfa_status;
    pub fn mfa_webauthn_credential_load(blob: *const u8, blob_len: usize, credential: *mut *mut mfa_webauthn_credential, err: *mut mfa_error) -> mfa_status;
    pub fn mfa_webauthn_credential_new(columns: *const mfa_webauthn_columns, credential: *mut *mut mfa_webauthn_credential, err: *mut mfa_error) -> mfa_status;
    pub fn mfa_webauthn_credential_save(credential: *const mfa_webauthn_credential, blob: *mut mfa_buffer, err: *mut mfa_error) -> mfa_status;
    pub fn mfa_webauthn_get_options(expect: *const mfa_webauthn_expect, extra_json: *const c_char, extra_json_len: usize, json: *mut mfa_buffer, err: *mut mfa_error) -> mfa_status;
    pub fn mfa_webauthn_inspect(json: *const c_char, json_len: usize, text: *mut mfa_buffer, err: *mut mfa_error) -> mfa_status;
    pub fn mfa_webauthn_related_origins(origins: *const mfa_text, origins_count: usize, json: *mut mfa_buffer, err: *mut mfa_error) -> mfa_status;
    pub fn mfa_webauthn_response_extensions(response: *const mfa_webauthn_response, json: *mut mfa_buffer, err: *mut mfa_error) -> mfa_status;
    pub fn mfa_webauthn_response_free(response: *mut mfa_webauthn_response);
    pub fn mfa_webauthn_response_id(response: *const mfa_webauthn_response, len: *mut usize) -> *const u8;
    pub fn mfa_webauthn_response_parse(json: *const c_char, json_len: usize, response: *mut *mut mfa_webauthn_response, err: *mut mfa_error) -> mfa_status;
    pub fn mfa_webauthn_response_user_handle(response: *const mfa_webauthn_response, len: *mut usize) -> *const u8;
    pub fn mfa_webauthn_signal_accepted(rp_id: *const c_char, rp_id_len: usize, user_handle: *const u8, user_handle_len: usize, ids: *const mfa_text, ids_count: usize, json: *mut mfa_buffer, err: *mut mfa_error) -> mfa_status;
    pub fn mfa_webauthn_signal_unknown(rp_id: *const c_char, rp_id_len: usize, response: *const mfa_webauthn_response, json: *mut mfa_buffer, err: *mut mfa_error) -> mfa_status;
    pub fn mfa_webauthn_signal_user(rp_id: *const c_char, rp_id_len: usize, user: *const mfa_webauthn_user, json: *mut mfa_buffer, err: *mut mfa_error) -> mfa_status;
    pub fn mfa_webauthn_verify_assertion(expect: *const mfa_webauthn_expect, credential: *const mfa_webauthn_credential, response: *const mfa_webauthn_response, result: *mut mfa_webauthn_result, err: *mut mfa_error) -> mfa_status;
    pub fn mfa_webauthn_verify_json(ceremony: *const c_char, ceremony_len: usize, now_s: u64, flags: u32, verdict: *mut mfa_buffer, err: *mut mfa_error) -> mfa_status;
    pub fn mfa_webauthn_verify_registration(expect: *const mfa_webauthn_expect, now_s: u64, response: *const mfa_webauthn_response, credential: *mut *mut mfa_webauthn_credential, err: *mut mfa_error) -> mfa_status;
    pub fn mfa_wipe(data: *mut c_void, len: usize);
}

#[cfg(test)]
pub fn layout() -> String {
    let mut told = String::new();
    {
        let made = std::mem::MaybeUninit::<mfa_error>::uninit();
        let at = made.as_ptr();
        told += &format!("mfa_error {}\n", std::mem::size_of::<mfa_error>());
        let place = unsafe { std::ptr::addr_of!((*at).status) } as usize - at as usize;
        told += &format!("mfa_error.status {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).reason) } as usize - at as usize;
        told += &format!("mfa_error.reason {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).retry_at_s) } as usize - at as usize;
        told += &format!("mfa_error.retry_at_s {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).attempts_left) } as usize - at as usize;
        told += &format!("mfa_error.attempts_left {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).clock_skew_s) } as usize - at as usize;
        told += &format!("mfa_error.clock_skew_s {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).signals) } as usize - at as usize;
        told += &format!("mfa_error.signals {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).reserved) } as usize - at as usize;
        told += &format!("mfa_error.reserved {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).message) } as usize - at as usize;
        told += &format!("mfa_error.message {place}\n");
    }
    {
        let made = std::mem::MaybeUninit::<mfa_text>::uninit();
        let at = made.as_ptr();
        told += &format!("mfa_text {}\n", std::mem::size_of::<mfa_text>());
        let place = unsafe { std::ptr::addr_of!((*at).data) } as usize - at as usize;
        told += &format!("mfa_text.data {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).len) } as usize - at as usize;
        told += &format!("mfa_text.len {place}\n");
    }
    {
        let made = std::mem::MaybeUninit::<mfa_buffer>::uninit();
        let at = made.as_ptr();
        told += &format!("mfa_buffer {}\n", std::mem::size_of::<mfa_buffer>());
        let place = unsafe { std::ptr::addr_of!((*at).data) } as usize - at as usize;
        told += &format!("mfa_buffer.data {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).len) } as usize - at as usize;
        told += &format!("mfa_buffer.len {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).capacity) } as usize - at as usize;
        told += &format!("mfa_buffer.capacity {place}\n");
    }
    {
        let made = std::mem::MaybeUninit::<mfa_key>::uninit();
        let at = made.as_ptr();
        told += &format!("mfa_key {}\n", std::mem::size_of::<mfa_key>());
        let place = unsafe { std::ptr::addr_of!((*at).id) } as usize - at as usize;
        told += &format!("mfa_key.id {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).reserved) } as usize - at as usize;
        told += &format!("mfa_key.reserved {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).bytes) } as usize - at as usize;
        told += &format!("mfa_key.bytes {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).bytes_len) } as usize - at as usize;
        told += &format!("mfa_key.bytes_len {place}\n");
    }
    {
        let made = std::mem::MaybeUninit::<mfa_store>::uninit();
        let at = made.as_ptr();
        told += &format!("mfa_store {}\n", std::mem::size_of::<mfa_store>());
        let place = unsafe { std::ptr::addr_of!((*at).struct_size) } as usize - at as usize;
        told += &format!("mfa_store.struct_size {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).reserved) } as usize - at as usize;
        told += &format!("mfa_store.reserved {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).ctx) } as usize - at as usize;
        told += &format!("mfa_store.ctx {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).load) } as usize - at as usize;
        told += &format!("mfa_store.load {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).save) } as usize - at as usize;
        told += &format!("mfa_store.save {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).erase) } as usize - at as usize;
        told += &format!("mfa_store.erase {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).scan) } as usize - at as usize;
        told += &format!("mfa_store.scan {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).close) } as usize - at as usize;
        told += &format!("mfa_store.close {place}\n");
    }
    {
        let made = std::mem::MaybeUninit::<mfa_totp_params>::uninit();
        let at = made.as_ptr();
        told += &format!("mfa_totp_params {}\n", std::mem::size_of::<mfa_totp_params>());
        let place = unsafe { std::ptr::addr_of!((*at).struct_size) } as usize - at as usize;
        told += &format!("mfa_totp_params.struct_size {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).hash) } as usize - at as usize;
        told += &format!("mfa_totp_params.hash {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).digits) } as usize - at as usize;
        told += &format!("mfa_totp_params.digits {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).period_s) } as usize - at as usize;
        told += &format!("mfa_totp_params.period_s {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).t0_s) } as usize - at as usize;
        told += &format!("mfa_totp_params.t0_s {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).past) } as usize - at as usize;
        told += &format!("mfa_totp_params.past {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).future) } as usize - at as usize;
        told += &format!("mfa_totp_params.future {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).flags) } as usize - at as usize;
        told += &format!("mfa_totp_params.flags {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).reserved) } as usize - at as usize;
        told += &format!("mfa_totp_params.reserved {place}\n");
    }
    {
        let made = std::mem::MaybeUninit::<mfa_hotp_params>::uninit();
        let at = made.as_ptr();
        told += &format!("mfa_hotp_params {}\n", std::mem::size_of::<mfa_hotp_params>());
        let place = unsafe { std::ptr::addr_of!((*at).struct_size) } as usize - at as usize;
        told += &format!("mfa_hotp_params.struct_size {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).hash) } as usize - at as usize;
        told += &format!("mfa_hotp_params.hash {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).digits) } as usize - at as usize;
        told += &format!("mfa_hotp_params.digits {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).look_ahead) } as usize - at as usize;
        told += &format!("mfa_hotp_params.look_ahead {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).flags) } as usize - at as usize;
        told += &format!("mfa_hotp_params.flags {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).reserved) } as usize - at as usize;
        told += &format!("mfa_hotp_params.reserved {place}\n");
    }
    {
        let made = std::mem::MaybeUninit::<mfa_otpauth>::uninit();
        let at = made.as_ptr();
        told += &format!("mfa_otpauth {}\n", std::mem::size_of::<mfa_otpauth>());
        let place = unsafe { std::ptr::addr_of!((*at).struct_size) } as usize - at as usize;
        told += &format!("mfa_otpauth.struct_size {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).method) } as usize - at as usize;
        told += &format!("mfa_otpauth.method {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).issuer) } as usize - at as usize;
        told += &format!("mfa_otpauth.issuer {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).account) } as usize - at as usize;
        told += &format!("mfa_otpauth.account {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).secret) } as usize - at as usize;
        told += &format!("mfa_otpauth.secret {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).hash) } as usize - at as usize;
        told += &format!("mfa_otpauth.hash {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).digits) } as usize - at as usize;
        told += &format!("mfa_otpauth.digits {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).period_s) } as usize - at as usize;
        told += &format!("mfa_otpauth.period_s {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).reserved) } as usize - at as usize;
        told += &format!("mfa_otpauth.reserved {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).counter) } as usize - at as usize;
        told += &format!("mfa_otpauth.counter {place}\n");
    }
    {
        let made = std::mem::MaybeUninit::<mfa_trust_input>::uninit();
        let at = made.as_ptr();
        told += &format!("mfa_trust_input {}\n", std::mem::size_of::<mfa_trust_input>());
        let place = unsafe { std::ptr::addr_of!((*at).struct_size) } as usize - at as usize;
        told += &format!("mfa_trust_input.struct_size {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).reserved) } as usize - at as usize;
        told += &format!("mfa_trust_input.reserved {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).anchors) } as usize - at as usize;
        told += &format!("mfa_trust_input.anchors {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).anchors_count) } as usize - at as usize;
        told += &format!("mfa_trust_input.anchors_count {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).crls) } as usize - at as usize;
        told += &format!("mfa_trust_input.crls {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).crls_count) } as usize - at as usize;
        told += &format!("mfa_trust_input.crls_count {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).mds_blob) } as usize - at as usize;
        told += &format!("mfa_trust_input.mds_blob {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).mds_root) } as usize - at as usize;
        told += &format!("mfa_trust_input.mds_root {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).mds_min_no) } as usize - at as usize;
        told += &format!("mfa_trust_input.mds_min_no {place}\n");
    }
    {
        let made = std::mem::MaybeUninit::<mfa_webauthn_expect>::uninit();
        let at = made.as_ptr();
        told += &format!("mfa_webauthn_expect {}\n", std::mem::size_of::<mfa_webauthn_expect>());
        let place = unsafe { std::ptr::addr_of!((*at).struct_size) } as usize - at as usize;
        told += &format!("mfa_webauthn_expect.struct_size {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).user_verification) } as usize - at as usize;
        told += &format!("mfa_webauthn_expect.user_verification {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).mediation) } as usize - at as usize;
        told += &format!("mfa_webauthn_expect.mediation {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).allow_cross_origin) } as usize - at as usize;
        told += &format!("mfa_webauthn_expect.allow_cross_origin {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).rp_id) } as usize - at as usize;
        told += &format!("mfa_webauthn_expect.rp_id {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).origins) } as usize - at as usize;
        told += &format!("mfa_webauthn_expect.origins {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).origins_count) } as usize - at as usize;
        told += &format!("mfa_webauthn_expect.origins_count {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).top_origins) } as usize - at as usize;
        told += &format!("mfa_webauthn_expect.top_origins {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).top_origins_count) } as usize - at as usize;
        told += &format!("mfa_webauthn_expect.top_origins_count {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).challenge) } as usize - at as usize;
        told += &format!("mfa_webauthn_expect.challenge {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).algorithms) } as usize - at as usize;
        told += &format!("mfa_webauthn_expect.algorithms {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).algorithms_count) } as usize - at as usize;
        told += &format!("mfa_webauthn_expect.algorithms_count {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).allowed_ids) } as usize - at as usize;
        told += &format!("mfa_webauthn_expect.allowed_ids {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).allowed_ids_count) } as usize - at as usize;
        told += &format!("mfa_webauthn_expect.allowed_ids_count {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).user_handle) } as usize - at as usize;
        told += &format!("mfa_webauthn_expect.user_handle {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).app_id) } as usize - at as usize;
        told += &format!("mfa_webauthn_expect.app_id {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).sign_count) } as usize - at as usize;
        told += &format!("mfa_webauthn_expect.sign_count {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).backup_eligible_change) } as usize - at as usize;
        told += &format!("mfa_webauthn_expect.backup_eligible_change {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).trust) } as usize - at as usize;
        told += &format!("mfa_webauthn_expect.trust {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).require_trusted) } as usize - at as usize;
        told += &format!("mfa_webauthn_expect.require_trusted {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).reserved) } as usize - at as usize;
        told += &format!("mfa_webauthn_expect.reserved {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).policy_json) } as usize - at as usize;
        told += &format!("mfa_webauthn_expect.policy_json {place}\n");
    }
    {
        let made = std::mem::MaybeUninit::<mfa_webauthn_user>::uninit();
        let at = made.as_ptr();
        told += &format!("mfa_webauthn_user {}\n", std::mem::size_of::<mfa_webauthn_user>());
        let place = unsafe { std::ptr::addr_of!((*at).struct_size) } as usize - at as usize;
        told += &format!("mfa_webauthn_user.struct_size {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).reserved) } as usize - at as usize;
        told += &format!("mfa_webauthn_user.reserved {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).handle) } as usize - at as usize;
        told += &format!("mfa_webauthn_user.handle {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).name) } as usize - at as usize;
        told += &format!("mfa_webauthn_user.name {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).display_name) } as usize - at as usize;
        told += &format!("mfa_webauthn_user.display_name {place}\n");
    }
    {
        let made = std::mem::MaybeUninit::<mfa_webauthn_columns>::uninit();
        let at = made.as_ptr();
        told += &format!("mfa_webauthn_columns {}\n", std::mem::size_of::<mfa_webauthn_columns>());
        let place = unsafe { std::ptr::addr_of!((*at).struct_size) } as usize - at as usize;
        told += &format!("mfa_webauthn_columns.struct_size {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).algorithm) } as usize - at as usize;
        told += &format!("mfa_webauthn_columns.algorithm {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).id) } as usize - at as usize;
        told += &format!("mfa_webauthn_columns.id {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).public_key) } as usize - at as usize;
        told += &format!("mfa_webauthn_columns.public_key {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).user_handle) } as usize - at as usize;
        told += &format!("mfa_webauthn_columns.user_handle {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).rp_id) } as usize - at as usize;
        told += &format!("mfa_webauthn_columns.rp_id {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).app_id) } as usize - at as usize;
        told += &format!("mfa_webauthn_columns.app_id {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).sign_count) } as usize - at as usize;
        told += &format!("mfa_webauthn_columns.sign_count {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).flags) } as usize - at as usize;
        told += &format!("mfa_webauthn_columns.flags {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).backup_eligible_known) } as usize - at as usize;
        told += &format!("mfa_webauthn_columns.backup_eligible_known {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).reserved) } as usize - at as usize;
        told += &format!("mfa_webauthn_columns.reserved {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).aaguid) } as usize - at as usize;
        told += &format!("mfa_webauthn_columns.aaguid {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).transports) } as usize - at as usize;
        told += &format!("mfa_webauthn_columns.transports {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).attestation_format) } as usize - at as usize;
        told += &format!("mfa_webauthn_columns.attestation_format {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).attestation_type) } as usize - at as usize;
        told += &format!("mfa_webauthn_columns.attestation_type {place}\n");
    }
    {
        let made = std::mem::MaybeUninit::<mfa_webauthn_result>::uninit();
        let at = made.as_ptr();
        told += &format!("mfa_webauthn_result {}\n", std::mem::size_of::<mfa_webauthn_result>());
        let place = unsafe { std::ptr::addr_of!((*at).struct_size) } as usize - at as usize;
        told += &format!("mfa_webauthn_result.struct_size {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).flags) } as usize - at as usize;
        told += &format!("mfa_webauthn_result.flags {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).sign_count) } as usize - at as usize;
        told += &format!("mfa_webauthn_result.sign_count {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).signals) } as usize - at as usize;
        told += &format!("mfa_webauthn_result.signals {place}\n");
    }
    {
        let made = std::mem::MaybeUninit::<mfa_u2f_expect>::uninit();
        let at = made.as_ptr();
        told += &format!("mfa_u2f_expect {}\n", std::mem::size_of::<mfa_u2f_expect>());
        let place = unsafe { std::ptr::addr_of!((*at).struct_size) } as usize - at as usize;
        told += &format!("mfa_u2f_expect.struct_size {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).reserved) } as usize - at as usize;
        told += &format!("mfa_u2f_expect.reserved {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).app_id) } as usize - at as usize;
        told += &format!("mfa_u2f_expect.app_id {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).challenge) } as usize - at as usize;
        told += &format!("mfa_u2f_expect.challenge {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).facets) } as usize - at as usize;
        told += &format!("mfa_u2f_expect.facets {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).facets_count) } as usize - at as usize;
        told += &format!("mfa_u2f_expect.facets_count {place}\n");
    }
    {
        let made = std::mem::MaybeUninit::<mfa_engine_config>::uninit();
        let at = made.as_ptr();
        told += &format!("mfa_engine_config {}\n", std::mem::size_of::<mfa_engine_config>());
        let place = unsafe { std::ptr::addr_of!((*at).struct_size) } as usize - at as usize;
        told += &format!("mfa_engine_config.struct_size {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).reserved) } as usize - at as usize;
        told += &format!("mfa_engine_config.reserved {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).json) } as usize - at as usize;
        told += &format!("mfa_engine_config.json {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).keys) } as usize - at as usize;
        told += &format!("mfa_engine_config.keys {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).keys_count) } as usize - at as usize;
        told += &format!("mfa_engine_config.keys_count {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).store) } as usize - at as usize;
        told += &format!("mfa_engine_config.store {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).trust) } as usize - at as usize;
        told += &format!("mfa_engine_config.trust {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).pepper) } as usize - at as usize;
        told += &format!("mfa_engine_config.pepper {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).decoy_key) } as usize - at as usize;
        told += &format!("mfa_engine_config.decoy_key {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).ctx) } as usize - at as usize;
        told += &format!("mfa_engine_config.ctx {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).now_s) } as usize - at as usize;
        told += &format!("mfa_engine_config.now_s {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).random) } as usize - at as usize;
        told += &format!("mfa_engine_config.random {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).event) } as usize - at as usize;
        told += &format!("mfa_engine_config.event {place}\n");
    }
    {
        let made = std::mem::MaybeUninit::<mfa_request>::uninit();
        let at = made.as_ptr();
        told += &format!("mfa_request {}\n", std::mem::size_of::<mfa_request>());
        let place = unsafe { std::ptr::addr_of!((*at).struct_size) } as usize - at as usize;
        told += &format!("mfa_request.struct_size {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).purpose) } as usize - at as usize;
        told += &format!("mfa_request.purpose {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).proven) } as usize - at as usize;
        told += &format!("mfa_request.proven {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).flags) } as usize - at as usize;
        told += &format!("mfa_request.flags {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).user) } as usize - at as usize;
        told += &format!("mfa_request.user {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).browser) } as usize - at as usize;
        told += &format!("mfa_request.browser {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).session) } as usize - at as usize;
        told += &format!("mfa_request.session {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).statement) } as usize - at as usize;
        told += &format!("mfa_request.statement {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).source) } as usize - at as usize;
        told += &format!("mfa_request.source {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).user_agent) } as usize - at as usize;
        told += &format!("mfa_request.user_agent {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).action) } as usize - at as usize;
        told += &format!("mfa_request.action {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).locale) } as usize - at as usize;
        told += &format!("mfa_request.locale {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).roles) } as usize - at as usize;
        told += &format!("mfa_request.roles {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).roles_count) } as usize - at as usize;
        told += &format!("mfa_request.roles_count {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).min_serial) } as usize - at as usize;
        told += &format!("mfa_request.min_serial {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).cookies) } as usize - at as usize;
        told += &format!("mfa_request.cookies {place}\n");
    }
    {
        let made = std::mem::MaybeUninit::<mfa_method_info>::uninit();
        let at = made.as_ptr();
        told += &format!("mfa_method_info {}\n", std::mem::size_of::<mfa_method_info>());
        let place = unsafe { std::ptr::addr_of!((*at).struct_size) } as usize - at as usize;
        told += &format!("mfa_method_info.struct_size {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).method) } as usize - at as usize;
        told += &format!("mfa_method_info.method {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).label) } as usize - at as usize;
        told += &format!("mfa_method_info.label {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).can_verify) } as usize - at as usize;
        told += &format!("mfa_method_info.can_verify {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).can_enroll) } as usize - at as usize;
        told += &format!("mfa_method_info.can_enroll {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).factors) } as usize - at as usize;
        told += &format!("mfa_method_info.factors {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).aal) } as usize - at as usize;
        told += &format!("mfa_method_info.aal {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).locked_until_s) } as usize - at as usize;
        told += &format!("mfa_method_info.locked_until_s {place}\n");
    }
    {
        let made = std::mem::MaybeUninit::<mfa_factor>::uninit();
        let at = made.as_ptr();
        told += &format!("mfa_factor {}\n", std::mem::size_of::<mfa_factor>());
        let place = unsafe { std::ptr::addr_of!((*at).struct_size) } as usize - at as usize;
        told += &format!("mfa_factor.struct_size {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).method) } as usize - at as usize;
        told += &format!("mfa_factor.method {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).id) } as usize - at as usize;
        told += &format!("mfa_factor.id {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).label) } as usize - at as usize;
        told += &format!("mfa_factor.label {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).device) } as usize - at as usize;
        told += &format!("mfa_factor.device {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).address) } as usize - at as usize;
        told += &format!("mfa_factor.address {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).enabled) } as usize - at as usize;
        told += &format!("mfa_factor.enabled {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).can_disable) } as usize - at as usize;
        told += &format!("mfa_factor.can_disable {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).can_remove) } as usize - at as usize;
        told += &format!("mfa_factor.can_remove {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).enterprise) } as usize - at as usize;
        told += &format!("mfa_factor.enterprise {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).added_s) } as usize - at as usize;
        told += &format!("mfa_factor.added_s {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).last_used_s) } as usize - at as usize;
        told += &format!("mfa_factor.last_used_s {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).expires_s) } as usize - at as usize;
        told += &format!("mfa_factor.expires_s {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).locked_until_s) } as usize - at as usize;
        told += &format!("mfa_factor.locked_until_s {place}\n");
    }
    {
        let made = std::mem::MaybeUninit::<mfa_begin_options>::uninit();
        let at = made.as_ptr();
        told += &format!("mfa_begin_options {}\n", std::mem::size_of::<mfa_begin_options>());
        let place = unsafe { std::ptr::addr_of!((*at).struct_size) } as usize - at as usize;
        told += &format!("mfa_begin_options.struct_size {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).mediation) } as usize - at as usize;
        told += &format!("mfa_begin_options.mediation {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).user_verification) } as usize - at as usize;
        told += &format!("mfa_begin_options.user_verification {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).reserved) } as usize - at as usize;
        told += &format!("mfa_begin_options.reserved {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).factor) } as usize - at as usize;
        told += &format!("mfa_begin_options.factor {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).account_name) } as usize - at as usize;
        told += &format!("mfa_begin_options.account_name {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).display_name) } as usize - at as usize;
        told += &format!("mfa_begin_options.display_name {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).label) } as usize - at as usize;
        told += &format!("mfa_begin_options.label {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).address) } as usize - at as usize;
        told += &format!("mfa_begin_options.address {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).extra_json) } as usize - at as usize;
        told += &format!("mfa_begin_options.extra_json {place}\n");
    }
    {
        let made = std::mem::MaybeUninit::<mfa_session_need>::uninit();
        let at = made.as_ptr();
        told += &format!("mfa_session_need {}\n", std::mem::size_of::<mfa_session_need>());
        let place = unsafe { std::ptr::addr_of!((*at).struct_size) } as usize - at as usize;
        told += &format!("mfa_session_need.struct_size {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).aal) } as usize - at as usize;
        told += &format!("mfa_session_need.aal {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).max_age_s) } as usize - at as usize;
        told += &format!("mfa_session_need.max_age_s {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).method) } as usize - at as usize;
        told += &format!("mfa_session_need.method {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).reserved) } as usize - at as usize;
        told += &format!("mfa_session_need.reserved {place}\n");
    }
    {
        let made = std::mem::MaybeUninit::<mfa_log_finding>::uninit();
        let at = made.as_ptr();
        told += &format!("mfa_log_finding {}\n", std::mem::size_of::<mfa_log_finding>());
        let place = unsafe { std::ptr::addr_of!((*at).struct_size) } as usize - at as usize;
        told += &format!("mfa_log_finding.struct_size {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).trouble) } as usize - at as usize;
        told += &format!("mfa_log_finding.trouble {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).is_note) } as usize - at as usize;
        told += &format!("mfa_log_finding.is_note {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).reserved) } as usize - at as usize;
        told += &format!("mfa_log_finding.reserved {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).line) } as usize - at as usize;
        told += &format!("mfa_log_finding.line {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).chain) } as usize - at as usize;
        told += &format!("mfa_log_finding.chain {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).first_n) } as usize - at as usize;
        told += &format!("mfa_log_finding.first_n {place}\n");
        let place = unsafe { std::ptr::addr_of!((*at).last_n) } as usize - at as usize;
        told += &format!("mfa_log_finding.last_n {place}\n");
    }
    told
}
