// What the calls on an engine have in common: the engine behind the handle, offers and proofs as handles.
#pragma once

#include "capi/boundary.hpp"
#include "capi/handles.hpp"

namespace mfa::capi {

inline const engine::Engine &of(const mfa_engine *engine) { return *engine->engine; }

inline Result<Done> give(mfa_offer **out, Result<engine::Offer> offer) {
  if (!offer.has_value()) return std::move(offer).error();
  *out = new mfa_offer{std::move(offer).value()};
  return done;
}

inline Result<Answer> give(mfa_proof **out, Result<engine::Proof> proof) {
  if (!proof.has_value()) return std::move(proof).error();
  const Answer answer{proof.value().status, proof.value().reason, proof.value().signals};
  *out = new mfa_proof{std::move(proof).value()};
  return answer;
}

}  // namespace mfa::capi
