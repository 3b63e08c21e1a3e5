// libmfa for C++20: FIDO U2F 1.2 raw messages, relying party, stateless.
#ifndef MFA_CXX_U2F_HPP
#define MFA_CXX_U2F_HPP

#include <mfa/u2f.h>

#include <array>

#include "answer.hpp"

namespace mfa {
inline namespace cxx {

// All that a response is judged by. Everything in it is yours, nothing comes from the client.
struct U2fExpect {
  std::string_view app_id = {};           // as in the request, byte for byte
  ByteView challenge = {};                // 16 bytes or more, used once; the request carried their base64url
  std::span<const mfa_text> facets = {};  // origins that may act for the AppID; none: the AppID alone

  mfa_u2f_expect raw() const noexcept {
    return {sizeof(mfa_u2f_expect), 0, text(app_id), text(challenge), facets.data(), facets.size()};
  }
};

using U2fPublicKey = std::array<std::uint8_t, MFA_U2F_PUBLIC_KEY>;  // 04 x y

// What to keep of a registration: insert it under a unique index on the key handle, with counter 0.
struct U2fRegistration {
  U2fPublicKey public_key = {};
  Buffer key_handle = {};
  Buffer certificate = {};  // DER; whom it leads to is yours to check
};
// Verifies a RegisterResponse, {"registrationData","clientData"}. OK; WRONG, MALFORMED.
inline Answer<U2fRegistration> u2f_verify_registration(const U2fExpect &expect,
                                                       std::string_view response) noexcept {
  const mfa_u2f_expect raw = expect.raw();
  std::optional<U2fRegistration> made(std::in_place);
  mfa_error error = {};
  const mfa_status status =
      mfa_u2f_verify_registration(&raw, response.data(), response.size(), made->public_key.data(),
                                  made->key_handle.raw(), made->certificate.raw(), &error);
  if (status != MFA_OK) made.reset();
  return {detail::error_of(status, error), std::move(made)};
}
// The key handle that a SignResponse names, not verified: look up public key and counter with it. OK;
// MALFORMED.
inline Answer<Buffer> u2f_response_key_handle(std::string_view response) noexcept {
  return detail::filled([&](mfa_buffer *key_handle, mfa_error *err) {
    return mfa_u2f_response_key_handle(response.data(), response.size(), key_handle, err);
  });
}

// counter: store it, if greater, in one update WHERE the old one is what you read. signals: MFA_SIGNAL_*.
struct U2fSignature {
  std::uint32_t counter = 0;
  std::uint32_t signals = 0;
};
// Verifies a SignResponse, {"keyHandle","signatureData","clientData"}. Make the challenge single-use
// yourself, before you call. OK; WRONG, MALFORMED; ERR_ARGUMENT for a public key that is no point on P-256.
inline Answer<U2fSignature> u2f_verify_signature(const U2fExpect &expect, const U2fPublicKey &public_key,
                                                 std::uint32_t last_counter,
                                                 std::string_view response) noexcept {
  const mfa_u2f_expect raw = expect.raw();
  return detail::valued<U2fSignature>([&](U2fSignature *seen, mfa_error *err) {
    return mfa_u2f_verify_signature(&raw, public_key.data(), last_counter, response.data(), response.size(),
                                    &seen->counter, &seen->signals, err);
  });
}

}  // namespace cxx
}  // namespace mfa
#endif
