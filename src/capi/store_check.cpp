// mfa_store_check: the promises of include/mfa/store.h, tried one by one.
#include <algorithm>
#include <numeric>

#include "capi/boundary.hpp"
#include "capi/host_store.hpp"
#include "core/encoding.hpp"
#include "mfa/store.h"

namespace mfa::capi {
namespace {

const char *name_of(mfa_store_answer answer) {
  switch (answer) {
    case MFA_STORE_FAILED: return "FAILED";
    case MFA_STORE_DONE: return "DONE";
    case MFA_STORE_NONE: return "NONE";
    case MFA_STORE_CONFLICT: return "CONFLICT";
    default: return "a number that is no answer";
  }
}

Failure broken(std::string what) {
  return fail(Status::wrong, Reason::store_promise, "the store breaks a promise", std::move(what));
}

std::string line_of(mfa_error &err) {
  err.message[sizeof err.message - 1] = 0;
  return err.message;
}

struct Row {
  std::string key, record;
  uint64_t version;
  bool operator==(const Row &) const = default;
};
using Rows = std::vector<Row>;

struct Collected {
  Rows rows;
  size_t most;
  bool no_memory = false;
};

mfa_store_answer collect(void *ctx, const char *key, size_t key_len, const uint8_t *record, size_t record_len,
                         uint64_t version) noexcept {
  auto *collected = static_cast<Collected *>(ctx);
  const mfa_status status = boundary(nullptr, [&]() -> Result<Done> {
    MFA_TRY(const auto name, read_text(key, key_len));
    MFA_TRY(const auto bytes, read_text(record, record_len));
    collected->rows.push_back({std::string(name), std::string(bytes), version});
    return done;
  });
  if (status == MFA_ERR_NO_MEMORY) collected->no_memory = true;
  return status == MFA_OK && collected->rows.size() < collected->most ? MFA_STORE_DONE : MFA_STORE_FAILED;
}

// The store on trial. Each step is what a promise expects of it; every key is erased again.
class Trial {
 public:
  explicit Trial(const mfa_store &store) : store_(store) {
    Bytes random(8);
    system_random(random);
    root_ = "check/" + hex(random) + "/";
  }
  Trial(const Trial &) = delete;
  Trial &operator=(const Trial &) = delete;
  ~Trial() { sweep(); }

  const std::string &root() const { return root_; }
  bool can_scan() const { return store_.scan != nullptr; }

  // Keys of the promise that begins are its own.
  void next_promise(size_t number) { promise_ = root_ + std::to_string(number) + "/"; }
  std::string key(std::string_view rest) const { return promise_ + std::string(rest); }

  Result<Done> none(const std::string &key) {
    uint64_t version = 0;
    return want("load", peek(key, &version), MFA_STORE_NONE);
  }

  Result<Done> holds(const std::string &key, std::string_view record, uint64_t version) {
    mfa_buffer loaded = MFA_BUFFER_INIT;
    uint64_t loaded_version = 0;
    const auto answered = load(key, &loaded, &loaded_version);
    const bool same_record = text_of({loaded.data, loaded.len}) == record;
    mfa_buffer_free(&loaded);
    MFA_TRY(want("load", answered, MFA_STORE_DONE));
    if (!same_record) return broken("load gave another record than was saved");
    if (loaded_version != version) {
      return broken("load gave version " + std::to_string(loaded_version) + ", not " +
                    std::to_string(version));
    }
    return done;
  }

  Result<Done> save(const std::string &key, std::string_view record, uint64_t expected, uint64_t version,
                    mfa_store_answer wanted, uint64_t expires_at_s = 0) {
    touched_.push_back(key);
    const ByteView bytes = bytes_of(record);
    err_ = {};
    return want("save",
                store_.save(store_.ctx, key.data(), key.size(), bytes.data(), bytes.size(), expected, version,
                            expires_at_s, &err_),
                wanted);
  }

  Result<Done> erase(const std::string &key, uint64_t expected, mfa_store_answer wanted) {
    err_ = {};
    return want("erase", store_.erase(store_.ctx, key.data(), key.size(), expected, &err_), wanted);
  }

  Result<Done> scans(const std::string &prefix, const std::string &after, size_t limit, const Rows &rows,
                     size_t most = SIZE_MAX) {
    Collected collected{.rows = {}, .most = most};
    err_ = {};
    const auto answered = store_.scan(store_.ctx, prefix.data(), prefix.size(), after.data(), after.size(),
                                      limit, &collect, &collected, &err_);
    if (collected.no_memory) return fail(Status::err_no_memory, Reason::no_memory, "out of memory");
    if (collected.rows.size() < most) MFA_TRY(want("scan", answered, MFA_STORE_DONE));
    if (collected.rows == rows) return done;
    return broken("scan gave " + std::to_string(collected.rows.size()) + " keys or others, not the " +
                  std::to_string(rows.size()) + " expected in their order");
  }

  // Erases what is left; true when nothing is.
  bool sweep() noexcept {
    bool all = true;
    for (const auto &key : touched_) {
      uint64_t version = 0;
      if (peek(key, &version) == MFA_STORE_DONE) {
        err_ = {};
        (void)store_.erase(store_.ctx, key.data(), key.size(), version, &err_);
      }
      if (peek(key, &version) != MFA_STORE_NONE) all = false;
    }
    touched_.clear();
    return all;
  }

 private:
  mfa_store_answer load(const std::string &key, mfa_buffer *record, uint64_t *version) noexcept {
    err_ = {};
    return store_.load(store_.ctx, key.data(), key.size(), record, version, &err_);
  }

  mfa_store_answer peek(const std::string &key, uint64_t *version) noexcept {
    mfa_buffer record = MFA_BUFFER_INIT;
    const auto answered = load(key, &record, version);
    mfa_buffer_free(&record);
    return answered;
  }

  Result<Done> want(const char *call, mfa_store_answer answered, mfa_store_answer wanted) {
    if (answered == wanted) return done;
    std::string what = std::string(call) + " answered " + name_of(answered) + ", not " + name_of(wanted);
    if (answered == MFA_STORE_FAILED) what += " (" + line_of(err_) + ")";
    return broken(std::move(what));
  }

  const mfa_store store_;
  std::string root_, promise_;
  std::vector<std::string> touched_;
  mfa_error err_{};
};

// ---- the promises

constexpr auto kDone = MFA_STORE_DONE;
constexpr auto kConflict = MFA_STORE_CONFLICT;
constexpr auto kNone = MFA_STORE_NONE;
constexpr uint64_t kLargest = INT64_MAX;

std::string every_byte() {
  std::string bytes(256, 0);
  std::iota(bytes.begin(), bytes.end(), static_cast<char>(0));
  return bytes;
}

Result<Done> absent(Trial &trial) {
  MFA_TRY(trial.none(trial.key("a")));
  return trial.erase(trial.key("a"), 1, kNone);
}

Result<Done> keeps(Trial &trial) {
  const auto key = trial.key("a");
  MFA_TRY(trial.save(key, "one", 0, 7, kDone));
  MFA_TRY(trial.holds(key, "one", 7));
  return trial.holds(key, "one", 7);
}

Result<Done> replaces(Trial &trial) {
  const auto key = trial.key("a");
  MFA_TRY(trial.save(key, "a long record", 0, 7, kDone));
  MFA_TRY(trial.save(key, "short", 7, 8, kDone));
  MFA_TRY(trial.holds(key, "short", 8));
  MFA_TRY(trial.save(key, "now a longer one", 8, 9, kDone));
  return trial.holds(key, "now a longer one", 9);
}

Result<Done> only_compares(Trial &trial) {
  const auto key = trial.key("a");
  MFA_TRY(trial.save(key, "one", 0, 1000, kDone));
  MFA_TRY(trial.save(key, "two", 1000, 3, kDone));
  return trial.holds(key, "two", 3);
}

Result<Done> refuses_to_make_twice(Trial &trial) {
  const auto key = trial.key("a");
  MFA_TRY(trial.save(key, "one", 0, 7, kDone));
  MFA_TRY(trial.save(key, "two", 0, 8, kConflict));
  return trial.holds(key, "one", 7);
}

Result<Done> refuses_another_version(Trial &trial) {
  const auto key = trial.key("a");
  MFA_TRY(trial.save(key, "one", 0, 7, kDone));
  MFA_TRY(trial.save(key, "two", 7, 9, kDone));
  for (const uint64_t expected : {7u, 8u, 10u}) {
    MFA_TRY(trial.save(key, "three", expected, 11, kConflict));
    MFA_TRY(trial.holds(key, "two", 9));
  }
  return done;
}

Result<Done> refuses_to_replace_nothing(Trial &trial) {
  const auto key = trial.key("a");
  MFA_TRY(trial.save(key, "one", 7, 8, kConflict));
  return trial.none(key);
}

Result<Done> large_versions(Trial &trial) {
  const auto key = trial.key("a");
  MFA_TRY(trial.save(key, "one", 0, kLargest, kDone));
  MFA_TRY(trial.holds(key, "one", kLargest));
  MFA_TRY(trial.save(key, "two", kLargest - 1, 5, kConflict));
  MFA_TRY(trial.save(key, "two", kLargest, (uint64_t{1} << 53) + 1, kDone));
  for (const uint64_t near :
       {uint64_t{1} << 53, uint64_t{1}}) {  // what a double, or 32 bits, would take for it
    MFA_TRY(trial.save(key, "three", near, 5, kConflict));
  }
  return trial.holds(key, "two", (uint64_t{1} << 53) + 1);
}

Result<Done> erase_refuses_another_version(Trial &trial) {
  const auto key = trial.key("a");
  MFA_TRY(trial.save(key, "one", 0, 7, kDone));
  for (const uint64_t expected : {0u, 6u, 8u}) MFA_TRY(trial.erase(key, expected, kConflict));
  return trial.holds(key, "one", 7);
}

Result<Done> erases(Trial &trial) {
  const auto key = trial.key("a");
  MFA_TRY(trial.save(key, "one", 0, 7, kDone));
  MFA_TRY(trial.erase(key, 7, kDone));
  MFA_TRY(trial.none(key));
  MFA_TRY(trial.erase(key, 7, kNone));
  return trial.save(key, "two", 7, 8, kConflict);
}

Result<Done> makes_again(Trial &trial) {
  const auto key = trial.key("a");
  MFA_TRY(trial.save(key, "one", 0, 7, kDone));
  MFA_TRY(trial.erase(key, 7, kDone));
  MFA_TRY(trial.save(key, "two", 0, 8, kDone));
  return trial.holds(key, "two", 8);
}

Result<Done> any_byte_in_keys(Trial &trial) {
  const auto key = trial.key(every_byte());
  const auto other = trial.key(std::string(1, 0));
  MFA_TRY(trial.save(key, "one", 0, 7, kDone));
  MFA_TRY(trial.save(other, "two", 0, 8, kDone));
  MFA_TRY(trial.holds(key, "one", 7));
  return trial.holds(other, "two", 8);
}

Result<Done> exact_keys(Trial &trial) {
  const std::string keys[] = {
      trial.key("a"),         trial.key("A"),    trial.key("a "), trial.key(std::string("a\0", 2)),
      trial.key("aa"),        trial.key("a%"),   trial.key("a_"), trial.key("\xc3\xa4"),
      trial.key("a\xcc\x88"), trial.key("\xff"),
  };
  uint64_t version = 1;
  for (const auto &key : keys) MFA_TRY(trial.save(key, key, 0, version++, kDone));
  version = 1;
  for (const auto &key : keys) MFA_TRY(trial.holds(key, key, version++));
  return done;
}

Result<Done> long_keys(Trial &trial) {
  std::string key = trial.key("");
  key.resize(MFA_STORE_KEY_MAX, 'k');
  std::string other = key;
  other.back() = 'l';
  MFA_TRY(trial.save(key, "one", 0, 7, kDone));
  MFA_TRY(trial.save(other, "two", 0, 8, kDone));
  MFA_TRY(trial.holds(key, "one", 7));
  return trial.holds(other, "two", 8);
}

Result<Done> any_byte_in_records(Trial &trial) {
  const auto key = trial.key("a");
  MFA_TRY(trial.save(key, every_byte(), 0, 7, kDone));
  MFA_TRY(trial.holds(key, every_byte(), 7));
  const std::string zeros(2, 0);
  MFA_TRY(trial.save(key, zeros, 7, 8, kDone));
  return trial.holds(key, zeros, 8);
}

Result<Done> large_records(Trial &trial) {
  const auto key = trial.key("a");
  std::string record;
  while (record.size() < MFA_STORE_RECORD_MAX) record += every_byte();
  record.back() = 'x';
  MFA_TRY(trial.save(key, record, 0, 7, kDone));
  return trial.holds(key, record, 7);
}

Result<Done> expiry_is_a_hint(Trial &trial) {
  constexpr uint64_t kYear3000 = 32503680000;
  MFA_TRY(trial.save(trial.key("never"), "one", 0, 7, kDone, 0));
  MFA_TRY(trial.save(trial.key("later"), "two", 0, 8, kDone, kYear3000));
  MFA_TRY(trial.holds(trial.key("never"), "one", 7));
  return trial.holds(trial.key("later"), "two", 8);
}

// Rows of this promise, saved in an order that is not theirs.
Result<Rows> scan_rows(Trial &trial) {
  const std::string_view rests[] = {"p/b",         "p/\xff", "p/a",
                                    "p/a\xc3\xa4", "p/B",    std::string_view("p/a\0", 4)};
  Rows rows;
  for (const auto rest : rests)
    rows.push_back({trial.key(rest), "record of " + std::string(rest), rows.size() + 1});
  for (const auto &row : rows) MFA_TRY(trial.save(row.key, row.record, 0, row.version, kDone));
  std::sort(rows.begin(), rows.end(), [](const Row &a, const Row &b) { return a.key < b.key; });
  return rows;
}

Result<Done> scan_order(Trial &trial) {
  MFA_TRY(const auto rows, scan_rows(trial));
  return trial.scans(trial.key("p/"), "", 100, rows);
}

Result<Done> scan_prefix(Trial &trial) {
  const Row inside{trial.key("p_%/a"), "one", 1};
  MFA_TRY(trial.save(inside.key, inside.record, 0, inside.version, kDone));
  for (const auto *rest : {"pX%/a", "p_X/a", "P_%/a", "p_%", "p_%0", "o"}) {
    MFA_TRY(trial.save(trial.key(rest), "two", 0, 2, kDone));
  }
  MFA_TRY(trial.scans(trial.key("p_%/"), "", 100, {inside}));
  MFA_TRY(trial.scans(inside.key, "", 100, {inside}));
  return trial.scans(trial.key("p_%/b"), "", 100, {});
}

Result<Done> scan_after(Trial &trial) {
  MFA_TRY(const auto rows, scan_rows(trial));
  const auto prefix = trial.key("p/");
  for (size_t i = 0; i < rows.size(); i++) {
    const Rows rest(rows.begin() + static_cast<std::ptrdiff_t>(i) + 1, rows.end());
    MFA_TRY(trial.scans(prefix, rows[i].key, 100, rest));
  }
  MFA_TRY(trial.scans(prefix, trial.key("o"), 100, rows));
  return trial.scans(prefix, trial.key("q"), 100, {});
}

Result<Done> scan_limit(Trial &trial) {
  MFA_TRY(const auto rows, scan_rows(trial));
  for (const size_t limit : {1u, 2u}) {
    const Rows first(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(limit));
    MFA_TRY(trial.scans(trial.key("p/"), "", limit, first));
  }
  return done;
}

Result<Done> scan_end(Trial &trial) {
  MFA_TRY(const auto rows, scan_rows(trial));
  const Rows first(rows.begin(), rows.begin() + 2);
  return trial.scans(trial.key("p/"), "", 100, first, 2);
}

struct Promise {
  const char *text;
  Result<Done> (*holds)(Trial &);
  bool of_scan = false;
};

constexpr Promise kPromises[] = {
    {"a key that is not there is NONE", &absent},
    {"what was saved is loaded, with its version", &keeps},
    {"a save with the stored version replaces record and version", &replaces},
    {"versions are kept and compared, not counted", &only_compares},
    {"a save that expects no key is a CONFLICT when there is one, and changes nothing",
     &refuses_to_make_twice},
    {"a save that expects another version is a CONFLICT, and changes nothing", &refuses_another_version},
    {"a save that expects a version is a CONFLICT when there is no key, and makes none",
     &refuses_to_replace_nothing},
    {"versions up to 2^63-1 are exact", &large_versions},
    {"an erase that expects another version is a CONFLICT, and erases nothing",
     &erase_refuses_another_version},
    {"an erase with the stored version erases", &erases},
    {"an erased key can be made again", &makes_again},
    {"keys may hold any byte", &any_byte_in_keys},
    {"keys are compared exactly", &exact_keys},
    {"keys of 512 bytes are whole", &long_keys},
    {"records may hold any byte", &any_byte_in_records},
    {"records of 262144 bytes are whole", &large_records},
    {"a record stays until it expires", &expiry_is_a_hint},
    {"scan gives keys, records and versions in byte order", &scan_order, true},
    {"scan gives the keys that begin with the prefix, and no others", &scan_prefix, true},
    {"scan begins after the key given", &scan_after, true},
    {"scan gives no more than the limit", &scan_limit, true},
    {"scan ends when it is told to", &scan_end, true},
};
constexpr const char *kLeavesNothing = "what was saved could be erased again";

// The report, and the first promise that does not hold.
class Report {
 public:
  Result<Done> add(const char *promise, const Result<Done> &held) {
    if (!held.has_value() && held.error().status != Status::wrong) return held.error();
    text_ += held.has_value() ? "kept    " : "BROKEN  ";
    text_ += promise;
    if (!held.has_value()) {
      text_ += ": " + held.error().detail;
      if (!first_broken_) first_broken_ = promise;
    }
    text_ += '\n';
    return done;
  }
  void skip(const char *promise) { text_ += std::string("absent  ") + promise + "\n"; }

  std::string_view text() const { return text_; }
  Result<Done> verdict() const {
    if (!first_broken_) return done;
    return fail(Status::wrong, Reason::store_promise, "the store breaks a promise", first_broken_);
  }

 private:
  std::string text_;
  const char *first_broken_ = nullptr;
};

// A store that is down is not a store that breaks promises.
Result<Done> answers(const mfa_store &store, const std::string &key) {
  mfa_buffer record = MFA_BUFFER_INIT;
  uint64_t version = 0;
  mfa_error err = {};
  const auto answered = store.load(store.ctx, key.data(), key.size(), &record, &version, &err);
  mfa_buffer_free(&record);
  if (answered != MFA_STORE_FAILED) return done;
  return fail(Status::err_store, Reason::store_failed, "the store failed", line_of(err));
}

Result<Report> check(const mfa_store &store) {
  Trial trial(store);
  MFA_TRY(answers(store, trial.root()));
  Report report;
  size_t number = 0;
  for (const auto &promise : kPromises) {
    trial.next_promise(number++);
    if (promise.of_scan && !trial.can_scan()) {
      report.skip(promise.text);
      continue;
    }
    MFA_TRY(report.add(promise.text, promise.holds(trial)));
  }
  const bool swept = trial.sweep();
  MFA_TRY(report.add(kLeavesNothing,
                     swept ? Result<Done>(done) : broken("keys under " + trial.root() + " are left")));
  return report;
}

}  // namespace
}  // namespace mfa::capi

using namespace mfa;
using namespace mfa::capi;

extern "C" mfa_status mfa_store_check(const mfa_store *store, mfa_buffer *report, mfa_error *err) {
  return boundary(err, [&]() -> Result<Done> {
    MFA_TRY(clear(report));
    MFA_TRY(const mfa_store copy, read_store(store));
    MFA_TRY(const auto checked, check(copy));
    MFA_TRY(write_buffer(report, checked.text()));
    return checked.verdict();
  });
}
