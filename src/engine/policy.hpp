// What policy asks of a request, and what evidence adds up to. Functions of their arguments.
#pragma once

#include "engine/account.hpp"
#include "engine/config.hpp"
#include "engine/request.hpp"

namespace mfa::engine {

// What a method found beside "right".
struct Verified {
  bool user_verified = false;
  bool device_bound = false;
  bool attested = false;
  uint32_t signals = 0;
};

// What has been proven in a session so far: by the host, and by factors.
struct Evidence {
  uint32_t proven = 0;         // MFA_PROVEN_*
  Methods methods;             // factors verified
  bool user_verified = false;  // WebAuthn with user verification
  bool device_bound = false;   // a key that is not backup eligible
  bool hardware = false;       // WebAuthn: one key that was device-bound, verified its user, and whose
                               // attestation led to a trust anchor

  void add(Method method, const Verified &verified);
  int32_t aal() const;      // 1 to 3
  std::string amr() const;  // RFC 8176 section 2, comma-separated
};

// The strictest of each member over "*" and the roles of the request; roles that the configuration does not
// name add nothing.
RoleConfig combined(const PolicyConfig &policy, const std::vector<std::string_view> &roles);

// May this method be used for this request at all? denied with the rule. verified: will it have been with
// user verification (WebAuthn)?
Result<Done> may_verify(const Config &config, const RoleConfig &role, const Request &request, Method method,
                        bool user_verification);
// Passkeys that stand alone need user verification, whatever was asked for.
bool alone_needs_user_verification(const Config &config, Method method);

enum class Need : int32_t {
  nothing = MFA_NEED_NOTHING,
  factor = MFA_NEED_FACTOR,
  enroll = MFA_NEED_ENROLL,
  enroll_soon = MFA_NEED_ENROLL_SOON
};
struct Asked {
  Need need = Need::nothing;
  uint64_t grace_until_s = 0;
};
// What a sign-in of this account needs, the first factor being done. starting: one that is yet to come, and
// would be one more that puts enrolling off.
Asked sign_in_need(const Config &config, const RoleConfig &role, const Account &account, uint64_t now_s,
                   bool starting);
// Codes by mail that everybody has without enrolling, and this account too: it never had an address of its
// own.
bool has_mail_unasked(const Config &config, const RoleConfig &role, const Account &account);
// A password alone does not sign in, nor change factors.
bool is_guarded(const Config &config, const RoleConfig &role, const Account &account);

// Is there room for one more? denied with the rule.
Result<Done> has_room(const Config &config, const Account &account, Method method);
// May the user (not an administrator) take this factor, one of the account's, away or switch it off?
Result<Done> may_remove(const Config &config, const RoleConfig &role, const Account &account,
                        const Factor &factor);
Result<Done> may_disable(const Config &config, const RoleConfig &role, const Account &account,
                         const Factor &factor);

// May a trusted device spare this role its factor? denied with the rule.
Result<Done> may_trust_device(const Config &config, const RoleConfig &role);

// MFA_SIGNAL_* about what is left to enrol.
uint32_t enroll_signals(const Config &config, const RoleConfig &role, const Account &account);

}  // namespace mfa::engine
