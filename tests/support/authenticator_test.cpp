#include "support/authenticator.hpp"

#include <doctest.h>

#include <algorithm>

#include "core/encoding.hpp"
#include "core/json.hpp"
#include "support/seed.hpp"
#include "support/statements/made.hpp"

using namespace mfa;
using namespace mfa::test;

namespace {

constexpr const char *kOrigin = "https://example.test", *kAppId = "https://example.test/app-id.json";

std::string request_options(ByteView id, bool with_app_id) {
  return R"({"challenge":"AAAA","rpId":"example.test","allowCredentials":[{"type":"public-key","id":")" +
         base64url(id) + R"("}])" +
         (with_app_id ? std::string(R"(,"extensions":{"appid":")") + kAppId + "\"}" : "") + "}";
}

struct Signed {
  Bytes data, message, signature;
  bool app_id = false, says_app_id = false;
};
Signed take_login_apart(const std::string &response) {
  const auto document = must(json::Document::parse(response));
  const auto parts = must(document.root().need("response"));
  const auto bytes = [&](const char *name) { return must(from_base64url(must(parts.need_text(name)))); };
  const auto hash = sha256(bytes("clientDataJSON"));
  Signed login{.data = bytes("authenticatorData"), .message = {}, .signature = bytes("signature")};
  login.message = der::joined({login.data, Bytes(hash.begin(), hash.end())});
  const auto app_id = must(document.root().need("clientExtensionResults")).find("appid");
  login.says_app_id = app_id.has_value();
  login.app_id = app_id && must(app_id->as_bool());
  return login;
}
bool is_of(const Signed &login, const char *text) {
  const auto hash = sha256(bytes_of(text));
  return same(ByteView(login.data).first(32), hash);
}

}  // namespace

TEST_CASE("software authenticator: every format for every algorithm it takes, the same again from a seed") {
  for (const std::string &format : all_formats()) {
    for (const int32_t algorithm : all_algorithms()) {
      if (!format_takes(format, algorithm)) continue;
      CAPTURE(format);
      CAPTURE(algorithm);
      const auto once = [&] {
        const SeededRandom seed(5);
        Authenticator key({.algorithms = {algorithm}, .format = format});
        return key.create(creation_options(algorithm), kOrigin);
      };
      // An RSA key for each seed takes long: once for the credential, once for what attests.
      if (algorithm_of(algorithm).key_type == 3 && (format != "self" || algorithm != -257)) continue;
      if (format == "android-safetynet" && algorithm != -7) continue;
      CHECK(once() == once());
    }
  }
  CHECK(all_formats().size() == 10);
}

TEST_CASE(
    "software authenticator: a U2F credential signs for its AppID when that is asked, else not at all") {
  Authenticator key;
  const auto registered = key.register_u2f(kAppId);
  CHECK(registered.public_key.size() == 65);
  CHECK(key.get(request_options(registered.key_handle, false), kOrigin).empty());
  const auto login = take_login_apart(key.get(request_options(registered.key_handle, true), kOrigin));
  CHECK(is_of(login, kAppId));
  CHECK(login.app_id);
  CHECK(login.data[32] == 0x01);
  // SubjectPublicKeyInfo of P-256, and the point.
  Bytes spki = der::sequence({der::sequence({der::oid("1.2.840.10045.2.1"), der::oid("1.2.840.10045.3.1.7")}),
                              der::bits(registered.public_key)});
  CHECK(openssl_verifies(-7, spki, login.message, login.signature));
}

TEST_CASE("software authenticator: a WebAuthn credential signs for its RP, AppID asked or not") {
  Authenticator key;
  const Made made = take_apart(key.create(creation_options(-7), kOrigin));
  for (const bool asked : {false, true}) {
    const auto login = take_login_apart(key.get(request_options(made.credential_id, asked), kOrigin));
    CHECK(is_of(login, "example.test"));
    CHECK(login.says_app_id == asked);
    CHECK_FALSE(login.app_id);
  }
}

TEST_CASE("software authenticator: extensions of authenticator and client, with their flag") {
  const Bytes map = Bytes{0xA1, 0x61, 'x', 0xF5};
  Authenticator key({.create_extensions = {.authenticator = map, .client = R"({"credProps":{"rk":true}})"},
                     .get_extensions = {.authenticator = map, .client = R"({"x":1})"}});
  const std::string text = key.create(creation_options(-7), kOrigin);
  const Made made = take_apart(text);
  CHECK((made.authenticator_data[32] & 0x80) != 0);
  CHECK(same(ByteView(made.authenticator_data).last(map.size()), map));
  CHECK(text.find(R"("clientExtensionResults":{"credProps":{"rk":true}})") != std::string::npos);
  const std::string reply = key.get(request_options(made.credential_id, true), kOrigin);
  const auto login = take_login_apart(reply);
  CHECK(login.data.size() == 37 + map.size());
  CHECK((login.data[32] & 0x80) != 0);
  CHECK(reply.find(R"({"appid":false,"x":1})") != std::string::npos);
}
