#include <mfa/engine.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include "cli/cli.hpp"
#include "cli/json.hpp"
#include "cli/key.hpp"

namespace cli {
namespace {

constexpr std::string_view kHelp = R"(usage: mfa user list          STORE [--after USER] [--limit N]
       mfa user show          STORE USER
       mfa user unlock        STORE [--factor ID] USER
       mfa user remove-factor STORE USER FACTOR

STORE
  --store URL       sqlite:/var/lib/app/mfa.db
  --key-file FILE   the keys its records are sealed with (see mfa key --help), or - for standard input
  --config FILE     the server's configuration; without it, the defaults
  --realm NAME      the realm, when there is no --config to name it

options
  --after USER      list: only those after this one, in byte order
  --limit N         list: no more than N
  --factor ID       unlock: only this one
  --actor NAME      unlock, remove-factor: who does it, for the account's history; default uid:N
  --json            the answer as JSON

A user who is not valid UTF-8, or holds control characters, is shown as hex: and listed in JSON as user_hex.
)";

constexpr size_t kConfigMax = 1 << 20;
constexpr size_t kUserMax = 255;
constexpr size_t kPage = 500;

constexpr Option kStore[] = {{"store"}, {"key-file"}, {"config"}, {"realm"}, {"json", false}};
constexpr Option kList[] = {{"after"}, {"limit"}};
constexpr Option kUnlock[] = {{"factor"}, {"actor"}};
constexpr Option kRemove[] = {{"actor"}};

std::vector<Option> with_store(std::span<const Option> more) {
  std::vector<Option> all(std::begin(kStore), std::end(kStore));
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

// A store and an engine on it, closed in the right order.
class Opened {
 public:
  explicit Opened(const Args &args) : args_(args) {
    open_store();
    open_engine();
  }
  Opened(const Opened &) = delete;
  Opened &operator=(const Opened &) = delete;
  ~Opened() {
    mfa_engine_free(engine_);
    mfa_store_close(&store_);
  }
  mfa_engine *engine() const { return engine_; }

 private:
  void open_store() {
    const auto url = args_.required("store");
    // The library would make a new database: of no use here, and a misspelt path would look like an empty
    // one.
    if (url.starts_with("sqlite:")) {
      const std::string path(url.substr(7, std::min(url.find('?'), url.size()) - 7));
      if (::access(path.c_str(), R_OK | W_OK) != 0) {
        die(kUsage, args_.command(), "cannot open " + path + ": " + std::strerror(errno));
      }
    }
    mfa_error err;
    if (mfa_store_open(url.data(), url.size(), &store_, &err) != MFA_OK) std::exit(refused(args_, err));
  }

  std::string config_json() const {
    const auto path = args_.value("config");
    const auto realm = args_.value("realm");
    if (path && realm) args_.usage("--realm goes without --config, which names it");
    if (path) return std::string(read_file(args_, *path, kConfigMax).text());
    JsonObject least;
    return least.number("version", 1).text("realm", realm.value_or("")).text("issuer", "mfa").object();
  }

  void open_engine() {
    const auto ring = KeyRing::read(args_, args_.required("key-file"));
    const auto keys = ring.keys();
    const auto json = config_json();
    uint8_t decoy_key[kKeySize];  // what strangers are shown when they sign in: nobody does here
    if (mfa_random(decoy_key, sizeof decoy_key) != MFA_OK) {
      die(kFailed, args_.command(), "the system has no randomness");
    }
    mfa_engine_config config = MFA_ENGINE_CONFIG_INIT;
    config.json = text_of(json);
    config.keys = keys.data();
    config.keys_count = keys.size();
    config.store = &store_;
    config.decoy_key = mfa_text_n(decoy_key, sizeof decoy_key);
    mfa_error err;
    if (mfa_engine_new(&config, &engine_, &err) != MFA_OK) std::exit(refused(args_, err));
  }

  const Args &args_;
  mfa_store store_ = MFA_STORE_INIT;
  mfa_engine *engine_ = nullptr;
};

std::string hex_of(std::string_view bytes) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string out;
  for (const char c : bytes) {
    out += kHex[static_cast<uint8_t>(c) >> 4];
    out += kHex[static_cast<uint8_t>(c) & 15];
  }
  return out;
}

std::string shown(std::string_view text) {
  return is_printable(text) ? std::string(text) : "hex:" + hex_of(text);
}

JsonObject &add_user(JsonObject &object, std::string_view user) {
  return is_printable(user) ? object.text("user", user) : object.text("user_hex", hex_of(user));
}

std::string time_text(uint64_t time_s) {
  if (time_s == 0) return "never";
  const auto time = static_cast<std::time_t>(time_s);
  std::tm parts;
  char text[32];
  if (time_s > UINT32_MAX || !::gmtime_r(&time, &parts)) return "for ever";
  return std::string(text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts));
}

// ---- list

struct Page {
  std::vector<std::string> users;
};

mfa_store_answer take_user(void *ctx, const char *key, size_t key_len, const uint8_t *, size_t, uint64_t) {
  static_cast<Page *>(ctx)->users.emplace_back(key, key_len);
  return MFA_STORE_DONE;
}

Page users_after(const Args &args, const Opened &opened, std::string_view after, size_t limit) {
  Page page;
  page.users.reserve(limit);
  mfa_error err;
  if (mfa_admin_users(opened.engine(), after.data(), after.size(), limit, take_user, &page, &err) != MFA_OK) {
    std::exit(refused(args, err));
  }
  return page;
}

int list(Words words) {
  const Args args("user list", kHelp, with_store(kList), words);
  args.expect_operands({});
  uint64_t left = args.number("limit", UINT64_MAX, 1, UINT64_MAX);
  std::string after(args.value("after").value_or(""));
  const Opened opened(args);
  std::string rows;
  while (left > 0) {
    const auto page = users_after(args, opened, after, static_cast<size_t>(std::min<uint64_t>(left, kPage)));
    for (const auto &user : page.users) {
      if (args.has("json")) {
        JsonObject row;
        rows.append(rows.empty() ? "" : ",").append(add_user(row, user).object());
      } else {
        print(shown(user) + "\n");
      }
    }
    if (page.users.size() < kPage) break;
    left -= page.users.size();
    after = page.users.back();
  }
  if (args.has("json")) print(JsonObject().raw("users", "[" + rows + "]").line());
  return kYes;
}

// ---- one user

// The last text before `user` in byte order, as far as users are concerned: they have at most 255 bytes.
std::string before(std::string_view user) {
  std::string text(user.substr(0, user.size() - 1));
  const auto last = static_cast<uint8_t>(user.back());
  if (last != 0) {
    text += static_cast<char>(last - 1);
    text.resize(kUserMax, '\xff');
  }
  return text;
}

std::string_view read_user(const Args &args) {
  const auto user = args.operands()[0];
  if (user.empty() || user.size() > kUserMax) args.usage("USER must have 1 to 255 bytes");
  return user;
}

int no_such_user(const Args &args) {
  if (args.has("json")) {
    print(JsonObject().boolean("ok", false).text("status", mfa_status_name(MFA_NOT_FOUND)).line());
  } else {
    print("no such user\n");
  }
  return kNo;
}

void print_account(const mfa_account *account) {
  const size_t count = mfa_account_factor_count(account);
  if (count == 0) print("no factors\n");
  for (size_t i = 0; i < count; i++) {
    mfa_factor factor = MFA_FACTOR_INIT;
    if (mfa_account_factor(account, i, &factor) != MFA_OK) continue;
    std::string line = std::string(factor.id.data, factor.id.len) + "  " + mfa_method_name(factor.method) +
                       "  " + (factor.enabled ? "enabled" : "disabled") + "  added " +
                       time_text(factor.added_s) + "  used " + time_text(factor.last_used_s);
    if (factor.locked_until_s != 0) line += "  locked until " + time_text(factor.locked_until_s);
    if (factor.label.len != 0) line += "  " + shown({factor.label.data, factor.label.len});
    print(line + "\n");
  }
  const auto codes = mfa_account_number(account, MFA_ACCOUNT_RECOVERY_REMAINING);
  print("recovery codes left: " + std::to_string(codes) + "\n");
}

int show(Words words) {
  const Args args("user show", kHelp, with_store({}), words);
  args.expect_operands({"USER"});
  const auto user = read_user(args);
  const Opened opened(args);
  const auto found = users_after(args, opened, before(user), 1);  // a view of a stranger is an empty one
  if (found.users.empty() || found.users[0] != user) return no_such_user(args);
  mfa_request request = MFA_REQUEST_INIT;
  request.purpose = MFA_PURPOSE_LOGIN;
  request.proven = MFA_PROVEN_OTHER;
  request.user = text_of(user);
  mfa_account *account = nullptr;
  mfa_error err;
  if (mfa_account_view(opened.engine(), &request, &account, &err) != MFA_OK) return refused(args, err);
  int code = kYes;
  if (args.has("json")) {
    Buffer json;
    JsonObject answer;
    if (mfa_account_json(account, json.out(), &err) != MFA_OK) {
      code = refused(args, err);
    } else {
      print(add_user(answer, user).raw("account", json.text()).line());
    }
  } else {
    print_account(account);
  }
  mfa_account_free(account);
  return code;
}

int administer(const Args &args, mfa_admin_action action, std::string_view user, std::string_view factor) {
  const Opened opened(args);
  const std::string actor(args.value("actor").value_or("uid:" + std::to_string(::getuid())));
  mfa_error err;
  if (mfa_admin(opened.engine(), action, user.data(), user.size(), factor.data(), factor.size(), actor.data(),
                actor.size(), &err) != MFA_OK) {
    if (err.status > 0 && !args.has("json")) print(std::string(err.message) + "\n");
    return refused(args, err);
  }
  if (args.has("json")) print(JsonObject().boolean("ok", true).text("status", "MFA_OK").line());
  return kYes;
}

int unlock(Words words) {
  const Args args("user unlock", kHelp, with_store(kUnlock), words);
  args.expect_operands({"USER"});
  return administer(args, MFA_ADMIN_UNLOCK, read_user(args), args.value("factor").value_or(""));
}

int remove_factor(Words words) {
  const Args args("user remove-factor", kHelp, with_store(kRemove), words);
  args.expect_operands({"USER", "FACTOR"});
  return administer(args, MFA_ADMIN_FACTOR_REMOVE, read_user(args), args.operands()[1]);
}

}  // namespace

int user(Words words) {
  const auto action = words.empty() ? std::string_view("") : words[0];
  if (action == "list") return list(words.subspan(1));
  if (action == "show") return show(words.subspan(1));
  if (action == "unlock") return unlock(words.subspan(1));
  if (action == "remove-factor") return remove_factor(words.subspan(1));
  const Args args("user", kHelp, {}, words);
  args.usage("list, show, unlock or remove-factor?");
}

}  // namespace cli
