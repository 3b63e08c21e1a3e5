#include "engine/event.hpp"

#include "core/encoding.hpp"
#include "core/json.hpp"

namespace mfa::engine {

std::string event_json(const Event &event) {
  json::Writer out;
  out.begin_object().member("event", event.name).member("at_s", event.at_s);
  if (!event.user.empty()) out.member("user", event.user);
  if (!event.purpose.empty()) out.member("purpose", event.purpose);
  if (event.method != Method::none) out.member("method", name_of(event.method));
  if (!event.factor.empty()) out.member("factor", base64url(event.factor));
  out.member("status", name_of(event.status));
  if (event.reason != Reason::none) out.member("reason", name_of(event.reason));
  if (event.signals != 0) out.member("signals", event.signals);
  if (event.serial != 0) out.member("serial", event.serial);
  if (!event.source.empty()) out.member("source", event.source);
  if (!event.actor.empty()) out.member("actor", event.actor);
  if (!event.detail.empty()) out.member("detail", event.detail);
  out.end_object();
  return out.take();
}

}  // namespace mfa::engine
