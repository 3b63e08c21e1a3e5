// The third visitor of the configuration's description: it writes the JSON Schema (draft 2020-12) of the
// document, so that the schema says what the reader does.
#pragma once

#include "engine/config_io.hpp"

namespace mfa::engine {

class ConfigSchema {
 public:
  static constexpr bool sees_all = true;
  // The whole schema: describe(schema) visits the document with its defaults.
  static std::string whole(const std::function<void(ConfigSchema &)> &describe);

  template <class Number>
  void number(const char *name, Number value, Bounds bounds) {
    open(name, "integer").member("minimum", bounds.min).member("maximum", bounds.max);
    if (!is_needed(name)) out_.member("default", static_cast<uint64_t>(value));
    out_.end_object();
  }
  template <class E>
  void choice(const char *name, E value, Choices<E> choices, const char * = nullptr) {
    open(name, nullptr).key("enum").begin_array();
    for (const auto &row : choices) out_.text(row.first);
    out_.end_array();
    for (const auto &[label, option] : choices) {
      if (option == value && !is_needed(name)) out_.member("default", label);
    }
    out_.end_object();
  }
  void boolean(const char *name, bool value);
  void text(const char *name, const std::string &value, Bounds length, const Shape *shape = nullptr);
  void one_of(const char *name, const std::string &value, std::initializer_list<const char *> allowed);
  void texts(const char *name, const std::vector<std::string> &values, size_t max_items,
             size_t min_items = 0);
  void some_of(const char *name, const std::vector<std::string> &values,
               std::initializer_list<const char *> allowed);
  void methods(const char *name, const Methods &values);
  void section(const char *name, const std::function<void(ConfigSchema &)> &body);
  template <class Key, class Row, class Body>
  void map(const char *name, std::map<Key, Row> &rows, size_t max, const Shape &names, const Row &fresh,
           const Body &body) {
    open(name, "object").member("maxProperties", uint64_t{max});
    out_.key("propertyNames").begin_object().member("pattern", names.pattern).end_object();
    object("additionalProperties", [&](ConfigSchema &inner) {
      Row row = fresh;
      body(inner, row);
    });
    ConfigWriter(out_).map("default", rows, max, names, fresh, body);
    out_.end_object();
  }
  template <class Row, class Body>
  void list(const char *name, std::vector<Row> &rows, size_t max, const Body &body) {
    open(name, "array").member("maxItems", uint64_t{max});
    object("items", [&](ConfigSchema &inner) {
      Row row;
      body(inner, row);
    });
    ConfigWriter(out_).list("default", rows, max, body);
    out_.end_object();
  }
  void without(const char *, const char *) {}
  void needed(std::initializer_list<const char *> names) { needed_.assign(names.begin(), names.end()); }
  template <class Rule>
  void rule(const Rule &) {}
  // A key whose schema is the caller's to write, and to end.
  json::Writer &open(const char *name, const char *type);

 private:
  explicit ConfigSchema(json::Writer &out) : out_(out) {}
  bool is_needed(std::string_view name) const;
  // Under this key, an object of known members.
  void object(const char *name, const std::function<void(ConfigSchema &)> &body);
  static void known_members(json::Writer &out, const std::function<void(ConfigSchema &)> &body);
  json::Writer &out_;
  std::vector<std::string_view> needed_;  // of the object whose members are being written
};

}  // namespace mfa::engine
