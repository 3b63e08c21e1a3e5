#include "limiter.hpp"

#include <algorithm>

namespace demo {
namespace {
constexpr size_t kBucketsMax = 10000;
}

uint64_t Limiter::take(const std::string &name, uint64_t now_s) {
  std::lock_guard lock(mutex_);
  make_room(now_s);
  Bucket &bucket = buckets_.try_emplace(name, Bucket{0, now_s + window_s_}).first->second;
  if (bucket.ends_s <= now_s) bucket = {0, now_s + window_s_};
  if (bucket.count >= allowed_) return bucket.ends_s - now_s;
  bucket.count++;
  return 0;
}

void Limiter::forgive(const std::string &name, bool all) {
  std::lock_guard lock(mutex_);
  auto it = buckets_.find(name);
  if (it == buckets_.end()) return;
  if (all || it->second.count <= 1)
    buckets_.erase(it);
  else
    it->second.count--;
}

void Limiter::make_room(uint64_t now_s) {
  if (buckets_.size() < kBucketsMax) return;
  std::erase_if(buckets_, [now_s](const auto &entry) { return entry.second.ends_s <= now_s; });
  if (buckets_.size() < kBucketsMax) return;
  auto sooner = [](const auto &a, const auto &b) { return a.second.ends_s < b.second.ends_s; };
  buckets_.erase(std::min_element(buckets_.begin(), buckets_.end(), sooner));
}

}  // namespace demo
