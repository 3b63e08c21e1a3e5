// The one loop: load, decide, save, answer. Opens and seals records; knows nothing of what they mean.
#pragma once

#include "engine/decide.hpp"
#include "engine/ports.hpp"
#include "engine/record.hpp"

namespace mfa::engine {

// Above the rival saves that guessing can cause before it is locked out, so that guessing cannot starve a
// sign-in.
inline constexpr int kAttempts = 32;

struct Held {
  std::optional<Account> account;
  uint64_t version = 0;  // 0: there is no record
};
struct HeldOwner {
  std::optional<std::string> user;
  uint64_t version = 0;
};

struct HeldBucket {
  SourceBucket bucket;
  uint64_t version = 0;
};

class Records {
 public:
  Records(std::string realm, const KeyRing &ring, Store &store, Random &random)
      : realm_(std::move(realm)), ring_(ring), store_(store), random_(random) {}

  // min_serial: an older record, or none, is err_rollback.
  Result<Held> load(std::string_view user, uint64_t min_serial) const;
  Result<Saved> save(const Account &account, uint64_t expected_version, uint64_t expires_at_s) const;

  Result<HeldOwner> load_owner(ByteView credential_id) const;
  Result<Saved> save_owner(ByteView credential_id, std::string_view user, uint64_t expected_version) const;
  Result<Done> erase_owner(ByteView credential_id, uint64_t expected_version) const;

  Result<HeldBucket> load_bucket(std::string_view source) const;
  // One more wrong answer; the window begins anew where the one before is over.
  Result<Done> charge_bucket(std::string_view source, uint64_t now_s, uint64_t window_s) const;

  Result<Done> scan_users(std::string_view after, size_t limit, Visitor &visitor) const;

  template <size_t N>
  Result<std::array<uint8_t, N>> draw() const {
    std::array<uint8_t, N> bytes{};
    MFA_TRY(random_.fill(bytes));
    return bytes;
  }
  Result<uint64_t> draw_number() const;  // 1 to 2^63-1

  // step(std::optional<Account> &) -> Result<std::optional<Decision>>: called on the account as it is now,
  // again after each lost race; nothing says that it lost one of its own.
  template <class Step>
  Result<Decision> update(std::string_view user, uint64_t min_serial, Step step) const {
    for (int attempt = 0; attempt < kAttempts; attempt++) {
      if (attempt > 0) MFA_TRY(back_off(attempt));
      MFA_TRY(Held held, load(user, min_serial));
      MFA_TRY(std::optional<Decision> decision, step(held.account));
      if (!decision) continue;
      if (!decision->save) return std::move(*decision);
      MFA_TRY(const Saved saved, save(*held.account, held.version, decision->expires_at_s));
      if (saved == Saved::done) return std::move(*decision);
    }
    return fail(Status::err_busy, Reason::account_busy, "lost the race for the record too often");
  }

 private:
  Result<std::optional<Loaded>> load_sealed(std::string_view key) const;
  Result<Saved> save_sealed(std::string_view key, ByteView sealed, uint64_t expected_version,
                            uint64_t expires_at_s) const;
  Result<Done> back_off(int attempt) const;

  std::string realm_;
  const KeyRing &ring_;
  Store &store_;
  Random &random_;
};

}  // namespace mfa::engine
