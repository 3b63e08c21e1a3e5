// Of the model: trusted devices and remembered users. The jars of two browsers for each user, and copies of
// all that was ever in them.
#pragma once

#include "core/cookie.hpp"
#include "engine/model_world.hpp"
#include "engine/remembered.hpp"

namespace mfa::test::model {

inline constexpr size_t kBrowsers = 2;

class DeviceModel {
 public:
  explicit DeviceModel(World &world) : w(world) {}

  std::string remember(size_t user) {
    std::string &jar = jars_[user][w.below(kBrowsers)];
    Device *before = known(user, jar);
    const Session &session = w.users[user].session;
    const bool right = may_add(user, before) && session.strong && session.verified_s != 0 &&
                       session.method != Method::email && !session.enroll_only;
    Request r = w.request(user, Purpose::manage);
    const std::string header = header_of(user, jar);
    r.cookies = header;
    const auto proof = w.host.engine->remember_device(r, "");
    if (const auto problem = w.judge(right, proof, "remembering a browser"); !problem.empty()) return problem;
    if (!proof.has_value()) return "";
    if (before) before->removed = true;
    jar = add(user, proof.value());
    w.keep(user, proof);
    return "";
  }

  // With what the browser has, with an old copy, or with somebody else's.
  std::string arrive(size_t user) {
    if (copies_.empty()) return "";
    std::string &jar = jars_[user][w.below(kBrowsers)];
    const std::string shown = one_of(user, jar);
    const size_t named = w.one_in(12) ? w.below(kUsers) : user;
    const std::string header = header_of(named, shown);
    Request r = w.arriving(user);
    if (w.one_in(16)) r.purpose = Purpose::step_up;
    if (w.one_in(16)) r.proven = 0;
    const bool asked = r.purpose == Purpose::login && r.proven != 0 && named == user && w.has_enabled(user);
    Device *device = asked ? trusted(user, shown) : nullptr;
    const Found found = device ? present(*device, shown) : Found::none;
    const auto proof = w.host.engine->verify_code(r, Method::device, header);
    const bool right = found == Found::accepted || found == Found::renewed;
    if (const auto problem = w.judge(right, proof, "a device's cookie"); !problem.empty()) return problem;
    if ((status_of(proof) == Status::wrong) != (found == Found::reused)) return "a copy was not found out";
    if (!proof.has_value()) return "";
    device->used_s = w.now_s();
    const std::string next = Host::text(proof.value(), MFA_PROOF_SET_COOKIE);
    if ((found == Found::renewed) == next.empty()) return "a cookie was handed out at the wrong time";
    if (found == Found::renewed) {
      device->successor = value_of(next);
      copies_.push_back(device->successor);
      if (shown == jar && !w.one_in(8)) jar = device->successor;  // else the answer was lost
    }
    w.users[user].session =
        Session{.owner = user, .signed_in_s = w.now_s(), .method = Method::device, .device = device};
    w.keep(user, proof);
    return "";
  }

  std::string change(size_t user) {
    if (w.devices.empty()) return "";
    Device &device = w.one_in(2) ? w.any(w.devices) : w.devices.back();
    const bool right = w.may_manage(user, false) && device.owner == user && !device.removed;
    const Request r = w.request(user, Purpose::manage);
    const uint32_t how = w.below(4);
    const char *what = "a change of a device";
    if (how == 0) return w.judge(right, w.host.engine->rename(r, device.id, "Kitchen"), what);
    const auto proof =
        how == 1 ? w.host.engine->remove(r, device.id) : w.host.engine->set_enabled(r, device.id, how == 2);
    if (const auto problem = w.judge(right, proof, what); !problem.empty()) return problem;
    if (!proof.has_value()) return "";
    device.removed = how == 1;
    if (how != 1) device.enabled = how == 2;
    w.keep(user, proof);
    return "";
  }

  // As a host does when the password changes.
  std::string forget(size_t user) {
    const auto forgot =
        w.host.engine->admin(AdminAction::forget_devices, w.users[user].name, "", "password changed");
    if (forgot.has_value() != w.users[user].exists) return "devices were not forgotten";
    w.forget_devices(user);
    return "";
  }

  // ---- remembered users

  std::string issue(size_t user) {
    const Session &session = w.users[user].session;
    const bool right = !session.statement.empty() && w.is_live(session) && session.verified_s != 0;
    const auto cookie = w.host.engine->remember_user(w.request(user, Purpose::manage));
    if (const auto problem = w.judge(right, cookie, "remembering a user"); !problem.empty()) return problem;
    if (!cookie.has_value()) return "";
    remembered_.push_back(
        {user, std::string(text_of(cookie.value().reveal())), w.users[user].generation, w.now_s()});
    return "";
  }

  std::string read() {
    if (remembered_.empty()) return "";
    const Remembered &of = w.any(remembered_);
    const bool right = of.generation == w.users[of.owner].generation && w.now_s() < of.issued_s + 15 * kDay_s;
    const std::string header = of.cookie.substr(0, of.cookie.find(';'));
    const auto who = w.host.engine->remembered_user(Request{}, header);
    if (const auto problem = w.judge(right, who, "a remembered user"); !problem.empty()) return problem;
    return who.has_value() && who.value() != w.users[of.owner].name ? "another user was remembered" : "";
  }

  // ---- for pairing

  // May the user have one more, in place of `before`?
  bool may_add(size_t user, const Device *before) const {
    size_t live = 0;
    for (const Device &device : w.devices)
      live += device.owner == user && !device.removed && &device != before && !device.is_over(w.now_s());
    return w.may_manage(user, false) && w.has_enabled(user) && live < kMaxDevices;
  }
  bool has_room(size_t user) const {
    size_t live = 0;
    for (const Device &device : w.devices)
      live += device.owner == user && !device.removed && !device.is_over(w.now_s());
    return live < kMaxDevices;
  }
  // The device of a proof that was just given; its cookie. Those that are over make room.
  std::string add(size_t user, const Proof &proof) {
    for (Device &device : w.devices) device.removed |= device.owner == user && device.is_over(w.now_s());
    Device device{.owner = user, .id = Host::text(proof, MFA_PROOF_FACTOR), .added_s = w.now_s()};
    device.current = value_of(Host::text(proof, MFA_PROOF_SET_COOKIE));
    copies_.push_back(device.current);
    w.devices.push_back(std::move(device));
    return w.devices.back().current;
  }
  void put_into_jar(size_t user, const std::string &cookie) { jars_[user][w.below(kBrowsers)] = cookie; }

  static std::string value_of(const std::string &set_cookie) {
    const size_t from = set_cookie.find('=') + 1;
    return set_cookie.substr(from, set_cookie.find(';') - from);
  }

 private:
  enum class Found { none, accepted, renewed, reused };
  struct Remembered {
    size_t owner;
    std::string cookie;
    uint64_t generation, issued_s;
  };

  std::string one_of(size_t user, const std::string &jar) {
    switch (w.below(7)) {
      case 0: return w.any(copies_);
      case 1: return jars_[w.below(kUsers)][w.below(kBrowsers)];
      case 2: {
        for (const Device &device : w.devices)
          if (device.owner == user && !device.removed && !device.predecessor.empty())
            return device.predecessor;
        return jar;
      }
      default: return jar;
    }
  }
  std::string header_of(size_t user, const std::string &value) const {
    return device_cookie_name(w.host.engine->config(), w.users[user].name) + "=" + value;
  }
  static bool same_device(const Device &device, const std::string &cookie) {
    return !cookie.empty() &&
           device.current.substr(0, device.current.find('.')) == cookie.substr(0, cookie.find('.'));
  }
  // That the cookie names, and that may be trusted.
  Device *trusted(size_t user, const std::string &cookie) {
    for (Device &device : w.devices) {
      if (device.owner == user && device.enabled && !device.removed && same_device(device, cookie))
        return device.is_over(w.now_s()) ? nullptr : &device;
    }
    return nullptr;
  }
  // That the browser is, by a cookie that is not too old.
  Device *known(size_t user, const std::string &cookie) {
    Device *device = trusted(user, cookie);
    if (!device) return nullptr;
    const bool knows = cookie == device->current || cookie == device->successor ||
                       (cookie == device->predecessor && w.now_s() < device->promoted_s + 60);
    return knows ? device : nullptr;
  }
  // The table of docs/devices.md.
  Found present(Device &device, const std::string &cookie) const {
    const uint64_t now_s = w.now_s();
    if (cookie == device.predecessor && now_s < device.promoted_s + 60) return Found::accepted;
    if (cookie != device.current && cookie != device.successor) {
      device.removed = true;
      return Found::reused;
    }
    if (cookie == device.successor) {
      device.predecessor = std::exchange(device.current, std::exchange(device.successor, ""));
      device.promoted_s = now_s;
    }
    if (device.successor_s != 0 && now_s < device.successor_s + 60) return Found::accepted;
    device.successor_s = now_s;
    return Found::renewed;
  }

  World &w;
  std::string jars_[kUsers][kBrowsers];
  std::deque<std::string> copies_;
  std::deque<Remembered> remembered_;
};

}  // namespace mfa::test::model
