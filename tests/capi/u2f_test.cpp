// The calls of mfa/u2f.h, as a host makes them.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include "mfa/u2f.h"

#include <doctest.h>

#include <algorithm>

#include "methods/u2f/token.hpp"

namespace {

using mfa::Bytes;
using mfa::test::U2fToken;

constexpr const char *kAppId = "https://example.test/app-id.json";
const Bytes kChallenge(32, 0x5A);
const mfa_text kFacets[] = {mfa_text_of("https://other.test"), mfa_text_of("https://example.test")};

mfa_u2f_expect expectation() {
  mfa_u2f_expect expect = MFA_U2F_EXPECT_INIT;
  expect.app_id = mfa_text_of(kAppId);
  expect.challenge = mfa_text_n(kChallenge.data(), kChallenge.size());
  expect.facets = kFacets;
  expect.facets_count = 2;
  return expect;
}

struct Buffer : mfa_buffer {
  Buffer() : mfa_buffer(MFA_BUFFER_INIT) {}
  ~Buffer() { mfa_buffer_free(this); }
  Buffer(const Buffer &) = delete;
  Buffer &operator=(const Buffer &) = delete;
  bool holds(const Bytes &bytes) const { return Bytes(data, data + len) == bytes; }
};

struct Registered {
  mfa_status status = MFA_OK;
  mfa_error err{};
  uint8_t public_key[MFA_U2F_PUBLIC_KEY];
  Buffer key_handle, certificate;
  Registered() { std::fill(std::begin(public_key), std::end(public_key), uint8_t{0xEE}); }
};
void enrol(const mfa_u2f_expect &expect, const std::string &json, Registered &out) {
  out.status = mfa_u2f_verify_registration(&expect, json.data(), json.size(), out.public_key, &out.key_handle,
                                           &out.certificate, &out.err);
}

struct SignedIn {
  mfa_status status = MFA_OK;
  mfa_error err{};
  uint32_t counter = 77, signals = 77;
};
SignedIn sign_in(const mfa_u2f_expect &expect, const uint8_t *public_key, uint32_t last_counter,
                 const std::string &json) {
  SignedIn out;
  out.status = mfa_u2f_verify_signature(&expect, public_key, last_counter, json.data(), json.size(),
                                        &out.counter, &out.signals, &out.err);
  return out;
}

std::string reason_of(const mfa_error &err) { return mfa_reason_name(err.reason); }

}  // namespace

TEST_CASE("u2f: register, find the key again, sign in") {
  U2fToken token;
  const auto expect = expectation();
  Registered registered;
  enrol(expect, token.registers(kAppId, kChallenge).json, registered);
  REQUIRE(registered.status == MFA_OK);
  CHECK(registered.err.status == MFA_OK);
  const Bytes point = token.public_key();
  CHECK(std::equal(point.begin(), point.end(), registered.public_key));
  CHECK(registered.key_handle.holds(token.key_handle));
  CHECK(registered.certificate.holds(token.certificate));

  const std::string json = token.signs(kAppId, kChallenge).json;
  Buffer named;
  CHECK(mfa_u2f_response_key_handle(json.data(), json.size(), &named, nullptr) == MFA_OK);
  CHECK(named.holds(token.key_handle));

  const SignedIn first = sign_in(expect, registered.public_key, 0, json);
  CHECK(first.status == MFA_OK);
  CHECK(first.counter == 1);
  CHECK(first.signals == 0);
  CHECK(first.err.signals == 0);

  const SignedIn cloned = sign_in(expect, registered.public_key, 1, json);
  CHECK(cloned.status == MFA_OK);
  CHECK(cloned.counter == 1);
  CHECK(cloned.signals == MFA_SIGNAL_CLONE_SUSPECTED);
  CHECK(cloned.err.signals == MFA_SIGNAL_CLONE_SUSPECTED);
}

TEST_CASE("u2f: a refusal names its rule and leaves the outputs empty") {
  U2fToken token;
  const auto expect = expectation();
  token.origin = "https://evil.test";
  Registered registered;
  enrol(expect, token.registers(kAppId, kChallenge).json, registered);
  CHECK(registered.status == MFA_WRONG);
  CHECK(registered.err.status == MFA_WRONG);
  CHECK(reason_of(registered.err) == "u2f.registration.origin_not_expected");
  CHECK(std::count(std::begin(registered.public_key), std::end(registered.public_key), 0) ==
        MFA_U2F_PUBLIC_KEY);
  CHECK(registered.key_handle.data == nullptr);
  CHECK(registered.certificate.data == nullptr);

  const SignedIn refused =
      sign_in(expect, token.public_key().data(), 0, token.signs(kAppId, kChallenge).json);
  CHECK(refused.status == MFA_WRONG);
  CHECK(reason_of(refused.err) == "u2f.authentication.origin_not_expected");
  CHECK(refused.counter == 0);
  CHECK(refused.signals == 0);

  Buffer named;
  REQUIRE(mfa_buffer_assign(&named, "old", 3) == MFA_OK);
  mfa_error err;
  CHECK(mfa_u2f_response_key_handle("{}", 2, &named, &err) == MFA_MALFORMED);
  CHECK(reason_of(err) == "u2f.authentication.response_member");
  CHECK(named.data == nullptr);
}

TEST_CASE("u2f: outputs of a registration that are not wanted") {
  const U2fToken token;
  const auto expect = expectation();
  const std::string json = token.registers(kAppId, kChallenge).json;
  uint8_t public_key[MFA_U2F_PUBLIC_KEY];
  Buffer buffer;
  CHECK(mfa_u2f_verify_registration(&expect, json.data(), json.size(), public_key, nullptr, nullptr,
                                    nullptr) == MFA_OK);
  CHECK(mfa_u2f_verify_registration(&expect, json.data(), json.size(), public_key, &buffer, nullptr,
                                    nullptr) == MFA_OK);
  CHECK(buffer.holds(token.key_handle));
  CHECK(mfa_u2f_verify_registration(&expect, json.data(), json.size(), public_key, nullptr, &buffer,
                                    nullptr) == MFA_OK);
  CHECK(buffer.holds(token.certificate));
}

TEST_CASE("u2f: no facets, the AppID alone") {
  U2fToken token;
  auto expect = expectation();
  expect.facets = nullptr;
  expect.facets_count = 0;
  Registered registered;
  enrol(expect, token.registers(kAppId, kChallenge).json, registered);
  CHECK(reason_of(registered.err) == "u2f.registration.origin_not_expected");
  token.origin = kAppId;
  enrol(expect, token.registers(kAppId, kChallenge).json, registered);
  CHECK(registered.status == MFA_OK);
}

TEST_CASE("u2f: the caller's mistakes") {
  U2fToken token;
  const std::string json = token.signs(kAppId, kChallenge).json;
  const Bytes point = token.public_key();
  const auto status = [&](const mfa_u2f_expect &expect) {
    return sign_in(expect, point.data(), 0, json).status;
  };
  auto expect = expectation();
  CHECK(status(expect) == MFA_OK);
  expect.reserved = 1;
  CHECK(status(expect) == MFA_ERR_UNSUPPORTED);
  expect = expectation();
  expect.struct_size = sizeof expect - 1;
  CHECK(status(expect) == MFA_ERR_ARGUMENT);
  expect = expectation();
  expect.app_id = mfa_text_of("");
  CHECK(status(expect) == MFA_ERR_ARGUMENT);
  expect = expectation();
  expect.challenge.len = 15;
  CHECK(status(expect) == MFA_ERR_ARGUMENT);
  expect = expectation();
  expect.challenge.data = nullptr;
  CHECK(status(expect) == MFA_ERR_ARGUMENT);
  expect = expectation();
  expect.facets = nullptr;
  CHECK(status(expect) == MFA_ERR_ARGUMENT);
  const mfa_text broken = {nullptr, 3};
  expect = expectation();
  expect.facets = &broken;
  expect.facets_count = 1;
  CHECK(status(expect) == MFA_ERR_ARGUMENT);

  struct {
    mfa_u2f_expect expect;
    uint64_t later;
  } newer = {expectation(), 0};
  newer.expect.struct_size = sizeof newer;
  CHECK(status(newer.expect) == MFA_OK);
  newer.later = 1;
  CHECK(status(newer.expect) == MFA_ERR_UNSUPPORTED);

  Bytes off_curve = point;
  off_curve.back() ^= 1;
  const SignedIn refused = sign_in(expectation(), off_curve.data(), 0, json);
  CHECK(refused.status == MFA_ERR_ARGUMENT);
  CHECK(reason_of(refused.err) == "u2f.stored_public_key_malformed");
}
