#include "store/sqlite.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <random>
#include <thread>

#include "mfa/store.h"
#include "store/key_order.hpp"
#include "store/pool.hpp"
#include "store/write_queue.hpp"

namespace mfa::store {
namespace {

using engine::Erased;
using engine::Loaded;
using engine::Saved;

constexpr int kApplicationId = 0x6d666131;  // "mfa1"
constexpr int kSchemaVersion = 1;
// A record of up to 4 KiB then lies in one page: reads take half the time they take with the default of 4096.
constexpr const char *kPageSize = "PRAGMA page_size=16384";
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

// ---- waiting for other processes

// SQLite's own waiting sleeps up to 100 ms between two looks, while a commit takes one: with eight processes
// that made the unlucky wait a second. Short sleeps of random length halve the cost and bring the worst to 50
// ms.
class Patience {
 public:
  explicit Patience(int timeout_ms)
      : timeout_(timeout_ms),
        random_(static_cast<uint32_t>(getpid()) ^ static_cast<uint32_t>(reinterpret_cast<uintptr_t>(this))) {}

  void begin() { deadline_ = Clock::now() + timeout_; }
  // False when the time is over.
  bool wait(int tries) {
    if (Clock::now() >= deadline_) return false;
    const uint32_t most_us = tries < 3 ? 200 : 5000;
    std::this_thread::sleep_for(std::chrono::microseconds(50 + random_() % most_us));
    return true;
  }
  static int on_busy(void *patience, int tries) {
    auto *self = static_cast<Patience *>(patience);
    if (tries == 0) self->begin();
    return self->wait(tries) ? 1 : 0;
  }

 private:
  using Clock = std::chrono::steady_clock;
  const std::chrono::milliseconds timeout_;
  Clock::time_point deadline_;
  std::minstd_rand random_;
};

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
  static Result<Transaction> begin_reading(sqlite3 *db) {
    MFA_TRY(run(db, "BEGIN"));
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
  sqlite3_busy_handler(db.get(), &Patience::on_busy, &patience);
  sqlite3_db_config(db.get(), SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(db.get(), SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(db.get(), SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, nullptr);
  sqlite3_db_config(db.get(), SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
  sqlite3_db_config(db.get(), SQLITE_DBCONFIG_ENABLE_VIEW, 0, nullptr);
  return db;
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
                "version " + std::to_string(version) + ", known is " + std::to_string(kSchemaVersion));
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
    MFA_TRY(run(db, ("PRAGMA application_id=" + std::to_string(kApplicationId)).c_str()));
    MFA_TRY(run(db, ("PRAGMA user_version=" + std::to_string(kSchemaVersion)).c_str()));
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

Result<Done> tune(sqlite3 *db, Synchronous synchronous) {
  MFA_TRY(run(db, pragma_of(synchronous)));
  MFA_TRY(run(db, "PRAGMA cell_size_check=ON"));
  MFA_TRY(run(db, "PRAGMA cache_size=-16384"));
  MFA_TRY(run(db, "PRAGMA journal_size_limit=67108864"));
  return done;
}

// ---- one connection: one thread at a time

struct Connection {
  std::unique_ptr<Patience> patience;  // where SQLite finds it
  Database db;
  Statement load, insert, update, erase, version_of, scan;

  // The first of a store makes the file ours.
  static Result<std::unique_ptr<Connection>> open(const std::string &path, const SqliteOptions &options,
                                                  bool first) {
    auto patience = std::make_unique<Patience>(options.busy_timeout_ms);
    MFA_TRY(auto db, open_file(path, *patience));
    sqlite3 *at = db.get();
    if (first) {
      MFA_TRY(const bool ours, was_ours(at));
      if (!ours) MFA_TRY(make_schema(at));
      MFA_TRY(use_wal(at, *patience));
    }
    MFA_TRY(tune(at, options.synchronous));
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
                                          " WHERE key>=?1 ORDER BY key LIMIT ?2"));
    return std::unique_ptr<Connection>(new Connection{std::move(patience), std::move(db), std::move(load),
                                                      std::move(insert), std::move(update), std::move(erase),
                                                      std::move(version_of), std::move(scan)});
  }
};

// ---- reading

// Nothing but a blob of our size and a positive version is taken from a row.
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

Result<std::optional<Loaded>> load_row(Connection &connection, std::string_view key) {
  Use row(connection.load);
  int rc = row->bind(1, key);
  if (rc == SQLITE_OK) rc = row->step();
  if (rc == SQLITE_DONE) return std::optional<Loaded>();
  if (rc != SQLITE_ROW) return failure_of(connection.db.get(), rc);
  MFA_TRY(auto loaded, read_row(connection.load, 0, 1));
  return std::optional(std::move(loaded));
}

Result<bool> has_row(Connection &connection, std::string_view key) {
  Use row(connection.version_of);
  int rc = row->bind(1, key);
  if (rc == SQLITE_OK) rc = row->step();
  if (rc != SQLITE_ROW && rc != SQLITE_DONE) return failure_of(connection.db.get(), rc);
  return rc == SQLITE_ROW;
}

struct Row {
  std::string key;
  Loaded loaded;
};

// The next rows in byte order from `from` on, whatever their prefix.
Result<std::vector<Row>> next_rows(Connection &connection, std::string_view from, size_t limit) {
  std::vector<Row> rows;
  Use row(connection.scan);
  int rc = row->bind(1, from);
  if (rc == SQLITE_OK) rc = row->bind(2, uint64_t{limit});
  if (rc == SQLITE_OK) rc = row->step();
  for (; rc == SQLITE_ROW; rc = row->step()) {
    MFA_TRY(auto loaded, read_row(connection.scan, 1, 2));
    rows.push_back({std::string(text_of(row->blob(0))), std::move(loaded)});
  }
  if (rc != SQLITE_DONE) return failure_of(connection.db.get(), rc);
  return rows;
}

// ---- writing

Result<Written> save_row(Connection &connection, const Write &write) {
  Use row(write.expected == 0 ? connection.insert : connection.update);
  int rc = row->bind(1, write.key);
  if (rc == SQLITE_OK) rc = row->bind(2, text_of(write.record));
  if (rc == SQLITE_OK) rc = row->bind(3, write.new_version);
  if (rc == SQLITE_OK && write.expires_at_s != 0)
    rc = row->bind(4, std::min<uint64_t>(write.expires_at_s, INT64_MAX));
  if (rc == SQLITE_OK && write.expected != 0) rc = row->bind(5, write.expected);
  if (rc == SQLITE_OK) rc = row->step();
  if (rc != SQLITE_DONE) return failure_of(connection.db.get(), rc);
  return sqlite3_changes(connection.db.get()) == 1 ? Written::done : Written::conflict;
}

Result<Written> erase_row(Connection &connection, const Write &write) {
  Use row(connection.erase);
  int rc = row->bind(1, write.key);
  if (rc == SQLITE_OK) rc = row->bind(2, write.expected);
  if (rc == SQLITE_OK) rc = row->step();
  if (rc != SQLITE_DONE) return failure_of(connection.db.get(), rc);
  if (sqlite3_changes(connection.db.get()) == 1) return Written::done;
  MFA_TRY(const bool there, has_row(connection, write.key));
  return there ? Written::conflict : Written::none;
}

Result<Written> write_row(Connection &connection, const Write &write) {
  return write.erases ? erase_row(connection, write) : save_row(connection, write);
}

class SqliteCommitter final : public Committer {
 public:
  explicit SqliteCommitter(Connection &connection) : connection_(connection) {}

  // A save alone is one statement and thus a transaction of its own.
  void commit(std::span<Write *> batch) override {
    if (batch.size() == 1 && !batch[0]->erases) {
      batch[0]->answer = save_row(connection_, *batch[0]);
      return;
    }
    const auto committed = commit_all(batch);
    if (committed.has_value()) return;
    // Also a conflict: what it was in conflict with may be undone.
    for (Write *write : batch) write->answer = Result<Written>(committed.error());
  }

 private:
  Result<Done> commit_all(std::span<Write *> batch) {
    sqlite3 *db = connection_.db.get();
    MFA_TRY(auto transaction, Transaction::begin(db));
    for (Write *write : batch) {
      write->answer = write_row(connection_, *write);
      // An error that SQLite answers with a rollback undid those before, too.
      if (sqlite3_get_autocommit(db) != 0)
        return write->answer->has_value() ? failure_of(db, SQLITE_ABORT) : write->answer->error();
    }
    return transaction.commit();
  }

  Connection &connection_;
};

// ---- the store

// One connection writes and a few read: readers do not wait for a commit, and writers of this process wait in
// the queue, not for SQLite's lock. With 16 threads a commit then serves about ten of them.
class Connections {
 public:
  Connections(const std::string &path, const SqliteOptions &options, std::unique_ptr<Connection> writer)
      : writer_(std::move(writer)),
        committer_(*writer_),
        writes_(committer_),
        readers_(kReaders, [path, options] { return Connection::open(path, options, false); }) {}

  Result<Written> write(Write &write) { return writes_.run(write); }
  Result<Pool<Connection>::Lease> reader() { return readers_.take(); }

 private:
  std::unique_ptr<Connection> writer_;
  SqliteCommitter committer_;
  WriteQueue writes_;
  Pool<Connection> readers_;
};

class SqliteStore final : public engine::Store {
 public:
  explicit SqliteStore(std::unique_ptr<Connections> connections) : connections_(std::move(connections)) {}

  // In a child of fork they are left as they are: to close one would drop the parent's locks.
  ~SqliteStore() override {
    if (getpid() != opened_by_) (void)connections_.release();
  }

  Result<std::optional<Loaded>> load(std::string_view key) override {
    MFA_TRY(check_process());
    MFA_TRY(auto reader, connections_->reader());
    return load_row(*reader, key);
  }

  Result<Saved> save(std::string_view key, ByteView record, uint64_t expected, uint64_t new_version,
                     uint64_t expires_at_s) override {
    MFA_TRY(check_process());
    Write write{.key = key,
                .record = record,
                .expected = expected,
                .new_version = new_version,
                .expires_at_s = expires_at_s};
    MFA_TRY(const Written written, connections_->write(write));
    return written == Written::done ? Saved::done : Saved::conflict;
  }

  Result<Erased> erase(std::string_view key, uint64_t expected) override {
    MFA_TRY(check_process());
    Write write{.key = key, .erases = true, .expected = expected};
    MFA_TRY(const Written written, connections_->write(write));
    switch (written) {
      case Written::done: return Erased::done;
      case Written::conflict: return Erased::conflict;
      case Written::none: return Erased::none;
    }
    return Erased::conflict;
  }

  // A page at a time, and no connection is held while the visitor works: it may use the store.
  Result<Done> scan(std::string_view prefix, std::string_view after, size_t limit,
                    engine::Visitor &visitor) override {
    std::string from = first_key(prefix, after);
    while (limit > 0) {
      const size_t wanted = std::min(limit, kScanPage);
      MFA_TRY(const auto rows, read_page(from, wanted));
      for (const auto &row : rows) {
        if (!row.key.starts_with(prefix)) return done;
        if (!visitor.visit(row.key, row.loaded.record, row.loaded.version)) return done;
      }
      if (rows.size() < wanted) return done;
      from = key_after(rows.back().key);
      limit -= rows.size();
    }
    return done;
  }

 private:
  Result<std::vector<Row>> read_page(std::string_view from, size_t limit) {
    MFA_TRY(check_process());
    MFA_TRY(auto reader, connections_->reader());
    return next_rows(*reader, from, limit);
  }

  Result<Done> check_process() const {
    if (getpid() == opened_by_) return done;
    return fail(Status::err_store, Reason::store_forked,
                "the store was opened before fork: open it in the process that uses it");
  }

  const pid_t opened_by_ = getpid();
  std::unique_ptr<Connections> connections_;
};

}  // namespace

Result<std::unique_ptr<engine::Store>> open_sqlite(const SqliteOptions &options) {
  if (sqlite3_threadsafe() == 0) {
    return fail(Status::err_unsupported, Reason::feature_absent, "SQLite was built without threads");
  }
  MFA_TRY(const std::string path, make_file(options.path));
  MFA_TRY(auto writer, Connection::open(path, options, true));
  auto connections = std::make_unique<Connections>(path, options, std::move(writer));
  return std::unique_ptr<engine::Store>(std::make_unique<SqliteStore>(std::move(connections)));
}

}  // namespace mfa::store
