#include "engine/record_factors.hpp"

#include <algorithm>

#include "methods/webauthn/webauthn.hpp"

namespace mfa::engine {

using cbor::Item;
using cbor::Writer;

namespace {

void write(Writer &out, const TotpFactor &totp) {
  // Without a drift as before there was any: a release of then reads it.
  out.array(totp.drift == 0 ? 6 : 7)
      .bytes(totp.secret.reveal())
      .unsigned_number(static_cast<uint64_t>(totp.hash))
      .unsigned_number(totp.digits);
  out.unsigned_number(totp.period_s).unsigned_number(totp.t0_s).unsigned_number(totp.last_step);
  if (totp.drift != 0) out.number(totp.drift);
}

void write(Writer &out, const HotpFactor &hotp) {
  out.array(4).bytes(hotp.secret.reveal()).unsigned_number(static_cast<uint64_t>(hotp.hash));
  out.unsigned_number(hotp.digits).unsigned_number(hotp.counter);
}

void write(Writer &out, const webauthn::Credential &credential) { webauthn::encode(out, credential); }

void write(Writer &out, const RecoveryFactor &set) {
  out.array(set.codes.size());
  for (const RecoveryCode &code : set.codes) {
    out.array(6).unsigned_number(code.stored.selector).unsigned_number(code.stored.cost.memory_kib);
    out.unsigned_number(code.stored.cost.passes)
        .bytes(code.stored.salt)
        .bytes(code.stored.hash)
        .unsigned_number(code.used_s);
  }
}

void write(Writer &out, const U2fFactor &key) {
  out.array(7).bytes(key.key_handle).bytes(key.public_key).text(key.app_id).unsigned_number(key.counter);
  out.boolean(key.trusted).bytes(key.attestation_key_identifier).bytes(key.attestation_key);
}

void write(Writer &out, const EmailFactor &mail) { out.array(1).text(mail.address); }

void write(Writer &out, const DeviceFactor &device) {
  const device::Chain &chain = device.chain;
  out.array(7).bytes(device.selector).text(device.agent).bytes(chain.current).bytes(chain.successor);
  out.unsigned_number(chain.successor_s).bytes(chain.predecessor).unsigned_number(chain.promoted_s);
}

}  // namespace

void write(Writer &out, const Factor &factor) {
  out.array(8).bytes(factor.id).unsigned_number(static_cast<uint64_t>(factor.method())).text(factor.label);
  out.unsigned_number(factor.added_s)
      .unsigned_number(factor.last_used_s)
      .boolean(factor.enabled)
      .boolean(factor.enterprise);
  std::visit([&](const auto &detail) { write(out, detail); }, factor.detail);
}

namespace {

Result<Hash> read_hash(const Item &item) {
  MFA_TRY(const uint64_t number, item.as_uint());
  if (number < MFA_HASH_SHA1 || number > MFA_HASH_SHA512) return damaged("an unknown hash in a record");
  return static_cast<Hash>(number);
}

// What both kinds of one-time password begin with.
template <class Otp>
Result<Otp> read_otp(const Item &item, size_t members) {
  MFA_TRY(need_array(item, members));
  Otp factor;
  MFA_TRY(const ByteView secret, item.item(0).as_bytes());
  factor.secret = Secret::copy(secret);
  MFA_TRY(factor.hash, read_hash(item.item(1)));
  MFA_TRY(factor.digits, read_u32(item.item(2)));
  return factor;
}

Result<int32_t> read_drift(const Item &item) {
  constexpr int64_t kMost = otp::kDriftPerStep * int64_t{otp::kDriftMax};
  MFA_TRY(const int64_t drift, item.as_int());
  if (drift < -kMost || drift > kMost) return damaged("a clock further off than is learned");
  return static_cast<int32_t>(drift);
}

Result<TotpFactor> read_totp(const Item &item) {
  const bool drifts = item.type() == cbor::Type::array && item.size() == 7;
  MFA_TRY(auto totp, read_otp<TotpFactor>(item, drifts ? 7 : 6));
  MFA_TRY(totp.period_s, read_u32(item.item(3)));
  MFA_TRY(totp.t0_s, item.item(4).as_uint());
  MFA_TRY(totp.last_step, item.item(5).as_uint());
  if (drifts) {
    MFA_TRY(totp.drift, read_drift(item.item(6)));
  }
  return totp;
}

Result<HotpFactor> read_hotp(const Item &item) {
  MFA_TRY(auto hotp, read_otp<HotpFactor>(item, 4));
  MFA_TRY(hotp.counter, item.item(3).as_uint());
  return hotp;
}

Result<RecoveryFactor> read_recovery(const Item &item) {
  if (item.type() != cbor::Type::array) return damaged("recovery codes are not a list");
  RecoveryFactor set;
  for (size_t i = 0; i < item.size(); i++) {
    const Item row = item.item(i);
    MFA_TRY(need_array(row, 6));
    RecoveryCode code;
    MFA_TRY(const uint32_t selector, read_u32(row.item(0)));
    MFA_TRY(code.stored.cost.memory_kib, read_u32(row.item(1)));
    MFA_TRY(code.stored.cost.passes, read_u32(row.item(2)));
    MFA_TRY(const ByteView salt, row.item(3).as_bytes());
    MFA_TRY(const ByteView hash, row.item(4).as_bytes());
    MFA_TRY(code.used_s, row.item(5).as_uint());
    if (selector >= recovery::kMaxCodes || salt.size() != code.stored.salt.size() ||
        hash.size() != code.stored.hash.size()) {
      return damaged("a recovery code of another form");
    }
    code.stored.selector = static_cast<uint8_t>(selector);
    std::copy(salt.begin(), salt.end(), code.stored.salt.begin());
    std::copy(hash.begin(), hash.end(), code.stored.hash.begin());
    set.codes.push_back(code);
  }
  return set;
}

Result<U2fFactor> read_u2f(const Item &item) {
  MFA_TRY(need_array(item, 7));
  U2fFactor key;
  MFA_TRY(const ByteView handle, item.item(0).as_bytes());
  MFA_TRY(const ByteView point, item.item(1).as_bytes());
  MFA_TRY(key.app_id, item.item(2).as_text());
  MFA_TRY(key.counter, read_u32(item.item(3)));
  MFA_TRY(key.trusted, item.item(4).as_bool());
  MFA_TRY(const ByteView identifier, item.item(5).as_bytes());
  MFA_TRY(const ByteView attesting, item.item(6).as_bytes());
  key.key_handle = copy_of(handle);
  key.public_key = copy_of(point);
  key.attestation_key_identifier = copy_of(identifier);
  key.attestation_key = copy_of(attesting);
  return key;
}

Result<EmailFactor> read_email(const Item &item) {
  MFA_TRY(need_array(item, 1));
  EmailFactor mail;
  MFA_TRY(mail.address, item.item(0).as_text());
  return mail;
}

Result<DeviceFactor> read_device(const Item &item) {
  MFA_TRY(need_array(item, 7));
  DeviceFactor device;
  MFA_TRY(const ByteView selector, item.item(0).as_bytes());
  MFA_TRY(device.agent, item.item(1).as_text());
  MFA_TRY(const ByteView current, item.item(2).as_bytes());
  MFA_TRY(const ByteView successor, item.item(3).as_bytes());
  MFA_TRY(device.chain.successor_s, item.item(4).as_uint());
  MFA_TRY(const ByteView predecessor, item.item(5).as_bytes());
  MFA_TRY(device.chain.promoted_s, item.item(6).as_uint());
  if (selector.size() != device.selector.size() || current.empty())
    return damaged("a device of another form");
  std::copy(selector.begin(), selector.end(), device.selector.begin());
  device.chain.current = copy_of(current);
  device.chain.successor = copy_of(successor);
  device.chain.predecessor = copy_of(predecessor);
  return device;
}

template <class T>
Result<Done> keep(Result<T> read, FactorDetail &detail) {
  if (!read.has_value()) return std::move(read).error();
  detail.emplace<T>(std::move(read).value());
  return done;
}

Result<Done> read_detail(Method method, const Item &item, FactorDetail &detail) {
  if (method == Method::totp) return keep(read_totp(item), detail);
  if (method == Method::hotp) return keep(read_hotp(item), detail);
  if (method == Method::webauthn) return keep(webauthn::decode(item), detail);
  if (method == Method::recovery) return keep(read_recovery(item), detail);
  if (method == Method::u2f) return keep(read_u2f(item), detail);
  if (method == Method::email) return keep(read_email(item), detail);
  if (method == Method::device) return keep(read_device(item), detail);
  return damaged("a factor of an unknown method");
}

}  // namespace

Result<Factor> read_factor(const Item &item) {
  MFA_TRY(need_array(item, 8));
  Factor factor;
  MFA_TRY(const ByteView id, item.item(0).as_bytes());
  MFA_TRY(const uint64_t method, item.item(1).as_uint());
  MFA_TRY(const std::string_view label, item.item(2).as_text());
  MFA_TRY(factor.added_s, item.item(3).as_uint());
  MFA_TRY(factor.last_used_s, item.item(4).as_uint());
  MFA_TRY(factor.enabled, item.item(5).as_bool());
  MFA_TRY(factor.enterprise, item.item(6).as_bool());
  MFA_TRY(read_detail(static_cast<Method>(method), item.item(7), factor.detail));
  factor.id = copy_of(id);
  factor.label = label;
  return factor;
}

}  // namespace mfa::engine
