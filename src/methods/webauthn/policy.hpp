// The named switches of Policy, as JSON: one object, each switch a member by its name.
#pragma once

#include <span>
#include <string_view>

#include "core/json.hpp"
#include "methods/webauthn/types.hpp"

namespace mfa::webauthn {

struct Switch {
  std::string_view name;
  bool Policy::*member;
};
std::span<const Switch> switches();
// NULL for a name that is none.
const Switch *switch_of(std::string_view name);

inline constexpr size_t kMaxCompoundFormats = 8;
// "all", "any" or a list of formats: which members of a compound statement must verify.
Result<Done> read_compound(const json::Value &value, Policy &policy);

// An object of switches, and `compound`: "all", "any" or a list of formats. Absent ones stay as they are.
// err_argument, with the member's name as the detail, for one that is unknown or of another type.
Result<Policy> read_policy(const json::Value &object);

}  // namespace mfa::webauthn
