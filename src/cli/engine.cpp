// mfa engine: the calls of the engine as JSON, a line each.
#include <cstdio>
#include <cstdlib>

#include "cli/engine_calls.hpp"
#include "cli/key.hpp"
#include "cli/lines.hpp"
#include "cli/opened.hpp"

namespace cli {
namespace {

constexpr std::string_view kHelp = R"(usage: mfa engine STORE [options] [FILE]

Calls the engine: a line of FILE, or of standard input, is one call, and each is answered by a line. For scripts, for programs
in a language without a binding, which keep it running and talk to it through pipes, and to try out a configuration. Who may
write to it decides who is signed in: it is a part of your server, not a service.

STORE
  --store URL       sqlite:/var/lib/app/mfa.db; "memory:" forgets all at the end
  --key-file FILE   the keys its records are sealed with (see mfa key --help)
  --config FILE     the server's configuration; without it, the defaults
  --realm NAME      the realm, when there is no --config to name it
  --events FILE     where to add the events of what is done (docs/events.md)

options
  --create                make the SQLite database when it is not there
  --pepper-file FILE      the server's pepper: all of the file's bytes
  --decoy-key-file FILE   the server's decoy key, written as in a key file; needed with passkeys (webauthn.decoys)
  --test-clock SECONDS    the time, in Unix seconds, in place of the system's; a line with "now_s" sets it. To test what a
                          configuration does next week; never on a store that people sign in with

A line is {"call":NAME,...}, NAME as in mfa/engine.h without mfa_, with the members that the call has there:

  {"call":"account_view","request":{"purpose":"login","proven":["password"],"user":"alice","browser":"..."}}
  {"call":"verify_code","request":{...},"method":"totp","code":"123456"}
  {"call":"enroll_begin","request":{...},"method":"webauthn","options":{"label":"Blue key"}}
  {"call":"enroll_finish","request":{...},"ticket":"...","response":{...}}

and is answered by {"status":"MFA_OK",...}, with "offer" (and "mail", which is yours to send), "proof" ("statement", "set_cookie"),
"account" or what else the call gives; or by {"status":"MFA_WRONG","reason","message","attempts_left","retry_at_s"}. docs/engine-lines.md
has all of them. A line that cannot be read is MFA_ERR_ARGUMENT, nothing is done, and the run goes on.

Exit status, at the end of the input: 0 when every answer was MFA_OK, 1 when one was a no, 3 when a call did not complete.
)";

constexpr size_t kLineMax = 1024 * 1024;
constexpr size_t kPepperMax = 1024;
constexpr Option kOptions[] = {{"create", false}, {"pepper-file"}, {"decoy-key-file"}, {"test-clock"}};

// Of --test-clock: where it stands.
struct Clock {
  bool is_told;
  uint64_t now_s;
};

mfa_status judge(const Opened &opened, std::string_view text, Clock &clock, JsonObject &answer) {
  const auto root = read_json(text);
  if (!root || root->type != JsonValue::Type::object || text.size() > kLineMax)
    return refuse_line("the line is no JSON object of at most 1 MiB", answer);
  std::string wrong;
  Members line(*root, "", wrong);
  if (line.has("now_s")) {
    const uint64_t now_s = line.number("now_s", UINT32_MAX);
    if (!clock.is_told) line.note("now_s", "is for --test-clock alone");
    if (now_s == 0) line.note("now_s", "must be above 0");
    if (!wrong.empty()) return refuse_line(wrong, answer);
    clock.now_s = now_s;
  }
  return answer_line(opened.engine(), line, answer);
}

Exit worse(Exit so_far, mfa_status status) {
  if (status < 0) return kFailed;
  return status > 0 && so_far == kYes ? kNo : so_far;
}

}  // namespace

int engine(Words words) {
  const Args args("engine", kHelp, with_store(kOptions), words);
  // Standard input is for the lines.
  for (const auto file : {"key-file", "config", "pepper-file", "decoy-key-file"}) {
    if (args.value(file) == "-" && (args.operands().empty() || args.operands()[0] == "-"))
      args.usage("--" + std::string(file) + " - needs the lines in a FILE");
  }
  Clock clock{args.has("test-clock"), args.number("test-clock", 1, 1, UINT32_MAX)};
  const auto pepper_file = args.value("pepper-file"), decoy_file = args.value("decoy-key-file");
  const Buffer pepper = pepper_file ? read_file(args, *pepper_file, kPepperMax) : Buffer();
  std::optional<KeyRing> decoys;
  if (decoy_file) decoys.emplace(KeyRing::read(args, *decoy_file));
  Opening opening;
  opening.makes_store = args.has("create");
  opening.signs_in = true;
  opening.pepper = pepper.text();
  if (decoys) opening.decoy_key = {reinterpret_cast<const char *>(decoys->keys()[0].bytes), kKeySize};
  if (clock.is_told) opening.now_s = &clock.now_s;
  const LineSource source(args);
  const Opened opened(args, opening);
  Exit code = kYes;
  for (std::string line; source.read(line, kLineMax + 1);) {
    if (trimmed(line).empty()) continue;
    JsonObject answer;
    code = worse(code, judge(opened, line, clock, answer));
    print(answer.line());
    finish_output(args.command());  // whoever waits for it has it now
    mfa_wipe(line.data(), line.size());
  }
  source.must_be_whole();
  return code;
}

}  // namespace cli
