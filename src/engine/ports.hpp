// What the engine needs of the outside, and all of it: a store, a clock, a generator.
#pragma once

#include <optional>

#include "core/bytes.hpp"
#include "core/result.hpp"

namespace mfa::engine {

struct Loaded {
  Bytes record;
  uint64_t version;
};
enum class Saved { done, conflict };
enum class Erased { done, conflict, none };

class Visitor {
 public:
  virtual ~Visitor() = default;
  virtual bool visit(std::string_view key, ByteView record, uint64_t version) = 0;  // false ends the scan
};

// The promises of include/mfa/store.h. Any thread, any number at once. A Failure is Status::err_store (or
// err_no_memory), and means that nothing is known of the outcome.
class Store {
 public:
  virtual ~Store() = default;
  virtual Result<std::optional<Loaded>> load(std::string_view key) = 0;
  // expected 0: there must be no such key.
  virtual Result<Saved> save(std::string_view key, ByteView record, uint64_t expected, uint64_t new_version,
                             uint64_t expires_at_s) = 0;
  virtual Result<Erased> erase(std::string_view key, uint64_t expected) = 0;
  // Up to `limit` keys that begin with `prefix` and come after `after`, in byte order.
  virtual Result<Done> scan(std::string_view prefix, std::string_view after, size_t limit,
                            Visitor &visitor) = 0;
};

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Result<uint64_t> now_s() = 0;  // Unix time
};

class Random {
 public:
  virtual ~Random() = default;
  virtual Result<Done> fill(std::span<uint8_t> out) = 0;
};

}  // namespace mfa::engine
