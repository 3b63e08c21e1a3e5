// An attestation statement of each format, about a credential that is right.
#include "core/encoding.hpp"
#include "fuzz/fuzz.hpp"
#include "methods/webauthn/attestation.hpp"
#include "methods/webauthn/trust.hpp"

namespace mfa::fuzz {
namespace {

using namespace mfa::webauthn;

// The base point of P-256 (SEC 2 section 2.4.2).
Bytes some_key() {
  const Bytes point = from_hex(
                          "046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
                          "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5")
                          .value();
  return cose::from_uncompressed_p256(point).value();
}

AuthenticatorData some_data() {
  return {.raw = Bytes(60, 1), .attested = true, .credential_id = Bytes(16, 2), .public_key = some_key()};
}

}  // namespace

void target(ByteView input) {
  static constexpr const char *kFormats[] = {
      "none", "packed", "tpm", "android-key", "android-safetynet", "fido-u2f", "apple", "compound"};
  if (input.empty()) return;
  static const AuthenticatorData kData = some_data();
  static const cose::PublicKey kKey = cose::PublicKey::parse(kData.public_key).value();
  static const Policy kPolicy = {.android_key_software = true, .android_key_empty_lists = true};
  const auto document = cbor::Document::parse(input.subspan(1), kAttestationObjectLimits);
  if (!document.has_value()) return;
  const Bytes hash(32, 3);
  const auto attestation = attestation_format(kFormats[input[0] % std::size(kFormats)])
                               ->verify({.attStmt = document.value().root(),
                                         .authenticator_data = kData,
                                         .client_data_hash = hash,
                                         .credential_key = kKey,
                                         .policy = kPolicy,
                                         .now_s = 1'800'000'000});
  if (attestation.has_value()) {
    (void)provenance_of(attestation.value());
  } else {
    require(static_cast<int32_t>(attestation.error().status) > 0);
  }
}

}  // namespace mfa::fuzz
