// What a trusted device keeps in its cookie, and how it changes with use.
#pragma once

#include <array>
#include <string_view>

#include "core/bytes.hpp"
#include "core/result.hpp"
#include "core/secret.hpp"

namespace mfa::device {

inline constexpr size_t kSelector = 16;
inline constexpr size_t kVerifier = 32;
inline constexpr size_t kTokenText = 66;  // "selector.verifier" in base64url

using Selector = std::array<uint8_t, kSelector>;

// The selector finds the device, the verifier proves it.
struct Token {
  Selector selector{};
  Secret verifier;
};
Result<Token> parse_token(std::string_view text);  // malformed
Secret text_of_token(const Selector &selector, const Secret &verifier);
Bytes digest_of(const Secret &verifier);  // what is kept of it: SHA-256 of 256 random bits

// What the account keeps of a device's verifiers.
struct Chain {
  Bytes current;
  Bytes successor;           // handed out, not seen yet; empty: none
  uint64_t successor_s = 0;  // when the last successor was handed out; 0: never
  Bytes predecessor;         // empty: none
  uint64_t promoted_s = 0;   // since when it is one
};

enum class Presented {
  accepted,  // nothing new to hand out
  renewed,   // `fresh` is the successor now
  reused,    // not a verifier of now: somebody has a copy
};
// A cookie whose answer was lost, and a second tab, are within the grace; a thief is not, whoever comes
// first. Times in the future are as good as none but for a minute: a clock set back keeps no predecessor
// alive.
Presented present(Chain &chain, ByteView digest, ByteView fresh, uint64_t now_s, uint64_t grace_s);

}  // namespace mfa::device
