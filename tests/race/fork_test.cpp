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
constexpr int kVisits =
    16;  // of each in a moment of the clock: fewer than the tickets that an account remembers
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

// What a child finds that is not as promised: how much. It asks what was open before.
int asks(Site &site, const mfa_store &store, const Person &person) {
  const long before = check_failures;
  Person mine = person;
  const Answer viewed = site.view(mine);
  CHECK(was_forked(viewed.status, viewed.err));
  const Begun begun = site.begin_verify(mine, MFA_METHOD_WEBAUTHN);
  CHECK(was_forked(begun.status, begun.err));
  const Answer code = site.verify_code(mine, MFA_METHOD_TOTP, Site::app_code(mine, site.now_s));
  CHECK(was_forked(code.status, code.err));
  CHECK(offline(site, mine));
  mfa_store copy = store;  // as a server does that opened it
  mfa_store_close(&copy);
  return check_failures == before ? 0 : 1;
}

// And what it opens itself, as a worker of a server does.
int works(Site &site, const std::string &url, const Person &person) {
  const long before = check_failures;
  const OpenStore own(url);
  Site mine(own.get());
  CHECK(mine.start() == MFA_OK);
  mine.now_s = site.now_s.load();
  Person newcomer("newcomer of " + std::to_string(getpid()));
  mine.enroll_app(newcomer);
  Person owner = person;
  if (url != "memory:") {
    CHECK(mine.check_session(owner).status == MFA_OK);
    CHECK(mine.verify_code(owner, MFA_METHOD_TOTP, Site::app_code(owner, mine.now_s)).status == MFA_OK);
  }
  return check_failures == before ? 0 : 1;
}

template <class Work>
void in_child(Work &&work) {
  const pid_t child = fork();
  if (child == 0) {
    alarm(kPatience_s);
    _exit(work());
  }
  int status = -1;
  CHECK(child > 0 && waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

// Eight people, who sign in over and over.
class Load {
 public:
  explicit Load(Site &site) : site_(site) {
    for (int i = 0; i < kVisitors; i++) {
      Person &person = people_.emplace_back("visitor " + std::to_string(i));
      site.enroll_app(person);
      site.enroll_passkey(person);
    }
    for (auto &person : people_) threads_.emplace_back([&] { visit(person); });
  }
  Load(const Load &) = delete;
  Load &operator=(const Load &) = delete;
  ~Load() {
    ends_ = true;
    for (auto &thread : threads_) thread.join();
    CHECK(refused_ == 0);
  }

 private:
  void visit(Person &person) {
    for (int visits = 0; !ends_; visits++) {
      const uint64_t moment = site_.now_s;
      if (visits == kVisits) {
        while (!ends_ && site_.now_s == moment) std::this_thread::yield();
        visits = 0;
      }
      const Begun begun = site_.begin_verify(person, MFA_METHOD_WEBAUTHN);
      const auto response = person.passkey.get(begun.options, Site::kOrigin);
      if (site_.finish_verify(person, begun.ticket, response).status != MFA_OK) refused_++;
    }
  }

  Site &site_;
  std::vector<Person> people_;
  std::vector<std::thread> threads_;
  std::atomic<bool> ends_ = false;
  std::atomic<long> refused_ = 0;
};

void forks(const std::string &url, int count) {
  const OpenStore store(url);
  Site site(store.get());
  site.on_event = [](std::string_view) {};  // so that threads are in the chain of events
  CHECK(site.start() == MFA_OK);
  Person owner("owner");  // of whom the children are the only ones that ask
  site.enroll_app(owner);
  {
    Load load(site);
    for (int i = 0; i < count; i++) {
      site.now_s += 10;
      in_child([&] { return asks(site, store.get(), owner); });
    }
  }
  // SQLite has locks of its own, which no thread may be in when a child is to open a database.
  for (int i = 0; i < count; i++) {
    site.now_s += 60;
    in_child([&] { return asks(site, store.get(), owner) + works(site, url, owner); });
  }
  CHECK(site.view(owner).status == MFA_OK);
}

}  // namespace

int main() {
  const Scratch scratch;
  forks("sqlite:" + scratch.file("fork.db") + "?synchronous=normal", rounds(20));
  forks("memory:", rounds(20));
  return check_report();
}
