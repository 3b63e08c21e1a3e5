// Two visitors of one description of the configuration: one reads a document, one writes it.
#pragma once

#include <functional>
#include <initializer_list>
#include <optional>
#include <set>
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

// The first failure stops everything after it; its detail is the path.
class ConfigReader {
 public:
  static constexpr bool reading = true;
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
  void choice(const char *name, E &target, Choices<E> choices) {
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
    refuse(Reason::config_value, "not one of the values allowed", name);
  }
  void boolean(const char *name, bool &target);
  void text(const char *name, std::string &target, Bounds length);
  void one_of(const char *name, std::string &target, std::initializer_list<const char *> allowed);
  void texts(const char *name, std::vector<std::string> &target, size_t max_items);
  void methods(const char *name, Methods &target);
  // An object under this key; absent, `target` keeps its defaults.
  void section(const char *name, const std::function<void(ConfigReader &)> &body);
  // Each member of an object / item of a list.
  void members(const char *name, size_t max,
               const std::function<void(ConfigReader &, std::string_view)> &body);
  void items(const char *name, size_t max, const std::function<void(ConfigReader &)> &body);
  // A key that the format has and this release does not serve: refused unless absent.
  void later(const char *name);
  bool has(const char *name) const;
  std::optional<json::Value> take(const char *name);
  void refuse(Reason reason, const char *message, std::string_view name);
  // Unknown keys are refused.
  void finish();
  const std::optional<Failure> &failure() const { return *failure_; }

 private:
  ConfigReader(json::Value object, std::string path, std::optional<Failure> *failure);
  std::string path_of(std::string_view name) const;
  json::Value object_;
  std::string path_;
  std::optional<Failure> own_failure_;
  std::optional<Failure> *failure_;
  std::set<std::string, std::less<>> seen_;
};

class ConfigWriter {
 public:
  static constexpr bool reading = false;
  explicit ConfigWriter(json::Writer &out) : out_(out) {}

  template <class Number>
  void number(const char *name, Number value, Bounds) {
    out_.member(name, static_cast<uint64_t>(value));
  }
  template <class E>
  void choice(const char *name, E value, Choices<E> choices) {
    for (const auto &[label, option] : choices) {
      if (option == value) out_.member(name, label);
    }
  }
  void boolean(const char *name, bool value) { out_.member(name, value); }
  void text(const char *name, const std::string &value, Bounds) { out_.member(name, value); }
  void one_of(const char *name, const std::string &value, std::initializer_list<const char *>) {
    out_.member(name, value);
  }
  void texts(const char *name, const std::vector<std::string> &values, size_t);
  void methods(const char *name, const Methods &values);
  void section(const char *name, const std::function<void(ConfigWriter &)> &body);
  void later(const char *) {}
  json::Writer &out() { return out_; }

 private:
  json::Writer &out_;
};

}  // namespace mfa::engine
