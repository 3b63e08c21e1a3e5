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
    if (sqlite3_bind_text64(raw, index, text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8) != SQLITE_OK)
      fail(db);
  }
  std::string text(int column) {
    auto *data = reinterpret_cast<const char *>(sqlite3_column_text(raw, column));
    return data ? std::string(data, static_cast<size_t>(sqlite3_column_bytes(raw, column))) : std::string();
  }

  sqlite3 *db;
  sqlite3_stmt *raw = nullptr;
};

void run(sqlite3 *db, const char *sql) {
  if (sqlite3_exec(db, sql, nullptr, nullptr, nullptr) != SQLITE_OK) fail(db);
}

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
}

Users::~Users() = default;

std::optional<User> Users::add(std::string_view name, std::string_view password_hash) {
  User user{random_text(), std::string(name), std::string(password_hash)};
  std::lock_guard lock(mutex_);
  Statement insert(
      db_.get(),
      "INSERT INTO users (id, name, password_hash) VALUES (?, ?, ?) ON CONFLICT (name) DO NOTHING");
  insert.bind(1, user.id);
  insert.bind(2, user.name);
  insert.bind(3, user.password_hash);
  if (sqlite3_step(insert.raw) != SQLITE_DONE) fail(db_.get());
  if (sqlite3_changes(db_.get()) == 0) return std::nullopt;
  return user;
}

std::optional<User> Users::by_name(std::string_view name) {
  return find("SELECT id, name, password_hash FROM users WHERE name = ?", name);
}

std::optional<User> Users::by_id(std::string_view id) {
  return find("SELECT id, name, password_hash FROM users WHERE id = ?", id);
}

std::optional<User> Users::find(const char *sql, std::string_view value) {
  std::lock_guard lock(mutex_);
  Statement select(db_.get(), sql);
  select.bind(1, value);
  int step = sqlite3_step(select.raw);
  if (step == SQLITE_DONE) return std::nullopt;
  if (step != SQLITE_ROW) fail(db_.get());
  return User{select.text(0), select.text(1), select.text(2)};
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
