#include "engine/config.hpp"

#include <doctest.h>

#include "engine/host.hpp"

using namespace mfa;
using namespace mfa::engine;

namespace {

std::string refusal(const std::string &json) {
  const auto config = parse_config(json);
  return config.has_value() ? "" : config.error().detail;
}
std::string with(const std::string &more) { return R"({"version":1,"issuer":"x",)" + more + "}"; }

}  // namespace

TEST_CASE("configuration: version and issuer are all it needs") {
  const auto config = parse_config(R"({"version":1,"issuer":"Example"})");
  REQUIRE(config.has_value());
  CHECK(config.value().allows(Method::totp));
  CHECK(config.value().allows(Method::recovery));
  CHECK_FALSE(config.value().allows(Method::hotp));
  CHECK_FALSE(config.value().allows(Method::webauthn));  // nothing to check one against
  CHECK(refusal(R"({"version":1})") == "issuer");
  CHECK(refusal(R"({"issuer":"x"})") == "version");
  CHECK(refusal(R"({"version":2,"issuer":"x"})") == "version");
  CHECK(refusal(R"({"version":1,"issuer":"a:b"})") == "issuer");
  CHECK(test::reason_of(parse_config("{")) == Reason::config_json);
}

TEST_CASE("configuration: an unknown key, a wrong type, a number out of range: refused with the path") {
  CHECK(refusal(with(R"("totp":{"digit":6})")) == "totp.digit");
  CHECK(refusal(with(R"("nonsense":1)")) == "nonsense");
  CHECK(refusal(with(R"("totp":{"digits":"6"})")) == "totp.digits");
  CHECK(refusal(with(R"("totp":{"digits":5})")) == "totp.digits");
  CHECK(refusal(with(R"("totp":{"past":3})")) == "totp.past");
  CHECK(refusal(with(R"("totp":[])")) == "totp");
  CHECK(refusal(with(R"("policy":{"roles":{"staff":{"min_aal":4}}})")) == "policy.roles.staff.min_aal");
  CHECK(refusal(with(R"("policy":{"roles":{"a b":{}}})")) == "policy.roles.a b");
  CHECK(refusal(with(R"("policy":{"alone":[{"method":"totp"}]})")) == "policy.alone[0].method");
  CHECK(refusal(with(R"("recovery":{"hash":{"name":"argon2id","memory_kib":1024}})")) ==
        "recovery.hash.memory_kib");
  CHECK(refusal(with(R"("realm":"a/b")")) == "realm");
  CHECK(refusal(with(R"("approval":{"methods":["totp","smoke"]})")) == "approval.methods");
  CHECK(refusal(with(R"("unsafe":{"everything":true})")) == "unsafe.everything");
  CHECK(refusal(with(R"("session":{"recheck":{"min_s":9,"max_s":8}})")) == "session.recheck");
  CHECK(refusal(with(R"("approval":{"methods":["device"]})")) == "approval.methods");
}

TEST_CASE("configuration: trusted devices and remembered users") {
  for (const auto &row : std::initializer_list<std::pair<const char *, const char *>>{
           {R"("device":{"cookie":{"name":"a b"}})", "device.cookie.name"},
           {R"("device":{"cookie":{"path":"/login"}})", "device.cookie"},
           {R"("device":{"cookie":{"path":"/a;b","host_prefix":false}})", "device.cookie.path"},
           {R"("device":{"cookie":{"same_site":"None"}})", "device.cookie.same_site"},
           {R"("device":{"cookie":{"name":"mfa-remembered"}})", "quick_login.cookie.name"},
           {R"("quick_login":{"cookie":{"name":""}})", "quick_login.cookie.name"},
           {R"("device":{"idle_days":31})", "device.idle_days"},
           {R"("device":{"absolute_days":181})", "device.absolute_days"},
           {R"("device":{"pairing_url":"http://example.test/pair"})", "device.pairing_url"},
           {R"("device":{"pairing_url":"https://example.test/#pair"})", "device.pairing_url"},
           {R"("session":{"recheck":{"methods":{"device":{"min_s":9,"max_s":8}}}})",
            "session.recheck.methods"},
           {R"("session":{"recheck":{"methods":{"smoke":{}}}})", "session.recheck.methods.smoke"}}) {
    CAPTURE(row.first);
    CHECK(refusal(with(row.first)) == row.second);
  }
  const auto config = parse_config(
      with(R"("device":{"cookie":{"path":"/login","host_prefix":false}},"unsafe":{"http_cookies":true},)"
           R"("session":{"recheck":{"min_s":20,"max_s":30,"methods":{"device":{"min_s":10}}}})"));
  REQUIRE(config.has_value());
  CHECK_FALSE(config.value().device.cookie.secure);
  CHECK_FALSE(config.value().quick_login.cookie.secure);
  CHECK(config.value().unsafe_used() == std::vector<std::string>{"http_cookies"});
  CHECK(config.value().session.recheck.of(Method::device).min_s == 10);
  CHECK(config.value().session.recheck.of(Method::device).max_s == 30);
  CHECK(config.value().session.recheck.of(Method::totp).min_s == 20);
}

TEST_CASE("configuration: what this release does not have is refused, not ignored") {
  for (const auto &row : std::initializer_list<std::pair<const char *, const char *>>{
           {R"("throttle":{"per_user":{"exempt":[]}})", "throttle.per_user.exempt"},
           {R"("throttle":{"per_user":{"exempt":["webauthn","u2f","recovery","device"]}})",
            "throttle.per_user.exempt"},
           {R"("recovery":{"min_legacy_iterations":100000})", "recovery.min_legacy_iterations"}}) {
    const auto refused = parse_config(with(row.first));
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().reason == Reason::config_not_in_release);
    CHECK(refused.error().detail == row.second);
  }
}

TEST_CASE("configuration: a window follows a token's clock no further than it reaches") {
  CHECK(refusal(with(R"("totp":{"drift_steps":1})")).empty());
  CHECK(refusal(with(R"("totp":{"drift_steps":2})")) == "totp.drift_steps");
  CHECK(refusal(with(R"("totp":{"past":0,"drift_steps":1})")) == "totp.drift_steps");
  CHECK(refusal(with(R"("totp":{"future":0,"drift_steps":1})")) == "totp.drift_steps");
  CHECK(refusal(with(R"("totp":{"past":2,"drift_steps":2})")) == "totp.drift_steps");
  CHECK(refusal(with(R"("totp":{"past":2,"future":2,"drift_steps":2})")).empty());
  CHECK(refusal(with(R"("totp":{"past":2,"future":2,"drift_steps":3})")) == "totp.drift_steps");
  CHECK(refusal(with(R"("totp":{"drift_steps":2},"unsafe":{"totp_window_steps":2})")).empty());
}

TEST_CASE("configuration: how much of a source is kept") {
  CHECK(refusal(with(R"("events":{"source":"some"})")) == "events.source");
  CHECK(refusal(with(R"("events":{"source":false})")) == "events.source");
  CHECK(parse_config(with(R"("events":{"source":"network"})")).value().events_source == SourceKept::network);
  CHECK(parse_config(with(R"("events":{})")).value().events_source == SourceKept::full);
}

TEST_CASE("configuration: templates of mails") {
  const auto mail = [](const std::string &more) {
    return with(R"("methods":{"email":{"allowed":true}},)" + more);
  };
  CHECK(refusal(mail(R"("email":{"templates":{"en":{"subject":"{code}","text":"{code}"}}})")) ==
        "email.templates.en.subject");
  CHECK(refusal(mail(R"("email":{"templates":{"en":{"subject":"{code}","text":"{code}"}}},)"
                     R"("unsafe":{"code_in_subject":true})"))
            .empty());
  CHECK(refusal(mail(R"("email":{"templates":{"en":{"subject":"x","text":"{cod}"}}})")) ==
        "email.templates.en");
  CHECK(refusal(mail(R"("email":{"templates":{"en":{"subject":"x","text":"y","plain":"z"}}})")) ==
        "email.templates.en.plain");
  CHECK(refusal(mail(R"("email":{"templates":{"de":{"subject":"x","text":"{code}"}}})")) ==
        "email.default_locale");
  CHECK(refusal(mail(R"("email":{"digits":5})")) == "email.digits");
  const auto config = parse_config(
      mail(R"("email":{"templates":{"de":{"subject":"x","text":"{code}"}},"default_locale":"de"})"));
  REQUIRE(config.has_value());
  CHECK(config_json(parse_config(config_json(config.value())).value()) == config_json(config.value()));
}

TEST_CASE("configuration: U2F needs an AppID, which is an https address") {
  CHECK(refusal(with(R"("methods":{"u2f":{"allowed":true}})")) == "u2f.app_id");
  CHECK(refusal(with(R"("u2f":{"app_id":"http://example.test"})")) == "u2f.app_id");
  CHECK(
      refusal(with(R"("methods":{"u2f":{"allowed":true}},"u2f":{"app_id":"https://example.test"})")).empty());
}

TEST_CASE("configuration: extension inputs, compound and backup policies") {
  const auto webauthn = [](const std::string &more) {
    return with(R"("webauthn":{"rp_id":"example.test","origins":["https://example.test"],)" + more + "}");
  };
  CHECK(refusal(webauthn(R"("extensions":[])")) == "webauthn.extensions");
  CHECK(refusal(webauthn(R"("extensions":{"credentialProtectionPolicy":"no"})")) == "webauthn.extensions");
  CHECK(refusal(webauthn(R"("extensions":{"appidExclude":"https://example.test"})")) ==
        "webauthn.extensions");
  CHECK(refusal(webauthn(R"("extensions":{"x":1.5})")) == "webauthn.extensions");
  CHECK(refusal(webauthn(R"("extensions":{"x":")" + std::string(2048, 'a') + R"("})")) ==
        "webauthn.extensions");
  CHECK(refusal(webauthn(R"("compound":"some")")) == "webauthn.compound");
  CHECK(refusal(webauthn(R"("compound":[])")) == "webauthn.compound");
  CHECK(refusal(webauthn(R"("require_backed_up":"maybe")")) == "webauthn.require_backed_up");
  const std::string full = webauthn(
      R"("extensions":{"minPinLength":true},"compound":["tpm","packed"],"require_backed_up":"forbidden")");
  const auto config = parse_config(full);
  REQUIRE(config.has_value());
  const std::string written = config_json(config.value());
  CHECK(written.find(R"("extensions":{"minPinLength":true})") != std::string::npos);
  CHECK(written.find(R"("compound":["tpm","packed"])") != std::string::npos);
  CHECK(written.find(R"("require_backed_up":"forbidden")") != std::string::npos);
  CHECK(config_json(parse_config(written).value()) == written);
}

TEST_CASE("configuration: webauthn") {
  CHECK(refusal(with(R"("methods":{"webauthn":{"allowed":true}})")) == "webauthn");
  CHECK(refusal(with(R"("webauthn":{"origins":["https://a.test"]})")) == "webauthn.rp_id");
  CHECK(refusal(with(R"("webauthn":{"rp_id":"a.test"})")) == "webauthn.origins");
  CHECK(
      refusal(with(R"("webauthn":{"rp_id":"a.test","origins":["https://a.test"],"algorithms":["ES255"]})")) ==
      "webauthn.algorithms");
  const auto config = parse_config(with(
      R"("webauthn":{"rp_id":"a.test","origins":["https://a.test"],"algorithms":["RS256",-7],"cross_origin":"allow"})"));
  REQUIRE(config.has_value());
  CHECK(config.value().webauthn.algorithms == std::vector<int32_t>{-257, -7});
  CHECK(config.value().webauthn.cross_origin);
  CHECK(config.value().webauthn.rp_name == "x");
}

TEST_CASE("configuration: written out with its defaults, it reads back to the same") {
  const auto config = parse_config(with(
      R"("webauthn":{"rp_id":"a.test","origins":["https://a.test"]},"policy":{"roles":{"*":{},"staff":{"mfa":"required"}}})"));
  REQUIRE(config.has_value());
  const std::string text = config_json(config.value());
  const auto again = parse_config(text);
  REQUIRE(again.has_value());
  CHECK(config_json(again.value()) == text);
  CHECK(text.find("\"disable_after\":100") != std::string::npos);
}

TEST_CASE("configuration: what is loosened is named") {
  const auto config = parse_config(with(R"("unsafe":{"totp_window_steps":10,"unbound_tickets":true})"));
  REQUIRE(config.has_value());
  CHECK(config.value().unsafe_used() == std::vector<std::string>{"totp_window_steps", "unbound_tickets"});
  CHECK(config.value().totp_params().past == 10);
}
