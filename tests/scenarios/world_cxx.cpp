// The scenarios in C++20, on mfa/mfa.hpp.
#include <algorithm>
#include <functional>
#include <map>

#include "scenarios/player.h"
#include "scenarios/world_cxx_items.hpp"

namespace {

using namespace scenarios;

// A store written in C++.
class OwnStore : public mfa::Store {
 public:
  mfa_store_answer load(std::string_view key, mfa::Found &found, mfa::Complaint &) override {
    const auto row = rows_.find(key);
    return row == rows_.end() ? MFA_STORE_NONE
                              : found.set(mfa::bytes(row->second.record), row->second.version);
  }
  mfa_store_answer save(std::string_view key, mfa::ByteView record, uint64_t expected_version,
                        uint64_t new_version, uint64_t, mfa::Complaint &) override {
    const auto row = rows_.find(key);
    if ((row == rows_.end() ? 0 : row->second.version) != expected_version) return MFA_STORE_CONFLICT;
    rows_.insert_or_assign(std::string(key), Row{std::string(record.begin(), record.end()), new_version});
    return MFA_STORE_DONE;
  }
  mfa_store_answer erase(std::string_view key, uint64_t expected_version, mfa::Complaint &) override {
    const auto row = rows_.find(key);
    if (row == rows_.end()) return MFA_STORE_NONE;
    if (row->second.version != expected_version) return MFA_STORE_CONFLICT;
    rows_.erase(row);
    return MFA_STORE_DONE;
  }
  bool can_scan() const noexcept override { return true; }
  mfa_store_answer scan(std::string_view prefix, std::string_view after, size_t limit,
                        const mfa::Visit &visit, mfa::Complaint &) override {
    auto row = after < prefix ? rows_.lower_bound(prefix) : rows_.upper_bound(after);
    for (; row != rows_.end() && limit > 0; ++row, --limit) {
      if (!row->first.starts_with(prefix) ||
          !visit(row->first, mfa::bytes(row->second.record), row->second.version))
        break;
    }
    return MFA_STORE_DONE;
  }

 private:
  struct Row {
    std::string record;
    uint64_t version;
  };
  std::map<std::string, Row, std::less<>> rows_;
};

}  // namespace

struct world {
  explicit world(const scenario_start &start)
      : now_s(start.start_s), random(start.seed), keys(start.keys), config(start.config) {
    if (!start.own_store) opened = mfa::OpenedStore::open("memory:").or_throw();
    store = start.own_store ? mfa::StoreRef(own) : mfa::StoreRef(opened);
    engine.emplace(make().or_throw());
  }

  mfa::Answer<mfa::Engine> make() {
    std::vector<std::string> bytes;
    std::vector<mfa_key> ring;
    for (const auto &number : list_of(keys)) bytes.emplace_back(32, static_cast<char>(std::stoi(number)));
    for (const auto &each : bytes) ring.push_back(mfa::key(static_cast<uint8_t>(each[0]), mfa::bytes(each)));
    const std::string pepper(32, SCENARIO_PEPPER), decoy(32, static_cast<char>(SCENARIO_DECOY));
    mfa::EngineConfig with;
    with.json = config;
    with.keys = ring;
    with.store = store;
    with.pepper = mfa::bytes(pepper);
    with.decoy_key = mfa::bytes(decoy);
    with.now_s = [this] {
      clock_asked = true;
      return now_s;
    };
    with.random = [this](std::span<uint8_t> out) {
      random_asked = true;
      draw(&random, out.data(), out.size());
      return true;
    };
    with.event = [this](std::string_view json) { heard.emplace_back(json); };
    return mfa::Engine::make(with);
  }

  uint64_t now_s, random;
  bool clock_asked = false, random_asked = false;
  std::string keys, config;
  std::vector<std::string> heard;
  OwnStore own;
  mfa::OpenedStore opened;
  mfa::StoreRef store;
  std::optional<mfa::Engine> engine;  // after all that it calls
};

namespace {

struct Step {
  world &in;
  const pairs *arguments;
  pairs *items;

  std::string_view text(const char *name) const { return text_of(arguments, name); }
  uint64_t number_or(const char *name, uint64_t otherwise) const {
    return text(name).empty() ? otherwise : number_of(arguments, name);
  }
  mfa_method method() const { return mfa::method_from_name(text("method")); }

  template <class T>
  void give(const mfa::Answer<T> &answer) const {
    add(items, "status", answer.status().name());
    if (!answer.ok()) add_error(items, answer.error());
    if (const T *value = answer.value()) add_value(items, *value);
    if (answer.status() == MFA_MORE_NEEDED) add_value(items, *answer.partial());
  }
};

using Asking = std::function<void(const Step &, mfa::Engine &, const mfa::Request &)>;
using Acting = std::function<void(const Step &)>;

const std::map<std::string_view, Asking> kAsking = {
    {"account_view", [](auto &by, auto &engine, auto &request) { by.give(engine.view(request)); }},
    {"enroll_begin",
     [](auto &by, auto &engine, auto &request) {
       by.give(engine.enroll_begin(request, by.method(), options_of(by.arguments)));
     }},
    {"enroll_finish",
     [](auto &by, auto &engine, auto &request) {
       by.give(engine.enroll_finish(request, by.text("ticket"), by.text("response")));
     }},
    {"verify_begin",
     [](auto &by, auto &engine, auto &request) {
       by.give(engine.verify_begin(request, by.method(), options_of(by.arguments)));
     }},
    {"verify_finish",
     [](auto &by, auto &engine, auto &request) {
       by.give(engine.verify_finish(request, by.text("ticket"), by.text("response")));
     }},
    {"verify_code",
     [](auto &by, auto &engine, auto &request) {
       by.give(engine.verify_code(request, by.method(), by.text("code")));
     }},
    {"session_start", [](auto &by, auto &engine, auto &request) { by.give(engine.session_start(request)); }},
    {"session_check", [](auto &by, auto &engine,
                         auto &request) { by.give(engine.session_check(request, need_of(by.arguments))); }},
    {"session_check_offline",
     [](auto &by, auto &engine, auto &request) {
       by.give(engine.session_check_offline(request, need_of(by.arguments)));
     }},
    {"session_json", [](auto &by, auto &engine, auto &request) { by.give(engine.session_json(request)); }},
    {"policy_explain", [](auto &by, auto &engine,
                          auto &request) { by.give(engine.policy_explain(request, need_of(by.arguments))); }},
    {"device_remember", [](auto &by, auto &engine,
                           auto &request) { by.give(engine.device_remember(request, by.text("label"))); }},
    {"device_claim",
     [](auto &by, auto &engine, auto &request) { by.give(engine.device_claim(request, by.text("code"))); }},
    {"device_claimed", [](auto &by, auto &engine,
                          auto &request) { by.give(engine.device_claimed(request, by.text("ticket"))); }},
    {"device_collect", [](auto &by, auto &engine,
                          auto &request) { by.give(engine.device_collect(request, by.text("ticket"))); }},
    {"remembered_issue",
     [](auto &by, auto &engine, auto &request) { by.give(engine.remembered_issue(request)); }},
    {"remembered_user", [](auto &by, auto &engine,
                           auto &request) { by.give(engine.remembered_user(request, by.text("cookies"))); }},
    {"factor_rename",
     [](auto &by, auto &engine, auto &request) {
       by.give(engine.factor_rename(request, by.text("factor"), by.text("label")));
     }},
    {"factor_set_enabled",
     [](auto &by, auto &engine, auto &request) {
       by.give(engine.factor_set_enabled(request, by.text("factor"), by.text("enabled") == "1"));
     }},
    {"factor_remove", [](auto &by, auto &engine,
                         auto &request) { by.give(engine.factor_remove(request, by.text("factor"))); }},
};

void admin(const Step &by) {
  constexpr const char *kActions[] = {
      "",      "unlock",   "factor_enable",  "factor_disable", "factor_remove",
      "reset", "sign_out", "forget_devices", "erase"};
  const int action = index_of(std::string(by.text("action")).c_str(), kActions, std::size(kActions));
  by.give(by.in.engine->admin(action, by.text("user"), by.text("factor"), by.text("actor")));
}

void admin_import(const Step &by) {
  const auto answer = by.in.engine->admin_import(by.text("user"), by.text("json"), by.text("actor"));
  by.give(answer);
  add_signals(by.items, answer.error().signals());
}

void admin_users(const Step &by) {
  by.give(by.in.engine->admin_users(by.text("after"), number_of(by.arguments, "limit"),
                                    [&](std::string_view user) {
                                      pairs_list(by.items, "users", std::string(user).c_str());
                                      return true;
                                    }));
}

void restart(const Step &by) {
  world &in = by.in;
  if (pairs_has(by.arguments, "keys")) in.keys = by.text("keys");
  if (pairs_has(by.arguments, "config")) in.config = by.text("config");
  in.engine.reset();
  auto made = in.make();
  add(by.items, "status", made.status().name());
  if (!made.ok()) add_error(by.items, made.error());
  if (made.ok()) in.engine.emplace(std::move(*made.value()));
}

mfa_hash hash_of(const Step &by) {
  const auto name = by.text("hash");
  return name == "sha512" ? MFA_HASH_SHA512 : name == "sha256" ? MFA_HASH_SHA256 : MFA_HASH_SHA1;
}

void totp_code(const Step &by) {
  mfa_totp_params params = MFA_TOTP_PARAMS_INIT;
  params.hash = hash_of(by);
  params.digits = static_cast<uint32_t>(by.number_or("digits", 6));
  params.period_s = static_cast<uint32_t>(by.number_or("period_s", 30));
  const std::string offset(by.text("offset_s"));
  const uint64_t at = by.in.now_s + static_cast<uint64_t>(offset.empty() ? 0 : std::stoll(offset));
  const auto secret = mfa::base32_decode(by.text("secret")).or_throw();
  add(by.items, "code", mfa::totp_code(secret.bytes(), at, params).or_throw().text());
}

void hotp_code(const Step &by) {
  mfa_hotp_params params = MFA_HOTP_PARAMS_INIT;
  params.hash = hash_of(by);
  params.digits = static_cast<uint32_t>(by.number_or("digits", 6));
  const auto secret = mfa::base32_decode(by.text("secret")).or_throw();
  add(by.items, "code",
      mfa::hotp_code(secret.bytes(), number_of(by.arguments, "counter"), params).or_throw().text());
}

void events(const Step &by) {
  const std::string begin = "{\"event\":\"" + std::string(by.text("event")) + "\"";
  const auto count =
      std::ranges::count_if(by.in.heard, [&](const auto &json) { return json.starts_with(begin); });
  add(by.items, "count", std::to_string(count));
}

const std::map<std::string_view, Acting> kActing = {
    {"admin", admin},
    {"admin_import", admin_import},
    {"admin_users", admin_users},
    {"engine_config_json", [](const Step &by) { by.give(by.in.engine->config_json()); }},
    {"advance", [](const Step &by) { by.in.now_s += number_of(by.arguments, "s"); }},
    {"restart", restart},
    {"totp_code", totp_code},
    {"hotp_code", hotp_code},
    {"events", events},
};

}  // namespace

// What throws is a step that cannot be done: player.c counts it.
extern "C" {

world *world_open(const scenario_start *start) {
  try {
    return new world(*start);
  } catch (const mfa::Refused &) {
    return nullptr;
  }
}

int world_do(world *in, const char *name, const pairs *arguments, pairs *items) {
  const Step by{*in, arguments, items};
  try {
    if (const auto asking = kAsking.find(name); asking != kAsking.end() && in->engine) {
      const GivenRequest request(arguments);
      asking->second(by, *in->engine, request.it);
      return 1;
    }
    const auto acting = kActing.find(name);
    if (acting == kActing.end()) return 0;
    acting->second(by);
    return 1;
  } catch (const std::exception &why) {
    pairs_set(items, "error", why.what());
    return 0;
  }
}

int world_asked(const world *in) { return in->clock_asked && in->random_asked; }

void world_close(world *in) { delete in; }

}  // extern "C"

int main(int argc, char **argv) { return play_files(argc, argv); }
