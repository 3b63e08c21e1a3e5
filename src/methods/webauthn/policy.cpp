#include "methods/webauthn/policy.hpp"

#include <algorithm>

namespace mfa::webauthn {
namespace {

constexpr Switch kSwitches[] = {
    {"noncanonical_cbor", &Policy::noncanonical_cbor},
    {"rs1", &Policy::rs1},
    {"packed_string_types", &Policy::packed_string_types},
    {"tpm_no_sha1", &Policy::tpm_no_sha1},
    {"tpm_known_manufacturer", &Policy::tpm_known_manufacturer},
    {"tpm_name_not_critical", &Policy::tpm_name_not_critical},
    {"android_key_software", &Policy::android_key_software},
    {"android_key_empty_lists", &Policy::android_key_empty_lists},
    {"android_key_more_purposes", &Policy::android_key_more_purposes},
    {"fido_u2f_zero_aaguid", &Policy::fido_u2f_zero_aaguid},
    {"safetynet_fresh", &Policy::safetynet_fresh},
};

Failure bad(std::string_view name) {
  return fail(Status::err_argument, Reason::argument_range, "not a switch of this name and kind",
              std::string(name));
}

}  // namespace

std::span<const Switch> switches() { return kSwitches; }

const Switch *switch_of(std::string_view name) {
  const auto *found = std::find_if(std::begin(kSwitches), std::end(kSwitches),
                                   [name](const Switch &row) { return row.name == name; });
  return found == std::end(kSwitches) ? nullptr : found;
}

Result<Done> read_compound(const json::Value &value, Policy &policy) {
  if (value.type() == json::Type::string) {
    const std::string_view word = value.as_text().value();
    if (word != "all" && word != "any") return bad("compound");
    policy.compound = word == "all" ? Policy::Compound::all : Policy::Compound::any;
    return done;
  }
  if (value.type() != json::Type::array || value.size() == 0 || value.size() > kMaxCompoundFormats)
    return bad("compound");
  policy.compound = Policy::Compound::set;
  policy.compound_formats.clear();
  for (size_t i = 0; i < value.size(); i++) {
    const auto text = value.item(i).as_text();
    if (!text.has_value()) return bad("compound");
    policy.compound_formats.emplace_back(text.value());
  }
  return done;
}

Result<Policy> read_policy(const json::Value &object) {
  if (object.type() != json::Type::object) return bad("");
  Policy policy;
  for (size_t i = 0; i < object.size(); i++) {
    const std::string_view name = object.key(i);
    if (name == "compound") {
      MFA_TRY(read_compound(object.value(i), policy));
      continue;
    }
    const Switch *row = switch_of(name);
    const auto value = object.value(i).as_bool();
    if (!row || !value.has_value()) return bad(name);
    policy.*row->member = value.value();
  }
  return policy;
}

}  // namespace mfa::webauthn
