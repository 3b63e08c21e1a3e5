// Stores written in C++: what the engine sees of them, and of their exceptions.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include "shop.hpp"

using shop::MapStore;
using shop::Shop;

namespace {

struct Odd {};

// Throws, or says no, from a call on that the test chooses.
class Failing : public MapStore {
 public:
  enum class How { not_at_all, throws, throws_odd, no_memory, complains, nonsense } how = How::not_at_all;
  mfa_store_answer load(std::string_view key, mfa::Found &found, mfa::Complaint &complain) override {
    if (how != How::not_at_all) return fail(complain);
    return MapStore::load(key, found, complain);
  }
  mfa_store_answer save(std::string_view key, mfa::ByteView record, uint64_t expected, uint64_t next,
                        uint64_t expires, mfa::Complaint &complain) override {
    if (how != How::not_at_all) return fail(complain);
    return MapStore::save(key, record, expected, next, expires, complain);
  }
  mfa_store_answer scan(std::string_view prefix, std::string_view after, size_t limit,
                        const mfa::Visit &visit, mfa::Complaint &complain) override {
    if (how != How::not_at_all) return fail(complain);
    return MapStore::scan(prefix, after, limit, visit, complain);
  }

 private:
  mfa_store_answer fail(mfa::Complaint &complain) const {
    switch (how) {
      case How::throws: throw std::runtime_error("the database\nwent away " + std::string(1000, '.'));
      case How::throws_odd: throw Odd();
      case How::no_memory: throw std::bad_alloc();
      case How::complains: return complain("disk full");
      case How::nonsense: return 77;
      case How::not_at_all: break;
    }
    return MFA_STORE_FAILED;
  }
};

class Blind : public MapStore {
  bool can_scan() const noexcept override { return false; }
};

mfa::Answer<mfa::Proof> try_code(Failing::How how) {
  Failing store;
  Shop site(store);
  site.enrol_app();
  const size_t rows = store.size();
  store.how = how;
  auto answer = site.engine.verify_code(site.asks(MFA_PURPOSE_LOGIN), MFA_METHOD_TOTP, site.code_now());
  CHECK(answer.value() == nullptr);
  CHECK(answer.partial() == nullptr);
  CHECK(store.size() == rows);
  store.how = Failing::How::not_at_all;
  // Nothing was decided: the code is still good.
  CHECK(site.engine.verify_code(site.asks(MFA_PURPOSE_LOGIN), MFA_METHOD_TOTP, site.code_now()).ok());
  return answer;
}

}  // namespace

TEST_CASE("a store of ours keeps every promise, and one without scan is one") {
  MapStore store;
  const auto checked = mfa::check_store(store);
  INFO(checked.error().message());
  CHECK(checked.ok());
  Blind blind;
  CHECK(mfa::check_store(blind).ok());
  Shop site(blind);
  CHECK(site.engine.admin_users("", 1, [](std::string_view) { return true; }).status() ==
        MFA_ERR_UNSUPPORTED);
}

TEST_CASE("a store that throws is a store that failed, in one line") {
  const auto answer = try_code(Failing::How::throws);
  CHECK(answer.status() == MFA_ERR_STORE);
  CHECK(answer.error().message().find("the database went away") != std::string_view::npos);
  CHECK(answer.error().message().size() < sizeof(mfa_error::message));
  CHECK(try_code(Failing::How::throws_odd).status() == MFA_ERR_STORE);
  CHECK(try_code(Failing::How::no_memory).status() == MFA_ERR_NO_MEMORY);
  const auto full = try_code(Failing::How::complains);
  CHECK(full.status() == MFA_ERR_STORE);
  CHECK(full.error().message().find("disk full") != std::string_view::npos);
  CHECK(try_code(Failing::How::nonsense).status() == MFA_ERR_STORE);
}

TEST_CASE("a broken store is told from one that fails") {
  struct Forgetful : MapStore {
    mfa_store_answer save(std::string_view, mfa::ByteView, uint64_t, uint64_t, uint64_t,
                          mfa::Complaint &) override {
      return MFA_STORE_DONE;
    }
  } forgetful;
  const auto broken = mfa::check_store(forgetful);
  CHECK(broken.status() == MFA_WRONG);
  CHECK(broken.value() == nullptr);
  REQUIRE(broken.partial() != nullptr);
  CHECK_FALSE(broken.partial()->empty());
  Failing failing;
  failing.how = Failing::How::throws;
  CHECK(mfa::check_store(failing).status() == MFA_ERR_STORE);
}

TEST_CASE("a visitor stops the walk, and what it throws is told") {
  MapStore store;
  Shop site(store);
  site.enrol_app();
  REQUIRE(site.engine
              .admin_import(
                  "bob",
                  R"({"method":"totp","uri":"otpauth://totp/a?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"})",
                  "operator")
              .ok());
  int seen = 0;
  CHECK(site.engine.admin_users("", 10, [&](std::string_view) { return ++seen < 1; }).ok());
  CHECK(seen == 1);
  const auto answer = site.engine.admin_users("", 10, [&](std::string_view) -> bool {
    seen++;
    throw std::runtime_error("enough");
  });
  CHECK(answer.status() == MFA_ERR_INTERNAL);
  CHECK(answer.error().message() == "enough");
  CHECK(seen == 2);
  CHECK(site.engine.admin_users("", 10, nullptr).status() == MFA_ERR_ARGUMENT);
}

TEST_CASE("callbacks of the engine that throw") {
  MapStore store;
  const mfa_key keys[] = {mfa::key(1, shop::kKey)};
  bool broken = false;
  auto made = mfa::Engine::make({.json = shop::kConfig,
                                 .keys = keys,
                                 .store = store,
                                 .decoy_key = shop::kDecoyKey,
                                 .now_s = [&]() -> uint64_t {
                                   if (broken) throw std::runtime_error("no clock");
                                   return shop::kStart;
                                 },
                                 .random =
                                     [&](std::span<uint8_t> out) {
                                       if (broken) throw Odd();
                                       return mfa::fill_random(out).ok();
                                     },
                                 .event = [](std::string_view) { throw std::runtime_error("log full"); }});
  REQUIRE(made.ok());
  auto &engine = *made.value();
  const mfa::Request asks = {.purpose = MFA_PURPOSE_LOGIN,
                             .proven = MFA_PROVEN_PASSWORD,
                             .user = "ada",
                             .browser = "a random value in a cookie"};
  const auto begun = engine.enroll_begin(asks, MFA_METHOD_TOTP);
  INFO(begun.error().message());
  CHECK(begun.ok());
  broken = true;
  const auto answer = engine.enroll_begin(asks, MFA_METHOD_TOTP);
  CHECK(answer.status().failed());
  CHECK(answer.value() == nullptr);
}

TEST_CASE("the library's stores") {
  auto memory = mfa::OpenedStore::open("memory:");
  REQUIRE(memory.ok());
  CHECK(mfa::check_store(*memory.value()).ok());
  Shop site(*memory.value());
  site.enrol_app();
  // The engine has copied what it needs: the handle may move.
  const mfa::OpenedStore moved = std::move(memory).or_throw();
  CHECK(site.engine.verify_code(site.asks(MFA_PURPOSE_LOGIN), MFA_METHOD_TOTP, site.code_now()).ok());
  CHECK_FALSE(mfa::OpenedStore::open("nosuch:x").ok());
  CHECK_FALSE(mfa::OpenedStore::open("sqlite:/nonexistent/folder/x.db").ok());
}
