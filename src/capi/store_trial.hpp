// A host's store on trial: each step is one call and the answer that a promise of include/mfa/store.h
// expects.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "mfa/store.h"

namespace mfa::capi {

Failure broken(std::string what);
std::string line_of(mfa_error &err);

struct Row {
  std::string key, record;
  uint64_t version;
  bool operator==(const Row &) const = default;
};
using Rows = std::vector<Row>;

// Erases every key that it saved.
class Trial {
 public:
  explicit Trial(const mfa_store &store);
  Trial(const Trial &) = delete;
  Trial &operator=(const Trial &) = delete;
  ~Trial() { sweep(); }

  const std::string &root() const { return root_; }
  bool can_scan() const { return store_.scan != nullptr; }

  // Keys of the promise that begins are its own.
  void next_promise(size_t number) { promise_ = root_ + std::to_string(number) + "/"; }
  std::string key(std::string_view rest) const { return promise_ + std::string(rest); }

  Result<Done> none(const std::string &key);
  Result<Done> holds(const std::string &key, std::string_view record, uint64_t version);
  Result<Done> save(const std::string &key, std::string_view record, uint64_t expected, uint64_t version,
                    mfa_store_answer wanted, uint64_t expires_at_s = 0);
  Result<Done> erase(const std::string &key, uint64_t expected, mfa_store_answer wanted);
  // The visitor ends the scan after `most` rows.
  Result<Done> scans(const std::string &prefix, const std::string &after, size_t limit, const Rows &rows,
                     size_t most = SIZE_MAX);

  // Erases what is left; true when nothing is.
  bool sweep() noexcept;

 private:
  mfa_store_answer load(const std::string &key, mfa_buffer *record, uint64_t *version) noexcept;
  mfa_store_answer peek(const std::string &key, uint64_t *version) noexcept;
  Result<Done> want(const char *call, mfa_store_answer answered, mfa_store_answer wanted);

  const mfa_store store_;
  std::string root_, promise_;
  std::vector<std::string> touched_;
  mfa_error err_{};
};

struct Promise {
  const char *text;
  Result<Done> (*holds)(Trial &);
  bool of_scan = false;
};
// Every promise but that nothing is left behind, which is for the end.
std::span<const Promise> store_promises();

}  // namespace mfa::capi
