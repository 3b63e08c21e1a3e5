// No key has two users: the index says whose it is, and whoever adds one claims it there first.
#pragma once

#include "engine/engine.hpp"

namespace mfa::engine {

template <class Decide>
Result<std::optional<Decision>> Engine::claim(ByteView credential_id, std::string_view user,
                                              const std::optional<Account> &account, Decide decide) const {
  if (credential_id.empty()) return std::optional<Decision>(decide());
  MFA_TRY(const HeldOwner owner, records_.load_owner(credential_id));
  if (owner.user && *owner.user != user) {
    return std::optional<Decision>(Decision::no(fail(Status::exists, Reason::account_credential_taken,
                                                     "the passkey is registered for another user")));
  }
  if (account && account->holds_credential(credential_id)) {
    return std::optional<Decision>(Decision::no(
        fail(Status::exists, Reason::account_credential_known, "the passkey is registered already")));
  }
  Decision decision = decide();
  if (!decision.save) return std::optional<Decision>(std::move(decision));
  // Also when the entry is ours already: that fences a removal in flight.
  MFA_TRY(const Saved saved, records_.save_owner(credential_id, user, owner.version));
  if (saved == Saved::conflict) return std::optional<Decision>();
  return std::optional<Decision>(std::move(decision));
}

}  // namespace mfa::engine
