#include "store/sqlite.hpp"

#include <algorithm>

#include "mfa/store.h"
#include "store/key_order.hpp"
#include "store/own_process.hpp"
#include "store/pool.hpp"
#include "store/sqlite_file.hpp"
#include "store/write_queue.hpp"

namespace mfa::store {
namespace {

using engine::Erased;
using engine::Loaded;
using engine::Saved;

constexpr size_t kReaders = 8;
constexpr size_t kScanPage = 64;

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
    if (first) MFA_TRY(make_ours(at, *patience));
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
    if (!process_.is_here()) (void)connections_.release();
  }

  Result<std::optional<Loaded>> load(std::string_view key) override {
    MFA_TRY(process_.check());
    MFA_TRY(auto reader, connections_->reader());
    return load_row(*reader, key);
  }

  Result<Saved> save(std::string_view key, ByteView record, uint64_t expected, uint64_t new_version,
                     uint64_t expires_at_s) override {
    MFA_TRY(process_.check());
    Write write{.key = key,
                .record = record,
                .expected = expected,
                .new_version = new_version,
                .expires_at_s = expires_at_s};
    MFA_TRY(const Written written, connections_->write(write));
    return written == Written::done ? Saved::done : Saved::conflict;
  }

  Result<Erased> erase(std::string_view key, uint64_t expected) override {
    MFA_TRY(process_.check());
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
    MFA_TRY(process_.check());
    MFA_TRY(auto reader, connections_->reader());
    return next_rows(*reader, from, limit);
  }

  OwnProcess process_;
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
