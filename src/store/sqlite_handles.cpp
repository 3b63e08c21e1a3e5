#include "store/sqlite_handles.hpp"

namespace mfa::store {

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

}  // namespace mfa::store
