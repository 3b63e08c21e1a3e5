#include "methods/webauthn/attestation.hpp"

#include <algorithm>

namespace mfa::webauthn {
namespace {

// Section 8.7: the statement is the empty map.
Result<Attestation> verify_none(const Statement &statement) {
  if (statement.attStmt.type() != cbor::Type::map || statement.attStmt.size() != 0)
    return fail(Status::malformed, Reason::registration_none_statement, "a statement in the format none");
  return Attestation{.type = "none", .trust_path = {}};
}

constexpr AttestationFormat kFormats[] = {
    {"none", verify_none},
    {"packed", verify_packed},
};

}  // namespace

const AttestationFormat *attestation_format(std::string_view name) {
  const auto *found = std::find_if(std::begin(kFormats), std::end(kFormats),
                                   [name](const AttestationFormat &format) { return format.name == name; });
  return found == std::end(kFormats) ? nullptr : found;
}

}  // namespace mfa::webauthn
