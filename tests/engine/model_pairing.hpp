// Of the model: pairing a device. Codes, links, tickets and numbers, of every pairing there ever was.
#pragma once

#include "engine/model_devices.hpp"

namespace mfa::test::model {

class PairingModel {
 public:
  PairingModel(World &world, DeviceModel &devices) : w(world), devices_(devices) {}

  std::string open(size_t user) {
    const bool right = devices_.may_add(user, nullptr);
    const auto offer = w.host.engine->enroll_begin(w.request(user, Purpose::manage), Method::device, {});
    if (const auto problem = w.judge(right, offer, "opening a pairing"); !problem.empty()) return problem;
    if (!offer.has_value()) return "";
    const std::string link = Host::text(offer.value(), MFA_OFFER_URI);
    pairings_.push_back({.owner = user,
                         .ticket = Host::text(offer.value(), MFA_OFFER_TICKET),
                         .code = Host::text(offer.value(), MFA_OFFER_CODE),
                         .link = link.substr(link.find('#') + 1),
                         .generation = w.users[user].generation,
                         .expires_s = w.now_s() + 600});
    slots_[user] = &pairings_.back();
    w.has_pairing[user] = true;
    return "";
  }

  // What comes next, or any step.
  std::string step(size_t user) {
    const Pairing *slot = live_slot(user);
    if (slot && !w.one_in(6)) {
      switch (slot->state) {
        case State::open: return claim(user);
        case State::claimed: return w.one_in(3) ? look(user) : approve(user);
        case State::approved: return collect(user);
        case State::closed: break;
      }
    }
    switch (w.below(5)) {
      case 0: return claim(user);
      case 1: return look(user);
      case 2: return approve(user);
      case 3: return collect(user);
      default: return open(user);
    }
  }

  // By a code beside a user that may be another one's, or by a link.
  std::string claim(size_t user) {
    Pairing *pairing = some(user);
    if (!pairing) return "";
    const bool by_link = w.one_in(3);
    const size_t asked = by_link ? pairing->owner : user;
    std::string shown = by_link ? pairing->link : pairing->code;
    if (!by_link && w.one_in(4)) shown[0] = shown[0] == '0' ? '1' : '0';
    Pairing *slot = live_slot(asked);
    if (slot && !slot->has_code()) slot = nullptr;
    const bool same = slot && (by_link ? slot == pairing : shown == slot->code);
    const bool fresh = !by_link || (w.now_s() < pairing->expires_s && !pairing->spent &&
                                    pairing->generation == w.users[asked].generation);
    const bool right = same && fresh && slot->state == State::open;
    const auto offer =
        w.host.engine->claim_device(phone(by_link ? "" : w.users[asked].name, kPhoneBrowser), shown);
    if (const auto problem = w.judge(right, offer, "claiming a pairing"); !problem.empty()) return problem;
    if (right) {
      slot->state = State::claimed;
      slot->device_ticket = Host::text(offer.value(), MFA_OFFER_TICKET);
      slot->number = Host::text(offer.value(), MFA_OFFER_CODE);
      slot->device_generation = w.users[asked].generation;
    } else if (same && fresh) {
      slot->state = State::closed;  // a second device came
    } else if (slot && !by_link && ++slot->wrong == 5) {
      slot->state = State::closed;
    }
    return "";
  }

  std::string look(size_t user) {
    Pairing *pairing = some(user);
    if (!pairing) return "";
    Request r = w.request(user, Purpose::manage);
    const bool there = from_somewhere(r);
    const bool right = there && pairing->owner == user && w.stands(user) && pairing == live_slot(user) &&
                       (pairing->state == State::claimed || pairing->state == State::approved);
    return w.judge(right, w.host.engine->claimed_device(r, pairing->ticket), "a look at a claim");
  }

  std::string approve(size_t user) {
    Pairing *pairing = some(user);
    if (!pairing) return "";
    Request r = w.request(user, Purpose::manage);
    const bool there = from_somewhere(r);
    std::string number = pairing->number.empty() ? "42" : pairing->number;
    if (w.one_in(5)) number = number == "42" ? "43" : "42";
    const bool asked = there && pairing->owner == user && pairing == live_slot(user) &&
                       pairing->state == State::claimed && !pairing->spent &&
                       pairing->generation == w.users[user].generation && devices_.may_add(user, nullptr);
    const bool right = asked && number == pairing->number;
    const auto proof = w.host.engine->enroll_finish(r, pairing->ticket, number);
    if (const auto problem = w.judge(right, proof, "approving a pairing"); !problem.empty()) return problem;
    if (asked) pairing->state = right ? State::approved : State::closed;
    if (!right) return "";
    pairing->spent = true;
    w.keep(user, proof);
    return "";
  }

  std::string collect(size_t user) {
    Pairing *pairing = some(user);
    if (!pairing || pairing->device_ticket.empty()) return "";
    const size_t owner = pairing->owner;
    const bool names = w.one_in(3);
    const bool there = !w.one_in(5);
    const bool asked = there && (!names || user == owner) && w.now_s() < pairing->expires_s &&
                       pairing->device_generation == w.users[owner].generation;
    const Device *held = pairing->device && !pairing->device->removed ? pairing->device : nullptr;
    const bool right = asked && (held ? held->used_s == 0
                                      : pairing == live_slot(owner) && pairing->state == State::approved &&
                                            devices_.has_room(owner));
    const auto proof = w.host.engine->collect_device(
        phone(names ? w.users[user].name : "", there ? kPhoneBrowser : kStranger), pairing->device_ticket);
    if (const auto problem = w.judge(right, proof, "collecting a device's cookie"); !problem.empty())
      return problem;
    if (!proof.has_value()) return "";
    const std::string cookie = DeviceModel::value_of(Host::text(proof.value(), MFA_PROOF_SET_COOKIE));
    if (held) return cookie == held->current ? "" : "another cookie was handed out";
    devices_.add(owner, proof.value());
    pairing->device = &w.devices.back();
    if (!w.one_in(4)) devices_.put_into_jar(owner, cookie);  // else the answer was lost
    w.has_pairing[owner] = false;
    return "";
  }

 private:
  enum class State { open, claimed, approved, closed };
  struct Pairing {
    size_t owner = 0;
    std::string ticket, code, link;
    uint64_t generation = 0, expires_s = 0;
    State state = State::open;
    int wrong = 0;
    bool spent = false;  // its tickets
    std::string device_ticket = {}, number = {};
    uint64_t device_generation = 0;
    const Device *device = nullptr;
    bool has_code() const { return state != State::closed; }
  };
  static constexpr const char *kPhoneBrowser = "browser-of-the-phone-0123456789";
  static constexpr const char *kStranger = "browser-of-a-stranger-0123456789";

  static Request phone(std::string_view user, std::string_view browser) {
    Request r;
    r.purpose = Purpose::login;
    r.user = user;
    r.browser = browser;
    return r;
  }
  // At times from a browser that is not the one that opened.
  bool from_somewhere(Request &r) {
    if (!w.one_in(6)) return true;
    r.browser = kStranger;
    return false;
  }
  // Mostly the user's last.
  Pairing *some(size_t user) {
    if (pairings_.empty()) return nullptr;
    return slots_[user] && !w.one_in(6) ? slots_[user] : &w.any(pairings_);
  }
  Pairing *live_slot(size_t user) {
    Pairing *slot = slots_[user];
    return slot && w.has_pairing[user] && w.now_s() < slot->expires_s ? slot : nullptr;
  }

  World &w;
  DeviceModel &devices_;
  std::deque<Pairing> pairings_;
  Pairing *slots_[kUsers] = {};
};

}  // namespace mfa::test::model
