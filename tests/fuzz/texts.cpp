// The short texts: base32, base64url, hex, one-time codes, otpauth URIs, recovery codes, tickets and
// statements.
#include "core/encoding.hpp"
#include "engine/statement.hpp"
#include "engine/ticket.hpp"
#include "fuzz/targets.hpp"
#include "methods/otp/otpauth.hpp"
#include "methods/recovery/recovery.hpp"

namespace mfa::fuzz {

void run_texts(ByteView input) {
  static const Bytes kKey(32, 1);
  static const KeyRing kRing = KeyRing::make(std::vector<RingKey>{{1, kKey}}).value();
  const std::string_view text = text_of(input);
  if (const auto bytes = from_base64url(text); bytes.has_value()) require(base64url(bytes.value()) == text);
  if (const auto bytes = from_base32(text); bytes.has_value()) {
    require(from_base32(base32(bytes.value())).value() == bytes.value());
  }
  (void)from_hex(text);
  for (uint32_t digits = 6; digits <= 10; digits++) (void)otp::parse_code(text, digits);
  for (const bool strict : {true, false}) {
    const auto uri = otp::parse(text, strict);
    // Read leniently it may lack an account, which no URI of ours does.
    if (uri.has_value() && !uri.value().account.empty()) require(otp::build(uri.value()).has_value());
    if (strict) require(!uri.has_value() || !uri.value().account.empty());
  }
  (void)recovery::parse(text);
  require(!engine::open_ticket(kRing, "r", text).has_value());
  require(!engine::open_statement(kRing, "r", text).has_value());
}

}  // namespace mfa::fuzz
