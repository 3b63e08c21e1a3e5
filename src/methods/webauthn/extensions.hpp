// Extensions (sections 9 and 10, CTAP 2.2 section 12): what was asked, what came back, and what of it counts.
#pragma once

#include "core/json.hpp"
#include "methods/webauthn/webauthn.hpp"

namespace mfa::webauthn {

// Reads the inputs given in the options. err_argument for credProtect's that are none.
Result<Asked> read_asked(const json::Value &inputs);

Result<Asked> asked_in(std::string_view inputs_json);
// Two objects of inputs as one; `more` may be empty. err_argument for a name that is in both.
Result<std::string> joined_inputs(std::string_view inputs_json, std::string_view more);

// clientExtensionResults, never results of prf. malformed for an appid that is not true or false; anything
// else of another type than it should be is passed over, for step 28 tolerates what it does not know.
Result<ClientOutputs> read_client_outputs(const json::Value &results);

// Outputs that nobody asked for, the authenticator's as well: section 7.1 step 28, section 7.2 step 23.
uint32_t unsolicited(const Expected &expected, const Response &response);

// Of a registration, into the record. denied when credProtect was to be enforced and was not.
Result<Done> take_outputs(const Expected &expected, const Response &response, Credential &credential);

// Of an assertion. denied when a credential that takes a verified user did without.
Result<Done> check_protection(const Credential &credential, uint32_t flags);

// Of an authenticator or a client, whose bytes are a secret of the page.
bool is_secret_output(std::string_view name);

// Every output there is, as one JSON object {"client":{},"authenticator":{}}; those of prf and hmac-secret
// are secrets, and left out.
std::string outputs_json(const Response &response);

}  // namespace mfa::webauthn
