// What begin gives, and what a finish gives.
#pragma once

#include <map>
#include <optional>

#include "core/method.hpp"
#include "core/result.hpp"
#include "core/secret.hpp"

namespace mfa::engine {

// Texts by MFA_OFFER_*: any of them may be a secret that the host shows once.
struct Offer {
  Method method = Method::none;
  bool enroll = false;
  uint64_t expires_s = 0;
  std::map<int32_t, Secret> texts;
  std::optional<Failure> hidden;  // a no that whoever asked must not be told

  void set(int32_t item, std::string_view text);
  const Secret *get(int32_t item) const;
};
std::string offer_json(const Offer &offer);

// A yes, or MORE_NEEDED. Texts by MFA_PROOF_*.
struct Proof {
  Status status = Status::ok;
  Reason reason = Reason::none;
  Method method = Method::none;
  int32_t aal = 1;
  uint32_t signals = 0;
  uint64_t serial = 0;
  uint64_t recovery_remaining = 0;
  std::map<int32_t, Secret> texts;

  void set(int32_t item, std::string_view text);
  const Secret *get(int32_t item) const;
};
std::string proof_json(const Proof &proof);

}  // namespace mfa::engine
