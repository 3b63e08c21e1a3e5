// Of the model: codes by mail. Every letter that was ever sent is kept, and may be answered.
#pragma once

#include "engine/model_world.hpp"

namespace mfa::test::model {

class MailModel {
 public:
  explicit MailModel(World &world) : w(world) {}

  // What comes next, or any step.
  std::string step(size_t user) {
    const Letter *letter = last_[user];
    if (letter && letter->live && w.now_s() < letter->expires_s && !w.one_in(3)) return answer(user);
    switch (w.below(5)) {
      case 0:
      case 1: return enrol(user);
      case 2:
      case 3: return ask(user);
      default: return answer(user);
    }
  }

  std::string ask(size_t user) {
    const Thing *to = address_of(user);
    const auto offer = w.host.engine->verify_begin(w.arriving(user), Method::email, {});
    if (status_of(offer) == Status::locked_out && w.may_be_locked(user, Method::email)) return "";
    if (const auto problem = w.judge(to && may_send(user), offer, "asking for a mail"); !problem.empty())
      return problem;
    if (!offer.has_value()) return "";
    if (Host::text(offer.value(), MFA_OFFER_MAIL_TO) != to->secret) return "a mail went to another address";
    return sent(user, Purpose::login, offer.value(), to->secret, false);
  }

  std::string enrol(size_t user) {
    const Purpose purpose = w.some_way();
    const bool right =
        w.may_enrol(user, purpose) && w.count(user, Method::email) < kMaxMails && may_send(user);
    const std::string address = "a" + std::to_string(letters_.size()) + "@example.test";
    BeginOptions options;
    options.address = address;
    const auto offer = w.host.engine->enroll_begin(w.request(user, purpose), Method::email, options);
    if (status_of(offer) == Status::locked_out && w.users[user].wrong_enrolling >= 5) return "";
    if (const auto problem = w.judge(right, offer, "beginning to enrol mail"); !problem.empty())
      return problem;
    if (!offer.has_value()) return "";
    w.users[user].exists = true;
    return sent(user, purpose, offer.value(), address, true);
  }

  // A letter that may be old, another user's, used up; with its own code, another one's, or a wrong one.
  std::string answer(size_t user) {
    if (letters_.empty()) return "";
    Letter *before = last_[user] ? before_[user] : nullptr;
    Letter &letter = before && w.one_in(4)         ? *before
                     : last_[user] && !w.one_in(4) ? *last_[user]
                                                   : w.any(letters_);
    std::string code = last_[user] && w.one_in(3) ? last_[user]->code : letter.code;
    if (w.one_in(8)) code = w.any(letters_).code;
    if (w.one_in(6)) code[0] = code[0] == '9' ? '0' : static_cast<char>(code[0] + 1);
    return letter.enroll ? finish_enrol(user, letter, code) : finish_verify(user, letter, code);
  }

 private:
  struct Letter {
    size_t owner = 0;
    Purpose purpose = Purpose::login;
    bool enroll = false;
    std::string ticket, code, address;
    uint64_t generation = 0, expires_s = 0;
    bool live = true;
    int wrong = 0;
  };

  const Thing *address_of(size_t user) const {
    for (const Thing &thing : w.things)
      if (thing.owner == user && thing.method == Method::email && thing.enabled && !thing.removed)
        return &thing;
    return nullptr;
  }
  // One a minute, five an hour, ten a day.
  bool may_send(size_t user) const {
    const auto &sent = sent_s_[user];
    const auto blocks = [&](size_t most, uint64_t span_s) {
      return sent.size() >= most && sent[sent.size() - most] + span_s > w.now_s();
    };
    return !blocks(1, 60) && !blocks(5, 3600) && !blocks(10, kDay_s);
  }

  std::string sent(size_t user, Purpose purpose, const Offer &offer, const std::string &address,
                   bool enroll) {
    for (Letter &letter : letters_) {
      const bool replaced = letter.owner == user && letter.enroll == enroll && letter.purpose == purpose;
      letter.live = letter.live && !replaced;
    }
    letters_.push_back({.owner = user,
                        .purpose = purpose,
                        .enroll = enroll,
                        .ticket = Host::text(offer, MFA_OFFER_TICKET),
                        .code = code_in(Host::text(offer, MFA_OFFER_MAIL_TEXT)),
                        .address = address,
                        .generation = w.users[user].generation,
                        .expires_s = w.now_s() + 600});
    before_[user] = std::exchange(last_[user], &letters_.back());
    sent_s_[user].push_back(w.now_s());
    return letters_.back().code.empty() ? "a mail without a code" : "";
  }
  static std::string code_in(const std::string &mail) {
    for (size_t at = 0, run = 0; at < mail.size(); at++) {
      run = mail[at] >= '0' && mail[at] <= '9' ? run + 1 : 0;
      if (run == 8) return mail.substr(at - 7, 8);
    }
    return "";
  }

  bool is_answered(size_t user, const Letter &letter) const {
    return letter.owner == user && letter.live && w.now_s() < letter.expires_s &&
           letter.generation == w.users[user].generation;
  }
  void tried(Letter &letter) {
    if (++letter.wrong >= 5) letter.live = false;
  }

  std::string finish_verify(size_t user, Letter &letter, const std::string &code) {
    const bool right = is_answered(user, letter) && code == letter.code;
    const Request r = w.arriving(user);
    const auto proof = w.host.engine->verify_finish(r, letter.ticket, code);
    if (status_of(proof) == Status::locked_out && w.may_be_locked(user, Method::email)) return "";
    if (status_of(proof) == Status::wrong) {
      w.guessed(user, Method::email);
      tried(letter);
    }
    if (const auto problem = w.judge(right, proof, "a code by mail"); !problem.empty()) return problem;
    if (!proof.has_value()) return "";
    letter.live = false;
    w.used.push_back({r, w.users[user].name, "", letter.ticket, code, false});
    w.signed_in(user, proof, Method::email);
    return "";
  }

  std::string finish_enrol(size_t user, Letter &letter, const std::string &code) {
    const bool right = is_answered(user, letter) && code == letter.code &&
                       w.may_enrol(user, letter.purpose) && w.count(user, Method::email) < kMaxMails;
    const bool first = !w.has_enabled(user);
    const auto proof = w.finish_enrol(user, letter.purpose, letter.ticket, code);
    if (status_of(proof) == Status::locked_out && w.users[user].wrong_enrolling >= 5) return "";
    if (status_of(proof) == Status::wrong) {
      w.users[user].wrong_enrolling++;
      tried(letter);
    }
    if (const auto problem = w.judge(right, proof, "enrolling mail"); !problem.empty()) return problem;
    if (!proof.has_value()) return "";
    letter.live = false;
    w.things.push_back({.owner = user,
                        .method = Method::email,
                        .id = Host::text(proof.value(), MFA_PROOF_FACTOR),
                        .secret = letter.address});
    w.enrolled(user, letter.purpose, proof, Method::email, first);
    return "";
  }

  World &w;
  std::deque<Letter> letters_;
  Letter *last_[kUsers] = {}, *before_[kUsers] = {};
  std::vector<uint64_t> sent_s_[kUsers];
};

}  // namespace mfa::test::model
