// What issuers emit and a strict reader refuses: read when asked to, each leniency alone. None changes a
// secret.
#include <doctest.h>

#include "core/encoding.hpp"
#include "methods/otp/otpauth.hpp"

using namespace mfa;
using namespace mfa::otp;

namespace {

const std::string kSecretText = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const std::string kBase = "otpauth://totp/Acme:alice?secret=" + kSecretText;

std::string why_not(const std::string &uri, bool strict) {
  const auto read = parse(uri, strict);
  return read.has_value() ? "read" : name_of(read.error().reason);
}

// Read leniently, with the secret as it is, and refused strictly for that reason.
Otpauth lenient(const std::string &uri, const std::string &strict_reason) {
  CAPTURE(uri);
  CHECK(why_not(uri, true) == strict_reason);
  auto read = parse(uri, false);
  REQUIRE_MESSAGE(read.has_value(), why_not(uri, false));
  CHECK(read.value().secret.matches(from_base32(kSecretText).value()));
  return std::move(read).value();
}

}  // namespace

TEST_CASE("lenient: other spellings of the algorithm") {
  struct Row {
    const char *text;
    Hash hash;
  };
  for (const Row &row :
       {Row{"SHA-1", Hash::sha1}, Row{"HMACSHA1", Hash::sha1}, Row{"HmacSHA256", Hash::sha256},
        Row{"hmac-sha-256", Hash::sha256}, Row{"SHA_512", Hash::sha512}, Row{"HMAC_SHA512", Hash::sha512}}) {
    CHECK(lenient(kBase + "&algorithm=" + row.text, "otpauth.parameter").hash == row.hash);
  }
  CHECK(parse(kBase + "&algorithm=sha1", true).value().hash == Hash::sha1);
  for (const char *text :
       {"SHA", "SHA2", "SHA-224", "SHA256SHA1", "HMAC", "HMACMD5", "HMACHMACSHA1", "SHA+1", "SHA%201", ""}) {
    CAPTURE(text);
    CHECK(why_not(kBase + "&algorithm=" + text, false) == "otpauth.parameter");
  }
}

TEST_CASE("lenient: a plus for a space in issuer and secret, not in the label") {
  CHECK(parse(kBase + "&issuer=Acme+Co", true).error().reason == Reason::otpauth_issuer_mismatch);
  CHECK(parse(kBase + "&issuer=Acme+Co", false).value().issuer == "Acme Co");
  const std::string grouped = "otpauth://totp/alice?secret=GEZD+GNBV+GY3T+QOJQ+GEZD+GNBV+GY3T+QOJQ";
  CHECK(lenient(grouped, "otpauth.secret").account == "alice");
  const auto label = parse("otpauth://totp/Acme:a+b@example.org?secret=" + kSecretText, false);
  CHECK(label.value().account == "a+b@example.org");
}

TEST_CASE("lenient: a stray percent sign in the texts stands for itself") {
  CHECK(lenient("otpauth://totp/100%25%:50%?secret=" + kSecretText, "otpauth.malformed").account == "50%");
  CHECK(lenient(kBase + "&issuer=100% Organic", "otpauth.malformed").issuer == "100% Organic");
  CHECK(lenient(kBase + "&100%=x", "otpauth.malformed").issuer == "Acme");
  for (const char *more : {"&digits=6%", "&period=3%0", "&algorithm=SHA1%"})
    CHECK(why_not(kBase + more, false) == "otpauth.malformed");
  CHECK(why_not("otpauth://totp/a?secret=" + kSecretText + "%", false) == "otpauth.malformed");
  CHECK(why_not("otpauth://totp/a%00b?secret=" + kSecretText, false) == "otpauth.malformed");
  CHECK(why_not("otpauth://totp/a%ff?secret=" + kSecretText, false) == "otpauth.label");
}

TEST_CASE("lenient: a label that is not there, or has no account") {
  CHECK(lenient("otpauth://totp?secret=" + kSecretText, "otpauth.malformed").account.empty());
  CHECK(lenient("otpauth://totp?secret=" + kSecretText + "&issuer=Acme", "otpauth.malformed").issuer ==
        "Acme");
  CHECK(lenient("otpauth://totp/?secret=" + kSecretText, "otpauth.label").account.empty());
  CHECK(lenient("otpauth://totp/Acme:?secret=" + kSecretText, "otpauth.label").issuer == "Acme");
  CHECK(why_not("otpauth://?secret=" + kSecretText, false) == "otpauth.type");
}

TEST_CASE("lenient: white space around the URI, and the separator of HTML") {
  CHECK(lenient(" \t" + kBase + "\r\n", "otpauth.malformed").account == "alice");
  CHECK(why_not(kBase + "\n&digits=8", false) == "otpauth.malformed");
  CHECK(why_not(" \n", false) == "otpauth.malformed");
  const auto html = parse(kBase + "&amp;digits=8&amp;period=60", false);
  REQUIRE(html.has_value());
  CHECK(html.value().digits == 8);
  CHECK(html.value().period_s == 60);
  CHECK(parse(kBase + "&amp;digits=8", true).value().digits == 6);  // a parameter that is not known
  CHECK(why_not(kBase + "&amp;digits=5", false) == "otpauth.parameter");
}

TEST_CASE("lenient: a parameter twice, when both say the same") {
  CHECK(lenient(kBase + "&issuer=Acme&Issuer=Acme", "otpauth.duplicate_parameter").issuer == "Acme");
  CHECK(lenient(kBase + "&secret=" + kSecretText, "otpauth.duplicate_parameter").account == "alice");
  CHECK(lenient(kBase + "&digits=8&digits=8", "otpauth.duplicate_parameter").digits == 8);
  for (const char *more : {"&secret=GEZDGNBVGY3TQOJQ", "&secret=", "&digits=6&digits=8", "&issuer=A&issuer=a",
                           "&digits=6&digits=06"}) {
    CAPTURE(more);
    CHECK(why_not(kBase + more, false) == "otpauth.duplicate_parameter");
  }
}

TEST_CASE("lenient is not about what a code depends on") {
  const std::string start = "otpauth://totp/a?secret=";
  for (const char *text : {"", "GEZDGNBVGY3TQOJ1", "GEZDGNBVGY3TQOJ0", "GEZDGNBVGY3TQOJQG",
                           "GEZDGNBVGY3TQOJQGF", "GEZD,GNBV,GY3T,QOJQ", "GEZDGNBVGY3TQOJ\xc3\x96"}) {
    CAPTURE(text);
    CHECK(why_not(start + text, false) == "otpauth.secret");
  }
  CHECK(why_not("otpauth://hotp/a?secret=" + kSecretText, false) == "otpauth.counter_missing");
  CHECK(why_not("otpauth://steam/a?secret=" + kSecretText, false) == "otpauth.type");
  CHECK(why_not(kBase + "&digits=", false) == "otpauth.parameter");
  CHECK(why_not(kBase + "&period=0", false) == "otpauth.parameter");
  CHECK(why_not(kBase + "#x", false) == "otpauth.malformed");
  CHECK(why_not("otpauth://totp/A:B:alice?secret=" + kSecretText, false) == "otpauth.label");
}
