// QR codes (ISO/IEC 18004) of error correction M or better.
#pragma once

#include "core/bytes.hpp"
#include "core/result.hpp"

namespace mfa::qr {

inline constexpr size_t kTextMax = 2331;  // bytes that the largest code holds at level M
inline constexpr size_t kQuietZone = 4;   // modules around it that stay white

struct Code {
  size_t side = 0;  // modules, without the quiet zone
  Bytes modules;    // side * side, row by row; 1 is dark
};

// err_argument for an empty or too long text.
Result<Code> encode(std::string_view text);

// One <svg> element, black on white in any theme, that scales with its container. It has no style and no
// script, so it may be part of a page under a strict Content-Security-Policy.
std::string svg(const Code &code);
// Lines for a terminal that knows 256 colours and UTF-8, two rows of modules each.
std::string ansi(const Code &code);

}  // namespace mfa::qr
