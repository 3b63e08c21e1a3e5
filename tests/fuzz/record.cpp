#include "engine/record.hpp"
#include "engine/config.hpp"
#include "fuzz/targets.hpp"

namespace mfa::fuzz {

// The first byte chooses: a record as its seal gave it, or a configuration.
void run_record(ByteView input) {
  if (input.empty()) return;
  const ByteView rest = input.subspan(1);
  if (input[0] % 2 == 0) {
    const auto account = engine::decode_account(rest);
    if (account.has_value())
      require(engine::decode_account(engine::encode_account(account.value())).has_value());
  } else {
    const auto config = engine::parse_config(text_of(rest));
    if (config.has_value()) require(engine::parse_config(engine::config_json(config.value())).has_value());
  }
}

}  // namespace mfa::fuzz
