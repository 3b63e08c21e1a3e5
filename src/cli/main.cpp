#include <cstdio>
#include <cstdlib>
#include <new>

#include "cli/cli.hpp"

namespace {

constexpr std::string_view kHelp = R"(usage: mfa COMMAND ...

  mfa totp code|verify|uri|qr   one-time passwords of authenticator apps
  mfa key new                   a key to seal records with
  mfa user list|show|unlock|remove-factor
                                the users in a store
  mfa engine                    the engine's calls as lines of JSON, for scripts
  mfa log verify                whether a log of events is whole
  mfa config schema|check|show  the engine's configuration
  mfa webauthn inspect|verify   responses of passkeys and security keys
  mfa cose verify               single signatures
  mfa COMMAND --help            more about one of them
  mfa --version

Every command takes --json. Exit status: 0 yes, 1 no, 2 usage or bad input, 3 it could not be completed.
)";

[[noreturn]] void out_of_memory() {
  std::fputs("mfa: out of memory\n", stderr);
  std::_Exit(cli::kFailed);
}

int run(cli::Words words) {
  if (words.empty()) cli::die(cli::kUsage, "", "which command? (see mfa --help)");
  const auto command = words[0];
  const auto rest = words.subspan(1);
  if (command == "totp") return cli::totp(rest);
  if (command == "key") return cli::key(rest);
  if (command == "user") return cli::user(rest);
  if (command == "engine") return cli::engine(rest);
  if (command == "log") return cli::log(rest);
  if (command == "config") return cli::config(rest);
  if (command == "webauthn") return cli::webauthn(rest);
  if (command == "cose") return cli::cose(rest);
  if (command == "--help" || command == "-h" || command == "help") {
    cli::print(kHelp);
    return cli::kYes;
  }
  if (command == "--version") {
    cli::print("mfa " + std::string(mfa_version()) + "\n");
    return cli::kYes;
  }
  cli::die(cli::kUsage, "", "there is no command " + std::string(command) + " (see mfa --help)");
}

}  // namespace

int main(int argc, char **argv) {
  std::set_new_handler(out_of_memory);
  const std::vector<std::string_view> words(argv + (argc > 0 ? 1 : 0), argv + argc);
  const int code = run(words);
  cli::finish_output("");
  return code;
}
