// Section 8.2: packed, signed by the credential itself, by a key of the model, or by one that an attestation
// CA certified for this credential.
#include "support/statements/statement.hpp"

namespace mfa::test {
namespace {

StatementParts certified(const Attesting &about, const SoftwareKey &key) {
  CertificateSpec spec;
  spec.aaguid = about.aaguid_extension();
  return {.format = "packed",
          .algorithm = key.algorithm(),
          .signature = key.sign(about.message()),
          .x5c = about.x5c(spec, key)};
}

}  // namespace

StatementParts packed_self_statement(const Attesting &about) {
  const SoftwareKey key = about.credential_key();
  return {.format = "packed", .algorithm = key.algorithm(), .signature = key.sign(about.message())};
}

StatementParts packed_basic_statement(const Attesting &about) {
  return certified(about, about.attestation_key());
}

StatementParts packed_attca_statement(const Attesting &about) {
  SoftwareKey key = SoftwareKey::make(about.settings.attestation_algorithm);  // for this credential alone
  let_change(about.tamper.attesting_key, key);
  if (about.settings.authority) return certified(about, key);
  Authenticator::Settings settings = about.settings;
  settings.authority = std::make_shared<Authority>(Authority::root().intermediate("Attestation CA"));
  return certified({.settings = settings,
                    .credential = about.credential,
                    .credential_id = about.credential_id,
                    .rp_id_hash = about.rp_id_hash,
                    .authenticator_data = about.authenticator_data,
                    .client_data_hash = about.client_data_hash,
                    .tamper = about.tamper},
                   key);
}

}  // namespace mfa::test
