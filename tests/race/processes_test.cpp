// Eight processes on one file send the same code, and guess at once. They are forked before any store is
// open.
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "race/tally.hpp"
#include "support/check.h"
#include "support/rounds.hpp"
#include "support/scratch.hpp"
#include "support/site.hpp"

using namespace mfa::test;

namespace {

constexpr int kWorkers = 8;
constexpr int kGuesses = 8;  // of each

enum class Work : int { send, guess, leave };

// What the processes share: the work of a round, and what each was told.
struct Board {
  pthread_barrier_t begin, end;
  Work work;
  uint64_t now_s;
  mfa_method method;
  char person[64], code[64], ticket[4096], response[8192];
  mfa_status told[kWorkers][kGuesses];
  mfa_status owner;  // of the account, who signs in with a passkey among those who guess
};

Board *share_board() {
  void *memory = mmap(nullptr, sizeof(Board), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) std::abort();
  auto *board = new (memory) Board{};
  pthread_barrierattr_t shared;
  pthread_barrierattr_init(&shared);
  pthread_barrierattr_setpshared(&shared, PTHREAD_PROCESS_SHARED);
  pthread_barrier_init(&board->begin, &shared, kWorkers + 2);  // the owner and the referee
  pthread_barrier_init(&board->end, &shared, kWorkers + 2);
  pthread_barrierattr_destroy(&shared);
  return board;
}

void take_part(Board &board, Site &site, int who) {
  Person person(board.person);
  if (who == kWorkers) {
    if (board.work == Work::guess)
      board.owner = site.finish_verify(person, board.ticket, board.response).status;
    return;
  }
  const int times = board.work == Work::guess ? kGuesses : 1;
  for (int i = 0; i < times; i++)
    board.told[who][i] = site.verify_code(person, board.method, board.code).status;
}

int worker(Board &board, const std::string &url, int who) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);  // or it would wait for ever if the referee ends early
  const OpenStore store(url);
  Site site(store.get());
  if (site.start() != MFA_OK) std::abort();
  for (;;) {
    pthread_barrier_wait(&board.begin);
    if (board.work == Work::leave) return 0;
    site.now_s = board.now_s;
    take_part(board, site, who);
    pthread_barrier_wait(&board.end);
  }
}

// The process that sets the rounds and looks at what came of them.
class Referee {
 public:
  Referee(Board &board, const std::string &url) : board_(board), store_(url) {
    CHECK(site_.start() == MFA_OK);
  }

  void same_app_code(int count) {
    Person person("app");
    site_.enroll_app(person);
    for (int round = 0; round < count; round++) {
      site_.now_s += 60;
      const auto tally = send(person, MFA_METHOD_TOTP, Site::app_code(person, site_.now_s));
      CHECK(tally.taken_once() && tally.of(MFA_LOCKED_OUT) == 0);
    }
  }

  void same_recovery_code(int count) {
    for (int round = 0; round < count;) {
      Person person("codes " + std::to_string(round));
      site_.enroll_app(person);
      site_.enroll_codes(person);
      for (const auto &code : person.codes) {
        if (round++ == count) break;
        CHECK(send(person, MFA_METHOD_RECOVERY, code).taken_once());
        CHECK(site_.unlock(person) == MFA_OK);
      }
    }
  }

  void wrong_guesses(int count) {
    Person person("guessed");
    site_.enroll_app(person);
    site_.enroll_passkey(person);
    for (int round = 0; round < count; round++) {
      site_.now_s += 60;
      const Begun begun = site_.begin_verify(person, MFA_METHOD_WEBAUTHN);
      CHECK(begun.status == MFA_OK);
      write(board_.ticket, begun.ticket);
      write(board_.response, person.passkey.get(begun.options, Site::kOrigin));
      CHECK(run(Work::guess, person, MFA_METHOD_TOTP, Site::wrong_code(person, site_.now_s)).limited_to(5));
      CHECK(board_.owner == MFA_OK);
      CHECK(site_.unlock(person) == MFA_OK);
    }
  }

  void dismiss() {
    board_.work = Work::leave;
    pthread_barrier_wait(&board_.begin);
  }

 private:
  template <size_t N>
  static void write(char (&to)[N], const std::string &text) {
    if (text.size() >= N) std::abort();
    text.copy(to, text.size());
    to[text.size()] = 0;
  }

  Tally send(const Person &person, mfa_method method, const std::string &code) {
    return run(Work::send, person, method, code);
  }

  Tally run(Work work, const Person &person, mfa_method method, const std::string &code) {
    board_.work = work;
    board_.now_s = site_.now_s;
    board_.method = method;
    write(board_.person, person.id);
    write(board_.code, code);
    pthread_barrier_wait(&board_.begin);
    pthread_barrier_wait(&board_.end);
    Tally tally;
    for (const auto &told : board_.told) {
      tally.told.insert(tally.told.end(), told, told + (work == Work::guess ? kGuesses : 1));
    }
    return tally;
  }

  Board &board_;
  OpenStore store_;
  Site site_{store_.get()};
};

}  // namespace

int main() {
  const Scratch scratch;
  const std::string url = "sqlite:" + scratch.file("race.db") + "?synchronous=full";
  Board *board = share_board();
  std::vector<pid_t> workers;
  for (int who = 0; who <= kWorkers; who++) {
    workers.push_back(fork());
    if (workers.back() < 0) std::abort();
    if (workers.back() == 0) _exit(worker(*board, url, who));
  }
  Referee referee(*board, url);
  referee.same_app_code(rounds(1000));
  referee.same_recovery_code(rounds(200));
  referee.wrong_guesses(rounds(20));
  referee.dismiss();
  for (const pid_t child : workers) {
    int status = 0;
    CHECK(waitpid(child, &status, 0) == child && status == 0);
  }
  return check_report();
}
