#include "store/sqlite_file.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace mfa::store {
namespace {

constexpr int kApplicationId = 0x6d666131;  // "mfa1"
constexpr int kSchemaVersion = 1;
// A record of up to 4 KiB then lies in one page: reads take half the time they take with the default of 4096.
constexpr const char *kPageSize = "PRAGMA page_size=16384";

Failure cannot_open(const std::string &path, int error) {
  return fail(Status::err_store, Reason::store_open, "the store's file cannot be opened",
              path + ": " + std::strerror(error));
}

int on_busy(void *patience, int tries) {
  auto *waiting = static_cast<Patience *>(patience);
  if (tries == 0) waiting->begin();
  return waiting->wait(tries) ? 1 : 0;
}

// True: ours already. False: empty. Anything else is refused and left as it is. In a transaction, for another
// process may be making the schema.
Result<bool> is_ours(sqlite3 *db) {
  MFA_TRY(const int64_t application, number_of(db, "PRAGMA application_id"));
  MFA_TRY(const int64_t version, number_of(db, "PRAGMA user_version"));
  if (application == kApplicationId) {
    if (version == kSchemaVersion) return true;
    return fail(Status::err_store, Reason::store_newer,
                "the store's file has a schema that this library does not know",
                fmt::format("version {}, known is {}", version, kSchemaVersion));
  }
  MFA_TRY(const int64_t tables, number_of(db, "SELECT count(*) FROM sqlite_schema"));
  if (application == 0 && version == 0 && tables == 0) return false;
  return fail(Status::err_store, Reason::store_foreign, "the file is the database of another program");
}

Result<bool> was_ours(sqlite3 *db) {
  MFA_TRY(const auto transaction, Transaction::begin_reading(db));
  return is_ours(db);
}

Result<Done> make_schema(sqlite3 *db) {
  MFA_TRY(run(db, kPageSize));
  MFA_TRY(auto transaction, Transaction::begin(db));
  MFA_TRY(const bool made_meanwhile, is_ours(db));
  if (!made_meanwhile) {
    MFA_TRY(
        run(db,
            "CREATE TABLE mfa_record(key BLOB PRIMARY KEY, record BLOB NOT NULL, version INTEGER NOT NULL,"
            " expires_at INTEGER) WITHOUT ROWID"));
    MFA_TRY(run(db, fmt::format("PRAGMA application_id={}", kApplicationId).c_str()));
    MFA_TRY(run(db, fmt::format("PRAGMA user_version={}", kSchemaVersion).c_str()));
  }
  return transaction.commit();
}

// Needs the file for itself for a moment, and SQLite does not wait for that by itself.
Result<Done> use_wal(sqlite3 *db, Patience &patience) {
  patience.begin();
  for (int tries = 0;; tries++) {
    int rc = SQLITE_ROW;
    {
      MFA_TRY(auto statement, Statement::prepare(db, "PRAGMA journal_mode=WAL", 0));
      rc = statement.step();
      if (rc == SQLITE_ROW && statement.text(0) == "wal") return done;
    }
    if (rc == SQLITE_ROW) {
      return fail(Status::err_store, Reason::store_open,
                  "SQLite can keep no write-ahead log beside the store's file");
    }
    if (!is_busy(rc) || !patience.wait(tries)) return failure_of(db, rc);
  }
}

const char *pragma_of(Synchronous synchronous) {
  switch (synchronous) {
    case Synchronous::normal: return "PRAGMA synchronous=NORMAL";
    case Synchronous::full: return "PRAGMA synchronous=FULL";
    case Synchronous::extra: return "PRAGMA synchronous=EXTRA";
  }
  return "PRAGMA synchronous=EXTRA";
}

}  // namespace

// Made without a descriptor: to close one would drop the locks that this process may hold on the file by
// then.
Result<std::string> make_file(const std::string &path) {
  if (mknod(path.c_str(), S_IFREG | 0600, 0) != 0 && errno != EEXIST) return cannot_open(path, errno);
  struct stat status = {};
  if (stat(path.c_str(), &status) != 0) return cannot_open(path, errno);
  if (!S_ISREG(status.st_mode)) {
    return fail(Status::err_store, Reason::store_open, "the store's path is not that of a file", path);
  }
  const std::unique_ptr<char, decltype(&std::free)> absolute(realpath(path.c_str(), nullptr), &std::free);
  if (!absolute) return cannot_open(path, errno);
  return std::string(absolute.get());
}

Result<Database> open_file(const std::string &path, Patience &patience) {
  sqlite3 *raw = nullptr;
  const int rc = sqlite3_open_v2(
      path.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  Database db(raw);
  if (rc != SQLITE_OK) {
    auto failure = failure_of(db.get(), rc);
    if (failure.status == Status::err_store) failure.reason = Reason::store_open;
    return failure;
  }
  if (sqlite3_db_readonly(db.get(), "main") == 1) {
    return fail(Status::err_store, Reason::store_open, "the store's file is not writable", path);
  }
  sqlite3_busy_handler(db.get(), &on_busy, &patience);
  sqlite3_db_config(db.get(), SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(db.get(), SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(db.get(), SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, nullptr);
  sqlite3_db_config(db.get(), SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
  sqlite3_db_config(db.get(), SQLITE_DBCONFIG_ENABLE_VIEW, 0, nullptr);
  return db;
}

Result<Done> make_ours(sqlite3 *db, Patience &patience) {
  MFA_TRY(const bool ours, was_ours(db));
  if (!ours) MFA_TRY(make_schema(db));
  return use_wal(db, patience);
}

Result<Done> tune(sqlite3 *db, Synchronous synchronous) {
  MFA_TRY(run(db, pragma_of(synchronous)));
  MFA_TRY(run(db, "PRAGMA cell_size_check=ON"));
  MFA_TRY(run(db, "PRAGMA cache_size=-16384"));
  MFA_TRY(run(db, "PRAGMA journal_size_limit=67108864"));
  return done;
}

}  // namespace mfa::store
