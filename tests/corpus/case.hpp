// The corpus: ceremonies that are right in everything, and the same with one step or one rule of a format
// violated. Each knows the one reason that it must be refused with. The unit tests judge it through the
// library's inside, and `corpus` writes it as the lines that `mfa webauthn verify` and other verifiers read.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "support/authenticator.hpp"

namespace mfa::corpus {

inline constexpr const char *kRpId = "example.test";
inline constexpr const char *kOrigin = "https://example.test";
inline constexpr uint64_t kNow = 1'800'000'000;

// What the relying party expects, in the words of a line's "expect".
struct Expect {
  std::string rp_id = kRpId;
  std::vector<std::string> origins = {kOrigin};
  std::vector<std::string> top_origins;
  bool cross_origin = false;
  std::string user_verification = "preferred";
  std::string mediation;  // "" or "conditional"
  Bytes challenge = Bytes(32, 0x5A);
  Bytes user_handle = Bytes(16, 0x11);
  bool user_known = true;           // false: a login that must say itself whose it is
  std::vector<int32_t> algorithms;  // empty: the one of the case
  std::string app_id;
  std::string backup, backup_state;  // "", "required", "forbidden"
  std::vector<Bytes> allowed_ids;
  std::string extensions;                          // the inputs that were asked for, JSON; "": not known
  std::string sign_count, backup_eligible_change;  // "" or a rule
  bool require_trusted = false;
  std::vector<Bytes> anchors, crls;
  std::string metadata;  // a BLOB
  Bytes metadata_root;
  std::string policy = "{}";  // JSON: the named switches
  uint64_t now_s = kNow;
};

struct Case {
  std::string id;      // "tpm/magic"
  const char *reason;  // "" for one that is accepted
  std::string format = "none";
  int32_t algorithm = -7;
  uint32_t cred_protect = 0;    // what its registration said of the credential that logs in; 0: nothing
  bool authentication = false;  // the violation is in a login with a credential that was registered rightly
  std::function<void(Expect &)> expect = nullptr;
  std::function<void(test::Authenticator::Settings &)> settings = nullptr;
  test::Tamper tamper = {};
  std::string origin = kOrigin;
};

// Good ones: every format with every algorithm that it takes, registered and used.
std::vector<Case> good_cases();
std::vector<Case> registration_cases();
std::vector<Case> authentication_cases();
std::vector<Case> packed_cases();
std::vector<Case> u2f_cases();
std::vector<Case> tpm_cases();
std::vector<Case> android_cases();
std::vector<Case> other_format_cases();  // none, apple, compound
std::vector<Case> trust_cases();
std::vector<Case> all_cases();

test::Authenticator::Settings settings_of(const Case &row, uint64_t now_s);

}  // namespace mfa::corpus
