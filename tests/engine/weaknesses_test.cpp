// The weaknesses of django-mfa2 (docs/django-mfa2.md) that no request over HTTP can show: each attack, and
// beside it what an honest host does. The others are in tests/browser/test_weaknesses.py.
#include <thread>

#include "engine/host.hpp"

using namespace mfa;
using namespace mfa::engine;
using namespace mfa::test;

namespace {

std::string refusal(const std::string &more) {
  const auto config = parse_config(R"({"version":1,"issuer":"x",)" + more + "}");
  return config.has_value() ? "" : config.error().detail;
}

// The host's generator: may fail, or give what the test says.
class TestRandom : public Random {
 public:
  bool works = true;
  std::optional<uint8_t> always;
  Result<Done> fill(std::span<uint8_t> out) override {
    if (!works) return fail(Status::err_internal, Reason::random_failed, "no randomness");
    system_random(out);
    if (always) std::fill(out.begin(), out.end(), *always);
    return done;
  }
};

class NoEvents : public Events {
 public:
  void emit(const Event &, std::string_view) override {}
};

// A second process at the host's store, with a generator of its own.
struct Rival {
  explicit Rival(Host &host, const std::string &config = config_text())
      : engine(Engine::make(parse_config(config).value(),
                            KeyRing::make(std::vector<RingKey>{{1, host.key()}}).value(),
                            Ports{*host.store.inner, host.clock, random, events},
                            Secret::copy(bytes_of("pepper")), Secret(32))
                   .value()) {}
  TestRandom random;
  NoEvents events;
  std::unique_ptr<Engine> engine;
};

constexpr std::string_view kAllMethods = R"("methods":{"hotp":{"allowed":true},"email":{"allowed":true}})";

}  // namespace

TEST_CASE("w7: recovery codes that were disabled do not sign in") {
  Host host;
  const std::string secret = host.add_totp();
  const auto codes = host.add_recovery();
  const auto signs_in = [&](size_t at) {
    return status_of(host.engine->verify_code(host.request(), Method::recovery, codes[at]));
  };
  CHECK(signs_in(0) == Status::ok);
  host.clock.now += 60;
  REQUIRE(host.sign_in(secret).has_value());
  const auto account = host.engine->view(host.request(Purpose::manage));
  REQUIRE(account.has_value());
  std::string set;
  for (const auto &factor : account.value().factors) {
    if (factor.method == Method::recovery) set = factor.id;
  }
  REQUIRE(host.keep(host.engine->set_enabled(host.request(Purpose::manage), set, false)).has_value());
  CHECK(signs_in(1) == Status::not_found);
  REQUIRE(host.keep(host.engine->set_enabled(host.request(Purpose::manage), set, true)).has_value());
  CHECK(signs_in(1) == Status::ok);
}

TEST_CASE("w11: without randomness nothing is made, and nothing is signed in") {
  Host host(config_text(kAllMethods));
  const std::string secret = host.add_totp();
  Rival rival(host, config_text(kAllMethods));
  const auto begins = [&](Purpose purpose) {
    std::vector<Status> answers;
    BeginOptions options;
    options.address = "a@example.test";
    for (const Method method :
         {Method::totp, Method::hotp, Method::webauthn, Method::email, Method::recovery})
      answers.push_back(status_of(rival.engine->enroll_begin(host.request(purpose), method, options)));
    answers.push_back(status_of(rival.engine->verify_begin(host.request(), Method::webauthn, {})));
    return answers;
  };
  rival.random.works = false;
  CHECK(begins(Purpose::manage) == std::vector<Status>(6, Status::err_internal));
  const std::string code = host.code_of(secret);
  CHECK(status_of(rival.engine->verify_code(host.request(), Method::totp, code)) == Status::err_internal);
  CHECK(status_of(rival.engine->session_start(host.request(Purpose::login, "bob"))) == Status::err_internal);
  rival.random.works = true;
  CHECK(begins(Purpose::manage) == std::vector<Status>(6, Status::ok));
  CHECK(status_of(rival.engine->verify_code(host.request(), Method::totp, code)) == Status::ok);
}

TEST_CASE("w11: every secret is what the generator gave, all of it") {
  Host host(config_text(kAllMethods));
  host.add_totp();
  Rival rival(host, config_text(kAllMethods));
  const auto made = [&](Method method, int32_t item) {
    const auto offer = rival.engine->enroll_begin(host.request(Purpose::manage), method, {});
    REQUIRE(offer.has_value());
    return Host::text(offer.value(), item);
  };
  for (const auto &[method, item] : {std::pair{Method::totp, int32_t{MFA_OFFER_SECRET}},
                                     std::pair{Method::recovery, int32_t{MFA_OFFER_RECOVERY_CODES}}}) {
    rival.random.always.reset();
    const std::string one = made(method, item);
    CHECK(one != made(method, item));
    rival.random.always = 0x41;
    const std::string foreseen = made(method, item);
    CHECK(foreseen == made(method, item));  // no other source is mixed in, so none is needed either
    CHECK(foreseen != one);
  }
  rival.random.always = 0x41;
  CHECK(from_base32(made(Method::totp, MFA_OFFER_SECRET)).value() == Bytes(20, 0x41));
}

TEST_CASE("w12: no configuration makes recovery codes cheap to guess") {
  const RecoveryConfig defaults = parse_config(R"({"version":1,"issuer":"x"})").value().recovery;
  CHECK(defaults.cost.memory_kib == 19456);
  CHECK(defaults.cost.passes == 2);
  CHECK(refusal(R"("recovery":{"hash":{"memory_kib":8191}})") == "recovery.hash.memory_kib");
  CHECK(refusal(R"("recovery":{"hash":{"passes":0}})") == "recovery.hash.passes");
  CHECK(refusal(R"("recovery":{"hash":{"name":"pbkdf2"}})") == "recovery.hash.name");
  CHECK(refusal(R"("recovery":{"hash":{"memory_kib":8192,"passes":1}})").empty());
  // what is fast to guess says so, and is told whenever an engine is made
  const auto fast = parse_config(R"({"version":1,"issuer":"x","unsafe":{"recovery_test_hash":true}})");
  CHECK(fast.value().unsafe_used() == std::vector<std::string>{"recovery_test_hash"});
}

TEST_CASE("w12: of two at once with the same recovery code, one gets in") {
  Host host;
  host.add_totp();
  const auto codes = host.add_recovery();
  for (const auto &code : codes) {
    Rival one(host), two(host);
    Status answers[2] = {};
    const auto enter = [&](Rival &rival, Status &answer) {
      Request request = host.request();
      request.statement = "";
      answer = status_of(rival.engine->verify_code(request, Method::recovery, code));
    };
    std::thread first([&] { enter(one, answers[0]); });
    std::thread second([&] { enter(two, answers[1]); });
    first.join();
    second.join();
    CHECK((answers[0] == Status::ok) != (answers[1] == Status::ok));
    CHECK((answers[0] == Status::already_used) != (answers[1] == Status::already_used));
  }
}

TEST_CASE("w12: guessing recovery codes is throttled") {
  Host host;
  host.add_totp();
  const auto codes = host.add_recovery();
  const auto enter = [&](const std::string &code) {
    return status_of(host.engine->verify_code(host.request(), Method::recovery, code));
  };
  CHECK(enter(codes[0]) == Status::ok);
  std::string wrong = codes[1];
  wrong.back() = wrong.back() == '0' ? '1' : '0';
  for (int guess = 0; guess < 5; guess++) CHECK(enter(wrong) == Status::wrong);
  CHECK(enter(codes[1]) == Status::locked_out);
  host.clock.now += 30;
  CHECK(enter(codes[1]) == Status::ok);
}
