// Passwords, hashed with Argon2id. A few at a time: each takes 64 MiB.
#pragma once

#include <optional>
#include <semaphore>
#include <string>
#include <string_view>

namespace demo {

class Passwords {
 public:
  static constexpr int kAtOnce = 4;
  using Turns = std::counting_semaphore<kAtOnce>;
  enum class Check { right, wrong, busy };

  Passwords();
  // Nothing when too many hashes are under way, or there is no memory for one more.
  std::optional<std::string> hash(std::string_view password);
  // stored empty, for a user who is not there: does the same work and says wrong.
  Check check(std::string_view stored, std::string_view password);

 private:
  Turns turns_{kAtOnce};
  std::string of_nobody_;
};

}  // namespace demo
