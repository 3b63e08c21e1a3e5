// A server forks while eight threads of it sign people in: what a child may do with what was open, and what
// it must open itself.
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include "support/check.h"
#include "support/rounds.hpp"
#include "support/scratch.hpp"
#include "support/site.hpp"

using namespace mfa::test;

namespace {

constexpr int kVisitors = 8;
constexpr unsigned kPatience_s = 60;  // a child that hangs ends by it

bool was_forked(mfa_status status, const mfa_error &err) {
  return status == MFA_ERR_STORE && std::string(mfa_reason_name(err.reason)) == "store.opened_before_fork";
}

bool offline(Site &site, const Person &person) {
  const std::string session = "session of " + person.id, browser = "a long browser cookie of " + person.id;
  mfa_request request = MFA_REQUEST_INIT;
  request.purpose = MFA_PURPOSE_MANAGE;
  request.user = mfa_text_n(person.id.data(), person.id.size());
  request.session = mfa_text_n(session.data(), session.size());
  request.browser = mfa_text_n(browser.data(), browser.size());
  request.statement = mfa_text_n(person.statement.data(), person.statement.size());
  mfa_error err = {};
  return mfa_session_check_offline(site.engine(), &request, nullptr, &err) == MFA_OK;
}

// What of its promises a child finds broken: a bit for each.
int child_of(Site &site, const mfa_store &store, const std::string &url, Person person) {
  int broken = 0;
  auto keeps = [&, bit = 1](bool promise) mutable {
    if (!promise) broken |= bit;
    bit <<= 1;
  };
  const Answer viewed = site.view(person);
  keeps(was_forked(viewed.status, viewed.err));
  const Begun begun = site.begin_verify(person, MFA_METHOD_WEBAUTHN);
  keeps(was_forked(begun.status, begun.err));
  const Answer code = site.verify_code(person, MFA_METHOD_TOTP, Site::app_code(person, site.now_s + 30));
  keeps(was_forked(code.status, code.err));
  keeps(offline(site, person));
  mfa_store copy = store;  // as a server does that opened it
  mfa_store_close(&copy);

  const OpenStore own(url);
  Site mine(own.get());
  keeps(mine.start() == MFA_OK);
  mine.now_s = site.now_s + 30;
  if (url != "memory:") {
    keeps(mine.check_session(person).status == MFA_OK);
    keeps(mine.verify_code(person, MFA_METHOD_TOTP, Site::app_code(person, mine.now_s)).status == MFA_OK);
  } else {
    mine.enroll_app(person);
  }
  return broken;
}

void forks_under_load(const std::string &url, int count) {
  const OpenStore store(url);
  Site site(store.get());
  site.on_event = [](std::string_view) {};  // so that threads are in the chain of events
  CHECK(site.start() == MFA_OK);
  std::vector<Person> people;
  for (int i = 0; i < kVisitors; i++) {
    people.emplace_back("visitor " + std::to_string(i));
    site.enroll_app(people.back());
    site.enroll_passkey(people.back());
  }
  Person owner("owner");  // of whom the children are the only ones that ask
  site.enroll_app(owner);

  std::atomic<bool> ends = false;
  std::atomic<long> refused = 0;
  std::vector<std::thread> threads;
  for (auto &person : people) {
    threads.emplace_back([&] {
      while (!ends) {
        const Begun begun = site.begin_verify(person, MFA_METHOD_WEBAUTHN);
        const auto response = person.passkey.get(begun.options, Site::kOrigin);
        if (site.finish_verify(person, begun.ticket, response).status != MFA_OK) refused++;
      }
    });
  }
  for (int i = 0; i < count; i++) {
    site.now_s += 60;
    const pid_t child = fork();
    if (child == 0) {
      alarm(kPatience_s);
      _exit(child_of(site, store.get(), url, owner));
    }
    int status = -1;
    CHECK(child > 0 && waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  }
  ends = true;
  for (auto &thread : threads) thread.join();
  CHECK(refused == 0);
  CHECK(site.view(owner).status == MFA_OK);
}

}  // namespace

int main() {
  const Scratch scratch;
  forks_under_load("sqlite:" + scratch.file("fork.db") + "?synchronous=normal", rounds(20));
  forks_under_load("memory:", rounds(20));
  return check_report();
}
