// From a password, a code or a passkey to a session.
#pragma once

#include "respond.hpp"

namespace demo {

// The password was right: signed in, or on to what policy asks. Under a new session id.
Response password_was_right(Site &site, Visit &visit, const User &user, const std::string &next);

// Keeps what a proof gives: its statement, its cookie, and what its signals tell. new_id: of the session that
// the proof was asked for. The user is then signed in if `complete`.
void take_proof(Site &site, Visit &visit, const Proof &proof, const std::string &new_id, bool complete);

// The id that a proof shall be bound to: a new one at sign-in, the present one when a statement is bound to
// it.
std::string id_for_proof(const Visit &visit);
// MFA_PURPOSE_LOGIN until signed in, then `later`.
mfa_purpose purpose_of(const Visit &visit, mfa_purpose later);

}  // namespace demo
