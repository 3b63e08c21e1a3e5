// The SQLite store as a file: who else may touch it, and what is refused.
#include "store/sqlite.hpp"

#include <doctest.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <iterator>
#include <set>
#include <thread>

#include "support/scratch.hpp"

using namespace mfa;
using engine::Saved;
using store::open_sqlite;
using store::SqliteOptions;

namespace {

std::unique_ptr<engine::Store> open_now(const SqliteOptions &options) {
  auto opened = open_sqlite(options);
  if (!opened.has_value()) FAIL(opened.error().message << ": " << opened.error().detail);
  return std::move(opened).value();
}

Failure refused(const std::string &path) {
  auto opened = open_sqlite({.path = path});
  REQUIRE_FALSE(opened.has_value());
  return std::move(opened).error();
}

std::string contents(const std::string &path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Another program's way to the file.
class Raw {
 public:
  explicit Raw(const std::string &path) { REQUIRE(sqlite3_open(path.c_str(), &db_) == SQLITE_OK); }
  Raw(const Raw &) = delete;
  Raw &operator=(const Raw &) = delete;
  ~Raw() { sqlite3_close(db_); }
  void run(const std::string &sql) {
    REQUIRE(sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
  }
  std::string text(const std::string &sql) {
    sqlite3_stmt *statement = nullptr;
    REQUIRE(sqlite3_prepare_v2(db_, sql.c_str(), -1, &statement, nullptr) == SQLITE_OK);
    REQUIRE(sqlite3_step(statement) == SQLITE_ROW);
    std::string text = reinterpret_cast<const char *>(sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
    return text;
  }

 private:
  sqlite3 *db_ = nullptr;
};

// Runs in a process of its own; true when it answered true.
template <class Body>
bool in_child(Body &&body) {
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) _exit(body() ? 0 : 1);
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

uint64_t counter_of(const engine::Loaded &loaded) { return std::stoull(std::string(text_of(loaded.record))); }

// Adds one to a counter kept in a record, `times` times, by compare-and-set; versions are made unique by
// `who`.
bool count_up(engine::Store &store, uint64_t who, int times) {
  uint64_t next = who << 32;
  for (int count_of_saves = 0; count_of_saves < times;) {
    auto loaded = store.load("counter");
    if (!loaded.has_value()) return false;
    const uint64_t count = loaded.value() ? counter_of(*loaded.value()) : 0;
    const uint64_t version = loaded.value() ? loaded.value()->version : 0;
    const auto saved = store.save("counter", bytes_of(std::to_string(count + 1)), version, ++next, 0);
    if (!saved.has_value()) return false;
    if (saved.value() == Saved::done) count_of_saves++;
  }
  return true;
}

mode_t mode_of(const std::string &path) {
  struct stat status = {};
  REQUIRE(stat(path.c_str(), &status) == 0);
  return status.st_mode & 0777;
}

}  // namespace

TEST_CASE("sqlite: what was saved is there when the file is opened again") {
  const test::Scratch scratch;
  const SqliteOptions options{.path = scratch.file("mfa.db")};
  REQUIRE(open_now(options)->save("k", bytes_of("r"), 0, 5, 9).has_value());
  const auto loaded = open_now(options)->load("k");
  REQUIRE(loaded.has_value());
  CHECK(loaded.value()->version == 5);
  Raw raw(options.path);
  CHECK(raw.text("SELECT count(*)||' '||hex(key)||' '||expires_at FROM mfa_record") == "1 6B 9");
  CHECK(raw.text("PRAGMA application_id") == "1835426097");
  CHECK(raw.text("PRAGMA user_version") == "1");
  CHECK(raw.text("PRAGMA journal_mode") == "wal");
  CHECK(raw.text("PRAGMA integrity_check") == "ok");
}

TEST_CASE("sqlite: a time to live of 0 is none, and one past what SQLite counts is its last") {
  const test::Scratch scratch;
  const SqliteOptions options{.path = scratch.file("mfa.db")};
  const auto store = open_now(options);
  REQUIRE(store->save("a", bytes_of("r"), 0, 1, 0).has_value());
  REQUIRE(store->save("b", bytes_of("r"), 0, 1, UINT64_MAX).has_value());
  REQUIRE(store->save("b", bytes_of("r"), 1, 2, 0).has_value());
  REQUIRE(store->save("c", bytes_of("r"), 0, 1, UINT64_MAX).has_value());
  Raw raw(options.path);
  CHECK(raw.text("SELECT group_concat(ifnull(expires_at, 'never')) FROM mfa_record") ==
        "never,never,9223372036854775807");
}

TEST_CASE("sqlite: all its files are for the owner alone, whatever the umask") {
  const test::Scratch scratch;
  const std::string path = scratch.file("mfa.db");
  const mode_t before = umask(0);
  const auto store = open_now({.path = path});
  REQUIRE(store->save("k", bytes_of("r"), 0, 1, 0).has_value());
  umask(before);
  for (const char *suffix : {"", "-wal", "-shm"}) CHECK(mode_of(path + suffix) == 0600);
}

TEST_CASE("sqlite: names that SQLite reads in its own way are plain files") {
  const test::Scratch scratch;
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(scratch.file(""));
  for (const char *name : {":memory:", "file:x?mode=memory", "plain.db"}) {
    {
      const auto store = open_now({.path = name});
      std::filesystem::current_path(before);  // the store does not move along
      REQUIRE(store->save("k", bytes_of("r"), 0, 1, 0).has_value());
      REQUIRE(store->load("k").value().has_value());
    }
    std::filesystem::current_path(scratch.file(""));
    CHECK(std::filesystem::is_regular_file(scratch.file(name)));
  }
  std::filesystem::current_path(before);
}

TEST_CASE("sqlite: where no file can be, the reason is told") {
  const test::Scratch scratch;
  const auto absent = refused(scratch.file("no/such/folder.db"));
  CHECK(absent.status == Status::err_store);
  CHECK(absent.reason == Reason::store_open);
  CHECK(absent.detail.find("No such file or directory") != std::string::npos);
  std::filesystem::create_directory(scratch.file("folder"));
  REQUIRE(mkfifo(scratch.file("fifo").c_str(), 0600) == 0);
  for (const auto *name : {"folder", "fifo"}) {
    const auto no_file = refused(scratch.file(name));
    CHECK(no_file.status == Status::err_store);
    CHECK(no_file.reason == Reason::store_open);
    CHECK(std::string_view(no_file.message) == "the store's path is not that of a file");
    CHECK(no_file.detail == scratch.file(name));
  }
}

TEST_CASE("sqlite: the database of another program is refused and left as it is") {
  const test::Scratch scratch;
  for (const std::string sql :
       {"CREATE TABLE users(id)", "PRAGMA application_id=7", "PRAGMA user_version=1",
        "CREATE TABLE mfa_record(key BLOB PRIMARY KEY, record, version, expires_at)"}) {
    CAPTURE(sql);
    const std::string path = scratch.file("other.db");
    Raw(path).run(sql);
    const std::string before = contents(path);
    CHECK(refused(path).reason == Reason::store_foreign);
    CHECK(contents(path) == before);
    CHECK_FALSE(std::filesystem::exists(path + "-wal"));
    std::filesystem::remove(path);
  }
}

TEST_CASE("sqlite: a newer schema is refused with its number and left as it is") {
  const test::Scratch scratch;
  const std::string path = scratch.file("mfa.db");
  for (const int version : {2, 0, -1}) {
    open_now({.path = path});
    Raw(path).run("PRAGMA user_version=" + std::to_string(version));
    const std::string before = contents(path);
    const auto failure = refused(path);
    CHECK(failure.reason == Reason::store_newer);
    CHECK(failure.detail == "version " + std::to_string(version) + ", known is 1");
    CHECK(contents(path) == before);
    std::filesystem::remove(path);
  }
}

TEST_CASE("sqlite: a file that is no database, or a damaged one, is a failure") {
  const test::Scratch scratch;
  const std::string path = scratch.file("mfa.db");
  std::ofstream(path) << std::string(5000, 'x');
  CHECK(refused(path).reason == Reason::store_corrupt);
  CHECK(contents(path) == std::string(5000, 'x'));
  std::filesystem::remove(path);

  {
    const auto store = open_now({.path = path, .synchronous = store::Synchronous::normal});
    for (uint64_t i = 1; i <= 300; i++) {
      REQUIRE(store->save("k" + std::to_string(i), Bytes(1000, 7), 0, i, 0).has_value());
    }
  }
  std::string damaged = contents(path);
  for (size_t i = 16384; i < damaged.size(); i++) damaged[i] = static_cast<char>(0xa5);
  std::ofstream(path, std::ios::binary) << damaged;
  const auto store = open_now({.path = path});
  const auto loaded = store->load("k1");
  REQUIRE_FALSE(loaded.has_value());
  CHECK(loaded.error().status == Status::err_store);
  CHECK(loaded.error().reason == Reason::store_corrupt);
  CHECK_FALSE(store->save("k1", bytes_of("r"), 1, 2, 0).has_value());
}

TEST_CASE("sqlite: a row that another program changed is a failure, not a record") {
  const test::Scratch scratch;
  const SqliteOptions options{.path = scratch.file("mfa.db")};
  for (const char *change : {"version=0", "version=-1", "version='x'", "version=1.5", "record='text'",
                             "record=7", "record=zeroblob(262145)"}) {
    CAPTURE(change);
    const auto store = open_now(options);
    REQUIRE(store->save("k", bytes_of("r"), 0, 1, 0).has_value());
    Raw raw(options.path);
    raw.run(std::string("UPDATE mfa_record SET ") + change);
    CHECK_FALSE(store->load("k").has_value());
    raw.run("DELETE FROM mfa_record");
  }
}

TEST_CASE("sqlite: a lock that another program keeps is a failure once the time is over") {
  const test::Scratch scratch;
  const SqliteOptions options{.path = scratch.file("mfa.db"), .busy_timeout_ms = 30};
  const auto store = open_now(options);
  REQUIRE(store->save("k", bytes_of("r"), 0, 1, 0).has_value());
  Raw raw(options.path);
  raw.run("BEGIN IMMEDIATE");
  const auto saved = store->save("k", bytes_of("s"), 1, 2, 0);
  REQUIRE_FALSE(saved.has_value());
  CHECK(saved.error().status == Status::err_store);
  CHECK(saved.error().reason == Reason::store_busy);
  CHECK(store->erase("k", 1).error().reason == Reason::store_busy);
  CHECK(store->load("k").value()->version == 1);  // readers do not wait
  raw.run("ROLLBACK");
  CHECK(store->save("k", bytes_of("s"), 1, 2, 0).value() == Saved::done);
}

TEST_CASE("sqlite: many threads lose no update") {
  const test::Scratch scratch;
  const auto store = open_now({.path = scratch.file("mfa.db"), .synchronous = store::Synchronous::normal});
  constexpr int kThreads = 16;
  constexpr int kTimes = 25;
  std::atomic<int> well = 0;
  std::vector<std::thread> threads;
  for (int who = 0; who < kThreads; who++) {
    threads.emplace_back([&, who] { well += count_up(*store, static_cast<uint64_t>(who) + 1, kTimes); });
  }
  for (auto &thread : threads) thread.join();
  CHECK(well == kThreads);
  CHECK(counter_of(*store->load("counter").value()) == kThreads * kTimes);
}

TEST_CASE("sqlite: of many threads that make one key, or erase it, one does") {
  const test::Scratch scratch;
  const auto store = open_now({.path = scratch.file("mfa.db"), .synchronous = store::Synchronous::normal});
  for (uint64_t round = 1; round <= 20; round++) {
    std::atomic<int> made = 0, erased = 0, absent = 0;
    std::vector<std::thread> threads;
    for (uint64_t who = 0; who < 8; who++) {
      threads.emplace_back([&, who] {
        const auto saved = store->save("k", bytes_of("r"), 0, round * 100 + who, 0);
        made += saved.has_value() && saved.value() == Saved::done;
      });
    }
    for (auto &thread : threads) thread.join();
    threads.clear();
    CHECK(made == 1);
    const uint64_t version = store->load("k").value()->version;
    for (int who = 0; who < 8; who++) {
      threads.emplace_back([&] {
        const auto answer = store->erase("k", version);
        erased += answer.has_value() && answer.value() == engine::Erased::done;
        absent += answer.has_value() && answer.value() == engine::Erased::none;
      });
    }
    for (auto &thread : threads) thread.join();
    CHECK(erased == 1);
    CHECK(absent == 7);
  }
}

TEST_CASE("sqlite: many processes make one file at once, and lose no update") {
  const test::Scratch scratch;
  const SqliteOptions options{.path = scratch.file("mfa.db"), .synchronous = store::Synchronous::normal};
  constexpr int kProcesses = 6;
  constexpr int kTimes = 40;
  std::vector<pid_t> children;
  for (int who = 0; who < kProcesses; who++) {
    children.push_back(fork());
    REQUIRE(children.back() >= 0);
    if (children.back() != 0) continue;
    auto opened = open_sqlite(options);
    const bool well = opened.has_value() && count_up(*opened.value(), static_cast<uint64_t>(who) + 1, kTimes);
    if (opened.has_value()) opened.value().reset();
    _exit(well ? 0 : 1);
  }
  for (const pid_t child : children) {
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    CHECK(status == 0);
  }
  CHECK(counter_of(*open_now(options)->load("counter").value()) == kProcesses * kTimes);
}

TEST_CASE("sqlite: a store opened before fork fails in the child, and goes on in the parent") {
  const test::Scratch scratch;
  const SqliteOptions options{.path = scratch.file("mfa.db")};
  auto store = open_now(options);
  REQUIRE(store->save("k", bytes_of("r"), 0, 1, 0).has_value());
  const auto named = [](const auto &result) {
    return !result.has_value() && result.error().reason == Reason::store_forked;
  };
  class Nothing final : public engine::Visitor {
   public:
    bool visit(std::string_view, ByteView, uint64_t) override { return true; }
  } nothing;
  CHECK(in_child([&] {
    const bool all = named(store->load("k")) && named(store->save("k", bytes_of("s"), 1, 2, 0)) &&
                     named(store->erase("k", 1)) && named(store->scan("", "", 1, nothing));
    store.reset();
    auto own = open_sqlite(options);  // after fork it opens its own
    return all && own.has_value() && own.value()->save("child", bytes_of("r"), 0, 1, 0).has_value();
  }));
  CHECK(store->load("child").value().has_value());
  CHECK(store->save("k", bytes_of("s"), 1, 2, 0).value() == Saved::done);
}
