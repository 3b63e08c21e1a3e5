// The compound attestation statement format, section 8.9.
#include <algorithm>
#include <cstring>

#include "methods/webauthn/attestation.hpp"
#include "methods/webauthn/step.hpp"

namespace mfa::webauthn {
namespace {

constexpr size_t kMinMembers = 2, kMaxMembers = 8;

struct Member {
  std::string_view format;
  cbor::Item statement;
};

Result<std::vector<Member>> read(const cbor::Item &list) {
  if (list.type() != cbor::Type::array || list.size() < kMinMembers || list.size() > kMaxMembers)
    return fail(Status::malformed, Reason::registration_compound_statement,
                "a compound statement that is no list, too short or too long");
  std::vector<Member> members;
  for (size_t i = 0; i < list.size(); i++) {
    MFA_TRY(const cbor::Item format, list.item(i).need("fmt"));
    MFA_TRY(const std::string_view name, format.as_text());
    MFA_TRY(const cbor::Item statement, list.item(i).need("attStmt"));
    if (name == "compound")
      return fail(Status::malformed, Reason::registration_compound_nested,
                  "a compound statement inside another");
    members.push_back({.format = name, .statement = statement});
  }
  return members;
}

Result<Attestation> verify_member(const Statement &whole, const Member &member) {
  MFA_TRY(const AttestationFormat *format, accepted_format(whole.formats, member.format));
  Statement part = whole;
  part.attStmt = member.statement;
  return format->verify(part);
}

// A member that leads to certificates says more than one that does not.
bool says_more(const Attestation &a, const Attestation &b) {
  const auto weight = [](const Attestation &attestation) {
    return !attestation.trust_path.empty() ? 2 : std::strcmp(attestation.type, "self") == 0 ? 1 : 0;
  };
  return weight(a) > weight(b);
}

bool must_verify(const Policy &policy, std::string_view format) {
  switch (policy.compound) {
    case Policy::Compound::all: return true;
    case Policy::Compound::any: return false;
    case Policy::Compound::set: break;
  }
  const auto &set = policy.compound_formats;
  return std::find(set.begin(), set.end(), format) != set.end();
}

}  // namespace

Result<Attestation> verify_compound(const Statement &statement) {
  MFA_TRY(const auto members, under(Reason::registration_compound_statement, read(statement.attStmt)));
  const Policy &policy = statement.policy;
  std::vector<Attestation> counted;
  std::vector<std::string_view> verified;
  std::string refused;
  for (const Member &member : members) {
    auto attestation = verify_member(statement, member);
    const bool must = must_verify(policy, member.format);
    if (attestation.has_value()) {
      verified.push_back(member.format);
      if (must || policy.compound == Policy::Compound::any) counted.push_back(std::move(attestation).value());
      continue;
    }
    // What did not complete is no verdict on the member.
    if (static_cast<int32_t>(attestation.error().status) < 0 || must) return std::move(attestation).error();
    refused = name_of(attestation.error().reason);
  }
  const bool whole_set = std::all_of(
      policy.compound_formats.begin(), policy.compound_formats.end(), [&](const std::string &format) {
        return std::find(verified.begin(), verified.end(), format) != verified.end();
      });
  if (counted.empty() || (policy.compound == Policy::Compound::set && !whole_set))
    return fail(Status::denied, Reason::registration_compound_members,
                "too few members of the compound statement verify", refused);
  // Anybody can add a member: one that nobody asked for must not speak for the others.
  Attestation best =
      *std::max_element(counted.begin(), counted.end(),
                        [](const Attestation &a, const Attestation &b) { return says_more(b, a); });
  best.members = std::move(counted);
  best.any_member = policy.compound == Policy::Compound::any;
  return best;
}

}  // namespace mfa::webauthn
