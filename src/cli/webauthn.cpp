#include <mfa/webauthn.h>

#include <cstdio>
#include <ctime>

#include "cli/cli.hpp"
#include "cli/lines.hpp"

namespace cli {
namespace {

constexpr std::string_view kHelp = R"(usage: mfa webauthn inspect [FILE]
       mfa webauthn verify [--explain] [FILE]

inspect prints a response of the browser, or a ceremony as verify reads it, for people to read: client data, flags, AAGUID,
extensions, key, attestation statement, certificates. It verifies nothing.

verify judges ceremonies, one JSON document a line, and answers each with a line: {"id","ok":true,...} or {"id","ok":false,
"ceremony","step","reason","message"}. A line that cannot be read is answered too, and the run goes on. --explain adds
every step of the ceremony with its verdict. Both forms are in docs/webauthn.md.

Without a FILE, or with "-", standard input is read. Exit status of verify: 0 when every line is ok, 1 when one is not.
)";

constexpr size_t kInspectMax = 1024 * 1024;

int inspect(Words words) {
  const Args args("webauthn inspect", kHelp, {}, words);
  if (args.operands().size() > 1) args.usage("one file at a time");
  const Buffer json = read_file(args, args.operands().empty() ? "-" : args.operands().front(), kInspectMax);
  Buffer text;
  mfa_error err;
  if (mfa_webauthn_inspect(json.text().data(), json.size(), text.out(), &err) != MFA_OK)
    return refused(args, err);
  print(text.text());
  return kYes;
}

int verify(Words words) {
  static constexpr Option kOptions[] = {{"explain", false}};
  const Args args("webauthn verify", kHelp, kOptions, words);
  const uint32_t flags = args.has("explain") ? MFA_WEBAUTHN_EXPLAIN : 0;
  const auto now_s = static_cast<uint64_t>(std::time(nullptr));
  return judge_lines(args, [=](std::string_view line, mfa_buffer *verdict, mfa_error *err) {
    return mfa_webauthn_verify_json(line.data(), line.size(), now_s, flags, verdict, err);
  });
}

constexpr std::string_view kCoseHelp = R"(usage: mfa cose verify [FILE]

Verifies signatures, one JSON document a line: {"id","public_key":COSE_Key,"message","signature"}, all but id in base64url,
to {"id","ok"}. A line that cannot be read is answered too. RS1 needs "rs1":true. Without a FILE, or with "-", standard input is read. Exit
status: 0 when every line is ok, 1 when one is not.
)";

int verify_cose(Words words) {
  const Args args("cose verify", kCoseHelp, {}, words);
  return judge_lines(args, [](std::string_view line, mfa_buffer *verdict, mfa_error *err) {
    return mfa_cose_verify_json(line.data(), line.size(), verdict, err);
  });
}

}  // namespace

int webauthn(Words words) {
  if (!words.empty() && words[0] == "inspect") return inspect(words.subspan(1));
  if (!words.empty() && words[0] == "verify") return verify(words.subspan(1));
  const Args args("webauthn", kHelp, {}, words);
  args.usage("inspect or verify");
}

int cose(Words words) {
  if (!words.empty() && words[0] == "verify") return verify_cose(words.subspan(1));
  const Args args("cose", kCoseHelp, {}, words);
  args.usage("verify");
}

}  // namespace cli
