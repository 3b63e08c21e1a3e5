// A registration of each attestation format, led to an anchor, with the n-th allocation failing for every n:
// want of memory is never an answer to what the client sent.
#include <cstdio>
#include <string>

#include "fault/allocations.hpp"
#include "mfa/webauthn.h"
#include "support/authenticator.hpp"
#include "support/check.h"

using namespace mfa::test;
using allocations::Failing;

namespace {

constexpr const char *kOrigin = "https://example.test";
constexpr uint64_t kNow = 1'800'000'000;
const mfa::Bytes kChallenge(32, 0x5A), kHandle(16, 0x11);
const int32_t kAlgorithms[] = {-7};
constexpr long kErrorTexts = 32;  // that OpenSSL's error queue keeps in its 16 slots

mfa_text text_of(const mfa::Bytes &bytes) { return mfa_text_n(bytes.data(), bytes.size()); }

mfa_webauthn_expect expectation(const mfa_trust *trust) {
  static const mfa_text kOrigins[] = {mfa_text_of(kOrigin)};
  mfa_webauthn_expect expect = MFA_WEBAUTHN_EXPECT_INIT;
  expect.rp_id = mfa_text_of("example.test");
  expect.origins = kOrigins;
  expect.origins_count = 1;
  expect.challenge = text_of(kChallenge);
  expect.user_handle = text_of(kHandle);
  expect.algorithms = kAlgorithms;
  expect.algorithms_count = 1;
  expect.trust = trust;
  return expect;
}

std::string options(const mfa_webauthn_expect &expect) {
  mfa_webauthn_user user = MFA_WEBAUTHN_USER_INIT;
  user.handle = text_of(kHandle);
  mfa_buffer json = MFA_BUFFER_INIT;
  if (mfa_webauthn_create_options(&expect, &user, nullptr, 0, &json, nullptr) != MFA_OK) return "";
  const std::string text(reinterpret_cast<const char *>(json.data), json.len);
  mfa_buffer_free(&json);
  return text;
}

// One registration from its JSON; what it answered.
mfa_status registers(const mfa_webauthn_expect &expect, const std::string &json, mfa_error &err) {
  mfa_webauthn_response *response = nullptr;
  mfa_webauthn_credential *credential = nullptr;
  mfa_status status = mfa_webauthn_response_parse(json.data(), json.size(), &response, &err);
  if (status == MFA_OK) status = mfa_webauthn_verify_registration(&expect, kNow, response, &credential, &err);
  CHECK((status == MFA_OK) == (credential != nullptr));
  mfa_webauthn_credential_free(credential);
  mfa_webauthn_response_free(response);
  return status;
}

long walk(const std::string &format, const mfa_webauthn_expect &expect, const std::string &json,
          Failing failing) {
  const long step = format == "basic" ? 1 : 17;
  long tries = 0;
  for (bool struck = true; struck; tries += step) {
    mfa_error err;
    allocations::plan(tries + 1, failing);
    allocations::arm();
    const mfa_status status = registers(expect, json, err);
    allocations::disarm();
    struck = allocations::struck();
    if (!CHECK(err.status == status && (status == MFA_OK || (struck && status < 0))))
      std::fprintf(stderr, "%s, allocation %ld: %s, %s\n", format.c_str(), tries + 1, mfa_status_name(status),
                   err.message);
  }
  return tries;
}

}  // namespace

int main() {
  const auto root = std::make_shared<Authority>(Authority::root("Root"));
  const mfa_text anchors[] = {text_of(root->certificate())};
  mfa_trust_input input = MFA_TRUST_INPUT_INIT;
  input.anchors = anchors;
  input.anchors_count = 1;
  mfa_trust *trust = nullptr;
  if (!CHECK(mfa_trust_new(&input, kNow, &trust, nullptr) == MFA_OK)) return check_report();
  const mfa_webauthn_expect expect = expectation(trust);
  for (const std::string &format : all_formats()) {
    Authenticator key({.algorithms = {-7}, .format = format, .authority = root});
    const std::string json = key.create(options(expect), kOrigin);
    for (const Failing failing : {Failing::once, Failing::from_then_on}) {
      const long tries = walk(format, expect, json, failing);
      if (!CHECK(tries > (allocations::reach_new() ? 100 : 10)))
        std::fprintf(stderr, "%s: few\n", format.c_str());
      const long before = allocations::live();
      walk(format, expect, json, failing);
      if (!CHECK(allocations::live() <= before + kErrorTexts))
        std::fprintf(stderr, "%s leaks\n", format.c_str());
    }
  }
  mfa_trust_free(trust);
  return check_report();
}
