// Failures under the rule that they are failures of.
#pragma once

#include "core/result.hpp"

namespace mfa::u2f {

// The failure of a part, under the reason of the whole; the part's own goes to the detail. One that did not
// complete stays as it is.
template <class T>
Result<T> under(Reason step, Result<T> result) {
  if (result.has_value() || static_cast<int32_t>(result.error().status) < 0) return result;
  const Failure &failure = result.error();
  return fail(failure.status, step, failure.message, name_of(failure.reason));
}

}  // namespace mfa::u2f
