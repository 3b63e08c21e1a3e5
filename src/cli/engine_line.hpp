// One line of `mfa engine`, read into what mfa/engine.h takes. It is refused for a member that is not known:
// a misspelt one would be a rule that is not there.
#pragma once

#include <mfa/engine.h>

#include "cli/json_value.hpp"

namespace cli {

// The members of one object. What is absent is empty; what is not what it must be is noted, and read as
// empty.
class Members {
 public:
  // wrong: where the first trouble is noted. Both must outlive this.
  Members(const JsonValue &object, std::string where, std::string &wrong);

  bool has(std::string_view name) const { return object_.find(name) != nullptr; }
  std::string_view text(std::string_view name);
  // A text, or a document as it was written.
  std::string_view document(std::string_view name);
  uint64_t number(std::string_view name, uint64_t most);
  bool boolean(std::string_view name);
  // The place of a text among the names; 0 when it is absent.
  int choice(std::string_view name, std::initializer_list<std::string_view> names);
  // A bit for each name of a list.
  uint32_t bits(std::string_view name, std::initializer_list<std::string_view> names);
  std::vector<std::string_view> list(std::string_view name);
  std::string bytes(std::string_view name);  // of hex
  Members object(std::string_view name);
  mfa_method method(std::string_view name);
  std::string &wrong() { return wrong_; }
  void note(std::string_view name, std::string_view what);
  // Notes a member that nobody asked for.
  void all_are_known();

 private:
  const JsonValue *find(std::string_view name, JsonValue::Type type, std::string_view kind);

  const JsonValue &object_;
  std::string where_;
  std::string &wrong_;
  std::vector<std::string_view> asked_;
};

// A request, and what it shows.
class GivenRequest {
 public:
  explicit GivenRequest(Members from);
  GivenRequest(const GivenRequest &) = delete;
  const mfa_request *get() const { return &it_; }

 private:
  mfa_request it_ = MFA_REQUEST_INIT;
  std::string action_;
  std::vector<mfa_text> roles_;
};

mfa_begin_options read_options(Members from);
mfa_session_need read_need(Members from);

}  // namespace cli
