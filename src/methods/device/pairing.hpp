// Pairing a device that has no authenticator: the code that it is given, and the number that it shows.
#pragma once

#include "methods/device/token.hpp"

namespace mfa::device {

inline constexpr size_t kCodeSymbols = 8;  // 40 bits
inline constexpr size_t kCodeRandom = 8;   // bytes of randomness for one code
inline constexpr size_t kCodeSalt = 16;
inline constexpr size_t kCheckDigits = 2;
inline constexpr size_t kClaimSecret = 32;

Secret make_code(ByteView random);
// "ABCD-1234", for people.
Secret text_of_code(const Secret &code);
// What a client typed: case, spaces, hyphens and O, I, L for 0, 1 do not matter. malformed.
Result<Secret> parse_code(std::string_view text);
// What is kept of a code: bound to the ticket that it was shown with.
Secret hash_code(const Secret &code, ByteView salt, ByteView nonce, ByteView pepper);

// "07": what the new device shows and its user types at the signed-in browser.
std::string make_check(ByteView random);
Result<std::string> parse_check(std::string_view text);  // malformed

// The cookie that follows from a claim: the same, however often an answer is lost.
Token token_from(ByteView claim_secret);

}  // namespace mfa::device
