// A server process is killed in the middle of 500 sign-ins. After the restart no code that it had answered
// with yes works again, one that was in flight works at most once, and every account can be read.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <climits>
#include <map>
#include <random>
#include <set>
#include <sstream>
#include <thread>

#include "support/check.h"
#include "support/rounds.hpp"
#include "support/scratch.hpp"
#include "support/site.hpp"

using namespace mfa::test;

namespace {

constexpr int kThreads = 4;
constexpr int kSignIns = 500;

// One sign-in as it is told over the pipe: before it is tried, and again after a yes.
struct Attempt {
  std::string person;
  mfa_method method = MFA_METHOD_NONE;
  uint64_t now_s = 0;
  std::string ticket, response;  // the response alone for a code

  std::string line(char tag) const {
    std::ostringstream out;
    out << tag << '\t' << person << '\t' << method << '\t' << now_s << '\t' << ticket << '\t' << response
        << '\n';
    return out.str();
  }
  static Attempt read(const std::string &line) {
    std::istringstream in(line.substr(2));
    std::string method, now;
    Attempt attempt;
    std::getline(in, attempt.person, '\t');
    std::getline(in, method, '\t');
    std::getline(in, now, '\t');
    std::getline(in, attempt.ticket, '\t');
    std::getline(in, attempt.response, '\t');
    attempt.method = std::stoi(method);
    attempt.now_s = std::stoull(now);
    return attempt;
  }
};

// ---- the process that is killed

void tell(int pipe, const std::string &line) {
  // Shorter ones are written whole or not at all, so threads may share the pipe and the end is never cut.
  if (line.size() > PIPE_BUF || write(pipe, line.data(), line.size()) != static_cast<ssize_t>(line.size())) {
    std::abort();
  }
}

Attempt next_attempt(Site &site, Person &person, int number) {
  site.now_s += 120;
  Attempt attempt{person.id, MFA_METHOD_TOTP, site.now_s, "", ""};
  if (number % 4 == 1) {
    attempt.method = MFA_METHOD_WEBAUTHN;
    const Begun begun = site.begin_verify(person, MFA_METHOD_WEBAUTHN);
    if (begun.status != MFA_OK) std::abort();
    attempt.ticket = begun.ticket;
    attempt.response = person.passkey.get(begun.options, Site::kOrigin);
  } else if (number % 4 == 3 && !person.codes.empty()) {
    attempt.method = MFA_METHOD_RECOVERY;
    attempt.response = person.codes.back();
    person.codes.pop_back();
  } else {
    attempt.response = Site::app_code(person, site.now_s);
  }
  return attempt;
}

mfa_status try_it(Site &site, Person &person, const Attempt &attempt) {
  if (attempt.method == MFA_METHOD_WEBAUTHN) {
    return site.finish_verify(person, attempt.ticket, attempt.response).status;
  }
  return site.verify_code(person, attempt.method, attempt.response).status;
}

void sign_in_again_and_again(const mfa_store &store, int pipe, const std::string &name, int times) {
  Site site(store);
  if (site.start() != MFA_OK) std::abort();
  Person person(name);
  site.enroll_app(person);
  site.enroll_codes(person);
  site.enroll_passkey(person);
  tell(pipe,
       Attempt{name, MFA_METHOD_NONE, site.now_s, "", Site::app_code(person, Site::kStart + 1000000)}.line(
           'P'));
  for (int i = 0; i < times; i++) {
    const Attempt attempt = next_attempt(site, person, i);
    tell(pipe, attempt.line('T'));
    if (try_it(site, person, attempt) != MFA_OK) std::abort();
    tell(pipe, attempt.line('A'));
  }
}

[[noreturn]] void serve(const std::string &url, int pipe, int generation) {
  const OpenStore store(url);
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; i++) {
    const std::string name = "person " + std::to_string(generation) + "." + std::to_string(i);
    threads.emplace_back(
        [&, name] { sign_in_again_and_again(store.get(), pipe, name, kSignIns / kThreads); });
  }
  for (auto &thread : threads) thread.join();
  _exit(0);
}

// ---- the process that kills it

struct Told {
  std::vector<Attempt> people, answered;
  std::map<std::string, Attempt> in_flight;  // by person

  void add(const std::string &line) {
    const Attempt attempt = Attempt::read(line);
    if (line[0] == 'P') people.push_back(attempt);
    if (line[0] == 'T') in_flight[attempt.person] = attempt;
    if (line[0] == 'A') {
      answered.push_back(attempt);
      in_flight.erase(attempt.person);
    }
  }
};

// Reads whole lines while `more` says so, and until the pipe's end.
template <class More>
void listen(int pipe, std::string &rest, Told &told, More more) {
  char buffer[4096];
  while (more()) {
    const ssize_t got = read(pipe, buffer, sizeof buffer);
    if (got <= 0) return;
    rest.append(buffer, static_cast<size_t>(got));
    for (size_t end; (end = rest.find('\n')) != rest.npos; rest.erase(0, end + 1))
      told.add(rest.substr(0, end));
  }
}

Told kill_in_the_middle(const std::string &url, int generation, std::mt19937 &random) {
  int ends[2];
  if (pipe(ends) != 0) std::abort();
  const pid_t child = fork();
  if (child < 0) std::abort();
  if (child == 0) {
    close(ends[0]);
    serve(url, ends[1], generation);
  }
  close(ends[1]);
  const size_t enough = 1 + random() % (kSignIns * 4 / 5);
  Told told;
  std::string rest;
  listen(ends[0], rest, told, [&] { return told.answered.size() < enough; });
  usleep(static_cast<useconds_t>(random() % 3000));  // somewhere within a sign-in
  kill(child, SIGKILL);
  listen(ends[0], rest, told, [] { return true; });
  close(ends[0]);
  int status = 0;
  CHECK(waitpid(child, &status, 0) == child && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
  CHECK(told.answered.size() >= enough);
  return told;
}

mfa_status replay(Site &site, const Attempt &attempt) {
  Person person(attempt.person);
  site.now_s = attempt.now_s;
  CHECK(site.unlock(person) == MFA_OK);
  return try_it(site, person, attempt);
}

void look_at_what_is_left(const std::string &url, const Told &told) {
  const OpenStore store(url);
  Site site(store.get());
  CHECK(site.start() == MFA_OK);
  for (const auto &attempt : told.answered) {
    if (!CHECK(replay(site, attempt) == MFA_ALREADY_USED)) std::fputs(attempt.line('A').c_str(), stderr);
  }
  for (const auto &[name, attempt] : told.in_flight) {
    const mfa_status status = replay(site, attempt);
    if (!CHECK(status == MFA_OK || status == MFA_ALREADY_USED)) std::fputs(attempt.line('T').c_str(), stderr);
    CHECK(replay(site, attempt) == MFA_ALREADY_USED);
  }
  for (const auto &one : told.people) {
    Person person(one.person);
    for (const mfa_method method : {MFA_METHOD_TOTP, MFA_METHOD_WEBAUTHN, MFA_METHOD_RECOVERY}) {
      CHECK(site.factors(person, method) == 1);
    }
    site.now_s = Site::kStart + 1000000;
    CHECK(site.verify_code(person, MFA_METHOD_TOTP, one.response).status == MFA_OK);
  }
}

mfa_store_answer note(void *ctx, const char *user, size_t user_len, const uint8_t *, size_t, uint64_t) {
  static_cast<std::set<std::string> *>(ctx)->emplace(user, user_len);
  return MFA_STORE_DONE;
}

// Those whose enrolment was cut off, too.
void read_every_account(const std::string &url) {
  const OpenStore store(url);
  Site site(store.get());
  CHECK(site.start() == MFA_OK);
  std::set<std::string> users;
  mfa_error err = {};
  CHECK(mfa_admin_users(site.engine(), nullptr, 0, 100000, &note, &users, &err) == MFA_OK);
  CHECK(!users.empty());
  for (const auto &user : users) CHECK(site.factors(Person(user), MFA_METHOD_TOTP) == 1);
}

}  // namespace

int main() {
  const auto seed = std::random_device{}();
  std::fprintf(stderr, "seed %u\n", seed);
  std::mt19937 random(seed);
  const Scratch scratch;
  const std::string url = "sqlite:" + scratch.file("crash.db");
  size_t answered = 0, in_flight = 0;
  const int generations = rounds(8);
  for (int generation = 0; generation < generations; generation++) {
    const Told told = kill_in_the_middle(url, generation, random);
    look_at_what_is_left(url, told);
    read_every_account(url);
    answered += told.answered.size();
    in_flight += told.in_flight.size();
  }
  std::fprintf(stderr, "%d kills, %zu sign-ins answered, %zu in flight\n", generations, answered, in_flight);
  return check_report();
}
