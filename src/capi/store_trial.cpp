#include "capi/store_trial.hpp"

#include <fmt/format.h>

#include "capi/boundary.hpp"
#include "core/encoding.hpp"

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

}  // namespace

Failure broken(std::string what) {
  return fail(Status::wrong, Reason::store_promise, "the store breaks a promise", std::move(what));
}

std::string line_of(mfa_error &err) {
  err.message[sizeof err.message - 1] = 0;
  return err.message;
}

Trial::Trial(const mfa_store &store) : store_(store) {
  Bytes random(8);
  system_random(random);
  root_ = "check/" + hex(random) + "/";
}

Result<Done> Trial::none(const std::string &key) {
  uint64_t version = 0;
  return want("load", peek(key, &version), MFA_STORE_NONE);
}

Result<Done> Trial::holds(const std::string &key, std::string_view record, uint64_t version) {
  mfa_buffer loaded = MFA_BUFFER_INIT;
  uint64_t loaded_version = 0;
  const auto answered = load(key, &loaded, &loaded_version);
  const bool same_record = text_of({loaded.data, loaded.len}) == record;
  mfa_buffer_free(&loaded);
  MFA_TRY(want("load", answered, MFA_STORE_DONE));
  if (!same_record) return broken("load gave another record than was saved");
  if (loaded_version != version) {
    return broken(fmt::format("load gave version {}, not {}", loaded_version, version));
  }
  return done;
}

Result<Done> Trial::save(const std::string &key, std::string_view record, uint64_t expected, uint64_t version,
                         mfa_store_answer wanted, uint64_t expires_at_s) {
  touched_.push_back(key);
  const ByteView bytes = bytes_of(record);
  err_ = {};
  return want("save",
              store_.save(store_.ctx, key.data(), key.size(), bytes.data(), bytes.size(), expected, version,
                          expires_at_s, &err_),
              wanted);
}

Result<Done> Trial::erase(const std::string &key, uint64_t expected, mfa_store_answer wanted) {
  err_ = {};
  return want("erase", store_.erase(store_.ctx, key.data(), key.size(), expected, &err_), wanted);
}

Result<Done> Trial::scans(const std::string &prefix, const std::string &after, size_t limit, const Rows &rows,
                          size_t most) {
  Collected collected{.rows = {}, .most = most};
  err_ = {};
  const auto answered = store_.scan(store_.ctx, prefix.data(), prefix.size(), after.data(), after.size(),
                                    limit, &collect, &collected, &err_);
  if (collected.no_memory) return fail(Status::err_no_memory, Reason::no_memory, "out of memory");
  if (collected.rows.size() < most) MFA_TRY(want("scan", answered, MFA_STORE_DONE));
  if (collected.rows == rows) return done;
  return broken(fmt::format("scan gave {} keys or others, not the {} expected in their order",
                            collected.rows.size(), rows.size()));
}

bool Trial::sweep() noexcept {
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

mfa_store_answer Trial::load(const std::string &key, mfa_buffer *record, uint64_t *version) noexcept {
  err_ = {};
  return store_.load(store_.ctx, key.data(), key.size(), record, version, &err_);
}

mfa_store_answer Trial::peek(const std::string &key, uint64_t *version) noexcept {
  mfa_buffer record = MFA_BUFFER_INIT;
  const auto answered = load(key, &record, version);
  mfa_buffer_free(&record);
  return answered;
}

Result<Done> Trial::want(const char *call, mfa_store_answer answered, mfa_store_answer wanted) {
  if (answered == wanted) return done;
  std::string what = fmt::format("{} answered {}, not {}", call, name_of(answered), name_of(wanted));
  if (answered == MFA_STORE_FAILED) what += " (" + line_of(err_) + ")";
  return broken(std::move(what));
}

}  // namespace mfa::capi
