// Attestation statement formats (section 8), each a row of a table in attestation.cpp.
#pragma once

#include "methods/webauthn/webauthn.hpp"

namespace mfa::webauthn {

// What a format's verification procedure is given.
struct Statement {
  cbor::Item attStmt;
  const AuthenticatorData &authenticator_data;
  ByteView client_data_hash;
  const cose::PublicKey &credential_key;
  const Policy &policy;
  uint64_t now_s;
  const std::vector<std::string> *formats = nullptr;  // those accepted; NULL or empty: all

  Bytes signed_bytes() const;  // authenticatorData || clientDataHash
};

// What it proves: the type, and the path from the authenticator's certificate upwards.
struct Attestation {
  const char *type;               // "none", "self", "basic", "attca", "anonca"
  std::vector<Bytes> trust_path;  // DER
  // Of a compound statement, which is itself as the strongest of them: those whose word counts. It is trusted
  // when each of them is, or, where any may verify, one.
  std::vector<Attestation> members = {};
  bool any_member = false;
};

struct AttestationFormat {
  const char *name;
  // wrong, malformed; the reason is of step 22.
  Result<Attestation> (*verify)(const Statement &statement);
};
// By its identifier, compared exactly; NULL for one that is not supported.
const AttestationFormat *attestation_format(std::string_view name);
// The same among those accepted; denied.
Result<const AttestationFormat *> accepted_format(const std::vector<std::string> *accepted,
                                                  std::string_view name);

Result<Attestation> verify_packed(const Statement &statement);
Result<Attestation> verify_tpm(const Statement &statement);
Result<Attestation> verify_android_key(const Statement &statement);
Result<Attestation> verify_safetynet(const Statement &statement);
Result<Attestation> verify_fido_u2f(const Statement &statement);
Result<Attestation> verify_apple(const Statement &statement);
Result<Attestation> verify_compound(const Statement &statement);

}  // namespace mfa::webauthn
