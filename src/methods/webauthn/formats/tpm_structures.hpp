// The two structures of a tpm statement, as the TPM marshalled them: Trusted Platform Module Library, Part 2,
// revision 1.59. Big endian, every byte accounted for.
#pragma once

#include <optional>

#include "core/digest.hpp"
#include "core/key_material.hpp"
#include "core/result.hpp"

namespace mfa::webauthn::tpm {

// TPMT_PUBLIC, section 12.2.4.
struct Public {
  uint16_t name_algorithm = 0;
  KeyMaterial key;
};
// malformed, under registration_tpm_pub_area.
Result<Public> parse_public(ByteView area);

// TPMS_ATTEST of type TPM_ST_ATTEST_CERTIFY, section 10.12.8.
struct Attest {
  ByteView extra_data;
  ByteView name;  // attested.name
};
// malformed and wrong, under registration_tpm_magic, _type or _cert_info.
Result<Attest> parse_attest(ByteView info);

// TPM_ALG_ID of a hash; nothing for one that is not known.
std::optional<DigestAlgorithm> hash_of(uint16_t algorithm);

}  // namespace mfa::webauthn::tpm
