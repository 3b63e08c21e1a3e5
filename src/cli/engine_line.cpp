#include "cli/engine_line.hpp"

#include <algorithm>

#include "cli/cli.hpp"

namespace cli {
namespace {

const JsonValue kNone;

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

}  // namespace

Members::Members(const JsonValue &object, std::string where, std::string &wrong)
    : object_(object), where_(std::move(where)), wrong_(wrong) {}

void Members::note(std::string_view name, std::string_view what) {
  if (wrong_.empty()) wrong_ = where_ + std::string(name) + " " + std::string(what);
}

const JsonValue *Members::find(std::string_view name, JsonValue::Type type, std::string_view kind) {
  asked_.push_back(name);
  const JsonValue *value = object_.find(name);
  if (value && value->type != type) note(name, "must be " + std::string(kind));
  return value && value->type == type ? value : nullptr;
}

std::string_view Members::text(std::string_view name) {
  const JsonValue *value = find(name, JsonValue::Type::text, "a text");
  return value ? std::string_view(value->text) : std::string_view();
}

std::string_view Members::document(std::string_view name) {
  const JsonValue *value = object_.find(name);
  if (!value || value->type != JsonValue::Type::object) return text(name);
  asked_.push_back(name);
  return value->raw;
}

uint64_t Members::number(std::string_view name, uint64_t most) {
  const JsonValue *value = find(name, JsonValue::Type::number, "a whole number");
  const auto number = value ? value->whole() : 0;
  if (!number || *number > most) note(name, "must be a whole number from 0 to " + std::to_string(most));
  return number.value_or(0);
}

bool Members::boolean(std::string_view name) {
  const JsonValue *value = find(name, JsonValue::Type::boolean, "true or false");
  return value && value->is_true();
}

int Members::choice(std::string_view name, std::initializer_list<std::string_view> names) {
  const auto found = std::find(names.begin(), names.end(), text(name));
  if (found != names.end()) return static_cast<int>(found - names.begin());
  if (has(name)) note(name, "is none of its names");
  return 0;
}

std::vector<std::string_view> Members::list(std::string_view name) {
  std::vector<std::string_view> texts;
  const JsonValue *value = find(name, JsonValue::Type::list, "a list of texts");
  if (!value) return texts;
  for (const auto &item : value->items) {
    if (item.type != JsonValue::Type::text) note(name, "must be a list of texts");
    texts.emplace_back(item.text);
  }
  return texts;
}

uint32_t Members::bits(std::string_view name, std::initializer_list<std::string_view> names) {
  uint32_t bits = 0;
  for (const auto &each : list(name)) {
    const auto found = std::find(names.begin(), names.end(), each);
    if (found == names.end()) {
      note(name, "holds what is none of its names");
    } else {
      bits |= uint32_t{1} << (found - names.begin());
    }
  }
  return bits;
}

std::string Members::bytes(std::string_view name) {
  const auto hex = text(name);
  std::string bytes;
  bool good = hex.size() % 2 == 0;
  for (size_t i = 0; good && i < hex.size(); i += 2) {
    const int high = hex_digit(hex[i]), low = hex_digit(hex[i + 1]);
    good = high >= 0 && low >= 0;
    bytes += static_cast<char>(high << 4 | low);
  }
  if (!good) note(name, "must be bytes in hex");
  return good ? bytes : std::string();
}

Members Members::object(std::string_view name) {
  const JsonValue *value = find(name, JsonValue::Type::object, "an object");
  return {value ? *value : kNone, where_ + std::string(name) + ".", wrong_};
}

// One that is no method is the engine's to refuse: MFA_MALFORMED.
mfa_method Members::method(std::string_view name) {
  const auto method = text(name);
  return mfa_method_from_name(method.data(), method.size());
}

void Members::all_are_known() {
  for (const auto &member : object_.members) {
    if (std::find(asked_.begin(), asked_.end(), member.name) == asked_.end())
      note(member.name, "is not known here");
  }
}

GivenRequest::GivenRequest(Members from) {
  it_.purpose = from.choice("purpose", {"", "login", "step_up", "manage", "approve"});
  it_.proven = from.bits("proven", {"password", "federated", "other"});
  it_.flags = from.bits("flags", {"usernameless"});
  it_.user = text_of(from.text("user"));
  it_.browser = text_of(from.text("browser"));
  it_.session = text_of(from.text("session"));
  it_.statement = text_of(from.text("statement"));
  it_.source = text_of(from.text("source"));
  it_.user_agent = text_of(from.text("user_agent"));
  action_ = from.bytes("action");
  it_.action = text_of(action_);
  it_.locale = text_of(from.text("locale"));
  for (const auto &role : from.list("roles")) roles_.push_back(text_of(role));
  it_.roles = roles_.data();
  it_.roles_count = roles_.size();
  if (from.has("min_serial")) it_.min_serial = from.number("min_serial", UINT64_MAX);
  it_.cookies = text_of(from.text("cookies"));
  from.all_are_known();
}

mfa_begin_options read_options(Members from) {
  mfa_begin_options options = MFA_BEGIN_OPTIONS_INIT;
  options.mediation = std::max(0, from.choice("mediation", {"", "modal", "conditional"}) - 1);
  options.user_verification = from.choice("user_verification", {"", "discouraged", "preferred", "required"});
  options.factor = text_of(from.text("factor"));
  options.account_name = text_of(from.text("account_name"));
  options.display_name = text_of(from.text("display_name"));
  options.label = text_of(from.text("label"));
  options.address = text_of(from.text("address"));
  options.extra_json = text_of(from.document("extra_json"));
  from.all_are_known();
  return options;
}

mfa_session_need read_need(Members from) {
  mfa_session_need need = MFA_SESSION_NEED_INIT;
  if (from.has("aal")) need.aal = static_cast<int32_t>(from.number("aal", 3));
  if (from.has("max_age_s")) need.max_age_s = from.number("max_age_s", UINT64_MAX);
  need.method = from.method("method");
  if (from.has("method") && need.method == MFA_METHOD_NONE) from.note("method", "is no method");
  from.all_are_known();
  return need;
}

}  // namespace cli
