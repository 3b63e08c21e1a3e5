// From a password, a code or a passkey to a session.
#pragma once

#include "respond.hpp"

namespace demo {

// The password was right: signed in, or on to what policy asks. Under a new session id.
Response password_was_right(Site &site, Visit &visit, const User &user, const std::string &next);

// Keeps what a proof gives: its statement, its cookie, and what its signals tell. new_id: of the session that
// the proof was asked for. The user is then signed in if `complete`.
void take_proof(Site &site, Visit &visit, const Proof &proof, const std::string &new_id, bool complete);

// A passkey alone was right: this user's session, under the id that the proof was asked for.
Response passkey_was_right(Site &site, Visit &visit, const User &user, const std::string &new_id,
                           const Answer<Proof> &proved);
// Trusts the browser that a sign-in was just finished at, if its user ticked the box.
void trust_browser(Site &site, Visit &visit, std::string_view ticked);
// Who signed in at this browser last. It proves nothing.
std::optional<User> remembered(Site &site, const Visit &visit);

// The id that a proof shall be bound to: a new one at sign-in, the present one when a statement is bound to
// it.
std::string id_for_proof(const Visit &visit);
// MFA_PURPOSE_LOGIN until signed in, then `later`.
mfa_purpose purpose_of(const Visit &visit, mfa_purpose later);

}  // namespace demo
