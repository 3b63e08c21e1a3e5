// The pieces of the world in C++: arguments read into the requests of mfa.hpp, and what came written as
// items.
#pragma once

#include <mfa/mfa.hpp>

#include <string>
#include <vector>

#include "scenarios/world.h"

namespace scenarios {

inline std::string_view text_of(const pairs *arguments, const std::string &name) {
  return pairs_get(arguments, name.c_str());
}
uint64_t number_of(const pairs *arguments, const std::string &name);
std::vector<std::string> list_of(std::string_view text);

// A request and what its views show.
class GivenRequest {
 public:
  explicit GivenRequest(const pairs *arguments);
  mfa::Request it;

 private:
  std::vector<std::string> role_names_;
  std::vector<mfa_text> roles_;
  std::string action_;
};
mfa::BeginOptions options_of(const pairs *arguments);
mfa::SessionNeed need_of(const pairs *arguments);

void add(pairs *items, const std::string &name, std::string_view text);
void add_error(pairs *items, const mfa::Error &error);
void add_value(pairs *items, const mfa::Offer &offer);
void add_value(pairs *items, const mfa::Proof &proof);
void add_value(pairs *items, const mfa::Account &account);
void add_value(pairs *items, const mfa::Buffer &buffer);
inline void add_value(pairs *, const mfa::Done &) {}

}  // namespace scenarios
