// Where C meets C++: the only file that catches. An exported fallible function is one
// `return boundary(err, [&]() -> Result<Done> {...});`.
#pragma once

#include <algorithm>
#include <cstring>
#include <new>

#include "capi/first_size.hpp"
#include "core/bytes.hpp"
#include "core/result.hpp"
#include "core/sodium.hpp"
#include "mfa/base.h"

namespace mfa::capi {

// An answer that carries more than yes: MORE_NEEDED with its outputs, or signals beside a yes.
struct Answer {
  Status status = Status::ok;
  Reason reason = Reason::none;
  uint32_t signals = 0;
};

mfa_status write_answer(mfa_error *err, const Answer &answer) noexcept;
mfa_status write_failure(mfa_error *err, const Failure &failure) noexcept;

inline mfa_status write_result(mfa_error *err, const Result<Done> &result) noexcept {
  return result.has_value() ? write_answer(err, Answer{}) : write_failure(err, result.error());
}
inline mfa_status write_result(mfa_error *err, const Result<Answer> &result) noexcept {
  return result.has_value() ? write_answer(err, result.value()) : write_failure(err, result.error());
}

template <class Body>
mfa_status boundary(mfa_error *err, Body &&body) noexcept {
  try {
    if (!sodium_ready()) {
      return write_failure(err,
                           fail(Status::err_internal, Reason::random_failed, "the system has no randomness"));
    }
    return write_result(err, body());
  } catch (const std::bad_alloc &) {
    return write_answer(err, Answer{Status::err_no_memory, Reason::no_memory});
  } catch (...) {
    return write_answer(err, Answer{Status::err_internal, Reason::internal});
  }
}

// For functions that return a value and cannot fail but by allocation.
template <class T, class Body>
T boundary_or(T otherwise, Body &&body) noexcept {
  try {
    return body();
  } catch (...) {
    return otherwise;
  }
}

// ---- outputs: emptied on entry, filled only on a yes

inline Failure null_argument() {
  return fail(Status::err_argument, Reason::argument_null, "an argument is NULL");
}

template <class T>
bool clear_one(T **out) {
  if (out) *out = nullptr;
  return out != nullptr;
}
inline bool clear_one(mfa_buffer *out) {
  mfa_buffer_free(out);
  return out != nullptr;
}
inline bool clear_one(uint64_t *out) {
  if (out) *out = 0;
  return out != nullptr;
}
inline bool clear_one(uint32_t *out) {
  if (out) *out = 0;
  return out != nullptr;
}

// Empties every output, also when one of them is NULL; then says so.
template <class... Outs>
Result<Done> clear(Outs... outs) {
  const bool all = (static_cast<int>(clear_one(outs)) & ... & 1) != 0;
  if (!all) return null_argument();
  return done;
}

Result<Done> write_buffer(mfa_buffer *buffer, ByteView bytes);
inline Result<Done> write_buffer(mfa_buffer *buffer, std::string_view text) {
  return write_buffer(buffer, bytes_of(text));
}

// ---- inputs

// Pointer and length; (NULL, 0) is empty, (NULL, n) is the caller's mistake.
inline Result<std::string_view> read_text(const void *data, size_t len) {
  if (!data && len != 0) return null_argument();
  return std::string_view(static_cast<const char *>(data), len);
}
inline Result<std::string_view> read_text(mfa_text text) { return read_text(text.data, text.len); }
inline Result<ByteView> read_bytes(const void *data, size_t len) {
  if (!data && len != 0) return null_argument();
  return ByteView(static_cast<const uint8_t *>(data), len);
}
inline Result<ByteView> read_bytes(mfa_text text) { return read_bytes(text.data, text.len); }

// struct_size of a struct that may grow, from a caller of any release.
template <class T>
Result<uint32_t> read_size(const T *given) {
  static_assert(first_size<T> != 0, "first_size.hpp has a line for each struct that may grow");
  if (!given) return null_argument();
  uint32_t size = 0;
  std::memcpy(&size, given, sizeof size);
  if (size < first_size<T>)
    return fail(Status::err_argument, Reason::argument_struct_size,
                "struct_size is too small: use the INIT macro");
  return size;
}

// What the caller's header knew of it over `initial`. A tail that this library does not know must be zero,
// for an option must never be ignored in silence.
template <class T>
Result<T> read_sized(const T *given, T initial) {
  MFA_TRY(const uint32_t size, read_size(given));
  const auto *bytes = reinterpret_cast<const uint8_t *>(given);
  for (size_t i = sizeof(T); i < size; i++) {
    if (bytes[i] != 0) {
      return fail(Status::err_unsupported, Reason::argument_struct_tail,
                  "a struct holds members that this library does not know");
    }
  }
  std::memcpy(&initial, given, std::min<size_t>(size, sizeof(T)));
  return initial;
}

// An output row: as much of it as the caller's header knew.
template <class T>
Result<Done> write_sized(T *out, T value) {
  MFA_TRY(const uint32_t size, read_size(out));
  value.struct_size = size;
  std::memcpy(out, &value, std::min<size_t>(size, sizeof(T)));
  return done;
}

}  // namespace mfa::capi
