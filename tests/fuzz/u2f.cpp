#include "methods/u2f/u2f.hpp"

#include "fuzz/expectation.hpp"
#include "fuzz/targets.hpp"

namespace mfa::fuzz {

using namespace mfa::u2f;

// The first byte chooses: the JSON of either response, the parts of either, or the key handle in one. The
// parts of a sign response come behind the public key that they are judged by.
void run_u2f(ByteView input) {
  static const Bytes kPoint = some_point();
  static const Expected kExpected{
      .app_id = "https://example.test/app-id.json", .challenge = Bytes(32, 0x5A), .facets = {kOrigin}};
  Parts parts(input);
  const uint8_t choice = parts.byte();
  switch (choice % 5) {
    case 0: require_answer(verify_registration(kExpected, text_of(parts.rest()))); return;
    case 1: require_answer(verify_authentication(kExpected, kPoint, 0, text_of(parts.rest()))); return;
    case 2: {
      const ByteView client_data = parts.part();
      require_answer(verify_registration(kExpected, parts.rest(), client_data));
      return;
    }
    case 3: {
      // A stored key that is none would be the caller's mistake.
      const ByteView given = parts.part();
      const auto key = cose::from_uncompressed_p256(given);
      const bool usable = key.has_value() && cose::PublicKey::parse(key.value()).has_value();
      const ByteView point = usable ? given : ByteView(kPoint);
      const ByteView client_data = parts.part();
      require_answer(verify_authentication(kExpected, point, 0, parts.rest(), client_data));
      return;
    }
    default: {
      const auto named = response_key_handle(text_of(parts.rest()));
      if (named.has_value()) require(!named.value().empty() && named.value().size() <= kKeyHandleMax);
    }
  }
}

}  // namespace mfa::fuzz
