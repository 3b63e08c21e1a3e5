// The demo site: accounts with passwords, authenticator apps, passkeys and recovery codes, on libmfa's C API.
#include <pthread.h>
#include <signal.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <thread>

#include "assets.hpp"
#include "http.hpp"
#include "options.hpp"
#include "site.hpp"

namespace demo {
namespace {

std::string read_file(const std::string &path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error(path + ": cannot be read");
  return std::string(std::istreambuf_iterator<char>(in), {});
}

sigset_t stop_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  return signals;
}

// The library ignores a stop() that comes before it runs.
void wait_until_running(const HttpServer &server, const std::atomic<bool> &ended) {
  while (!server.running() && !ended) std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

void serve_until_stopped(HttpServer &server, const std::string &here) {
  // Before the first thread, so that all have them blocked and sigwait() gets them.
  sigset_t signals = stop_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::atomic<bool> ended = false;
  std::thread serving([&server, &ended] {
    server.run();
    ended = true;
    kill(getpid(), SIGTERM);  // if it ended by itself: ends the wait below
  });
  wait_until_running(server, ended);
  std::printf("listening on %s\n", here.c_str());
  std::fflush(stdout);
  int signal = 0;
  sigwait(&signals, &signal);
  server.stop();
  serving.join();
}

int run(const Options &options) {
  umask(077);
  std::filesystem::create_directories(options.data);
  std::string config =
      options.config.empty() ? std::string(asset("config.json")->bytes) : read_file(options.config);

  // The port comes first, because the origin may depend on it; requests are answered once the site stands.
  std::unique_ptr<Site> site;
  const bool tls = !options.tls_certificate.empty();
  HttpServer server = tls ? HttpServer(options.tls_certificate, options.tls_key) : HttpServer();
  int port = server.bind(options.host, options.port);
  if (port == 0)
    throw std::runtime_error("cannot listen on " + options.host + ":" + std::to_string(options.port));
  const std::string here = (tls ? "https://localhost:" : "http://localhost:") + std::to_string(port);
  const std::string origin = options.origin.empty() ? here : options.origin;
  std::unique_ptr<Mailer> mailer = std::make_unique<Outbox>();
  if (!options.smtp.empty()) mailer = smtp_mailer(options.smtp, options.mail_from);
  site = std::make_unique<Site>(options.data, origin, config, std::move(mailer),
                                std::set<std::string>(options.admins.begin(), options.admins.end()));
  server.answer_with([&site](const Request &request) { return site->answer(request); }, site->post_paths(),
                     site->security_headers());

  serve_until_stopped(server, here);
  return 0;
}

}  // namespace
}  // namespace demo

int main(int argc, char **argv) {
  std::optional<demo::Options> options = demo::parse_options(argc, argv);
  if (!options || options->help) {
    std::fputs(demo::kUsage, options ? stdout : stderr);
    return options ? 0 : 2;
  }
  if (sodium_init() < 0) return 1;
  try {
    return demo::run(*options);
  } catch (const std::exception &error) {
    std::fprintf(stderr, "mfa-demo: %s\n", error.what());
    return 1;
  }
}
