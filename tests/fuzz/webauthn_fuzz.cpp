#include "methods/webauthn/webauthn.hpp"

#include "fuzz/fuzz.hpp"

namespace mfa::fuzz {

void target(ByteView input) {
  const auto response = webauthn::parse_response(text_of(input));
  if (!response.has_value()) {
    require(static_cast<int32_t>(response.error().status) > 0);
    return;
  }
  webauthn::Expected expected;
  expected.rp_id = "example.test";
  expected.origins = {"https://example.test"};
  expected.challenge = response.value().client_data.challenge;
  if (response.value().registration) {
    (void)webauthn::verify_registration(expected, 1'800'000'000, response.value());
  }
}

}  // namespace mfa::fuzz
