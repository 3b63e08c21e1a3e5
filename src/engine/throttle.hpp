// How wrong answers slow an account down. Functions of the account, the configuration and the time.
#pragma once

#include "engine/account.hpp"
#include "engine/config.hpp"

namespace mfa::engine {

struct Charged {
  int32_t attempts_left = 0;  // before a lock
  uint64_t retry_at_s = 0;    // 0: at once
};

// locked_out with retry_at_s, if an answer to this method may not be judged now. WebAuthn never is.
std::optional<Failure> locked(const Account &account, const Config &config, Method method, uint64_t now_s);
uint64_t locked_until_s(const Account &account, const Config &config, Method method, uint64_t now_s);
// A wrong answer. Charged once, however many factors it was tried on.
Charged charge(Account &account, const Config &config, Method method, uint64_t now_s);
// A right answer: the run of failures ends; the long budget and the hour do not. A method whose answers
// cannot be guessed, or a recovery code, also revives methods that were disabled.
void settle(Account &account, const Config &config, Method method);
// A charge made in advance of a slow hash that turned out right.
void refund(Account &account, const Config &config, Method method);

// Tries that a browser we know, by the id of its device or token, has of its own while others lock a method.
// What is disabled, or has spent its long budget, stays shut for all.
bool has_relief(const Account &account, const Config &config, Method method, ByteView known, uint64_t now_s);
Charged charge_known(Account &account, const Config &config, Method method, ByteView known, uint64_t now_s);

std::optional<Failure> enroll_locked(const Account &account, uint64_t now_s);
Charged charge_enroll(Account &account, const Config &config, uint64_t now_s);

// Administrator: of one method, or of all.
void unlock(Account &account, Method method);

}  // namespace mfa::engine
