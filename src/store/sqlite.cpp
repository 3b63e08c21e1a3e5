#include "store/sqlite.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <climits>
#include <condition_variable>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <thread>

#include "mfa/store.h"

namespace mfa::store {
namespace {

using engine::Erased;
using engine::Loaded;
using engine::Saved;

constexpr int kApplicationId = 0x6d666131;  // "mfa1"
constexpr int kSchemaVersion = 1;
constexpr size_t kReaders = 8;
constexpr size_t kScanPage = 64;

// ---- what SQLite answers

Failure failure_of(sqlite3 *db, int rc) {
  const char *text = db ? sqlite3_errmsg(db) : sqlite3_errstr(rc);
  switch (rc & 0xff) {
    case SQLITE_NOMEM: return fail(Status::err_no_memory, Reason::no_memory, "SQLite is out of memory");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return fail(Status::err_store, Reason::store_busy, "another process kept the store's file locked",
                  text);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return fail(Status::err_store, Reason::store_corrupt, "the store's file is damaged", text);
    default: return fail(Status::err_store, Reason::store_failed, "SQLite failed", text);
  }
}

bool is_busy(int rc) { return (rc & 0xff) == SQLITE_BUSY || (rc & 0xff) == SQLITE_LOCKED; }

// ---- handles

struct CloseDatabase {
  void operator()(sqlite3 *db) const { sqlite3_close_v2(db); }
};
struct Finalize {
  void operator()(sqlite3_stmt *statement) const { sqlite3_finalize(statement); }
};
using Database = std::unique_ptr<sqlite3, CloseDatabase>;

// A prepared statement. What is bound must live until rewind().
class Statement {
 public:
  static Result<Statement> prepare(sqlite3 *db, std::string_view sql,
                                   unsigned flags = SQLITE_PREPARE_PERSISTENT) {
    sqlite3_stmt *raw = nullptr;
    const int rc = sqlite3_prepare_v3(db, sql.data(), static_cast<int>(sql.size()), flags, &raw, nullptr);
    if (rc != SQLITE_OK) return failure_of(db, rc);
    return Statement(raw);
  }

  // SQLITE_OK or why not; a bind fails only for want of memory or a wrong index.
  int bind(int index, std::string_view bytes) {
    return sqlite3_bind_blob64(held_.get(), index, bytes.data() ? bytes.data() : "", bytes.size(),
                               SQLITE_STATIC);
  }
  int bind(int index, uint64_t number) {
    return sqlite3_bind_int64(held_.get(), index, static_cast<sqlite3_int64>(number));
  }
  int bind_null(int index) { return sqlite3_bind_null(held_.get(), index); }
  int step() { return sqlite3_step(held_.get()); }
  sqlite3_int64 number(int column) { return sqlite3_column_int64(held_.get(), column); }
  bool is(int column, int type) { return sqlite3_column_type(held_.get(), column) == type; }
  // Empty when it is absent or too long; bytes live until the next step.
  ByteView blob(int column) {
    const auto *data = static_cast<const uint8_t *>(sqlite3_column_blob(held_.get(), column));
    return {data, data ? static_cast<size_t>(sqlite3_column_bytes(held_.get(), column)) : 0};
  }
  std::string_view text(int column) {
    const auto *data = reinterpret_cast<const char *>(sqlite3_column_text(held_.get(), column));
    return data ? std::string_view(data) : std::string_view();
  }
  void rewind() {
    sqlite3_reset(held_.get());
    sqlite3_clear_bindings(held_.get());
  }

 private:
  explicit Statement(sqlite3_stmt *statement) : held_(statement) {}
  std::unique_ptr<sqlite3_stmt, Finalize> held_;
};

// Rewinds at the end of a use, so that no read transaction and no borrowed pointer stays behind.
class Use {
 public:
  explicit Use(Statement &statement) : statement_(statement) {}
  Use(const Use &) = delete;
  Use &operator=(const Use &) = delete;
  ~Use() { statement_.rewind(); }
  Statement *operator->() { return &statement_; }

 private:
  Statement &statement_;
};

Result<Done> run(sqlite3 *db, const char *sql) {
  const int rc = sqlite3_exec(db, sql, nullptr, nullptr, nullptr);
  if (rc != SQLITE_OK) return failure_of(db, rc);
  return done;
}

Result<int64_t> number_of(sqlite3 *db, const char *sql) {
  MFA_TRY(auto statement, Statement::prepare(db, sql, 0));
  const int rc = statement.step();
  if (rc != SQLITE_ROW) return failure_of(db, rc);
  return static_cast<int64_t>(statement.number(0));
}

// A transaction that is rolled back unless it was committed.
class Transaction {
 public:
  static Result<Transaction> begin(sqlite3 *db) {
    MFA_TRY(run(db, "BEGIN IMMEDIATE"));
    return Transaction(db);
  }
  Result<Done> commit() {
    MFA_TRY(run(db_.get(), "COMMIT"));
    db_.release();
    return done;
  }

 private:
  struct Rollback {
    void operator()(sqlite3 *db) const { sqlite3_exec(db, "ROLLBACK", nullptr, nullptr, nullptr); }
  };
  explicit Transaction(sqlite3 *db) : db_(db) {}
  std::unique_ptr<sqlite3, Rollback> db_;
};

// ---- opening

Failure cannot_open(const std::string &path, int error) {
  return fail(Status::err_store, Reason::store_open, "the store's file cannot be opened",
              path + ": " + std::strerror(error));
}

// The file, made with mode 0600 if there is none, by its absolute name, so that a later chdir changes
// nothing. Never opened here: closing a descriptor would drop the locks that SQLite holds on it in this
// process.
Result<std::string> make_file(const std::string &path) {
  if (mknod(path.c_str(), S_IFREG | 0600, 0) != 0 && errno != EEXIST) return cannot_open(path, errno);
  const std::unique_ptr<char, decltype(&std::free)> absolute(realpath(path.c_str(), nullptr), &std::free);
  if (!absolute) return cannot_open(path, errno);
  return std::string(absolute.get());
}

Result<Database> open_file(const std::string &path, int busy_timeout_ms) {
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
  sqlite3_busy_timeout(db.get(), busy_timeout_ms);
  sqlite3_db_config(db.get(), SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(db.get(), SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(db.get(), SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, nullptr);
  sqlite3_db_config(db.get(), SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
  sqlite3_db_config(db.get(), SQLITE_DBCONFIG_ENABLE_VIEW, 0, nullptr);
  return db;
}

// True: ours already. False: empty. Anything else is refused and left as it is.
Result<bool> is_ours(sqlite3 *db) {
  MFA_TRY(const int64_t application, number_of(db, "PRAGMA application_id"));
  MFA_TRY(const int64_t version, number_of(db, "PRAGMA user_version"));
  if (application == kApplicationId) {
    if (version == kSchemaVersion) return true;
    return fail(Status::err_store, Reason::store_newer,
                "the store's file has a schema that this library does not know",
                "version " + std::to_string(version) + ", known is " + std::to_string(kSchemaVersion));
  }
  MFA_TRY(const int64_t tables, number_of(db, "SELECT count(*) FROM sqlite_schema"));
  if (application == 0 && version == 0 && tables == 0) return false;
  return fail(Status::err_store, Reason::store_foreign, "the file is the database of another program");
}

Result<Done> make_schema(sqlite3 *db) {
  MFA_TRY(auto transaction, Transaction::begin(db));
  MFA_TRY(const bool made_meanwhile, is_ours(db));
  if (!made_meanwhile) {
    MFA_TRY(
        run(db,
            "CREATE TABLE mfa_record(key BLOB PRIMARY KEY, record BLOB NOT NULL, version INTEGER NOT NULL,"
            " expires_at INTEGER) WITHOUT ROWID"));
    MFA_TRY(run(db, ("PRAGMA application_id=" + std::to_string(kApplicationId)).c_str()));
    MFA_TRY(run(db, ("PRAGMA user_version=" + std::to_string(kSchemaVersion)).c_str()));
  }
  return transaction.commit();
}

// Needs the file for itself for a moment, and SQLite does not wait for that by itself.
Result<Done> use_wal(sqlite3 *db, int busy_timeout_ms) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(busy_timeout_ms);
  for (;;) {
    int rc = SQLITE_ROW;
    {
      MFA_TRY(auto statement, Statement::prepare(db, "PRAGMA journal_mode=WAL", 0));
      rc = statement.step();
      if (rc == SQLITE_ROW && statement.text(0) == "wal") return done;
    }
    if (rc == SQLITE_ROW) {
      return fail(Status::err_store, Reason::store_open,
                  "the store's file is where SQLite can keep no write-ahead log");
    }
    if (!is_busy(rc) || std::chrono::steady_clock::now() >= deadline) return failure_of(db, rc);
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
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

Result<Done> tune(sqlite3 *db, Synchronous synchronous) {
  MFA_TRY(run(db, pragma_of(synchronous)));
  MFA_TRY(run(db, "PRAGMA cell_size_check=ON"));
  MFA_TRY(run(db, "PRAGMA cache_size=-16384"));
  MFA_TRY(run(db, "PRAGMA journal_size_limit=67108864"));
  return done;
}

// ---- one connection: one thread at a time

struct Connection {
  Database db;
  Statement load, insert, update, erase, version_of, scan;

  static Result<Connection> open(const std::string &path, const SqliteOptions &options, bool first) {
    MFA_TRY(auto db, open_file(path, options.busy_timeout_ms));
    if (first) {
      MFA_TRY(const bool ours, is_ours(db.get()));
      if (!ours) MFA_TRY(make_schema(db.get()));
      MFA_TRY(use_wal(db.get(), options.busy_timeout_ms));
    }
    MFA_TRY(tune(db.get(), options.synchronous));
    sqlite3 *at = db.get();
    MFA_TRY(auto load, Statement::prepare(at, "SELECT record, version FROM mfa_record WHERE key=?1"));
    MFA_TRY(auto insert, Statement::prepare(at,
                                            "INSERT INTO mfa_record(key, record, version, expires_at)"
                                            " VALUES(?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING"));
    MFA_TRY(auto update, Statement::prepare(at,
                                            "UPDATE mfa_record SET record=?2, version=?3, expires_at=?4"
                                            " WHERE key=?1 AND version=?5"));
    MFA_TRY(auto erase, Statement::prepare(at, "DELETE FROM mfa_record WHERE key=?1 AND version=?2"));
    MFA_TRY(auto version_of, Statement::prepare(at, "SELECT version FROM mfa_record WHERE key=?1"));
    MFA_TRY(auto scan, Statement::prepare(at,
                                          "SELECT key, record, version FROM mfa_record"
                                          " WHERE key>?1 OR (key=?1 AND ?2) ORDER BY key LIMIT ?3"));
    return Connection{std::move(db),    std::move(load),       std::move(insert), std::move(update),
                      std::move(erase), std::move(version_of), std::move(scan)};
  }
};

// A record as a row holds it: nothing but a blob of our size and a positive version is taken.
Result<Loaded> read_row(Statement &row, int record_column, int version_column) {
  const int64_t version = row.number(version_column);
  if (!row.is(record_column, SQLITE_BLOB) || !row.is(version_column, SQLITE_INTEGER) || version < 1) {
    return fail(Status::err_store, Reason::store_corrupt,
                "a row of the store's file was changed by another program");
  }
  const ByteView record = row.blob(record_column);
  if (record.size() > MFA_STORE_RECORD_MAX) {
    return fail(Status::err_store, Reason::store_record, "a record in the store is too large");
  }
  return Loaded{copy_of(record), static_cast<uint64_t>(version)};
}

Result<std::optional<Loaded>> load(Connection &connection, std::string_view key) {
  Use row(connection.load);
  int rc = row->bind(1, key);
  if (rc == SQLITE_OK) rc = row->step();
  if (rc == SQLITE_DONE) return std::optional<Loaded>();
  if (rc != SQLITE_ROW) return failure_of(connection.db.get(), rc);
  MFA_TRY(auto loaded, read_row(connection.load, 0, 1));
  return std::optional(std::move(loaded));
}

// One statement is one transaction: it compares and keeps, or does nothing.
Result<Saved> save(Connection &connection, std::string_view key, ByteView record, uint64_t expected,
                   uint64_t new_version, uint64_t expires_at_s) {
  Use row(expected == 0 ? connection.insert : connection.update);
  int rc = row->bind(1, key);
  if (rc == SQLITE_OK) rc = row->bind(2, text_of(record));
  if (rc == SQLITE_OK) rc = row->bind(3, new_version);
  if (rc == SQLITE_OK)
    rc = expires_at_s == 0 ? row->bind_null(4) : row->bind(4, std::min<uint64_t>(expires_at_s, INT64_MAX));
  if (rc == SQLITE_OK && expected != 0) rc = row->bind(5, expected);
  if (rc == SQLITE_OK) rc = row->step();
  if (rc != SQLITE_DONE) return failure_of(connection.db.get(), rc);
  return sqlite3_changes(connection.db.get()) == 1 ? Saved::done : Saved::conflict;
}

Result<bool> holds(Connection &connection, std::string_view key) {
  Use row(connection.version_of);
  int rc = row->bind(1, key);
  if (rc == SQLITE_OK) rc = row->step();
  if (rc != SQLITE_ROW && rc != SQLITE_DONE) return failure_of(connection.db.get(), rc);
  return rc == SQLITE_ROW;
}

Result<bool> erase_row(Connection &connection, std::string_view key, uint64_t expected) {
  Use row(connection.erase);
  int rc = row->bind(1, key);
  if (rc == SQLITE_OK) rc = row->bind(2, expected);
  if (rc == SQLITE_OK) rc = row->step();
  if (rc != SQLITE_DONE) return failure_of(connection.db.get(), rc);
  return sqlite3_changes(connection.db.get()) == 1;
}

// In one transaction, for the two kinds of no must describe the same moment.
Result<Erased> erase(Connection &connection, std::string_view key, uint64_t expected) {
  MFA_TRY(auto transaction, Transaction::begin(connection.db.get()));
  MFA_TRY(const bool erased, erase_row(connection, key, expected));
  MFA_TRY(const bool there, holds(connection, key));
  MFA_TRY(transaction.commit());
  if (erased) return Erased::done;
  return there ? Erased::conflict : Erased::none;
}

struct Row {
  std::string key;
  Loaded loaded;
};

// The next rows in byte order, whatever their prefix.
Result<std::vector<Row>> page(Connection &connection, std::string_view from, bool inclusive, size_t limit) {
  std::vector<Row> rows;
  Use row(connection.scan);
  int rc = row->bind(1, from);
  if (rc == SQLITE_OK) rc = row->bind(2, uint64_t{inclusive});
  if (rc == SQLITE_OK) rc = row->bind(3, limit);
  if (rc == SQLITE_OK) {
    while ((rc = row->step()) == SQLITE_ROW) {
      MFA_TRY(auto loaded, read_row(connection.scan, 1, 2));
      rows.push_back({std::string(text_of(row->blob(0))), std::move(loaded)});
    }
  }
  if (rc != SQLITE_DONE) return failure_of(connection.db.get(), rc);
  return rows;
}

// ---- the readers: a few connections that threads take in turn

class Readers {
 public:
  Readers(std::string path, SqliteOptions options) : path_(std::move(path)), options_(std::move(options)) {
    idle_.reserve(kReaders);
  }

  class Lease {
   public:
    Lease(Readers &readers, std::unique_ptr<Connection> connection)
        : readers_(&readers), connection_(std::move(connection)) {}
    Lease(Lease &&) = default;
    ~Lease() {
      if (connection_) readers_->give_back(std::move(connection_));
    }
    Connection &operator*() { return *connection_; }

   private:
    Readers *readers_;
    std::unique_ptr<Connection> connection_;
  };

  Result<Lease> take() {
    std::unique_lock lock(mutex_);
    returned_.wait(lock, [&] { return !idle_.empty() || opened_ < kReaders; });
    if (!idle_.empty()) {
      auto connection = std::move(idle_.back());
      idle_.pop_back();
      return Lease(*this, std::move(connection));
    }
    // Under the lock, which is needed a few times in a process's life.
    MFA_TRY(auto connection, Connection::open(path_, options_, false));
    auto held = std::make_unique<Connection>(std::move(connection));
    opened_++;
    return Lease(*this, std::move(held));
  }

 private:
  void give_back(std::unique_ptr<Connection> connection) noexcept {
    {
      const std::lock_guard lock(mutex_);
      idle_.push_back(std::move(connection));  // reserved
    }
    returned_.notify_one();
  }

  const std::string path_;
  const SqliteOptions options_;
  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<std::unique_ptr<Connection>> idle_;
  size_t opened_ = 0;
};

// ---- the store

class SqliteStore final : public engine::Store {
 public:
  SqliteStore(std::string path, const SqliteOptions &options, Connection writer)
      : writer_(std::make_unique<Connection>(std::move(writer))),
        readers_(std::make_unique<Readers>(std::move(path), options)) {}

  // SQLite must not be touched in a child of fork, not even to close: it would drop the parent's locks.
  ~SqliteStore() override {
    if (getpid() == opened_by_) return;
    (void)writer_.release();
    (void)readers_.release();
  }

  Result<std::optional<Loaded>> load(std::string_view key) override {
    MFA_TRY(check_process());
    MFA_TRY(auto reader, readers_->take());
    return store::load(*reader, key);
  }

  Result<Saved> save(std::string_view key, ByteView record, uint64_t expected, uint64_t new_version,
                     uint64_t expires_at_s) override {
    MFA_TRY(check_process());
    const std::lock_guard lock(writer_mutex_);
    return store::save(*writer_, key, record, expected, new_version, expires_at_s);
  }

  Result<Erased> erase(std::string_view key, uint64_t expected) override {
    MFA_TRY(check_process());
    const std::lock_guard lock(writer_mutex_);
    return store::erase(*writer_, key, expected);
  }

  // A page at a time, and no connection is held while the visitor works: it may use the store.
  Result<Done> scan(std::string_view prefix, std::string_view after, size_t limit,
                    engine::Visitor &visitor) override {
    bool inclusive = after < prefix;  // then start at the prefix itself
    std::string at(inclusive ? prefix : after);
    while (limit > 0) {
      const size_t wanted = std::min(limit, kScanPage);
      MFA_TRY(const auto rows, next_rows(at, inclusive, wanted));
      for (const auto &row : rows) {
        if (!row.key.starts_with(prefix)) return done;
        if (!visitor.visit(row.key, row.loaded.record, row.loaded.version)) return done;
      }
      if (rows.size() < wanted) return done;
      at = rows.back().key;
      inclusive = false;
      limit -= rows.size();
    }
    return done;
  }

 private:
  Result<std::vector<Row>> next_rows(std::string_view from, bool inclusive, size_t limit) {
    MFA_TRY(check_process());
    MFA_TRY(auto reader, readers_->take());
    return page(*reader, from, inclusive, limit);
  }

  Result<Done> check_process() const {
    if (getpid() == opened_by_) return done;
    return fail(Status::err_store, Reason::store_forked,
                "the store was opened before fork: open it in the process that uses it");
  }

  const pid_t opened_by_ = getpid();
  std::mutex writer_mutex_;
  std::unique_ptr<Connection> writer_;
  std::unique_ptr<Readers> readers_;
};

}  // namespace

Result<std::unique_ptr<engine::Store>> open_sqlite(const SqliteOptions &options) {
  if (sqlite3_threadsafe() == 0) {
    return fail(Status::err_unsupported, Reason::feature_absent, "SQLite was built without threads");
  }
  MFA_TRY(std::string path, make_file(options.path));
  MFA_TRY(auto writer, Connection::open(path, options, true));
  return std::unique_ptr<engine::Store>(
      std::make_unique<SqliteStore>(std::move(path), options, std::move(writer)));
}

}  // namespace mfa::store
