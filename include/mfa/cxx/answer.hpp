// libmfa for C++20: what a call answered, and what it leaves with you. Nothing here converts to bool: a yes
// is asked for by name. Texts are std::string_view, bytes std::span: neither owns what it shows.
#ifndef MFA_CXX_ANSWER_HPP
#define MFA_CXX_ANSWER_HPP

#include <mfa/base.h>

#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>

#if defined(__cpp_exceptions)
#include <exception>
#endif

// The inline namespace keeps these names apart from the library's own in a program that links it statically.
namespace mfa {
inline namespace cxx {

using ByteView = std::span<const std::uint8_t>;

// The bytes of a text.
inline ByteView bytes(std::string_view text) noexcept {
  return {reinterpret_cast<const std::uint8_t *>(text.data()), text.size()};
}
// What a member of a C struct shows; lives as long as what owns it.
inline std::string_view view(mfa_text text) noexcept {
  return text.data ? std::string_view(text.data, text.len) : std::string_view();
}
inline ByteView byte_view(mfa_text text) noexcept { return bytes(view(text)); }
// For lists that go into a call (origins, roles, ids); shows what the argument shows.
inline mfa_text text(std::string_view of) noexcept { return mfa_text_n(of.data(), of.size()); }
inline mfa_text text(ByteView of) noexcept { return mfa_text_n(of.data(), of.size()); }
// A sealing key or one that a log is checked with; shows the bytes (32) that the argument shows.
inline mfa_key key(std::uint32_t id, ByteView of) noexcept { return {id, 0, of.data(), of.size()}; }

// What a call said: compare it with MFA_OK, MFA_WRONG and their like (mfa/base.h). 0 is the yes, so it is no
// bool.
class Status {
 public:
  constexpr Status(mfa_status value) noexcept : value_(value) {}  // NOLINT: an mfa_status is one
  constexpr mfa_status value() const noexcept { return value_; }  // for a switch
  constexpr bool ok() const noexcept { return value_ == MFA_OK; }
  constexpr bool is_no() const noexcept { return value_ > 0; }
  // It did not complete: nothing was decided.
  constexpr bool failed() const noexcept { return value_ < 0; }
  // "MFA_WRONG"; "MFA_UNKNOWN" for a value that the library does not know.
  std::string_view name() const noexcept { return mfa_status_name(value_); }
  friend constexpr bool operator==(Status a, Status b) noexcept = default;

 private:
  mfa_status value_;
};

// Why a call did not answer MFA_OK, and what the user may be told.
class Error {
 public:
  Error() noexcept : it_{} {}
  explicit Error(const mfa_error &error) noexcept : it_(error) {}
  // Of the wrapper or a callback: a status and one line that is no secret, cut to what fits.
  Error(Status status, std::string_view message) noexcept : it_{} {
    it_.status = status.value();
    it_.attempts_left = -1;
    set_message(it_, message);
  }

  Status status() const noexcept { return it_.status; }
  // Stable number of the rule that said no, and its stable name.
  std::int32_t reason() const noexcept { return it_.reason; }
  std::string_view reason_name() const noexcept { return mfa_reason_name(it_.reason); }
  // LOCKED_OUT, TOO_SOON: Unix time in seconds from which to try again; else 0.
  std::uint64_t retry_at_s() const noexcept { return it_.retry_at_s; }
  // WRONG: before a lock; -1: not known or not limited.
  std::int32_t attempts_left() const noexcept { return it_.attempts_left; }
  // WRONG on TOTP: seconds by which the user's clock seems off; 0: not known.
  std::int32_t clock_skew_s() const noexcept { return it_.clock_skew_s; }
  // MFA_SIGNAL_*, also beside a yes.
  std::uint32_t signals() const noexcept { return it_.signals; }
  // One line of English for the operator's log; never a secret.
  std::string_view message() const noexcept {
    const std::string_view whole(it_.message, sizeof it_.message);
    return whole.substr(0, whole.find('\0'));
  }
  const mfa_error &raw() const noexcept { return it_; }

  // Writes the line into a C error, cut to what fits; what is no printable ASCII becomes a space.
  static void set_message(mfa_error &error, std::string_view message) noexcept {
    std::size_t n = 0;
    for (; n < message.size() && n < sizeof error.message - 1; n++)
      error.message[n] = message[n] >= ' ' && message[n] <= '~' ? message[n] : ' ';
    error.message[n] = 0;
  }

 private:
  mfa_error it_;
};

// What a call answers that gives nothing but its yes.
struct Done {};

#if defined(__cpp_exceptions)
// What or_throw() throws: every answer but MFA_OK.
class Refused : public std::exception {
 public:
  explicit Refused(const Error &error) noexcept : error_(error) {}
  const Error &error() const noexcept { return error_; }
  Status status() const noexcept { return error_.status(); }
  const char *what() const noexcept override { return error_.raw().message; }

 private:
  Error error_;
};
#endif

// A yes with its value, or why not. It does not convert to bool, and the value of a no is a null pointer.
template <class T>
class [[nodiscard]] Answer {
 public:
  Answer(const Error &error, std::optional<T> value) noexcept(std::is_nothrow_move_constructible_v<T>)
      : error_(error), value_(std::move(value)) {}

  // MFA_OK, and nothing else.
  bool ok() const noexcept { return error_.status().ok(); }
  Status status() const noexcept { return error_.status(); }
  // Written on MFA_OK too: its signals count.
  const Error &error() const noexcept { return error_; }

  // The value of MFA_OK; nullptr with every other status. Lives as long as the answer.
  T *value() &noexcept { return ok() && value_ ? &*value_ : nullptr; }
  const T *value() const &noexcept { return ok() && value_ ? &*value_ : nullptr; }
  const T *value() const && = delete;
  // What came with a status that is not MFA_OK: the proof of MFA_MORE_NEEDED, a report, a verdict; nullptr if
  // nothing did.
  T *partial() &noexcept { return !ok() && value_ ? &*value_ : nullptr; }
  const T *partial() const &noexcept { return !ok() && value_ ? &*value_ : nullptr; }
  const T *partial() const && = delete;
  // The value of MFA_OK moved out, else the fallback.
  T value_or(T fallback) &&noexcept(std::is_nothrow_move_constructible_v<T>) {
    return ok() && value_ ? std::move(*value_) : std::move(fallback);
  }
#if defined(__cpp_exceptions)
  // The value of MFA_OK moved out; throws Refused with every other status.
  T or_throw() && {
    if (!ok() || !value_) throw Refused(error_);
    return std::move(*value_);
  }
#endif

 private:
  Error error_;
  std::optional<T> value_;
};

// Bytes or text that libmfa made: wiped and freed at the end. Moved from, it is empty.
class Buffer {
 public:
  Buffer() noexcept = default;
  Buffer(Buffer &&other) noexcept : it_(std::exchange(other.it_, mfa_buffer MFA_BUFFER_INIT)) {}
  Buffer &operator=(Buffer &&other) noexcept {
    if (this == &other) return *this;
    mfa_buffer_free(&it_);
    it_ = std::exchange(other.it_, mfa_buffer MFA_BUFFER_INIT);
    return *this;
  }
  ~Buffer() { mfa_buffer_free(&it_); }

  std::string_view text() const noexcept {
    return it_.data ? std::string_view(reinterpret_cast<const char *>(it_.data), it_.len)
                    : std::string_view();
  }
  ByteView bytes() const noexcept { return {it_.data, it_.len}; }
  std::size_t size() const noexcept { return it_.len; }
  bool empty() const noexcept { return it_.len == 0; }
  mfa_buffer *raw() noexcept { return &it_; }

 private:
  mfa_buffer it_ = MFA_BUFFER_INIT;
};

// What the headers beside this one are made with.
namespace detail {

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T *handle) const noexcept {
    Free(handle);
  }
};
template <class T, auto Free>
using Owned = std::unique_ptr<T, Freed<Free>>;

inline Error error_of(mfa_status status, mfa_error error) noexcept {
  error.status = status;
  return Error(error);
}

// Calls call(&error): a yes or a no without more.
template <class Call>
Answer<Done> done(Call &&call) noexcept {
  mfa_error error = {};
  const mfa_status status = call(&error);
  return {error_of(status, error), status == MFA_OK ? std::optional<Done>(Done{}) : std::nullopt};
}
// Calls call(&value, &error), for outputs that are 0 unless the answer is a yes.
template <class T, class Call>
Answer<T> valued(Call &&call, T value = {}) noexcept {
  mfa_error error = {};
  const mfa_status status = call(&value, &error);
  return {error_of(status, error), status == MFA_OK ? std::optional<T>(value) : std::nullopt};
}
// Calls call(&row), which says no more than its status: `why` is the line for a no.
template <class T, class Call>
Answer<T> row(Call &&call, T value, std::string_view why = "no such row") noexcept {
  const mfa_status status = call(&value);
  return {Error(status, status == MFA_OK ? "" : why),
          status == MFA_OK ? std::optional<T>(value) : std::nullopt};
}
// Calls call(&handle, &error); a handle that came is kept whatever the status, so that it is freed.
template <class T, class Call>
Answer<T> made(Call &&call) noexcept {
  typename T::Raw *handle = nullptr;
  mfa_error error = {};
  const mfa_status status = call(&handle, &error);
  return {error_of(status, error), handle ? std::optional<T>(T(handle)) : std::nullopt};
}
// Calls call(buffer, &error); bytes that came are kept whatever the status.
template <class Call>
Answer<Buffer> filled(Call &&call) noexcept {
  Buffer buffer;
  mfa_error error = {};
  const mfa_status status = call(buffer.raw(), &error);
  const bool keep = status == MFA_OK || !buffer.empty();
  return {error_of(status, error), keep ? std::optional<Buffer>(std::move(buffer)) : std::nullopt};
}

#if defined(__cpp_exceptions)
// Calls yours; what it throws is told to `caught` (a status, a line) and goes no further.
template <class Result, class Call, class Caught>
Result guarded(Call &&call, Caught &&caught, Result failed) noexcept {
  try {
    return call();
  } catch (const std::bad_alloc &) {
    caught(Status(MFA_ERR_NO_MEMORY), std::string_view("out of memory"));
  } catch (const std::exception &exception) {
    caught(Status(MFA_ERR_INTERNAL), std::string_view(exception.what() ? exception.what() : ""));
  } catch (...) {
    caught(Status(MFA_ERR_INTERNAL), std::string_view("an exception that is no std::exception"));
  }
  return failed;
}
#else
template <class Result, class Call, class Caught>
Result guarded(Call &&call, Caught &&, Result) noexcept {
  return call();
}
#endif

}  // namespace detail

// ---- what every program may ask
// -------------------------------------------------------------------------------

inline std::string_view version() noexcept { return mfa_version(); }  // "0.1.0"
// Whether this library has a feature: "sqlite", "ml-dsa", ... A name that is none is false.
inline bool has(std::string_view feature) noexcept {
  char name[64] = {};
  if (feature.size() >= sizeof name || feature.find('\0') != feature.npos) return false;
  if (!feature.empty()) std::memcpy(name, feature.data(), feature.size());
  return mfa_has(name) == 1;
}
// "totp", "webauthn", ...: the names used in configuration, JSON and events.
inline std::string_view method_name(mfa_method method) noexcept { return mfa_method_name(method); }
// MFA_METHOD_NONE for a name that is not one: what a picker page posts can be passed as it is.
inline mfa_method method_from_name(std::string_view name) noexcept {
  return mfa_method_from_name(name.data(), name.size());
}
// Fills from the system's generator: challenges and secrets for the stateless calls. OK, INTERNAL.
inline Answer<Done> fill_random(std::span<std::uint8_t> out) noexcept {
  return detail::row<Done>([&](Done *) { return mfa_random(out.data(), out.size()); }, Done{},
                           "the system's generator failed");
}
// Wipes in a way that the compiler keeps.
inline void wipe(std::span<std::uint8_t> data) noexcept { mfa_wipe(data.data(), data.size()); }

}  // namespace cxx
}  // namespace mfa
#endif
