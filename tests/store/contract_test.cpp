// The promises of include/mfa/store.h, kept by every store of ours, as the engine sees it and through the C
// ABI.
#include <doctest.h>

#include <functional>

#include "capi/host_store.hpp"
#include "mfa/store.h"
#include "store/open.hpp"
#include "support/scratch.hpp"

using namespace mfa;
using engine::Erased;
using engine::Saved;

namespace {

class Collect final : public engine::Visitor {
 public:
  explicit Collect(size_t most = SIZE_MAX) : most_(most) {}
  bool visit(std::string_view key, ByteView, uint64_t) override {
    keys.emplace_back(key);
    return keys.size() < most_;
  }
  std::vector<std::string> keys;

 private:
  size_t most_;
};

// One store under test, open.
struct Subject {
  test::Scratch scratch;
  mfa_store c_store = MFA_STORE_INIT;
  std::unique_ptr<engine::Store> store;
  ~Subject() { mfa_store_close(&c_store); }
};

std::string url_of(const Subject &subject, bool sqlite) {
  return sqlite ? "sqlite:" + subject.scratch.file("mfa.db") + "?synchronous=normal" : "memory:";
}

void each_store(const std::function<void(engine::Store &)> &test) {
  for (const bool sqlite : {false, true}) {
    for (const bool through_c : {false, true}) {
      CAPTURE(sqlite);
      CAPTURE(through_c);
      Subject subject;
      const std::string url = url_of(subject, sqlite);
      if (through_c) {
        REQUIRE(mfa_store_open(url.data(), url.size(), &subject.c_store, nullptr) == MFA_OK);
        auto made = capi::host_store(&subject.c_store);
        REQUIRE(made.has_value());
        subject.store = std::move(made).value();
      } else {
        auto made = store::open(url);
        REQUIRE(made.has_value());
        subject.store = std::move(made).value();
      }
      test(*subject.store);
    }
  }
}

Saved save(engine::Store &store, std::string_view key, std::string_view record, uint64_t expected,
           uint64_t next) {
  auto saved = store.save(key, bytes_of(record), expected, next, 0);
  REQUIRE(saved.has_value());
  return saved.value();
}

Erased erase(engine::Store &store, std::string_view key, uint64_t expected) {
  auto erased = store.erase(key, expected);
  REQUIRE(erased.has_value());
  return erased.value();
}

// "record@version", or "none".
std::string load(engine::Store &store, std::string_view key) {
  const auto loaded = store.load(key);
  REQUIRE(loaded.has_value());
  if (!loaded.value()) return "none";
  return std::string(text_of(loaded.value()->record)) + "@" + std::to_string(loaded.value()->version);
}

std::vector<std::string> scan(engine::Store &store, std::string_view prefix, std::string_view after,
                              size_t limit, size_t most = SIZE_MAX) {
  Collect collect(most);
  REQUIRE(store.scan(prefix, after, limit, collect).has_value());
  return collect.keys;
}

using Keys = std::vector<std::string>;

}  // namespace

TEST_CASE("store: what was saved is loaded") {
  each_store([](engine::Store &store) {
    CHECK(load(store, "k") == "none");
    CHECK(save(store, "k", "one", 0, 7) == Saved::done);
    CHECK(load(store, "k") == "one@7");
    CHECK(save(store, "k", "two", 7, 3) == Saved::done);
    CHECK(load(store, "k") == "two@3");
  });
}

TEST_CASE("store: a save with another version than expected changes nothing") {
  each_store([](engine::Store &store) {
    CHECK(save(store, "k", "x", 5, 6) == Saved::conflict);
    CHECK(load(store, "k") == "none");
    CHECK(save(store, "k", "one", 0, 7) == Saved::done);
    CHECK(save(store, "k", "two", 0, 8) == Saved::conflict);
    CHECK(save(store, "k", "two", 6, 8) == Saved::conflict);
    CHECK(load(store, "k") == "one@7");
  });
}

TEST_CASE("store: erase tells done, conflict and none apart") {
  each_store([](engine::Store &store) {
    CHECK(erase(store, "k", 7) == Erased::none);
    CHECK(erase(store, "k", 0) == Erased::none);
    CHECK(save(store, "k", "one", 0, 7) == Saved::done);
    CHECK(erase(store, "k", 8) == Erased::conflict);
    CHECK(erase(store, "k", 0) == Erased::conflict);
    CHECK(load(store, "k") == "one@7");
    CHECK(erase(store, "k", 7) == Erased::done);
    CHECK(load(store, "k") == "none");
    CHECK(erase(store, "k", 7) == Erased::none);
    CHECK(save(store, "k", "new", 0, 9) == Saved::done);
    CHECK(load(store, "k") == "new@9");
  });
}

TEST_CASE("store: keys are bytes, compared exactly") {
  each_store([](engine::Store &store) {
    std::string every;
    for (int i = 0; i < 256; i++) every.push_back(static_cast<char>(i));
    const std::string longest = every + every;
    const Keys keys = {"a",         "A",   "a ",   std::string("a\0", 2), std::string("\0", 1), "\xc3\xa4",
                       "a\xcc\x88", every, longest};
    uint64_t version = 1;
    for (const auto &key : keys)
      CHECK(save(store, key, std::to_string(version), 0, version) == Saved::done), version++;
    version = 1;
    for (const auto &key : keys) {
      CHECK(load(store, key) == std::to_string(version) + "@" + std::to_string(version));
      version++;
    }
  });
}

TEST_CASE("store: records and versions up to their limits") {
  each_store([](engine::Store &store) {
    std::string record(MFA_STORE_RECORD_MAX, '\xff');
    record[1000] = 0;
    CHECK(save(store, "large", record, 0, INT64_MAX) == Saved::done);
    CHECK(load(store, "large") == record + "@9223372036854775807");
    CHECK(save(store, "large", "", INT64_MAX, INT64_MAX - 1) == Saved::done);
    CHECK(load(store, "large") == "@9223372036854775806");
    REQUIRE(store.save("kept", bytes_of("x"), 0, 1, UINT64_MAX).has_value());
    CHECK(load(store, "kept") == "x@1");
    CHECK(erase(store, "large", INT64_MAX - 1) == Erased::done);
  });
}

TEST_CASE("store: scan gives the keys of a prefix in byte order") {
  each_store([](engine::Store &store) {
    const std::string high = "p/\xff";
    uint64_t version = 1;
    for (const std::string key : {"p/b", "p/a", "q", "p", "p/", "p/aa", high.c_str(), "p0", "o/z"}) {
      CHECK(save(store, key, "x", 0, version++) == Saved::done);
    }
    CHECK(scan(store, "p/", "", 100) == Keys{"p/", "p/a", "p/aa", "p/b", high});
    CHECK(scan(store, "p/", "p/", 100) == Keys{"p/a", "p/aa", "p/b", high});
    CHECK(scan(store, "p/", "p/a", 2) == Keys{"p/aa", "p/b"});
    CHECK(scan(store, "p/", "p/ab", 1) == Keys{"p/b"});
    CHECK(scan(store, "p/", high, 100).empty());
    CHECK(scan(store, "p/", "q", 100).empty());
    CHECK(scan(store, "p/", "a", 1) == Keys{"p/"});
    CHECK(scan(store, "", "", 2) == Keys{"o/z", "p"});
    CHECK(scan(store, "p/", "", 0).empty());
    CHECK(scan(store, "p/", "", 100, 2) == Keys{"p/", "p/a"});
    CHECK(scan(store, "nobody", "", 100).empty());
  });
}

TEST_CASE("store: a long scan misses nothing, and its visitor may use the store") {
  each_store([](engine::Store &store) {
    Keys keys;
    for (int i = 1000; i < 1200; i++) {
      keys.push_back("s/" + std::to_string(i));
      CHECK(save(store, keys.back(), "x", 0, 1) == Saved::done);
    }
    class Erase final : public engine::Visitor {
     public:
      explicit Erase(engine::Store &store) : store_(store) {}
      bool visit(std::string_view key, ByteView, uint64_t version) override {
        seen.emplace_back(key);
        return store_.erase(key, version).has_value();
      }
      Keys seen;

     private:
      engine::Store &store_;
    } visitor(store);
    REQUIRE(store.scan("s/", "", 1000, visitor).has_value());
    CHECK(visitor.seen == keys);
    CHECK(scan(store, "s/", "", 1000).empty());
  });
}
