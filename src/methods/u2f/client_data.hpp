// Client data (Raw Message Formats section 7) against what the relying party expects, and the expectation
// itself.
#pragma once

#include "methods/u2f/u2f.hpp"

namespace mfa::u2f {

struct ClientDataSteps {
  const char *type;
  Reason not_json, member, wrong_type, challenge, origin;
};
// cid_pubkey is not looked at: Channel ID, which it was for, is gone from TLS and browsers.
Result<Done> check_client_data(const Expected &expected, ByteView client_data, const ClientDataSteps &steps);

// err_argument.
Result<Done> check(const Expected &expected);

}  // namespace mfa::u2f
