#include "methods/u2f/u2f.hpp"

#include "core/encoding.hpp"
#include "fuzz/fuzz.hpp"

namespace mfa::fuzz {
namespace {

using namespace mfa::u2f;

// The base point of P-256 (SEC 2 section 2.4.2).
Bytes some_key() {
  return from_hex(
             "046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
             "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5")
      .value();
}

template <class T>
void require_no(const Result<T> &result) {
  // Nothing that a client sends is the caller's mistake, and nothing was signed.
  require(!result.has_value() && static_cast<int32_t>(result.error().status) > 0);
}

}  // namespace

// The first byte chooses: the JSON of either response, or a message with client data that passes.
void target(ByteView input) {
  if (input.empty()) return;
  static const Bytes kKey = some_key();
  static const Expected kExpected{.app_id = "https://example.test", .challenge = Bytes(16, 0), .facets = {}};
  const ByteView rest = input.subspan(1);
  const auto client_data = [](const std::string &typ) {
    return R"({"typ":"navigator.id.)" + typ +
           R"(","challenge":"AAAAAAAAAAAAAAAAAAAAAA","origin":"https://example.test"})";
  };
  switch (input[0] % 6) {
    case 0: require_no(verify_registration(kExpected, text_of(rest))); return;
    case 1: require_no(verify_authentication(kExpected, kKey, 0, text_of(rest))); return;
    case 2:
      require_no(verify_registration(kExpected, rest, bytes_of(client_data("finishEnrollment"))));
      return;
    case 3:
      require_no(verify_authentication(kExpected, kKey, 0, rest, bytes_of(client_data("getAssertion"))));
      return;
    case 4: require_no(verify_authentication(kExpected, kKey, 0, Bytes(5, 1), rest)); return;
    default: {
      const auto named = response_key_handle(text_of(rest));
      if (named.has_value()) require(!named.value().empty() && named.value().size() <= kKeyHandleMax);
    }
  }
}

}  // namespace mfa::fuzz
