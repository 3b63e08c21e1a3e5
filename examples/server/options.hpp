// The command line.
#pragma once

#include <optional>
#include <string>

namespace demo {

struct Options {
  std::string host = "127.0.0.1";
  int port = 8080;  // 0: any
  std::string data = "mfa-demo-data";
  std::string origin;  // empty: http://localhost:PORT
  std::string smtp;    // address of the mail server; empty: mails go to the page Outbox
  std::string mail_from = "mfa-demo@localhost";
  std::string config;  // file; empty: the one in the program
  bool help = false;
};

extern const char *const kUsage;
// Nothing when it cannot be understood.
std::optional<Options> parse_options(int argc, char **argv);

}  // namespace demo
