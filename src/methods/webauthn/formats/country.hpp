// Country codes, as section 8.2.1 wants one in the subject of an attestation certificate.
#pragma once

#include <string_view>

namespace mfa::webauthn {

// An alpha-2 code of ISO 3166-1, or one that it leaves to its users ("AA", "QM" to "QZ", "XA" to "XZ", "ZZ"):
// the specification's own test vectors have "AA".
bool is_country(std::string_view code);

}  // namespace mfa::webauthn
