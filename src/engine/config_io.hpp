// Two visitors of one description of the configuration: one reads a document, one writes it. A third, in
// config_schema.hpp, writes the document's schema.
#pragma once

#include <functional>
#include <initializer_list>
#include <map>
#include <optional>
#include <set>
#include <type_traits>
#include <utility>

#include "core/json.hpp"
#include "engine/config.hpp"

namespace mfa::engine {

template <class E>
using Choices = std::initializer_list<std::pair<const char *, E>>;

struct Bounds {
  uint64_t min;
  uint64_t max;
};

inline constexpr Bounds kTexts{1, 2048};   // bytes of an item of a list of texts
inline constexpr size_t kMethodsMax = 16;  // items of a list of methods

// What texts, or the names of members, look like: said to the reader of a schema and to ours.
struct Shape {
  const char *pattern;  // ECMA-262
  bool (*fits)(std::string_view);
  const char *refusal;
};

// Maps are keyed by names, or by the methods that are named.
inline std::string name_of_key(const std::string &key) { return key; }
inline std::string name_of_key(Method key) { return mfa::name_of(key); }
template <class Key>
Key key_named(std::string_view name) {
  if constexpr (std::is_same_v<Key, Method>)
    return method_of(name);
  else
    return Key(name);
}

// The first failure stops everything after it; its detail is the path.
class ConfigReader {
 public:
  static constexpr bool sees_all = true;
  explicit ConfigReader(json::Value object) : ConfigReader(object, "", nullptr) {}

  template <class Number>
  void number(const char *name, Number &target, Bounds bounds) {
    const auto value = take(name);
    if (!value) return;
    const auto number = value->as_int();
    if (!number.has_value()) return refuse(Reason::config_type, "not an integer", name);
    if (number.value() < 0 || static_cast<uint64_t>(number.value()) < bounds.min ||
        static_cast<uint64_t>(number.value()) > bounds.max) {
      return refuse(Reason::config_range, "out of range", name);
    }
    target = static_cast<Number>(number.value());
  }
  template <class E>
  void choice(const char *name, E &target, Choices<E> choices,
              const char *refusal = "not one of the values allowed") {
    const auto value = take(name);
    if (!value) return;
    const auto text = value->as_text();
    if (!text.has_value()) return refuse(Reason::config_type, "not a text", name);
    for (const auto &[label, option] : choices) {
      if (text.value() == label) {
        target = option;
        return;
      }
    }
    refuse(Reason::config_value, refusal, name);
  }
  void boolean(const char *name, bool &target);
  void text(const char *name, std::string &target, Bounds length, const Shape *shape = nullptr);
  void one_of(const char *name, std::string &target, std::initializer_list<const char *> allowed);
  void texts(const char *name, std::vector<std::string> &target, size_t max_items, size_t min_items = 0);
  void some_of(const char *name, std::vector<std::string> &target,
               std::initializer_list<const char *> allowed);
  void methods(const char *name, Methods &target);
  // An object under this key; absent, `target` keeps its defaults.
  void section(const char *name, const std::function<void(ConfigReader &)> &body);
  // An object whose members' names are the writer's, and a list: body(visitor, row), for any visitor,
  // describes one of them, which starts as `fresh`. What is there replaces the default.
  template <class Key, class Row, class Body>
  void map(const char *name, std::map<Key, Row> &target, size_t max, const Shape &names, const Row &fresh,
           const Body &body) {
    std::map<Key, Row> rows;
    members(name, max, [&](ConfigReader &inner, std::string_view key) {
      if (!names.fits(key)) inner.refuse(Reason::config_value, names.refusal, "");
      body(inner, rows.emplace(key_named<Key>(key), fresh).first->second);
    });
    if (has(name)) target = std::move(rows);
  }
  template <class Row, class Body>
  void list(const char *name, std::vector<Row> &target, size_t max, const Body &body) {
    std::vector<Row> rows;
    items(name, max, [&](ConfigReader &inner) { body(inner, rows.emplace_back()); });
    if (has(name)) target = std::move(rows);
  }
  // These must be there.
  void needed(std::initializer_list<const char *> names);
  // rule(reader): what no schema says.
  template <class Rule>
  void rule(const Rule &rule) {
    if (!*failure_) rule(*this);
  }
  // A key that one may look for, and why there is none.
  void without(const char *name, const char *why);
  bool has(const char *name) const;
  std::optional<json::Value> take(const char *name);
  void refuse(Reason reason, const char *message, std::string_view name);
  // Unknown keys are refused.
  void finish();
  const std::optional<Failure> &failure() const { return *failure_; }

 private:
  ConfigReader(json::Value object, std::string path, std::optional<Failure> *failure);
  void members(const char *name, size_t max,
               const std::function<void(ConfigReader &, std::string_view)> &body);
  void items(const char *name, size_t max, const std::function<void(ConfigReader &)> &body);
  std::string path_of(std::string_view name) const;
  json::Value object_;
  std::string path_;
  std::optional<Failure> own_failure_;
  std::optional<Failure> *failure_;
  std::set<std::string, std::less<>> seen_;
};

class ConfigWriter {
 public:
  static constexpr bool sees_all = false;
  explicit ConfigWriter(json::Writer &out) : out_(out) {}

  template <class Number>
  void number(const char *name, Number value, Bounds) {
    out_.member(name, static_cast<uint64_t>(value));
  }
  template <class E>
  void choice(const char *name, E value, Choices<E> choices, const char * = nullptr) {
    for (const auto &[label, option] : choices) {
      if (option == value) out_.member(name, label);
    }
  }
  void boolean(const char *name, bool value) { out_.member(name, value); }
  void text(const char *name, const std::string &value, Bounds, const Shape * = nullptr) {
    out_.member(name, value);
  }
  void one_of(const char *name, const std::string &value, std::initializer_list<const char *>) {
    out_.member(name, value);
  }
  void texts(const char *name, const std::vector<std::string> &values, size_t, size_t = 0);
  void some_of(const char *name, const std::vector<std::string> &values,
               std::initializer_list<const char *>) {
    texts(name, values, 0);
  }
  void methods(const char *name, const Methods &values);
  void section(const char *name, const std::function<void(ConfigWriter &)> &body);
  template <class Key, class Row, class Body>
  void map(const char *name, std::map<Key, Row> &rows, size_t, const Shape &, const Row &, const Body &body) {
    section(name, [&](ConfigWriter &inner) {
      for (auto &named : rows) {
        inner.section(name_of_key(named.first).c_str(),
                      [&](ConfigWriter &member) { body(member, named.second); });
      }
    });
  }
  template <class Row, class Body>
  void list(const char *name, std::vector<Row> &rows, size_t, const Body &body) {
    out_.key(name).begin_array();
    for (Row &row : rows) {
      out_.begin_object();
      body(*this, row);
      out_.end_object();
    }
    out_.end_array();
  }
  void needed(std::initializer_list<const char *>) {}
  template <class Rule>
  void rule(const Rule &) {}
  void without(const char *, const char *) {}
  json::Writer &out() { return out_; }

 private:
  json::Writer &out_;
};

}  // namespace mfa::engine
