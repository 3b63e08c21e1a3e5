// The first login on a store that fails at its n-th call, for every n and in every way.
#include "fault/flaky_store.hpp"
#include "fault/steps.hpp"
#include "support/check.h"

using namespace mfa::test;

namespace {

void walk(Flaw flaw, const char *name) {
  const OpenStore inner("memory:");
  FlakyStore flaky(inner.get());
  Site site(flaky.get());
  CHECK(site.start() == MFA_OK);
  World world(site, inner.get());
  Walk steps(world, {[&](long n) { flaky.plan(n, flaw); }, [&] { return flaky.struck(); }});
  if (!CHECK(steps.run())) std::fprintf(stderr, "above: %s\n", name);
  CHECK(steps.tries() > 20);
  std::fprintf(stderr, "%s: %ld tries\n", name, steps.tries());
}

}  // namespace

int main() {
  walk(Flaw::before, "before the effect");
  walk(Flaw::after, "after the effect");
  walk(Flaw::conflict, "conflict");
  walk(Flaw::down, "down from there on");
  walk(Flaw::lost, "after the effect, and down from there on");
  walk(Flaw::nonsense, "nonsense");
  return check_report();
}
