// What to show of one account: a snapshot without secrets.
#pragma once

#include "engine/policy.hpp"

namespace mfa::engine {

struct MethodRow {
  Method method = Method::none;
  std::string label;
  bool can_verify = false;
  bool can_enroll = false;
  uint32_t factors = 0;
  int32_t aal = 0;
  uint64_t locked_until_s = 0;  // UINT64_MAX: until an administrator or another factor opens it
};

struct FactorRow {
  Method method = Method::none;
  std::string id;
  std::string label;
  std::string address;  // email: masked
  std::string device;   // what it is, where that is known
  bool enabled = false;
  bool can_disable = false;
  bool can_remove = false;
  bool enterprise = false;
  uint64_t added_s = 0;
  uint64_t last_used_s = 0;
  uint64_t expires_s = 0;  // 0: never
  uint64_t locked_until_s = 0;
};

struct View {
  Need need = Need::nothing;
  uint64_t grace_until_s = 0;
  uint64_t recovery_remaining = 0;
  bool must_enroll_recovery = false;
  int32_t aal_needed = 1;
  uint64_t serial = 0;
  std::vector<MethodRow> methods;
  std::vector<FactorRow> factors;
  std::vector<Entry> recent;  // newest last
};

View view_of(const Config &config, const RoleConfig &role, const Request &request, const Account &account,
             uint64_t now_s);
std::string view_json(const View &view);

}  // namespace mfa::engine
