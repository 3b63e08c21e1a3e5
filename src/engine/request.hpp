// Who asks, as the host said: nothing in it comes from the client but what the host passed on as such.
#pragma once

#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "mfa/engine.h"

namespace mfa::engine {

enum class Purpose : int32_t {
  login = MFA_PURPOSE_LOGIN,
  step_up = MFA_PURPOSE_STEP_UP,
  manage = MFA_PURPOSE_MANAGE,
  approve = MFA_PURPOSE_APPROVE,
};
const char *name_of(Purpose purpose);

inline constexpr size_t kUserMax = 255;
inline constexpr size_t kBrowserMin = 16;
inline constexpr size_t kHostTextMax = 4096;  // browser, session, source, user agent
inline constexpr size_t kActionSize = 32;
inline constexpr size_t kRolesMax = 64;

struct Request {
  Purpose purpose = Purpose::login;
  uint32_t proven = 0;  // MFA_PROVEN_*
  bool usernameless = false;
  std::string_view user;
  std::string_view browser;
  std::string_view session;
  std::string_view statement;
  std::string_view source;
  std::string_view user_agent;
  std::string_view action;
  std::string_view locale;
  std::string_view cookies;  // the whole header
  std::vector<std::string_view> roles;
  uint64_t min_serial = 0;
};

// A user id of 1 to 255 bytes, or none where the request says usernameless and the call allows it.
Result<Done> check_user(const Request &request, bool may_be_usernameless);
// The browser that binds a ticket: 16 bytes or more.
Result<Done> check_browser(const Request &request, bool unbound_allowed);
// 32 bytes with Purpose::approve, none otherwise.
Result<Done> check_action(const Request &request);

}  // namespace mfa::engine
