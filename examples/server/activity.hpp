// The recent activity of an account, out of the JSON that the engine gives of it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace demo {

struct Activity {
  uint64_t at_s = 0;
  std::string text;
  bool alarming = false;
};

// labels: of the account's factors, by id. Newest first, as in the JSON; empty when it cannot be read.
std::vector<Activity> recent_activity(std::string_view account_json,
                                      const std::map<std::string, std::string, std::less<>> &labels);

}  // namespace demo
