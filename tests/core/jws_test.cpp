#include "core/jws.hpp"

#include <doctest.h>

#include "support/authority.hpp"
#include "support/jws.hpp"

using namespace mfa;
using test::SoftwareKey;

namespace {

std::string made(int32_t algorithm, const char *name, bool wrong = false) {
  const auto key = SoftwareKey::quick(algorithm);
  const Bytes certificate = test::make_certificate({}, key);
  return test::make_jws({.algorithm = name, .x5c = {certificate}, .payload = R"({"a":1})"}, key, wrong);
}
Status status(const std::string &text) {
  const auto jws = Jws::parse(text);
  if (!jws.has_value()) return jws.error().status;
  const auto verified = jws.value().verify();
  return verified.has_value() ? Status::ok : verified.error().status;
}

}  // namespace

TEST_CASE("jws: each algorithm that we take") {
  const std::pair<int32_t, const char *> rows[] = {
      {-7, "ES256"},   {-35, "ES384"}, {-36, "ES512"}, {-257, "RS256"}, {-258, "RS384"},
      {-259, "RS512"}, {-37, "PS256"}, {-38, "PS384"}, {-39, "PS512"},  {-8, "EdDSA"}};
  for (const auto &row : rows) {
    CAPTURE(std::string(row.second));
    CHECK(status(made(row.first, row.second)) == Status::ok);
    CHECK(status(made(row.first, row.second, true)) == Status::wrong);
  }
  const auto jws = Jws::parse(made(-7, "ES256"));
  REQUIRE(jws.has_value());
  CHECK(jws.value().algorithm == -7);
  CHECK(text_of(jws.value().payload) == R"({"a":1})");
}

TEST_CASE("jws: what is none of ours") {
  CHECK(status(made(-7, "none")) == Status::wrong);
  CHECK(status(made(-7, "HS256")) == Status::wrong);
  CHECK(status(made(-7, "RS256")) == Status::malformed);  // not of the certificate's key
  const std::string good = made(-7, "ES256");
  CHECK(status("") == Status::malformed);
  CHECK(status("a.b") == Status::malformed);
  CHECK(status(good + ".") == Status::malformed);
  CHECK(status(good + "=") == Status::malformed);
  CHECK(status(good.substr(0, good.size() - 6)) == Status::wrong);
  const auto key = SoftwareKey::quick(-7);
  for (const char *header :
       {R"({"alg":"ES256"})", R"({"alg":"ES256","x5c":[]})", R"({"alg":"ES256","x5c":["*"]})",
        R"({"alg":"ES256","crit":[],"x5c":[]})", R"({"alg":7})", "[]", "{"}) {
    CHECK_MESSAGE(status(test::make_jws({.header = header, .payload = "{}"}, key)) == Status::malformed,
                  header);
  }
}
