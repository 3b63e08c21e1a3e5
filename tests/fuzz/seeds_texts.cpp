// Seeds of the other messages: U2F, configurations, short texts.
#include "engine/config.hpp"
#include "fuzz/expectation.hpp"
#include "fuzz/seeds.hpp"
#include "methods/u2f/token.hpp"
#include "support/must.hpp"

namespace mfa::fuzz {
namespace {

using test::must;

constexpr const char *kAppId = "https://example.test/app-id.json";
const Bytes kChallenge(32, 0x5A);

std::string u2f_line(const char *ceremony, const char *message, const test::U2fToken::Answer &answer,
                     ByteView point) {
  json::Writer out;
  out.begin_object().member("ceremony", ceremony).key("expect").begin_object();
  out.member("rp_id", kRpId).member("app_id", kAppId).member("challenge", base64url(kChallenge));
  out.key("origins").begin_array().text(kOrigin).end_array().end_object();
  out.key("credential").begin_object().member("id", base64url(Bytes(64, 0xA7)));
  out.member("public_key", base64url(point)).member("sign_count", 0).end_object();
  out.key("response").begin_object().member(message, base64url(answer.message));
  out.member("clientData", base64url(bytes_of(answer.client_data)));
  return out.end_object().end_object().take();
}

}  // namespace

void add_u2f(Seeds &seeds) {
  test::U2fToken token;
  for (const bool good : {true, false}) {
    test::U2fTamper tamper;
    if (!good) tamper.signature = [](Bytes &signature) { signature.back() ^= 1; };
    const auto made = token.registers(kAppId, kChallenge, tamper);
    const auto used = token.signs(kAppId, kChallenge, tamper);
    const Bytes point = token.public_key();
    seeds.add("u2f", after({0}, bytes_of(made.json)));
    seeds.add("u2f", after({1}, bytes_of(used.json)));
    seeds.add("u2f", after({2}, seed({bytes_of(made.client_data)}, made.message)));
    seeds.add("u2f", after({3}, seed({point, bytes_of(used.client_data)}, used.message)));
    seeds.add("u2f", after({4}, bytes_of(used.json)));
    for (const uint8_t explain : {0, 12}) {
      seeds.add("ceremony",
                after({explain}, bytes_of(u2f_line("u2f-registration", "registrationData", made, point))));
      seeds.add("ceremony",
                after({explain}, bytes_of(u2f_line("u2f-authentication", "signatureData", used, point))));
    }
  }
  seeds.add("u2f", after({0}, bytes_of(R"({"errorCode":4,"errorMessage":"not eligible"})")));
  seeds.add("u2f", after({1}, bytes_of(R"({"errorCode":5})")));
}

void add_texts(Seeds &seeds) {
  const std::string configuration =
      R"({"version":1,"issuer":"Example","webauthn":{"rp_id":"example.org","origins":["https://example.org"]},)"
      R"("policy":{"roles":{"*":{"mfa":"optional"},"admin":{"mfa":"required","min_aal":2,"grace_days":0}}}})";
  seeds.add("record", after({1}, bytes_of(configuration)));
  seeds.add("record", after({1}, bytes_of(engine::config_json(must(engine::parse_config(configuration))))));
  for (const char *json :
       {R"([null,true,-1,1.5e3,"\u00e9\ud83d\ude00\n",{"a":{"b":[]}}])", "{\"a\":1,\"a\":2}", "[[[[]]]]"})
    seeds.add("json", bytes_of(json));
  for (const char *cbor : {"a16161182a", "9fff", "bf6161f5ff", "fb3ff8000000000000", "d82a41ff",
                           "1bffffffffffffffff", "7f6161616280ff", "f97e00"})
    seeds.add("cbor", must(from_hex(cbor)));
  for (const char *text :
       {"GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "gezd gnbv gy3t qojq", "MFRGG===", "_-8", "00ff", "123 456",
        "1234-5678", "0000000000", "ABCDE-FGHJK",
        "otpauth://totp/Acme:ada?secret=GEZDGNBVGY3TQOJQ&issuer=Acme",
        "otpauth://totp/a%20b:c+d@example.org?secret=GEZD+GNBV&algorithm=SHA512&digits=8&period=60",
        "otpauth://hotp/ada?secret=GEZDGNBVGY3TQOJQ&counter=18446744073709551615",
        "otpauth://totp?secret=GEZDGNBVGY3TQOJQ"})
    seeds.add("texts", bytes_of(text));
}

}  // namespace mfa::fuzz
