#include "users.hpp"

#include <sqlite3.h>

#include <stdexcept>

#include "random.hpp"

namespace demo {
namespace {

constexpr int kBusyMs = 5000;
constexpr size_t kNameMin = 2;
constexpr size_t kNameMax = 64;

[[noreturn]] void fail(sqlite3 *db) {
  throw std::runtime_error(std::string("user database: ") + (db ? sqlite3_errmsg(db) : "no memory"));
}

struct Statement {
  Statement(sqlite3 *owner, const char *sql) : db(owner) {
    if (sqlite3_prepare_v2(db, sql, -1, &raw, nullptr) != SQLITE_OK) fail(db);
  }
  ~Statement() { sqlite3_finalize(raw); }
  Statement(const Statement &) = delete;
  Statement &operator=(const Statement &) = delete;

  void bind(int index, std::string_view text) {
    // Without data it would be NULL, which compares with nothing.
    const char *data = text.empty() ? "" : text.data();
    if (sqlite3_bind_text64(raw, index, data, text.size(), SQLITE_STATIC, SQLITE_UTF8) != SQLITE_OK) fail(db);
  }
  void bind(int index, int64_t number) {
    if (sqlite3_bind_int64(raw, index, number) != SQLITE_OK) fail(db);
  }
  bool row() {
    int step = sqlite3_step(raw);
    if (step != SQLITE_ROW && step != SQLITE_DONE) fail(db);
    return step == SQLITE_ROW;
  }
  int64_t number(int column) const { return sqlite3_column_int64(raw, column); }
  std::string text(int column) const {
    auto *data = reinterpret_cast<const char *>(sqlite3_column_text(raw, column));
    return data ? std::string(data, static_cast<size_t>(sqlite3_column_bytes(raw, column))) : std::string();
  }

  sqlite3 *db;
  sqlite3_stmt *raw = nullptr;
};

void run(sqlite3 *db, const char *sql) {
  if (sqlite3_exec(db, sql, nullptr, nullptr, nullptr) != SQLITE_OK) fail(db);
}

void add_column(sqlite3 *db, const std::string &name, const std::string &type) {
  Statement seek(db, "SELECT 1 FROM pragma_table_info('users') WHERE name = ?");
  seek.bind(1, name);
  if (seek.row()) return;
  run(db, ("ALTER TABLE users ADD COLUMN " + name + " " + type).c_str());
}

User user_of(const Statement &row) {
  User user{row.text(0), row.text(1), row.text(2)};
  user.created_s = static_cast<uint64_t>(row.number(3));
  user.staff = row.number(4) != 0;
  return user;
}

constexpr const char *kSelect = "SELECT id, name, password_hash, created_s, staff FROM users WHERE ";

}  // namespace

void Users::Close::operator()(sqlite3 *db) const { sqlite3_close(db); }

Users::Users(const std::string &path) {
  sqlite3 *db = nullptr;
  int opened = sqlite3_open(path.c_str(), &db);
  db_.reset(db);
  if (opened != SQLITE_OK) fail(db);
  sqlite3_busy_timeout(db, kBusyMs);
  run(db, "PRAGMA journal_mode = WAL");
  run(db,
      "CREATE TABLE IF NOT EXISTS users (id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, "
      "password_hash TEXT NOT NULL) STRICT, WITHOUT ROWID");
  // Files from before have neither.
  add_column(db, "created_s", "INTEGER NOT NULL DEFAULT 0");
  add_column(db, "staff", "INTEGER NOT NULL DEFAULT 0");
}

Users::~Users() = default;

std::optional<User> Users::add(std::string_view name, std::string_view password_hash, uint64_t now_s) {
  User user{random_text(), std::string(name), std::string(password_hash)};
  user.created_s = now_s;
  std::lock_guard lock(mutex_);
  Statement insert(db_.get(),
                   "INSERT INTO users (id, name, password_hash, created_s) VALUES (?, ?, ?, ?) ON CONFLICT "
                   "(name) DO NOTHING");
  insert.bind(1, user.id);
  insert.bind(2, user.name);
  insert.bind(3, user.password_hash);
  insert.bind(4, static_cast<int64_t>(now_s));
  insert.row();
  if (sqlite3_changes(db_.get()) == 0) return std::nullopt;
  return user;
}

std::optional<User> Users::by_name(std::string_view name) const {
  std::vector<User> found = select("name = ?", name);
  return found.empty() ? std::nullopt : std::optional(found.front());
}

std::optional<User> Users::by_id(std::string_view id) const {
  std::vector<User> found = select("id = ?", id);
  return found.empty() ? std::nullopt : std::optional(found.front());
}

std::vector<User> Users::after(std::string_view name, size_t limit) const {
  return select("name > ? ORDER BY name LIMIT " + std::to_string(limit), name);
}

void Users::set_staff(std::string_view id, bool staff) {
  std::lock_guard lock(mutex_);
  Statement update(db_.get(), "UPDATE users SET staff = ? WHERE id = ?");
  update.bind(1, int64_t{staff});
  update.bind(2, id);
  update.row();
}

std::vector<User> Users::select(const std::string &where, std::string_view value) const {
  std::lock_guard lock(mutex_);
  Statement rows(db_.get(), (kSelect + where).c_str());
  rows.bind(1, value);
  std::vector<User> users;
  while (rows.row()) users.push_back(user_of(rows));
  return users;
}

std::optional<std::string> normal_name(std::string_view typed) {
  while (typed.starts_with(' ')) typed.remove_prefix(1);
  while (typed.ends_with(' ')) typed.remove_suffix(1);
  if (typed.size() < kNameMin || typed.size() > kNameMax) return std::nullopt;
  std::string name;
  for (char c : typed) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (!plain && std::string_view("._-+@").find(c) == std::string_view::npos) return std::nullopt;
    name += c;
  }
  return name;
}

}  // namespace demo
