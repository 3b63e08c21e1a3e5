// corpus SEED: every case as a line of JSON, the same bytes for the same seed.
#include <cstdio>
#include <cstdlib>

#include "core/sodium.hpp"
#include "corpus/line.hpp"
#include "support/seed.hpp"

int main(int argc, char **argv) {
  if (argc != 2 || !mfa::sodium_ready()) return 2;
  const mfa::test::SeededRandom seed(std::strtoull(argv[1], nullptr, 10));
  for (const auto &row : mfa::corpus::all_cases()) std::puts(mfa::corpus::line_of(row).c_str());
  return 0;
}
