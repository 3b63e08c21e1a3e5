// The configuration document: what its keys mean, their defaults and bounds. docs/configuration.md describes
// each.
#pragma once

#include <array>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/cookie.hpp"
#include "core/method.hpp"
#include "core/result.hpp"
#include "engine/request.hpp"
#include "methods/email/email.hpp"
#include "methods/otp/otp.hpp"
#include "methods/recovery/recovery.hpp"
#include "methods/webauthn/types.hpp"

namespace mfa::engine {

using Methods = std::set<Method>;

struct MethodConfig {
  bool allowed = false;
  std::string label;
  bool user_may_disable = true;
  bool user_may_remove = true;
  uint32_t max_factors = 10;
  bool enterprise_owned = false;
};

enum class Order : int32_t { best, last_used };
enum class Requirement : int32_t { off, optional, required };
// How much of where a request came from is kept in records and told in events.
enum class SourceKept : int32_t { full, network, none };

struct RoleConfig {
  Requirement mfa = Requirement::optional;
  int32_t min_aal = 1;
  uint32_t grace_days = 14;
  uint32_t grace_reminders = 3;
  Methods methods = {Method::totp, Method::hotp,  Method::webauthn,
                     Method::u2f,  Method::email, Method::recovery};
  bool trusted_device = true;  // may one spare this role its factor?
};

struct Alone {
  Method method = Method::webauthn;
  bool user_verification = true;
};

struct PolicyConfig {
  std::map<std::string, RoleConfig> roles;
  std::vector<Alone> alone = {Alone{}};
  bool last_factor_removable = false;
  uint32_t max_factors = 20;  // of all methods; devices have their own limit
  uint32_t factor_change_max_age_s = 300;
  uint32_t label_max_bytes = 64;
};

struct Span {
  uint32_t min_s = 600;
  uint32_t max_s = 1800;
};
struct RecheckConfig {
  bool enabled = false;
  Span span;
  std::map<Method, Span> methods;  // where one has its own
  const Span &of(Method method) const;
};

struct SessionConfig {
  std::array<uint32_t, 3> max_age_s = {2592000, 43200, 43200};  // of level 1, 2, 3
  uint32_t step_up_max_age_s = 600;
  Methods step_up_methods = {Method::webauthn, Method::totp, Method::hotp, Method::u2f};
  RecheckConfig recheck;
};

struct ApprovalConfig {
  uint32_t ticket_s = 120;
  Methods methods = {Method::webauthn, Method::totp};
};

struct TicketConfig {
  uint32_t login_s = 600;
  uint32_t enroll_s = 600;
  uint32_t webauthn_s = 300;
};

struct TotpConfig {
  Hash hash = Hash::sha1;
  uint32_t digits = 6;
  uint32_t period_s = 30;
  uint64_t t0_s = 0;
  uint32_t past = 1;
  uint32_t future = 1;
  uint32_t secret_bytes = 20;
  uint32_t drift_steps = 0;
};

struct HotpConfig {
  Hash hash = Hash::sha1;
  uint32_t digits = 6;
  uint32_t look_ahead = 10;
  uint32_t resync_range = 200;
};

struct WebauthnConfig {
  bool present = false;
  std::string rp_id;
  std::string rp_name;
  std::vector<std::string> origins;
  std::vector<std::string> top_origins;
  bool cross_origin = false;
  std::vector<int32_t> algorithms = {-8, -7, -257};
  std::string resident_key = "preferred";
  std::string authenticator_attachment = "any";
  webauthn::UserVerification user_verification = webauthn::UserVerification::preferred;
  std::string attestation = "none";
  std::vector<std::string> attestation_formats;
  bool require_trusted_attestation = false;
  std::vector<std::string> hints;
  uint32_t timeout_s = 300;
  webauthn::Rule sign_count = webauthn::Rule::flag;
  webauthn::Rule backup_eligible_change = webauthn::Rule::reject;
  webauthn::Backup require_backup = webauthn::Backup::any;
  webauthn::Backup require_backed_up = webauthn::Backup::any;
  std::string extensions_json = R"({"credProps":true})";  // inputs of a registration
  webauthn::Policy policy;                                // switches, and compound
  bool decoys = true;
  bool legacy_user_handles = false;
};

struct U2fConfig {
  std::string app_id;
  std::vector<std::string> facets;
  bool enroll_raw = false;
};

struct EmailConfig {
  bool enforced = false;
  uint32_t digits = 8;
  uint32_t valid_s = 600;
  uint32_t tries = 5;
  uint32_t resend_after_s = 60;
  uint32_t per_hour = 5;
  uint32_t per_day = 10;
  std::map<std::string, email::Template> templates = {
      {"en",
       {.subject = "Your sign-in code",
        .text = "Hello {user},\n\nyour code for {issuer} is {code}. It works once, for {minutes} minutes.\n"
                "If you did not ask for it, someone may know your password.\n",
        .html =
            "<p>Hello {user},</p><p>your code for {issuer} is <b>{code}</b>. It works once, for {minutes} "
            "minutes.</p><p>If you did not ask for it, someone may know your password.</p>"}}};
  std::string default_locale = "en";
  bool code_in_subject = false;  // unsafe
  const email::Template &of(std::string_view locale) const;
};

struct RecoveryConfig {
  bool required = false;
  uint32_t codes = 10;
  bool confirm = true;
  uint32_t warn_at = 3;
  recovery::Cost cost;
  bool forgets_devices = true;
};

struct DeviceConfig {
  bool remember = true;
  bool pairing = false;
  std::string pairing_url;
  uint32_t pairing_s = 600;
  uint32_t absolute_days = 30;
  uint32_t idle_days = 14;
  uint32_t rotate_grace_s = 60;
  CookieRules cookie = {.name = "mfa-device"};
};

struct QuickLoginConfig {
  bool enabled = false;
  uint32_t days = 15;
  CookieRules cookie = {.name = "mfa-remembered"};
};

struct ThrottleConfig {
  uint32_t free = 5;
  uint32_t first_wait_s = 30;
  uint32_t max_wait_s = 3600;
  uint32_t disable_after = 100;
  uint32_t long_failures = 300;
  uint32_t long_days = 30;
  uint32_t user_failures = 20;
  uint32_t user_window_s = 3600;
  uint32_t user_hold_s = 900;
  bool per_source = false;
  uint32_t source_failures = 60;
  uint32_t source_window_s = 600;
  uint32_t known_free = 5;  // tries of a browser that we know while the account is locked
};

// All loosening is here, and each use is an event when the engine is made.
struct UnsafeConfig {
  uint32_t totp_window_steps = 0;
  Methods alone_methods;
  bool unbound_tickets = false;
  bool recovery_test_hash = false;
  bool code_in_subject = false;
  bool http_cookies = false;
};

struct Config {
  std::string realm;
  std::string issuer;
  std::map<Method, MethodConfig> methods;
  Order offer_order = Order::last_used;
  PolicyConfig policy;
  SessionConfig session;
  ApprovalConfig approval;
  TicketConfig ticket;
  TotpConfig totp;
  HotpConfig hotp;
  WebauthnConfig webauthn;
  U2fConfig u2f;
  EmailConfig email;
  RecoveryConfig recovery;
  DeviceConfig device;
  QuickLoginConfig quick_login;
  ThrottleConfig throttle;
  uint32_t events_in_account = 32;
  SourceKept events_source = SourceKept::full;
  UnsafeConfig unsafe;

  const MethodConfig &of(Method method) const;
  bool allows(Method method) const { return of(method).allowed; }
  // What enrolment and verification use, loosening included.
  otp::TotpParams totp_params() const;
  recovery::Cost recovery_cost() const;
  // Keys registered with U2F sign in as passkeys too, by the AppID extension.
  bool has_app_id() const { return webauthn.present && allows(Method::u2f); }
  // What the document loosened, by the names of its keys.
  std::vector<std::string> unsafe_used() const;
  // How long a code by mail works: an approval does not wait longer for it than for another factor.
  uint64_t mail_valid_s(Purpose purpose) const;
  // No ticket lives longer.
  uint64_t longest_ticket_s() const;
};

// An https address (or one of this machine's) without a fragment.
bool is_link(std::string_view url);
// err_config with the path of what is wrong.
Result<Config> parse_config(std::string_view json);
// The document with every default filled in.
std::string config_json(const Config &config);
// The JSON Schema of the document. It cannot say what keys ask of each other.
std::string config_schema();

}  // namespace mfa::engine
