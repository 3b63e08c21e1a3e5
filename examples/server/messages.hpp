// Every answer of the engine that is not a yes, in words for the person in front of it.
#pragma once

#include <mfa/base.h>

#include <string>
#include <string_view>

#include "sessions.hpp"

namespace demo {

enum class Doing { verifying, enrolling, changing };

// method: what was verified or enrolled; 0 where it does not matter.
Message explain(const mfa_error &error, Doing doing, mfa_method method);
// What was asked for was done.
Message done(std::string_view title, std::string_view text = {});
// What a right answer may have brought to light (MFA_SIGNAL_*). No title: nothing to say.
Message explain_signals(uint32_t signals, uint64_t recovery_remaining);
int http_status_of(mfa_status status);
// The engine could not decide: the trouble is ours, not the user's.
inline bool is_trouble(mfa_status status) { return status < 0; }
bool asks_for_factor(mfa_status status);

}  // namespace demo
