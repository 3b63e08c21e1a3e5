// Counts failures by name within a window of time.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>

namespace demo {

class Limiter {
 public:
  Limiter(uint32_t allowed, uint64_t window_s) : allowed_(allowed), window_s_(window_s) {}
  // Counts an attempt before it is judged, so that many at once cannot slip through. 0: go on. Else the
  // seconds to wait, and nothing was counted.
  uint64_t take(const std::string &name, uint64_t now_s);
  // The attempt was right: as if it had not been made. all: the ones before it too.
  void forgive(const std::string &name, bool all);

 private:
  struct Bucket {
    uint32_t count;
    uint64_t ends_s;
  };
  void make_room(uint64_t now_s);

  const uint32_t allowed_;
  const uint64_t window_s_;
  std::mutex mutex_;
  std::map<std::string, Bucket> buckets_;
};

}  // namespace demo
