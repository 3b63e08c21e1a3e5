// A FIDO Metadata Service BLOB (version 3.1, section 3.1), signed under an authority of the tests.
#pragma once

#include <array>
#include <functional>

#include "support/authority.hpp"
#include "support/jws.hpp"

namespace mfa::test {

struct StatusReport {
  std::string status = "FIDO_CERTIFIED_L1";
  std::optional<std::string> effective_date = "2024-01-01";
  std::optional<int64_t> authenticator_version = std::nullopt;
  std::optional<Bytes> certificate = std::nullopt;  // DER
};

struct MetadataEntry {
  std::optional<std::array<uint8_t, 16>> aaguid = std::nullopt;
  std::vector<Bytes> key_identifiers = {};  // attestationCertificateKeyIdentifiers: key_identifier()
  std::string description = "Software key";
  int64_t authenticator_version = 1;
  std::string protocol_family = "fido2";
  int64_t schema = 3;
  std::vector<std::pair<int64_t, int64_t>> versions = {{1, 0}};  // upv: major, minor
  std::vector<std::string> attestation_types = {"basic_full"};
  std::vector<Bytes> roots = {};  // attestationRootCertificates, DER
  std::vector<StatusReport> reports = {StatusReport()};
  std::string last_change = "2024-01-01";
  std::string extra;            // members for the entry, JSON: "\"rogueListURL\":\"...\""
  std::string statement_extra;  // the same for its metadataStatement
  std::string raw;              // JSON in place of the whole entry
};

struct MetadataSpec {
  std::string legal_header = "For tests of libmfa only";
  int64_t number = 1;
  std::string next_update = "2099-12-31";
  std::vector<MetadataEntry> entries = {};
  int32_t algorithm = -7;  // of the signing certificate: -7 or -257
  std::string payload;     // JSON in place of all of the above

  std::function<void(CertificateSpec &)> certificate = nullptr;  // the signing certificate
  std::function<void(Jws &)> jws = nullptr;                      // before it is signed
  std::optional<SoftwareKey> signed_by = std::nullopt;           // another key than the certificate's
  bool wrong_signature = false;
};

std::string entry_json(const MetadataEntry &entry);
std::string payload_json(const MetadataSpec &spec);
// The anchor is authority.root_certificate().
std::string make_metadata(const MetadataSpec &spec, const Authority &authority);

std::string uuid_text(const std::array<uint8_t, 16> &aaguid);

}  // namespace mfa::test
