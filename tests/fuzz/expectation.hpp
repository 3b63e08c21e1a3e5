// What the targets hold a client's bytes against, and the seeds are made for.
#pragma once

#include "core/cose.hpp"
#include "core/encoding.hpp"
#include "methods/webauthn/policy.hpp"
#include "methods/webauthn/webauthn.hpp"

namespace mfa::fuzz {

inline constexpr uint64_t kNow = 1'800'000'000;
inline constexpr const char *kRpId = "example.test";
inline constexpr const char *kOrigin = "https://example.test";

// The base point of P-256 (SEC 2 section 2.4.2), whose private key is 1.
inline Bytes some_point() {
  return from_hex(
             "046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
             "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5")
      .value();
}
inline Bytes some_key() { return cose::from_uncompressed_p256(some_point()).value(); }

inline webauthn::Expected expectation() {
  webauthn::Expected expected;
  expected.rp_id = kRpId;
  expected.origins = {kOrigin};
  expected.top_origins = {"https://frame.example"};
  expected.challenge = Bytes(32, 0x5A);
  expected.user_handle = Bytes(16, 0x11);
  expected.algorithms = cose::algorithms();
  return expected;
}

// The switches as two bytes of an input: a bit each in their order, then two for compound.
inline webauthn::Policy policy_of(unsigned bits) {
  webauthn::Policy policy;
  unsigned bit = 0;
  for (const auto &row : webauthn::switches()) policy.*row.member = (bits >> bit++ & 1) != 0;
  using Compound = webauthn::Policy::Compound;
  static constexpr Compound kCompounds[] = {Compound::all, Compound::any, Compound::set, Compound::all};
  policy.compound = kCompounds[bits >> bit & 3];
  if (policy.compound == Compound::set) policy.compound_formats = {"packed"};
  return policy;
}
inline unsigned bits_of(const webauthn::Policy &policy) {
  unsigned bits = 0, bit = 0;
  for (const auto &row : webauthn::switches()) bits |= static_cast<unsigned>(policy.*row.member) << bit++;
  return bits | static_cast<unsigned>(policy.compound) << bit;
}

}  // namespace mfa::fuzz
