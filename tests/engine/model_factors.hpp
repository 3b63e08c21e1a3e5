// Of the model: apps, passkeys and recovery codes, and the sessions that rest on them.
#pragma once

#include "engine/model_world.hpp"

namespace mfa::test::model {

class FactorModel {
 public:
  explicit FactorModel(World &world) : w(world) {}

  std::string enrol_app(size_t user) {
    const Purpose purpose = w.some_way();
    const bool right = w.may_enrol(user, purpose) && w.count(user, Method::totp) < kMaxApps;
    const bool first = !w.has_enabled(user);
    const auto offer = w.host.engine->enroll_begin(w.request(user, purpose), Method::totp, {});
    if (const auto problem = w.judge(right, offer, "beginning to enrol an app"); !problem.empty())
      return problem;
    if (!offer.has_value()) return "";
    Thing thing{.owner = user, .method = Method::totp, .secret = Host::text(offer.value(), MFA_OFFER_SECRET)};
    thing.last_step = w.step_now();
    return finish(user, purpose, offer.value(), code_of(thing.secret, thing.last_step), thing, first);
  }

  std::string enrol_passkey(size_t user) {
    const Purpose purpose = w.some_way();
    const bool right = w.may_enrol(user, purpose) && w.count(user, Method::webauthn) < kMaxPasskeys;
    const bool first = !w.has_enabled(user);
    const auto offer = w.host.engine->enroll_begin(w.request(user, purpose), Method::webauthn, {});
    if (const auto problem = w.judge(right, offer, "beginning to enrol a passkey"); !problem.empty())
      return problem;
    if (!offer.has_value()) return "";
    Thing thing{.owner = user, .method = Method::webauthn};
    thing.key = std::make_shared<Authenticator>(Authenticator::Settings{.algorithms = {-8}});
    const std::string response = thing.key->create(Host::text(offer.value(), MFA_OFFER_OPTIONS), kOrigin);
    return finish(user, purpose, offer.value(), response, thing, first);
  }

  std::string make_codes(size_t user) {
    const bool right = w.may_manage(user, true) && w.has_primary(user);
    const auto offer = w.host.engine->enroll_begin(w.request(user, Purpose::manage), Method::recovery, {});
    if (const auto problem = w.judge(right, offer, "beginning to make codes"); !problem.empty())
      return problem;
    if (!offer.has_value()) return "";
    std::vector<std::string> texts;
    const std::string lines = Host::text(offer.value(), MFA_OFFER_RECOVERY_CODES);
    for (size_t at = 0; at < lines.size(); at += 20) texts.push_back(lines.substr(at, 19));
    const auto proof =
        w.finish_enrol(user, Purpose::manage, Host::text(offer.value(), MFA_OFFER_TICKET), texts.front());
    if (!proof.has_value()) return "making codes was refused";
    for (Code &code : w.codes) code.live = code.live && code.owner != user;
    for (std::string &text : texts) w.codes.push_back({user, std::move(text)});
    w.users[user].has_set = true;
    w.enrolled(user, Purpose::manage, proof, Method::recovery, false);
    return "";
  }

  std::string app_code(size_t user) {
    Thing *thing = w.some(user, Method::totp);
    if (!thing) return "";
    const uint64_t step = w.step_now() + w.below(5) - 2;
    const bool right = thing->owner == user && thing->enabled && !thing->removed && step > thing->last_step &&
                       step + 1 >= w.step_now() && step <= w.step_now() + 1;
    const auto proof =
        w.host.engine->verify_code(w.arriving(user), Method::totp, code_of(thing->secret, step));
    if (status_of(proof) == Status::locked_out && w.may_be_locked(user, Method::totp)) return "";
    if (status_of(proof) == Status::wrong) w.guessed(user, Method::totp);
    if (const auto problem = w.judge(right, proof, "a code of an app"); !problem.empty()) return problem;
    if (!proof.has_value()) return "";
    thing->last_step = step;
    w.signed_in(user, proof, Method::totp);
    return "";
  }

  std::string passkey(size_t user) {
    Thing *thing = w.some(user, Method::webauthn, 1);
    if (!thing) return "";
    const bool usernameless = w.one_in(2);
    const bool there = thing->enabled && !thing->removed;
    const bool right = there && (usernameless || thing->owner == user);
    Request asked = w.arriving(user);
    if (usernameless) asked = w.host.usernameless();
    const auto offer = w.host.engine->verify_begin(asked, Method::webauthn, {});
    if (!offer.has_value()) return "beginning to sign in with a passkey was refused";
    const std::string response = thing->key->get(Host::text(offer.value(), MFA_OFFER_OPTIONS), kOrigin);
    if (response.empty()) return right ? "a passkey was not asked for" : "";
    const std::string ticket = Host::text(offer.value(), MFA_OFFER_TICKET);
    const auto proof = w.host.engine->verify_finish(asked, ticket, response);
    if (const auto problem = w.judge(right, proof, "a passkey"); !problem.empty()) return problem;
    if (!proof.has_value()) return "";
    if (Host::text(proof.value(), MFA_PROOF_USER) != w.users[thing->owner].name)
      return "a passkey signed in another user";
    w.used.push_back({asked, usernameless ? "" : w.users[user].name, "", ticket, response, false});
    w.signed_in(thing->owner, proof, Method::webauthn);
    return "";
  }

  std::string recovery(size_t user) {
    if (w.codes.empty()) return "";
    Code &code = w.any(w.codes);
    const bool right = code.live && code.owner == user;
    const auto proof = w.host.engine->verify_code(w.arriving(user), Method::recovery, code.text);
    if (status_of(proof) == Status::locked_out && w.users[user].wrong[Method::recovery] >= 5) return "";
    if (status_of(proof) == Status::wrong) w.users[user].wrong[Method::recovery]++;
    if (const auto problem = w.judge(right, proof, "a recovery code"); !problem.empty()) return problem;
    if (!proof.has_value()) return "";
    code.live = false;
    for (Thing &thing : w.things)  // the steps of apps that may be shown already are used up with it
      if (thing.owner == user) thing.last_step = std::max(thing.last_step, w.step_now() + 1);
    w.forget_devices(user);
    w.signed_in(user, proof, Method::recovery);
    return "";
  }

  // On, off, away: with the user's own session, of a thing that may be anyone's.
  std::string change(size_t user) {
    if (w.things.empty()) return "";
    Thing &thing = w.any(w.things);
    const bool right = w.may_manage(user, false) && thing.owner == user && !thing.removed;
    const Request r = w.request(user, Purpose::manage);
    const uint32_t how = w.below(3);
    const auto proof =
        how == 0 ? w.host.engine->remove(r, thing.id) : w.host.engine->set_enabled(r, thing.id, how == 1);
    if (const auto problem = w.judge(right, proof, "a change of a factor"); !problem.empty()) return problem;
    if (!proof.has_value()) return "";
    thing.removed = how == 0;
    if (how != 0) thing.enabled = how == 1;
    if (how != 1) {
      w.users[user].generation++;
      w.forget_devices(user);
    }
    w.keep(user, proof);
    return "";
  }

  // By an administrator: signed out everywhere, or nothing left but the record.
  std::string end(size_t user) {
    const bool reset = w.one_in(4);
    const auto ended = w.host.engine->admin(reset ? AdminAction::reset : AdminAction::sign_out,
                                            w.users[user].name, "", "operator");
    User &who = w.users[user];
    if (ended.has_value() != who.exists) return "an administrator was not obeyed";
    if (!who.exists) return "";
    who.generation++;
    who.begins = false;
    if (!reset) return "";
    for (Thing &thing : w.things) thing.removed |= thing.owner == user;
    for (Code &code : w.codes) code.live &= code.owner != user;
    who.has_set = false;
    w.forget_devices(user);
    return "";
  }

  // Whatever worked once does not work again.
  std::string replay() {
    if (w.used.empty()) return "";
    const Used &used = w.any(w.used);
    Request r = used.request;
    r.user = used.user;
    r.statement = used.statement;
    const auto proof = used.enroll ? w.host.engine->enroll_finish(r, used.ticket, used.response)
                                   : w.host.engine->verify_finish(r, used.ticket, used.response);
    return w.judge(false, proof, "a ticket, once more");
  }

  std::string check_session(size_t user) {
    if (w.sessions.empty()) return "";
    const Session &session = w.any(w.sessions);
    w.host.statement = session.statement;
    const auto checked = w.host.engine->session_check(w.host.request(Purpose::manage, w.users[user].name),
                                                      SessionNeed{}, true);
    return w.judge(session.owner == user && w.is_live(session), checked, "a session");
  }

 private:
  static std::string code_of(const std::string &secret, uint64_t step) {
    otp::TotpParams params;
    params.digits = kDigits;
    return otp::totp_code(params, from_base32(secret).value(), (step - 1) * 30).value();
  }
  std::string finish(size_t user, Purpose purpose, const Offer &offer, const std::string &response,
                     Thing &thing, bool first) {
    const auto proof = w.finish_enrol(user, purpose, Host::text(offer, MFA_OFFER_TICKET), response);
    if (status_of(proof) == Status::locked_out && w.users[user].wrong_enrolling >= 5) return "";
    if (!proof.has_value()) return "enrolling was refused: " + std::string(name_of(proof.error().reason));
    thing.id = Host::text(proof.value(), MFA_PROOF_FACTOR);
    const Method method = thing.method;
    w.things.push_back(std::move(thing));
    w.enrolled(user, purpose, proof, method, first);
    return "";
  }

  World &w;
};

}  // namespace mfa::test::model
