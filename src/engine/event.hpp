// Events: what happened, for the host's log. Never a secret.
#pragma once

#include "core/bytes.hpp"
#include "core/method.hpp"
#include "core/status.hpp"

namespace mfa::engine {

struct Event {
  const char *name = "";  // "verified", "refused", "enrolled", "removed", ...
  std::string user;
  Method method = Method::none;
  Bytes factor;
  Status status = Status::ok;
  Reason reason = Reason::none;
  uint32_t signals = 0;
  uint64_t at_s = 0;
  uint64_t serial = 0;
  std::string purpose;
  std::string source;
  std::string actor;   // administrators
  std::string detail;  // of an unsafe setting, its name
};

std::string event_json(const Event &event);

class Events {
 public:
  virtual ~Events() = default;
  virtual void emit(const Event &event) = 0;
};

}  // namespace mfa::engine
