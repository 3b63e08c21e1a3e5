// Section 7.1 steps 23 and 24: whom an attestation leads to, and what metadata says of its model.
#pragma once

#include "methods/webauthn/attestation.hpp"
#include "methods/webauthn/metadata.hpp"

namespace mfa::webauthn {

struct Trust {
  TrustAnchors anchors;
  std::optional<Metadata> metadata;
};

// The attestation as a record keeps it, so that it can be judged again by newer metadata.
struct Provenance {
  Bytes key_identifier;     // of the attestation certificate's key
  std::vector<Bytes> keys;  // SHA-256 of each key in the trust path, or in those of the members
  Bytes enterprise_serial;  // extension 1.3.6.1.4.1.45724.1.1.2
  std::optional<uint64_t> firmware_version;  // and 1.3.6.1.4.1.45724.1.1.5
};
// malformed for an extension that cannot be read. Without a trust path all of it is empty.
Result<Provenance> provenance_of(const Attestation &attestation);
// As a passkey's record has it.
Provenance provenance_of(const Credential &credential);

// What is known of a model today.
struct Standing {
  bool known = false;   // in the metadata
  bool vouched = true;  // false: an entry that could not be read
  std::string description;
  std::vector<const StatusReport *> undesired;  // in force, and about this one
};
Standing standing_of(const Trust &trust, const std::array<uint8_t, 16> &aaguid, const Provenance &provenance,
                     uint64_t now_s);

// {"known","description","statuses":[{"status","effectiveDate"}]}, without the braces.
std::string standing_members(const Standing &standing);

struct Assessment {
  bool trusted = false;
  const char *type;  // "attca" where metadata knows better than "basic"; of a compound its member's
  // Of a compound statement of which any member may verify: the one that is trusted. It, and not the
  // strongest, is what a record is to be of. Into the attestation that was judged.
  const Attestation *member = nullptr;
  uint32_t signals = 0;
  std::optional<Failure> why_not;  // of step 24, for those who require it
};
Result<Assessment> assess(const Trust *trust, const Attestation &attestation, const Provenance &provenance,
                          const std::array<uint8_t, 16> &aaguid, uint64_t now_s);

}  // namespace mfa::webauthn
