// Nothing that a host's store says is taken on trust.
#include "capi/host_store.hpp"

#include <doctest.h>

#include <cstring>

using namespace mfa;

namespace {

// A store that says what the test wants it to say.
struct Script {
  mfa_store_answer answer = MFA_STORE_DONE;
  std::string record = "record";
  uint64_t version = 1;
  std::string message;
  mfa_status status = MFA_OK;
  Reason reason = Reason::none;
  std::vector<std::pair<std::string, uint64_t>> rows;  // what scan gives
  mfa_store_answer heard = MFA_STORE_DONE;             // by scan, last

  void speak(mfa_error *err) const {
    std::memcpy(err->message, message.data(), std::min(message.size(), sizeof err->message));
    err->status = status;
    err->reason = static_cast<int32_t>(reason);
  }
};

Script &script_of(void *ctx) { return *static_cast<Script *>(ctx); }

mfa_store_answer load(void *ctx, const char *, size_t, mfa_buffer *record, uint64_t *version,
                      mfa_error *err) {
  const auto &script = script_of(ctx);
  script.speak(err);
  if (mfa_buffer_assign(record, script.record.data(), script.record.size()) != MFA_OK)
    return MFA_STORE_FAILED;
  *version = script.version;
  return script.answer;
}
mfa_store_answer save(void *ctx, const char *, size_t, const uint8_t *, size_t, uint64_t, uint64_t, uint64_t,
                      mfa_error *err) {
  script_of(ctx).speak(err);
  return script_of(ctx).answer;
}
mfa_store_answer erase(void *ctx, const char *, size_t, uint64_t, mfa_error *err) {
  script_of(ctx).speak(err);
  return script_of(ctx).answer;
}
mfa_store_answer scan(void *ctx, const char *, size_t, const char *, size_t, size_t, mfa_scan_fn fn,
                      void *fn_ctx, mfa_error *err) {
  auto &script = script_of(ctx);
  script.speak(err);
  for (const auto &[key, version] : script.rows) {
    script.heard = fn(fn_ctx, key.data(), key.size(), reinterpret_cast<const uint8_t *>(script.record.data()),
                      script.record.size(), version);
  }
  return script.answer;
}

std::unique_ptr<engine::Store> adapt(Script &script, bool with_scan = true) {
  mfa_store store = MFA_STORE_INIT;
  store.ctx = &script;
  store.load = &load;
  store.save = &save;
  store.erase = &erase;
  if (with_scan) store.scan = &scan;
  auto made = capi::host_store(&store);
  REQUIRE(made.has_value());
  return std::move(made).value();
}

class Keys final : public engine::Visitor {
 public:
  explicit Keys(size_t most = SIZE_MAX) : most_(most) {}
  bool visit(std::string_view key, ByteView, uint64_t) override {
    keys.emplace_back(key);
    return keys.size() < most_;
  }
  std::vector<std::string> keys;

 private:
  size_t most_;
};

}  // namespace

TEST_CASE("host store: an answer that the call does not have is a failure") {
  for (const mfa_store_answer answer :
       std::initializer_list<int32_t>{MFA_STORE_FAILED, MFA_STORE_CONFLICT, 4, -1, INT32_MAX}) {
    CAPTURE(answer);
    Script script{.answer = answer};
    const auto loaded = adapt(script)->load("k");
    REQUIRE_FALSE(loaded.has_value());
    CHECK(loaded.error().status == Status::err_store);
    CHECK(loaded.error().reason == (answer == 0 ? Reason::store_failed : Reason::store_answer));
  }
  for (const mfa_store_answer answer :
       std::initializer_list<int32_t>{MFA_STORE_FAILED, MFA_STORE_NONE, 4, -1}) {
    CAPTURE(answer);
    Script script{.answer = answer};
    const auto saved = adapt(script)->save("k", bytes_of("r"), 0, 1, 0);
    REQUIRE_FALSE(saved.has_value());
    CHECK(saved.error().status == Status::err_store);
  }
  for (const mfa_store_answer answer : std::initializer_list<int32_t>{MFA_STORE_FAILED, 4, -1}) {
    CAPTURE(answer);
    Script script{.answer = answer};
    CHECK_FALSE(adapt(script)->erase("k", 1).has_value());
    Keys keys;
    CHECK_FALSE(adapt(script)->scan("", "", 1, keys).has_value());
  }
}

TEST_CASE("host store: a store of before fork says so, and no other reason comes along") {
  Script script{.answer = MFA_STORE_FAILED, .status = MFA_ERR_STORE, .reason = Reason::store_forked};
  CHECK(adapt(script)->load("k").error().reason == Reason::store_forked);
  script.reason = Reason::policy_last_factor;
  CHECK(adapt(script)->load("k").error().reason == Reason::store_failed);
  CHECK(adapt(script)->load("k").error().status == Status::err_store);
}

TEST_CASE("host store: NONE comes without a record, whatever else it left") {
  Script script{.answer = MFA_STORE_NONE};
  const auto loaded = adapt(script)->load("k");
  REQUIRE(loaded.has_value());
  CHECK_FALSE(loaded.value().has_value());
}

TEST_CASE("host store: a version that no save has is a failure") {
  for (const uint64_t version : {uint64_t{0}, uint64_t{1} << 63, UINT64_MAX}) {
    Script script{.version = version};
    const auto loaded = adapt(script)->load("k");
    REQUIRE_FALSE(loaded.has_value());
    CHECK(loaded.error().reason == Reason::store_version);
  }
  Script script{.version = INT64_MAX};
  CHECK(adapt(script)->load("k").value()->version == INT64_MAX);
}

TEST_CASE("host store: a record beyond the limit is a failure, and none is sent") {
  Script script{.record = std::string(MFA_STORE_RECORD_MAX, 'r')};
  CHECK(adapt(script)->load("k").has_value());
  CHECK(adapt(script)->save("k", bytes_of(script.record), 0, 1, 0).has_value());
  script.record += 'r';
  const auto loaded = adapt(script)->load("k");
  REQUIRE_FALSE(loaded.has_value());
  CHECK(loaded.error().reason == Reason::store_record);
  const auto saved = adapt(script)->save("k", bytes_of(script.record), 0, 1, 0);
  REQUIRE_FALSE(saved.has_value());
  CHECK(saved.error().reason == Reason::store_record);
}

TEST_CASE("host store: what it said comes along, as one line that ends") {
  Script script{.answer = MFA_STORE_FAILED, .message = "no route\nto \x01 host"};
  CHECK(adapt(script)->load("k").error().detail == "no route to   host");
  script.message = std::string(sizeof(mfa_error::message), 'x');  // without its NUL
  CHECK(adapt(script)->erase("k", 1).error().detail == std::string(sizeof(mfa_error::message) - 1, 'x'));
  script.status = MFA_ERR_NO_MEMORY;
  CHECK(adapt(script)->load("k").error().status == Status::err_no_memory);
  script.status = MFA_ERR_KEY;
  CHECK(adapt(script)->load("k").error().status == Status::err_store);
}

TEST_CASE("host store: scan is optional") {
  Script script;
  Keys keys;
  const auto scanned = adapt(script, false)->scan("", "", 1, keys);
  REQUIRE_FALSE(scanned.has_value());
  CHECK(scanned.error().status == Status::err_unsupported);
}

TEST_CASE("host store: a scan out of order, beside the prefix, or with a bad row is a failure") {
  using Rows = std::vector<std::pair<std::string, uint64_t>>;
  const std::string long_key = "p/" + std::string(MFA_STORE_KEY_MAX, 'k');
  for (const auto &[rows, reason] : {
           std::pair(Rows{{"p/b", 1}, {"p/a", 1}}, Reason::store_scan_order),
           std::pair(Rows{{"p/b", 1}, {"p/b", 1}}, Reason::store_scan_order),
           std::pair(Rows{{"q", 1}}, Reason::store_scan_order),
           std::pair(Rows{{"p/9", 1}}, Reason::store_scan_order),
           std::pair(Rows{{long_key, 1}}, Reason::store_scan_order),
           std::pair(Rows{{"p/b", 1}, {"p/c", 1}, {"p/d", 1}, {"p/e", 1}}, Reason::store_scan_order),
           std::pair(Rows{{"p/b", 0}}, Reason::store_version),
       }) {
    Script script{.rows = rows};
    Keys keys;
    const auto scanned = adapt(script)->scan("p/", "p/9", 3, keys);
    REQUIRE_FALSE(scanned.has_value());
    CHECK(scanned.error().reason == reason);
    CHECK(script.heard == MFA_STORE_FAILED);
  }
}

TEST_CASE("host store: the visitor ends the scan, and what the host answers then says nothing") {
  Script script{.answer = MFA_STORE_FAILED, .rows = {{"p/a", 1}, {"p/b", 1}}};
  Keys keys(2);
  CHECK(adapt(script)->scan("p/", "", 10, keys).has_value());
  CHECK(keys.keys == std::vector<std::string>{"p/a", "p/b"});
  CHECK(script.heard == MFA_STORE_FAILED);
}

TEST_CASE("host store: a visitor that runs out of memory does not unwind through the host") {
  class Hungry final : public engine::Visitor {
   public:
    bool visit(std::string_view, ByteView, uint64_t) override { throw std::bad_alloc(); }
  } hungry;
  Script script{.rows = {{"p/a", 1}}};
  const auto scanned = adapt(script)->scan("p/", "", 10, hungry);
  REQUIRE_FALSE(scanned.has_value());
  CHECK(scanned.error().status == Status::err_no_memory);
}

TEST_CASE("host store: the struct is read as far as this library knows it") {
  struct Newer {
    mfa_store store = MFA_STORE_INIT;
    void *added = nullptr;
  } newer;
  newer.store.struct_size = sizeof newer;
  newer.store.load = &load;
  newer.store.save = &save;
  newer.store.erase = &erase;
  CHECK(capi::host_store(&newer.store).has_value());
  newer.added = &newer;
  CHECK(capi::host_store(&newer.store).error().status == Status::err_unsupported);
  newer.store.struct_size = 8;
  CHECK(capi::host_store(&newer.store).error().status == Status::err_argument);
  CHECK(capi::host_store(nullptr).error().status == Status::err_argument);
}
