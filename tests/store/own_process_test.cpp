#include "store/own_process.hpp"

#include <doctest/doctest.h>
#include <sys/wait.h>

#include "store/memory.hpp"

using namespace mfa;
using namespace mfa::store;

TEST_CASE("memory: a store opened before fork fails in the child, and goes on in the parent") {
  const auto memory = open_memory();
  REQUIRE(memory->save("k", bytes_of("r"), 0, 1, 0).has_value());
  const auto named = [](const auto &result) {
    return !result.has_value() && result.error().reason == Reason::store_forked;
  };
  class Nothing final : public engine::Visitor {
   public:
    bool visit(std::string_view, ByteView, uint64_t) override { return true; }
  } nothing;
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const bool all = named(memory->load("k")) && named(memory->save("k", bytes_of("s"), 1, 2, 0)) &&
                     named(memory->erase("k", 1)) && named(memory->scan("", "", 1, nothing));
    const auto own = open_memory();
    _exit(all && own->save("k", bytes_of("r"), 0, 1, 0).has_value() ? 0 : 1);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
  CHECK(memory->save("k", bytes_of("s"), 1, 2, 0).value() == engine::Saved::done);
}
