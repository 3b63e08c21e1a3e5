// A store that keeps every promise but at one call, or from there on, where it fails as stores do.
#pragma once

#include <mfa/mfa.h>

#include <cstdio>

namespace mfa::test {

enum class Flaw {
  before,    // fails, and nothing was done
  after,     // fails, but it was done
  conflict,  // lost a race: nothing was done. A load gives an answer that loads do not have
  down,      // as `before`, and so does every call after it
  lost,      // as `after`; every call after it fails and does nothing
  nonsense,  // an answer that no call has, and nothing was done
};

class FlakyStore {
 public:
  explicit FlakyStore(const mfa_store &inner) : inner_(inner) {
    store_.ctx = this;
    store_.load = &load;
    store_.save = &save;
    store_.erase = &erase;
    store_.scan = &scan;
  }
  FlakyStore(const FlakyStore &) = delete;
  FlakyStore &operator=(const FlakyStore &) = delete;
  const mfa_store &get() const { return store_; }

  // The n-th call from now on, counted from 1; 0: none.
  void plan(long n, Flaw flaw) {
    calls_ = 0;
    bad_call_ = n;
    flaw_ = flaw;
  }
  bool struck() const { return bad_call_ != 0 && calls_ >= bad_call_; }

 private:
  template <class Do>
  mfa_store_answer call(mfa_error *err, Do &&really) {
    calls_++;
    const bool now = calls_ == bad_call_;
    const bool later = bad_call_ != 0 && calls_ > bad_call_;
    if (later && (flaw_ == Flaw::down || flaw_ == Flaw::lost)) return failed(err);
    if (!now) return really();
    switch (flaw_) {
      case Flaw::before:
      case Flaw::down: return failed(err);
      case Flaw::after:
      case Flaw::lost: (void)really(); return failed(err);
      case Flaw::conflict: return MFA_STORE_CONFLICT;
      case Flaw::nonsense: return 99;
    }
    return MFA_STORE_FAILED;
  }
  static mfa_store_answer failed(mfa_error *err) {
    std::snprintf(err->message, sizeof err->message, "the connection was closed");
    return MFA_STORE_FAILED;
  }
  static FlakyStore &self(void *ctx) { return *static_cast<FlakyStore *>(ctx); }

  static mfa_store_answer load(void *ctx, const char *key, size_t key_len, mfa_buffer *record,
                               uint64_t *version, mfa_error *err) {
    const mfa_store &in = self(ctx).inner_;
    return self(ctx).call(err, [&] { return in.load(in.ctx, key, key_len, record, version, err); });
  }
  static mfa_store_answer save(void *ctx, const char *key, size_t key_len, const uint8_t *record,
                               size_t record_len, uint64_t expected, uint64_t version, uint64_t expires_at_s,
                               mfa_error *err) {
    const mfa_store &in = self(ctx).inner_;
    return self(ctx).call(err, [&] {
      return in.save(in.ctx, key, key_len, record, record_len, expected, version, expires_at_s, err);
    });
  }
  static mfa_store_answer erase(void *ctx, const char *key, size_t key_len, uint64_t expected,
                                mfa_error *err) {
    const mfa_store &in = self(ctx).inner_;
    return self(ctx).call(err, [&] { return in.erase(in.ctx, key, key_len, expected, err); });
  }
  static mfa_store_answer scan(void *ctx, const char *prefix, size_t prefix_len, const char *after,
                               size_t after_len, size_t limit, mfa_scan_fn fn, void *fn_ctx, mfa_error *err) {
    const mfa_store &in = self(ctx).inner_;
    return self(ctx).call(
        err, [&] { return in.scan(in.ctx, prefix, prefix_len, after, after_len, limit, fn, fn_ctx, err); });
  }

  const mfa_store &inner_;
  mfa_store store_ = MFA_STORE_INIT;
  long calls_ = 0;
  long bad_call_ = 0;
  Flaw flaw_ = Flaw::before;
};

}  // namespace mfa::test
