#include "engine/record.hpp"

#include <algorithm>

#include "core/cbor.hpp"
#include "core/digest.hpp"
#include "core/encoding.hpp"
#include "engine/record_factors.hpp"

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
  recent = 12,
  mails = 13,    // absent in records of before it, as are
  pairing = 14,  // the next
  relief = 15,
  grace_used = 16
};
constexpr size_t kAccountKeys = 16;  // and pairing

constexpr cbor::Limits kLimits{.max_bytes = 262144, .max_depth = 8, .max_items = 65536};

Writer &key(Writer &out, Key name) { return out.number(static_cast<int64_t>(name)); }

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
  out.array(7)
      .unsigned_number(entry.at_s)
      .text(entry.event)
      .unsigned_number(static_cast<uint64_t>(entry.method));
  out.bytes(entry.factor).bytes(bytes_of(entry.source)).unsigned_number(entry.count);
  out.unsigned_number(static_cast<uint64_t>(entry.reason));
}

Result<std::vector<Entry>> read_recent(const Item &item) {
  if (item.type() != cbor::Type::array) return damaged("recent activity is not a list");
  std::vector<Entry> list;
  for (size_t i = 0; i < item.size(); i++) {
    const Item row = item.item(i);
    MFA_TRY(need_array(row, 7));
    Entry entry;
    MFA_TRY(entry.at_s, row.item(0).as_uint());
    MFA_TRY(const std::string_view event, row.item(1).as_text());
    MFA_TRY(const uint64_t method, row.item(2).as_uint());
    MFA_TRY(const ByteView factor, row.item(3).as_bytes());
    MFA_TRY(const ByteView source, row.item(4).as_bytes());
    MFA_TRY(entry.count, read_u32(row.item(5)));
    MFA_TRY(const uint32_t reason, read_u32(row.item(6)));
    entry.event = event;
    entry.method = static_cast<Method>(method);
    entry.factor = copy_of(factor);
    entry.source = text_of(source);
    entry.reason = static_cast<Reason>(reason);
    list.push_back(std::move(entry));
  }
  return list;
}

// ---- mails

void write(Writer &out, const MailSlot &slot) {
  out.array(8).unsigned_number(static_cast<uint64_t>(slot.purpose)).boolean(slot.enroll).bytes(slot.salt);
  out.bytes(slot.hash).bytes(slot.nonce).text(slot.address).unsigned_number(slot.expires_s);
  out.unsigned_number(slot.tries);
}

Result<MailSlot> read_slot(const Item &item) {
  MFA_TRY(need_array(item, 8));
  MailSlot slot;
  MFA_TRY(const uint64_t purpose, item.item(0).as_uint());
  MFA_TRY(slot.enroll, item.item(1).as_bool());
  MFA_TRY(const ByteView salt, item.item(2).as_bytes());
  MFA_TRY(const ByteView hash, item.item(3).as_bytes());
  MFA_TRY(const ByteView nonce, item.item(4).as_bytes());
  MFA_TRY(slot.address, item.item(5).as_text());
  MFA_TRY(slot.expires_s, item.item(6).as_uint());
  MFA_TRY(slot.tries, read_u32(item.item(7)));
  if (salt.size() != slot.salt.size() || nonce.size() != slot.nonce.size())
    return damaged("a mail's slot of another form");
  slot.purpose = static_cast<Purpose>(purpose);
  std::copy(salt.begin(), salt.end(), slot.salt.begin());
  std::copy(nonce.begin(), nonce.end(), slot.nonce.begin());
  slot.hash = copy_of(hash);
  return slot;
}

void write(Writer &out, const Mails &mails) {
  out.array(2).array(mails.slots.size());
  for (const MailSlot &slot : mails.slots) write(out, slot);
  out.array(mails.sent_s.size());
  for (const uint64_t at_s : mails.sent_s) out.unsigned_number(at_s);
}

Result<Mails> read_mails(const Item &item) {
  MFA_TRY(need_array(item, 2));
  Mails mails;
  for (size_t i = 0; i < item.item(0).size(); i++) {
    MFA_TRY(MailSlot slot, read_slot(item.item(0).item(i)));
    mails.slots.push_back(std::move(slot));
  }
  for (size_t i = 0; i < item.item(1).size(); i++) {
    MFA_TRY(const uint64_t at_s, item.item(1).item(i).as_uint());
    mails.sent_s.push_back(at_s);
  }
  return mails;
}

// ---- trusted devices: a pairing in flight, tries of known browsers

void write(Writer &out, const Pairing &pairing) {
  out.array(12).unsigned_number(static_cast<uint64_t>(pairing.state)).bytes(pairing.nonce);
  out.bytes(pairing.salt)
      .bytes(pairing.code)
      .unsigned_number(pairing.expires_s)
      .unsigned_number(pairing.tries);
  out.text(pairing.label).bytes(pairing.claim).text(pairing.check).text(pairing.agent);
  out.bytes(bytes_of(pairing.source)).unsigned_number(pairing.claimed_s);
}

Result<Pairing> read_pairing(const Item &item) {
  MFA_TRY(need_array(item, 12));
  Pairing pairing;
  MFA_TRY(const uint64_t state, item.item(0).as_uint());
  MFA_TRY(const ByteView nonce, item.item(1).as_bytes());
  MFA_TRY(const ByteView salt, item.item(2).as_bytes());
  MFA_TRY(const ByteView code, item.item(3).as_bytes());
  MFA_TRY(pairing.expires_s, item.item(4).as_uint());
  MFA_TRY(pairing.tries, read_u32(item.item(5)));
  MFA_TRY(pairing.label, item.item(6).as_text());
  MFA_TRY(const ByteView claim, item.item(7).as_bytes());
  MFA_TRY(pairing.check, item.item(8).as_text());
  MFA_TRY(pairing.agent, item.item(9).as_text());
  MFA_TRY(const ByteView source, item.item(10).as_bytes());
  MFA_TRY(pairing.claimed_s, item.item(11).as_uint());
  if (state < static_cast<uint64_t>(Pairing::State::open) ||
      state > static_cast<uint64_t>(Pairing::State::refused) || nonce.size() != pairing.nonce.size() ||
      salt.size() != pairing.salt.size())
    return damaged("a pairing of another form");
  pairing.state = static_cast<Pairing::State>(state);
  std::copy(nonce.begin(), nonce.end(), pairing.nonce.begin());
  std::copy(salt.begin(), salt.end(), pairing.salt.begin());
  pairing.code = copy_of(code);
  pairing.claim = copy_of(claim);
  pairing.source = text_of(source);
  return pairing;
}

Result<std::vector<Relief>> read_relief(const Item &item) {
  if (item.type() != cbor::Type::array || item.size() > kReliefMax)
    return damaged("known browsers are not a short list");
  std::vector<Relief> list;
  for (size_t i = 0; i < item.size(); i++) {
    MFA_TRY(need_array(item.item(i), 3));
    Relief relief;
    MFA_TRY(const ByteView known, item.item(i).item(0).as_bytes());
    MFA_TRY(relief.since_s, item.item(i).item(1).as_uint());
    MFA_TRY(relief.failures, read_u32(item.item(i).item(2)));
    relief.known = copy_of(known);
    list.push_back(std::move(relief));
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
  if (const auto mails = root.find(static_cast<int64_t>(Key::mails))) {
    MFA_TRY(account.mails, read_mails(*mails));
  }
  if (const auto pairing = root.find(static_cast<int64_t>(Key::pairing))) {
    MFA_TRY(account.pairing, read_pairing(*pairing));
  }
  if (const auto used = root.find(static_cast<int64_t>(Key::grace_used))) {
    MFA_TRY(account.grace_used, read_u32(*used));
  }
  if (const auto relief = root.find(static_cast<int64_t>(Key::relief))) {
    MFA_TRY(account.throttle.relief, read_relief(*relief));
  }
  if (account.epoch == 0 && !account.factors.empty()) return damaged("a record with factors and no epoch");
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

std::string source_key(std::string_view realm, std::string_view source) {
  return std::string(realm) + "/src/" + hex(sha256(bytes_of(source)));
}

Bytes encode_bucket(const SourceBucket &bucket) {
  Writer out;
  out.array(3)
      .unsigned_number(kRecordSchema)
      .unsigned_number(bucket.since_s)
      .unsigned_number(bucket.failures);
  return out.take();
}

Result<SourceBucket> decode_bucket(ByteView plain) {
  auto document = cbor::Document::parse(plain, kLimits);
  if (!document.has_value()) return damaged("a source's record is not CBOR");
  const Item root = document.value().root();
  MFA_TRY(need_array(root, 3));
  SourceBucket bucket;
  MFA_TRY(bucket.since_s, root.item(1).as_uint());
  MFA_TRY(bucket.failures, read_u32(root.item(2)));
  return bucket;
}

Bytes encode_account(const Account &account) {
  Writer out;
  out.map(kAccountKeys + (account.pairing ? 1 : 0));
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
  key(out, Key::mails);
  write(out, account.mails);
  if (account.pairing) {
    key(out, Key::pairing);
    write(out, *account.pairing);
  }
  key(out, Key::relief).array(account.throttle.relief.size());
  for (const Relief &relief : account.throttle.relief)
    out.array(3).bytes(relief.known).unsigned_number(relief.since_s).unsigned_number(relief.failures);
  key(out, Key::grace_used).unsigned_number(account.grace_used);
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
