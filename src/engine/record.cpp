#include "engine/record.hpp"

#include <algorithm>

#include "core/cbor.hpp"
#include "core/digest.hpp"
#include "core/encoding.hpp"
#include "methods/webauthn/webauthn.hpp"

namespace mfa::engine {
namespace {

using cbor::Item;
using cbor::Writer;

// Keys of the maps below. Numbers are part of the stored form: append, never reuse.
enum class Key : int64_t {
  schema = 0,
  user = 1,
  epoch = 2,
  serial = 3,
  created = 4,
  tombstone = 5,
  grace = 6,
  watermark = 7,
  spent = 8,
  handle = 9,
  factors = 10,
  throttle = 11,
  recent = 12
};
constexpr size_t kAccountKeys = 13;

constexpr cbor::Limits kLimits{.max_bytes = 262144, .max_depth = 8, .max_items = 65536};

Failure damaged(const char *message) { return fail(Status::err_damaged, Reason::account_damaged, message); }

Writer &key(Writer &out, Key name) { return out.number(static_cast<int64_t>(name)); }

// ---- factors

void write(Writer &out, const TotpFactor &totp) {
  out.array(6)
      .bytes(totp.secret.reveal())
      .unsigned_number(static_cast<uint64_t>(totp.hash))
      .unsigned_number(totp.digits);
  out.unsigned_number(totp.period_s).unsigned_number(totp.t0_s).unsigned_number(totp.last_step);
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
  out.boolean(key.trusted).bytes(key.attestation_key_identifier).bytes(key.attestation_certificate);
}

void write(Writer &out, const Factor &factor) {
  out.array(8).bytes(factor.id).unsigned_number(static_cast<uint64_t>(factor.method())).text(factor.label);
  out.unsigned_number(factor.added_s)
      .unsigned_number(factor.last_used_s)
      .boolean(factor.enabled)
      .boolean(factor.enterprise);
  std::visit([&](const auto &detail) { write(out, detail); }, factor.detail);
}

Result<Hash> read_hash(const Item &item) {
  MFA_TRY(const uint64_t number, item.as_uint());
  if (number < MFA_HASH_SHA1 || number > MFA_HASH_SHA512) return damaged("an unknown hash in a record");
  return static_cast<Hash>(number);
}

Result<uint32_t> read_u32(const Item &item) {
  MFA_TRY(const uint64_t number, item.as_uint());
  if (number > UINT32_MAX) return damaged("a number too large in a record");
  return static_cast<uint32_t>(number);
}

Result<Done> need_array(const Item &item, size_t size) {
  if (item.type() != cbor::Type::array || item.size() != size)
    return damaged("a list of another length in a record");
  return done;
}

Result<TotpFactor> read_totp(const Item &item) {
  MFA_TRY(need_array(item, 6));
  TotpFactor totp;
  MFA_TRY(const ByteView secret, item.item(0).as_bytes());
  totp.secret = Secret::copy(secret);
  MFA_TRY(totp.hash, read_hash(item.item(1)));
  MFA_TRY(totp.digits, read_u32(item.item(2)));
  MFA_TRY(totp.period_s, read_u32(item.item(3)));
  MFA_TRY(totp.t0_s, item.item(4).as_uint());
  MFA_TRY(totp.last_step, item.item(5).as_uint());
  return totp;
}

Result<HotpFactor> read_hotp(const Item &item) {
  MFA_TRY(need_array(item, 4));
  HotpFactor hotp;
  MFA_TRY(const ByteView secret, item.item(0).as_bytes());
  hotp.secret = Secret::copy(secret);
  MFA_TRY(hotp.hash, read_hash(item.item(1)));
  MFA_TRY(hotp.digits, read_u32(item.item(2)));
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
  MFA_TRY(const ByteView certificate, item.item(6).as_bytes());
  key.key_handle = copy_of(handle);
  key.public_key = copy_of(point);
  key.attestation_key_identifier = copy_of(identifier);
  key.attestation_certificate = copy_of(certificate);
  return key;
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
  return damaged("a factor of an unknown method");
}

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

// ---- throttle

void write(Writer &out, const Meter &meter) {
  out.array(6)
      .unsigned_number(meter.failures)
      .unsigned_number(meter.lock.since_s)
      .unsigned_number(meter.lock.for_s);
  out.boolean(meter.disabled).unsigned_number(meter.long_since_s).unsigned_number(meter.long_failures);
}

Result<Meter> read_meter(const Item &item) {
  MFA_TRY(need_array(item, 6));
  Meter meter;
  MFA_TRY(meter.failures, read_u32(item.item(0)));
  MFA_TRY(meter.lock.since_s, item.item(1).as_uint());
  MFA_TRY(meter.lock.for_s, item.item(2).as_uint());
  MFA_TRY(meter.disabled, item.item(3).as_bool());
  MFA_TRY(meter.long_since_s, item.item(4).as_uint());
  MFA_TRY(meter.long_failures, read_u32(item.item(5)));
  return meter;
}

void write(Writer &out, const Throttle &throttle) {
  out.array(6).map(throttle.meters.size());
  for (const auto &[method, meter] : throttle.meters) {
    out.number(static_cast<int64_t>(method));
    write(out, meter);
  }
  out.unsigned_number(throttle.hour_since_s).unsigned_number(throttle.hour_failures);
  out.unsigned_number(throttle.hold.since_s).unsigned_number(throttle.hold.for_s);
  write(out, throttle.enroll);
}

Result<Throttle> read_throttle(const Item &item) {
  MFA_TRY(need_array(item, 6));
  Throttle throttle;
  const Item meters = item.item(0);
  if (meters.type() != cbor::Type::map) return damaged("meters are not a map");
  for (size_t i = 0; i < meters.size(); i++) {
    MFA_TRY(const int64_t method, meters.key(i).as_int());
    MFA_TRY(throttle.meters[static_cast<Method>(method)], read_meter(meters.value(i)));
  }
  MFA_TRY(throttle.hour_since_s, item.item(1).as_uint());
  MFA_TRY(throttle.hour_failures, read_u32(item.item(2)));
  MFA_TRY(throttle.hold.since_s, item.item(3).as_uint());
  MFA_TRY(throttle.hold.for_s, item.item(4).as_uint());
  MFA_TRY(throttle.enroll, read_meter(item.item(5)));
  return throttle;
}

// ---- spent tickets, recent activity

Result<std::vector<Spent>> read_spent(const Item &item) {
  if (item.type() != cbor::Type::array || item.size() > kSpentMax)
    return damaged("spent tickets are not a short list");
  std::vector<Spent> list;
  for (size_t i = 0; i < item.size(); i++) {
    MFA_TRY(need_array(item.item(i), 2));
    Spent spent;
    MFA_TRY(const ByteView nonce, item.item(i).item(0).as_bytes());
    MFA_TRY(spent.issued_s, item.item(i).item(1).as_uint());
    if (nonce.size() != kNonce) return damaged("a nonce of another length");
    std::copy(nonce.begin(), nonce.end(), spent.nonce.begin());
    list.push_back(spent);
  }
  return list;
}

void write(Writer &out, const Entry &entry) {
  out.array(6)
      .unsigned_number(entry.at_s)
      .text(entry.event)
      .unsigned_number(static_cast<uint64_t>(entry.method));
  out.bytes(entry.factor).bytes(bytes_of(entry.source)).unsigned_number(entry.count);
}

Result<std::vector<Entry>> read_recent(const Item &item) {
  if (item.type() != cbor::Type::array) return damaged("recent activity is not a list");
  std::vector<Entry> list;
  for (size_t i = 0; i < item.size(); i++) {
    const Item row = item.item(i);
    MFA_TRY(need_array(row, 6));
    Entry entry;
    MFA_TRY(entry.at_s, row.item(0).as_uint());
    MFA_TRY(const std::string_view event, row.item(1).as_text());
    MFA_TRY(const uint64_t method, row.item(2).as_uint());
    MFA_TRY(const ByteView factor, row.item(3).as_bytes());
    MFA_TRY(const ByteView source, row.item(4).as_bytes());
    MFA_TRY(entry.count, read_u32(row.item(5)));
    entry.event = event;
    entry.method = static_cast<Method>(method);
    entry.factor = copy_of(factor);
    entry.source = text_of(source);
    list.push_back(std::move(entry));
  }
  return list;
}

Result<Item> need(const Item &root, Key name) {
  const auto item = root.find(static_cast<int64_t>(name));
  if (!item) return damaged("a record lacks a member");
  return *item;
}

Result<Account> read_account(const Item &root) {
  Account account;
  MFA_TRY(const Item user, need(root, Key::user));
  MFA_TRY(const ByteView name, user.as_bytes());
  account.user = text_of(name);
  MFA_TRY(const Item epoch, need(root, Key::epoch));
  MFA_TRY(account.epoch, epoch.as_uint());
  MFA_TRY(const Item serial, need(root, Key::serial));
  MFA_TRY(account.serial, serial.as_uint());
  MFA_TRY(const Item created, need(root, Key::created));
  MFA_TRY(account.created_s, created.as_uint());
  MFA_TRY(const Item tombstone, need(root, Key::tombstone));
  MFA_TRY(account.tombstone, tombstone.as_bool());
  MFA_TRY(const Item grace, need(root, Key::grace));
  MFA_TRY(account.grace_since_s, grace.as_uint());
  MFA_TRY(const Item watermark, need(root, Key::watermark));
  MFA_TRY(account.watermark_s, watermark.as_uint());
  MFA_TRY(const Item spent, need(root, Key::spent));
  MFA_TRY(account.spent, read_spent(spent));
  MFA_TRY(const Item handle, need(root, Key::handle));
  MFA_TRY(const ByteView handle_bytes, handle.as_bytes());
  account.user_handle = copy_of(handle_bytes);
  MFA_TRY(const Item factors, need(root, Key::factors));
  for (size_t i = 0; i < factors.size(); i++) {
    MFA_TRY(auto factor, read_factor(factors.item(i)));
    account.factors.push_back(std::move(factor));
  }
  MFA_TRY(const Item throttle, need(root, Key::throttle));
  MFA_TRY(account.throttle, read_throttle(throttle));
  MFA_TRY(const Item recent, need(root, Key::recent));
  MFA_TRY(account.recent, read_recent(recent));
  if (account.epoch == 0) return damaged("a record without an epoch");
  return account;
}

}  // namespace

std::string account_prefix(std::string_view realm) { return std::string(realm) + "/acct/"; }

std::string account_key(std::string_view realm, std::string_view user) {
  return account_prefix(realm).append(user);
}

std::string credential_key(std::string_view realm, ByteView credential_id) {
  return std::string(realm) + "/cred/" + hex(sha256(credential_id));
}

Bytes encode_account(const Account &account) {
  Writer out;
  out.map(kAccountKeys);
  key(out, Key::schema).unsigned_number(kRecordSchema);
  key(out, Key::user).bytes(bytes_of(account.user));
  key(out, Key::epoch).unsigned_number(account.epoch);
  key(out, Key::serial).unsigned_number(account.serial);
  key(out, Key::created).unsigned_number(account.created_s);
  key(out, Key::tombstone).boolean(account.tombstone);
  key(out, Key::grace).unsigned_number(account.grace_since_s);
  key(out, Key::watermark).unsigned_number(account.watermark_s);
  key(out, Key::spent).array(account.spent.size());
  for (const Spent &spent : account.spent) out.array(2).bytes(spent.nonce).unsigned_number(spent.issued_s);
  key(out, Key::handle).bytes(account.user_handle);
  key(out, Key::factors).array(account.factors.size());
  for (const Factor &factor : account.factors) write(out, factor);
  key(out, Key::throttle);
  write(out, account.throttle);
  key(out, Key::recent).array(account.recent.size());
  for (const Entry &entry : account.recent) write(out, entry);
  return out.take();
}

Result<Account> decode_account(ByteView plain) {
  auto document = cbor::Document::parse(plain, kLimits);
  if (!document.has_value()) return damaged("a record is not CBOR");
  const Item root = document.value().root();
  if (root.type() != cbor::Type::map) return damaged("a record is not a map");
  MFA_TRY(const Item schema, need(root, Key::schema));
  const auto number = schema.as_uint();
  if (!number.has_value()) return damaged("a record without a schema");
  if (number.value() > kRecordSchema) {
    return fail(Status::err_unsupported, Reason::account_schema, "the record was written by a later release");
  }
  auto account = read_account(root);
  // What opened under our seal and still does not read is damage, whatever the reader called it.
  if (!account.has_value() && account.error().status != Status::err_damaged)
    return damaged("a record does not read");
  return account;
}

Bytes encode_owner(std::string_view user) {
  Writer out;
  out.array(2).unsigned_number(kRecordSchema).bytes(bytes_of(user));
  return out.take();
}

Result<std::string> decode_owner(ByteView plain) {
  auto document = cbor::Document::parse(plain, kLimits);
  if (!document.has_value()) return damaged("an index record is not CBOR");
  MFA_TRY(need_array(document.value().root(), 2));
  const auto user = document.value().root().item(1).as_bytes();
  if (!user.has_value()) return damaged("an index record without a user");
  return std::string(text_of(user.value()));
}

}  // namespace mfa::engine
