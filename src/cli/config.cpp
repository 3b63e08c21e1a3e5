// mfa config: the engine's configuration, without an engine.
#include <mfa/engine.h>

#include "cli/cli.hpp"
#include "cli/json.hpp"

namespace cli {
namespace {

constexpr std::string_view kHelp = R"(usage: mfa config schema [--json]
       mfa config check FILE [--json]
       mfa config show FILE [--json]

schema prints the JSON Schema of the configuration: every key, its type, its bounds, its default. check says whether
an engine would take the one in FILE (- is standard input), and if not, the path of what is wrong and why: exit status
1. show prints it with every default filled in. With --json, one line.
)";

constexpr size_t kConfigMax = 65536;
constexpr Option kOptions[] = {{"json", false}};

void print_json(const Args &args, std::string_view json) {
  print(args.has("json") ? std::string(json) + "\n" : indented(json));
}

int schema(Words words) {
  const Args args("config schema", kHelp, kOptions, words);
  args.expect_operands({});
  Buffer text;
  mfa_error err{};
  if (mfa_config_schema(text.out(), &err) != MFA_OK) return refused(args, err);
  print_json(args, text.text());
  return kYes;
}

// The configuration in the file, in full. A wrong one is what was asked about: no failure, but a no.
mfa_status read_config(const Args &args, Buffer &full, mfa_error &err) {
  args.expect_operands({"the file"});
  const auto file = read_file(args, args.operands()[0], kConfigMax);
  return mfa_config_check(file.text().data(), file.text().size(), full.out(), &err);
}

int say_wrong(const Args &args, mfa_error err) {
  if (err.status != MFA_ERR_CONFIG) return refused(args, err);
  if (args.has("json")) {
    JsonObject answer;
    answer.boolean("ok", false).text("status", mfa_status_name(err.status));
    answer.text("reason", mfa_reason_name(err.reason)).text("message", err.message);
    print(answer.line());
  } else {
    print(std::string(err.message) + "\n");
  }
  return kNo;
}

int check(Words words) {
  const Args args("config check", kHelp, kOptions, words);
  Buffer full;
  mfa_error err{};
  if (read_config(args, full, err) != MFA_OK) return say_wrong(args, err);
  print(args.has("json") ? "{\"ok\":true}\n" : "good\n");
  return kYes;
}

int show(Words words) {
  const Args args("config show", kHelp, kOptions, words);
  Buffer full;
  mfa_error err{};
  if (read_config(args, full, err) != MFA_OK) return say_wrong(args, err);
  print_json(args, full.text());
  return kYes;
}

}  // namespace

int config(Words words) {
  const std::string_view command = words.empty() ? "" : words[0];
  if (command == "schema") return schema(words.subspan(1));
  if (command == "check") return check(words.subspan(1));
  if (command == "show") return show(words.subspan(1));
  const Args args("config", kHelp, {}, words);
  args.usage("schema, check or show?");
}

}  // namespace cli
