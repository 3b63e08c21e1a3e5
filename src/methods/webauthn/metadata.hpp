// FIDO Metadata Service, version 3: which models of authenticators there are, what their attestation leads
// to, and what has become known about them since.
#pragma once

#include <array>
#include <optional>

#include "core/json.hpp"
#include "core/trust_path.hpp"

namespace mfa::webauthn {

inline constexpr size_t kMaxBlobBytes = 48 * 1024 * 1024;

// Section 3.1.4, AuthenticatorStatus, with the date from which it holds.
struct StatusReport {
  std::string status;
  std::string effective_date;  // as written, or empty: from the start
  uint64_t effective_s = 0;
  Bytes key;  // SHA-256 of the key of the one compromised attestation certificate; empty: all of the model's
};

struct MetadataEntry {
  std::optional<std::array<uint8_t, 16>> aaguid;
  std::vector<Bytes> key_identifiers;
  std::string description;
  std::vector<std::string> attestation_types;
  std::vector<StatusReport> reports;
  // DER, read once and not kept so: as objects those of all models would be many times as large. Nothing: the
  // entry could not be read, and vouches for no one.
  std::optional<std::vector<Bytes>> roots;
};

struct Metadata {
  struct Skipped {
    size_t index;
    std::string reason;
  };
  uint64_t no = 0;
  std::string next_update;
  std::vector<MetadataEntry> entries;
  std::vector<Skipped> skipped;  // entries of which something could not be read

  // Section 3.2: signature and path of the BLOB to `root`, number not below `least_no`, not past its
  // nextUpdate. malformed, wrong; one broken entry is skipped, never the BLOB.
  static Result<Metadata> read(std::string_view blob, const TrustAnchors &root, uint64_t least_no,
                               uint64_t now_s);

  // The payload alone, whoever signed it. malformed.
  static Result<Metadata> read_payload(Bytes payload);

  // By AAGUID; by the attestation key where that is zero (U2F).
  std::vector<const MetadataEntry *> find(const std::array<uint8_t, 16> &aaguid,
                                          ByteView key_identifier) const;
};

// The statuses after which a model's attestation says nothing good any more: section 3.1.4.
bool is_undesired(std::string_view status);

}  // namespace mfa::webauthn
