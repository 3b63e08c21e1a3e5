// The cookie's rotation: the rules one by one, then every order of two tabs, lost answers and a thief.
#include "methods/device/token.hpp"

#include <doctest.h>

#include <optional>
#include <set>

using namespace mfa;
using namespace mfa::device;

namespace {

constexpr uint64_t kNow = 1'800'000'000;
constexpr uint64_t kGrace = 60;

Bytes digest(uint8_t n) { return Bytes(32, n); }
Chain chain() { return {.current = digest(1)}; }

Presented show(Chain &c, uint8_t n, uint8_t fresh, uint64_t now_s, uint64_t grace_s = kGrace) {
  return present(c, digest(n), digest(fresh), now_s, grace_s);
}

}  // namespace

TEST_CASE("device token: text form, strictly") {
  Token token{.selector = {}, .verifier = Secret(kVerifier)};
  token.selector.fill(1);
  const Secret text = text_of_token(token.selector, token.verifier);
  const std::string shown(mfa::text_of(text.reveal()));
  CHECK(shown.size() == kTokenText);
  const auto read = parse_token(shown);
  REQUIRE(read.has_value());
  CHECK(read.value().selector == token.selector);
  CHECK(read.value().verifier.matches(token.verifier.reveal()));
  std::string other = shown;
  other[22] = ':';
  for (const std::string &no :
       {std::string(), shown + "A", shown.substr(1), other, std::string(66, '.'), std::string(66, 'A')}) {
    REQUIRE_FALSE(parse_token(no).has_value());
    CHECK(parse_token(no).error().reason == Reason::device_token);
  }
}

TEST_CASE(
    "device token: the current one is accepted, with a successor unless the last is younger than 60 s") {
  Chain c = chain();
  CHECK(show(c, 1, 2, kNow) == Presented::renewed);
  CHECK(c.successor == digest(2));
  CHECK(show(c, 1, 3, kNow + 59) == Presented::accepted);
  CHECK(c.successor == digest(2));
  CHECK(show(c, 1, 4, kNow + 60) == Presented::renewed);
  CHECK(c.successor == digest(4));
  CHECK(c.current == digest(1));
  // There is one successor at most: the one before it is nobody's any more.
  CHECK(show(c, 2, 5, kNow + 61) == Presented::reused);
}

TEST_CASE("device token: the successor becomes current, and the one before it has its grace") {
  Chain c = chain();
  REQUIRE(show(c, 1, 2, kNow) == Presented::renewed);
  CHECK(show(c, 2, 3, kNow + 10) == Presented::accepted);
  CHECK(c.current == digest(2));
  CHECK(c.predecessor == digest(1));
  CHECK(show(c, 1, 4, kNow + 69) == Presented::accepted);
  CHECK(c.current == digest(2));
  CHECK(show(c, 1, 4, kNow + 70) == Presented::reused);
  CHECK(show(c, 2, 5, kNow + 70) == Presented::renewed);
}

TEST_CASE("device token: a successor shown late is renewed at once") {
  Chain c = chain();
  REQUIRE(show(c, 1, 2, kNow) == Presented::renewed);
  CHECK(show(c, 2, 3, kNow + 100) == Presented::renewed);
  CHECK(c.current == digest(2));
  CHECK(c.successor == digest(3));
}

TEST_CASE("device token: without a grace the predecessor is a thief's") {
  Chain c = chain();
  REQUIRE(show(c, 1, 2, kNow, 0) == Presented::renewed);
  REQUIRE(show(c, 2, 3, kNow, 0) == Presented::accepted);
  CHECK(show(c, 1, 4, kNow, 0) == Presented::reused);
}

TEST_CASE("device token: a clock set back by hours keeps no predecessor alive") {
  Chain c = chain();
  REQUIRE(show(c, 1, 2, kNow) == Presented::renewed);
  REQUIRE(show(c, 2, 3, kNow) == Presented::accepted);
  CHECK(show(c, 1, 4, kNow - 30) == Presented::accepted);
  CHECK(show(c, 1, 4, kNow - 61) == Presented::reused);
  CHECK(show(c, 2, 5, kNow - 3600) == Presented::renewed);
}

namespace {

// A browser of two tabs, whose answers may be late, lost or in another order, and a thief with a copy of its
// jar. Verifiers are numbers.
struct World {
  Chain chain = {.current = digest(1)};
  uint8_t next = 2;
  uint64_t now_s = kNow;
  uint8_t jar = 1;
  std::optional<uint8_t> stolen;
  std::set<uint8_t> honest = {1};  // what the browser was ever handed
  bool alive = true;

  // Shows a verifier; what the answer brings.
  std::optional<uint8_t> request(uint8_t shown) {
    if (!alive) return std::nullopt;
    const uint8_t fresh = next++;
    switch (present(chain, digest(shown), digest(fresh), now_s, kGrace)) {
      case Presented::reused: alive = false; return std::nullopt;
      case Presented::renewed: return fresh;
      case Presented::accepted: return std::nullopt;
    }
    return std::nullopt;
  }
};

enum class Act { visit, visit_lost, two_tabs, two_tabs_swapped, wait, long_wait };
constexpr Act kHonest[] = {Act::visit, Act::visit_lost, Act::two_tabs, Act::two_tabs_swapped,
                           Act::wait,  Act::long_wait};

void act(World &w, Act what) {
  switch (what) {
    case Act::visit:
      if (const auto fresh = w.request(w.jar)) w.jar = *fresh;
      return;
    case Act::visit_lost: (void)w.request(w.jar); return;
    case Act::two_tabs: {
      // Both requests leave with the same jar, and are answered in order.
      const uint8_t shown = w.jar;
      const auto first = w.request(shown), second = w.request(shown);
      if (first) w.jar = *first;
      if (second) w.jar = *second;
      return;
    }
    case Act::two_tabs_swapped: {
      const uint8_t shown = w.jar;
      const auto first = w.request(shown);
      w.now_s += 5;
      const auto second = w.request(shown);
      if (second) w.jar = *second;
      if (first) w.jar = *first;
      return;
    }
    case Act::wait: w.now_s += 30; return;
    case Act::long_wait: w.now_s += 61; return;
  }
}

constexpr int kDepth = 6;

void walk_honest(const World &from, int depth, size_t &walks) {
  if (depth == 0) {
    walks++;
    return;
  }
  for (const Act what : kHonest) {
    World w = from;
    act(w, what);
    REQUIRE(w.alive);
    walk_honest(w, depth - 1, walks);
  }
}

}  // namespace

TEST_CASE("device token: no order of two tabs and lost answers takes an honest browser's trust") {
  size_t walks = 0;
  walk_honest(World{}, kDepth, walks);
  CHECK(walks == 46656);
}

namespace {

struct Found {
  size_t walks = 0, caught = 0, unnoticed = 0;
};

// The thief copies the jar after `before` honest steps and shows it once, `later` steps on; then the browser
// goes on with one visit a day.
void walk_theft(const World &from, int before, int later, Found &found) {
  if (before > 0) {
    for (const Act what : kHonest) {
      World w = from;
      act(w, what);
      walk_theft(w, before - 1, later, found);
    }
    return;
  }
  World copied = from;
  if (!copied.stolen) copied.stolen = copied.jar;
  if (later > 0) {
    for (const Act what : kHonest) {
      World w = copied;
      act(w, what);
      walk_theft(w, 0, later - 1, found);
    }
    return;
  }
  // The thief uses its copy for good: it follows the successors that it is given.
  World w = copied;
  uint8_t thief = *w.stolen;
  found.walks++;
  for (int day = 0; day < 4 && w.alive; day++) {
    if (const auto fresh = w.request(thief)) thief = *fresh;
    w.now_s += 43200;
    if (const auto fresh = w.request(w.jar)) w.jar = *fresh;
    w.now_s += 43200;
  }
  (w.alive ? found.unnoticed : found.caught)++;
}

}  // namespace

TEST_CASE("device token: a thief who goes on using its copy beside the browser is always found out") {
  for (int before = 0; before <= 2; before++) {
    for (int later = 0; later <= 3; later++) {
      CAPTURE(before);
      CAPTURE(later);
      Found found;
      walk_theft(World{}, before, later, found);
      CHECK(found.walks > 0);
      CHECK(found.unnoticed == 0);
      CHECK(found.caught == found.walks);
    }
  }
}
