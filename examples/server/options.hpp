// The command line.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace demo {

struct Options {
  std::string host = "127.0.0.1";
  int port = 8080;  // 0: any
  std::string data = "mfa-demo-data";
  std::string origin;  // empty: http://localhost:PORT, https with TLS
  std::string smtp;    // address of the mail server; empty: mails go to the page Outbox
  std::string mail_from = "mfa-demo@localhost";
  std::string config;                    // file; empty: the one in the program
  std::vector<std::string> admins;       // names
  std::string tls_certificate, tls_key;  // files; empty: plain http
  bool help = false;
};

extern const char *const kUsage;
// Nothing when it cannot be understood.
std::optional<Options> parse_options(int argc, char **argv);

}  // namespace demo
