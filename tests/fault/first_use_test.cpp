// The first login of a process, with the n-th allocation failing: what libraries set up when they are first
// used fails too. Each try is a process of its own.
#include <sys/wait.h>
#include <unistd.h>

#include "fault/allocations.hpp"
#include "fault/steps.hpp"
#include "support/check.h"
#include "support/rounds.hpp"

using namespace mfa::test;

namespace {

enum Outcome : int { kWell = 0, kWrong = 1, kNotStruck = 2 };

int problem(long n, const char *what, const char *where, mfa_status status) {
  std::fprintf(stderr, "allocation %ld: %s: %s: %s\n", n, where, what, mfa_status_name(status));
  return kWrong;
}

// What fails once works when it is tried again; if it took effect unanswered, this login ends there.
int log_in(long n) {
  allocations::plan(n, allocations::Failing::once);
  Site::around = {&allocations::arm, &allocations::disarm};
  const OpenStore store("memory:");
  Site site(store.get());
  mfa_status status = site.start();
  if (status < 0 && allocations::struck()) status = site.start();
  if (status != MFA_OK) return problem(n, "answered", "start", status);
  World world(site, store.get());
  for (const Step &step : steps()) {
    const bool struck_before = allocations::struck();
    step.prepare(world);
    Answer answer = step.act(world);
    if (!answer.whole) return problem(n, "outputs that do not go with the status", step.name, answer.status);
    const bool excused = allocations::struck() && !struck_before;
    if (answer.status < 0 && excused) {
      answer = step.act(world);
      if (answer.status == MFA_ALREADY_USED || answer.status == MFA_REVOKED ||
          answer.status == MFA_TOO_SOON)  // a mail that was counted is not sent again at once
        return kWell;
    }
    if (answer.status != step.normal) return problem(n, "answered", step.name, answer.status);
  }
  return allocations::struck() ? kWell : kNotStruck;
}

int in_own_process(long n) {
  const pid_t child = fork();
  if (child < 0) std::abort();
  if (child == 0) _exit(log_in(n));
  int status = 0;
  if (waitpid(child, &status, 0) != child) std::abort();
  if (WIFEXITED(status)) return WEXITSTATUS(status);
  std::fprintf(stderr, "allocation %ld: signal %d\n", n, WTERMSIG(status));
  return kWrong;
}

}  // namespace

int main() {
  long tries = 0;
  int outcome = kWell;
  for (long n = 1; outcome != kNotStruck; n += stride(), tries++) {
    outcome = in_own_process(n);
    CHECK(outcome != kWrong);
  }
  std::fprintf(stderr, "%ld processes\n", tries);
  return check_report();
}
