// A host of the stateless WebAuthn calls, on the public headers alone.
#pragma once

#include <doctest.h>

#include <string>
#include <vector>

#include "mfa/webauthn.h"
#include "support/authenticator.hpp"

namespace host {

using mfa::Bytes;
using mfa::test::Authenticator;

inline constexpr const char *kOrigin = "https://example.test";
inline constexpr uint64_t kNow = 1'800'000'000;
inline const mfa_text kOrigins[] = {mfa_text_of("https://other.test"), mfa_text_of(kOrigin)};
inline const uint8_t kChallenge[32] = {1, 2, 3};
inline const uint8_t kHandle[16] = {9, 8, 7};

inline mfa_webauthn_expect expectation() {
  mfa_webauthn_expect expect = MFA_WEBAUTHN_EXPECT_INIT;
  expect.rp_id = mfa_text_of("example.test");
  expect.origins = kOrigins;
  expect.origins_count = 2;
  expect.challenge = mfa_text_n(kChallenge, sizeof kChallenge);
  expect.user_handle = mfa_text_n(kHandle, sizeof kHandle);
  return expect;
}
inline mfa_webauthn_user ada() {
  mfa_webauthn_user user = MFA_WEBAUTHN_USER_INIT;
  user.handle = mfa_text_n(kHandle, sizeof kHandle);
  user.name = mfa_text_of("ada");
  user.display_name = mfa_text_of("Ada");
  return user;
}

struct Buffer : mfa_buffer {
  Buffer() : mfa_buffer(MFA_BUFFER_INIT) {}
  ~Buffer() { mfa_buffer_free(this); }
  Buffer(const Buffer &) = delete;
  Buffer &operator=(const Buffer &) = delete;
  std::string text() const { return std::string(reinterpret_cast<const char *>(data), len); }
};
struct Response {
  mfa_webauthn_response *it = nullptr;
  explicit Response(const std::string &json, mfa_status expected = MFA_OK) {
    CHECK(mfa_webauthn_response_parse(json.data(), json.size(), &it, nullptr) == expected);
  }
  ~Response() { mfa_webauthn_response_free(it); }
  Response(const Response &) = delete;
  Response &operator=(const Response &) = delete;
};
struct Credential {
  mfa_webauthn_credential *it = nullptr;
  Credential() = default;
  ~Credential() { mfa_webauthn_credential_free(it); }
  Credential(const Credential &) = delete;
  Credential &operator=(const Credential &) = delete;
};

inline std::string create_options(const mfa_webauthn_expect &expect, const std::string &extra = "") {
  Buffer json;
  const auto user = ada();
  REQUIRE(mfa_webauthn_create_options(&expect, &user, extra.data(), extra.size(), &json, nullptr) == MFA_OK);
  return json.text();
}
inline std::string get_options(const mfa_webauthn_expect &expect, const std::string &extra = "") {
  Buffer json;
  REQUIRE(mfa_webauthn_get_options(&expect, extra.data(), extra.size(), &json, nullptr) == MFA_OK);
  return json.text();
}

inline void enrol(Authenticator &key, Credential &credential) {
  const auto expect = expectation();
  const Response response(key.create(create_options(expect), kOrigin));
  REQUIRE(mfa_webauthn_verify_registration(&expect, kNow, response.it, &credential.it, nullptr) == MFA_OK);
}

inline std::string text_of(mfa_text text) { return std::string(text.data, text.len); }
inline std::string reason_of(const mfa_error &err) { return mfa_reason_name(err.reason); }

inline mfa_webauthn_columns columns_of(const mfa_webauthn_credential *credential) {
  mfa_webauthn_columns columns = MFA_WEBAUTHN_COLUMNS_INIT;
  REQUIRE(mfa_webauthn_credential_columns(credential, &columns, nullptr) == MFA_OK);
  return columns;
}

}  // namespace host
