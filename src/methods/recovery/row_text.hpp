// A stored recovery code as one line of text, for hosts that keep their own tables:
// $mfa-recovery$s=7$argon2id$v=19$m=19456,t=2,p=1$<salt>$<hash>, the last two in base64url.
#pragma once

#include "methods/recovery/recovery.hpp"

namespace mfa::recovery {

// What a row of somebody's table may ask of this machine: 256 MiB, eight passes.
inline constexpr Cost kRowMost{262144, 8};

std::string row_text(const Stored &row);
// Only what row_text writes, of a cost from kFloor to kRowMost; else err_damaged.
Result<Stored> parse_row(std::string_view text);

}  // namespace mfa::recovery
