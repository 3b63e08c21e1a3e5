#include "engine/record.hpp"

#include <doctest.h>

#include "core/cbor.hpp"
#include "engine/host.hpp"

using namespace mfa;
using namespace mfa::engine;
using test::status_of;

namespace {

Account full_account() {
  Account account;
  account.user = std::string("u\0ser", 5);
  account.epoch = 0xFFFF'FFFF'FFFF'FFFF;
  account.serial = 9;
  account.created_s = 1;
  account.grace_since_s = 2;
  account.watermark_s = 3;
  account.spent.push_back({{1, 2}, 4});
  account.user_handle = Bytes(32, 5);
  const auto add = [&](FactorDetail detail) {
    account.factors.push_back(Factor{Bytes(16, static_cast<uint8_t>(account.factors.size())), "label", 6, 7,
                                     true, false, std::move(detail)});
  };
  add(TotpFactor{Secret::copy(Bytes(20, 8)), Hash::sha256, 8, 60, 5, 10});
  add(HotpFactor{Secret::copy(Bytes(20, 9)), Hash::sha512, 7, 11});
  webauthn::Credential credential;
  credential.id = Bytes(64, 1);
  credential.public_key = Bytes(70, 2);
  credential.algorithm = -7;
  credential.transports = {"usb"};
  add(credential);
  RecoveryFactor set;
  set.codes.resize(10);
  set.codes[3].used_s = 12;
  set.codes[3].stored.selector = 3;
  add(set);
  account.throttle.meters[Method::totp] = Meter{1, {2, 3}, true, 4, 5};
  account.throttle.hold = {6, 7};
  account.throttle.enroll.failures = 8;
  account.recent.push_back({13, "verified", Method::totp, Bytes(16, 1), "192.0.2.1", 1});
  account.recent.push_back({14, "refused", Method::totp, {}, "192.0.2.2", 4, Reason::account_wrong_code});
  return account;
}

}  // namespace

TEST_CASE("record: what is written reads back, to the byte") {
  const Bytes plain = encode_account(full_account());
  const auto back = decode_account(plain);
  REQUIRE(back.has_value());
  CHECK(encode_account(back.value()) == plain);
  CHECK(back.value().user == std::string("u\0ser", 5));
  CHECK(back.value().factors[0].as<TotpFactor>()->secret.matches(Bytes(20, 8)));
  CHECK(back.value().recovery_remaining() == 9);
}

TEST_CASE("record: a token's drift is kept, and one without has the form of before there was any") {
  Account account = full_account();
  const size_t before = encode_account(account).size();
  for (const int32_t drift : {-8, -1, 3, 8}) {
    account.factors[0].as<TotpFactor>()->drift = drift;
    const Bytes plain = encode_account(account);
    CHECK(plain.size() == before + 1);
    const auto back = decode_account(plain);
    REQUIRE(back.has_value());
    CHECK(back.value().factors[0].as<TotpFactor>()->drift == drift);
    CHECK(back.value().factors[0].clone().as<TotpFactor>()->drift == drift);
    CHECK(encode_account(back.value()) == plain);
  }
  for (const int32_t drift : {-9, 9, INT32_MIN}) {
    account.factors[0].as<TotpFactor>()->drift = drift;
    CHECK(status_of(decode_account(encode_account(account))) == Status::err_damaged);
  }
}

TEST_CASE("record: a later schema is told from damage") {
  cbor::Writer out;
  out.map(1).number(0).unsigned_number(kRecordSchema + 1);
  CHECK(status_of(decode_account(out.view())) == Status::err_unsupported);
  CHECK(status_of(decode_account({})) == Status::err_damaged);
}

TEST_CASE("record: every cut and every changed byte is an answer, never a crash") {
  const Bytes plain = encode_account(full_account());
  for (size_t i = 0; i < plain.size(); i++) {
    CHECK_FALSE(decode_account(ByteView(plain).first(i)).has_value());
    Bytes changed = plain;
    changed[i] ^= 0xFF;
    (void)decode_account(changed);
  }
}

TEST_CASE("keys: realms and users do not run into each other") {
  CHECK(account_key("r", "a/acct/b") == "r/acct/a/acct/b");
  CHECK(account_key("", "x") == "/acct/x");
  CHECK(credential_key("r", Bytes(1)).size() == 7 + 64);
}
