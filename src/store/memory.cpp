#include "store/memory.hpp"

#include <map>
#include <mutex>
#include <shared_mutex>

#include "store/key_order.hpp"
#include "store/own_process.hpp"

namespace mfa::store {
namespace {

using engine::Erased;
using engine::Loaded;
using engine::Saved;

class MemoryStore final : public engine::Store {
 public:
  Result<std::optional<Loaded>> load(std::string_view key) override {
    MFA_TRY(process_.check());
    const std::shared_lock lock(mutex_);
    const auto found = records_.find(key);
    if (found == records_.end()) return std::optional<Loaded>();
    return std::optional(found->second);
  }

  Result<Saved> save(std::string_view key, ByteView record, uint64_t expected, uint64_t new_version,
                     uint64_t) override {
    MFA_TRY(process_.check());
    Loaded next{copy_of(record), new_version};  // may throw: before the lock, and before any effect
    const std::unique_lock lock(mutex_);
    const auto found = records_.find(key);
    if ((found == records_.end() ? 0 : found->second.version) != expected) return Saved::conflict;
    if (found == records_.end()) {
      records_.emplace(std::string(key), std::move(next));
    } else {
      found->second = std::move(next);
    }
    return Saved::done;
  }

  Result<Erased> erase(std::string_view key, uint64_t expected) override {
    MFA_TRY(process_.check());
    const std::unique_lock lock(mutex_);
    const auto found = records_.find(key);
    if (found == records_.end()) return Erased::none;
    if (found->second.version != expected) return Erased::conflict;
    records_.erase(found);
    return Erased::done;
  }

  // The visitor is called without the lock, so that it may use the store.
  Result<Done> scan(std::string_view prefix, std::string_view after, size_t limit,
                    engine::Visitor &visitor) override {
    MFA_TRY(process_.check());
    std::string at = first_key(prefix, after);
    for (; limit > 0; limit--) {
      Loaded loaded;
      {
        const std::shared_lock lock(mutex_);
        const auto found = records_.lower_bound(at);
        if (found == records_.end() || !found->first.starts_with(prefix)) break;
        at = found->first;
        loaded = found->second;
      }
      if (!visitor.visit(at, loaded.record, loaded.version)) break;
      at = key_after(at);
    }
    return done;
  }

 private:
  OwnProcess process_;
  std::shared_mutex mutex_;
  std::map<std::string, Loaded, std::less<>> records_;  // in byte order: char_traits compares unsigned
};

}  // namespace

std::unique_ptr<engine::Store> open_memory() { return std::make_unique<MemoryStore>(); }

}  // namespace mfa::store
