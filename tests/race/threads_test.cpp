// Sixteen threads of one process send the same code, and 64 guess at once.
#include <barrier>
#include <functional>
#include <thread>

#include "race/tally.hpp"
#include "support/check.h"
#include "support/rounds.hpp"
#include "support/scratch.hpp"
#include "support/site.hpp"

using namespace mfa::test;

namespace {

// Threads that begin each piece of work at the same moment.
class Team {
 public:
  explicit Team(int size) : begin_(size + 1), end_(size + 1) {
    for (int who = 0; who < size; who++) threads_.emplace_back([this, who] { work(who); });
  }
  Team(const Team &) = delete;
  Team &operator=(const Team &) = delete;
  ~Team() {
    task_ = nullptr;
    begin_.arrive_and_wait();
    for (auto &thread : threads_) thread.join();
  }
  void run(const std::function<void(int)> &task) {
    task_ = &task;
    begin_.arrive_and_wait();
    end_.arrive_and_wait();
  }

 private:
  void work(int who) {
    for (;;) {
      begin_.arrive_and_wait();
      if (!task_) return;
      (*task_)(who);
      end_.arrive_and_wait();
    }
  }

  std::barrier<> begin_, end_;
  const std::function<void(int)> *task_ = nullptr;
  std::vector<std::thread> threads_;
};

constexpr int kSenders = 16;
constexpr int kGuessers = 64;

class Race {
 public:
  explicit Race(const std::string &parameters) : store_("sqlite:" + scratch_.file("race.db") + parameters) {
    CHECK(site_.start() == MFA_OK);
  }

  void same_app_code(int count) {
    Person person("app");
    site_.enroll_app(person);
    Team team(kSenders);
    for (int round = 0; round < count; round++) {
      site_.now_s += 60;
      const auto tally = send(team, person, MFA_METHOD_TOTP, Site::app_code(person, site_.now_s));
      CHECK(tally.taken_once() && tally.of(MFA_LOCKED_OUT) == 0);
    }
  }

  void same_recovery_code(int count) {
    Team team(kSenders);
    for (int round = 0; round < count;) {
      Person person("codes " + std::to_string(round));
      site_.enroll_app(person);
      site_.enroll_codes(person);
      for (const auto &code : person.codes) {
        if (round++ == count) break;
        CHECK(send(team, person, MFA_METHOD_RECOVERY, code).taken_once());
        CHECK(site_.unlock(person) == MFA_OK);
      }
    }
  }

  void wrong_guesses(int count) {
    Person person("guessed");
    site_.enroll_app(person);
    site_.enroll_passkey(person);
    Team team(kGuessers + 1);
    for (int round = 0; round < count; round++) {
      site_.now_s += 60;
      const std::string code = Site::wrong_code(person, site_.now_s);
      const Begun begun = site_.begin_verify(person, MFA_METHOD_WEBAUTHN);
      CHECK(begun.status == MFA_OK);
      const std::string response = person.passkey.get(begun.options, Site::kOrigin);
      Tally tally{std::vector<mfa_status>(kGuessers)};
      mfa_status owner = MFA_ERR_INTERNAL;
      team.run([&](int who) {
        Person mine(person.id);
        if (who == kGuessers) {
          owner = site_.finish_verify(mine, begun.ticket, response).status;
        } else {
          tally.told[static_cast<size_t>(who)] = site_.verify_code(mine, MFA_METHOD_TOTP, code).status;
        }
      });
      CHECK(tally.limited_to(5));
      CHECK(owner == MFA_OK);
      CHECK(site_.unlock(person) == MFA_OK);
    }
  }

 private:
  Tally send(Team &team, const Person &person, mfa_method method, const std::string &code) {
    Tally tally{std::vector<mfa_status>(kSenders)};
    team.run([&](int who) {
      Person mine(person.id);
      tally.told[static_cast<size_t>(who)] = site_.verify_code(mine, method, code).status;
    });
    return tally;
  }

  Scratch scratch_;
  OpenStore store_;
  Site site_{store_.get()};
};

}  // namespace

int main() {
  Race race("?synchronous=full");
  race.same_app_code(rounds(1000));
  race.same_recovery_code(rounds(200));
  race.wrong_guesses(rounds(20));
  return check_report();
}
