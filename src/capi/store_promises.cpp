#include <algorithm>
#include <numeric>

#include "capi/store_trial.hpp"

namespace mfa::capi {
namespace {

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

}  // namespace

std::span<const Promise> store_promises() { return kPromises; }

}  // namespace mfa::capi
