// SQLite's handles as values, and its errors as ours.
#pragma once

#include <sqlite3.h>

#include <memory>
#include <string_view>

#include "core/bytes.hpp"
#include "core/result.hpp"

namespace mfa::store {

Failure failure_of(sqlite3 *db, int rc);
bool is_busy(int rc);

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
  int step() { return sqlite3_step(held_.get()); }
  sqlite3_int64 number(int column) { return sqlite3_column_int64(held_.get(), column); }
  bool is(int column, int type) { return sqlite3_column_type(held_.get(), column) == type; }
  // Empty when it is NULL; the bytes live until the next step.
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

Result<Done> run(sqlite3 *db, const char *sql);
// The first column of the first row.
Result<int64_t> number_of(sqlite3 *db, const char *sql);

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

}  // namespace mfa::store
