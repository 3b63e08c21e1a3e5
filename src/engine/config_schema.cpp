#include "engine/config_schema.hpp"

#include <algorithm>

namespace mfa::engine {

std::string ConfigSchema::whole(const std::function<void(ConfigSchema &)> &describe) {
  json::Writer out;
  out.begin_object()
      .member("$schema", "https://json-schema.org/draft/2020-12/schema")
      .member("title", "libmfa configuration")
      .member("description", "What each key means: docs/configuration.md. Lengths of texts are in bytes.");
  known_members(out, describe);
  out.end_object();
  return out.take();
}

void ConfigSchema::boolean(const char *name, bool value) {
  open(name, "boolean").member("default", value).end_object();
}

void ConfigSchema::text(const char *name, const std::string &value, Bounds length, const Shape *shape) {
  open(name, "string").member("minLength", length.min).member("maxLength", length.max);
  if (shape) out_.member("pattern", shape->pattern);
  // One that would be refused stands for another, which the document's other keys give.
  if (!is_needed(name) && value.size() >= length.min) out_.member("default", value);
  out_.end_object();
}

void ConfigSchema::one_of(const char *name, const std::string &value,
                          std::initializer_list<const char *> allowed) {
  open(name, nullptr).key("enum").begin_array();
  for (const char *text : allowed) out_.text(text);
  out_.end_array().member("default", value).end_object();
}

void ConfigSchema::texts(const char *name, const std::vector<std::string> &values, size_t max_items,
                         size_t min_items) {
  open(name, "array").member("minItems", uint64_t{min_items}).member("maxItems", uint64_t{max_items});
  out_.key("items").begin_object().member("type", "string");
  out_.member("minLength", kTexts.min).member("maxLength", kTexts.max).end_object();
  if (!is_needed(name)) ConfigWriter(out_).texts("default", values, max_items);
  out_.end_object();
}

void ConfigSchema::some_of(const char *name, const std::vector<std::string> &values,
                           std::initializer_list<const char *> allowed) {
  open(name, "array").member("maxItems", uint64_t{allowed.size()});
  out_.key("items").begin_object().key("enum").begin_array();
  for (const char *text : allowed) out_.text(text);
  out_.end_array().end_object();
  ConfigWriter(out_).texts("default", values, 0);
  out_.end_object();
}

void ConfigSchema::methods(const char *name, const Methods &values) {
  open(name, "array").member("maxItems", uint64_t{kMethodsMax});
  out_.key("items").begin_object().key("enum").begin_array();
  for (const Method method : kMethods) {
    if (is_factor(method)) out_.text(mfa::name_of(method));
  }
  out_.end_array().end_object();
  ConfigWriter(out_).methods("default", values);
  out_.end_object();
}

void ConfigSchema::section(const char *name, const std::function<void(ConfigSchema &)> &body) {
  object(name, body);
}

json::Writer &ConfigSchema::open(const char *name, const char *type) {
  out_.key(name).begin_object();
  if (type) out_.member("type", type);
  return out_;
}

bool ConfigSchema::is_needed(std::string_view name) const {
  return std::find(needed_.begin(), needed_.end(), name) != needed_.end();
}

void ConfigSchema::object(const char *name, const std::function<void(ConfigSchema &)> &body) {
  out_.key(name).begin_object();
  known_members(out_, body);
  out_.end_object();
}

void ConfigSchema::known_members(json::Writer &out, const std::function<void(ConfigSchema &)> &body) {
  out.member("type", "object").member("additionalProperties", false);
  out.key("properties").begin_object();
  ConfigSchema inner(out);
  body(inner);
  out.end_object();
  if (inner.needed_.empty()) return;
  out.key("required").begin_array();
  for (const auto name : inner.needed_) out.text(name);
  out.end_array();
}

}  // namespace mfa::engine
