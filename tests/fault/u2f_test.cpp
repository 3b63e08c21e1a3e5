// A U2F registration and a signature with the n-th allocation failing, for every n: want of memory is never
// an answer to what the client sent, and leaves the outputs empty.
#include "mfa/u2f.h"

#include <algorithm>

#include "fault/allocations.hpp"
#include "methods/u2f/token.hpp"
#include "support/check.h"

using namespace mfa::test;
using allocations::Failing;

namespace {

constexpr const char *kAppId = "https://example.test";
const mfa::Bytes kChallenge(32, 0x5A);

mfa_u2f_expect expectation() {
  mfa_u2f_expect expect = MFA_U2F_EXPECT_INIT;
  expect.app_id = mfa_text_of(kAppId);
  expect.challenge = mfa_text_n(kChallenge.data(), kChallenge.size());
  return expect;
}

bool is_fit(mfa_status status, const mfa_error &err, bool struck) {
  return err.status == status && (status == MFA_OK || (struck && status < 0));
}

// Calls until nothing is left to fail.
template <class Call>
long walk(Failing failing, Call call) {
  long tries = 0;
  for (bool struck = true; struck; tries++) {
    allocations::plan(tries + 1, failing);
    call();
    struck = allocations::struck();
  }
  return tries;
}

template <class Call>
void each_allocation(const char *what, Failing failing, Call call) {
  if (!CHECK(walk(failing, call) > (allocations::reach_new() ? 50 : 10)))
    std::fprintf(stderr, "few: %s\n", what);
  // What is kept for later is there after a while: OpenSSL's error queue keeps texts in its 16 slots. A leak
  // goes on.
  bool settled = false;
  for (int round = 0; round < 16 && !settled; round++) {
    const long before = allocations::live();
    walk(failing, call);
    settled = allocations::live() <= before;
  }
  if (!CHECK(settled)) std::fprintf(stderr, "%s leaks\n", what);
}

}  // namespace

int main() {
  U2fToken token;
  token.origin = kAppId;
  const auto expect = expectation();
  const std::string registered = token.registers(kAppId, kChallenge).json;
  const std::string signed_in = token.signs(kAppId, kChallenge).json;
  const mfa::Bytes point = token.public_key();
  for (const Failing failing : {Failing::once, Failing::from_then_on}) {
    each_allocation("registration", failing, [&] {
      uint8_t public_key[MFA_U2F_PUBLIC_KEY];
      mfa_buffer key_handle = MFA_BUFFER_INIT, certificate = MFA_BUFFER_INIT;
      mfa_error err;
      allocations::arm();
      const mfa_status status = mfa_u2f_verify_registration(&expect, registered.data(), registered.size(),
                                                            public_key, &key_handle, &certificate, &err);
      allocations::disarm();
      CHECK(is_fit(status, err, allocations::struck()));
      CHECK((status == MFA_OK) == (key_handle.data != nullptr));
      CHECK((status == MFA_OK) == (certificate.data != nullptr));
      CHECK((status == MFA_OK) == std::equal(point.begin(), point.end(), public_key));
      mfa_buffer_free(&key_handle);
      mfa_buffer_free(&certificate);
    });
    each_allocation("signature", failing, [&] {
      uint32_t counter = 77, signals = 77;
      mfa_error err;
      allocations::arm();
      const mfa_status status = mfa_u2f_verify_signature(&expect, point.data(), 0, signed_in.data(),
                                                         signed_in.size(), &counter, &signals, &err);
      allocations::disarm();
      CHECK(is_fit(status, err, allocations::struck()));
      CHECK(counter == (status == MFA_OK ? 1 : 0));
      CHECK(signals == 0);
    });
  }
  return check_report();
}
