// 24 threads at once in C++, on an engine and a store of theirs that they share: what is leaked shows in the
// resident memory, or to the sanitizer.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include "race/load.h"

#include <atomic>
#include <chrono>
#include <thread>

#include "cxx/shop.hpp"

namespace {

using Clock = std::chrono::steady_clock;

struct Load {
  shop::MapStore store;
  mfa::Engine engine = start();

  mfa::Engine start() {
    const mfa_key keys[] = {mfa::key(1, shop::kKey)};
    auto made = mfa::Engine::make({.json = shop::kConfig,
                                   .keys = keys,
                                   .store = store,
                                   .decoy_key = shop::kDecoyKey,
                                   .now_s = [] { return shop::kStart; },
                                   .event = [](std::string_view) {}});
    return std::move(made).or_throw();
  }
};

std::string code_at(std::string_view secret, uint64_t at_s) {
  const auto raw = mfa::base32_decode(secret).or_throw();
  return std::string(mfa::totp_code(mfa::bytes(raw.text()), at_s).or_throw().text());
}

// Enrols an app, signs in, is refused, looks, and is erased.
bool live(mfa::Engine &engine, const std::string &user) {
  mfa::Request request = {.purpose = MFA_PURPOSE_LOGIN,
                          .proven = MFA_PROVEN_PASSWORD,
                          .user = user,
                          .browser = "a random value in a cookie"};
  const auto offer = engine.enroll_begin(request, MFA_METHOD_TOTP);
  if (!offer.ok()) return false;
  const std::string secret(offer.value()->secret()), code = code_at(secret, shop::kStart + 30);
  if (!engine.enroll_finish(request, offer.value()->ticket(), code_at(secret, shop::kStart)).ok())
    return false;
  const auto proof = engine.verify_code(request, MFA_METHOD_TOTP, code);
  if (!proof.ok() || engine.verify_code(request, MFA_METHOD_TOTP, code).status() != MFA_ALREADY_USED)
    return false;
  request.purpose = MFA_PURPOSE_STEP_UP;
  request.statement = proof.value()->statement();
  const auto account = engine.view(request);
  return account.ok() && account.value()->factor_count() == 1 && engine.session_check(request).ok() &&
         engine.policy_explain(request).ok() && engine.admin(MFA_ADMIN_ERASE, user, {}, "root").ok();
}

long live_all(mfa::Engine &engine, int seconds, std::atomic<bool> &well) {
  std::atomic<long> lives = 0;
  const auto until = Clock::now() + std::chrono::seconds(seconds);
  std::vector<std::thread> threads;
  for (int i = 0; i < LOAD_THREADS; i++) {
    threads.emplace_back([&, user = "user " + std::to_string(i)] {
      do {
        if (!live(engine, user)) well = false;
        lives++;
      } while (well && Clock::now() < until);
    });
  }
  for (auto &thread : threads) thread.join();
  return lives;
}

}  // namespace

TEST_CASE("24 threads, and no memory that grows") {
  Load load;
  std::atomic<bool> well = true;
  live_all(load.engine, 2, well);  // allocators and caches fill
  const long before = resident_kib();
  CHECK(load_report("C++", live_all(load.engine, load_seconds(), well), before));
  CHECK(well);
  CHECK(load.store.size() > 0);
}
