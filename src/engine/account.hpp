// All that is remembered of one user: the content of the one sealed record that every decision loads and
// saves.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <variant>

#include "core/method.hpp"
#include "core/secret.hpp"
#include "engine/request.hpp"
#include "methods/device/pairing.hpp"
#include "methods/email/email.hpp"
#include "methods/otp/otp.hpp"
#include "methods/recovery/recovery.hpp"
#include "methods/webauthn/types.hpp"

namespace mfa::engine {

inline constexpr size_t kFactorId = 16;
inline constexpr size_t kFactorIdText = 22;  // in base64url
inline constexpr size_t kNonce = 16;
inline constexpr size_t kSpentMax = 64;
inline constexpr const char *kRefused = "refused";
inline constexpr const char *kPairingRefused = "pairing_refused";
inline constexpr uint64_t kClockLeeway_s = 60;  // a ticket from further in the future is refused
inline constexpr uint64_t kMisdated_s = 86400;
// Written while the clock was wrong. What is dated a little ahead counts as of now; further ahead it would
// hold its user for as long as the clock was off, which may be years.
inline bool is_misdated(uint64_t at_s, uint64_t now_s) { return at_s > now_s && at_s - now_s > kMisdated_s; }

struct TotpFactor {
  Secret secret;
  Hash hash = Hash::sha1;
  uint32_t digits = 6;
  uint32_t period_s = 30;
  uint64_t t0_s = 0;
  uint64_t last_step = 0;
  int32_t drift = 0;  // learned of its clock, as otp::drift_after counts
};
struct HotpFactor {
  Secret secret;
  Hash hash = Hash::sha1;
  uint32_t digits = 6;
  uint64_t counter = 0;
};
struct RecoveryCode {
  recovery::Stored stored;
  uint64_t used_s = 0;  // 0: not used; kept afterwards, so that a second use is told from a wrong code
};
struct RecoveryFactor {
  std::vector<RecoveryCode> codes;
  size_t remaining() const;
};
struct U2fFactor {
  Bytes key_handle;
  Bytes public_key;    // 04 x y
  std::string app_id;  // it answers to this one alone
  uint32_t counter = 0;
  bool trusted = false;  // the attestation led to an anchor
  // Of the attestation certificate, so that it can be judged by newer metadata.
  Bytes attestation_key_identifier;
  Bytes attestation_key;  // SHA-256 of the certificate's key
};
struct EmailFactor {
  std::string address;
};
// A browser that spares its user the second factor. Listed with the factors, counted with none of them.
struct DeviceFactor {
  device::Selector selector{};
  std::string agent;  // "Firefox on Android"
  device::Chain chain;
};
using FactorDetail = std::variant<TotpFactor, HotpFactor, webauthn::Credential, RecoveryFactor, U2fFactor,
                                  EmailFactor, DeviceFactor>;

struct Factor {
  Bytes id;
  std::string label;
  uint64_t added_s = 0;
  uint64_t last_used_s = 0;  // 0: never
  bool enabled = true;
  bool enterprise = false;
  FactorDetail detail;

  Method method() const;
  Factor clone() const;
  // Of a passkey its credential id, of a U2F key its key handle: no two users have the same. Else empty.
  ByteView credential_id() const;
  template <class T>
  T *as() {
    return std::get_if<T>(&detail);
  }
  template <class T>
  const T *as() const {
    return std::get_if<T>(&detail);
  }
};

// (since, for): a `since` in the future counts as now, so that a clock set back opens no lock; unless it is
// misdated, so that a clock that was wrong once locks nobody for years.
struct Lock {
  uint64_t since_s = 0;
  uint64_t for_s = 0;                      // 0: none
  uint64_t until_s(uint64_t now_s) const;  // 0: not locked
};

// What wrong answers to one method add up to.
struct Meter {
  uint32_t failures = 0;  // in a row
  Lock lock;
  bool disabled = false;
  uint64_t long_since_s = 0;
  uint32_t long_failures = 0;  // since then, successes or not
};

// Tries of its own that a browser we know has while others lock the account.
struct Relief {
  Bytes known;  // the id of the device, or of the remembered user's token
  uint64_t since_s = 0;
  uint32_t failures = 0;
};
inline constexpr size_t kReliefMax = 8;

struct Throttle {
  std::map<Method, Meter> meters;
  uint64_t hour_since_s = 0;
  uint32_t hour_failures = 0;  // of all methods that share the hold
  Lock hold;
  Meter enroll;
  std::vector<Relief> relief;
};

// The code that was mailed last for a purpose; a newer one replaces it.
struct MailSlot {
  Purpose purpose = Purpose::login;
  bool enroll = false;
  std::array<uint8_t, email::kSalt> salt{};
  Bytes hash;
  std::array<uint8_t, kNonce> nonce{};  // of its ticket, the only one that may answer
  std::string address;
  uint64_t expires_s = 0;
  uint32_t tries = 0;  // wrong ones
};
struct Mails {
  std::vector<MailSlot> slots;   // one for each purpose, and for enrolling
  std::vector<uint64_t> sent_s;  // of the last day, newest last
};

// A device on its way to be trusted: opened by its user at a browser that is signed in, claimed by the device
// with the code, approved by the user with the number that the device shows.
struct Pairing {
  enum class State : uint8_t {
    open = 1,
    claimed = 2,
    approved = 3,
    contested = 4,
    tried_out = 5,
    refused = 6
  };
  State state = State::open;
  std::array<uint8_t, kNonce> nonce{};  // of the tickets that opened it
  std::array<uint8_t, device::kCodeSalt> salt{};
  Bytes code;  // its hash
  uint64_t expires_s = 0;
  uint32_t tries = 0;  // wrong codes
  std::string label;
  Bytes claim;  // SHA-256 of the claim secret
  std::string check;
  std::string agent, source;  // of the device
  uint64_t claimed_s = 0;
};

struct Spent {
  std::array<uint8_t, kNonce> nonce{};
  uint64_t issued_s = 0;
};

// One line of recent activity.
struct Entry {
  uint64_t at_s = 0;
  std::string event;  // "verified", "enrolled", "refused", ...
  Method method = Method::none;
  Bytes factor;
  std::string source;
  uint32_t count = 1;
  Reason reason = Reason::none;  // of a refusal
};

struct Account {
  std::string user;
  uint64_t epoch = 0;  // 0: no factor was ever in it, and what was begun without a record goes on
  uint64_t serial = 0;
  uint64_t created_s = 0;
  bool tombstone = false;
  uint64_t grace_since_s = 0;  // 0: not started
  uint32_t grace_used = 0;     // sign-ins that put enrolling off
  uint64_t watermark_s = 0;    // tickets issued then or before are refused
  std::vector<Spent> spent;
  Bytes user_handle;  // WebAuthn; empty until the first passkey
  std::vector<Factor> factors;
  Throttle throttle;
  Mails mails;
  std::optional<Pairing> pairing;
  std::vector<Entry> recent;  // newest last

  Factor *find(ByteView id);
  const Factor *find(ByteView id) const;
  size_t count(Method method) const;
  bool holds_credential(ByteView credential_id) const;
  // Enabled factors, of one method or of all; trusted devices are not among all.
  bool has_enabled() const;
  bool has_enabled(Method method) const;
  // Enabled factors that stand for the user on their own; recovery codes only stand in for them.
  size_t primary_enabled() const;
  size_t recovery_remaining() const;
};

// Recent activity: the oldest entries go when there are more than `keep`. Refusals are one counted entry for
// each method and reason, so that they cannot push out the rest.
void remember(Account &account, Entry entry, size_t keep);
// Takes back one counted refusal.
void forget_refusal(Account &account, Method method, Reason reason);

}  // namespace mfa::engine
