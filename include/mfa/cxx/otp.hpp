// libmfa for C++20: TOTP, HOTP, otpauth URIs, QR codes and recovery codes, stateless: you keep the step,
// counter or hashes.
#ifndef MFA_CXX_OTP_HPP
#define MFA_CXX_OTP_HPP

#include <mfa/otp.h>
#include <mfa/recovery.h>

#include "answer.hpp"

namespace mfa {
inline namespace cxx {

// The defaults, to change a member of: digits, period_s, past, future, ... (mfa/otp.h).
inline mfa_totp_params totp_params() noexcept { return MFA_TOTP_PARAMS_INIT; }
inline mfa_hotp_params hotp_params() noexcept { return MFA_HOTP_PARAMS_INIT; }

// One code of six to ten digits; wiped at the end.
class OtpCode {
 public:
  OtpCode() noexcept = default;
  OtpCode(const OtpCode &) noexcept = default;
  OtpCode &operator=(const OtpCode &) noexcept = default;
  ~OtpCode() { mfa_wipe(text_, sizeof text_); }
  std::string_view text() const noexcept { return text_; }
  char *raw() noexcept { return text_; }

 private:
  char text_[MFA_OTP_CODE_SIZE] = {};
};

namespace detail {

template <class Call>
Answer<OtpCode> code(Call &&call) noexcept {
  OtpCode code;
  mfa_error error = {};
  const mfa_status status = call(code.raw(), &error);
  return {error_of(status, error), status == MFA_OK ? std::optional<OtpCode>(code) : std::nullopt};
}

}  // namespace detail

// What an authenticator app shows at now_s (Unix time). secret: bytes. OK.
inline Answer<OtpCode> totp_code(ByteView secret, std::uint64_t now_s,
                                 const mfa_totp_params &params = totp_params()) noexcept {
  return detail::code([&](char *code, mfa_error *err) {
    return mfa_totp_code(&params, secret.data(), secret.size(), now_s, code, err);
  });
}
// Is the code right at now_s and of a step after last_step (0: none yet)? The value is the step: store it as
// the next last_step in one conditional update before you let the user in. OK; WRONG (clock_skew_s),
// ALREADY_USED, MALFORMED.
inline Answer<std::uint64_t> totp_verify(ByteView secret, std::uint64_t last_step, std::uint64_t now_s,
                                         std::string_view code,
                                         const mfa_totp_params &params = totp_params()) noexcept {
  return detail::valued<std::uint64_t>([&](std::uint64_t *step, mfa_error *err) {
    return mfa_totp_verify(&params, secret.data(), secret.size(), last_step, now_s, code.data(), code.size(),
                           step, err);
  });
}
// What a token shows at a counter. OK.
inline Answer<OtpCode> hotp_code(ByteView secret, std::uint64_t counter,
                                 const mfa_hotp_params &params = hotp_params()) noexcept {
  return detail::code([&](char *code, mfa_error *err) {
    return mfa_hotp_code(&params, secret.data(), secret.size(), counter, code, err);
  });
}
// counter: the next one expected. The value is the one after: store it before you let the user in. OK; WRONG,
// MALFORMED.
inline Answer<std::uint64_t> hotp_verify(ByteView secret, std::uint64_t counter, std::string_view code,
                                         const mfa_hotp_params &params = hotp_params()) noexcept {
  return detail::valued<std::uint64_t>([&](std::uint64_t *next, mfa_error *err) {
    return mfa_hotp_verify(&params, secret.data(), secret.size(), counter, code.data(), code.size(), next,
                           err);
  });
}
// Two codes in a row within `range` (1 to 1000) counters, for a token past look_ahead. The value is the next
// counter. A no counts as one wrong code. OK; WRONG, MALFORMED.
inline Answer<std::uint64_t> hotp_resync(ByteView secret, std::uint64_t counter, std::uint32_t range,
                                         std::string_view first, std::string_view second,
                                         const mfa_hotp_params &params = hotp_params()) noexcept {
  return detail::valued<std::uint64_t>([&](std::uint64_t *next, mfa_error *err) {
    return mfa_hotp_resync(&params, secret.data(), secret.size(), counter, range, first.data(), first.size(),
                           second.data(), second.size(), next, err);
  });
}

// One otpauth:// URI: what to build it from, or what it said.
struct Otpauth {
  mfa_method method = MFA_METHOD_TOTP;  // or MFA_METHOD_HOTP
  std::string_view issuer = {};         // without ':'
  std::string_view account = {};        // without ':'
  ByteView secret = {};                 // bytes, not base32
  mfa_hash hash = MFA_HASH_SHA1;
  std::uint32_t digits = 6;
  std::uint32_t period_s = 30;
  std::uint64_t counter = 0;  // HOTP

  mfa_otpauth raw() const noexcept {
    return {sizeof(mfa_otpauth),
            method,
            text(issuer),
            text(account),
            text(secret),
            hash,
            digits,
            period_s,
            0,
            counter};
  }
};
// A parsed URI with the bytes that its views show.
class ParsedOtpauth {
 public:
  ParsedOtpauth(const mfa_otpauth &raw, Buffer storage) noexcept
      : it_{raw.method, view(raw.issuer), view(raw.account), byte_view(raw.secret),
            raw.hash,   raw.digits,       raw.period_s,      raw.counter},
        storage_(std::move(storage)) {}
  ParsedOtpauth(ParsedOtpauth &&other) noexcept
      : it_(std::exchange(other.it_, Otpauth{})), storage_(std::move(other.storage_)) {}
  ParsedOtpauth &operator=(ParsedOtpauth &&other) noexcept {
    it_ = std::exchange(other.it_, Otpauth{});
    storage_ = std::move(other.storage_);
    return *this;
  }
  const Otpauth &get() const noexcept { return it_; }
  const Otpauth *operator->() const noexcept { return &it_; }

 private:
  Otpauth it_;
  Buffer storage_;
};

// The URI, to be shown as a QR code: it holds the secret. OK.
inline Answer<Buffer> otpauth_build(const Otpauth &otpauth) noexcept {
  const mfa_otpauth raw = otpauth.raw();
  return detail::filled([&](mfa_buffer *uri, mfa_error *err) { return mfa_otpauth_build(&raw, uri, err); });
}
enum class Strictness { strict, lenient };
// lenient: also what issuers emit against the rules (docs/methods.md). OK (MFA_SIGNAL_WEAK_SECRET: under 16
// bytes), MALFORMED.
inline Answer<ParsedOtpauth> otpauth_parse(std::string_view uri,
                                           Strictness strictness = Strictness::strict) noexcept {
  mfa_otpauth raw = MFA_OTPAUTH_INIT;
  Buffer storage;
  mfa_error error = {};
  const mfa_status status = mfa_otpauth_parse(
      uri.data(), uri.size(), strictness == Strictness::strict ? 1 : 0, &raw, storage.raw(), &error);
  std::optional<ParsedOtpauth> parsed;
  if (status == MFA_OK) parsed.emplace(raw, std::move(storage));
  return {detail::error_of(status, error), std::move(parsed)};
}

// RFC 4648 base32, unpadded upper case. OK.
inline Answer<Buffer> base32_encode(ByteView data) noexcept {
  return detail::filled([&](mfa_buffer *text, mfa_error *err) {
    return mfa_base32_encode(data.data(), data.size(), text, err);
  });
}
// Reads lower case, spaces, hyphens and padding too. OK; MALFORMED.
inline Answer<Buffer> base32_decode(std::string_view text) noexcept {
  return detail::filled([&](mfa_buffer *data, mfa_error *err) {
    return mfa_base32_decode(text.data(), text.size(), data, err);
  });
}
// A QR code of the text: MFA_QR_SVG, MFA_QR_ANSI, or MFA_QR_MATRIX (side * side bytes of 0 and 1). OK.
inline Answer<Buffer> qr(std::string_view text, mfa_qr_form form = MFA_QR_SVG) noexcept {
  return detail::filled(
      [&](mfa_buffer *out, mfa_error *err) { return mfa_qr(text.data(), text.size(), form, out, err); });
}

// Up to 32 recovery codes with their hashes; wiped at the end.
class RecoveryCodes {
 public:
  static constexpr std::size_t max = 32;
  RecoveryCodes() noexcept = default;
  RecoveryCodes(const RecoveryCodes &) noexcept = default;
  RecoveryCodes &operator=(const RecoveryCodes &) noexcept = default;
  ~RecoveryCodes() { mfa_wipe(codes_, sizeof codes_); }

  std::size_t size() const noexcept { return count_; }
  // To show once; empty past the end.
  std::string_view code(std::size_t index) const noexcept { return index < count_ ? codes_[index] : ""; }
  // To store; empty past the end.
  std::string_view hash(std::size_t index) const noexcept { return index < count_ ? hashes_[index] : ""; }

  // Makes `count` codes (1 to 32), about 35 ms each. pepper: a key kept outside your database, or none. OK.
  static Answer<RecoveryCodes> generate(std::size_t count, ByteView pepper = {}) noexcept {
    mfa_error error = {};
    std::optional<RecoveryCodes> made(std::in_place);
    const mfa_status status =
        mfa_recovery_generate(pepper.data(), pepper.size(), count, made->codes_, made->hashes_, &error);
    if (status == MFA_OK) made->count_ = count;
    if (status != MFA_OK) made.reset();
    return {detail::error_of(status, error), made};
  }

 private:
  std::size_t count_ = 0;
  char codes_[max][MFA_RECOVERY_CODE_SIZE] = {};
  char hashes_[max][MFA_RECOVERY_HASH_SIZE] = {};
};
// Which of the stored hashes (of one set only) the code opens, its index: delete that one in the statement
// that accepts the login. One slow hash a call. OK, WRONG, MALFORMED; DAMAGED for a hash that was altered.
inline Answer<std::size_t> recovery_verify(std::span<const mfa_text> hashes, std::string_view code,
                                           ByteView pepper = {}) noexcept {
  return detail::valued<std::size_t>([&](std::size_t *index, mfa_error *err) {
    return mfa_recovery_verify(pepper.data(), pepper.size(), hashes.data(), hashes.size(), code.data(),
                               code.size(), index, err);
  });
}

}  // namespace cxx
}  // namespace mfa
#endif
