// What someone who asks about an unknown user is shown: as much as for a known one, made with as much work.
#pragma once

#include "core/cose.hpp"
#include "engine/ticket.hpp"
#include "methods/webauthn/webauthn.hpp"

namespace mfa::engine {

class Decoy {
 public:
  // key: never rotated, so that a user's decoy stays what it is for years; empty: there are no decoys.
  Decoy(std::string realm, Secret key);

  bool ready() const { return !key_.empty(); }
  Bytes credential_id(std::string_view user) const;
  // Opens and reads a record of one passkey, as a load of an account does.
  void imitate_load() const;
  // Judges a response to a decoy as one to a credential would be; the answer is always a no.
  Failure judge(const webauthn::Expected &expected, const webauthn::Response &response) const;

 private:
  std::string realm_;
  Secret key_;
  webauthn::Credential credential_;
  std::optional<KeyRing> ring_;
  std::string record_key_;
  Bytes record_;
};

}  // namespace mfa::engine
