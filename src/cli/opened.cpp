#include "cli/opened.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "cli/key.hpp"

namespace cli {
namespace {

constexpr size_t kConfigMax = 1 << 20;
constexpr size_t kUserMax = 255;

constexpr Option kStore[] = {{"store"}, {"key-file"}, {"config"}, {"realm"}, {"events"}, {"json", false}};

std::string hex_of(std::string_view bytes) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string out;
  for (const char c : bytes) {
    out += kHex[static_cast<uint8_t>(c) >> 4];
    out += kHex[static_cast<uint8_t>(c) & 15];
  }
  return out;
}

mfa_store_answer take_user(void *ctx, const char *key, size_t key_len, const uint8_t *, size_t, uint64_t) {
  static_cast<std::vector<std::string> *>(ctx)->emplace_back(key, key_len);
  return MFA_STORE_DONE;
}

}  // namespace

std::vector<Option> with_store(std::span<const Option> more) {
  std::vector<Option> all(std::begin(kStore), std::end(kStore));
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

Opened::Opened(const Args &args, const Opening &opening) : args_(args), opening_(opening) {
  open_events();
  open_store();
  open_engine();
}

Opened::~Opened() {
  mfa_engine_free(engine_);
  mfa_store_close(&store_);
  if (events_ >= 0) ::close(events_);
}

void Opened::open_events() {
  const auto path = args_.value("events");
  if (!path) return;
  const std::string name(*path);
  events_ = ::open(name.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (events_ < 0) die(kUsage, args_.command(), "cannot open " + name + ": " + std::strerror(errno));
}

// In one write, so that what the server adds to the same file does not end up within.
void Opened::write_event(void *opened, const char *json, size_t json_len) {
  const auto &self = *static_cast<const Opened *>(opened);
  const std::string line = std::string(json, json_len) + "\n";
  if (::write(self.events_, line.data(), line.size()) == static_cast<ssize_t>(line.size())) return;
  const char *why = std::strerror(errno);
  die(kFailed, self.args_.command(), std::string("an event could not be added to --events: ") + why);
}

uint64_t Opened::told_now_s(void *opened) { return *static_cast<const Opened *>(opened)->opening_.now_s; }

void Opened::open_store() {
  const auto url = args_.required("store");
  // The library would make a new database: a misspelt path would look like one in which nobody has a factor.
  if (url.starts_with("sqlite:") && !opening_.makes_store) {
    const std::string path(url.substr(7, std::min(url.find('?'), url.size()) - 7));
    if (::access(path.c_str(), R_OK | W_OK) != 0) {
      die(kUsage, args_.command(), "cannot open " + path + ": " + std::strerror(errno));
    }
  }
  mfa_error err;
  if (mfa_store_open(url.data(), url.size(), &store_, &err) != MFA_OK) std::exit(refused(args_, err));
}

std::string Opened::config_json() const {
  const auto path = args_.value("config");
  const auto realm = args_.value("realm");
  if (path && realm) args_.usage("--realm goes without --config, which names it");
  if (path) return std::string(read_file(args_, *path, kConfigMax).text());
  JsonObject least;
  return least.number("version", 1).text("realm", realm.value_or("")).text("issuer", "mfa").object();
}

void Opened::open_engine() {
  const auto ring = KeyRing::read(args_, args_.required("key-file"));
  const auto keys = ring.keys();
  const auto json = config_json();
  uint8_t decoy_key[kKeySize];  // what strangers are shown when they sign in: nobody does, unless it is given
  if (mfa_random(decoy_key, sizeof decoy_key) != MFA_OK) {
    die(kFailed, args_.command(), "the system has no randomness");
  }
  mfa_engine_config config = MFA_ENGINE_CONFIG_INIT;
  config.json = text_of(json);
  config.keys = keys.data();
  config.keys_count = keys.size();
  config.store = &store_;
  config.decoy_key = mfa_text_n(decoy_key, sizeof decoy_key);
  if (opening_.signs_in) {
    config.pepper = text_of(opening_.pepper);
    config.decoy_key = text_of(opening_.decoy_key);
  }
  config.ctx = this;
  if (events_ >= 0) config.event = write_event;
  if (opening_.now_s) config.now_s = told_now_s;
  mfa_error err;
  if (mfa_engine_new(&config, &engine_, &err) != MFA_OK) std::exit(refused(args_, err));
}

std::vector<std::string> users_after(const Args &args, const Opened &opened, std::string_view after,
                                     size_t limit) {
  std::vector<std::string> page;
  page.reserve(limit);
  mfa_error err;
  if (mfa_admin_users(opened.engine(), after.data(), after.size(), limit, take_user, &page, &err) != MFA_OK)
    std::exit(refused(args, err));
  return page;
}

std::string_view read_user(const Args &args, size_t operand) {
  const auto user = args.operands()[operand];
  if (user.empty() || user.size() > kUserMax) args.usage("USER must have 1 to 255 bytes");
  return user;
}

std::string actor_of(const Args &args) {
  return std::string(args.value("actor").value_or("uid:" + std::to_string(::getuid())));
}

std::string shown(std::string_view text) {
  return is_printable(text) ? std::string(text) : "hex:" + hex_of(text);
}

JsonObject &add_user(JsonObject &object, std::string_view user) {
  return is_printable(user) ? object.text("user", user) : object.text("user_hex", hex_of(user));
}

}  // namespace cli
