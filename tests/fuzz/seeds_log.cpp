// Seeds of logs of events: whole, and each flaw once.
#include "engine/chain.hpp"
#include "fuzz/seeds.hpp"
#include "support/must.hpp"

namespace mfa::fuzz {
namespace {

using Lines = std::vector<std::string>;

Lines chain_of(const KeyRing &keys, uint8_t id) {
  engine::Chain chain(keys, "shop", engine::ChainId{id});
  Lines lines = {chain.link(chain.started(1)).text};
  for (const char *name : {"verified", "refused", "log_stopped"}) {
    engine::Event event;
    event.name = name;
    event.user = "ada";
    event.at_s = 2;
    lines.push_back(chain.link(event).text);
  }
  return lines;
}

}  // namespace

void add_logs(Seeds &seeds) {
  const Bytes key(32, 1);
  const RingKey ring{1, key};
  const KeyRing keys = test::must(KeyRing::make({&ring, 1}));
  const Lines one = chain_of(keys, 1), two = chain_of(keys, 2);
  std::string altered = one[1];
  altered.replace(altered.find("ada"), 3, "eve");
  for (const Lines &lines :
       {one, Lines{one[0], two[0], one[2], one[1], two[1], two[2], one[3], two[3]},
        Lines{one[0], one[2], one[3]}, Lines{one[0], altered, one[2], one[3]}, Lines{one[0], one[1], one[1]},
        Lines{"x", "", one[0] + "\r", "{}"}, Lines{one[3]}}) {
    std::string text;
    for (const std::string &line : lines) text += line + "\n";
    for (const uint8_t choice : {0, 1, 2, 129}) seeds.add("log", after({choice}, bytes_of(text)));
  }
}

}  // namespace mfa::fuzz
