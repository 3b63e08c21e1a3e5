// Which URLs open a store, and what is said of the others.
#include "store/open.hpp"

#include <doctest.h>

#include "mfa/store.h"
#include "support/scratch.hpp"

using namespace mfa;

namespace {

Failure refused(const std::string &url) {
  auto opened = store::open(url);
  REQUIRE_FALSE(opened.has_value());
  return std::move(opened).error();
}

}  // namespace

TEST_CASE("store URL: what does not name a store is the caller's mistake") {
  for (const char *url :
       {"", "memory", "/var/lib/mfa.db", "memory:x", "sqlite:", "sqlite:?synchronous=full"}) {
    CAPTURE(url);
    const auto failure = refused(url);
    CHECK(failure.status == Status::err_argument);
    CHECK(failure.reason == Reason::store_url);
  }
  CHECK(refused(std::string("sqlite:a\0b", 10)).reason == Reason::store_url);
}

TEST_CASE("store URL: a scheme that this build lacks is named") {
  const auto failure = refused("postgres://db/mfa");
  CHECK(failure.status == Status::err_unsupported);
  CHECK(failure.detail == "postgres");
}

TEST_CASE("store URL: an unknown parameter or value is refused by its name, and no file is made") {
  const test::Scratch scratch;
  const std::string path = scratch.file("mfa.db");
  struct {
    const char *query, *named;
  } const rows[] = {
      {"?mode=ro", "mode"},
      {"?synchronous=off", "off"},
      {"?synchronous", ""},
      {"?", ""},
      {"?synchronous=full&", ""},
      {"?synchronous=full&cache=1", "cache"},
      {"?Synchronous=full", "Synchronous"},
  };
  for (const auto &row : rows) {
    CAPTURE(row.query);
    const auto failure = refused("sqlite:" + path + row.query);
    CHECK(failure.status == Status::err_argument);
    CHECK(failure.reason == Reason::store_url_parameter);
    CHECK(failure.detail == row.named);
    CHECK_FALSE(std::filesystem::exists(path));
  }
}

TEST_CASE("store URL: each synchronous opens") {
  const test::Scratch scratch;
  for (const char *value : {"normal", "full", "extra"}) {
    CHECK(store::open("sqlite:" + scratch.file("mfa.db") + "?synchronous=" + value).has_value());
  }
}

TEST_CASE("mfa_store_open: the struct is emptied first, and closing twice is fine") {
  mfa_store store = MFA_STORE_INIT;
  store.ctx = &store;
  mfa_error err = {};
  CHECK(mfa_store_open("nothing", 7, &store, &err) == MFA_ERR_ARGUMENT);
  CHECK(store.ctx == nullptr);
  CHECK((store.load == nullptr));
  CHECK(std::string(mfa_reason_name(err.reason)) == "store.url");
  REQUIRE(mfa_store_open("memory:", 7, &store, &err) == MFA_OK);
  CHECK(store.struct_size == sizeof store);
  CHECK((store.load != nullptr));
  mfa_store_close(&store);
  CHECK(store.ctx == nullptr);
  CHECK((store.close == nullptr));
  CHECK(store.struct_size == sizeof store);
  mfa_store_close(&store);
  mfa_store_close(nullptr);
}

TEST_CASE("mfa_store_open: NULL and a struct without its size are mistakes") {
  mfa_store store = {};
  CHECK(mfa_store_open("memory:", 7, nullptr, nullptr) == MFA_ERR_ARGUMENT);
  CHECK(mfa_store_open("memory:", 7, &store, nullptr) == MFA_ERR_ARGUMENT);
  store.struct_size = sizeof store;
  CHECK(mfa_store_open(nullptr, 7, &store, nullptr) == MFA_ERR_ARGUMENT);
  CHECK(mfa_store_open(nullptr, 0, &store, nullptr) == MFA_ERR_ARGUMENT);
}

TEST_CASE("our stores refuse what no engine sends") {
  mfa_store store = MFA_STORE_INIT;
  REQUIRE(mfa_store_open("memory:", 7, &store, nullptr) == MFA_OK);
  const std::string longest(MFA_STORE_KEY_MAX, 'k');
  const std::string too_long = longest + "k";
  const std::string large(MFA_STORE_RECORD_MAX + 1, 'r');
  const auto *bytes = reinterpret_cast<const uint8_t *>(large.data());
  mfa_error err = {};
  const auto save = [&](const std::string &key, size_t len, uint64_t expected, uint64_t version) {
    return store.save(store.ctx, key.data(), key.size(), bytes, len, expected, version, 0, &err);
  };
  CHECK(save(longest, MFA_STORE_RECORD_MAX, 0, 1) == MFA_STORE_DONE);
  CHECK(save("large", MFA_STORE_RECORD_MAX + 1, 0, 1) == MFA_STORE_FAILED);
  CHECK(err.reason == static_cast<int32_t>(Reason::store_record));
  CHECK(save(too_long, 1, 0, 1) == MFA_STORE_FAILED);
  CHECK(save("", 1, 0, 1) == MFA_STORE_FAILED);
  CHECK(err.reason == static_cast<int32_t>(Reason::store_key));
  CHECK(save("k", 1, 0, 0) == MFA_STORE_FAILED);
  CHECK(save("k", 1, 0, uint64_t{1} << 63) == MFA_STORE_FAILED);
  CHECK(save("k", 1, uint64_t{1} << 63, 1) == MFA_STORE_FAILED);
  CHECK(err.reason == static_cast<int32_t>(Reason::store_version));
  CHECK(store.save(store.ctx, "k", 1, nullptr, 1, 0, 1, 0, &err) == MFA_STORE_FAILED);
  uint64_t version = 9;
  CHECK(store.load(store.ctx, "k", 1, nullptr, &version, &err) == MFA_STORE_FAILED);
  CHECK(version == 0);
  CHECK(store.load(store.ctx, nullptr, 1, nullptr, nullptr, nullptr) == MFA_STORE_FAILED);
  CHECK(store.erase(store.ctx, too_long.data(), too_long.size(), 1, &err) == MFA_STORE_FAILED);
  CHECK(store.scan(store.ctx, "", 0, "", 0, 1, nullptr, nullptr, &err) == MFA_STORE_FAILED);
  mfa_store_close(&store);
}
