#include "mfa/u2f.h"

#include <algorithm>

#include "capi/boundary.hpp"
#include "methods/u2f/u2f.hpp"

static_assert(sizeof(void *) != 8 ||
                  (sizeof(mfa_u2f_expect) == 56 && offsetof(mfa_u2f_expect, struct_size) == 0 &&
                   offsetof(mfa_u2f_expect, reserved) == 4 && offsetof(mfa_u2f_expect, app_id) == 8 &&
                   offsetof(mfa_u2f_expect, challenge) == 24 && offsetof(mfa_u2f_expect, facets) == 40 &&
                   offsetof(mfa_u2f_expect, facets_count) == 48),
              "frozen for ever");

using namespace mfa;
using namespace mfa::capi;

namespace {

static_assert(MFA_U2F_PUBLIC_KEY == u2f::kPublicKeyBytes && MFA_U2F_KEY_HANDLE_MAX == u2f::kKeyHandleMax);

Result<u2f::Expected> read_expect(const mfa_u2f_expect *given) {
  const mfa_u2f_expect initial = MFA_U2F_EXPECT_INIT;
  MFA_TRY(const auto read, read_sized(given, initial));
  if (read.reserved != 0) {
    return fail(Status::err_unsupported, Reason::argument_struct_tail,
                "reserved holds what this library does not know");
  }
  MFA_TRY(const auto app_id, read_text(read.app_id));
  MFA_TRY(const auto challenge, read_bytes(read.challenge));
  if (!read.facets && read.facets_count != 0) return null_argument();
  u2f::Expected expected{.app_id = std::string(app_id), .challenge = copy_of(challenge), .facets = {}};
  for (size_t i = 0; i < read.facets_count; i++) {
    MFA_TRY(const auto facet, read_text(read.facets[i]));
    expected.facets.emplace_back(facet);
  }
  return expected;
}

}  // namespace

extern "C" {

mfa_status mfa_u2f_verify_registration(const mfa_u2f_expect *expect, const char *response,
                                       size_t response_len, uint8_t public_key[MFA_U2F_PUBLIC_KEY],
                                       mfa_buffer *key_handle, mfa_buffer *certificate, mfa_error *err) {
  return boundary(err, [&]() -> Result<Done> {
    mfa_buffer_free(key_handle);
    mfa_buffer_free(certificate);
    if (!public_key) return null_argument();
    std::fill_n(public_key, MFA_U2F_PUBLIC_KEY, uint8_t{0});
    MFA_TRY(const auto expected, read_expect(expect));
    MFA_TRY(const auto json, read_text(response, response_len));
    MFA_TRY(const auto registration, u2f::verify_registration(expected, json));
    if (key_handle) {
      MFA_TRY(write_buffer(key_handle, registration.key_handle));
    }
    if (certificate) {
      if (auto written = write_buffer(certificate, registration.certificate); !written.has_value()) {
        mfa_buffer_free(key_handle);
        return std::move(written).error();
      }
    }
    std::ranges::copy(registration.public_key, public_key);
    return done;
  });
}

mfa_status mfa_u2f_response_key_handle(const char *response, size_t response_len, mfa_buffer *key_handle,
                                       mfa_error *err) {
  return boundary(err, [&]() -> Result<Done> {
    MFA_TRY(clear(key_handle));
    MFA_TRY(const auto json, read_text(response, response_len));
    MFA_TRY(const auto named, u2f::response_key_handle(json));
    return write_buffer(key_handle, named);
  });
}

mfa_status mfa_u2f_verify_signature(const mfa_u2f_expect *expect,
                                    const uint8_t public_key[MFA_U2F_PUBLIC_KEY], uint32_t last_counter,
                                    const char *response, size_t response_len, uint32_t *counter,
                                    uint32_t *signals, mfa_error *err) {
  return boundary(err, [&]() -> Result<Answer> {
    MFA_TRY(clear(counter, signals));
    MFA_TRY(const auto expected, read_expect(expect));
    MFA_TRY(const auto key, read_bytes(public_key, MFA_U2F_PUBLIC_KEY));
    MFA_TRY(const auto json, read_text(response, response_len));
    MFA_TRY(const auto authentication, u2f::verify_authentication(expected, key, last_counter, json));
    *counter = authentication.counter;
    *signals = authentication.signals;
    return Answer{.signals = authentication.signals};
  });
}

}  // extern "C"
