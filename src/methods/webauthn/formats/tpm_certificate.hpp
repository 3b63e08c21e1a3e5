// What section 8.3.1 asks of the certificate of a TPM's attestation identity key.
#pragma once

#include "core/certificate.hpp"
#include "methods/webauthn/types.hpp"

namespace mfa::webauthn::tpm {

// Without the AAGUID extension. wrong, denied, malformed.
Result<Done> check_certificate(const Certificate &certificate, const Policy &policy);

// Whether we know the maker behind "id:XXXXXXXX".
bool is_known_manufacturer(std::string_view id);

}  // namespace mfa::webauthn::tpm
