// Reads what engine calls are given.
#pragma once

#include "capi/boundary.hpp"
#include "engine/engine.hpp"
#include "mfa/engine.h"

namespace mfa::capi {

Result<engine::Request> read_request(const mfa_request *request);
Result<engine::SessionNeed> read_need(const mfa_session_need *need);  // NULL: what policy asks
// Keeps what JSON it had to read.
Result<engine::BeginOptions> read_options(const mfa_begin_options *options, Method method);  // NULL: none

Result<KeyRing> read_keys(const mfa_key *keys, size_t count);

}  // namespace mfa::capi
