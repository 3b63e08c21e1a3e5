// A ceremony as one JSON document, judged: what `mfa webauthn verify` reads line by line. docs/webauthn.md
// has the forms.
#pragma once

#include <string>

#include "core/result.hpp"

namespace mfa::tools {

inline constexpr size_t kMaxTranscriptBytes = 1024 * 1024;

// {"id","ok":true,...} or {"id","ok":false,...}, for any text. Fails only for want of memory or of OpenSSL.
Result<std::string> judge_transcript(std::string_view json, uint64_t now_s, bool explain);
// The same of one signature, {"id","public_key","message","signature"}.
Result<std::string> judge_signature(std::string_view json);

}  // namespace mfa::tools
