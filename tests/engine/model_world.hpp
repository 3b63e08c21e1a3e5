// Three users and what each of them has: all that the model of random sequences knows.
#pragma once

#include <deque>
#include <random>

#include "engine/host.hpp"

namespace mfa::test::model {

inline constexpr uint32_t kDigits = 10;  // so that a wrong code is never right by chance
inline constexpr uint64_t kFresh_s = 300, kDay_s = 86400;
inline constexpr size_t kUsers = 3, kMaxApps = 3, kMaxPasskeys = 3, kMaxMails = 2, kMaxDevices = 3;

inline std::string config() {
  return R"({"version":1,"issuer":"Example","webauthn":{"rp_id":"example.test","origins":["https://example.test"]},)"
         R"("methods":{"totp":{"max_factors":3},"webauthn":{"max_factors":3},)"
         R"("email":{"allowed":true,"max_factors":2},"device":{"allowed":true,"max_factors":3}},)"
         R"("totp":{"digits":10},"quick_login":{"enabled":true},)"
         R"("device":{"pairing":true,"pairing_url":"https://example.test/pair"},)"
         R"("policy":{"last_factor_removable":true},"unsafe":{"recovery_test_hash":true}})";
}

struct Thing {  // an app, a passkey or an address, wherever it is now
  size_t owner = 0;
  Method method = Method::totp;
  std::string id, secret;
  std::shared_ptr<Authenticator> key;
  uint64_t last_step = 0;
  bool enabled = true, removed = false;
};
struct Code {  // a recovery code
  size_t owner = 0;
  std::string text;
  bool live = true;
};
// A trusted browser: the cookies that it may show, as docs/devices.md has them.
struct Device {
  size_t owner = 0;
  std::string id;
  uint64_t added_s = 0, used_s = 0;
  std::string current, successor, predecessor;
  uint64_t successor_s = 0, promoted_s = 0;
  bool enabled = true, removed = false;
  bool is_over(uint64_t now_s) const {
    return now_s >= added_s + 30 * kDay_s || now_s >= std::max(added_s, used_s) + 14 * kDay_s;
  }
};
struct Session {
  size_t owner = 0;
  std::string statement = {};
  uint64_t generation = 0, signed_in_s = 0, verified_s = 0;
  Method method = Method::none;  // of the last verification
  bool strong = false;           // of level 2
  bool enroll_only = false;
  const Device *device = nullptr;  // that it rests on
};
struct Used {  // a ceremony that was finished
  Request request;
  std::string user, statement, ticket, response;
  bool enroll;
};
struct User {
  std::string name;
  uint64_t generation = 0;       // as the epoch: grows with what ends sessions
  bool exists = false;           // has a record
  bool begins = true;            // the generation begins with the first factor
  bool has_set = false;          // of recovery codes
  std::map<Method, int> wrong;   // in a row
  std::deque<uint64_t> guesses;  // all wrong ones
  int wrong_enrolling = 0;       // in a row
  Session session;
};

using Tally = std::map<std::string, std::map<bool, int>>;  // of each kind of answer, how often it was yes

class World {
 public:
  World(uint32_t seed, Tally *its_tally) : chance(seed), tally(its_tally), host(config()) {
    for (const char *name : {"alice", "bob", "carol"}) users.push_back({.name = name});
    for (size_t i = 0; i < users.size(); i++) users[i].session.owner = i;
  }

  uint32_t below(size_t bound) { return static_cast<uint32_t>(chance() % bound); }
  bool one_in(size_t n) { return below(n) == 0; }
  template <class List>
  auto &any(List &list) {
    return list[below(list.size())];
  }
  uint64_t now_s() const { return host.clock.now; }
  uint64_t step_now() const { return now_s() / 30 + 1; }

  size_t count(size_t user, Method method) const {
    size_t n = 0;
    for (const Thing &thing : things)
      n += thing.owner == user && thing.method == method && !thing.removed ? 1 : 0;
    return n;
  }
  bool has_primary(size_t user, bool mail = true) const {
    for (const Thing &thing : things)
      if (thing.owner == user && thing.enabled && !thing.removed && (mail || thing.method != Method::email))
        return true;
    return false;
  }
  bool has_enabled(size_t user) const { return users[user].has_set || has_primary(user); }
  // Any one of a method, whatever became of it: mostly the user's own. others: how often not, one in so many.
  Thing *some(size_t user, Method method, size_t others = 3) {
    const bool own = !one_in(others);
    std::vector<Thing *> list;
    for (Thing &thing : things)
      if (thing.method == method && (!own || (thing.owner == user && !thing.removed))) list.push_back(&thing);
    return list.empty() ? nullptr : any(list);
  }

  Request request(size_t user, Purpose purpose) {
    host.statement = users[user].session.statement;
    return host.request(purpose, users[user].name);
  }
  // On the way in: without a session, whether there is one elsewhere or not.
  Request arriving(size_t user) {
    host.statement.clear();
    return host.request(Purpose::login, users[user].name);
  }
  bool stands(size_t user) const {
    const Session &session = users[user].session;
    return !session.statement.empty() && session.generation == users[user].generation;
  }
  bool may_manage(size_t user, bool enrolling) const {
    if (!stands(user)) return false;
    const Session &session = users[user].session;
    if (!has_enabled(user)) return true;
    if (session.enroll_only && !enrolling) return false;
    if (session.method == Method::email && has_primary(user, false)) return false;
    return session.verified_s != 0 && session.verified_s + kFresh_s >= now_s();
  }
  // Half of the time as a manager, half on the way in.
  Purpose some_way() { return below(2) == 0 ? Purpose::manage : Purpose::login; }
  bool may_enrol(size_t user, Purpose purpose) const {
    return purpose == Purpose::login ? !has_enabled(user) : may_manage(user, true);
  }
  bool is_live(const Session &session) const {
    if (session.generation != users[session.owner].generation) return false;
    const uint64_t last_s = std::max(session.signed_in_s, session.verified_s);
    if (last_s + (session.strong ? kDay_s / 2 : 30 * kDay_s) < now_s()) return false;
    const Device *device = session.device;
    return !device || (device->enabled && !device->removed && !device->is_over(now_s()));
  }
  // As many wrong answers as could lock the method.
  bool may_be_locked(size_t user, Method method) {
    const auto &guesses = users[user].guesses;
    return users[user].wrong[method] >= 5 ||
           (guesses.size() >= 20 && guesses[guesses.size() - 20] + 4500 > now_s());
  }
  void guessed(size_t user, Method method) {
    users[user].wrong[method]++;
    users[user].guesses.push_back(now_s());
  }

  // Whether the answer is the right one; "", or what diverged.
  template <class T>
  std::string judge(bool right, const Result<T> &result, const std::string &what) {
    (*tally)[what][result.has_value()]++;
    if (right == result.has_value()) return "";
    return what + (right ? std::string(" was refused: ") + name_of(result.error().reason) : " was accepted");
  }

  // A proof's statement. verified: by a method, or none.
  void keep(size_t user, const Result<Proof> &proof, Method verified = Method::none) {
    Session &session = users[user].session;
    session.statement = Host::text(proof.value(), MFA_PROOF_STATEMENT);
    session.generation = users[user].generation;
    if (verified != Method::none) {
      session.verified_s = now_s();
      session.method = verified;
      session.strong |= verified == Method::totp || verified == Method::webauthn;
      session.enroll_only = verified == Method::recovery;
    }
    sessions.push_back(session);
  }
  void signed_in(size_t user, const Result<Proof> &proof, Method method) {
    users[user].wrong[method] = 0;
    users[user].session = Session{.owner = user, .signed_in_s = now_s()};
    keep(user, proof, method);
  }
  Result<Proof> finish_enrol(size_t user, Purpose purpose, const std::string &ticket,
                             const std::string &response) {
    const Request r = request(user, purpose);
    auto proof = host.engine->enroll_finish(r, ticket, response);
    if (proof.has_value()) used.push_back({r, users[user].name, host.statement, ticket, response, true});
    return proof;
  }
  // first: the account had no enabled factor before.
  void enrolled(size_t user, Purpose purpose, const Result<Proof> &proof, Method method, bool first) {
    User &who = users[user];
    if (who.begins) who.generation++;
    who.begins = false;
    who.exists = true;
    who.wrong_enrolling = 0;
    if (purpose == Purpose::login) who.session = Session{.owner = user, .signed_in_s = now_s()};
    keep(user, proof, first ? method : Method::none);
  }
  // What ends with a factor, at recovery and at a reset.
  void forget_devices(size_t user) {
    for (Device &device : devices) device.removed |= device.owner == user;
    has_pairing[user] = false;
  }

  std::mt19937 chance;
  Tally *tally;
  Host host;
  std::vector<User> users;
  std::deque<Thing> things;
  std::deque<Code> codes;
  std::deque<Device> devices;
  std::vector<Session> sessions;
  std::deque<Used> used;
  bool has_pairing[kUsers] = {};  // the account's slot is taken
};

}  // namespace mfa::test::model
