"""What libmfa's headers declare, for cffi in both modes. Made by make_declarations.py: do not edit."""

DECLARATIONS = """\
#define MFA_STORE_KEY_MAX 512
#define MFA_STORE_RECORD_MAX 262144
#define MFA_OTP_CODE_SIZE 11
#define MFA_OTP_SECRET_MIN 16
#define MFA_OTP_SECRET_MAX 128
#define MFA_U2F_PUBLIC_KEY 65
#define MFA_U2F_KEY_HANDLE_MAX 255
#define MFA_RECOVERY_CODE_SIZE 20
#define MFA_RECOVERY_HASH_SIZE 192
typedef int32_t mfa_status;
enum {
MFA_OK = 0, MFA_WRONG = 1, MFA_MALFORMED = 2, MFA_ALREADY_USED = 3, MFA_EXPIRED = 4, MFA_MISMATCH = 5,
  MFA_LOCKED_OUT = 6, MFA_TOO_SOON = 7, MFA_DENIED = 8, MFA_FACTOR_NEEDED = 9, MFA_RECHECK_DUE = 10,
  MFA_ENROLL_NEEDED = 11, MFA_REVOKED = 12, MFA_NOT_FOUND = 13, MFA_EXISTS = 14, MFA_PENDING = 15,
  MFA_MORE_NEEDED = 16, MFA_ERR_ARGUMENT = -1, MFA_ERR_UNSUPPORTED = -2, MFA_ERR_NO_MEMORY = -3, MFA_ERR_STORE = -4,
  MFA_ERR_BUSY = -5, MFA_ERR_CONFIG = -6, MFA_ERR_KEY = -7, MFA_ERR_DAMAGED = -8, MFA_ERR_ROLLBACK = -9,
  MFA_ERR_INTERNAL = -10
};
const char *mfa_status_name(mfa_status status);
typedef struct mfa_error {
mfa_status status;
int32_t reason;
uint64_t retry_at_s;
int32_t attempts_left;
int32_t clock_skew_s;
uint32_t signals;
uint32_t reserved[3];
char message[216];
} mfa_error;
const char *mfa_reason_name(int32_t reason);
typedef struct mfa_text {
const char *data;
size_t len;
} mfa_text;
typedef struct mfa_buffer {
uint8_t *data;
size_t len;
size_t capacity;
} mfa_buffer;
mfa_status mfa_buffer_assign(mfa_buffer *buffer, const void *data, size_t len);
void mfa_buffer_free(mfa_buffer *buffer);
typedef int32_t mfa_method;
enum {
MFA_METHOD_NONE = 0, MFA_METHOD_TOTP = 1, MFA_METHOD_HOTP = 2, MFA_METHOD_WEBAUTHN = 3, MFA_METHOD_U2F = 4,
  MFA_METHOD_EMAIL = 5, MFA_METHOD_RECOVERY = 6, MFA_METHOD_DEVICE = 7
};
const char *mfa_method_name(mfa_method method);
mfa_method mfa_method_from_name(const char *name, size_t name_len);
typedef int32_t mfa_hash;
enum { MFA_HASH_SHA1 = 1, MFA_HASH_SHA256 = 2, MFA_HASH_SHA512 = 3 };
typedef int32_t mfa_user_verification;
enum { MFA_UV_DISCOURAGED = 1, MFA_UV_PREFERRED = 2, MFA_UV_REQUIRED = 3 };
typedef int32_t mfa_mediation;
enum { MFA_MEDIATION_MODAL = 0, MFA_MEDIATION_CONDITIONAL = 1 };
enum {
MFA_SIGNAL_CLONE_SUSPECTED = 1u << 0, MFA_SIGNAL_BACKUP_ELIGIBLE_CHANGED = 1u << 1,
  MFA_SIGNAL_BACKUP_STATE_CHANGED = 1u << 2, MFA_SIGNAL_ATTESTATION_STATUS = 1u << 3,
  MFA_SIGNAL_UNSOLICITED_EXTENSION = 1u << 4, MFA_SIGNAL_RECOVERY_LOW = 1u << 5, MFA_SIGNAL_RECOVERY_LAST = 1u << 6,
  MFA_SIGNAL_MUST_ENROLL = 1u << 7, MFA_SIGNAL_MUST_ENROLL_RECOVERY = 1u << 8, MFA_SIGNAL_DEVICE_REUSED = 1u << 9,
  MFA_SIGNAL_CLOCK_WENT_BACK = 1u << 10, MFA_SIGNAL_WEAK_SECRET = 1u << 11, MFA_SIGNAL_PAIRING_CONTESTED = 1u << 12
};
typedef struct mfa_key {
uint32_t id;
uint32_t reserved;
const uint8_t *bytes;
size_t bytes_len;
} mfa_key;
mfa_status mfa_random(void *out, size_t out_len);
void mfa_wipe(void *data, size_t len);
const char *mfa_version(void);
int mfa_has(const char *feature);
typedef int32_t mfa_store_answer;
enum {
MFA_STORE_FAILED = 0, MFA_STORE_DONE = 1, MFA_STORE_NONE = 2, MFA_STORE_CONFLICT = 3
};
typedef mfa_store_answer (*mfa_scan_fn)(void *fn_ctx, const char *key, size_t key_len, const uint8_t *record,
  size_t record_len, uint64_t version);
typedef struct mfa_store {
uint32_t struct_size;
uint32_t reserved;
void *ctx;
mfa_store_answer (*load)(void *ctx, const char *key, size_t key_len, mfa_buffer *record, uint64_t *version,
  mfa_error *err);
mfa_store_answer (*save)(void *ctx, const char *key, size_t key_len, const uint8_t *record, size_t record_len,
  uint64_t expected_version, uint64_t new_version, uint64_t expires_at_s, mfa_error *err);
mfa_store_answer (*erase)(void *ctx, const char *key, size_t key_len, uint64_t expected_version, mfa_error *err);
mfa_store_answer (*scan)(void *ctx, const char *prefix, size_t prefix_len, const char *after, size_t after_len,
  size_t limit, mfa_scan_fn fn, void *fn_ctx, mfa_error *err);
void (*close)(void *ctx);
} mfa_store;
mfa_status mfa_store_open(const char *url, size_t url_len, mfa_store *store, mfa_error *err);
void mfa_store_close(mfa_store *store);
mfa_status mfa_store_check(const mfa_store *store, mfa_buffer *report, mfa_error *err);
enum { MFA_OTP_UNSAFE_SHORT_SECRET = 1u << 0, MFA_OTP_UNSAFE_WIDE_WINDOW = 1u << 1 };
typedef struct mfa_totp_params {
uint32_t struct_size;
mfa_hash hash;
uint32_t digits;
uint32_t period_s;
uint64_t t0_s;
uint32_t past;
uint32_t future;
uint32_t flags;
uint32_t reserved;
} mfa_totp_params;
mfa_status mfa_totp_code(const mfa_totp_params *params, const uint8_t *secret, size_t secret_len, uint64_t now_s,
  char code[11], mfa_error *err);
mfa_status mfa_totp_verify(const mfa_totp_params *params, const uint8_t *secret, size_t secret_len,
  uint64_t last_step, uint64_t now_s, const char *code, size_t code_len, uint64_t *used_step, mfa_error *err);
typedef struct mfa_hotp_params {
uint32_t struct_size;
mfa_hash hash;
uint32_t digits;
uint32_t look_ahead;
uint32_t flags;
uint32_t reserved;
} mfa_hotp_params;
mfa_status mfa_hotp_code(const mfa_hotp_params *params, const uint8_t *secret, size_t secret_len, uint64_t counter,
  char code[11], mfa_error *err);
mfa_status mfa_hotp_verify(const mfa_hotp_params *params, const uint8_t *secret, size_t secret_len, uint64_t counter,
  const char *code, size_t code_len, uint64_t *next_counter, mfa_error *err);
mfa_status mfa_hotp_resync(const mfa_hotp_params *params, const uint8_t *secret, size_t secret_len, uint64_t counter,
  uint32_t range, const char *code1, size_t code1_len, const char *code2, size_t code2_len, uint64_t *next_counter,
  mfa_error *err);
typedef struct mfa_otpauth {
uint32_t struct_size;
mfa_method method;
mfa_text issuer;
mfa_text account;
mfa_text secret;
mfa_hash hash;
uint32_t digits;
uint32_t period_s;
uint32_t reserved;
uint64_t counter;
} mfa_otpauth;
mfa_status mfa_otpauth_build(const mfa_otpauth *otpauth, mfa_buffer *uri, mfa_error *err);
mfa_status mfa_otpauth_parse(const char *uri, size_t uri_len, int strict, mfa_otpauth *otpauth, mfa_buffer *storage,
  mfa_error *err);
mfa_status mfa_base32_encode(const uint8_t *data, size_t data_len, mfa_buffer *text, mfa_error *err);
mfa_status mfa_base32_decode(const char *text, size_t text_len, mfa_buffer *data, mfa_error *err);
typedef int32_t mfa_qr_form;
enum { MFA_QR_SVG = 1, MFA_QR_ANSI = 2, MFA_QR_MATRIX = 3 };
mfa_status mfa_qr(const char *text, size_t text_len, mfa_qr_form form, mfa_buffer *out, mfa_error *err);
typedef struct mfa_trust mfa_trust;
typedef struct mfa_trust_input {
uint32_t struct_size;
uint32_t reserved;
const mfa_text *anchors;
size_t anchors_count;
const mfa_text *crls;
size_t crls_count;
mfa_text mds_blob;
mfa_text mds_root;
uint64_t mds_min_no;
} mfa_trust_input;
mfa_status mfa_trust_new(const mfa_trust_input *input, uint64_t now_s, mfa_trust **trust, mfa_error *err);
void mfa_trust_free(mfa_trust *trust);
mfa_status mfa_trust_json(const mfa_trust *trust, mfa_buffer *json, mfa_error *err);
typedef int32_t mfa_rule;
enum { MFA_RULE_DEFAULT = 0, MFA_RULE_REJECT = 1, MFA_RULE_FLAG = 2, MFA_RULE_IGNORE = 3 };
typedef struct mfa_webauthn_expect {
uint32_t struct_size;
mfa_user_verification user_verification;
mfa_mediation mediation;
int32_t allow_cross_origin;
mfa_text rp_id;
const mfa_text *origins;
size_t origins_count;
const mfa_text *top_origins;
size_t top_origins_count;
mfa_text challenge;
const int32_t *algorithms;
size_t algorithms_count;
const mfa_text *allowed_ids;
size_t allowed_ids_count;
mfa_text user_handle;
mfa_text app_id;
mfa_rule sign_count;
mfa_rule backup_eligible_change;
const mfa_trust *trust;
int32_t require_trusted;
uint32_t reserved;
mfa_text policy_json;
} mfa_webauthn_expect;
typedef struct mfa_webauthn_user {
uint32_t struct_size;
uint32_t reserved;
mfa_text handle;
mfa_text name;
mfa_text display_name;
} mfa_webauthn_user;
mfa_status mfa_webauthn_create_options(const mfa_webauthn_expect *expect, const mfa_webauthn_user *user,
  const char *extra_json, size_t extra_json_len, mfa_buffer *json, mfa_error *err);
mfa_status mfa_webauthn_get_options(const mfa_webauthn_expect *expect, const char *extra_json, size_t extra_json_len,
  mfa_buffer *json, mfa_error *err);
typedef struct mfa_webauthn_response mfa_webauthn_response;
mfa_status mfa_webauthn_response_parse(const char *json, size_t json_len, mfa_webauthn_response **response,
  mfa_error *err);
void mfa_webauthn_response_free(mfa_webauthn_response *response);
const uint8_t *mfa_webauthn_response_id(const mfa_webauthn_response *response, size_t *len);
const uint8_t *mfa_webauthn_response_user_handle(const mfa_webauthn_response *response, size_t *len);
typedef struct mfa_webauthn_credential mfa_webauthn_credential;
typedef struct mfa_webauthn_columns {
uint32_t struct_size;
int32_t algorithm;
mfa_text id;
mfa_text public_key;
mfa_text user_handle;
mfa_text rp_id;
mfa_text app_id;
uint32_t sign_count;
uint32_t flags;
int32_t backup_eligible_known;
uint32_t reserved;
uint8_t aaguid[16];
mfa_text transports;
mfa_text attestation_format;
mfa_text attestation_type;
} mfa_webauthn_columns;
enum {
MFA_WEBAUTHN_USER_PRESENT = 1u << 0, MFA_WEBAUTHN_USER_VERIFIED = 1u << 2, MFA_WEBAUTHN_BACKUP_ELIGIBLE = 1u << 3,
  MFA_WEBAUTHN_BACKED_UP = 1u << 4, MFA_WEBAUTHN_TRUSTED = 1u << 16
};
mfa_status mfa_webauthn_credential_new(const mfa_webauthn_columns *columns, mfa_webauthn_credential **credential,
  mfa_error *err);
mfa_status mfa_webauthn_credential_load(const uint8_t *blob, size_t blob_len, mfa_webauthn_credential **credential,
  mfa_error *err);
mfa_status mfa_webauthn_credential_save(const mfa_webauthn_credential *credential, mfa_buffer *blob, mfa_error *err);
mfa_status mfa_webauthn_credential_columns(const mfa_webauthn_credential *credential, mfa_webauthn_columns *columns,
  mfa_error *err);
mfa_status mfa_webauthn_credential_json(const mfa_webauthn_credential *credential, mfa_buffer *json, mfa_error *err);
void mfa_webauthn_credential_free(mfa_webauthn_credential *credential);
mfa_status mfa_webauthn_verify_registration(const mfa_webauthn_expect *expect, uint64_t now_s,
  const mfa_webauthn_response *response, mfa_webauthn_credential **credential, mfa_error *err);
typedef struct mfa_webauthn_result {
uint32_t struct_size;
uint32_t flags;
uint32_t sign_count;
uint32_t signals;
} mfa_webauthn_result;
mfa_status mfa_webauthn_verify_assertion(const mfa_webauthn_expect *expect,
  const mfa_webauthn_credential *credential, const mfa_webauthn_response *response, mfa_webauthn_result *result,
  mfa_error *err);
mfa_status mfa_webauthn_response_extensions(const mfa_webauthn_response *response, mfa_buffer *json, mfa_error *err);
mfa_status mfa_webauthn_credential_audit(const mfa_webauthn_credential *credential, const mfa_trust *trust,
  uint64_t now_s, mfa_buffer *json, mfa_error *err);
mfa_status mfa_webauthn_android_origin(const char *fingerprint, size_t fingerprint_len, mfa_buffer *origin,
  mfa_error *err);
mfa_status mfa_webauthn_related_origins(const mfa_text *origins, size_t origins_count, mfa_buffer *json,
  mfa_error *err);
mfa_status mfa_webauthn_signal_unknown(const char *rp_id, size_t rp_id_len, const mfa_webauthn_response *response,
  mfa_buffer *json, mfa_error *err);
mfa_status mfa_webauthn_signal_accepted(const char *rp_id, size_t rp_id_len, const uint8_t *user_handle,
  size_t user_handle_len, const mfa_text *ids, size_t ids_count, mfa_buffer *json, mfa_error *err);
mfa_status mfa_webauthn_signal_user(const char *rp_id, size_t rp_id_len, const mfa_webauthn_user *user,
  mfa_buffer *json, mfa_error *err);
enum { MFA_WEBAUTHN_EXPLAIN = 1 };
mfa_status mfa_webauthn_verify_json(const char *ceremony, size_t ceremony_len, uint64_t now_s, uint32_t flags,
  mfa_buffer *verdict, mfa_error *err);
mfa_status mfa_cose_verify_json(const char *signature, size_t signature_len, mfa_buffer *verdict, mfa_error *err);
mfa_status mfa_webauthn_inspect(const char *json, size_t json_len, mfa_buffer *text, mfa_error *err);
typedef struct mfa_u2f_expect {
uint32_t struct_size;
uint32_t reserved;
mfa_text app_id;
mfa_text challenge;
const mfa_text *facets;
size_t facets_count;
} mfa_u2f_expect;
mfa_status mfa_u2f_verify_registration(const mfa_u2f_expect *expect, const char *response, size_t response_len,
  uint8_t public_key[65], mfa_buffer *key_handle, mfa_buffer *certificate, mfa_error *err);
mfa_status mfa_u2f_response_key_handle(const char *response, size_t response_len, mfa_buffer *key_handle,
  mfa_error *err);
mfa_status mfa_u2f_verify_signature(const mfa_u2f_expect *expect, const uint8_t public_key[65],
  uint32_t last_counter, const char *response, size_t response_len, uint32_t *counter, uint32_t *signals,
  mfa_error *err);
mfa_status mfa_recovery_generate(const uint8_t *pepper, size_t pepper_len, size_t count, char (*codes)[20],
  char (*hashes)[192], mfa_error *err);
mfa_status mfa_recovery_verify(const uint8_t *pepper, size_t pepper_len, const mfa_text *hashes, size_t hashes_count,
  const char *code, size_t code_len, size_t *index, mfa_error *err);
typedef struct mfa_engine mfa_engine;
typedef struct mfa_account mfa_account;
typedef struct mfa_offer mfa_offer;
typedef struct mfa_proof mfa_proof;
typedef struct mfa_engine_config {
uint32_t struct_size;
uint32_t reserved;
mfa_text json;
const mfa_key *keys;
size_t keys_count;
const mfa_store *store;
const mfa_trust *trust;
mfa_text pepper;
mfa_text decoy_key;
void *ctx;
uint64_t (*now_s)(void *ctx);
int32_t (*random)(void *ctx, uint8_t *out, size_t out_len);
void (*event)(void *ctx, const char *json, size_t json_len);
} mfa_engine_config;
mfa_status mfa_engine_new(const mfa_engine_config *config, mfa_engine **engine, mfa_error *err);
mfa_status mfa_engine_set_trust(mfa_engine *engine, const mfa_trust *trust, mfa_error *err);
void mfa_engine_free(mfa_engine *engine);
mfa_status mfa_engine_config_json(const mfa_engine *engine, mfa_buffer *json, mfa_error *err);
mfa_status mfa_config_schema(mfa_buffer *schema, mfa_error *err);
mfa_status mfa_config_check(const char *json, size_t json_len, mfa_buffer *full, mfa_error *err);
typedef int32_t mfa_purpose;
enum {
MFA_PURPOSE_LOGIN = 1, MFA_PURPOSE_STEP_UP = 2, MFA_PURPOSE_MANAGE = 3, MFA_PURPOSE_APPROVE = 4
};
enum {
MFA_PROVEN_PASSWORD = 1u << 0, MFA_PROVEN_FEDERATED = 1u << 1, MFA_PROVEN_OTHER = 1u << 2
};
typedef struct mfa_request {
uint32_t struct_size;
mfa_purpose purpose;
uint32_t proven;
uint32_t flags;
mfa_text user;
mfa_text browser;
mfa_text session;
mfa_text statement;
mfa_text source;
mfa_text user_agent;
mfa_text action;
mfa_text locale;
const mfa_text *roles;
size_t roles_count;
uint64_t min_serial;
mfa_text cookies;
} mfa_request;
enum {
MFA_REQUEST_USERNAMELESS = 1u << 0
};
typedef int32_t mfa_need;
enum {
MFA_NEED_NOTHING = 0, MFA_NEED_FACTOR = 1, MFA_NEED_ENROLL = 2, MFA_NEED_ENROLL_SOON = 3
};
mfa_status mfa_account_view(mfa_engine *engine, const mfa_request *request, mfa_account **account, mfa_error *err);
void mfa_account_free(mfa_account *account);
mfa_need mfa_account_need(const mfa_account *account);
typedef int32_t mfa_account_item;
enum {
MFA_ACCOUNT_GRACE_UNTIL_S = 1, MFA_ACCOUNT_RECOVERY_REMAINING = 2, MFA_ACCOUNT_MUST_ENROLL_RECOVERY = 3,
  MFA_ACCOUNT_AAL_NEEDED = 4
};
uint64_t mfa_account_number(const mfa_account *account, mfa_account_item item);
typedef struct mfa_method_info {
uint32_t struct_size;
mfa_method method;
mfa_text label;
int32_t can_verify;
int32_t can_enroll;
uint32_t factors;
int32_t aal;
uint64_t locked_until_s;
} mfa_method_info;
typedef struct mfa_factor {
uint32_t struct_size;
mfa_method method;
mfa_text id;
mfa_text label;
mfa_text device;
mfa_text address;
int32_t enabled;
int32_t can_disable;
int32_t can_remove;
int32_t enterprise;
uint64_t added_s;
uint64_t last_used_s;
uint64_t expires_s;
uint64_t locked_until_s;
} mfa_factor;
size_t mfa_account_method_count(const mfa_account *account);
mfa_status mfa_account_method(const mfa_account *account, size_t index, mfa_method_info *info);
size_t mfa_account_factor_count(const mfa_account *account);
mfa_status mfa_account_factor(const mfa_account *account, size_t index, mfa_factor *factor);
mfa_status mfa_account_json(const mfa_account *account, mfa_buffer *json, mfa_error *err);
typedef struct mfa_begin_options {
uint32_t struct_size;
mfa_mediation mediation;
mfa_user_verification user_verification;
uint32_t reserved;
mfa_text factor;
mfa_text account_name;
mfa_text display_name;
mfa_text label;
mfa_text address;
mfa_text extra_json;
} mfa_begin_options;
mfa_status mfa_enroll_begin(mfa_engine *engine, const mfa_request *request, mfa_method method,
  const mfa_begin_options *options, mfa_offer **offer, mfa_error *err);
mfa_status mfa_enroll_finish(mfa_engine *engine, const mfa_request *request, const char *ticket, size_t ticket_len,
  const char *response, size_t response_len, mfa_proof **proof, mfa_error *err);
mfa_status mfa_verify_begin(mfa_engine *engine, const mfa_request *request, mfa_method method,
  const mfa_begin_options *options, mfa_offer **offer, mfa_error *err);
mfa_status mfa_verify_finish(mfa_engine *engine, const mfa_request *request, const char *ticket, size_t ticket_len,
  const char *response, size_t response_len, mfa_proof **proof, mfa_error *err);
mfa_status mfa_verify_code(mfa_engine *engine, const mfa_request *request, mfa_method method, const char *code,
  size_t code_len, mfa_proof **proof, mfa_error *err);
typedef int32_t mfa_offer_item;
enum {
MFA_OFFER_TICKET = 1, MFA_OFFER_OPTIONS = 2, MFA_OFFER_URI = 3, MFA_OFFER_SECRET = 4, MFA_OFFER_CODE = 5,
  MFA_OFFER_MAIL_TO = 6, MFA_OFFER_MAIL_SUBJECT = 7, MFA_OFFER_MAIL_TEXT = 8, MFA_OFFER_MAIL_HTML = 9,
  MFA_OFFER_ADDRESS_MASKED = 10, MFA_OFFER_RECOVERY_CODES = 11
};
const char *mfa_offer_text(const mfa_offer *offer, mfa_offer_item item, size_t *len);
uint64_t mfa_offer_expires_at_s(const mfa_offer *offer);
mfa_status mfa_offer_json(const mfa_offer *offer, mfa_buffer *json, mfa_error *err);
void mfa_offer_free(mfa_offer *offer);
typedef int32_t mfa_proof_item;
enum {
MFA_PROOF_USER = 1, MFA_PROOF_FACTOR = 2, MFA_PROOF_STATEMENT = 3, MFA_PROOF_SET_COOKIE = 4, MFA_PROOF_AMR = 5,
  MFA_PROOF_CREDENTIALS = 6
};
const char *mfa_proof_text(const mfa_proof *proof, mfa_proof_item item, size_t *len);
mfa_method mfa_proof_method(const mfa_proof *proof);
int32_t mfa_proof_aal(const mfa_proof *proof);
uint32_t mfa_proof_signals(const mfa_proof *proof);
uint64_t mfa_proof_serial(const mfa_proof *proof);
uint64_t mfa_proof_recovery_remaining(const mfa_proof *proof);
mfa_status mfa_proof_json(const mfa_proof *proof, mfa_buffer *json, mfa_error *err);
void mfa_proof_free(mfa_proof *proof);
mfa_status mfa_session_start(mfa_engine *engine, const mfa_request *request, mfa_proof **proof, mfa_error *err);
typedef struct mfa_session_need {
uint32_t struct_size;
int32_t aal;
uint64_t max_age_s;
mfa_method method;
uint32_t reserved;
} mfa_session_need;
mfa_status mfa_session_check(mfa_engine *engine, const mfa_request *request, const mfa_session_need *need,
  mfa_error *err);
mfa_status mfa_session_check_offline(mfa_engine *engine, const mfa_request *request, const mfa_session_need *need,
  mfa_error *err);
mfa_status mfa_session_json(mfa_engine *engine, const mfa_request *request, mfa_buffer *json, mfa_error *err);
mfa_status mfa_device_remember(mfa_engine *engine, const mfa_request *request, const char *label, size_t label_len,
  mfa_proof **proof, mfa_error *err);
mfa_status mfa_device_claim(mfa_engine *engine, const mfa_request *request, const char *code, size_t code_len,
  mfa_offer **offer, mfa_error *err);
mfa_status mfa_device_claimed(mfa_engine *engine, const mfa_request *request, const char *ticket, size_t ticket_len,
  mfa_buffer *json, mfa_error *err);
mfa_status mfa_device_collect(mfa_engine *engine, const mfa_request *request, const char *ticket, size_t ticket_len,
  mfa_proof **proof, mfa_error *err);
mfa_status mfa_remembered_issue(mfa_engine *engine, const mfa_request *request, mfa_buffer *set_cookie,
  mfa_error *err);
mfa_status mfa_remembered_user(mfa_engine *engine, const mfa_request *request, const char *cookies,
  size_t cookies_len, mfa_buffer *user, mfa_error *err);
mfa_status mfa_factor_rename(mfa_engine *engine, const mfa_request *request, const char *factor, size_t factor_len,
  const char *label, size_t label_len, mfa_error *err);
mfa_status mfa_factor_set_enabled(mfa_engine *engine, const mfa_request *request, const char *factor,
  size_t factor_len, int32_t enabled, mfa_proof **proof, mfa_error *err);
mfa_status mfa_factor_remove(mfa_engine *engine, const mfa_request *request, const char *factor, size_t factor_len,
  mfa_proof **proof, mfa_error *err);
mfa_status mfa_policy_explain(mfa_engine *engine, const mfa_request *request, const mfa_session_need *need,
  mfa_buffer *json, mfa_error *err);
typedef int32_t mfa_admin_action;
enum {
MFA_ADMIN_UNLOCK = 1, MFA_ADMIN_FACTOR_ENABLE = 2, MFA_ADMIN_FACTOR_DISABLE = 3, MFA_ADMIN_FACTOR_REMOVE = 4,
  MFA_ADMIN_RESET = 5, MFA_ADMIN_SIGN_OUT = 6, MFA_ADMIN_FORGET_DEVICES = 7, MFA_ADMIN_ERASE = 8
};
mfa_status mfa_admin(mfa_engine *engine, mfa_admin_action action, const char *user, size_t user_len,
  const char *factor, size_t factor_len, const char *actor, size_t actor_len, mfa_error *err);
mfa_status mfa_admin_import(mfa_engine *engine, const char *user, size_t user_len, const char *json, size_t json_len,
  const char *actor, size_t actor_len, mfa_buffer *factor, mfa_error *err);
mfa_status mfa_admin_audit(mfa_engine *engine, const char *user, size_t user_len, mfa_buffer *json, mfa_error *err);
mfa_status mfa_admin_users(mfa_engine *engine, const char *after, size_t after_len, size_t limit, mfa_scan_fn fn,
  void *fn_ctx, mfa_error *err);
enum {
MFA_LOG_LINE_MAX = 65536, MFA_LOG_WINDOW = 1024, MFA_LOG_WAITING = 65536, MFA_LOG_CHAINS = 65536
};
typedef struct mfa_log mfa_log;
typedef int32_t mfa_log_trouble;
enum {
MFA_LOG_NOT_EVENT = 1, MFA_LOG_ALTERED = 2, MFA_LOG_OTHER_KEY = 3, MFA_LOG_REPEATED = 4, MFA_LOG_MISSING = 5,
  MFA_LOG_BROKEN = 6, MFA_LOG_AFTER_END = 7, MFA_LOG_TOO_MANY_CHAINS = 8, MFA_LOG_LOST = 9, MFA_LOG_UNKNOWN_KEY = 10,
  MFA_LOG_NO_END = 11
};
typedef struct mfa_log_finding {
uint32_t struct_size;
mfa_log_trouble trouble;
int32_t is_note;
uint32_t reserved;
uint64_t line;
mfa_text chain;
uint64_t first_n;
uint64_t last_n;
} mfa_log_finding;
mfa_status mfa_log_new(const mfa_key *keys, size_t keys_count, mfa_log **log, mfa_error *err);
mfa_status mfa_log_line(mfa_log *log, const char *line, size_t line_len, mfa_error *err);
mfa_status mfa_log_end(mfa_log *log, int32_t complete, mfa_error *err);
size_t mfa_log_finding_count(const mfa_log *log);
mfa_status mfa_log_finding_at(const mfa_log *log, size_t index, mfa_log_finding *finding);
typedef int32_t mfa_log_item;
enum {
MFA_LOG_ITEM_EVENTS = 1, MFA_LOG_ITEM_CHAINS = 2, MFA_LOG_ITEM_UNCHECKED = 3, MFA_LOG_ITEM_PROBLEMS = 4
};
uint64_t mfa_log_number(const mfa_log *log, mfa_log_item item);
void mfa_log_free(mfa_log *log);
"""
