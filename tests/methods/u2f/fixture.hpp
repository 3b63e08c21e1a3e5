// A relying party and a token that agree, until a test changes one of them.
#pragma once

#include <doctest.h>

#include "methods/u2f/token.hpp"
#include "methods/u2f/u2f.hpp"

namespace mfa::u2f {

struct Fixture {
  Expected expected = {.app_id = "https://example.test/app-id.json",
                       .challenge = Bytes(32, 0x5A),
                       .facets = {"android:apk-key-hash:Ab-_0", "https://example.test"}};
  test::U2fToken token;

  auto registers(const test::U2fTamper &tamper = {}) const {
    return token.registers(expected.app_id, expected.challenge, tamper);
  }
  auto signs(const test::U2fTamper &tamper = {}) {
    return token.signs(expected.app_id, expected.challenge, tamper);
  }
  Result<Registration> enrol(const test::U2fTamper &tamper = {}) const {
    return verify_registration(expected, registers(tamper).json);
  }
  Result<Authentication> sign_in(const test::U2fTamper &tamper = {}, uint32_t last_counter = 0) {
    return verify_authentication(expected, token.public_key(), last_counter, signs(tamper).json);
  }
};

template <class T>
std::string outcome(const Result<T> &result) {
  return result.has_value() ? "yes" : name_of(result.error().reason);
}
template <class T>
Status status_of(const Result<T> &result) {
  return result.has_value() ? Status::ok : result.error().status;
}

}  // namespace mfa::u2f
