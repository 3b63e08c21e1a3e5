#include "methods/otp/otpauth.hpp"

#include <algorithm>
#include <optional>

#include "core/encoding.hpp"

namespace mfa::otp {
namespace {

constexpr std::string_view kScheme = "otpauth://";

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_folded(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

bool has_control(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; });
}

// What may stand in the label: it has one colon, between issuer and account.
bool is_label_part(std::string_view text) {
  return text.size() <= kLabelMax && is_utf8(text) && !has_control(text) &&
         text.find(':') == std::string_view::npos;
}

// ---- building

// RFC 3986: all but the unreserved characters, for there are apps that show a '+' and others that read it as
// a space.
void append_escaped(std::string &out, std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  for (char c : text) {
    const bool unreserved = (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
                            c == '.' || c == '_' || c == '~';
    if (unreserved) {
      out += c;
    } else {
      out += '%';
      out += kHex[static_cast<uint8_t>(c) >> 4];
      out += kHex[static_cast<uint8_t>(c) & 15];
    }
  }
}

const char *algorithm_name(Hash hash) {
  switch (hash) {
    case Hash::sha1: return "SHA1";
    case Hash::sha256: return "SHA256";
    case Hash::sha512: return "SHA512";
  }
  return "";
}

Result<Done> check_to_build(const Otpauth &otpauth) {
  if (otpauth.method != Method::totp && otpauth.method != Method::hotp) {
    return fail(Status::err_argument, Reason::otp_parameter, "an otpauth URI is of TOTP or HOTP");
  }
  if (otpauth.account.empty() || !is_label_part(otpauth.account) || !is_label_part(otpauth.issuer)) {
    return fail(
        Status::err_argument, Reason::otpauth_label,
        "issuer and account must be UTF-8 of at most 255 bytes without colons, the account not empty");
  }
  if (otpauth.secret.size() < kSecretMinUnsafe || otpauth.secret.size() > kSecretMax) {
    return fail(Status::err_argument, Reason::otp_secret_length, "the secret must be 10 to 128 bytes");
  }
  if (otpauth.counter == UINT64_MAX) {
    return fail(Status::err_argument, Reason::otp_counter_end, "the counter is at its end");
  }
  return check(TotpParams{.hash = otpauth.hash, .digits = otpauth.digits, .period_s = otpauth.period_s});
}

// ---- parsing

Failure malformed(Reason reason, const char *message) { return fail(Status::malformed, reason, message); }
Failure bad_parameter(const char *message) { return malformed(Reason::otpauth_parameter, message); }

std::string_view without_space_around(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) + 1 - begin);
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  return lower(c) >= 'a' && lower(c) <= 'f' ? lower(c) - 'a' + 10 : -1;
}

struct Escapes {
  bool plus_is_space = false;
  bool stray_percent = false;  // one without two hex digits stands for itself
};

// Into a Secret, for one of the values is one.
Result<Secret> unescape(std::string_view text, Escapes escapes) {
  Secret out(text.size());
  size_t size = 0;
  for (size_t i = 0; i < text.size(); i++) {
    auto byte = static_cast<uint8_t>(text[i]);
    if (text[i] == '+' && escapes.plus_is_space) byte = ' ';
    if (text[i] == '%') {
      const int high = text.size() - i > 2 ? hex_value(text[i + 1]) : -1;
      const int low = high >= 0 ? hex_value(text[i + 2]) : -1;
      if (low >= 0) {
        byte = static_cast<uint8_t>(high << 4 | low);
        i += 2;
      } else if (!escapes.stray_percent) {
        return malformed(Reason::otpauth_malformed, "a percent sign without two hex digits");
      }
    }
    out.fill()[size++] = byte;
  }
  return Secret::copy(out.reveal().first(size));
}

struct Label {
  std::string issuer;
  std::string account;
};

// A '+' stays one: it is in e-mail addresses, and issuers that write a space as '+' do so in the query.
Result<std::string> label_part(std::string_view escaped, bool strict) {
  MFA_TRY(const auto bytes, unescape(escaped, {.stray_percent = !strict}));
  std::string text(text_of(bytes.reveal()));
  if (!is_label_part(text)) {
    return malformed(Reason::otpauth_label, "issuer or account with a colon, too long or not UTF-8");
  }
  return text;
}

// label = accountname / issuer (":" / "%3A") *"%20" accountname. A literal colon separates first, for then
// one that is escaped belongs to a part, which may hold none.
Result<Label> read_label(std::string_view escaped, bool strict) {
  size_t at = escaped.find(':');
  size_t width = 1;
  if (at == std::string_view::npos) {
    at = std::min(escaped.find("%3A"), escaped.find("%3a"));
    width = 3;
  }
  const bool has_issuer = at != std::string_view::npos;
  Label label;
  if (has_issuer) {
    MFA_TRY(label.issuer, label_part(escaped.substr(0, at), strict));
  }
  MFA_TRY(label.account, label_part(has_issuer ? escaped.substr(at + width) : escaped, strict));
  if (has_issuer) label.account.erase(0, label.account.find_first_not_of(' '));
  return label;
}

Result<uint64_t> read_number(std::string_view text, uint64_t least, uint64_t most) {
  uint64_t number = 0;
  for (char c : text) {
    const auto digit = static_cast<uint64_t>(c - '0');
    if (c < '0' || c > '9' || number > (most - digit) / 10)
      return bad_parameter("a number that is none or too large");
    number = number * 10 + digit;
  }
  if (text.empty() || number < least) return bad_parameter("a number that is missing or too small");
  return number;
}

// "HmacSHA256", "hmac-sha-256", "SHA_1": the name without the hyphens, underscores and "HMAC" of other lists
// of names.
std::string plain_algorithm(std::string_view text) {
  constexpr std::string_view kHmac = "hmac";
  std::string plain;
  std::ranges::copy_if(text, std::back_inserter(plain), [](char c) { return c != '-' && c != '_'; });
  if (same_folded(std::string_view(plain).substr(0, kHmac.size()), kHmac)) plain.erase(0, kHmac.size());
  return plain;
}

Result<Hash> read_algorithm(std::string_view text, bool strict) {
  const std::string name = strict ? std::string(text) : plain_algorithm(text);
  for (const Hash hash : {Hash::sha1, Hash::sha256, Hash::sha512}) {
    if (same_folded(name, algorithm_name(hash))) return hash;
  }
  return bad_parameter("algorithm is none of SHA1, SHA256, SHA512");
}

enum Parameter { kSecret, kIssuer, kAlgorithm, kDigits, kPeriod, kCounter, kParameterCount };
constexpr std::string_view kParameters[] = {"secret", "issuer", "algorithm", "digits", "period", "counter"};

constexpr std::string_view kHtmlRest =
    "amp;";  // of "&amp;", in a URI that was taken from HTML as it stands there

using Values = std::array<std::optional<Secret>, kParameterCount>;

std::string_view text_at(const Values &values, Parameter which) { return text_of(values[which]->reveal()); }

Escapes escapes_in(Parameter which, bool strict) {
  if (strict) return {};
  // Digits and base32 have no percent sign, so one that stands for itself is refused there all the same.
  return {.plus_is_space = which == kIssuer || which == kSecret, .stray_percent = which == kIssuer};
}

Result<Done> read_parameter(std::string_view part, bool strict, Values &values) {
  const size_t equals = part.find('=');
  MFA_TRY(const auto name, unescape(part.substr(0, equals), {.stray_percent = !strict}));
  for (size_t i = 0; i < kParameterCount; i++) {
    // Folded, so that "Digits=8" is not an unknown parameter that is ignored.
    if (!same_folded(text_of(name.reveal()), kParameters[i])) continue;
    if (equals == std::string_view::npos) return bad_parameter("a parameter without a value");
    MFA_TRY(Secret value, unescape(part.substr(equals + 1), escapes_in(static_cast<Parameter>(i), strict)));
    if (values[i] && (strict || !values[i]->matches(value.reveal())))
      return malformed(Reason::otpauth_duplicate, "a parameter comes twice");
    values[i] = std::move(value);
  }
  return done;
}

Result<Values> read_query(std::string_view query, bool strict) {
  Values values;
  while (!query.empty()) {
    const size_t end = query.find('&');
    MFA_TRY(read_parameter(query.substr(0, end), strict, values));
    query.remove_prefix(end == std::string_view::npos ? query.size() : end + 1);
    if (!strict && query.starts_with(kHtmlRest)) query.remove_prefix(kHtmlRest.size());
  }
  return values;
}

Result<Secret> read_secret(const Values &values) {
  if (!values[kSecret]) return malformed(Reason::otpauth_secret, "no secret");
  auto bytes = from_base32(text_at(values, kSecret));
  if (!bytes.has_value()) return malformed(Reason::otpauth_secret, "the secret is not base32");
  auto read = Secret::take(std::move(bytes).value());
  if (read.size() < kSecretMinUnsafe || read.size() > kSecretMax) {
    return malformed(Reason::otpauth_secret, "the secret is not of 10 to 128 bytes");
  }
  return read;
}

Result<std::string> choose_issuer(const Values &values, std::string_view from_label, bool strict) {
  if (!values[kIssuer] || values[kIssuer]->empty()) return std::string(from_label);
  std::string chosen(text_at(values, kIssuer));
  if (!is_label_part(chosen)) {
    return malformed(Reason::otpauth_label, "issuer with a colon, too long or not UTF-8");
  }
  if (strict && !from_label.empty() && chosen != from_label) {
    return malformed(Reason::otpauth_issuer_mismatch, "issuer of the label and of the parameter differ");
  }
  return chosen;
}

Result<Done> read_numbers(const Values &values, bool strict, Otpauth &out) {
  if (values[kAlgorithm]) {
    MFA_TRY(out.hash, read_algorithm(text_at(values, kAlgorithm), strict));
  }
  if (values[kDigits]) {
    MFA_TRY(const auto number, read_number(text_at(values, kDigits), kDigitsMin, kDigitsMax));
    out.digits = static_cast<uint32_t>(number);
  }
  if (out.method == Method::totp && values[kPeriod]) {
    MFA_TRY(const auto number, read_number(text_at(values, kPeriod), 1, kPeriodMax));
    out.period_s = static_cast<uint32_t>(number);
  }
  if (out.method == Method::hotp) {
    if (!values[kCounter]) return malformed(Reason::otpauth_counter_missing, "HOTP without a counter");
    MFA_TRY(out.counter, read_number(text_at(values, kCounter), 0, UINT64_MAX - 1));
  }
  return done;
}

}  // namespace

Result<std::string> build(const Otpauth &otpauth) {
  MFA_TRY(check_to_build(otpauth));
  std::string uri;
  uri.reserve(kUriMax);  // at once, so that no growing leaves a copy of the secret behind
  uri += kScheme;
  uri += name_of(otpauth.method);
  uri += '/';
  if (!otpauth.issuer.empty()) {
    append_escaped(uri, otpauth.issuer);
    uri += ':';
  }
  append_escaped(uri, otpauth.account);
  auto text = base32(otpauth.secret.reveal());
  uri += "?secret=";
  uri += text;
  wipe(text.data(), text.size());
  if (!otpauth.issuer.empty()) {
    uri += "&issuer=";
    append_escaped(uri, otpauth.issuer);
  }
  if (otpauth.hash != Hash::sha1) uri.append("&algorithm=").append(algorithm_name(otpauth.hash));
  if (otpauth.digits != 6) uri.append("&digits=").append(std::to_string(otpauth.digits));
  if (otpauth.method == Method::hotp) {
    uri.append("&counter=").append(std::to_string(otpauth.counter));
  } else if (otpauth.period_s != 30) {
    uri.append("&period=").append(std::to_string(otpauth.period_s));
  }
  return uri;
}

Result<Otpauth> parse(std::string_view uri, bool strict) {
  const auto not_otpauth = malformed(Reason::otpauth_malformed, "not an otpauth URI");
  if (!strict) uri = without_space_around(uri);
  if (uri.size() > kUriMax) return malformed(Reason::otpauth_too_long, "an otpauth URI of over 4096 bytes");
  if (has_control(uri) || uri.find("%00") != std::string_view::npos) return not_otpauth;
  if (uri.find('#') != std::string_view::npos) return not_otpauth;
  if (!same_folded(uri.substr(0, kScheme.size()), kScheme)) return not_otpauth;
  uri.remove_prefix(kScheme.size());
  const std::string_view path = uri.substr(0, uri.find('?'));
  const size_t slash = std::min(path.find('/'), path.size());
  if (strict && slash == path.size()) return not_otpauth;

  Otpauth out;
  if (same_folded(path.substr(0, slash), "hotp")) {
    out.method = Method::hotp;
  } else if (!same_folded(path.substr(0, slash), "totp")) {
    return malformed(Reason::otpauth_type, "an otpauth URI of neither totp nor hotp");
  }
  MFA_TRY(auto label, read_label(path.substr(std::min(slash + 1, path.size())), strict));
  if (strict && label.account.empty()) return malformed(Reason::otpauth_label, "no account");
  MFA_TRY(const auto values, read_query(uri.substr(std::min(path.size() + 1, uri.size())), strict));
  MFA_TRY(out.secret, read_secret(values));
  MFA_TRY(out.issuer, choose_issuer(values, label.issuer, strict));
  MFA_TRY(read_numbers(values, strict, out));
  out.account = std::move(label.account);
  return out;
}

}  // namespace mfa::otp
