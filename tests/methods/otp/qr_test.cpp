#include "methods/otp/qr.hpp"

#include <doctest.h>

#include <algorithm>

using namespace mfa;

namespace {

// The 7 by 7 corner of a QR code, without looking at what made it.
bool has_finder_at(const qr::Code &code, size_t left, size_t top) {
  const char *rows[] = {"1111111", "1000001", "1011101", "1011101", "1011101", "1000001", "1111111"};
  for (size_t y = 0; y < 7; y++) {
    for (size_t x = 0; x < 7; x++) {
      if (code.modules[(top + y) * code.side + left + x] != rows[y][x] - '0') return false;
    }
  }
  return true;
}

size_t count(std::string_view text, std::string_view part) {
  size_t found = 0;
  for (size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + part.size()))
    found++;
  return found;
}

const auto kUri =
    "otpauth://totp/Example:alice%40example.org?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Example";

}  // namespace

TEST_CASE("a QR code is a square with its three finders") {
  const auto code = qr::encode(kUri).value();
  CHECK(code.side == 41);  // version 6 holds 106 bytes at level M
  REQUIRE(code.modules.size() == code.side * code.side);
  CHECK(std::ranges::all_of(code.modules, [](uint8_t module) { return module <= 1; }));
  CHECK(has_finder_at(code, 0, 0));
  CHECK(has_finder_at(code, code.side - 7, 0));
  CHECK(has_finder_at(code, 0, code.side - 7));
}

TEST_CASE("a QR code holds up to 2331 bytes of any kind") {
  CHECK(qr::encode(std::string(qr::kTextMax, 'x')).value().side == 177);
  CHECK(qr::encode(std::string(qr::kTextMax, '\0')).has_value());
  CHECK(qr::encode(std::string(qr::kTextMax, '7')).has_value());
  for (const auto &text : {std::string(), std::string(qr::kTextMax + 1, 'x'), std::string(1 << 20, '7')}) {
    const auto code = qr::encode(text);
    REQUIRE_FALSE(code.has_value());
    CHECK(code.error().status == Status::err_argument);
    CHECK(code.error().reason == Reason::qr_length);
  }
}

TEST_CASE("the SVG draws each dark module once, inside a quiet zone") {
  const auto code = qr::encode(kUri).value();
  const auto svg = qr::svg(code);
  Bytes drawn(code.side * code.side, 0);
  size_t at = svg.find("d=\"") + 3;
  while (svg[at] == 'M') {
    int x = 0, y = 0, length = 0, back = 0, used = 0;
    REQUIRE(std::sscanf(svg.c_str() + at, "M%d %dh%dv1h-%dz%n", &x, &y, &length, &back, &used) == 4);
    REQUIRE(used > 0);
    CHECK(length == back);
    for (int i = 0; i < length; i++)
      drawn.at(static_cast<size_t>(y - 4) * code.side + static_cast<size_t>(x + i - 4))++;
    at += static_cast<size_t>(used);
  }
  CHECK(svg.substr(at) == "\"/></svg>");
  CHECK(drawn == code.modules);
  CHECK(svg.find("viewBox=\"0 0 49 49\"") != std::string::npos);
}

TEST_CASE("the SVG is accessible and works under a strict Content-Security-Policy") {
  const auto svg = qr::svg(qr::encode(kUri).value());
  CHECK(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\""));
  for (const char *part : {"role=\"img\"", "aria-label=\"QR code\"", "shape-rendering=\"crispEdges\"",
                           "fill=\"#fff\"", "fill=\"#000\""})
    CHECK(count(svg, part) == 1);
  for (const char *part : {"style", "script", "href", "onload"}) CHECK(count(svg, part) == 0);
}

TEST_CASE("the terminal's form has half as many lines, each black on white and reset") {
  const auto code = qr::encode(kUri).value();
  const auto text = qr::ansi(code);
  CHECK(count(text, "\n") == 25);
  CHECK(count(text, "\033[38;5;16;48;5;231m") == 25);
  CHECK(count(text, "\033[0m\n") == 25);
  const auto dark = static_cast<size_t>(std::ranges::count(code.modules, 1));
  CHECK(2 * count(text, "\u2588") + count(text, "\u2580") + count(text, "\u2584") == dark);
}
