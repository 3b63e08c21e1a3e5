// What the library costs over the bare primitive, measured in the same run. A ratio says something on any
// machine; a time does not, so nothing here passes or fails.
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <chrono>
#include <cstdio>
#include <functional>

#include "core/digest.hpp"
#include "core/encoding.hpp"
#include "core/seal.hpp"
#include "core/sodium.hpp"
#include "engine/engine.hpp"
#include "methods/otp/otp.hpp"
#include "methods/webauthn/webauthn.hpp"
#include "store/memory.hpp"
#include "support/authenticator.hpp"

using namespace mfa;

namespace {

// Microseconds of one call: the best of five runs of a fifth of a second.
double cost_us(const std::function<void()> &call) {
  using Clock = std::chrono::steady_clock;
  double best = 1e9;
  for (int run = 0; run < 5; run++) {
    const auto begin = Clock::now();
    int calls = 0;
    double passed = 0;
    do {
      for (int i = 0; i < 16; i++) call();
      calls += 16;
      passed = std::chrono::duration<double, std::micro>(Clock::now() - begin).count();
    } while (passed < 2e5);
    best = std::min(best, passed / calls);
  }
  return best;
}

void row(const char *what, double ours, const char *primitive, double bare) {
  std::printf("%-44s %9.2f us   %-28s %9.2f us   ratio %6.2f\n", what, ours, primitive, bare, ours / bare);
}

void need(bool holds) {
  if (!holds) std::abort();
}

class FixedClock : public engine::Clock {
 public:
  Result<uint64_t> now_s() override { return uint64_t{1'800'000'000}; }
};
class SystemRandom : public engine::Random {
 public:
  Result<Done> fill(std::span<uint8_t> out) override {
    system_random(out);
    return done;
  }
};
class NoEvents : public engine::Events {
 public:
  bool wanted() const override { return false; }
  void emit(const engine::Event &, std::string_view) override {}
};

webauthn::Expected expected_for_bench() {
  webauthn::Expected expected;
  expected.rp_id = "example.test";
  expected.origins = {"https://example.test"};
  expected.challenge = Bytes(32, 7);
  expected.user_handle = Bytes(32, 1);
  expected.sign_count = webauthn::Rule::ignore;
  return expected;
}

void bench_assertion() {
  const auto expected = expected_for_bench();
  test::Authenticator key;
  const webauthn::User user{Bytes(32, 1), "alice", "Alice"};
  const std::string created =
      key.create(webauthn::creation_options(expected, user, {}), "https://example.test");
  const auto credential =
      webauthn::verify_registration(expected, 1, webauthn::parse_response(created).value())
          .value()
          .credential;
  webauthn::GetExtras extras;
  extras.allow.push_back({credential.id, {}});
  const std::string answer = key.get(webauthn::request_options(expected, extras), "https://example.test");
  const auto prepared = cose::PublicKey::parse(credential.public_key).value();
  auto judged = expected;
  judged.user_handle = credential.user_handle;

  const auto response = webauthn::parse_response(answer).value();
  Bytes message = response.authenticator_data.raw;
  const auto digest = sha256(response.client_data.raw);
  message.insert(message.end(), digest.begin(), digest.end());
  const double bare = cost_us([&] { need(prepared.verify(message, response.signature).has_value()); });
  const double ours = cost_us([&] {
    const auto parsed = webauthn::parse_response(answer);
    need(webauthn::verify_assertion(judged, credential, prepared, parsed.value()).has_value());
  });
  row("assertion, from JSON", ours, "ECDSA P-256 verify", bare);
  const double cold = cost_us([&] {
    const auto parsed = webauthn::parse_response(answer);
    const auto fresh = cose::PublicKey::parse(credential.public_key);
    need(webauthn::verify_assertion(judged, credential, fresh.value(), parsed.value()).has_value());
  });
  row("assertion, from JSON and a stored key", cold, "ECDSA P-256 verify", bare);
}

void bench_totp() {
  const Bytes secret(20, 9);
  const uint64_t now = 1'800'000'000;
  const std::string code = otp::totp_code({}, secret, now).value();
  const std::string wrong = code == "000000" ? "000001" : "000000";
  uint8_t out[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  const uint8_t counter[8] = {};
  const double bare = cost_us([&] {
    for (int i = 0; i < 3; i++) ::HMAC(EVP_sha1(), secret.data(), 20, counter, sizeof counter, out, &size);
  });
  row("TOTP, window of three, right",
      cost_us([&] { need(otp::totp_verify({}, secret, 0, now, code).has_value()); }),
      "three one-shot HMAC-SHA-1", bare);
  row("TOTP, window of three, wrong",
      cost_us([&] { need(!otp::totp_verify({}, secret, 0, now, wrong).has_value()); }),
      "three one-shot HMAC-SHA-1", bare);
}

void bench_engine() {
  const auto store = store::open_memory();
  FixedClock clock;
  SystemRandom random;
  NoEvents events;
  const Bytes key(32, 3);
  auto config = engine::parse_config(
      R"({"version":1,"issuer":"x","webauthn":{"rp_id":"example.test","origins":["https://example.test"]}})");
  const auto made =
      engine::Engine::make(std::move(config).value(), KeyRing::make(std::vector<RingKey>{{1, key}}).value(),
                           engine::Ports{*store, clock, random, events}, Secret(), Secret::copy(key));
  const engine::Engine &engine = *made.value();
  engine::Request request;
  request.user = "alice";
  request.proven = MFA_PROVEN_PASSWORD;
  request.browser = "a-browser-of-16-bytes";
  const auto text = [](const Secret *secret) {
    return std::string(text_of(secret->reveal().first(secret->size() - 1)));
  };
  test::Authenticator authenticator;
  const auto offer = engine.enroll_begin(request, Method::webauthn, {}).value();
  const std::string created =
      authenticator.create(text(offer.get(MFA_OFFER_OPTIONS)), "https://example.test");
  need(engine.enroll_finish(request, text(offer.get(MFA_OFFER_TICKET)), created).has_value());

  const double begin = cost_us([&] { need(engine.verify_begin(request, Method::webauthn, {}).has_value()); });
  const double view = cost_us([&] { need(engine.view(request).has_value()); });
  const KeyRing ring = KeyRing::make(std::vector<RingKey>{{1, key}}).value();
  const std::array<uint8_t, kSealNonce> nonce{};
  const Bytes plain(1000);
  const Bytes sealed = ring.seal(Kind::account, "k", plain, 1024, nonce);
  const double open = cost_us([&] { need(ring.open(Kind::account, "k", sealed).has_value()); });
  row("engine, begin a passkey sign-in, memory store", begin, "open a sealed KiB", open);
  row("engine, view of an account, memory store", view, "open a sealed KiB", open);
}

}  // namespace

int main() {
  if (!sodium_ready()) return 1;
  bench_assertion();
  bench_totp();
  bench_engine();
  return 0;
}
