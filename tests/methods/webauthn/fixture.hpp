// A relying party and an authenticator that agree, until a test changes one of them.
#pragma once

#include "methods/webauthn/webauthn.hpp"
#include "support/authenticator.hpp"

namespace mfa::webauthn {

inline constexpr const char *kOrigin = "https://example.test";
inline constexpr uint64_t kNow = 1'800'000'000;

struct Fixture {
  Expected expected = {.rp_id = "example.test",
                       .origins = {kOrigin, "android:apk-key-hash:Ab-_0"},
                       .challenge = Bytes(32, 0x5A),
                       .user_handle = Bytes(16, 0x11)};
  test::Authenticator key;
  std::string origin = kOrigin;
  bool obey_list = true;  // false: an authenticator that answers with what it was not asked for

  std::string create_json(const test::Tamper &tamper = {}) {
    const User user{.handle = expected.user_handle, .name = "ada", .display_name = "Ada"};
    return key.create(creation_options(expected, user, {}), origin, tamper);
  }
  Result<Credential> create(const test::Tamper &tamper = {}) {
    MFA_TRY(const Response response, parse_response(create_json(tamper)));
    MFA_TRY(Registration registration, verify_registration(expected, kNow, response));
    return std::move(registration.credential);
  }
  std::string get_json(const test::Tamper &tamper = {}) {
    GetExtras extras;
    for (const Bytes &id : obey_list ? expected.allowed_ids : std::vector<Bytes>())
      extras.allow.push_back({.id = id, .transports = {}});
    return key.get(request_options(expected, extras), origin, tamper);
  }
  Result<Assertion> get(const Credential &credential, const test::Tamper &tamper = {}) {
    MFA_TRY(const cose::PublicKey prepared, cose::PublicKey::parse(credential.public_key));
    MFA_TRY(const Response response, parse_response(get_json(tamper)));
    return verify_assertion(expected, credential, prepared, response);
  }
};

template <class T>
const char *reason_name(const Result<T> &result) {
  return result.has_value() ? "yes" : name_of(result.error().reason);
}
template <class T>
Status status_of(const Result<T> &result) {
  return result.has_value() ? Status::ok : result.error().status;
}

}  // namespace mfa::webauthn
