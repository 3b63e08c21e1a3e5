#include "engine/account.hpp"

#include <algorithm>

namespace mfa::engine {

Method Factor::method() const {
  static constexpr Method kByIndex[] = {Method::totp, Method::hotp, Method::webauthn, Method::recovery};
  static_assert(std::size(kByIndex) == std::variant_size_v<FactorDetail>);
  return kByIndex[detail.index()];
}

size_t RecoveryFactor::remaining() const {
  return static_cast<size_t>(
      std::count_if(codes.begin(), codes.end(), [](const RecoveryCode &code) { return code.used_s == 0; }));
}

uint64_t Lock::until_s(uint64_t now_s) const {
  if (for_s == 0) return 0;
  const uint64_t until = std::min(since_s, now_s) + for_s;
  return until > now_s ? until : 0;
}

Factor *Account::find(ByteView id) {
  return const_cast<Factor *>(static_cast<const Account *>(this)->find(id));
}

const Factor *Account::find(ByteView id) const {
  const auto at = std::find_if(factors.begin(), factors.end(), [&](const Factor &f) { return same(f.id, id); });
  return at == factors.end() ? nullptr : &*at;
}

size_t Account::count(Method method) const {
  return static_cast<size_t>(
      std::count_if(factors.begin(), factors.end(), [&](const Factor &f) { return f.method() == method; }));
}

bool Account::has_enabled() const {
  return std::any_of(factors.begin(), factors.end(), [](const Factor &f) { return f.enabled; });
}

bool Account::has_enabled(Method method) const {
  return std::any_of(factors.begin(), factors.end(),
                     [&](const Factor &f) { return f.enabled && f.method() == method; });
}

size_t Account::primary_enabled() const {
  return static_cast<size_t>(std::count_if(factors.begin(), factors.end(), [](const Factor &f) {
    return f.enabled && f.method() != Method::recovery;
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

void remember(Account &account, Entry entry, size_t keep) {
  if (keep == 0) return;
  account.recent.push_back(std::move(entry));
  if (account.recent.size() > keep) {
    account.recent.erase(account.recent.begin(),
                         account.recent.begin() + static_cast<ptrdiff_t>(account.recent.size() - keep));
  }
}

}  // namespace mfa::engine
