#include "methods/device/agent.hpp"

#include <span>

namespace mfa::device {
namespace {

struct Known {
  std::string_view mark;
  std::string_view name;
};

// First match wins: later browsers name earlier ones for company, and Android names Linux.
constexpr Known kBrowsers[] = {
    {"Edg/", "Edge"},
    {"EdgA/", "Edge"},
    {"EdgiOS/", "Edge"},
    {"OPR/", "Opera"},
    {"Opera", "Opera"},
    {"SamsungBrowser/", "Samsung Internet"},
    {"Vivaldi/", "Vivaldi"},
    {"YaBrowser/", "Yandex Browser"},
    {"DuckDuckGo/", "DuckDuckGo"},
    {"FxiOS/", "Firefox"},
    {"Firefox/", "Firefox"},
    {"CriOS/", "Chrome"},
    {"Chromium/", "Chromium"},
    {"HeadlessChrome/", "Chrome"},
    {"Chrome/", "Chrome"},
    {"Safari/", "Safari"},
    {"curl/", "curl"},
    {"Wget/", "Wget"},
};
constexpr Known kPlatforms[] = {
    {"iPhone", "iPhone"},   {"iPad", "iPad"},       {"Android", "Android"}, {"Windows", "Windows"},
    {"CrOS", "ChromeOS"},   {"Macintosh", "macOS"}, {"Mac OS X", "macOS"},  {"FreeBSD", "FreeBSD"},
    {"OpenBSD", "OpenBSD"}, {"Linux", "Linux"},
};

std::string_view find(std::span<const Known> table, std::string_view text) {
  for (const Known &row : table) {
    if (text.find(row.mark) != std::string_view::npos) return row.name;
  }
  return "";
}

}  // namespace

std::string name_of_agent(std::string_view user_agent) {
  const std::string_view browser = find(kBrowsers, user_agent), platform = find(kPlatforms, user_agent);
  if (browser.empty() && platform.empty()) return "unknown device";
  std::string name(browser.empty() ? "unknown browser" : browser);
  if (!platform.empty()) name.append(" on ").append(platform);
  return name;
}

}  // namespace mfa::device
