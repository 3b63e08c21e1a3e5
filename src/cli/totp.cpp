#include <mfa/otp.h>

#include <ctime>

#include "cli/cli.hpp"
#include "cli/json.hpp"

namespace cli {
namespace {

constexpr std::string_view kHelp = R"(usage: mfa totp code   SECRET [options]
       mfa totp verify SECRET [options] [--last-step N] CODE
       mfa totp uri    SECRET [options] [--issuer NAME] --account NAME
       mfa totp qr     SECRET [options] [--issuer NAME] --account NAME [--form ansi|svg]
       mfa totp qr     --uri-file FILE [--form ansi|svg]

SECRET is one of
  --secret BASE32        as apps show it; other users of the machine can see it while the command runs
  --secret-file FILE     a file that holds it, or - for standard input

options
  --algorithm NAME       sha1 (default), sha256 or sha512
  --digits N             6 (default) to 10
  --period S             seconds a code lasts: 30 (default), 1 to 3600
  --t0 UNIX              when counting starts: 0 (default)
  --time UNIX            instead of now
  --past N, --future N   verify: steps around now that are accepted, 1 (default)
  --last-step N          verify: the step of the last code accepted, which must not come again
  --issuer, --account    uri, qr: how the app lists it
  --uri-file FILE        qr: a file that holds any text, such as a URI, or - for standard input
  --form NAME            qr: ansi, for a terminal (default), or svg
  --unsafe-short-secret  accept 10 to 15 bytes
  --unsafe-wide-window   accept --past and --future up to 10
  --json                 the answer as JSON

Steps are counted from 1: (time - t0) / period + 1.
)";

constexpr size_t kSecretFileMax = 4096;

constexpr Option kSecret[] = {{"secret"}, {"secret-file"}};
constexpr Option kCommon[] = {
    {"algorithm"}, {"digits"}, {"period"}, {"unsafe-short-secret", false}, {"json", false}};
constexpr Option kClock[] = {{"t0"}, {"time"}};
constexpr Option kWindow[] = {{"last-step"}, {"past"}, {"future"}, {"unsafe-wide-window", false}};
constexpr Option kLabel[] = {{"issuer"}, {"account"}};
constexpr Option kDrawing[] = {{"uri-file"}, {"form"}};

template <class... Lists>
std::vector<Option> all_of(const Lists &...lists) {
  std::vector<Option> all;
  (all.insert(all.end(), std::begin(lists), std::end(lists)), ...);
  return all;
}

mfa_hash hash_of(const Args &args) {
  const auto name = args.value("algorithm").value_or("sha1");
  if (name == "sha1") return MFA_HASH_SHA1;
  if (name == "sha256") return MFA_HASH_SHA256;
  if (name == "sha512") return MFA_HASH_SHA512;
  args.usage("--algorithm must be sha1, sha256 or sha512");
}

Buffer read_secret(const Args &args) {
  const auto text = args.value("secret");
  const auto path = args.value("secret-file");
  if (text.has_value() == path.has_value()) args.usage("one of --secret and --secret-file is needed");
  const Buffer file = path ? read_file(args, *path, kSecretFileMax) : Buffer();
  const auto base32 = text ? *text : trimmed(file.text());
  Buffer secret;
  mfa_error err;
  if (mfa_base32_decode(base32.data(), base32.size(), secret.out(), &err) != MFA_OK) {
    die(kUsage, args.command(), "the secret is not base32");
  }
  const size_t least = args.has("unsafe-short-secret") ? 10 : MFA_OTP_SECRET_MIN;
  if (secret.size() < least || secret.size() > MFA_OTP_SECRET_MAX) {
    die(kUsage, args.command(),
        "the secret has " + std::to_string(secret.size()) + " bytes, not " + std::to_string(least) + " to " +
            std::to_string(MFA_OTP_SECRET_MAX));
  }
  return secret;
}

mfa_totp_params read_params(const Args &args) {
  mfa_totp_params params = MFA_TOTP_PARAMS_INIT;
  params.hash = hash_of(args);
  params.digits = static_cast<uint32_t>(args.number("digits", 6, 6, 10));
  params.period_s = static_cast<uint32_t>(args.number("period", 30, 1, 3600));
  params.t0_s = args.number("t0", 0, 0, INT64_MAX);
  const bool wide = args.has("unsafe-wide-window");
  params.past = static_cast<uint32_t>(args.number("past", 1, 0, wide ? 10 : 2));
  params.future = static_cast<uint32_t>(args.number("future", 1, 0, wide ? 10 : 2));
  params.flags = (args.has("unsafe-short-secret") ? uint32_t{MFA_OTP_UNSAFE_SHORT_SECRET} : 0) |
                 (wide ? uint32_t{MFA_OTP_UNSAFE_WIDE_WINDOW} : 0);
  return params;
}

uint64_t read_time(const Args &args) {
  const std::time_t now = std::time(nullptr);
  if (now < 0 && !args.has("time")) die(kFailed, args.command(), "the clock cannot be read");
  return args.number("time", static_cast<uint64_t>(now), 0, INT64_MAX);
}

int code(Words words) {
  const Args args("totp code", kHelp, all_of(kSecret, kCommon, kClock), words);
  args.expect_operands({});
  const auto params = read_params(args);
  const auto now_s = read_time(args);
  const auto secret = read_secret(args);
  char digits[MFA_OTP_CODE_SIZE];
  mfa_error err;
  if (mfa_totp_code(&params, secret.data(), secret.size(), now_s, digits, &err) != MFA_OK)
    return refused(args, err);
  const uint64_t step = (now_s - params.t0_s) / params.period_s + 1;
  if (args.has("json")) {
    JsonObject answer;
    answer.text("code", digits).number("step", step);
    print(answer.number("valid_until_s", params.t0_s + step * params.period_s).line());
  } else {
    print(std::string(digits) + "\n");
  }
  return kYes;
}

void print_denial(const mfa_error &err) {
  std::string line = err.status == MFA_ALREADY_USED ? "already used"
                     : err.status == MFA_MALFORMED  ? "not a code"
                                                    : "wrong code";
  if (err.clock_skew_s != 0) {
    const auto seconds = std::to_string(err.clock_skew_s < 0 ? -err.clock_skew_s : err.clock_skew_s);
    line += "; right for a clock that is " + seconds + " s " + (err.clock_skew_s < 0 ? "behind" : "ahead");
  }
  print(line + "\n");
}

int verify(Words words) {
  const Args args("totp verify", kHelp, all_of(kSecret, kCommon, kClock, kWindow), words);
  args.expect_operands({"CODE"});
  const auto params = read_params(args);
  const auto now_s = read_time(args);
  const auto last_step = args.number("last-step", 0, 0, UINT64_MAX);
  const auto secret = read_secret(args);
  const auto given = args.operands()[0];
  uint64_t step = 0;
  mfa_error err;
  const mfa_status status = mfa_totp_verify(&params, secret.data(), secret.size(), last_step, now_s,
                                            given.data(), given.size(), &step, &err);
  if (status != MFA_OK) {
    if (status > 0 && !args.has("json")) print_denial(err);
    return refused(args, err);
  }
  if (args.has("json")) {
    print(
        JsonObject().boolean("ok", true).text("status", mfa_status_name(status)).number("step", step).line());
  } else {
    print("right, step " + std::to_string(step) + "\n");
  }
  return kYes;
}

Buffer build_uri(const Args &args) {
  const auto params = read_params(args);
  const auto secret = read_secret(args);
  mfa_otpauth otpauth = MFA_OTPAUTH_INIT;
  otpauth.issuer = text_of(args.value("issuer").value_or(""));
  otpauth.account = text_of(args.required("account"));
  otpauth.secret = text_of(secret.text());
  otpauth.hash = params.hash;
  otpauth.digits = params.digits;
  otpauth.period_s = params.period_s;
  Buffer uri;
  mfa_error err;
  if (mfa_otpauth_build(&otpauth, uri.out(), &err) != MFA_OK) std::exit(refused(args, err));
  return uri;
}

int uri(Words words) {
  const Args args("totp uri", kHelp, all_of(kSecret, kCommon, kLabel), words);
  args.expect_operands({});
  const auto built = build_uri(args);
  print(args.has("json") ? JsonObject().text("uri", built.text()).line() : std::string(built.text()) + "\n");
  return kYes;
}

Buffer uri_to_draw(const Args &args) {
  const auto path = args.value("uri-file");
  if (!path) return build_uri(args);
  for (const auto &list : {std::span<const Option>(kSecret), std::span<const Option>(kLabel)}) {
    for (const auto &option : list) {
      if (args.has(option.name)) args.usage("--uri-file goes without --" + std::string(option.name));
    }
  }
  return read_file(args, *path, 4096);
}

int qr(Words words) {
  const Args args("totp qr", kHelp, all_of(kSecret, kCommon, kLabel, kDrawing), words);
  args.expect_operands({});
  const auto form = args.value("form").value_or("ansi");
  if (form != "ansi" && form != "svg") args.usage("--form must be ansi or svg");
  const auto source = uri_to_draw(args);
  const auto text = trimmed(source.text());
  Buffer drawn;
  mfa_error err;
  if (mfa_qr(text.data(), text.size(), form == "svg" ? MFA_QR_SVG : MFA_QR_ANSI, drawn.out(), &err) !=
      MFA_OK) {
    return refused(args, err);
  }
  if (args.has("json")) {
    print(JsonObject().text("uri", text).text("form", form).text("qr", drawn.text()).line());
  } else {
    print(drawn.text());
    if (form == "svg") print("\n");
  }
  return kYes;
}

}  // namespace

int totp(Words words) {
  const auto action = words.empty() ? std::string_view("") : words[0];
  if (action == "code") return code(words.subspan(1));
  if (action == "verify") return verify(words.subspan(1));
  if (action == "uri") return uri(words.subspan(1));
  if (action == "qr") return qr(words.subspan(1));
  const Args args("totp", kHelp, {}, words);
  args.usage("code, verify, uri or qr?");
}

}  // namespace cli
