#include "core/cookie.hpp"

#include <doctest.h>

using namespace mfa;

namespace {

std::string text(const Secret &secret) { return std::string(text_of(secret.reveal())); }

}  // namespace

TEST_CASE("cookie: a Set-Cookie value is of this host, for no script, and says how long") {
  CookieRules rules{.name = "mfa-device"};
  const std::string name = cookie_name(rules, "ab12");
  CHECK(name == "__Host-mfa-device-ab12");
  CHECK(text(set_cookie(rules, name, "value", 60)) ==
        "__Host-mfa-device-ab12=value; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure");
  rules.same_site = "Strict";
  rules.host_prefix = false;
  rules.path = "/login";
  CHECK(text(set_cookie(rules, cookie_name(rules, ""), "v", 1)) ==
        "mfa-device=v; Path=/login; Max-Age=1; HttpOnly; SameSite=Strict; Secure");
  // Browsers drop a __Host- cookie that is not Secure.
  rules.host_prefix = true;
  rules.secure = false;
  CHECK(cookie_name(rules, "") == "mfa-device");
}

TEST_CASE("cookie: every value under the name is found, and no other") {
  const auto found = [](std::string_view header) { return cookies_in(header, "a", 3); };
  CHECK(found("a=1").size() == 1);
  CHECK(found("a=1")[0] == "1");
  CHECK(found("b=2; a=1; aa=3; A=4; a=5")[1] == "5");
  CHECK(found("b=2; a=1; aa=3; A=4; a=5").size() == 2);
  CHECK(found("  a = 1 ;a=\"2\";a==").size() == 3);
  CHECK(found("  a = 1 ;a=\"2\";a==")[1] == "2");
  CHECK(found("  a = 1 ;a=\"2\";a==")[2] == "=");
  CHECK(found("a=1;a=2;a=3;a=4").size() == 3);
  for (const std::string_view none : {"", ";", "a", ";;a;;", "=a", "b=a=1", "xa=1"})
    CHECK(found(none).empty());
}

TEST_CASE("cookie: names are tokens") {
  CHECK(is_cookie_name("mfa-device"));
  CHECK(is_cookie_name(std::string(64, 'a')));
  for (const std::string &no : {std::string(), std::string(65, 'a'), std::string("a b"), std::string("a=b"),
                                std::string("a;b"), std::string("\xC3\xA4"), std::string("a\n")})
    CHECK_FALSE(is_cookie_name(no));
}
