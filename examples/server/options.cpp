#include "options.hpp"

#include <charconv>
#include <string_view>

#include "mail.hpp"
#include "users.hpp"

namespace demo {
namespace {

bool set_port(Options &options, std::string_view text) {
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), options.port);
  return error == std::errc() && end == text.data() + text.size() && options.port >= 0 &&
         options.port <= 65535;
}

bool set_origin(Options &options, std::string_view text) {
  options.origin = text;
  size_t host = text.starts_with("https://") ? 8 : text.starts_with("http://") ? 7 : 0;
  return host > 0 && text.size() > host && text.find('/', host) == std::string_view::npos;
}

bool set(Options &options, std::string_view name, std::string_view value) {
  if (name == "--port") return set_port(options, value);
  if (name == "--origin") return set_origin(options, value);
  if (value.empty()) return false;
  if (name == "--smtp") {
    options.smtp = value;
    return is_smtp_url(value);
  }
  if (name == "--admin") {
    std::optional<std::string> admin = normal_name(value);
    if (admin) options.admins.push_back(*admin);
    return admin.has_value();
  }
  if (name == "--host")
    options.host = value;
  else if (name == "--data")
    options.data = value;
  else if (name == "--mail-from")
    options.mail_from = value;
  else if (name == "--config")
    options.config = value;
  else
    return false;
  return true;
}

}  // namespace

const char *const kUsage =
    "usage: mfa-demo [options]\n"
    "  --port N        default 8080; 0 takes any free port\n"
    "  --host ADDRESS  to listen on; default 127.0.0.1\n"
    "  --data DIR      databases and keys, made when missing; default ./mfa-demo-data\n"
    "  --origin URL    under which browsers see the site; default http://localhost:PORT, or https\n"
    "  --tls CERT KEY  PEM files: speaks https, with this certificate and what leads to it, and its key\n"
    "  --admin NAME    of an account that may see /admin; may be given again. Whoever signs up with it has "
    "it\n"
    "  --smtp URL      of the mail server, smtp://host:port; without it, mails go to the page Outbox\n"
    "  --mail-from A   the address that mails come from; default mfa-demo@localhost\n"
    "  --config FILE   configuration of libmfa instead of the built-in one\n";

std::optional<Options> parse_options(int argc, char **argv) {
  Options options;
  for (int i = 1; i < argc; i++) {
    std::string_view name = argv[i];
    if (name == "--help") {
      options.help = true;
    } else if (name == "--tls") {
      if (i + 2 >= argc) return std::nullopt;
      options.tls_certificate = argv[++i];
      options.tls_key = argv[++i];
    } else if (i + 1 == argc || !set(options, name, argv[++i])) {
      return std::nullopt;
    }
  }
  if (!options.tls_certificate.empty() && options.origin.starts_with("http:")) return std::nullopt;
  return options;
}

}  // namespace demo
