// Events as a chain, and its check: what was altered, taken out, put in or forged.
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <mutex>
#include <thread>

#include "core/json.hpp"
#include "engine/host.hpp"
#include "engine/log.hpp"

using namespace mfa;
using namespace mfa::test;

namespace {

using Lines = std::vector<std::string>;

KeyRing ring(uint8_t byte = 42, uint32_t id = 1) {
  static std::map<uint8_t, Bytes> held;
  Bytes &key = held[byte];
  key = Bytes(32, byte);
  const RingKey one{id, key};
  return KeyRing::make({&one, 1}).value();
}

Lines chain_of(const KeyRing &keys, uint8_t id, int events, bool stops = true) {
  Chain chain(keys, "", ChainId{id});
  Lines lines = {chain.link(chain.started(1)).text};
  Event event;
  event.name = "verified";
  event.user = "alice";
  for (int i = 1; i < events - (stops ? 1 : 0); i++) lines.push_back(chain.link(event).text);
  event = Event();
  event.name = "log_stopped";
  if (stops) lines.push_back(chain.link(event).text);
  return lines;
}

const char *name_of(Trouble trouble) {
  switch (trouble) {
    case Trouble::not_event: return "not_event";
    case Trouble::altered: return "altered";
    case Trouble::other_key: return "other_key";
    case Trouble::repeated: return "repeated";
    case Trouble::missing: return "missing";
    case Trouble::broken: return "broken";
    case Trouble::after_end: return "after_end";
    case Trouble::too_many: return "too_many";
    case Trouble::lost: return "lost";
    case Trouble::unknown_key: return "unknown_key";
    case Trouble::no_end: return "no_end";
  }
  return "?";
}

// "3 missing 3-4", each after a space; notes in brackets.
std::string told(const LogCheck::Findings &findings) {
  std::string all;
  for (const Finding &found : findings) {
    std::string one = std::to_string(found.line) + " " + name_of(found.trouble);
    if (found.first_n != 0) one += " " + std::to_string(found.first_n);
    if (found.last_n > found.first_n) one += "-" + std::to_string(found.last_n);
    all += (all.empty() ? "" : ", ") + (found.note ? "[" + one + "]" : one);
  }
  return all;
}

std::string check(const Lines &lines, std::optional<KeyRing> keys = ring(), bool complete = true) {
  LogCheck log(std::move(keys));
  LogCheck::Findings all;
  for (const std::string &line : lines) {
    for (Finding &found : log.line(line)) all.push_back(std::move(found));
  }
  for (Finding &found : log.end(complete)) all.push_back(std::move(found));
  CHECK(log.problems() == static_cast<uint64_t>(std::ranges::count(all, false, &Finding::note)));
  return told(all);
}

// With a right form alone.
std::string bare_line(uint32_t chain, uint64_t n) {
  ChainId id{};
  std::memcpy(id.data(), &chain, sizeof chain);
  return R"({"event":"verified","chain":")" + base64url(id) + R"(","n":)" + std::to_string(n) +
         R"(,"prev":")" + std::string(43, 'A') + R"(","key":1,"mac":")" + std::string(43, 'A') + "\"}";
}

Lines without(Lines lines, size_t from, size_t count = 1) {
  const auto at = lines.begin() + static_cast<ptrdiff_t>(from);
  lines.erase(at, at + static_cast<ptrdiff_t>(count));
  return lines;
}

}  // namespace

TEST_CASE("chain: an event holds its place, the hash of the one before, and a mac under the first key") {
  const KeyRing keys = ring();
  const Lines lines = chain_of(keys, 7, 3);
  std::string prev(43, 'A');
  for (size_t i = 0; i < lines.size(); i++) {
    const auto document = json::Document::parse(lines[i]).value();
    const json::Value root = document.root();
    CHECK(root.need_text("chain").value() == base64url(ChainId{7}));
    CHECK(root.need("n").value().as_int().value() == static_cast<int64_t>(i + 1));
    CHECK(root.need("key").value().as_int().value() == 1);
    CHECK(root.need_text("prev").value() == prev);
    const std::string mac(root.need_text("mac").value());
    std::string sealed = lines[i];
    sealed.erase(sealed.find(R"(,"mac":)"), 8 + 43 + 1);
    CHECK(mac == base64url(keys.mac(Kind::event, sealed)));
    CHECK(keys.mac(Kind::event, sealed) != keys.mac(Kind::ticket, sealed));
    prev = base64url(sha256(bytes_of(lines[i])));
  }
}

TEST_CASE("chain: an engine's events are one, from the first to its end") {
  Host host;
  host.add_totp();
  CHECK(check(host.events.lines) == "0 no_end 5");
  CHECK(check(host.events.lines, ring(), false) == "[0 no_end 5]");
  host.engine->stop();
  CHECK(host.events.list.front().name == std::string("log_started"));
  CHECK(host.events.list.back().name == std::string("log_stopped"));
  CHECK(check(host.events.lines).empty());
  // Another engine has a chain of its own.
  host.restart(config_text());
  host.engine->stop();
  CHECK(check(host.events.lines).empty());
}

TEST_CASE("chain: a realm is named where it begins") {
  const KeyRing keys = ring();
  Chain chain(keys, "shop", ChainId{1});
  CHECK(chain.link(chain.started(1)).text.find(R"("detail":"shop")") != std::string::npos);
}

TEST_CASE("log: whole, out of order, of several engines, with blank lines and another line end") {
  const KeyRing keys = ring();
  Lines lines = chain_of(keys, 1, 9);
  CHECK(check(lines).empty());
  CHECK(check(lines, std::nullopt).empty());
  std::swap(lines[2], lines[7]);
  std::swap(lines[0], lines[8]);
  CHECK(check(lines).empty());
  const Lines other = chain_of(keys, 2, 5);
  for (size_t i = 0; i < other.size(); i++)
    lines.insert(lines.begin() + static_cast<ptrdiff_t>(2 * i), "  " + other[i] + "\r");
  lines.insert(lines.begin() + 3, "");
  CHECK(check(lines).empty());
}

TEST_CASE("log: every byte of every line counts, with and without the key") {
  const Lines lines = chain_of(ring(), 1, 4);
  for (size_t line = 0; line < lines.size(); line++) {
    for (size_t at = 0; at < lines[line].size(); at++) {
      Lines altered = lines;
      altered[line][at] = static_cast<char>(altered[line][at] ^ 1);
      CAPTURE(altered[line]);
      CHECK_FALSE(check(altered).empty());
      // The last line has none after it that would show it.
      if (line + 1 < lines.size()) CHECK_FALSE(check(altered, std::nullopt).empty());
    }
  }
}

TEST_CASE("log: an altered line is named, and what is altered is not there") {
  Lines lines = chain_of(ring(), 1, 6);
  lines[2].replace(lines[2].find("alice"), 5, "mallo");
  CHECK(check(lines) == "3 altered 3, 4 missing 3");
  CHECK(check(lines, std::nullopt) == "4 broken 4");
}

TEST_CASE("log: removed lines are missing, at the beginning, within, and at the end") {
  const Lines lines = chain_of(ring(), 1, 8);
  CHECK(check(without(lines, 0)) == "1 missing 1");
  CHECK(check(without(lines, 0, 3)) == "1 missing 1-3");
  CHECK(check(without(lines, 3)) == "4 missing 4");
  CHECK(check(without(lines, 3, 2)) == "4 missing 4-5");
  CHECK(check(without(without(lines, 5), 2)) == "3 missing 3, 5 missing 6");
  CHECK(check(without(lines, 7)) == "0 no_end 8");
  CHECK(check(without(lines, 7), ring(), false) == "[0 no_end 8]");
  CHECK(check(without(lines, 5, 3)) == "0 no_end 6");
}

TEST_CASE("log: a repeated line, and a repeated log") {
  Lines lines = chain_of(ring(), 1, 5);
  lines.insert(lines.begin() + 4, lines[1]);
  CHECK(check(lines) == "5 repeated 2");
  Lines twice = chain_of(ring(), 1, 2);
  const Lines once = twice;
  twice.insert(twice.end(), once.begin(), once.end());
  CHECK(check(twice) == "3 repeated 1, 4 repeated 2");
}

TEST_CASE("log: lines that are no events are named, and the rest is read on") {
  Lines lines = chain_of(ring(), 1, 4);
  const std::string good = lines[1];
  const std::string mac = good.substr(good.size() - 53);
  std::string big = good;
  big.insert(1, R"("x":")" + std::string(MFA_LOG_LINE_MAX, 'x') + "\",");
  Lines bad = {"garbage",
               "{}",
               "[]",
               "\xff",
               good.substr(0, good.size() - 1),
               good + "x",
               "{" + mac.substr(1),
               R"({"event":"verified","n":1)" + mac,
               big,
               std::string(1 << 20, '[')};
  std::string expected;
  for (size_t i = 0; i < bad.size(); i++)
    expected += (i == 0 ? "" : ", ") + std::to_string(i + 1) + " not_event";
  lines.insert(lines.begin(), bad.begin(), bad.end());
  CHECK(check(lines) == expected);
}

TEST_CASE("log: whoever has no key can forge neither a line nor a chain") {
  const Lines lines = chain_of(ring(), 1, 4);
  const Lines forged = chain_of(ring(43), 2, 3);
  Lines both = lines;
  both.insert(both.end(), forged.begin(), forged.end());
  CHECK(check(both) == "5 altered 1, 6 altered 2, 7 altered 3");
  CHECK(check(both, std::nullopt).empty());  // which is why the key is given
  // Made anew from the second event on, links and all.
  Lines made_anew = chain_of(ring(43), 1, 4);
  made_anew[0] = lines[0];
  CHECK(check(made_anew) == "2 altered 2, 3 altered 3, 4 altered 4, 0 no_end 2");
}

TEST_CASE("log: a key that was not given is a note, and no way to go on with another's chain") {
  const KeyRing old = ring(43, 9);
  CHECK(check(chain_of(old, 1, 4)) == "[1 unknown_key 1]");
  LogCheck log(ring());
  for (const std::string &line : chain_of(old, 1, 4)) (void)log.line(line);
  CHECK(log.unchecked() == 4);
  Lines lines = without(chain_of(ring(), 1, 4), 2, 2);
  const Lines other = chain_of(old, 1, 4);
  lines.insert(lines.end(), other.begin() + 2, other.end());
  CHECK(check(lines) == "3 other_key 3, 4 other_key 4, 0 no_end 3");
}

TEST_CASE("log: nothing comes after the end") {
  const KeyRing keys = ring();
  Chain chain(keys, "", ChainId{1});
  Event stop;
  stop.name = "log_stopped";
  Lines lines = {chain.link(chain.started(1)).text, chain.link(stop).text, chain.link(stop).text};
  CHECK(check(lines) == "3 after_end 3");
}

TEST_CASE("log: the window, and one past it") {
  const Lines lines = chain_of(ring(), 1, MFA_LOG_WINDOW + 10);
  Lines late = without(lines, 3);
  late.insert(late.begin() + 3 + MFA_LOG_WINDOW, lines[3]);
  CHECK(check(late).empty());
  late = without(lines, 3);
  late.insert(late.begin() + 4 + MFA_LOG_WINDOW, lines[3]);
  CHECK(check(late) == "4 missing 4, " + std::to_string(MFA_LOG_WINDOW + 5) + " repeated 4");
}

TEST_CASE("log: a line of the longest, and one past it") {
  const std::string line = bare_line(1, 1);
  for (const size_t size : {size_t{MFA_LOG_LINE_MAX}, size_t{MFA_LOG_LINE_MAX} + 1}) {
    std::string longer = line;
    longer.insert(1, R"("x":"",)");
    longer.insert(6, size - longer.size(), 'x');
    REQUIRE(longer.size() == size);
    LogCheck log(std::nullopt);
    CHECK(told(log.line(longer)) == (size == MFA_LOG_LINE_MAX ? "" : "1 not_event"));
  }
}

TEST_CASE("log: as many chains and waiting events as are followed, and one more of each") {
  LogCheck log(std::nullopt);
  static_assert(MFA_LOG_CHAINS == MFA_LOG_WAITING);
  uint64_t problems = 0;
  for (uint32_t chain = 0; chain < MFA_LOG_CHAINS; chain++) problems += log.line(bare_line(chain, 2)).size();
  CHECK(problems == 0);
  CHECK(told(log.line(bare_line(MFA_LOG_CHAINS, 1))) == "65537 too_many 1");
  CHECK(log.chains() == MFA_LOG_CHAINS);
  CHECK(told(log.line(bare_line(7, 4))) == "8 missing 1");
  CHECK(told(log.line(bare_line(7, 3))) == "65539 broken 3, 65538 broken 4");  // such lines do not link
  CHECK(log.line(bare_line(8, 4)).empty());
  CHECK(told(log.line(bare_line(8, 5))) == "9 missing 1");
}

TEST_CASE("log: eight threads' events, written as they come, are one chain") {
  class Shared : public Events {
   public:
    std::mutex mutex;
    Lines lines;
    void emit(const Event &, std::string_view json) override {
      const std::lock_guard<std::mutex> guard(mutex);
      lines.emplace_back(json);
    }
  };
  Shared events;
  TestClock clock;
  SystemRandom random;
  const auto store = store::open_memory();
  Config config = parse_config(config_text()).value();
  const auto engine =
      Engine::make(std::move(config), ring(), Ports{*store, clock, random, events}, Secret(), Secret(32))
          .value();
  // As many as one that comes last of all is not too late for, however long its thread was kept waiting.
  constexpr int kThreads = 8, kEach = 120;
  static_assert(kThreads * kEach + 3 <= MFA_LOG_WINDOW);
  std::vector<std::thread> threads;
  for (int who = 0; who < kThreads; who++) {
    threads.emplace_back([&, who] {
      Request request;
      const std::string user = "user " + std::to_string(who);
      request.user = user;
      request.proven = MFA_PROVEN_PASSWORD;
      request.browser = "browser-of-alice-0123456789";
      for (int i = 0; i < kEach; i++) {
        if (i % 2 == 0) (void)engine->verify_begin(request, Method::webauthn, {});
        if (i % 2 == 1) (void)engine->verify_code(request, Method::totp, "123456");
      }
    });
  }
  for (auto &thread : threads) thread.join();
  engine->stop();
  CHECK(events.lines.size() == kThreads * kEach + 3);
  CHECK(check(events.lines).empty());
}

TEST_CASE("chain: a forked process goes on with a chain of its own") {
  const KeyRing keys = ring();
  Chain chain(keys, "", ChainId{1});
  Lines lines = {chain.link(chain.started(1)).text};
  Event stop;
  stop.name = "log_stopped";
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const auto links = chain.link(stop);
    std::string both = links.started ? links.started->text + "\n" + links.text + "\n" : "";
    const bool good = ::write(ends[1], both.data(), both.size()) == static_cast<ssize_t>(both.size());
    ::_exit(good ? 0 : 1);
  }
  ::close(ends[1]);
  std::string text;
  char buffer[4096];
  for (ssize_t got = 0; (got = ::read(ends[0], buffer, sizeof buffer)) > 0;)
    text.append(buffer, static_cast<size_t>(got));
  ::close(ends[0]);
  int status = 1;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(status == 0);
  const auto end = chain.link(stop);
  CHECK_FALSE(end.started.has_value());
  lines.push_back(end.text);
  lines.push_back(text.substr(0, text.find('\n')));
  lines.push_back(text.substr(text.find('\n') + 1, text.size() - text.find('\n') - 2));
  CHECK(lines[2].find("log_started") != std::string::npos);
  CHECK(check(lines).empty());
}
