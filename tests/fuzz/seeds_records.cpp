// Seeds of accounts as records keep them.
#include "engine/record.hpp"
#include "fuzz/expectation.hpp"
#include "fuzz/seeds.hpp"

namespace mfa::fuzz {
namespace {

using namespace engine;

Account some_account() {
  Account account;
  account.user = "ada";
  account.epoch = 7;
  account.serial = 9;
  account.created_s = 1;
  account.grace_since_s = 2;
  account.watermark_s = 3;
  account.spent.push_back({{1, 2}, 4});
  account.user_handle = Bytes(32, 5);
  const auto add = [&](FactorDetail detail) {
    account.factors.push_back({.id = Bytes(16, static_cast<uint8_t>(account.factors.size())),
                               .label = "label",
                               .added_s = 6,
                               .detail = std::move(detail)});
  };
  add(TotpFactor{Secret::copy(Bytes(20, 8)), Hash::sha256, 8, 60, 5, 10});
  add(HotpFactor{Secret::copy(Bytes(20, 9)), Hash::sha512, 7, 11});
  webauthn::Credential credential{.id = Bytes(16, 1), .public_key = some_key(), .algorithm = -7};
  credential.transports = {"usb"};
  credential.attestation_format = "packed";
  credential.attestation_keys = {Bytes(32, 1)};
  credential.enterprise_serial = Bytes(4, 1);
  credential.firmware_version = 5;
  credential.discoverable = true;
  credential.min_pin_length = 4;
  add(credential);
  RecoveryFactor set;
  set.codes.resize(2);
  set.codes[1].used_s = 12;
  set.codes[1].stored.selector = 3;
  add(std::move(set));
  account.throttle.meters[Method::totp] = Meter{1, {2, 3}, true, 4, 5};
  account.throttle.hold = {6, 7};
  account.recent.push_back({13, "verified", Method::totp, Bytes(16, 1), "192.0.2.1", 1});
  account.recent.push_back({14, "refused", Method::totp, {}, "192.0.2.2", 4, Reason::account_wrong_code});
  return account;
}

// With a token whose clock is off, trusted devices, one of them with all that a cookie leaves behind, mail,
// and browsers that we know.
Account account_with_devices() {
  Account account = some_account();
  account.factors.erase(account.factors.begin() + 1, account.factors.end());
  account.factors[0].as<TotpFactor>()->drift = -3;
  account.grace_used = 2;
  const auto add = [&](FactorDetail detail) {
    account.factors.push_back({.id = Bytes(16, static_cast<uint8_t>(account.factors.size())),
                               .label = "label",
                               .added_s = 6,
                               .last_used_s = 7,
                               .enabled = account.factors.size() != 1,
                               .enterprise = true,
                               .detail = std::move(detail)});
  };
  add(DeviceFactor{{1, 2, 3}, "Firefox on Android", {Bytes(32, 1), Bytes(32, 2), 8, Bytes(32, 3), 9}});
  add(DeviceFactor{{4, 5, 6}, "unknown device", {Bytes(32, 4), {}, 0, {}, 0}});
  add(EmailFactor{"ada@example.test"});
  add(U2fFactor{Bytes(64, 7), Bytes(65, 4), "https://example.test", 3, true, Bytes(20, 8), Bytes(32, 9)});
  account.mails.slots.push_back({Purpose::step_up, true, {1}, Bytes(32, 2), {3}, "ada@example.test", 10, 1});
  account.mails.sent_s = {11, 12};
  account.throttle.enroll = Meter{2, {3, 4}, false, 5, 6};
  account.throttle.relief = {{Bytes(16, 1), 13, 4}, {Bytes(16, 2), 14, 0}};
  return account;
}

Pairing pairing_in(Pairing::State state) {
  Pairing pairing;
  pairing.state = state;
  pairing.nonce = {1};
  pairing.salt = {2};
  pairing.expires_s = 20;
  pairing.tries = 3;
  pairing.label = "Phone";
  // One that was closed has none of what could go on with it.
  const bool is_open = state == Pairing::State::open;
  const bool is_live = is_open || state == Pairing::State::claimed || state == Pairing::State::approved;
  if (is_live) pairing.code = Bytes(32, 4);
  if (is_open) return pairing;
  if (is_live) {
    pairing.claim = Bytes(32, 5);
    pairing.check = "07";
  }
  pairing.agent = "Firefox on Android";
  pairing.source = "192.0.2.7";
  pairing.claimed_s = 15;
  return pairing;
}

}  // namespace

void add_records(Seeds &seeds) {
  const auto add = [&](const Account &account) {
    const Bytes record = encode_account(account);
    seeds.add("record", after({0}, record));
    seeds.add("cbor", record);
  };
  add(some_account());
  Account account = account_with_devices();
  add(account);
  for (const auto state : {Pairing::State::open, Pairing::State::claimed, Pairing::State::approved,
                           Pairing::State::contested, Pairing::State::tried_out, Pairing::State::refused}) {
    account.pairing = pairing_in(state);
    add(account);
  }
  Account erased;
  erased.user = "ada";
  erased.epoch = 7;
  erased.serial = 9;
  erased.tombstone = true;
  add(erased);
}

}  // namespace mfa::fuzz
