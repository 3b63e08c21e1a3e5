// Small documents around the ceremonies, for the host to hand on: origins, related origins, the Signal API.
#pragma once

#include "methods/webauthn/types.hpp"

namespace mfa::webauthn {

// "android:apk-key-hash:" and the base64url of a certificate's SHA-256 fingerprint, given in hex with or
// without colons. err_argument.
Result<std::string> android_origin(std::string_view fingerprint);

// Section 5.11.1. err_argument for an origin that is not https, or has more than scheme, host and port.
Result<std::string> related_origins(const std::vector<std::string> &origins);

// Sections 5.1.10.2 to 5.1.10.4.
std::string signal_unknown(std::string_view rp_id, ByteView credential_id);
std::string signal_accepted(std::string_view rp_id, ByteView user_handle, const std::vector<ByteView> &ids);
std::string signal_user(std::string_view rp_id, const User &user);

}  // namespace mfa::webauthn
