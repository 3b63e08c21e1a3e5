// A host in C++ that knows only mfa/mfa.hpp: a store of its own over std::map, a clock that tests move, one
// user.
#pragma once

#include <doctest.h>
#include <mfa/mfa.hpp>

#include <map>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

namespace shop {

inline constexpr uint64_t kStart = 1'900'000'000;
inline constexpr const char *kConfig =
    R"({"version":1,"realm":"shop","issuer":"Shop",)"
    R"("methods":{"totp":{"allowed":true},"webauthn":{"allowed":true},"recovery":{"allowed":true},)"
    R"("email":{"allowed":true},"device":{"allowed":true}},)"
    R"("device":{"pairing":true},"quick_login":{"enabled":true},)"
    R"("webauthn":{"rp_id":"example.test","origins":["https://example.test"]},)"
    R"("recovery":{"codes":20},"unsafe":{"recovery_test_hash":true}})";
inline const std::vector<uint8_t> kKey(32, 7), kDecoyKey(32, 9);

class MapStore : public mfa::Store {
 public:
  mfa_store_answer load(std::string_view key, mfa::Found &found, mfa::Complaint &) override {
    const std::lock_guard lock(mutex_);
    const auto row = rows_.find(std::string(key));
    if (row == rows_.end()) return MFA_STORE_NONE;
    return found.set(row->second.record, row->second.version);
  }
  mfa_store_answer save(std::string_view key, mfa::ByteView record, uint64_t expected_version,
                        uint64_t new_version, uint64_t, mfa::Complaint &) override {
    const std::lock_guard lock(mutex_);
    const auto row = rows_.find(std::string(key));
    if ((row == rows_.end() ? 0 : row->second.version) != expected_version) return MFA_STORE_CONFLICT;
    rows_[std::string(key)] = {{record.begin(), record.end()}, new_version};
    return MFA_STORE_DONE;
  }
  mfa_store_answer erase(std::string_view key, uint64_t expected_version, mfa::Complaint &) override {
    const std::lock_guard lock(mutex_);
    const auto row = rows_.find(std::string(key));
    if (row == rows_.end()) return MFA_STORE_NONE;
    if (row->second.version != expected_version) return MFA_STORE_CONFLICT;
    rows_.erase(row);
    return MFA_STORE_DONE;
  }
  bool can_scan() const noexcept override { return true; }
  mfa_store_answer scan(std::string_view prefix, std::string_view after, size_t limit,
                        const mfa::Visit &visit, mfa::Complaint &) override {
    const std::lock_guard lock(mutex_);
    auto row = after < prefix ? rows_.lower_bound(prefix) : rows_.upper_bound(after);
    for (; row != rows_.end() && limit > 0 && row->first.starts_with(prefix); ++row, --limit) {
      if (!visit(row->first, row->second.record, row->second.version)) break;
    }
    return MFA_STORE_DONE;
  }
  size_t size() const { return rows_.size(); }

 private:
  struct Row {
    std::vector<uint8_t> record;
    uint64_t version;
  };
  std::mutex mutex_;
  std::map<std::string, Row, std::less<>> rows_;
};

struct Shop {
  explicit Shop(mfa::StoreRef store) : engine(start(store)) {}

  mfa::Engine start(mfa::StoreRef store) {
    const mfa_key keys[] = {mfa::key(1, kKey)};
    auto made = mfa::Engine::make({.json = kConfig,
                                   .keys = keys,
                                   .store = store,
                                   .decoy_key = kDecoyKey,
                                   .now_s = [this] { return now_s; },
                                   .event = [this](std::string_view json) { events.emplace_back(json); }});
    INFO(made.error().message());
    REQUIRE(made.ok());
    return std::move(made).or_throw();
  }
  mfa::Request asks(mfa_purpose purpose) const {
    return {.purpose = purpose,
            .proven = MFA_PROVEN_PASSWORD,
            .user = "ada",
            .browser = "a random value in a cookie",
            .session = "session 1",
            .statement = purpose == MFA_PURPOSE_LOGIN ? std::string_view() : std::string_view(statement),
            .user_agent = "Firefox on Linux"};
  }
  // What a server does with every yes.
  void keep(const mfa::Answer<mfa::Proof> &answer) {
    INFO(answer.status().name(), " ", answer.error().message());
    REQUIRE(answer.ok());
    REQUIRE(answer.value());
    statement = answer.value()->statement();
  }
  std::string code_now() const {
    auto code = mfa::totp_code(mfa::bytes(secret), now_s);
    REQUIRE(code.ok());
    return std::string(code.value()->text());
  }
  // The statement of the enrolment stays with the shop.
  void enrol_app() {
    auto offer = engine.enroll_begin(asks(statement.empty() ? MFA_PURPOSE_LOGIN : MFA_PURPOSE_MANAGE),
                                     MFA_METHOD_TOTP, {.label = "phone"});
    INFO(offer.error().message());
    REQUIRE(offer.ok());
    auto raw = mfa::base32_decode(offer.value()->secret());
    REQUIRE(raw.ok());
    secret = raw.value()->text();
    keep(engine.enroll_finish(asks(statement.empty() ? MFA_PURPOSE_LOGIN : MFA_PURPOSE_MANAGE),
                              offer.value()->ticket(), code_now()));
    now_s += 30;
  }

  std::vector<std::string> events;  // first of all: the engine tells its last while it ends
  uint64_t now_s = kStart;
  std::string statement, secret;
  mfa::Engine engine;
};

}  // namespace shop
