#include "engine/config_io.hpp"

#include <algorithm>

namespace mfa::engine {

ConfigReader::ConfigReader(json::Value object, std::string path, std::optional<Failure> *failure)
    : object_(object), path_(std::move(path)), failure_(failure ? failure : &own_failure_) {
  if (object_.type() != json::Type::object) refuse(Reason::config_type, "not an object", "");
}

std::string ConfigReader::path_of(std::string_view name) const {
  if (name.empty()) return path_.empty() ? "the document" : path_;
  return path_.empty() ? std::string(name) : path_ + "." + std::string(name);
}

void ConfigReader::refuse(Reason reason, const char *message, std::string_view name) {
  if (!*failure_) *failure_ = fail(Status::err_config, reason, message, path_of(name));
}

std::optional<json::Value> ConfigReader::take(const char *name) {
  if (*failure_ || object_.type() != json::Type::object) return std::nullopt;
  seen_.insert(name);
  return object_.find(name);
}

bool ConfigReader::has(const char *name) const {
  return object_.type() == json::Type::object && object_.find(name).has_value();
}

void ConfigReader::boolean(const char *name, bool &target) {
  const auto value = take(name);
  if (!value) return;
  const auto flag = value->as_bool();
  if (!flag.has_value()) return refuse(Reason::config_type, "not true or false", name);
  target = flag.value();
}

void ConfigReader::text(const char *name, std::string &target, Bounds length, const Shape *shape) {
  const auto value = take(name);
  if (!value) return;
  const auto text = value->as_text();
  if (!text.has_value()) return refuse(Reason::config_type, "not a text", name);
  if (text.value().size() < length.min || text.value().size() > length.max) {
    return refuse(Reason::config_range, "too short or too long", name);
  }
  if (shape && !shape->fits(text.value())) return refuse(Reason::config_value, shape->refusal, name);
  target = text.value();
}

void ConfigReader::one_of(const char *name, std::string &target,
                          std::initializer_list<const char *> allowed) {
  std::string value = target;
  text(name, value, {0, 64});
  if (std::find(allowed.begin(), allowed.end(), value) == allowed.end()) {
    return refuse(Reason::config_value, "not one of the values allowed", name);
  }
  target = std::move(value);
}

void ConfigReader::texts(const char *name, std::vector<std::string> &target, size_t max_items,
                         size_t min_items) {
  const auto value = take(name);
  if (!value) return;
  if (value->type() != json::Type::array) return refuse(Reason::config_type, "not a list", name);
  if (value->size() > max_items) return refuse(Reason::config_range, "too many items", name);
  if (value->size() < min_items) return refuse(Reason::config_range, "too few items", name);
  std::vector<std::string> list;
  for (size_t i = 0; i < value->size(); i++) {
    const auto text = value->item(i).as_text();
    if (!text.has_value() || text.value().size() < kTexts.min || text.value().size() > kTexts.max) {
      return refuse(Reason::config_type, "an item is not a text of 1 to 2048 bytes", name);
    }
    list.emplace_back(text.value());
  }
  target = std::move(list);
}

void ConfigReader::some_of(const char *name, std::vector<std::string> &target,
                           std::initializer_list<const char *> allowed) {
  std::vector<std::string> list = target;
  texts(name, list, allowed.size());
  for (const auto &text : list) {
    if (std::find(allowed.begin(), allowed.end(), text) == allowed.end())
      return refuse(Reason::config_value, "not one of the values allowed", name);
  }
  target = std::move(list);
}

void ConfigReader::needed(std::initializer_list<const char *> names) {
  for (const char *name : names) {
    if (!has(name)) refuse(Reason::config_missing, "missing", name);
  }
}

void ConfigReader::methods(const char *name, Methods &target) {
  std::vector<std::string> names;
  for (const Method method : target) names.emplace_back(mfa::name_of(method));
  texts(name, names, kMethodsMax);
  Methods list;
  for (const auto &text : names) {
    const Method method = method_of(text);
    if (method == Method::none) return refuse(Reason::config_value, "not the name of a method", name);
    if (std::find(kMethods.begin(), kMethods.end(), method) == kMethods.end() || !is_factor(method)) {
      return refuse(Reason::config_not_in_release, "a method that this release does not have", name);
    }
    list.insert(method);
  }
  target = std::move(list);
}

void ConfigReader::section(const char *name, const std::function<void(ConfigReader &)> &body) {
  const auto value = take(name);
  if (!value) return;
  ConfigReader inner(*value, path_of(name), failure_);
  body(inner);
  inner.finish();
}

void ConfigReader::members(const char *name, size_t max,
                           const std::function<void(ConfigReader &, std::string_view)> &body) {
  const auto value = take(name);
  if (!value) return;
  if (value->type() != json::Type::object) return refuse(Reason::config_type, "not an object", name);
  if (value->size() > max) return refuse(Reason::config_range, "too many members", name);
  for (size_t i = 0; i < value->size(); i++) {
    ConfigReader inner(value->value(i), path_of(name) + "." + std::string(value->key(i)), failure_);
    body(inner, value->key(i));
    inner.finish();
  }
}

void ConfigReader::items(const char *name, size_t max, const std::function<void(ConfigReader &)> &body) {
  const auto value = take(name);
  if (!value) return;
  if (value->type() != json::Type::array) return refuse(Reason::config_type, "not a list", name);
  if (value->size() > max) return refuse(Reason::config_range, "too many items", name);
  for (size_t i = 0; i < value->size(); i++) {
    ConfigReader inner(value->item(i), path_of(name) + "[" + std::to_string(i) + "]", failure_);
    body(inner);
    inner.finish();
  }
}

void ConfigReader::without(const char *name, const char *why) {
  if (take(name)) refuse(Reason::config_not_in_release, why, name);
}

void ConfigReader::finish() {
  if (*failure_ || object_.type() != json::Type::object) return;
  for (size_t i = 0; i < object_.size(); i++) {
    if (seen_.find(object_.key(i)) == seen_.end())
      return refuse(Reason::config_unknown_key, "unknown key", object_.key(i));
  }
}

void ConfigWriter::texts(const char *name, const std::vector<std::string> &values, size_t, size_t) {
  out_.key(name).begin_array();
  for (const auto &value : values) out_.text(value);
  out_.end_array();
}

void ConfigWriter::methods(const char *name, const Methods &values) {
  out_.key(name).begin_array();
  for (const Method method : values) out_.text(mfa::name_of(method));
  out_.end_array();
}

void ConfigWriter::section(const char *name, const std::function<void(ConfigWriter &)> &body) {
  out_.key(name).begin_object();
  body(*this);
  out_.end_object();
}

}  // namespace mfa::engine
