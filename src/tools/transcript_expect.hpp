// "expect" and "credential" of a ceremony's document.
#pragma once

#include "core/json.hpp"
#include "methods/webauthn/trust.hpp"

namespace mfa::tools {

struct TranscriptExpect {
  webauthn::Expected expected;  // expected.trust is for the reader to point at `trust`
  webauthn::Trust trust;
  uint64_t now_s;
};
// malformed, with the member's name as the detail.
Result<TranscriptExpect> read_transcript_expect(const json::Value &expect, uint64_t now_s);

// Members that may be absent or null.
Result<Bytes> optional_bytes(const json::Value &object, std::string_view name);
Result<std::vector<std::string>> optional_texts(const json::Value &object, std::string_view name);

}  // namespace mfa::tools
