// What adding any kind of factor has in common.
#pragma once

#include "signing.hpp"

namespace demo {

// MANAGE when signed in; LOGIN on the way in, where the engine lets a first factor be added and no other.
mfa_request asks_to_enroll(const Site &site, const Visit &visit);
// The names under which authenticators list the account.
mfa_begin_options options_for(const Visit &visit);
// Keeps the proof, names the factor if the user did, and says what was added. Returns where to go.
std::string enrolled(Site &site, Visit &visit, const Proof &proof, std::string_view label,
                     std::string_view added);
// Nothing more will come of this ticket, whatever code is sent with it.
bool is_spent(mfa_status status);
std::string device_name(std::string_view user_agent);  // "Chrome on Linux"

}  // namespace demo
