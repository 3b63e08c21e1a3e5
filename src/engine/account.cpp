#include "engine/account.hpp"

#include <algorithm>

namespace mfa::engine {

Method Factor::method() const {
  static constexpr Method kByIndex[] = {Method::totp, Method::hotp,  Method::webauthn, Method::recovery,
                                        Method::u2f,  Method::email, Method::device};
  static_assert(std::size(kByIndex) == std::variant_size_v<FactorDetail>);
  return kByIndex[detail.index()];
}

namespace {

TotpFactor clone_of(const TotpFactor &f) {
  return {f.secret.clone(), f.hash, f.digits, f.period_s, f.t0_s, f.last_step, f.drift};
}
HotpFactor clone_of(const HotpFactor &f) { return {f.secret.clone(), f.hash, f.digits, f.counter}; }
webauthn::Credential clone_of(const webauthn::Credential &f) { return f; }
RecoveryFactor clone_of(const RecoveryFactor &f) { return f; }
U2fFactor clone_of(const U2fFactor &f) { return f; }
EmailFactor clone_of(const EmailFactor &f) { return f; }
DeviceFactor clone_of(const DeviceFactor &f) { return f; }

}  // namespace

Factor Factor::clone() const {
  return {id,
          label,
          added_s,
          last_used_s,
          enabled,
          enterprise,
          std::visit([](const auto &d) { return FactorDetail(clone_of(d)); }, detail)};
}

ByteView Factor::credential_id() const {
  if (const auto *credential = as<webauthn::Credential>()) return credential->id;
  if (const auto *key = as<U2fFactor>()) return key->key_handle;
  return {};
}

size_t RecoveryFactor::remaining() const {
  return static_cast<size_t>(
      std::count_if(codes.begin(), codes.end(), [](const RecoveryCode &code) { return code.used_s == 0; }));
}

uint64_t Lock::until_s(uint64_t now_s) const {
  if (for_s == 0 || is_misdated(since_s, now_s)) return 0;
  const uint64_t until = std::min(since_s, now_s) + for_s;
  return until > now_s ? until : 0;
}

Factor *Account::find(ByteView id) {
  return const_cast<Factor *>(static_cast<const Account *>(this)->find(id));
}

const Factor *Account::find(ByteView id) const {
  const auto at =
      std::find_if(factors.begin(), factors.end(), [&](const Factor &f) { return same(f.id, id); });
  return at == factors.end() ? nullptr : &*at;
}

size_t Account::count(Method method) const {
  return static_cast<size_t>(
      std::count_if(factors.begin(), factors.end(), [&](const Factor &f) { return f.method() == method; }));
}

bool Account::holds_credential(ByteView credential_id) const {
  return std::any_of(factors.begin(), factors.end(),
                     [&](const Factor &f) { return same(f.credential_id(), credential_id); });
}

bool Account::has_enabled() const {
  return std::any_of(factors.begin(), factors.end(),
                     [](const Factor &f) { return f.enabled && is_factor(f.method()); });
}

bool Account::has_enabled(Method method) const {
  return std::any_of(factors.begin(), factors.end(),
                     [&](const Factor &f) { return f.enabled && f.method() == method; });
}

size_t Account::primary_enabled() const {
  return static_cast<size_t>(std::count_if(factors.begin(), factors.end(), [](const Factor &f) {
    return f.enabled && is_factor(f.method()) && f.method() != Method::recovery;
  }));
}

size_t Account::recovery_remaining() const {
  size_t count = 0;
  for (const Factor &factor : factors) {
    const auto *set = factor.as<RecoveryFactor>();
    if (set && factor.enabled) count += set->remaining();
  }
  return count;
}

namespace {

std::vector<Entry>::iterator refusal_of(Account &account, std::string_view event, Method method,
                                        Reason reason) {
  return std::find_if(account.recent.begin(), account.recent.end(), [&](const Entry &entry) {
    return entry.event == event && entry.method == method && entry.reason == reason;
  });
}

}  // namespace

void remember(Account &account, Entry entry, size_t keep) {
  if (keep == 0) return;
  if (entry.event == kRefused || entry.event == kPairingRefused) {
    if (const auto before = refusal_of(account, entry.event, entry.method, entry.reason);
        before != account.recent.end()) {
      entry.count = before->count + 1;
      account.recent.erase(before);
    }
  }
  account.recent.push_back(std::move(entry));
  if (account.recent.size() > keep) {
    account.recent.erase(account.recent.begin(),
                         account.recent.begin() + static_cast<ptrdiff_t>(account.recent.size() - keep));
  }
}

void forget_refusal(Account &account, Method method, Reason reason) {
  const auto entry = refusal_of(account, kRefused, method, reason);
  if (entry == account.recent.end()) return;
  if (--entry->count == 0) account.recent.erase(entry);
}

}  // namespace mfa::engine
