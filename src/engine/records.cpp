#include "engine/records.hpp"

#include <algorithm>
#include <chrono>
#include <thread>

#include "mfa/store.h"

namespace mfa::engine {

Result<uint64_t> Records::draw_number() const {
  for (;;) {
    MFA_TRY(const auto bytes, draw<8>());
    uint64_t number = 0;
    for (const uint8_t byte : bytes) number = number << 8 | byte;
    number &= INT64_MAX;
    if (number != 0) return number;
  }
}

Result<Done> Records::back_off(int attempt) const {
  // Up to a fraction of a millisecond at first, a few milliseconds in the end: a save takes about half of
  // one.
  MFA_TRY(const auto jitter, draw<2>());
  const int64_t limit_us = std::min(100 * attempt * attempt, 20000);
  const int64_t wait_us = (int64_t{jitter[0]} << 8 | jitter[1]) * limit_us / 65536;
  std::this_thread::sleep_for(std::chrono::microseconds(wait_us));
  return done;
}

Result<std::optional<Loaded>> Records::load_sealed(std::string_view key) const { return store_.load(key); }

Result<Saved> Records::save_sealed(std::string_view key, ByteView sealed, uint64_t expected_version,
                                   uint64_t expires_at_s) const {
  if (sealed.size() > MFA_STORE_RECORD_MAX || key.size() > MFA_STORE_KEY_MAX) {
    return fail(Status::err_argument, Reason::account_too_large, "the record is larger than a store takes");
  }
  MFA_TRY(const uint64_t version, draw_number());
  auto saved = store_.save(key, sealed, expected_version, version, expires_at_s);
  if (saved.has_value() || saved.error().status == Status::err_no_memory) return saved;
  // The answer was lost, perhaps not the save: a version is drawn once, so ours there means that it took
  // effect.
  MFA_TRY(const auto loaded, store_.load(key));
  if (loaded && loaded->version == version) return Saved::done;
  return saved;
}

Result<Held> Records::load(std::string_view user, uint64_t min_serial) const {
  const std::string key = account_key(realm_, user);
  MFA_TRY(const auto loaded, load_sealed(key));
  Held held;
  if (loaded) {
    MFA_TRY(const Secret plain, ring_.open(Kind::account, key, loaded->record));
    MFA_TRY(held.account, decode_account(plain.reveal()));
    if (held.account->user != user) {
      return fail(Status::err_damaged, Reason::account_damaged, "a record names another user");
    }
    held.version = loaded->version;
  }
  if (min_serial > (held.account ? held.account->serial : 0)) {
    return fail(Status::err_rollback, Reason::account_rollback,
                "the record is older than the serial that the host remembers");
  }
  return held;
}

Result<Saved> Records::save(const Account &account, uint64_t expected_version, uint64_t expires_at_s) const {
  const std::string key = account_key(realm_, account.user);
  MFA_TRY(const auto nonce, draw<kSealNonce>());
  const Bytes plain = encode_account(account);
  return save_sealed(key, ring_.seal(Kind::account, key, plain, kRecordBlock, nonce), expected_version,
                     expires_at_s);
}

Result<HeldOwner> Records::load_owner(ByteView credential_id) const {
  const std::string key = credential_key(realm_, credential_id);
  MFA_TRY(const auto loaded, load_sealed(key));
  HeldOwner held;
  if (!loaded) return held;
  MFA_TRY(const Secret plain, ring_.open(Kind::index, key, loaded->record));
  MFA_TRY(held.user, decode_owner(plain.reveal()));
  held.version = loaded->version;
  return held;
}

Result<Saved> Records::save_owner(ByteView credential_id, std::string_view user,
                                  uint64_t expected_version) const {
  const std::string key = credential_key(realm_, credential_id);
  MFA_TRY(const auto nonce, draw<kSealNonce>());
  return save_sealed(key, ring_.seal(Kind::index, key, encode_owner(user), kIndexBlock, nonce),
                     expected_version, 0);
}

Result<Done> Records::erase_owner(ByteView credential_id, uint64_t expected_version) const {
  // A conflict means that an enrolment of the same credential is in flight: the entry is its own now.
  MFA_TRY(store_.erase(credential_key(realm_, credential_id), expected_version));
  return done;
}

Result<HeldBucket> Records::load_bucket(std::string_view source) const {
  const std::string key = source_key(realm_, source);
  MFA_TRY(const auto loaded, load_sealed(key));
  HeldBucket held;
  if (!loaded) return held;
  MFA_TRY(const Secret plain, ring_.open(Kind::source, key, loaded->record));
  MFA_TRY(held.bucket, decode_bucket(plain.reveal()));
  held.version = loaded->version;
  return held;
}

Result<Done> Records::charge_bucket(std::string_view source, uint64_t now_s, uint64_t window_s) const {
  const std::string key = source_key(realm_, source);
  for (int attempt = 0; attempt < kAttempts; attempt++) {
    if (attempt > 0) MFA_TRY(back_off(attempt));
    MFA_TRY(HeldBucket held, load_bucket(source));
    SourceBucket &bucket = held.bucket;
    // A clock that was set back holds nobody for longer than a window.
    if (bucket.since_s > now_s || bucket.since_s + window_s <= now_s) bucket = {now_s, 0};
    bucket.failures++;
    MFA_TRY(const auto nonce, draw<kSealNonce>());
    MFA_TRY(const Saved saved,
            save_sealed(key, ring_.seal(Kind::source, key, encode_bucket(bucket), kIndexBlock, nonce),
                        held.version, bucket.since_s + window_s));
    if (saved == Saved::done) return done;
  }
  return fail(Status::err_busy, Reason::account_busy, "lost the race for the record too often");
}

Result<Done> Records::scan_users(std::string_view after, size_t limit, Visitor &visitor) const {
  const std::string prefix = account_prefix(realm_);
  return store_.scan(prefix, after.empty() ? std::string() : prefix + std::string(after), limit, visitor);
}

}  // namespace mfa::engine
