// mfa_store_check finds each promise that a store breaks.
#include <doctest.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <string>
#include <vector>

#include "core/status.hpp"
#include "mfa/store.h"
#include "support/scratch.hpp"

using namespace mfa;

namespace {

enum class Fault {
  none,
  load_answers_done_for_nothing,
  load_forgets,
  load_gives_wrong_version,
  save_keeps_the_old_tail,
  save_wants_growing_versions,
  save_makes_twice,
  save_ignores_old_version,
  save_writes_on_conflict,
  save_upserts,
  versions_are_doubles,
  versions_are_32_bits,
  erase_ignores_version,
  erase_does_nothing,
  erase_leaves_a_tombstone,
  erase_answers_done_for_nothing,
  keys_end_at_nul,
  keys_fold_case,
  keys_lose_trailing_space,
  keys_are_cut,
  records_end_at_nul,
  records_are_cut,
  records_have_no_high_bytes,
  expiry_is_a_duration,
  scan_unordered,
  scan_signed_order,
  scan_prefix_is_a_pattern,
  scan_ignores_prefix,
  scan_includes_after,
  scan_ignores_limit,
  scan_never_ends,
  scan_gives_no_record,
  large_record_fails,
  answers_nonsense,
};

struct Row {
  std::string record;
  uint64_t version;
  bool expired = false;
};

// A store in C's terms that keeps every promise but one.
class Flawed {
 public:
  explicit Flawed(Fault fault) : fault_(fault) {}
  mfa_store c_store() {
    mfa_store store = MFA_STORE_INIT;
    store.ctx = this;
    store.load = &load;
    store.save = &save;
    store.erase = &erase;
    store.scan = &scan;
    return store;
  }
  size_t left() const { return rows_.size(); }

 private:
  static Flawed &self(void *ctx) { return *static_cast<Flawed *>(ctx); }
  bool has(Fault fault) const { return fault_ == fault; }

  std::string name(const char *key, size_t len) const {
    std::string name(key, len);
    if (has(Fault::keys_end_at_nul)) name = name.c_str();
    if (has(Fault::keys_fold_case))
      std::transform(name.begin(), name.end(), name.begin(),
                     [](unsigned char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c); });
    if (has(Fault::keys_lose_trailing_space)) name.erase(name.find_last_not_of(' ') + 1);
    if (has(Fault::keys_are_cut)) name.resize(std::min<size_t>(name.size(), 510));
    return name;
  }
  bool same(uint64_t stored, uint64_t expected) const {
    if (has(Fault::versions_are_doubles)) return static_cast<double>(stored) == static_cast<double>(expected);
    if (has(Fault::versions_are_32_bits))
      return static_cast<uint32_t>(stored) == static_cast<uint32_t>(expected);
    return stored == expected;
  }
  std::string kept(const uint8_t *record, size_t len) const {
    std::string text(reinterpret_cast<const char *>(record), len);
    if (has(Fault::records_end_at_nul)) text = text.c_str();
    if (has(Fault::records_are_cut)) text.resize(std::min<size_t>(text.size(), 65535));
    if (has(Fault::records_have_no_high_bytes)) {
      std::replace_if(
          text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) > 127; }, '?');
    }
    return text;
  }

  static mfa_store_answer load(void *ctx, const char *key, size_t key_len, mfa_buffer *record,
                               uint64_t *version, mfa_error *) {
    auto &flawed = self(ctx);
    const auto found = flawed.rows_.find(flawed.name(key, key_len));
    if (found == flawed.rows_.end() || found->second.expired) {
      return flawed.has(Fault::load_answers_done_for_nothing) ? MFA_STORE_DONE : MFA_STORE_NONE;
    }
    if (mfa_buffer_assign(record, found->second.record.data(), found->second.record.size()) != MFA_OK) {
      return MFA_STORE_FAILED;
    }
    *version = found->second.version + (flawed.has(Fault::load_gives_wrong_version) ? 1 : 0);
    if (flawed.has(Fault::load_forgets)) flawed.rows_.erase(found);
    return MFA_STORE_DONE;
  }

  static mfa_store_answer save(void *ctx, const char *key, size_t key_len, const uint8_t *record,
                               size_t record_len, uint64_t expected, uint64_t version, uint64_t expires_at_s,
                               mfa_error *err) {
    auto &flawed = self(ctx);
    if (flawed.has(Fault::large_record_fails) && record_len > 100000) {
      std::snprintf(err->message, sizeof err->message, "packet too large");
      return MFA_STORE_FAILED;
    }
    const auto name = flawed.name(key, key_len);
    const auto found = flawed.rows_.find(name);
    const bool there = found != flawed.rows_.end();
    bool agrees = there ? expected != 0 && flawed.same(found->second.version, expected) : expected == 0;
    if (there && expected == 0 && flawed.has(Fault::save_makes_twice)) agrees = true;
    if (there && expected != 0 && flawed.has(Fault::save_ignores_old_version)) agrees = true;
    if (!there && expected != 0 && flawed.has(Fault::save_upserts)) agrees = true;
    if (there && flawed.has(Fault::save_wants_growing_versions) && version < found->second.version)
      agrees = false;
    if (!there && flawed.has(Fault::erase_leaves_a_tombstone) && flawed.tombstones_.count(name) != 0)
      agrees = false;
    if (!agrees && !(there && flawed.has(Fault::save_writes_on_conflict))) return MFA_STORE_CONFLICT;
    Row row{flawed.kept(record, record_len), version};
    if (there && flawed.has(Fault::save_keeps_the_old_tail) &&
        row.record.size() < found->second.record.size()) {
      row.record += found->second.record.substr(row.record.size());
    }
    row.expired = expires_at_s != 0 && flawed.has(Fault::expiry_is_a_duration);
    flawed.rows_[name] = row;
    if (flawed.has(Fault::answers_nonsense)) return 17;
    return agrees ? MFA_STORE_DONE : MFA_STORE_CONFLICT;
  }

  static mfa_store_answer erase(void *ctx, const char *key, size_t key_len, uint64_t expected, mfa_error *) {
    auto &flawed = self(ctx);
    const auto name = flawed.name(key, key_len);
    const auto found = flawed.rows_.find(name);
    if (found == flawed.rows_.end()) {
      return flawed.has(Fault::erase_answers_done_for_nothing) ? MFA_STORE_DONE : MFA_STORE_NONE;
    }
    const bool agrees =
        flawed.same(found->second.version, expected) || flawed.has(Fault::erase_ignores_version);
    if (!agrees) return MFA_STORE_CONFLICT;
    if (flawed.has(Fault::erase_does_nothing)) return MFA_STORE_DONE;
    flawed.tombstones_[name] = true;
    flawed.rows_.erase(found);
    return MFA_STORE_DONE;
  }

  bool begins(const std::string &key, const std::string &prefix) const {
    if (has(Fault::scan_ignores_prefix)) return key.starts_with("check/");
    if (key.size() < prefix.size()) return false;
    for (size_t i = 0; i < prefix.size(); i++) {
      if (has(Fault::scan_prefix_is_a_pattern) && (prefix[i] == '_' || prefix[i] == '%')) continue;
      if (key[i] != prefix[i]) return false;
    }
    return true;
  }

  static mfa_store_answer scan(void *ctx, const char *prefix, size_t prefix_len, const char *after,
                               size_t after_len, size_t limit, mfa_scan_fn fn, void *fn_ctx, mfa_error *) {
    auto &flawed = self(ctx);
    std::vector<std::pair<std::string, Row>> rows(flawed.rows_.begin(), flawed.rows_.end());
    if (flawed.has(Fault::scan_unordered)) std::reverse(rows.begin(), rows.end());
    if (flawed.has(Fault::scan_signed_order)) {
      std::sort(rows.begin(), rows.end(), [](const auto &a, const auto &b) {
        return std::lexicographical_compare(a.first.begin(), a.first.end(), b.first.begin(), b.first.end(),
                                            [](signed char x, signed char y) { return x < y; });
      });
    }
    const std::string from(after, after_len);
    for (const auto &[key, row] : rows) {
      if (!flawed.begins(key, std::string(prefix, prefix_len))) continue;
      if (flawed.has(Fault::scan_includes_after) ? key < from : key <= from) continue;
      if (limit == 0 && !flawed.has(Fault::scan_ignores_limit)) break;
      limit--;
      const std::string record = flawed.has(Fault::scan_gives_no_record) ? "" : row.record;
      const auto answer = fn(fn_ctx, key.data(), key.size(), reinterpret_cast<const uint8_t *>(record.data()),
                             record.size(), row.version);
      if (answer != MFA_STORE_DONE && !flawed.has(Fault::scan_never_ends)) break;
    }
    return MFA_STORE_DONE;
  }

  const Fault fault_;
  std::map<std::string, Row> rows_;
  std::map<std::string, bool> tombstones_;
};

struct Checked {
  mfa_status status;
  std::string report;
  mfa_error err;
};

Checked check(const mfa_store &store) {
  mfa_buffer report = MFA_BUFFER_INIT;
  Checked checked{};
  checked.status = mfa_store_check(&store, &report, &checked.err);
  checked.report.assign(reinterpret_cast<const char *>(report.data), report.len);
  mfa_buffer_free(&report);
  return checked;
}

bool breaks(const Checked &checked, const std::string &promise) {
  return checked.report.find("BROKEN  " + promise) != std::string::npos;
}

}  // namespace

TEST_CASE("store check: our own stores keep every promise") {
  const test::Scratch scratch;
  for (const std::string &url : {std::string("memory:"), "sqlite:" + scratch.file("mfa.db")}) {
    CAPTURE(url);
    mfa_store store = MFA_STORE_INIT;
    REQUIRE(mfa_store_open(url.data(), url.size(), &store, nullptr) == MFA_OK);
    const auto checked = check(store);
    CHECK(checked.status == MFA_OK);
    CHECK(checked.report.find("BROKEN") == std::string::npos);
    CHECK(checked.report.find("absent") == std::string::npos);
    CHECK(std::count(checked.report.begin(), checked.report.end(), '\n') == 23);
    mfa_store_close(&store);
  }
}

TEST_CASE("store check: a store without flaw passes, with and without scan, and is left empty") {
  Flawed flawless(Fault::none);
  mfa_store store = flawless.c_store();
  CHECK(check(store).status == MFA_OK);
  store.scan = nullptr;
  const auto checked = check(store);
  CHECK(checked.status == MFA_OK);
  CHECK(checked.report.find("absent  scan") != std::string::npos);
  CHECK(flawless.left() == 0);
}

TEST_CASE("store check: each flaw is found under its promise") {
  struct {
    Fault fault;
    const char *promise;
  } const rows[] = {
      {Fault::load_answers_done_for_nothing, "a key that is not there"},
      {Fault::erase_answers_done_for_nothing, "a key that is not there"},
      {Fault::load_forgets, "what was saved is loaded"},
      {Fault::load_gives_wrong_version, "what was saved is loaded"},
      {Fault::answers_nonsense, "what was saved is loaded"},
      {Fault::save_keeps_the_old_tail, "a save with the stored version"},
      {Fault::save_wants_growing_versions, "versions are kept and compared"},
      {Fault::save_makes_twice, "a save that expects no key"},
      {Fault::save_ignores_old_version, "a save that expects another version"},
      {Fault::save_writes_on_conflict, "a save that expects another version"},
      {Fault::save_upserts, "a save that expects a version"},
      {Fault::versions_are_doubles, "versions up to"},
      {Fault::versions_are_32_bits, "versions up to"},
      {Fault::erase_ignores_version, "an erase that expects another version"},
      {Fault::erase_does_nothing, "an erase with the stored version"},
      {Fault::erase_leaves_a_tombstone, "an erased key can be made again"},
      {Fault::keys_end_at_nul, "keys may hold any byte"},
      {Fault::keys_fold_case, "keys are compared exactly"},
      {Fault::keys_lose_trailing_space, "keys are compared exactly"},
      {Fault::keys_are_cut, "keys of 512 bytes"},
      {Fault::records_end_at_nul, "records may hold any byte"},
      {Fault::records_have_no_high_bytes, "records may hold any byte"},
      {Fault::records_are_cut, "records of 262144 bytes"},
      {Fault::large_record_fails, "records of 262144 bytes"},
      {Fault::expiry_is_a_duration, "a record stays until it expires"},
      {Fault::scan_unordered, "scan gives keys, records and versions"},
      {Fault::scan_signed_order, "scan gives keys, records and versions"},
      {Fault::scan_gives_no_record, "scan gives keys, records and versions"},
      {Fault::scan_prefix_is_a_pattern, "scan gives the keys that begin"},
      {Fault::scan_ignores_prefix, "scan gives the keys that begin"},
      {Fault::scan_includes_after, "scan begins after"},
      {Fault::scan_ignores_limit, "scan gives no more"},
      {Fault::scan_never_ends, "scan ends when"},
      {Fault::erase_does_nothing, "what was saved could be erased again"},
  };
  for (const auto &row : rows) {
    CAPTURE(static_cast<int>(row.fault));
    CAPTURE(row.promise);
    Flawed flawed(row.fault);
    const auto checked = check(flawed.c_store());
    CAPTURE(checked.report);
    CHECK(checked.status == MFA_WRONG);
    CHECK(checked.err.reason == static_cast<int32_t>(Reason::store_promise));
    CHECK(breaks(checked, row.promise));
  }
}

TEST_CASE("store check: what a failing store said is in the report") {
  Flawed flawed(Fault::large_record_fails);
  const auto checked = check(flawed.c_store());
  CHECK(checked.report.find("save answered FAILED, not DONE (packet too large)") != std::string::npos);
}

TEST_CASE("store check: a store that is down breaks no promise") {
  mfa_store down = Flawed(Fault::none).c_store();
  down.load = [](void *, const char *, size_t, mfa_buffer *, uint64_t *, mfa_error *err) -> mfa_store_answer {
    std::snprintf(err->message, sizeof err->message, "connection refused");
    return MFA_STORE_FAILED;
  };
  const auto checked = check(down);
  CHECK(checked.status == MFA_ERR_STORE);
  CHECK(checked.report.empty());
  CHECK(std::string(checked.err.message) == "the store failed: connection refused");
}

TEST_CASE("store check: without its callbacks there is no store") {
  Flawed flawless(Fault::none);
  mfa_buffer report = MFA_BUFFER_INIT;
  CHECK(mfa_store_check(nullptr, &report, nullptr) == MFA_ERR_ARGUMENT);
  const mfa_store whole = flawless.c_store();
  CHECK(mfa_store_check(&whole, nullptr, nullptr) == MFA_ERR_ARGUMENT);
  for (int missing = 0; missing < 3; missing++) {
    mfa_store store = flawless.c_store();
    if (missing == 0) store.load = nullptr;
    if (missing == 1) store.save = nullptr;
    if (missing == 2) store.erase = nullptr;
    CHECK(check(store).status == MFA_ERR_ARGUMENT);
  }
}
