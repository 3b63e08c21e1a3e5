// A log of events, to be checked: with the key of its engine, with another, and by links alone.
#include "engine/log.hpp"
#include "fuzz/targets.hpp"

namespace mfa::fuzz {

void run_log(ByteView input) {
  static const Bytes kKey(32, 1);
  const uint8_t choice = input.empty() ? 0 : input[0];
  std::optional<KeyRing> keys;
  const RingKey key{choice % 3u, kKey};  // of the seeds: 1
  if (choice % 3u != 0) keys = KeyRing::make({&key, 1}).value();
  engine::LogCheck log(std::move(keys));
  std::string_view rest = text_of(input).substr(input.empty() ? 0 : 1);
  uint64_t lines = 0, problems = 0;
  const auto count = [&](const engine::LogCheck::Findings &findings) {
    for (const engine::Finding &found : findings) {
      require(found.line <= lines && (found.last_n == 0 || found.first_n > 0));
      problems += found.note ? 0 : 1;
    }
  };
  while (!rest.empty()) {
    const size_t end = std::min(rest.find('\n'), rest.size());
    lines++;
    count(log.line(rest.substr(0, end)));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  count(log.end(choice > 127));
  require(problems == log.problems() && log.events() <= lines && log.chains() <= lines);
  require(log.unchecked() <= log.events());
}

}  // namespace mfa::fuzz
