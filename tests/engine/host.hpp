// A host in miniature: a clock that the test sets, a memory store that may be made to fail, and what a server
// would do with the engine, in a line each.
#pragma once

#include <doctest.h>

#include <algorithm>
#include <deque>
#include <functional>

#include "core/encoding.hpp"
#include "core/sodium.hpp"
#include "engine/recorded.hpp"
#include "store/memory.hpp"
#include "support/authenticator.hpp"

namespace mfa::test {

using namespace mfa::engine;

// Passes everything on, but for the calls that a test has plans with.
class PlannedStore : public Store {
 public:
  enum class Plan { pass, fail_before, fail_after, conflict };
  std::unique_ptr<Store> inner = store::open_memory();
  std::deque<Plan> saves;             // of the next saves, in turn
  std::function<void()> before_save;  // a rival's moment
  int loads = 0, saved = 0;

  Result<std::optional<Loaded>> load(std::string_view key) override {
    loads++;
    return inner->load(key);
  }
  Result<Saved> save(std::string_view key, ByteView record, uint64_t expected, uint64_t version,
                     uint64_t expires_at_s) override {
    if (before_save) std::exchange(before_save, nullptr)();
    saved++;
    Plan plan = Plan::pass;
    if (!saves.empty()) {
      plan = saves.front();
      saves.pop_front();
    }
    const auto broken = fail(Status::err_store, Reason::internal, "the connection broke");
    if (plan == Plan::conflict) return Saved::conflict;
    if (plan == Plan::fail_before) return broken;
    auto result = inner->save(key, record, expected, version, expires_at_s);
    if (plan == Plan::fail_after) return broken;
    return result;
  }
  Result<Erased> erase(std::string_view key, uint64_t expected) override {
    return inner->erase(key, expected);
  }
  Result<Done> scan(std::string_view prefix, std::string_view after, size_t limit,
                    Visitor &visitor) override {
    return inner->scan(prefix, after, limit, visitor);
  }
};

class TestClock : public Clock {
 public:
  uint64_t now = 1'800'000'000;
  bool broken = false;
  Result<uint64_t> now_s() override {
    if (broken) return fail(Status::err_internal, Reason::clock_failed, "the clock failed");
    return now;
  }
};

class SystemRandom : public Random {
 public:
  bool hasty = false;  // no jitter, which is two bytes: a lost race is tried again at once
  Result<Done> fill(std::span<uint8_t> out) override {
    system_random(out);
    if (hasty && out.size() == 2) std::ranges::fill(out, uint8_t{0});
    return done;
  }
};

class EventLog : public Events {
 public:
  std::vector<Event> list;
  std::vector<std::string> lines;
  void emit(const Event &event, std::string_view json) override {
    CHECK(std::ranges::count(kEventNames, event.name) == 1);
    CHECK(json.size() <= kEventMax);
    list.push_back(event);
    lines.emplace_back(json);
  }
};

inline constexpr std::string_view kOrigin = "https://example.test";

inline std::string config_text(std::string_view more = "") {
  std::string text =
      R"({"version":1,"issuer":"Example","webauthn":{"rp_id":"example.test","origins":["https://example.test"]},)";
  text += R"("unsafe":{"recovery_test_hash":true})";
  if (!more.empty()) text.append(",").append(more);
  return text + "}";
}

class Host {
 public:
  explicit Host(std::string config = config_text()) { restart(std::move(config)); }

  // The same store under another configuration or key ring.
  void restart(std::string config, std::vector<RingKey> keys = {}) {
    if (keys.empty()) keys = {{1, key_}};
    auto parsed = parse_config(config);
    REQUIRE(parsed.has_value());
    auto made =
        Engine::make(std::move(parsed).value(), KeyRing::make(keys).value(),
                     Ports{store, clock, random, events}, Secret::copy(bytes_of("pepper")), Secret(32));
    REQUIRE(made.has_value());
    engine = std::make_unique<RecordedEngine>(std::move(made).value());
  }

  Request request(Purpose purpose = Purpose::login, std::string_view user = "alice") {
    Request r;
    r.purpose = purpose;
    r.user = user;
    r.proven = purpose == Purpose::login ? uint32_t{MFA_PROVEN_PASSWORD} : 0;
    r.browser = "browser-of-alice-0123456789";
    r.session = "session-1";
    r.statement = statement;
    return r;
  }
  Request usernameless() {
    Request r = request();
    r.user = "";
    r.proven = 0;
    r.usernameless = true;
    return r;
  }

  // Keeps the statement, as a session would.
  Result<Proof> keep(Result<Proof> proof) {
    if (proof.has_value() && proof.value().get(MFA_PROOF_STATEMENT))
      statement = text(proof.value(), MFA_PROOF_STATEMENT);
    return proof;
  }

  static std::string text(const Offer &offer, int32_t item) { return text(offer.get(item)); }
  static std::string text(const Proof &proof, int32_t item) { return text(proof.get(item)); }
  static std::string text(const Secret *secret) {
    return secret ? std::string(text_of(secret->reveal().first(secret->size() - 1))) : "";
  }

  std::string code_of(const std::string &secret, int64_t steps = 0) {
    const Bytes key = from_base32(secret).value();
    return otp::totp_code({}, key, clock.now + static_cast<uint64_t>(steps * 30)).value();
  }
  std::string wrong_code(const std::string &secret) {
    for (uint32_t guess = 0;; guess++) {
      std::string code = std::to_string(100000 + guess);
      bool live = false;
      for (int step = -12; step <= 12; step++) live |= code == code_of(secret, step);
      if (!live) return code;
    }
  }

  // Enrols an authenticator app and moves on past the step it burnt; returns the secret as typed.
  std::string add_totp(Purpose purpose = Purpose::login, std::string_view user = "alice") {
    const auto offer = engine->enroll_begin(request(purpose, user), Method::totp, {});
    REQUIRE(offer.has_value());
    const std::string secret = text(offer.value(), MFA_OFFER_SECRET);
    const auto proof = keep(engine->enroll_finish(request(purpose, user),
                                                  text(offer.value(), MFA_OFFER_TICKET), code_of(secret)));
    REQUIRE(proof.has_value());
    clock.now += 60;
    return secret;
  }
  Result<Proof> add_passkey(Authenticator &key, Purpose purpose = Purpose::login,
                            std::string_view user = "alice") {
    const auto offer = engine->enroll_begin(request(purpose, user), Method::webauthn, {});
    REQUIRE(offer.has_value());
    const std::string response = key.create(text(offer.value(), MFA_OFFER_OPTIONS), kOrigin);
    return keep(
        engine->enroll_finish(request(purpose, user), text(offer.value(), MFA_OFFER_TICKET), response));
  }
  // Needs a fresh statement; returns the codes.
  std::vector<std::string> add_recovery() {
    const auto offer = engine->enroll_begin(request(Purpose::manage), Method::recovery, {});
    REQUIRE(offer.has_value());
    std::vector<std::string> codes;
    std::string rest = text(offer.value(), MFA_OFFER_RECOVERY_CODES);
    for (size_t at = 0; at < rest.size(); at += 20) codes.push_back(rest.substr(at, 19));
    const auto proof = keep(engine->enroll_finish(request(Purpose::manage),
                                                  text(offer.value(), MFA_OFFER_TICKET), codes.front()));
    REQUIRE(proof.has_value());
    return codes;
  }
  Result<Proof> sign_in(const std::string &secret, std::string_view user = "alice") {
    statement.clear();
    return keep(engine->verify_code(request(Purpose::login, user), Method::totp, code_of(secret)));
  }

  ByteView key() const { return key_; }

  PlannedStore store;
  TestClock clock;
  SystemRandom random;
  EventLog events;
  std::unique_ptr<RecordedEngine> engine;
  std::string statement;

 private:
  Bytes key_ = Bytes(32, 42);
};

template <class T>
Status status_of(const Result<T> &result) {
  return result.has_value() ? Status::ok : result.error().status;
}
template <class T>
Reason reason_of(const Result<T> &result) {
  return result.has_value() ? Reason::none : result.error().reason;
}

}  // namespace mfa::test

namespace doctest {
template <>
struct StringMaker<mfa::Status> {
  static String convert(mfa::Status status) { return mfa::name_of(status); }
};
template <>
struct StringMaker<mfa::Reason> {
  static String convert(mfa::Reason reason) { return mfa::name_of(reason); }
};
}  // namespace doctest
