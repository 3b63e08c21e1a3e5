// The site's own users: a name, a password's hash, and the id under which libmfa knows them.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct sqlite3;

namespace demo {

struct User {
  std::string id;  // random, and for ever: a name may change hands
  std::string name;
  std::string password_hash;
  uint64_t created_s = 0;  // 0: not known
  bool staff = false;      // has to have a second factor
};

class Users {
 public:
  // Makes the file when there is none. Throws std::runtime_error.
  explicit Users(const std::string &path);
  ~Users();
  // The new user; nothing when the name is taken. Throws std::runtime_error when the database fails, as do
  // the others.
  std::optional<User> add(std::string_view name, std::string_view password_hash, uint64_t now_s);
  std::optional<User> by_name(std::string_view name) const;
  std::optional<User> by_id(std::string_view id) const;
  // In order of their names, those after `name`.
  std::vector<User> after(std::string_view name, size_t limit) const;
  void set_staff(std::string_view id, bool staff);

 private:
  std::vector<User> select(const std::string &where, std::string_view value) const;

  mutable std::mutex mutex_;
  struct Close {
    void operator()(sqlite3 *db) const;
  };
  std::unique_ptr<sqlite3, Close> db_;
};

// Lower case; nothing when it is not a name we take: 2 to 64 of a-z 0-9 . _ - + @, in any case.
std::optional<std::string> normal_name(std::string_view typed);

}  // namespace demo
