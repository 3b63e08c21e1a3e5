#include <doctest.h>

#include "core/json.hpp"
#include "methods/webauthn/fixture.hpp"

using namespace mfa;
using namespace mfa::webauthn;

TEST_CASE("creation options: the least and the most") {
  Expected expected{.rp_id = "example.test", .challenge = Bytes(16, 0xFF)};
  const User user{.handle = Bytes{1, 2, 3}, .name = "ada", .display_name = "Ada \"L\" </script>"};
  CHECK(
      creation_options(expected, user, {}) ==
      R"({"rp":{"id":"example.test","name":"example.test"},)"
      R"("user":{"id":"AQID","name":"ada","displayName":"Ada \"L\" \u003c/script>"},)"
      R"("challenge":"_____________________w",)"
      R"("pubKeyCredParams":[{"type":"public-key","alg":-8},{"type":"public-key","alg":-7},{"type":"public-key","alg":-257}],)"
      R"("timeout":300000,"excludeCredentials":[],)"
      R"("authenticatorSelection":{"residentKey":"preferred","requireResidentKey":false,"userVerification":"preferred"},)"
      R"("attestation":"none","extensions":{}})");
  expected.algorithms = {-257, -7};
  expected.user_verification = UserVerification::required;
  const CreateExtras extras{.rp_name = "Example",
                            .resident_key = "required",
                            .attachment = "platform",
                            .attestation = "direct",
                            .attestation_formats = {"packed", "none"},
                            .hints = {"client-device"},
                            .extensions_json = R"({"credProps":true})",
                            .timeout_s = 600,
                            .exclude = {{.id = {9}, .transports = {"usb"}}, {.id = {8}, .transports = {}}}};
  CHECK(
      creation_options(expected, user, extras) ==
      R"({"rp":{"id":"example.test","name":"Example"},)"
      R"("user":{"id":"AQID","name":"ada","displayName":"Ada \"L\" \u003c/script>"},)"
      R"("challenge":"_____________________w",)"
      R"("pubKeyCredParams":[{"type":"public-key","alg":-257},{"type":"public-key","alg":-7}],)"
      R"("timeout":600000,"excludeCredentials":[{"type":"public-key","id":"CQ","transports":["usb"]},{"type":"public-key","id":"CA"}],)"
      R"("authenticatorSelection":{"authenticatorAttachment":"platform","residentKey":"required","requireResidentKey":true,"userVerification":"required"},)"
      R"("hints":["client-device"],"attestation":"direct","attestationFormats":["packed","none"],"extensions":{"credProps":true}})");
}

TEST_CASE("request options") {
  Expected expected{.rp_id = "example.test", .challenge = Bytes(16, 0)};
  CHECK(
      request_options(expected, {}) ==
      R"({"challenge":"AAAAAAAAAAAAAAAAAAAAAA","timeout":300000,"rpId":"example.test","allowCredentials":[],)"
      R"("userVerification":"preferred","extensions":{}})");
  expected.user_verification = UserVerification::discouraged;
  const GetExtras extras{.hints = {"security-key"},
                         .extensions_json = R"({"a":{}})",
                         .timeout_s = 60,
                         .allow = {{.id = {1}, .transports = {"internal", "hybrid"}}}};
  CHECK(request_options(expected, extras) ==
        R"({"challenge":"AAAAAAAAAAAAAAAAAAAAAA","timeout":60000,"rpId":"example.test",)"
        R"("allowCredentials":[{"type":"public-key","id":"AQ","transports":["internal","hybrid"]}],)"
        R"("userVerification":"discouraged","hints":["security-key"],"extensions":{"a":{}}})");
}

TEST_CASE("options: an AppID goes into the extensions, beside others or alone") {
  Expected expected{.rp_id = "example.test", .challenge = Bytes(16, 0), .app_id = "https://a.test/\"x\""};
  for (const char *extensions : {"{}", " { } ", R"({"credProps":true})", R"( {"credProps":{"a":"}"}} )"}) {
    for (const bool create : {false, true}) {
      const std::string text = create ? creation_options(expected, {}, {.extensions_json = extensions})
                                      : request_options(expected, {.extensions_json = extensions});
      const auto parsed = json::Document::parse(text);
      REQUIRE_MESSAGE(parsed.has_value(), text);
      const auto object = parsed.value().root().need("extensions").value();
      CHECK(object.need_text(create ? "appidExclude" : "appid").value() == expected.app_id);
      CHECK(object.find("credProps").has_value() ==
            (std::string(extensions).find("credProps") != std::string::npos));
    }
  }
}
