#include "engine/event.hpp"

#include "core/encoding.hpp"
#include "core/json.hpp"

namespace mfa::engine {
namespace {

constexpr size_t kTextMax = 255;

void add(json::Writer &out, std::string_view name, std::string_view text, size_t most = kTextMax) {
  if (!text.empty()) out.member(name, clipped(text, most));
}
void add(json::Writer &out, std::string_view name, uint64_t number) {
  if (number != 0) out.member(name, number);
}

// Ids are compared byte by byte: two of them must not read alike.
void add_user(json::Writer &out, std::string_view user) {
  if (user.empty()) return;
  if (is_utf8(user)) {
    out.member("user", user);
  } else {
    out.member("user_hex", hex(bytes_of(user)));
  }
}

}  // namespace

std::string event_members(const Event &event) {
  json::Writer out;
  out.begin_object().member("event", event.name).member("at_s", event.at_s);
  add(out, "call", event.call);
  add_user(out, event.user);
  add(out, "purpose", event.purpose);
  if (event.method != Method::none) out.member("method", name_of(event.method));
  if (!event.factor.empty()) out.member("factor", base64url(event.factor));
  out.member("status", name_of(event.status));
  if (event.reason != Reason::none) out.member("reason", name_of(event.reason));
  add(out, "signals", event.signals);
  add(out, "serial", event.serial);
  add(out, "locked_until_s", event.locked_until_s);
  add(out, "retry_at_s", event.retry_at_s);
  add(out, "source", event.source, kSourceKept);
  add(out, "user_agent", event.user_agent);
  add(out, "actor", event.actor);
  add(out, "detail", event.detail);
  return out.take().substr(1);
}

}  // namespace mfa::engine
