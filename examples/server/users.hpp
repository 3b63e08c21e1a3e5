// The site's own users: a name, a password's hash, and the id under which libmfa knows them.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

struct sqlite3;

namespace demo {

struct User {
  std::string id;  // random, and for ever: a name may change hands
  std::string name;
  std::string password_hash;
};

class Users {
 public:
  // Makes the file when there is none. Throws std::runtime_error.
  explicit Users(const std::string &path);
  ~Users();
  // The new user; nothing when the name is taken. Throws std::runtime_error when the database fails, as do
  // the others.
  std::optional<User> add(std::string_view name, std::string_view password_hash);
  std::optional<User> by_name(std::string_view name);
  std::optional<User> by_id(std::string_view id);

 private:
  std::optional<User> find(const char *sql, std::string_view value);

  std::mutex mutex_;
  struct Close {
    void operator()(sqlite3 *db) const;
  };
  std::unique_ptr<sqlite3, Close> db_;
};

// Lower case; nothing when it is not a name we take: 2 to 64 of a-z 0-9 . _ - + @, in any case.
std::optional<std::string> normal_name(std::string_view typed);

}  // namespace demo
