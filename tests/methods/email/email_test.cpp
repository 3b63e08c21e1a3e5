#include "methods/email/email.hpp"

#include <doctest.h>

#include <map>

using namespace mfa;
using namespace mfa::email;

namespace {

std::string text(const Secret &secret) { return std::string(text_of(secret.reveal())); }

bool is_address(std::string_view address) { return check_address(address).has_value(); }

bool is_template(const char *subject, const char *body, const char *html = "") {
  return check_template({subject, body, html}).has_value();
}

const Values kValues = {.user = "Anne <b>&\"'", .code = "12345678", .minutes = "10", .issuer = "Shop"};

}  // namespace

TEST_CASE("email: an address cannot carry a header, a second recipient or nothing") {
  CHECK(is_address("alice@example.org"));
  CHECK(is_address("a@b"));
  CHECK(is_address("用户@例え.jp"));
  for (const char *bad : {"", "@", "a@", "@b", "ab", "a@b@c", "a b@c", "a@b\r\nBcc: x@y", "a@b\n", "a,b@c",
                          "a;b@c", "<a@b>", "\"a\"@b", "a@b\x7f", "a@\xff"})
    CHECK_FALSE(is_address(bad));
  CHECK(is_address(std::string(242, 'a') + "@example.org"));
  CHECK_FALSE(is_address(std::string(243, 'a') + "@example.org"));
}

TEST_CASE("email: a masked address keeps the domain and one character") {
  CHECK(masked("alice@example.org") == "a***@example.org");
  CHECK(masked("a@b") == "a***@b");
  CHECK(masked("用户@例え.jp") == "用***@例え.jp");
}

TEST_CASE("email: a code has its digits, zeros in front included, and each alike often") {
  CHECK(text(make_code(Bytes(16, 0), 8)) == "00000000");
  Bytes random(16, 0);
  random[15] = 7;
  CHECK(text(make_code(random, 6)) == "000007");
  // 2^128 - 1 = 340282366920938463463374607431768211455
  CHECK(text(make_code(Bytes(16, 0xFF), 10)) == "1768211455");
  CHECK(text(make_code(Bytes(16, 0xFF), 6)) == "211455");
}

TEST_CASE("email: a typed code is read with spaces and hyphens, and in no other form") {
  CHECK(text(parse_code("12345678", 8).value()) == "12345678");
  CHECK(text(parse_code(" 1234-5678 ", 8).value()) == "12345678");
  for (const char *bad : {"", "1234567", "123456789", "1234567a", "١٢٣٤٥٦٧٨", "12345678\n",
                          "                                12345678"}) {
    const auto code = parse_code(bad, 8);
    REQUIRE_FALSE(code.has_value());
    CHECK(code.error().status == Status::malformed);
  }
}

TEST_CASE("email: the hash of a code is of its salt, ticket and pepper") {
  const Secret code = parse_code("12345678", 8).value(), other = parse_code("12345679", 8).value();
  const Bytes salt(16, 1), nonce(16, 2), pepper(32, 3);
  const Secret hash = hash_code(code, salt, nonce, pepper);
  CHECK(hash.matches(hash_code(code, salt, nonce, pepper).reveal()));
  CHECK_FALSE(hash.matches(hash_code(other, salt, nonce, pepper).reveal()));
  CHECK_FALSE(hash.matches(hash_code(code, Bytes(16, 4), nonce, pepper).reveal()));
  CHECK_FALSE(hash.matches(hash_code(code, salt, Bytes(16, 4), pepper).reveal()));
  CHECK_FALSE(hash.matches(hash_code(code, salt, nonce, {}).reveal()));
}

TEST_CASE("email: a template names its placeholders, or is refused") {
  CHECK(is_template("Code", "{user} {code} {minutes} {issuer}"));
  CHECK(is_template("Code", "{{not a placeholder}"));
  for (const char *bad : {"{", "{cod}", "{}", "{code", "{CODE}", "{ code}"}) {
    CHECK_FALSE(is_template("Code", bad));
    CHECK_FALSE(is_template(bad, "{code}"));
    CHECK_FALSE(is_template("Code", "{code}", bad));
  }
  CHECK_FALSE(is_template("", "{code}"));
  CHECK_FALSE(is_template("Code", ""));
  CHECK_FALSE(is_template("Code\r\nBcc: x@y", "{code}"));
  CHECK_FALSE(is_template("Code", std::string(kTemplateMax + 1, 'a').c_str()));
}

TEST_CASE("email: values are escaped in the HTML, and nowhere else") {
  const auto mail =
      render({"{code} for {issuer}", "Hello {user}, {{{code}}", "<b>{user}</b> {code}"}, kValues);
  REQUIRE(mail.has_value());
  CHECK(text(mail.value().subject) == "12345678 for Shop");
  CHECK(text(mail.value().text) == "Hello Anne <b>&\"', {12345678}");
  CHECK(text(mail.value().html) == "<b>Anne &lt;b&gt;&amp;&quot;&#39;</b> 12345678");
  CHECK(render({"x", "y", ""}, kValues).value().html.empty());
}

TEST_CASE("email: a name cannot carry a line break into the mail") {
  for (const char *bad : {"Anne\r\nBcc: x@y", "Anne\n", "\x01"}) {
    Values values = kValues;
    values.user = bad;
    const auto mail = render({"{user}", "x", ""}, values);
    REQUIRE_FALSE(mail.has_value());
    CHECK(mail.error().status == Status::err_argument);
  }
}
