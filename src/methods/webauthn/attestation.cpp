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
    {"tpm", verify_tpm},
    {"android-key", verify_android_key},
    {"android-safetynet", verify_safetynet},
    {"fido-u2f", verify_fido_u2f},
    {"apple", verify_apple},
    {"compound", verify_compound},
};

}  // namespace

Bytes Statement::signed_bytes() const {
  Bytes message = authenticator_data.raw;
  message.insert(message.end(), client_data_hash.begin(), client_data_hash.end());
  return message;
}

const AttestationFormat *attestation_format(std::string_view name) {
  const auto *found = std::find_if(std::begin(kFormats), std::end(kFormats),
                                   [name](const AttestationFormat &format) { return format.name == name; });
  return found == std::end(kFormats) ? nullptr : found;
}

Result<const AttestationFormat *> accepted_format(const std::vector<std::string> *accepted,
                                                  std::string_view name) {
  const AttestationFormat *format = attestation_format(name);
  const bool listed = !accepted || accepted->empty() ||
                      std::find(accepted->begin(), accepted->end(), name) != accepted->end();
  if (!format || !listed)
    return fail(Status::denied, Reason::registration_format, "an attestation format that is not supported");
  return format;
}

}  // namespace mfa::webauthn
