// A browser's jar, in miniature: what Set-Cookie values leave in it, and the Cookie header that it sends.
#pragma once

#include <map>

#include "engine/host.hpp"

namespace mfa::test {

class Jar {
 public:
  void take(std::string_view set_cookie) {
    const std::string_view pair = set_cookie.substr(0, set_cookie.find(';'));
    const size_t equals = pair.find('=');
    REQUIRE(equals != std::string_view::npos);
    cookies_[std::string(pair.substr(0, equals))] = pair.substr(equals + 1);
  }
  // Of a proof that may have none.
  void take(const Proof &proof) {
    const std::string text = Host::text(proof, MFA_PROOF_SET_COOKIE);
    if (!text.empty()) take(text);
  }
  std::string header() const {
    std::string text = "theme=dark";
    for (const auto &[name, value] : cookies_) text += "; " + name + "=" + value;
    return text;
  }
  size_t size() const { return cookies_.size(); }
  std::map<std::string, std::string> &cookies() { return cookies_; }

 private:
  std::map<std::string, std::string> cookies_;
};

inline constexpr const char *kPhone = "Mozilla/5.0 (Android 14; Mobile; rv:130.0) Gecko/130.0 Firefox/130.0";

// Of the account's list, the devices.
inline std::vector<FactorRow> devices_of(Host &host, std::string_view user = "alice") {
  const auto view = host.engine->view(host.request(Purpose::manage, user));
  REQUIRE(view.has_value());
  std::vector<FactorRow> rows;
  for (const FactorRow &row : view.value().factors) {
    if (row.method == Method::device) rows.push_back(row);
  }
  return rows;
}

}  // namespace mfa::test
