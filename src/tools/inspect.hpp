// A response for people to read: client data, authenticator data, key, extensions, statement, certificates.
#pragma once

#include <string>

#include "core/result.hpp"

namespace mfa::tools {

// The browser's JSON, or a ceremony as transcript.hpp reads it. Nothing is verified. malformed.
Result<std::string> inspect(std::string_view json);

}  // namespace mfa::tools
