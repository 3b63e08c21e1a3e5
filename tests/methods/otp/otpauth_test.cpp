#include "methods/otp/otpauth.hpp"

#include <doctest.h>

using namespace mfa;
using namespace mfa::otp;

namespace {

constexpr std::string_view kSeed = "12345678901234567890";
constexpr std::string_view kBase32 = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const std::string kTail = "?secret=" + std::string(kBase32);

Otpauth account(std::string issuer, std::string name) {
  Otpauth otpauth;
  otpauth.issuer = std::move(issuer);
  otpauth.account = std::move(name);
  otpauth.secret = Secret::copy(bytes_of(kSeed));
  return otpauth;
}

Otpauth parsed(std::string_view uri, bool strict = true) {
  auto otpauth = parse(uri, strict);
  REQUIRE_MESSAGE(otpauth.has_value(), uri);
  return std::move(otpauth).value();
}

Reason why_not(std::string_view uri, bool strict = true) {
  const auto otpauth = parse(uri, strict);
  if (otpauth.has_value()) return Reason::none;
  CHECK(otpauth.error().status == Status::malformed);
  return otpauth.error().reason;
}

Reason refused(const Otpauth &otpauth) {
  const auto uri = build(otpauth);
  if (uri.has_value()) return Reason::none;
  CHECK(uri.error().status == Status::err_argument);
  return uri.error().reason;
}

}  // namespace

TEST_CASE("an otpauth URI of the defaults holds nothing else") {
  CHECK(build(account("Example", "alice@example.org")).value() ==
        "otpauth://totp/Example:alice%40example.org" + kTail + "&issuer=Example");
  CHECK(build(account("", "alice")).value() == "otpauth://totp/alice" + kTail);
}

TEST_CASE("an otpauth URI escapes all but the unreserved characters, a space as %20") {
  const auto uri = build(account("Acme & S\u00f6hne+", "a b/c?d=e#f%g~h.i_j-k"));
  CHECK(uri.value() == "otpauth://totp/Acme%20%26%20S%C3%B6hne%2B:a%20b%2Fc%3Fd%3De%23f%25g~h.i_j-k" + kTail +
                           "&issuer=Acme%20%26%20S%C3%B6hne%2B");
}

TEST_CASE("an otpauth URI names what differs from the defaults, in order") {
  auto otpauth = account("X", "a");
  otpauth.hash = Hash::sha256;
  otpauth.digits = 8;
  otpauth.period_s = 60;
  CHECK(build(otpauth).value() ==
        "otpauth://totp/X:a" + kTail + "&issuer=X&algorithm=SHA256&digits=8&period=60");
  otpauth.method = Method::hotp;
  otpauth.hash = Hash::sha512;
  CHECK(build(otpauth).value() ==
        "otpauth://hotp/X:a" + kTail + "&issuer=X&algorithm=SHA512&digits=8&counter=0");
}

TEST_CASE("what was built is parsed back") {
  auto otpauth = account("Acme & S\u00f6hne+ %3A", "a b/c?d=e#f%g");
  otpauth.issuer.resize(otpauth.issuer.size() - 4);
  for (const auto method : {Method::totp, Method::hotp}) {
    for (const auto hash : {Hash::sha1, Hash::sha256, Hash::sha512}) {
      otpauth.method = method;
      otpauth.hash = hash;
      otpauth.digits = 10;
      otpauth.period_s = method == Method::totp ? 3600 : 30;
      otpauth.counter = method == Method::hotp ? UINT64_MAX - 1 : 0;
      const auto uri = build(otpauth).value();
      for (const bool strict : {true, false}) {
        const auto back = parsed(uri, strict);
        CHECK(back.method == method);
        CHECK(back.issuer == otpauth.issuer);
        CHECK(back.account == otpauth.account);
        CHECK(back.secret.matches(otpauth.secret.reveal()));
        CHECK(back.hash == hash);
        CHECK(back.digits == 10);
        CHECK(back.period_s == otpauth.period_s);
        CHECK(back.counter == otpauth.counter);
      }
    }
  }
}

TEST_CASE("the largest texts fit") {
  auto otpauth = account(std::string(255, '%'), std::string(255, '%'));
  otpauth.secret = Secret(128);
  const auto uri = build(otpauth).value();
  CHECK(uri.size() < kUriMax);
  CHECK(parsed(uri).issuer == otpauth.issuer);
}

TEST_CASE("building an otpauth URI refuses what no app could read back") {
  using namespace std::string_literals;
  CHECK(refused(account("a:b", "c")) == Reason::otpauth_label);
  CHECK(refused(account("a", "b:c")) == Reason::otpauth_label);
  CHECK(refused(account("a", "")) == Reason::otpauth_label);
  CHECK(refused(account("a", "b\0c"s)) == Reason::otpauth_label);
  CHECK(refused(account("a\n", "b")) == Reason::otpauth_label);
  CHECK(refused(account("a", "\xff")) == Reason::otpauth_label);
  CHECK(refused(account(std::string(256, 'a'), "b")) == Reason::otpauth_label);
  CHECK(refused(account("a", std::string(256, 'b'))) == Reason::otpauth_label);
  auto otpauth = account("a", "b");
  otpauth.secret = Secret(9);
  CHECK(refused(otpauth) == Reason::otp_secret_length);
  otpauth.secret = Secret(129);
  CHECK(refused(otpauth) == Reason::otp_secret_length);
  otpauth = account("a", "b");
  otpauth.method = Method::webauthn;
  CHECK(refused(otpauth) == Reason::otp_parameter);
  otpauth.method = Method::totp;
  otpauth.digits = 11;
  CHECK(refused(otpauth) == Reason::otp_parameter);
  otpauth.digits = 6;
  otpauth.period_s = 0;
  CHECK(refused(otpauth) == Reason::otp_parameter);
  otpauth.period_s = 30;
  otpauth.hash = static_cast<Hash>(9);
  CHECK(refused(otpauth) == Reason::otp_parameter);
  otpauth.hash = Hash::sha1;
  otpauth.method = Method::hotp;
  otpauth.counter = UINT64_MAX;
  CHECK(refused(otpauth) == Reason::otp_counter_end);
}

TEST_CASE("issuer and account: a literal colon separates first, then one that is escaped") {
  const auto tail = kTail + "&issuer=Acme";
  CHECK(parsed("otpauth://totp/Acme:alice" + tail).account == "alice");
  CHECK(parsed("otpauth://totp/Acme%3Aalice" + tail).account == "alice");
  CHECK(parsed("otpauth://totp/Acme%3aalice" + tail).account == "alice");
  CHECK(parsed("otpauth://totp/Acme:%20%20alice" + tail).account == "alice");
  CHECK(parsed("otpauth://totp/Acme:alice" + kTail).issuer == "Acme");
  CHECK(parsed("otpauth://totp/alice" + tail).issuer == "Acme");
  CHECK(parsed("otpauth://totp/alice" + kTail).issuer == "");
  CHECK(parsed("otpauth://totp/a%20b+c" + kTail).account == "a b+c");
  for (const char *label :
       {"Acme:al:ice", "Acme:al%3Aice", "Ac%3Ame:alice", "a%3Ab%3Ac", "a%00b", "a%0Ab", "%ff"})
    CHECK(why_not("otpauth://totp/" + std::string(label) + kTail) != Reason::none);
  CHECK(why_not("otpauth://totp/Acme:al%3Aice" + kTail) == Reason::otpauth_label);
}

TEST_CASE("an issuer that differs is refused strictly; otherwise the parameter wins") {
  const auto uri = "otpauth://totp/Acme:alice" + kTail + "&issuer=Other+Co";
  CHECK(why_not(uri) == Reason::otpauth_issuer_mismatch);
  CHECK(parsed(uri, false).issuer == "Other Co");
  CHECK(parsed("otpauth://totp/alice" + kTail + "&issuer=Other+Co").issuer == "Other+Co");
  CHECK(parsed("otpauth://totp/Acme:alice" + kTail + "&issuer=").issuer == "Acme");
  CHECK(why_not("otpauth://totp/alice" + kTail + "&issuer=a%3Ab", false) == Reason::otpauth_label);
}

TEST_CASE("an empty account is refused strictly") {
  for (const char *label : {"", "Acme:", "Acme:%20"}) {
    CHECK(why_not("otpauth://totp/" + std::string(label) + kTail) == Reason::otpauth_label);
    CHECK(parsed("otpauth://totp/" + std::string(label) + kTail, false).account == "");
  }
}

TEST_CASE("secrets are read as people and apps write them") {
  const std::string start = "otpauth://totp/a?secret=";
  for (const char *text :
       {"gezdgnbvgy3tqojqgezdgnbvgy3tqojq", "GEZD%20GNBV%20GY3T%20QOJQ%20GEZD%20GNBV%20GY3T%20QOJQ",
        "GEZD-GNBV-GY3T-QOJQ-GEZD-GNBV-GY3T-QOJQ"}) {
    CHECK(parsed(start + text).secret.matches(bytes_of(kSeed)));
  }
  CHECK(parsed(start + "GEZDGNBVGY3TQOJQGEZDGNBVGY3Q====").secret.size() == 17);
  CHECK(parsed(start + "GEZDGNBVGY3TQOJQGEZDGNBVGY3Q%3D%3D%3D%3D").secret.size() == 17);
  for (const char *text : {"", "GEZD", "GEZDGNBVGY3TQO", "GEZDGNBVGY3TQOJ1", "GEZDGNBVGY3TQOJQG"})
    CHECK(why_not(start + text) == Reason::otpauth_secret);
  CHECK(why_not(start + std::string(208, 'A')) == Reason::otpauth_secret);
  CHECK(why_not("otpauth://totp/a") == Reason::otpauth_secret);
  CHECK(why_not("otpauth://totp/a?") == Reason::otpauth_secret);
  CHECK(why_not("otpauth://totp/a?secret") == Reason::otpauth_parameter);
}

TEST_CASE("parameters: case and order do not matter, unknown ones are ignored, known ones come once") {
  const auto base = "otpauth://totp/a" + kTail;
  const auto read = parsed("OTPAUTH://ToTP/a?image=x%&DIGITS=8&lock&period=60&&algorithm=sha256&secret=" +
                           std::string(kBase32) + "&");
  CHECK(read.digits == 8);
  CHECK(read.period_s == 60);
  CHECK(read.hash == Hash::sha256);
  for (const char *twice :
       {"&secret=GEZDGNBVGY3TQOJQ", "&digits=6&digits=6", "&issuer=a&Issuer=a", "&period=30&p%65riod=30"})
    CHECK(why_not(base + twice) == Reason::otpauth_duplicate);
  for (const char *bad : {"&digits=5", "&digits=11", "&digits=", "&digits=+6", "&digits=6.0", "&digits= 6",
                          "&digits", "&digits=18446744073709551622", "&period=0", "&period=3601",
                          "&period=-30", "&algorithm=MD5", "&algorithm=", "&algorithm=SHA"}) {
    CHECK_MESSAGE(why_not(base + bad) == Reason::otpauth_parameter, bad);
    CHECK_MESSAGE(why_not(base + bad, false) == Reason::otpauth_parameter, bad);
  }
}

TEST_CASE("HOTP needs its counter") {
  const auto base = "otpauth://hotp/a" + kTail;
  CHECK(parsed(base + "&counter=0").counter == 0);
  CHECK(parsed(base + "&counter=18446744073709551614").counter == UINT64_MAX - 1);
  CHECK(parsed(base + "&counter=7&period=0").period_s == 30);
  CHECK(why_not(base) == Reason::otpauth_counter_missing);
  CHECK(why_not(base, false) == Reason::otpauth_counter_missing);
  for (const char *bad : {"&counter=", "&counter=-1", "&counter=18446744073709551615",
                          "&counter=18446744073709551616", "&counter=1e3"})
    CHECK(why_not(base + bad) == Reason::otpauth_parameter);
}

TEST_CASE("what is not an otpauth URI is malformed") {
  using namespace std::string_literals;
  CHECK(why_not("") == Reason::otpauth_malformed);
  CHECK(why_not("otpauth:") == Reason::otpauth_malformed);
  CHECK(why_not("https://totp/a" + kTail) == Reason::otpauth_malformed);
  CHECK(why_not("otpauth://totp" + kTail) == Reason::otpauth_malformed);
  CHECK(why_not("otpauth-migration://offline?data=CjEKCkhlbGxv") == Reason::otpauth_malformed);
  CHECK(why_not("otpauth://steam/a" + kTail) == Reason::otpauth_type);
  CHECK(why_not("otpauth://totp/a" + kTail + "#x") == Reason::otpauth_malformed);
  CHECK(why_not("otpauth://totp/a" + kTail + "\0"s) == Reason::otpauth_malformed);
  CHECK(why_not("otpauth://totp/a" + kTail + "&image=%00") == Reason::otpauth_malformed);
  CHECK(why_not("otpauth://totp/a" + kTail + "\n") == Reason::otpauth_malformed);
  for (const char *broken : {"%", "%4", "%G0", "%4G"})
    CHECK(why_not("otpauth://totp/a" + std::string(broken) + kTail) == Reason::otpauth_malformed);
  const auto padded = "otpauth://totp/a" + kTail + "&image=";
  CHECK(why_not(padded + std::string(kUriMax - padded.size(), 'x')) == Reason::none);
  CHECK(why_not(padded + std::string(kUriMax - padded.size() + 1, 'x')) == Reason::otpauth_too_long);
}
