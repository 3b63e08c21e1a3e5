// Failures under the step of section 7 that they are failures of.
#pragma once

#include "core/result.hpp"

namespace mfa::webauthn {

// The failure of a part, under the reason of the whole; the part's own goes to the detail. One that a step
// has named already, or that did not complete, stays as it is. An algorithm that this build does not know is,
// in what a client sent, a plain no.
template <class T>
Result<T> under(Reason step, Result<T> result) {
  if (result.has_value()) return result;
  const Failure &failure = result.error();
  const bool unsupported = failure.status == Status::err_unsupported;
  if (static_cast<int32_t>(failure.status) < 0 && !unsupported) return result;
  if (failure.reason >= Reason::webauthn_json) return result;
  return fail(unsupported ? Status::wrong : failure.status, step, failure.message, name_of(failure.reason));
}

}  // namespace mfa::webauthn
