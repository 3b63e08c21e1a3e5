#include "engine/decoy.hpp"

#include "core/cbor.hpp"
#include "core/encoding.hpp"
#include "engine/record.hpp"

namespace mfa::engine {
namespace {

constexpr size_t kIdSize = 32;

// FIPS 186-4 section D.1.2.3: the base point of P-256, a key like any other to verify with.
Bytes base_point_key() {
  const Bytes x = from_hex("6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296").value();
  const Bytes y = from_hex("4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5").value();
  cbor::Writer out;
  out.map(5).number(1).number(2).number(3).number(-7).number(-1).number(1);
  out.number(-2).bytes(x).number(-3).bytes(y);
  return out.take();
}

}  // namespace

Decoy::Decoy(std::string realm, Secret key) : realm_(std::move(realm)), key_(std::move(key)) {
  credential_.id = Bytes(kIdSize);
  credential_.public_key = base_point_key();
  credential_.algorithm = -7;
  credential_.user_handle = Bytes(kIdSize);

  // A record of one passkey under a key of its own, made once.
  if (key_.empty()) return;
  Account account;
  account.user = "nobody";
  account.epoch = 1;
  account.factors.push_back(Factor{.id = Bytes(kFactorId), .detail = credential_});
  const Secret ring_key = derive(key_.reveal(), "decoy record");
  auto ring = KeyRing::make(std::vector<RingKey>{{1, ring_key.reveal()}});
  if (!ring.has_value()) return;
  ring_ = std::move(ring).value();
  record_key_ = account_key(realm_, account.user);
  record_ = ring_->seal(Kind::account, record_key_, encode_account(account), kRecordBlock,
                        std::array<uint8_t, kSealNonce>{});
}

Bytes Decoy::credential_id(std::string_view user) const {
  std::string label = "decoy:" + realm_ + ":";
  label += user;
  const Secret id = derive(key_.reveal(), label);
  return copy_of(id.reveal().first(kIdSize));
}

void Decoy::imitate_load() const {
  if (record_.empty()) return;
  const auto plain = ring_->open(Kind::account, record_key_, record_);
  if (plain.has_value()) (void)decode_account(plain.value().reveal());
}

Failure Decoy::judge(const webauthn::Expected &expected, const webauthn::Response &response) const {
  webauthn::Credential credential = credential_;
  credential.id = response.id;
  credential.user_handle = response.user_handle;
  const auto key = cose::PublicKey::parse(credential.public_key);
  if (!key.has_value()) return key.error();
  const auto assertion = webauthn::verify_assertion(expected, credential, key.value(), response);
  if (!assertion.has_value()) return assertion.error();
  // The base point's secret is the number one: whoever signs with it has still proven nothing.
  return fail(Status::wrong, Reason::authentication_signature, "the signature does not verify");
}

}  // namespace mfa::engine
