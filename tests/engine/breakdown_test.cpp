// What each call answers when the store or a record is not in order: LOADING and SAVING of the headers, call
// by call.
#include <limits>

#include "engine/calls.hpp"

using namespace mfa;
using namespace mfa::test;
using namespace mfa::test::calls;

namespace {

enum class World { fine, no_store, foreign_key, altered, rolled_back, contended };

// A record of the same place, sealed with a key that the host does not have.
Bytes foreign_record(std::string_view key) {
  Host other;
  other.restart(config_text(), {{9, other.key()}});
  other.add_totp();
  const auto loaded = other.store.inner->load(key);
  return loaded.has_value() && loaded.value() ? loaded.value()->record : Bytes();
}

class BadStore : public Store {
 public:
  BadStore(std::unique_ptr<Store> inner, World world) : inner_(std::move(inner)), world_(world) {}
  Result<std::optional<Loaded>> load(std::string_view key) override {
    if (world_ == World::no_store) return down();
    auto loaded = inner_->load(key);
    if (!loaded.has_value() || !loaded.value()) return loaded;
    Bytes &record = loaded.value()->record;
    if (world_ == World::altered) record.back() ^= 1;
    if (world_ == World::foreign_key) {
      if (Bytes foreign = foreign_record(key); !foreign.empty()) record = std::move(foreign);
    }
    return loaded;
  }
  Result<Saved> save(std::string_view key, ByteView record, uint64_t expected, uint64_t version,
                     uint64_t expires_at_s) override {
    if (world_ == World::no_store) return down();
    if (world_ == World::contended) return Saved::conflict;
    return inner_->save(key, record, expected, version, expires_at_s);
  }
  Result<Erased> erase(std::string_view key, uint64_t expected) override {
    return inner_->erase(key, expected);
  }
  Result<Done> scan(std::string_view prefix, std::string_view after, size_t limit,
                    Visitor &visitor) override {
    if (world_ == World::no_store) return down();
    return inner_->scan(prefix, after, limit, visitor);
  }

 private:
  static Failure down() { return fail(Status::err_store, Reason::store_failed, "the store is down"); }
  std::unique_ptr<Store> inner_;
  World world_;
};

class Nobody : public Visitor {
 public:
  bool visit(std::string_view, ByteView, uint64_t) override { return true; }
};

Status in(World world, const Row &row) {
  Stage stage;
  const Last last = row.prepare(stage);
  stage.host.store.inner = std::make_unique<BadStore>(std::move(stage.host.store.inner), world);
  stage.host.random.hasty = true;
  if (world == World::rolled_back) stage.min_serial = std::numeric_limits<uint64_t>::max();
  return last();
}

}  // namespace

TEST_CASE("each call says what is wrong with the store or the record, and is a no for none of it") {
  for (const Row &row : kRows) {
    if (row.asks == Asks::session_offline) continue;  // does not load
    CAPTURE(std::string(row.name));
    const Status fine = in(World::fine, row);
    CHECK(static_cast<int32_t>(fine) >= 0);
    CHECK(in(World::no_store, row) == Status::err_store);
    CHECK(in(World::foreign_key, row) == Status::err_key);
    CHECK(in(World::altered, row) == Status::err_damaged);
    CHECK(in(World::rolled_back, row) == (row.asks_serial ? Status::err_rollback : fine));
    CHECK(in(World::contended, row) == (row.saves ? Status::err_busy : fine));
  }
}

TEST_CASE("a list of users is a failing store's as well") {
  Stage stage;
  stage.host.store.inner = std::make_unique<BadStore>(std::move(stage.host.store.inner), World::no_store);
  Nobody nobody;
  CHECK(status_of(stage.host.engine->users("", 10, nobody)) == Status::err_store);
}
