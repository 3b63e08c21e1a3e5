#include "mfa/otp.h"

#include <algorithm>

#include "capi/boundary.hpp"
#include "core/encoding.hpp"
#include "core/secret.hpp"
#include "methods/otp/otp.hpp"
#include "methods/otp/otpauth.hpp"
#include "methods/otp/qr.hpp"

static_assert(sizeof(mfa_totp_params) == 40 && offsetof(mfa_totp_params, struct_size) == 0 &&
                  offsetof(mfa_totp_params, hash) == 4 && offsetof(mfa_totp_params, digits) == 8 &&
                  offsetof(mfa_totp_params, period_s) == 12 && offsetof(mfa_totp_params, t0_s) == 16 &&
                  offsetof(mfa_totp_params, past) == 24 && offsetof(mfa_totp_params, future) == 28 &&
                  offsetof(mfa_totp_params, flags) == 32 && offsetof(mfa_totp_params, reserved) == 36,
              "frozen for ever");
static_assert(sizeof(mfa_hotp_params) == 24 && offsetof(mfa_hotp_params, struct_size) == 0 &&
                  offsetof(mfa_hotp_params, hash) == 4 && offsetof(mfa_hotp_params, digits) == 8 &&
                  offsetof(mfa_hotp_params, look_ahead) == 12 && offsetof(mfa_hotp_params, flags) == 16 &&
                  offsetof(mfa_hotp_params, reserved) == 20,
              "frozen for ever");
static_assert(sizeof(void *) != 8 ||
                  (sizeof(mfa_otpauth) == 80 && offsetof(mfa_otpauth, struct_size) == 0 &&
                   offsetof(mfa_otpauth, method) == 4 && offsetof(mfa_otpauth, issuer) == 8 &&
                   offsetof(mfa_otpauth, account) == 24 && offsetof(mfa_otpauth, secret) == 40 &&
                   offsetof(mfa_otpauth, hash) == 56 && offsetof(mfa_otpauth, digits) == 60 &&
                   offsetof(mfa_otpauth, period_s) == 64 && offsetof(mfa_otpauth, reserved) == 68 &&
                   offsetof(mfa_otpauth, counter) == 72),
              "frozen for ever");

using namespace mfa;
using namespace mfa::capi;

namespace {

static_assert(MFA_OTP_CODE_SIZE == otp::kDigitsMax + 1 && MFA_OTP_SECRET_MIN == otp::kSecretMin &&
              MFA_OTP_SECRET_MAX == otp::kSecretMax);

constexpr uint32_t kFlags = MFA_OTP_UNSAFE_SHORT_SECRET | MFA_OTP_UNSAFE_WIDE_WINDOW;

Result<Done> check_known(uint32_t flags, uint32_t reserved) {
  if ((flags & ~kFlags) != 0 || reserved != 0) {
    return fail(Status::err_unsupported, Reason::argument_struct_tail,
                "flags or reserved hold what this library does not know");
  }
  return done;
}

struct Totp {
  otp::TotpParams params;
  uint32_t flags;
};

Result<Totp> read_params(const mfa_totp_params *given) {
  mfa_totp_params read = MFA_TOTP_PARAMS_INIT;
  if (given) {
    MFA_TRY(read, read_sized(given, read));
  }
  MFA_TRY(check_known(read.flags, read.reserved));
  if ((read.flags & MFA_OTP_UNSAFE_WIDE_WINDOW) == 0 &&
      std::max(read.past, read.future) > otp::kWindowMaxSafe) {
    return fail(Status::err_argument, Reason::otp_window,
                "past and future over 2 need MFA_OTP_UNSAFE_WIDE_WINDOW");
  }
  return Totp{.params = {.hash = static_cast<Hash>(read.hash),
                         .digits = read.digits,
                         .period_s = read.period_s,
                         .t0_s = read.t0_s,
                         .past = read.past,
                         .future = read.future},
              .flags = read.flags};
}

struct Hotp {
  otp::HotpParams params;
  uint32_t flags;
};

Result<Hotp> read_params(const mfa_hotp_params *given) {
  mfa_hotp_params read = MFA_HOTP_PARAMS_INIT;
  if (given) {
    MFA_TRY(read, read_sized(given, read));
  }
  MFA_TRY(check_known(read.flags, read.reserved));
  return Hotp{
      .params = {.hash = static_cast<Hash>(read.hash), .digits = read.digits, .look_ahead = read.look_ahead},
      .flags = read.flags};
}

Result<ByteView> read_secret(const uint8_t *secret, size_t secret_len, uint32_t flags) {
  MFA_TRY(const auto bytes, read_bytes(secret, secret_len));
  if ((flags & MFA_OTP_UNSAFE_SHORT_SECRET) == 0 && bytes.size() < otp::kSecretMin) {
    return fail(Status::err_argument, Reason::otp_secret_length,
                "a secret of under 16 bytes needs MFA_OTP_UNSAFE_SHORT_SECRET");
  }
  return bytes;
}

Result<Done> clear_code(char *code) {
  if (!code) return null_argument();
  std::fill_n(code, MFA_OTP_CODE_SIZE, '\0');
  return done;
}

Result<Done> write_code(char *code, Result<std::string> text) {
  MFA_TRY(const auto digits, std::move(text));
  std::ranges::copy(digits, code);
  return done;
}

// A text that may hold a secret: copied out and wiped.
Result<Done> write_secret_text(mfa_buffer *buffer, std::string text) {
  auto written = write_buffer(buffer, text);
  wipe(text.data(), text.size());
  return written;
}

Result<otp::Otpauth> read_otpauth(const mfa_otpauth *given) {
  const mfa_otpauth initial = MFA_OTPAUTH_INIT;
  MFA_TRY(const auto read, read_sized(given, initial));
  MFA_TRY(check_known(0, read.reserved));
  MFA_TRY(const auto issuer, read_text(read.issuer));
  MFA_TRY(const auto account, read_text(read.account));
  MFA_TRY(const auto secret, read_bytes(read.secret));
  otp::Otpauth otpauth;
  otpauth.method = static_cast<Method>(read.method);
  otpauth.issuer = issuer;
  otpauth.account = account;
  otpauth.secret = Secret::copy(secret);
  otpauth.hash = static_cast<Hash>(read.hash);
  otpauth.digits = read.digits;
  otpauth.period_s = read.period_s;
  otpauth.counter = read.counter;
  return otpauth;
}

// The three texts, each with a NUL behind it, in one buffer that the rows of mfa_otpauth point into.
Result<Done> write_otpauth(const otp::Otpauth &from, mfa_otpauth *otpauth, mfa_buffer *storage) {
  const ByteView texts[] = {bytes_of(from.issuer), bytes_of(from.account), from.secret.reveal()};
  Secret all(texts[0].size() + texts[1].size() + texts[2].size() + 3);
  size_t at = 0;
  size_t starts[3];
  for (size_t i = 0; i < 3; i++) {
    starts[i] = at;
    std::ranges::copy(texts[i], all.fill().begin() + static_cast<ptrdiff_t>(at));
    at += texts[i].size() + 1;
  }
  MFA_TRY(write_buffer(storage, all.reveal()));
  mfa_otpauth row = MFA_OTPAUTH_INIT;
  row.method = static_cast<mfa_method>(from.method);
  row.issuer = mfa_text_n(storage->data + starts[0], texts[0].size());
  row.account = mfa_text_n(storage->data + starts[1], texts[1].size());
  row.secret = mfa_text_n(storage->data + starts[2], texts[2].size());
  row.hash = static_cast<mfa_hash>(from.hash);
  row.digits = from.digits;
  row.period_s = from.period_s;
  row.counter = from.counter;
  return write_sized(otpauth, row);
}

}  // namespace

extern "C" {

mfa_status mfa_totp_code(const mfa_totp_params *params, const uint8_t *secret, size_t secret_len,
                         uint64_t now_s, char code[MFA_OTP_CODE_SIZE], mfa_error *err) {
  return boundary(err, [&]() -> Result<Done> {
    MFA_TRY(clear_code(code));
    MFA_TRY(const auto totp, read_params(params));
    MFA_TRY(const auto key, read_secret(secret, secret_len, totp.flags));
    return write_code(code, otp::totp_code(totp.params, key, now_s));
  });
}

mfa_status mfa_totp_verify(const mfa_totp_params *params, const uint8_t *secret, size_t secret_len,
                           uint64_t last_step, uint64_t now_s, const char *code, size_t code_len,
                           uint64_t *used_step, mfa_error *err) {
  return boundary(err, [&]() -> Result<Done> {
    MFA_TRY(clear(used_step));
    MFA_TRY(const auto totp, read_params(params));
    MFA_TRY(const auto key, read_secret(secret, secret_len, totp.flags));
    MFA_TRY(const auto given, read_text(code, code_len));
    MFA_TRY(*used_step, otp::totp_verify(totp.params, key, last_step, now_s, given));
    return done;
  });
}

mfa_status mfa_hotp_code(const mfa_hotp_params *params, const uint8_t *secret, size_t secret_len,
                         uint64_t counter, char code[MFA_OTP_CODE_SIZE], mfa_error *err) {
  return boundary(err, [&]() -> Result<Done> {
    MFA_TRY(clear_code(code));
    MFA_TRY(const auto hotp, read_params(params));
    MFA_TRY(otp::check(hotp.params));
    MFA_TRY(const auto key, read_secret(secret, secret_len, hotp.flags));
    return write_code(code, otp::hotp_code(hotp.params.hash, hotp.params.digits, key, counter));
  });
}

mfa_status mfa_hotp_verify(const mfa_hotp_params *params, const uint8_t *secret, size_t secret_len,
                           uint64_t counter, const char *code, size_t code_len, uint64_t *next_counter,
                           mfa_error *err) {
  return boundary(err, [&]() -> Result<Done> {
    MFA_TRY(clear(next_counter));
    MFA_TRY(const auto hotp, read_params(params));
    MFA_TRY(const auto key, read_secret(secret, secret_len, hotp.flags));
    MFA_TRY(const auto given, read_text(code, code_len));
    MFA_TRY(*next_counter, otp::hotp_verify(hotp.params, key, counter, given));
    return done;
  });
}

mfa_status mfa_hotp_resync(const mfa_hotp_params *params, const uint8_t *secret, size_t secret_len,
                           uint64_t counter, uint32_t range, const char *code1, size_t code1_len,
                           const char *code2, size_t code2_len, uint64_t *next_counter, mfa_error *err) {
  return boundary(err, [&]() -> Result<Done> {
    MFA_TRY(clear(next_counter));
    MFA_TRY(const auto hotp, read_params(params));
    MFA_TRY(const auto key, read_secret(secret, secret_len, hotp.flags));
    MFA_TRY(const auto first, read_text(code1, code1_len));
    MFA_TRY(const auto second, read_text(code2, code2_len));
    MFA_TRY(*next_counter, otp::hotp_resync(hotp.params, key, counter, range, first, second));
    return done;
  });
}

mfa_status mfa_otpauth_build(const mfa_otpauth *otpauth, mfa_buffer *uri, mfa_error *err) {
  return boundary(err, [&]() -> Result<Done> {
    MFA_TRY(clear(uri));
    MFA_TRY(const auto read, read_otpauth(otpauth));
    MFA_TRY(auto text, otp::build(read));
    return write_secret_text(uri, std::move(text));
  });
}

mfa_status mfa_otpauth_parse(const char *uri, size_t uri_len, int strict, mfa_otpauth *otpauth,
                             mfa_buffer *storage, mfa_error *err) {
  return boundary(err, [&]() -> Result<Answer> {
    MFA_TRY(clear(storage));
    const mfa_otpauth empty = MFA_OTPAUTH_INIT;
    MFA_TRY(write_sized(otpauth, empty));
    MFA_TRY(const auto text, read_text(uri, uri_len));
    MFA_TRY(const auto read, otp::parse(text, strict != 0));
    MFA_TRY(write_otpauth(read, otpauth, storage));
    return Answer{.signals = read.secret.size() < otp::kSecretMin ? uint32_t{MFA_SIGNAL_WEAK_SECRET} : 0};
  });
}

mfa_status mfa_base32_encode(const uint8_t *data, size_t data_len, mfa_buffer *text, mfa_error *err) {
  return boundary(err, [&]() -> Result<Done> {
    MFA_TRY(clear(text));
    MFA_TRY(const auto bytes, read_bytes(data, data_len));
    return write_secret_text(text, base32(bytes));
  });
}

mfa_status mfa_base32_decode(const char *text, size_t text_len, mfa_buffer *data, mfa_error *err) {
  return boundary(err, [&]() -> Result<Done> {
    MFA_TRY(clear(data));
    MFA_TRY(const auto given, read_text(text, text_len));
    MFA_TRY(auto bytes, from_base32(given));
    return write_buffer(data, Secret::take(std::move(bytes)).reveal());
  });
}

mfa_status mfa_qr(const char *text, size_t text_len, mfa_qr_form form, mfa_buffer *out, mfa_error *err) {
  return boundary(err, [&]() -> Result<Done> {
    MFA_TRY(clear(out));
    MFA_TRY(const auto given, read_text(text, text_len));
    MFA_TRY(auto code, qr::encode(given));
    switch (form) {
      case MFA_QR_SVG: return write_secret_text(out, qr::svg(code));
      case MFA_QR_ANSI: return write_secret_text(out, qr::ansi(code));
      case MFA_QR_MATRIX: return write_buffer(out, Secret::take(std::move(code.modules)).reveal());
    }
    return fail(Status::err_argument, Reason::argument_range, "not a form of QR code");
  });
}

}  // extern "C"
