// A line of `mfa webauthn verify`, `mfa cose verify` or `mfa webauthn inspect`: all that is in a ceremony,
// whatever its kind.
#include "fuzz/expectation.hpp"
#include "fuzz/targets.hpp"
#include "tools/inspect.hpp"
#include "tools/transcript.hpp"

namespace mfa::fuzz {

void run_ceremony(ByteView input) {
  if (input.empty()) return;
  const std::string_view text = text_of(input.subspan(1));
  if (input[0] % 3 == 0) {
    // There is always a verdict.
    require(tools::judge_transcript(text, kNow, (input[0] & 4) != 0).has_value());
  } else if (input[0] % 3 == 1) {
    require(tools::judge_signature(text).has_value());
  } else {
    require_answer(tools::inspect(text));
  }
}

}  // namespace mfa::fuzz
