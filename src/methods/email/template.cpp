// Mails from templates.
#include <algorithm>
#include <optional>

#include "methods/email/email.hpp"

namespace mfa::email {
namespace {

enum class Escape { none, html };

struct Placeholder {
  std::string_view name;
  std::string_view Values::*value;
};
constexpr Placeholder kPlaceholders[] = {{"user", &Values::user},
                                         {"code", &Values::code},
                                         {"minutes", &Values::minutes},
                                         {"issuer", &Values::issuer}};

bool is_line(std::string_view text) {
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

void append(Bytes &out, std::string_view text, Escape escape) {
  for (const char c : text) {
    const char *entity = nullptr;
    if (escape == Escape::html) {
      switch (c) {
        case '&': entity = "&amp;"; break;
        case '<': entity = "&lt;"; break;
        case '>': entity = "&gt;"; break;
        case '"': entity = "&quot;"; break;
        case '\'': entity = "&#39;"; break;
        default: break;
      }
    }
    if (entity) {
      for (; *entity; entity++) out.push_back(static_cast<uint8_t>(*entity));
    } else {
      out.push_back(static_cast<uint8_t>(c));
    }
  }
}

// write(literal) and value(placeholder), in turn. False for a placeholder that is none.
template <class Write, class Value>
bool walk(std::string_view given, Write write, Value value) {
  while (!given.empty()) {
    const size_t brace = given.find('{');
    write(given.substr(0, brace));
    if (brace == std::string_view::npos) return true;
    given.remove_prefix(brace);
    if (given.starts_with("{{")) {
      write("{");
      given.remove_prefix(2);
      continue;
    }
    const size_t end = given.find('}');
    if (end == std::string_view::npos) return false;
    const std::string_view name = given.substr(1, end - 1);
    const auto *row = std::find_if(std::begin(kPlaceholders), std::end(kPlaceholders),
                                   [&](const Placeholder &known) { return known.name == name; });
    if (row == std::end(kPlaceholders)) return false;
    value(*row);
    given.remove_prefix(end + 1);
  }
  return true;
}

bool reads(std::string_view given) {
  return given.size() <= kTemplateMax && walk(
                                             given, [](std::string_view) {}, [](const Placeholder &) {});
}

// With room from the start: what is moved to a larger place would stay where it was.
Secret rendered(std::string_view given, const Values &values, Escape escape) {
  size_t size = 1;
  const auto longest = [](std::string_view value) { return value.size() * 6; };
  walk(
      given, [&](std::string_view text) { size += text.size(); },
      [&](const Placeholder &row) { size += longest(values.*row.value); });
  Bytes out;
  out.reserve(size);
  walk(
      given, [&](std::string_view text) { append(out, text, Escape::none); },
      [&](const Placeholder &row) { append(out, values.*row.value, escape); });
  return Secret::take(std::move(out));
}

}  // namespace

Result<Done> check_template(const Template &given) {
  if (!reads(given.subject) || !reads(given.text) || !reads(given.html)) {
    return fail(Status::malformed, Reason::email_template,
                "a placeholder that is none, a brace left open, or too long");
  }
  if (given.subject.empty() || given.text.empty() || !is_line(given.subject))
    return fail(Status::malformed, Reason::email_template, "a mail has a text, and a subject of one line");
  return done;
}

Result<Mail> render(const Template &given, const Values &values) {
  for (const std::string_view value : {values.user, values.code, values.minutes, values.issuer}) {
    if (!is_line(value) || value.size() > kValueMax) {
      return fail(Status::err_argument, Reason::email_value,
                  "a value for the mail holds a control character, or is too long");
    }
  }
  return Mail{rendered(given.subject, values, Escape::none), rendered(given.text, values, Escape::none),
              rendered(given.html, values, Escape::html)};
}

}  // namespace mfa::email
