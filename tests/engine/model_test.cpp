// Random sequences of operations of three users against a model that knows only what each of them may do:
// nothing that is disabled, removed, spent, revoked or somebody else's is ever accepted, and what is right
// is.
#include <deque>
#include <random>

#include "engine/host.hpp"
#include "support/rounds.hpp"

using namespace mfa;
using namespace mfa::test;

namespace {

constexpr uint32_t kDigits = 10;  // so that a wrong code is never right by chance
constexpr uint64_t kFresh_s = 300;
constexpr size_t kMaxApps = 3, kMaxPasskeys = 3;

std::string config() {
  return R"({"version":1,"issuer":"Example","webauthn":{"rp_id":"example.test","origins":["https://example.test"]},)"
         R"("methods":{"totp":{"max_factors":3},"webauthn":{"max_factors":3}},"totp":{"digits":10},)"
         R"("policy":{"last_factor_removable":true},"unsafe":{"recovery_test_hash":true}})";
}

struct Thing {  // an app or a passkey, wherever it is now
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
struct Session {
  size_t owner = 0;
  std::string statement;
  uint64_t generation = 0, verified_s = 0;
  bool enroll_only = false;
};
struct Used {  // a ceremony that was finished
  Request request;
  std::string user, statement, ticket, response;
  bool enroll;
};
struct User {
  std::string name;
  uint64_t generation = 0;      // as the epoch: grows with what ends sessions
  std::map<Method, int> wrong;  // in a row
  Session session;
};

using Tally = std::map<std::string, std::map<bool, int>>;  // of each kind of answer, how often it was yes

class Model {
 public:
  Model(uint32_t seed, Tally *tally) : chance_(seed), tally_(tally), host_(config()) {
    for (const char *name : {"alice", "bob", "carol"}) users_.push_back({.name = name});
    for (size_t i = 0; i < users_.size(); i++) users_[i].session.owner = i;
  }

  // "", or what diverged.
  std::string step() {
    const size_t user = below(users_.size());
    switch (below(12)) {
      case 0: host_.clock.now += 1 + below(90); return "";
      case 1: host_.clock.now += below(8) == 0 ? 700 : 20; return "";
      case 2: return enrol_app(user);
      case 3: return enrol_passkey(user);
      case 4: return make_codes(user);
      case 5:
      case 6: return app_code(user);
      case 7: return passkey(user);
      case 8: return recovery(user);
      case 9: return change(user);
      case 10: return replay();
      default: return check_session();
    }
  }

 private:
  uint32_t below(size_t bound) { return static_cast<uint32_t>(chance_() % bound); }
  uint64_t step_now() const { return host_.clock.now / 30 + 1; }

  size_t count(size_t user, Method method) const {
    size_t n = 0;
    for (const Thing &thing : things_)
      n += thing.owner == user && thing.method == method && !thing.removed ? 1 : 0;
    return n;
  }
  bool has_enabled(size_t user) const { return set_of_[user] || has_primary(user); }
  bool has_primary(size_t user) const {
    for (const Thing &thing : things_)
      if (thing.owner == user && thing.enabled && !thing.removed) return true;
    return false;
  }

  Request request(size_t user, Purpose purpose) {
    host_.statement = users_[user].session.statement;
    return host_.request(purpose, users_[user].name);
  }
  bool stands(size_t user) const {
    const Session &session = users_[user].session;
    return !session.statement.empty() && session.generation == users_[user].generation;
  }
  bool may_manage(size_t user, bool enrolling) const {
    if (!stands(user)) return false;
    const Session &session = users_[user].session;
    if (!has_enabled(user)) return true;
    if (session.enroll_only && !enrolling) return false;
    return session.verified_s != 0 && session.verified_s + kFresh_s >= host_.clock.now;
  }
  // Half of the time as a manager, half on the way in.
  Purpose some_way() { return below(2) == 0 ? Purpose::manage : Purpose::login; }
  bool may_enrol(size_t user, Purpose purpose) const {
    return purpose == Purpose::login ? !has_enabled(user) : may_manage(user, true);
  }

  template <class T>
  std::string judge(bool right, const Result<T> &result, const std::string &what) {
    (*tally_)[what][result.has_value()]++;
    if (right == result.has_value()) return "";
    return what + (right ? std::string(" was refused: ") + name_of(result.error().reason) : " was accepted");
  }

  // A proof's statement; first: of an account without enabled factors before.
  void keep(size_t user, const Result<Proof> &proof, bool verified, bool enroll_only) {
    Session &session = users_[user].session;
    session.statement = Host::text(proof.value(), MFA_PROOF_STATEMENT);
    session.generation = users_[user].generation;
    if (verified) {
      session.verified_s = host_.clock.now;
      session.enroll_only = enroll_only;
    }
    sessions_.push_back(session);
  }

  Result<Proof> finish_enrol(size_t user, Purpose purpose, const Offer &offer, const std::string &response) {
    const Request r = request(user, purpose);
    const std::string ticket = Host::text(offer, MFA_OFFER_TICKET);
    auto proof = host_.engine->enroll_finish(r, ticket, response);
    if (proof.has_value()) used_.push_back({r, users_[user].name, host_.statement, ticket, response, true});
    return proof;
  }
  void enrolled(size_t user, Purpose purpose, const Result<Proof> &proof, bool first) {
    if (generation_starts_[user]) {
      users_[user].generation++;
      generation_starts_[user] = false;
    }
    if (purpose == Purpose::login) users_[user].session = Session{.owner = user};
    keep(user, proof, first, false);
  }

  std::string code_of(const std::string &secret, uint64_t step) const {
    otp::TotpParams params;
    params.digits = kDigits;
    return otp::totp_code(params, from_base32(secret).value(), (step - 1) * 30).value();
  }

  std::string enrol_app(size_t user) {
    const Purpose purpose = some_way();
    const bool right = may_enrol(user, purpose) && count(user, Method::totp) < kMaxApps;
    const bool first = !has_enabled(user);
    const auto offer = host_.engine->enroll_begin(request(user, purpose), Method::totp, {});
    if (const auto problem = judge(right, offer, "beginning to enrol an app"); !problem.empty())
      return problem;
    if (!offer.has_value()) return "";
    Thing thing{.owner = user, .method = Method::totp, .secret = Host::text(offer.value(), MFA_OFFER_SECRET)};
    thing.last_step = step_now();
    const auto proof = finish_enrol(user, purpose, offer.value(), code_of(thing.secret, thing.last_step));
    if (!proof.has_value()) return "enrolling an app was refused";
    thing.id = Host::text(proof.value(), MFA_PROOF_FACTOR);
    things_.push_back(std::move(thing));
    enrolled(user, purpose, proof, first);
    return "";
  }

  std::string enrol_passkey(size_t user) {
    const Purpose purpose = some_way();
    const bool right = may_enrol(user, purpose) && count(user, Method::webauthn) < kMaxPasskeys;
    const bool first = !has_enabled(user);
    const auto offer = host_.engine->enroll_begin(request(user, purpose), Method::webauthn, {});
    if (const auto problem = judge(right, offer, "beginning to enrol a passkey"); !problem.empty())
      return problem;
    if (!offer.has_value()) return "";
    Thing thing{.owner = user, .method = Method::webauthn};
    thing.key = std::make_shared<Authenticator>(Authenticator::Settings{.algorithms = {-8}});
    const std::string response = thing.key->create(Host::text(offer.value(), MFA_OFFER_OPTIONS), kOrigin);
    const auto proof = finish_enrol(user, purpose, offer.value(), response);
    if (!proof.has_value()) return "enrolling a passkey was refused";
    thing.id = Host::text(proof.value(), MFA_PROOF_FACTOR);
    things_.push_back(std::move(thing));
    enrolled(user, purpose, proof, first);
    return "";
  }

  std::string make_codes(size_t user) {
    const bool right = may_manage(user, true) && has_primary(user);
    const auto offer = host_.engine->enroll_begin(request(user, Purpose::manage), Method::recovery, {});
    if (const auto problem = judge(right, offer, "beginning to make codes"); !problem.empty()) return problem;
    if (!offer.has_value()) return "";
    std::vector<std::string> texts;
    const std::string lines = Host::text(offer.value(), MFA_OFFER_RECOVERY_CODES);
    for (size_t at = 0; at < lines.size(); at += 20) texts.push_back(lines.substr(at, 19));
    const auto proof = finish_enrol(user, Purpose::manage, offer.value(), texts.front());
    if (!proof.has_value()) return "making codes was refused";
    for (Code &code : codes_) code.live = code.live && code.owner != user;
    for (std::string &text : texts) codes_.push_back({user, std::move(text)});
    set_of_[user] = true;
    enrolled(user, Purpose::manage, proof, false);
    return "";
  }

  // Signed in with a method; the model was right to think so.
  void signed_in(size_t user, const Result<Proof> &proof, Method method) {
    users_[user].wrong[method] = 0;
    users_[user].session = Session{.owner = user};
    keep(user, proof, true, method == Method::recovery);
  }

  std::string app_code(size_t user) {
    if (things_.empty()) return "";
    Thing &thing = things_[below(things_.size())];
    if (thing.method != Method::totp) return "";
    const uint64_t step = step_now() + below(5) - 2;
    const bool right = thing.owner == user && thing.enabled && !thing.removed && step > thing.last_step &&
                       step + 1 >= step_now() && step <= step_now() + 1;
    users_[user].session.statement.clear();
    const auto proof =
        host_.engine->verify_code(request(user, Purpose::login), Method::totp, code_of(thing.secret, step));
    if (status_of(proof) == Status::wrong) users_[user].wrong[Method::totp]++;
    if (status_of(proof) == Status::locked_out && (users_[user].wrong[Method::totp] >= 5 || many_wrong(user)))
      return "";
    if (const auto problem = judge(right, proof, "a code of an app"); !problem.empty()) return problem;
    if (!proof.has_value()) return "";
    thing.last_step = step;
    signed_in(user, proof, Method::totp);
    return "";
  }
  bool many_wrong(size_t user) {
    int sum = 0;
    for (const auto &[method, wrong] : users_[user].wrong) sum += wrong;
    return sum >= 5;
  }

  std::string passkey(size_t user) {
    if (things_.empty()) return "";
    Thing &thing = things_[below(things_.size())];
    if (thing.method != Method::webauthn) return "";
    const bool usernameless = below(2) == 0;
    const bool there = thing.enabled && !thing.removed;
    const bool right = there && (usernameless || thing.owner == user);
    users_[user].session.statement.clear();
    const Request r = usernameless ? host_.usernameless() : request(user, Purpose::login);
    host_.statement.clear();
    Request asked = r;
    asked.statement = "";
    const auto offer = host_.engine->verify_begin(asked, Method::webauthn, {});
    if (!offer.has_value()) return "beginning to sign in with a passkey was refused";
    const std::string response = thing.key->get(Host::text(offer.value(), MFA_OFFER_OPTIONS), kOrigin);
    if (response.empty()) return right ? "a passkey was not asked for" : "";
    const std::string ticket = Host::text(offer.value(), MFA_OFFER_TICKET);
    const auto proof = host_.engine->verify_finish(asked, ticket, response);
    if (const auto problem = judge(right, proof, "a passkey"); !problem.empty()) return problem;
    if (!proof.has_value()) return "";
    if (Host::text(proof.value(), MFA_PROOF_USER) != users_[thing.owner].name)
      return "a passkey signed in another user";
    used_.push_back({asked, usernameless ? "" : users_[user].name, "", ticket, response, false});
    signed_in(thing.owner, proof, Method::webauthn);
    return "";
  }

  std::string recovery(size_t user) {
    if (codes_.empty()) return "";
    Code &code = codes_[below(codes_.size())];
    const bool right = code.live && code.owner == user;
    users_[user].session.statement.clear();
    const auto proof = host_.engine->verify_code(request(user, Purpose::login), Method::recovery, code.text);
    if (status_of(proof) == Status::wrong) users_[user].wrong[Method::recovery]++;
    if (status_of(proof) == Status::locked_out && users_[user].wrong[Method::recovery] >= 5) return "";
    if (const auto problem = judge(right, proof, "a recovery code"); !problem.empty()) return problem;
    if (!proof.has_value()) return "";
    code.live = false;
    for (Thing &thing : things_)  // the steps of apps that may be shown already are used up with it
      if (thing.owner == user) thing.last_step = std::max(thing.last_step, step_now() + 1);
    signed_in(user, proof, Method::recovery);
    return "";
  }

  // On, off, away: with the user's own session, of a thing that may be anyone's.
  std::string change(size_t user) {
    if (things_.empty()) return "";
    Thing &thing = things_[below(things_.size())];
    const bool right = may_manage(user, false) && thing.owner == user && !thing.removed;
    const Request r = request(user, Purpose::manage);
    const uint32_t how = below(3);
    const auto proof =
        how == 0 ? host_.engine->remove(r, thing.id) : host_.engine->set_enabled(r, thing.id, how == 1);
    if (const auto problem = judge(right, proof, "a change of a factor"); !problem.empty()) return problem;
    if (!proof.has_value()) return "";
    thing.removed = how == 0;
    if (how != 0) thing.enabled = how == 1;
    if (how != 1) users_[user].generation++;
    keep(user, proof, false, false);
    return "";
  }

  // Whatever worked once does not work again.
  std::string replay() {
    if (used_.empty()) return "";
    const Used &used = used_[below(used_.size())];
    Request r = used.request;
    r.user = used.user;
    r.statement = used.statement;
    const auto proof = used.enroll ? host_.engine->enroll_finish(r, used.ticket, used.response)
                                   : host_.engine->verify_finish(r, used.ticket, used.response);
    return judge(false, proof, "a ticket, once more");
  }

  std::string check_session() {
    if (sessions_.empty()) return "";
    const Session &session = sessions_[below(sessions_.size())];
    const size_t user = below(users_.size());
    host_.statement = session.statement;
    const auto checked =
        host_.engine->session_check(host_.request(Purpose::manage, users_[user].name), SessionNeed{}, true);
    const bool right = session.owner == user && session.generation == users_[user].generation;
    // A live one may be refused for other reasons (its age, factors that came since).
    return judge(right && checked.has_value(), checked, "a session");
  }

  std::mt19937 chance_;
  Tally *tally_;
  Host host_;
  std::vector<User> users_;
  std::deque<Thing> things_;
  std::deque<Code> codes_;
  std::vector<Session> sessions_;
  std::deque<Used> used_;
  bool set_of_[3] = {};                             // has a set of recovery codes
  bool generation_starts_[3] = {true, true, true};  // no account yet
};

}  // namespace

TEST_CASE("engine: random sequences of operations agree with the model") {
  const int sequences = rounds(500, 10000);
  Tally tally;
  for (int seed = 1; seed <= sequences; seed++) {
    Model model(static_cast<uint32_t>(seed), &tally);
    for (int i = 0; i < 200; i++) {
      const std::string problem = model.step();
      if (problem.empty()) continue;
      CAPTURE(seed);
      CAPTURE(i);
      FAIL(problem);
    }
  }
  // None of it by never getting there.
  CHECK(tally.size() == 9);
  for (auto &row : tally) {
    const std::string &what = row.first;
    CAPTURE(what);
    CHECK(row.second[false] > sequences / 4);
    CHECK(row.second[true] > (what == "a ticket, once more" ? -1 : sequences / 4));
  }
}
