// Events: what happened, for the host's log. Never a secret. docs/events.md says when there is which.
#pragma once

#include <array>

#include "core/bytes.hpp"
#include "core/method.hpp"
#include "core/status.hpp"

namespace mfa::engine {

inline constexpr std::array<std::string_view, 30> kEventNames = {
    "log_started",      "log_stopped",      "unsafe_setting",  "began",
    "mailed",           "verified",         "refused",         "denied",
    "failed",           "session_started",  "enrolled",        "renamed",
    "enabled",          "disabled",         "removed",         "admin_unlocked",
    "admin_enabled",    "admin_disabled",   "admin_removed",   "admin_reset",
    "admin_signed_out", "admin_erased",     "admin_imported",  "admin_forgot_devices",
    "device_reused",    "pairing_opened",   "pairing_claimed", "pairing_approved",
    "pairing_refused",  "pairing_contested"};

inline constexpr size_t kSourceKept = 64;  // bytes of a request's source, here and in records

struct Event {
  const char *name = "";  // of kEventNames
  const char *call = "";  // that was begun, denied or failed
  std::string user;
  Method method = Method::none;
  Bytes factor;
  Status status = Status::ok;
  Reason reason = Reason::none;
  uint32_t signals = 0;
  uint64_t at_s = 0;
  uint64_t serial = 0;
  uint64_t locked_until_s = 0;  // a lock that this wrong answer began
  uint64_t retry_at_s = 0;
  std::string purpose;
  std::string source;
  std::string user_agent;
  std::string actor;   // administrators
  std::string detail;  // of an unsafe setting, its name; of log_started, the realm
};

// However long the texts are that clients chose.
inline constexpr size_t kEventMax = 8192;
// An object's members, without its braces.
std::string event_members(const Event &event);

class Events {
 public:
  virtual ~Events() = default;
  virtual bool wanted() const { return true; }
  virtual void emit(const Event &event, std::string_view json) = 0;
};

}  // namespace mfa::engine
