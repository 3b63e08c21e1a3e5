// fuzz_replay FOLDER: every committed input through its target, in a build like any other.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "core/sodium.hpp"
#include "fuzz/targets.hpp"

namespace {

namespace fs = std::filesystem;

struct Target {
  const char *name;
  void (*run)(mfa::ByteView input);
};
#define MFA_FUZZ_ROW(name) {#name, mfa::fuzz::run_##name},
constexpr Target kTargets[] = {MFA_FUZZ_TARGETS(MFA_FUZZ_ROW)};
#undef MFA_FUZZ_ROW

std::set<fs::path> entries_of(const fs::path &folder) {
  std::set<fs::path> found;
  std::error_code error;
  for (const auto &entry : fs::directory_iterator(folder, error)) found.insert(entry.path());
  return found;
}

}  // namespace

int main(int argc, char **argv) {
  if (argc != 2 || !mfa::sodium_ready()) return 2;
  unsigned checks = 0, failed = 0;
  std::set<fs::path> unknown = entries_of(argv[1]);
  for (const Target &target : kTargets) {
    const fs::path folder = fs::path(argv[1]) / target.name;
    unknown.erase(folder);
    const auto files = entries_of(folder);
    if (files.empty()) {
      std::printf("%s has no input\n", folder.c_str());
      failed++;
      checks++;
    }
    target.run({});
    for (const fs::path &file : files) {
      // Before it runs: what crashes says no more.
      std::printf("%s\n", file.c_str());
      std::fflush(stdout);
      std::ifstream stream(file, std::ios::binary);
      const std::string text{std::istreambuf_iterator<char>(stream), {}};
      target.run(mfa::bytes_of(text));
      checks++;
    }
  }
  for (const fs::path &path : unknown) {
    std::printf("%s is of no target\n", path.c_str());
    failed++;
    checks++;
  }
  std::printf("%u checks, %u failed\n", checks, failed);
  return failed == 0 ? 0 : 1;
}
