// What all that took part in one round were told.
#pragma once

#include <mfa/mfa.h>

#include <algorithm>
#include <cstdio>
#include <vector>

namespace mfa::test {

struct Tally {
  std::vector<mfa_status> told;

  long of(mfa_status status) const { return std::count(told.begin(), told.end(), status); }
  long all() const { return static_cast<long>(told.size()); }

  // A right code that many send at once is taken once. The others are told that it was used; or, where a
  // wrong answer is counted before it is compared, that there were too many.
  bool taken_once() const {
    return shown(of(MFA_OK) == 1 && of(MFA_OK) + of(MFA_ALREADY_USED) + of(MFA_LOCKED_OUT) == all());
  }
  // Of many wrong guesses at once as many are compared as the limit says.
  bool limited_to(long limit) const {
    return shown(of(MFA_WRONG) == limit && of(MFA_WRONG) + of(MFA_LOCKED_OUT) == all());
  }

 private:
  bool shown(bool well) const {
    if (well) return true;
    for (const mfa_status status : told) std::fprintf(stderr, "%s ", mfa_status_name(status));
    std::fputc('\n', stderr);
    return false;
  }
};

}  // namespace mfa::test
