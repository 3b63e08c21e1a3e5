// FIDO U2F 1.2, the relying party's side: raw messages as its JavaScript API hands them over. Functions of
// their arguments.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "core/bytes.hpp"
#include "core/result.hpp"

namespace mfa::u2f {

inline constexpr size_t kPublicKeyBytes = 65;
inline constexpr size_t kKeyHandleMax = 255;
inline constexpr size_t kMinChallengeBytes = 16;
// ---- limits on what a client sends
inline constexpr size_t kMaxResponseBytes = 32768;   // the JSON
inline constexpr size_t kMaxClientDataBytes = 8192;  // decoded

// All of it is the relying party's own; nothing comes from the client.
struct Expected {
  std::string app_id;
  Bytes challenge;                  // the bytes, at least 16; clients send their base64url
  std::vector<std::string> facets;  // origins that may act for the AppID; none: the AppID alone
};

struct Registration {
  std::array<uint8_t, kPublicKeyBytes> public_key{};  // 04 x y, a point on P-256
  Bytes key_handle;                                   // 1 to 255 bytes
  Bytes certificate;                                  // DER, repaired if it was one of the faulty ones
};
// Raw Message Formats section 4.3. The attestation's signature is checked by the certificate's key; whom the
// certificate leads to is not. wrong, malformed; err_argument for an expectation without AppID or with a
// short challenge.
Result<Registration> verify_registration(const Expected &expected, std::string_view json);
// The same from the members' bytes.
Result<Registration> verify_registration(const Expected &expected, ByteView registration_data,
                                         ByteView client_data);

// The key handle that a sign response names, to find the public key by; nothing is verified. malformed.
Result<Bytes> response_key_handle(std::string_view json);

struct Authentication {
  uint32_t counter = 0;
  uint32_t signals = 0;  // MFA_SIGNAL_CLONE_SUSPECTED
};
// Section 5.4. wrong, malformed; err_argument also for a public key that is none. A counter that is not
// greater than the last is a signal: "a counter value that the U2F token increments every time it performs an
// authentication operation" (section 5.4) is at least 1, so 0 after 0 is one as well.
Result<Authentication> verify_authentication(const Expected &expected, ByteView public_key,
                                             uint32_t last_counter, std::string_view json);
Result<Authentication> verify_authentication(const Expected &expected, ByteView public_key,
                                             uint32_t last_counter, ByteView signature_data,
                                             ByteView client_data);

}  // namespace mfa::u2f
