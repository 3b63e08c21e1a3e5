// Codes by mail: made from randomness that is given, kept as a hash, sent in a mail that the host's templates
// write.
#pragma once

#include <array>
#include <string>

#include "core/bytes.hpp"
#include "core/result.hpp"
#include "core/secret.hpp"

namespace mfa::email {

inline constexpr size_t kAddressMax = 254;  // bytes (RFC 5321 section 4.5.3.1.3, without the angle brackets)
inline constexpr size_t kCodeRandom = 16;   // bytes of randomness for one code
inline constexpr size_t kSalt = 16;
inline constexpr size_t kTemplateMax = 16384;  // bytes of one template
inline constexpr size_t kValueMax = 255;       // bytes of a user's name

// Enough for a mail to go where it is meant to, and nowhere else: one '@' with something on both sides,
// UTF-8, no white space, control character, comma or angle bracket. err_argument: the host's own record of
// the user has it.
Result<Done> check_address(std::string_view address);
// "a***@example.org"
std::string masked(std::string_view address);

// `digits` decimal digits from kCodeRandom bytes; no value is likelier than another by more than 2^-90.
Secret make_code(ByteView random, uint32_t digits);
// What a client typed: exactly `digits` digits once spaces and hyphens are gone. malformed.
Result<Secret> parse_code(std::string_view text, uint32_t digits);
// What is kept of a code: bound to the ticket it was sent for.
Secret hash_code(const Secret &code, ByteView salt, ByteView nonce, ByteView pepper);

struct Template {
  std::string subject;
  std::string text;
  std::string html;  // empty: the mail has none
};
// Placeholders are {user}, {code}, {minutes} and {issuer}; "{{" is a brace. malformed for others, and for a
// subject of more than one line.
Result<Done> check_template(const Template &given);

struct Values {
  std::string_view user;
  std::string_view code;
  std::string_view minutes;
  std::string_view issuer;
};
struct Mail {
  Secret subject, text, html;  // they may hold the code
};
// Values are escaped in the HTML. err_argument for a value with a control character.
Result<Mail> render(const Template &given, const Values &values);

}  // namespace mfa::email
