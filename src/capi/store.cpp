#include "mfa/store.h"

#include "capi/boundary.hpp"
#include "engine/ports.hpp"
#include "store/open.hpp"

static_assert(sizeof(void *) != 8 || (sizeof(mfa_store) == 56 && offsetof(mfa_store, struct_size) == 0 &&
                                      offsetof(mfa_store, reserved) == 4 && offsetof(mfa_store, ctx) == 8 &&
                                      offsetof(mfa_store, load) == 16 && offsetof(mfa_store, save) == 24 &&
                                      offsetof(mfa_store, erase) == 32 && offsetof(mfa_store, scan) == 40 &&
                                      offsetof(mfa_store, close) == 48),
              "frozen for ever");

namespace mfa::capi {
namespace {

// ---- our stores as a host sees them; the engine keeps its promises, another caller might not

Result<Done> check_key(std::string_view key) {
  if (key.empty() || key.size() > MFA_STORE_KEY_MAX) {
    return fail(Status::err_argument, Reason::store_key, "a key has 1 to 512 bytes");
  }
  return done;
}

Result<Done> check_save(ByteView record, uint64_t expected, uint64_t new_version) {
  if (record.size() > MFA_STORE_RECORD_MAX) {
    return fail(Status::err_argument, Reason::store_record, "a record has at most 262144 bytes");
  }
  if (new_version == 0 || new_version > INT64_MAX || expected > INT64_MAX) {
    return fail(Status::err_argument, Reason::store_version, "a version is 1 to 2^63-1");
  }
  return done;
}

engine::Store &store_of(void *ctx) { return *static_cast<engine::Store *>(ctx); }

// The boundary of a callback: whatever is not a plain answer is MFA_STORE_FAILED with its line in err.
template <class Body>
mfa_store_answer answer(mfa_error *err, Body &&body) noexcept {
  mfa_store_answer given = MFA_STORE_FAILED;
  const mfa_status status = boundary(err, [&]() -> Result<Done> {
    MFA_TRY(given, body());
    return done;
  });
  return status == MFA_OK ? given : MFA_STORE_FAILED;
}

mfa_store_answer load(void *ctx, const char *key, size_t key_len, mfa_buffer *record, uint64_t *version,
                      mfa_error *err) noexcept {
  return answer(err, [&]() -> Result<mfa_store_answer> {
    MFA_TRY(clear(record, version));
    MFA_TRY(const auto name, read_text(key, key_len));
    MFA_TRY(check_key(name));
    MFA_TRY(const auto loaded, store_of(ctx).load(name));
    if (!loaded) return mfa_store_answer{MFA_STORE_NONE};
    MFA_TRY(write_buffer(record, loaded->record));
    *version = loaded->version;
    return mfa_store_answer{MFA_STORE_DONE};
  });
}

mfa_store_answer save(void *ctx, const char *key, size_t key_len, const uint8_t *record, size_t record_len,
                      uint64_t expected_version, uint64_t new_version, uint64_t expires_at_s,
                      mfa_error *err) noexcept {
  return answer(err, [&]() -> Result<mfa_store_answer> {
    MFA_TRY(const auto name, read_text(key, key_len));
    MFA_TRY(const auto bytes, read_bytes(record, record_len));
    MFA_TRY(check_key(name));
    MFA_TRY(check_save(bytes, expected_version, new_version));
    MFA_TRY(const auto saved, store_of(ctx).save(name, bytes, expected_version, new_version, expires_at_s));
    switch (saved) {
      case engine::Saved::done: return mfa_store_answer{MFA_STORE_DONE};
      case engine::Saved::conflict: return mfa_store_answer{MFA_STORE_CONFLICT};
    }
    return mfa_store_answer{MFA_STORE_FAILED};
  });
}

mfa_store_answer erase(void *ctx, const char *key, size_t key_len, uint64_t expected_version,
                       mfa_error *err) noexcept {
  return answer(err, [&]() -> Result<mfa_store_answer> {
    MFA_TRY(const auto name, read_text(key, key_len));
    MFA_TRY(check_key(name));
    MFA_TRY(const auto erased, store_of(ctx).erase(name, expected_version));
    switch (erased) {
      case engine::Erased::done: return mfa_store_answer{MFA_STORE_DONE};
      case engine::Erased::conflict: return mfa_store_answer{MFA_STORE_CONFLICT};
      case engine::Erased::none: return mfa_store_answer{MFA_STORE_NONE};
    }
    return mfa_store_answer{MFA_STORE_FAILED};
  });
}

class HostVisitor final : public engine::Visitor {
 public:
  HostVisitor(mfa_scan_fn fn, void *fn_ctx) : fn_(fn), fn_ctx_(fn_ctx) {}
  bool visit(std::string_view key, ByteView record, uint64_t version) override {
    return fn_(fn_ctx_, key.data(), key.size(), record.data(), record.size(), version) == MFA_STORE_DONE;
  }

 private:
  mfa_scan_fn fn_;
  void *fn_ctx_;
};

mfa_store_answer scan(void *ctx, const char *prefix, size_t prefix_len, const char *after, size_t after_len,
                      size_t limit, mfa_scan_fn fn, void *fn_ctx, mfa_error *err) noexcept {
  return answer(err, [&]() -> Result<mfa_store_answer> {
    MFA_TRY(const auto start, read_text(prefix, prefix_len));
    MFA_TRY(const auto last, read_text(after, after_len));
    if (!fn) return null_argument();
    HostVisitor visitor(fn, fn_ctx);
    MFA_TRY(store_of(ctx).scan(start, last, limit, visitor));
    return mfa_store_answer{MFA_STORE_DONE};
  });
}

void close(void *ctx) noexcept { delete static_cast<engine::Store *>(ctx); }

}  // namespace
}  // namespace mfa::capi

using namespace mfa;
using namespace mfa::capi;

extern "C" {

mfa_status mfa_store_open(const char *url, size_t url_len, mfa_store *store, mfa_error *err) {
  return boundary(err, [&]() -> Result<Done> {
    mfa_store opened = MFA_STORE_INIT;
    MFA_TRY(write_sized(store, opened));
    MFA_TRY(const auto text, read_text(url, url_len));
    MFA_TRY(auto made, store::open(text));
    opened.ctx = made.get();
    opened.load = &capi::load;
    opened.save = &capi::save;
    opened.erase = &capi::erase;
    opened.scan = &capi::scan;
    opened.close = &capi::close;
    MFA_TRY(write_sized(store, opened));
    made.release();
    return done;
  });
}

void mfa_store_close(mfa_store *store) {
  if (!store || !capi::read_size(store).has_value()) return;
  if (store->close) store->close(store->ctx);
  (void)capi::write_sized<mfa_store>(store, MFA_STORE_INIT);
}

}  // extern "C"
