#include "methods/otp/qr.hpp"

#include <fmt/format.h>

#include <iterator>
#include <qrcodegen/qrcodegen.hpp>

namespace mfa::qr {
namespace {

// False in the quiet zone.
bool is_dark(const Code &code, size_t x, size_t y) {
  return x >= kQuietZone && y >= kQuietZone && x < code.side + kQuietZone && y < code.side + kQuietZone &&
         code.modules[(y - kQuietZone) * code.side + (x - kQuietZone)] != 0;
}

}  // namespace

Result<Code> encode(std::string_view text) {
  if (text.empty() || text.size() > kTextMax) {  // qrcodegen throws on what is too long
    return fail(Status::err_argument, Reason::qr_length, "the text of a QR code must be 1 to 2331 bytes");
  }
  const std::vector<uint8_t> bytes(text.begin(), text.end());
  const auto made = qrcodegen::QrCode::encodeBinary(bytes, qrcodegen::QrCode::Ecc::MEDIUM);
  Code code{.side = static_cast<size_t>(made.getSize()), .modules = {}};
  code.modules.reserve(code.side * code.side);
  for (int y = 0; y < made.getSize(); y++) {
    for (int x = 0; x < made.getSize(); x++) code.modules.push_back(made.getModule(x, y) ? 1 : 0);
  }
  return code;
}

std::string svg(const Code &code) {
  std::string out = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {0}\" role=\"img\" aria-label=\"QR code\""
      " shape-rendering=\"crispEdges\"><rect width=\"{0}\" height=\"{0}\" fill=\"#fff\"/>"
      "<path fill=\"#000\" d=\"",
      code.side + 2 * kQuietZone);
  const size_t end = code.side + kQuietZone;
  for (size_t y = kQuietZone; y < end; y++) {
    for (size_t x = kQuietZone; x < end; x++) {
      if (!is_dark(code, x, y)) continue;
      size_t past = x;  // one rectangle for a run of dark modules
      while (is_dark(code, past, y)) past++;
      fmt::format_to(std::back_inserter(out), "M{0} {1}h{2}v1h-{2}z", x, y, past - x);
      x = past;
    }
  }
  return out + "\"/></svg>";
}

std::string ansi(const Code &code) {
  constexpr const char *kBlocks[] = {" ", "\u2580", "\u2584", "\u2588"};
  const size_t whole = code.side + 2 * kQuietZone;
  std::string out;
  for (size_t y = 0; y < whole; y += 2) {
    out += "\033[38;5;16;48;5;231m";  // black on white, whatever the terminal's theme
    for (size_t x = 0; x < whole; x++) out += kBlocks[is_dark(code, x, y) + 2 * is_dark(code, x, y + 1)];
    out += "\033[0m\n";
  }
  return out;
}

}  // namespace mfa::qr
