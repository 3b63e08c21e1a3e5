// Attestation statements (section 8), each format a file and a row.
#pragma once

#include <span>

#include "support/authenticator.hpp"

namespace mfa::test {

// A new credential, and what a statement about it is made from.
struct Attesting {
  const Authenticator::Settings &settings;
  const SoftwareKey &credential;
  ByteView credential_id, rp_id_hash, authenticator_data, client_data_hash;
  const Tamper &tamper;

  Bytes message() const;  // authenticator data and client data hash, the one after the other
  // The key that attests: of settings.attestation_algorithm, or the credential itself.
  SoftwareKey attestation_key() const;
  SoftwareKey credential_key() const;
  // The extension of section 8.2.1 with the authenticator's AAGUID.
  Bytes aaguid_extension() const;
  // The leaf, changed by the test, and what is between it and the root; self-signed without an authority.
  std::vector<Bytes> x5c(CertificateSpec spec, const SoftwareKey &key) const;
};

struct Format {
  const char *name;  // of Settings::format
  StatementParts (*make)(const Attesting &);
  std::vector<int32_t> algorithms;  // of credentials; empty: all
};
std::span<const Format> formats();
const Format &format_of(std::string_view name);  // ends the program for one that is none

Bytes statement_bytes(const StatementParts &parts);
Bytes tpm_bytes(const TpmPublic &area);
Bytes tpm_bytes(const TpmAttest &attest);
Bytes description_der(const KeyDescription &key);

StatementParts none_statement(const Attesting &about);
StatementParts packed_self_statement(const Attesting &about);
StatementParts packed_basic_statement(const Attesting &about);
StatementParts packed_attca_statement(const Attesting &about);
StatementParts u2f_statement(const Attesting &about);
StatementParts tpm_statement(const Attesting &about);
StatementParts android_key_statement(const Attesting &about);
StatementParts safety_net_statement(const Attesting &about);
StatementParts apple_statement(const Attesting &about);
StatementParts compound_statement(const Attesting &about);

}  // namespace mfa::test
