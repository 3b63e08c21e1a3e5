#include "mfa/base.h"

#include <algorithm>
#include <cstdlib>

#include "capi/boundary.hpp"
#include "config.h"
#include "core/cose.hpp"
#include "core/method.hpp"
#include "core/secret.hpp"

static_assert(sizeof(mfa_error) == 256, "frozen for ever");
static_assert(sizeof(mfa_text) == 2 * sizeof(void *) && sizeof(mfa_buffer) == 3 * sizeof(void *),
              "frozen for ever");

namespace mfa::capi {
namespace {

// Appends what fits and keeps the NUL.
void append(mfa_error *err, size_t &at, std::string_view text) {
  const size_t room = sizeof err->message - 1 - at;
  const size_t count = std::min(room, text.size());
  std::copy_n(text.begin(), count, err->message + at);
  at += count;
}

}  // namespace

mfa_status write_answer(mfa_error *err, const Answer &answer) noexcept {
  const auto status = static_cast<mfa_status>(answer.status);
  if (err) {
    *err = mfa_error{};
    err->status = status;
    err->reason = static_cast<int32_t>(answer.reason);
    err->attempts_left = -1;
    err->signals = answer.signals;
    size_t at = 0;
    if (answer.reason != Reason::none) append(err, at, name_of(answer.reason));
  }
  return status;
}

mfa_status write_failure(mfa_error *err, const Failure &failure) noexcept {
  const auto status = static_cast<mfa_status>(failure.status);
  if (err) {
    *err = mfa_error{};
    err->status = status;
    err->reason = static_cast<int32_t>(failure.reason);
    err->retry_at_s = failure.retry_at_s;
    err->attempts_left = failure.attempts_left;
    err->clock_skew_s = failure.clock_skew_s;
    err->signals = failure.signals;
    size_t at = 0;
    append(err, at, failure.message);
    if (!failure.detail.empty()) {
      append(err, at, ": ");
      append(err, at, failure.detail);
    }
  }
  return status;
}

Result<Done> write_buffer(mfa_buffer *buffer, ByteView bytes) {
  if (mfa_buffer_assign(buffer, bytes.data(), bytes.size()) != MFA_OK) {
    return fail(Status::err_no_memory, Reason::no_memory, "out of memory");
  }
  return done;
}

}  // namespace mfa::capi

using namespace mfa;
using namespace mfa::capi;

extern "C" {

const char *mfa_status_name(mfa_status status) { return name_of(static_cast<Status>(status)); }

const char *mfa_reason_name(int32_t reason) { return name_of(static_cast<Reason>(reason)); }

mfa_status mfa_buffer_assign(mfa_buffer *buffer, const void *data, size_t len) {
  if (!buffer || (!data && len != 0) || len == SIZE_MAX) return MFA_ERR_ARGUMENT;
  auto *copy = static_cast<uint8_t *>(std::malloc(len + 1));
  if (!copy) {
    mfa_buffer_free(buffer);
    return MFA_ERR_NO_MEMORY;
  }
  if (len != 0) std::memcpy(copy, data, len);
  copy[len] = 0;
  mfa_buffer_free(buffer);  // after the copy: data may point into it
  buffer->data = copy;
  buffer->len = len;
  buffer->capacity = len + 1;
  return MFA_OK;
}

void mfa_buffer_free(mfa_buffer *buffer) {
  if (!buffer) return;
  if (buffer->data) {
    wipe(buffer->data, buffer->capacity);
    std::free(buffer->data);
  }
  *buffer = MFA_BUFFER_INIT;
}

const char *mfa_method_name(mfa_method method) { return name_of(static_cast<Method>(method)); }

mfa_method mfa_method_from_name(const char *name, size_t name_len) {
  if (!name) return MFA_METHOD_NONE;
  return static_cast<mfa_method>(method_of({name, name_len}));
}

mfa_status mfa_random(void *out, size_t out_len) {
  return boundary(nullptr, [&]() -> Result<Done> {
    if (!out && out_len != 0) return null_argument();
    system_random({static_cast<uint8_t *>(out), out_len});
    return done;
  });
}

void mfa_wipe(void *data, size_t len) {
  if (data) wipe(data, len);
}

const char *mfa_version(void) { return MFA_VERSION; }

int mfa_has(const char *feature) {
  if (!feature) return 0;
  constexpr int32_t kMlDsa44 = -48;  // COSE
  const std::string_view name(feature);
  if (name == "ml-dsa") return cose::is_known(kMlDsa44) ? 1 : 0;
  if (name == "memory" || name == "sqlite") return 1;
  const auto *method = std::find(kMethods.begin(), kMethods.end(), method_of(name));
  return method != kMethods.end() ? 1 : 0;
}

}  // extern "C"
