// Text forms of bytes: base32 (RFC 4648 section 6), base64url without padding (section 5), base64 (section
// 4), hex.
#pragma once

#include "core/bytes.hpp"
#include "core/result.hpp"

namespace mfa {

std::string base32(ByteView bytes);  // upper case, unpadded
// Reads lower case, spaces, hyphens and padding; refuses leftover bits that are not zero.
Result<Bytes> from_base32(std::string_view text);

std::string base64url(ByteView bytes);  // unpadded
// Strict: unpadded, no other characters, leftover bits zero: one text for each value.
Result<Bytes> from_base64url(std::string_view text);

std::string base64(ByteView bytes);  // padded
// Padded, no other characters but white space when that is allowed.
Result<Bytes> from_base64(std::string_view text, bool white_space = false);

std::string hex(ByteView bytes);  // lower case
Result<Bytes> from_hex(std::string_view text);

// RFC 3629: no surrogates, no overlong forms, nothing above U+10FFFF.
bool is_utf8(std::string_view text);
// The first `most` bytes or a few less: not in the middle of a character.
std::string_view clipped(std::string_view text, size_t most);

}  // namespace mfa
