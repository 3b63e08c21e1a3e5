#include "capi/host_store.hpp"

#include <algorithm>

#include "capi/boundary.hpp"

namespace mfa::capi {
namespace {

using engine::Erased;
using engine::Loaded;
using engine::Saved;

// What a callback answered, and the line that it may have left.
class Call {
 public:
  mfa_error *err() { return &err_; }

  Failure failure() {
    if (err_.status == MFA_ERR_NO_MEMORY) {
      return fail(Status::err_no_memory, Reason::no_memory, "the store is out of memory");
    }
    // Said by our own stores: the host has to know it from a store that may answer again.
    const bool forked = err_.reason == static_cast<int32_t>(Reason::store_forked);
    return fail(Status::err_store, forked ? Reason::store_forked : Reason::store_failed, "the store failed",
                line());
  }

 private:
  // One line whatever the host wrote: it goes to a log.
  std::string line() {
    err_.message[sizeof err_.message - 1] = 0;
    std::string text(err_.message);
    std::replace_if(
        text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
    return text;
  }

  mfa_error err_{};
};

Failure unknown_answer() {
  return fail(Status::err_store, Reason::store_answer,
              "the store gave an answer that its call does not have");
}

Result<Done> check_row(size_t record_len, uint64_t version) {
  if (record_len > MFA_STORE_RECORD_MAX) {
    return fail(Status::err_store, Reason::store_record, "the store gave a record that is too large");
  }
  if (version == 0 || version > INT64_MAX) {
    return fail(Status::err_store, Reason::store_version, "the store gave a version that no save has");
  }
  return done;
}

struct Buffer {
  mfa_buffer held = MFA_BUFFER_INIT;
  Buffer() = default;
  Buffer(const Buffer &) = delete;
  Buffer &operator=(const Buffer &) = delete;
  ~Buffer() { mfa_buffer_free(&held); }
};

// One scan: what the host calls for each key, kept from unwinding through the host.
class Scan {
 public:
  Scan(std::string_view prefix, std::string_view after, size_t limit, engine::Visitor &visitor)
      : prefix_(prefix), last_(after), left_(limit), visitor_(visitor) {}

  static mfa_store_answer visit(void *scan, const char *key, size_t key_len, const uint8_t *record,
                                size_t record_len, uint64_t version) noexcept {
    auto *self = static_cast<Scan *>(scan);
    const mfa_status status = boundary(nullptr, [&]() -> Result<Done> {
      MFA_TRY(const auto name, read_text(key, key_len));
      MFA_TRY(const auto bytes, read_bytes(record, record_len));
      return self->take(name, bytes, version);
    });
    if (status == MFA_ERR_NO_MEMORY) self->no_memory_ = true;
    if (status != MFA_OK) self->over_ = true;
    return self->over_ ? MFA_STORE_FAILED : MFA_STORE_DONE;
  }

  // True when the scan ended by our will: the host's answer then says nothing.
  bool over() const { return over_; }
  Result<Done> result() {
    if (no_memory_) return fail(Status::err_no_memory, Reason::no_memory, "out of memory");
    if (failure_) return std::move(*failure_);
    return done;
  }

 private:
  Result<Done> take(std::string_view key, ByteView record, uint64_t version) {
    if (left_ == 0 || over_ || key.size() > MFA_STORE_KEY_MAX || !key.starts_with(prefix_) || key <= last_) {
      over_ = true;
      failure_ = fail(Status::err_store, Reason::store_scan_order,
                      "the store's scan gave a key that does not follow, or went on when told to end");
      return done;
    }
    if (auto row = check_row(record.size(), version); !row.has_value()) {
      over_ = true;
      failure_ = std::move(row).error();
      return done;
    }
    last_ = key;
    left_--;
    if (!visitor_.visit(key, record, version)) over_ = true;
    return done;
  }

  std::string_view prefix_;
  std::string last_;
  size_t left_;
  engine::Visitor &visitor_;
  bool over_ = false;
  bool no_memory_ = false;
  std::optional<Failure> failure_;
};

class HostStore final : public engine::Store {
 public:
  explicit HostStore(const mfa_store &store) : store_(store) {}

  Result<std::optional<Loaded>> load(std::string_view key) override {
    Buffer record;
    uint64_t version = 0;
    Call call;
    const auto answer = store_.load(store_.ctx, key.data(), key.size(), &record.held, &version, call.err());
    if (answer == MFA_STORE_NONE) return std::optional<Loaded>();
    if (answer == MFA_STORE_FAILED) return call.failure();
    if (answer != MFA_STORE_DONE) return unknown_answer();
    MFA_TRY(check_row(record.held.len, version));
    MFA_TRY(const auto bytes, read_bytes(record.held.data, record.held.len));
    return std::optional(Loaded{copy_of(bytes), version});
  }

  Result<Saved> save(std::string_view key, ByteView record, uint64_t expected, uint64_t new_version,
                     uint64_t expires_at_s) override {
    if (record.size() > MFA_STORE_RECORD_MAX) {
      return fail(Status::err_store, Reason::store_record, "a record grew too large for any store");
    }
    Call call;
    const auto answer = store_.save(store_.ctx, key.data(), key.size(), record.data(), record.size(),
                                    expected, new_version, expires_at_s, call.err());
    if (answer == MFA_STORE_DONE) return Saved::done;
    if (answer == MFA_STORE_CONFLICT) return Saved::conflict;
    if (answer == MFA_STORE_FAILED) return call.failure();
    return unknown_answer();
  }

  Result<Erased> erase(std::string_view key, uint64_t expected) override {
    Call call;
    const auto answer = store_.erase(store_.ctx, key.data(), key.size(), expected, call.err());
    if (answer == MFA_STORE_DONE) return Erased::done;
    if (answer == MFA_STORE_CONFLICT) return Erased::conflict;
    if (answer == MFA_STORE_NONE) return Erased::none;
    if (answer == MFA_STORE_FAILED) return call.failure();
    return unknown_answer();
  }

  Result<Done> scan(std::string_view prefix, std::string_view after, size_t limit,
                    engine::Visitor &visitor) override {
    if (!store_.scan)
      return fail(Status::err_unsupported, Reason::store_scan_absent, "the store has no scan");
    Scan scan(prefix, after, limit, visitor);
    Call call;
    const auto answer = store_.scan(store_.ctx, prefix.data(), prefix.size(), after.data(), after.size(),
                                    limit, &Scan::visit, &scan, call.err());
    if (scan.over()) return scan.result();
    if (answer == MFA_STORE_DONE) return done;
    if (answer == MFA_STORE_FAILED) return call.failure();
    return unknown_answer();
  }

 private:
  const mfa_store store_;
};

}  // namespace

Result<mfa_store> read_store(const mfa_store *store) {
  MFA_TRY(const mfa_store copy, read_sized(store, mfa_store(MFA_STORE_INIT)));
  if (!copy.load || !copy.save || !copy.erase) {
    return fail(Status::err_argument, Reason::argument_null, "a store needs load, save and erase");
  }
  return copy;
}

Result<std::unique_ptr<engine::Store>> host_store(const mfa_store *store) {
  MFA_TRY(const mfa_store copy, read_store(store));
  return std::unique_ptr<engine::Store>(std::make_unique<HostStore>(copy));
}

}  // namespace mfa::capi
