/* Computes one code for each line of standard input: `totp HASH DIGITS PERIOD TIME HEX` or `hotp HASH DIGITS
 * 0 COUNTER HEX`, HASH by its number in mfa_hash. One process for any number of codes, for otp_oracle.py. */
#include <inttypes.h>
#include <mfa/otp.h>
#include <stdio.h>

static size_t bytes_of_hex(const char *hex, uint8_t *bytes, size_t room) {
  size_t len = 0;
  unsigned value;
  while (len < room && sscanf(hex + 2 * len, "%2x", &value) == 1) bytes[len++] = (uint8_t)value;
  return len;
}

int main(void) {
  char kind[5], hex[2 * MFA_OTP_SECRET_MAX + 1], code[MFA_OTP_CODE_SIZE];
  int32_t hash;
  uint32_t digits, period_s;
  uint64_t value;
  int fields;
  while ((fields = scanf("%4s %" SCNd32 " %" SCNu32 " %" SCNu32 " %" SCNu64 " %256s", kind, &hash, &digits,
                         &period_s, &value, hex)) == 6) {
    uint8_t secret[MFA_OTP_SECRET_MAX];
    const size_t len = bytes_of_hex(hex, secret, sizeof secret);
    mfa_error err;
    mfa_status status;
    if (strcmp(kind, "totp") == 0) {
      mfa_totp_params params = MFA_TOTP_PARAMS_INIT;
      params.hash = hash;
      params.digits = digits;
      params.period_s = period_s;
      params.flags = MFA_OTP_UNSAFE_SHORT_SECRET;
      status = mfa_totp_code(&params, secret, len, value, code, &err);
    } else {
      mfa_hotp_params params = MFA_HOTP_PARAMS_INIT;
      params.hash = hash;
      params.digits = digits;
      params.flags = MFA_OTP_UNSAFE_SHORT_SECRET;
      status = mfa_hotp_code(&params, secret, len, value, code, &err);
    }
    if (status != MFA_OK) {
      fprintf(stderr, "%s\n", err.message);
      return 1;
    }
    puts(code);
  }
  return fields == EOF ? 0 : 1;
}
