// libmfa for C++20: where sealed records live. Derive from Store for your database, or open one of the
// library's.
#ifndef MFA_CXX_STORE_HPP
#define MFA_CXX_STORE_HPP

#include <mfa/store.h>

#include "answer.hpp"

namespace mfa {
inline namespace cxx {

// What load() has found: fill it with one call of set().
class Found {
 public:
  Found(mfa_buffer &record, std::uint64_t &version) noexcept : record_(record), version_(version) {}
  // Copies the record (at most 262144 bytes) and its version; gives what load() is to return: DONE, or FAILED
  // without memory.
  mfa_store_answer set(ByteView record, std::uint64_t version) noexcept {
    if (mfa_buffer_assign(&record_, record.data(), record.size()) != MFA_OK) return MFA_STORE_FAILED;
    version_ = version;
    return MFA_STORE_DONE;
  }

 private:
  mfa_buffer &record_;
  std::uint64_t &version_;
};

// Who is told of each key that scan() finds.
class Visit {
 public:
  Visit(mfa_scan_fn fn, void *ctx) noexcept : fn_(fn), ctx_(ctx) {}
  // Whether to go on with the next key; after a false, scan() returns DONE.
  bool operator()(std::string_view key, ByteView record, std::uint64_t version) const noexcept {
    return fn_(ctx_, key.data(), key.size(), record.data(), record.size(), version) == MFA_STORE_DONE;
  }

 private:
  mfa_scan_fn fn_;
  void *ctx_;
};

// Why a call fails: one line for the operator's log, without the content of a record.
class Complaint {
 public:
  explicit Complaint(mfa_error &error) noexcept : error_(error) {}
  // Notes the line, and gives MFA_STORE_FAILED to return.
  mfa_store_answer operator()(std::string_view line) noexcept {
    Error::set_message(error_, line);
    return MFA_STORE_FAILED;
  }

 private:
  mfa_error &error_;
};

// A key-value store with compare-and-set, written in C++. Functions may be called from any thread at once and
// must not call the engine they serve. What they throw is MFA_STORE_FAILED with what() for the log
// (std::bad_alloc: want of memory), so that nothing was decided. Keys are 1 to 512 bytes of any value,
// compared exactly; versions are 1 to 2^63-1 and the engine's.
class Store {
 public:
  virtual ~Store() = default;
  // NONE, or `return found.set(record, version)`. Must see every save that was answered DONE.
  virtual mfa_store_answer load(std::string_view key, Found &found, Complaint &complain) = 0;
  // DONE once it is durable; CONFLICT when the stored version is not expected_version (0: no such key).
  // expires_at_s (Unix time; 0: never) is when you may delete it.
  virtual mfa_store_answer save(std::string_view key, ByteView record, std::uint64_t expected_version,
                                std::uint64_t new_version, std::uint64_t expires_at_s,
                                Complaint &complain) = 0;
  // DONE; CONFLICT; NONE.
  virtual mfa_store_answer erase(std::string_view key, std::uint64_t expected_version,
                                 Complaint &complain) = 0;
  // Optional, with can_scan(): up to limit keys that begin with prefix and come after `after`, in byte order.
  // DONE.
  virtual bool can_scan() const noexcept { return false; }
  virtual mfa_store_answer scan(std::string_view, std::string_view, std::size_t, const Visit &,
                                Complaint &complain) {
    return complain("this store does not scan");
  }

 protected:
  Store() = default;
  Store(const Store &) = default;
  Store &operator=(const Store &) = default;
};

namespace detail {

// The C callbacks of a Store. No exception leaves one.
struct StoreCalls {
  template <class Call>
  static mfa_store_answer run(void *ctx, mfa_error *err, Call &&call) noexcept {
    const auto caught = [err](Status status, std::string_view line) {
      err->status = status.value();
      Error::set_message(*err, line);
    };
    Complaint complain(*err);
    return guarded([&] { return call(*static_cast<Store *>(ctx), complain); }, caught,
                   mfa_store_answer{MFA_STORE_FAILED});
  }

  static mfa_store_answer load(void *ctx, const char *key, std::size_t key_len, mfa_buffer *record,
                               std::uint64_t *version, mfa_error *err) noexcept {
    Found found(*record, *version);
    return run(ctx, err, [&](Store &store, Complaint &complain) {
      return store.load({key, key_len}, found, complain);
    });
  }
  static mfa_store_answer save(void *ctx, const char *key, std::size_t key_len, const std::uint8_t *record,
                               std::size_t record_len, std::uint64_t expected_version,
                               std::uint64_t new_version, std::uint64_t expires_at_s,
                               mfa_error *err) noexcept {
    return run(ctx, err, [&](Store &store, Complaint &complain) {
      return store.save({key, key_len}, {record, record_len}, expected_version, new_version, expires_at_s,
                        complain);
    });
  }
  static mfa_store_answer erase(void *ctx, const char *key, std::size_t key_len,
                                std::uint64_t expected_version, mfa_error *err) noexcept {
    return run(ctx, err, [&](Store &store, Complaint &complain) {
      return store.erase({key, key_len}, expected_version, complain);
    });
  }
  static mfa_store_answer scan(void *ctx, const char *prefix, std::size_t prefix_len, const char *after,
                               std::size_t after_len, std::size_t limit, mfa_scan_fn fn, void *fn_ctx,
                               mfa_error *err) noexcept {
    return run(ctx, err, [&](Store &store, Complaint &complain) {
      return store.scan({prefix, prefix_len}, {after, after_len}, limit, Visit(fn, fn_ctx), complain);
    });
  }
};

}  // namespace detail

// One of the library's stores. Moved from or default, it is closed and every use of it is MFA_ERR_ARGUMENT.
class OpenedStore {
 public:
  OpenedStore() noexcept = default;
  // "memory:", "sqlite:/var/lib/app/mfa.db", "sqlite:/x?synchronous=normal". OK, ARGUMENT, UNSUPPORTED,
  // STORE.
  static Answer<OpenedStore> open(std::string_view url) noexcept {
    OpenedStore store;
    mfa_error error = {};
    const mfa_status status = mfa_store_open(url.data(), url.size(), &store.it_, &error);
    std::optional<OpenedStore> opened;
    if (status == MFA_OK) opened = std::move(store);
    return {detail::error_of(status, error), std::move(opened)};
  }
  OpenedStore(OpenedStore &&other) noexcept : it_(std::exchange(other.it_, mfa_store MFA_STORE_INIT)) {}
  OpenedStore &operator=(OpenedStore &&other) noexcept {
    if (this == &other) return *this;
    mfa_store_close(&it_);
    it_ = std::exchange(other.it_, mfa_store MFA_STORE_INIT);
    return *this;
  }
  ~OpenedStore() { mfa_store_close(&it_); }
  const mfa_store &raw() const noexcept { return it_; }

 private:
  mfa_store it_ = MFA_STORE_INIT;
};

// Which store a call means; shows the store, which must outlive the engines that it is given to.
class StoreRef {
 public:
  StoreRef() noexcept = default;
  StoreRef(const OpenedStore &store) noexcept : it_(store.raw()) {}  // NOLINT: a store is one
  StoreRef(const mfa_store &store) noexcept : it_(store) {}          // NOLINT
  StoreRef(Store &store) noexcept {                                  // NOLINT
    it_.ctx = &store;
    it_.load = detail::StoreCalls::load;
    it_.save = detail::StoreCalls::save;
    it_.erase = detail::StoreCalls::erase;
    if (store.can_scan()) it_.scan = detail::StoreCalls::scan;
  }
  const mfa_store &raw() const noexcept { return it_; }

 private:
  mfa_store it_ = MFA_STORE_INIT;
};

// Tries every promise of a store on keys under "check/", which it erases again; the report is text, one
// promise a line. OK: all kept. WRONG: one is broken, and the report is partial(). STORE: it failed at the
// first load.
inline Answer<Buffer> check_store(const StoreRef &store) noexcept {
  return detail::filled(
      [&](mfa_buffer *report, mfa_error *err) { return mfa_store_check(&store.raw(), report, err); });
}

}  // namespace cxx
}  // namespace mfa
#endif
