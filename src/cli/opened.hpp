// A store and an engine on it, as the commands that look after users open them.
#pragma once

#include <mfa/engine.h>

#include "cli/cli.hpp"
#include "cli/json.hpp"

namespace cli {

// The options that open a store, and more of a command's own.
std::vector<Option> with_store(std::span<const Option> more);

// What a command that signs people in gives its engine; the others need none of it.
struct Opening {
  bool makes_store = false;  // a database that is not there yet
  bool signs_in = false;     // with the pepper and the decoy key of the server, or none; else with no pepper
  std::string_view pepper, decoy_key;
  const uint64_t *now_s = nullptr;  // the time, in place of the system's
};

// Closed in the right order. Ends the program when it cannot be opened.
class Opened {
 public:
  explicit Opened(const Args &args, const Opening &opening = {});
  Opened(const Opened &) = delete;
  Opened &operator=(const Opened &) = delete;
  ~Opened();
  mfa_engine *engine() const { return engine_; }

 private:
  void open_events();
  static void write_event(void *opened, const char *json, size_t json_len);
  static uint64_t told_now_s(void *opened);
  void open_store();
  std::string config_json() const;
  void open_engine();

  const Args &args_;
  const Opening opening_;
  mfa_store store_ = MFA_STORE_INIT;
  mfa_engine *engine_ = nullptr;
  int events_ = -1;
};

// Users after this one in byte order, at most `limit`.
std::vector<std::string> users_after(const Args &args, const Opened &opened, std::string_view after,
                                     size_t limit);
// visit(user) for each user after this one, page by page.
template <class Visit>
void each_user(const Args &args, const Opened &opened, std::string after, uint64_t limit, Visit visit) {
  constexpr uint64_t kPage = 500;
  while (limit > 0) {
    const auto page = users_after(args, opened, after, static_cast<size_t>(std::min(limit, kPage)));
    for (const auto &user : page) visit(user);
    if (page.size() < kPage) break;
    limit -= page.size();
    after = page.back();
  }
}

// The operand USER: 1 to 255 bytes.
std::string_view read_user(const Args &args, size_t operand = 0);
// Who does it, for the account's history.
std::string actor_of(const Args &args);

// For a terminal; what is not printable as hex:...
std::string shown(std::string_view text);
JsonObject &add_user(JsonObject &object, std::string_view user);

}  // namespace cli
