// Every call on an account, each ready to be made: for tests that put something out of order just before it.
#pragma once

#include "engine/cookies.hpp"

namespace mfa::test::calls {

inline constexpr const char *kEverything =
    R"("methods":{"email":{"allowed":true},"device":{"allowed":true}},)"
    R"("device":{"pairing":true,"pairing_url":"https://example.test/pair"},"quick_login":{"enabled":true})";

// A mail to whoever has a record of theirs, unasked.
inline constexpr const char *kMailed = R"("methods":{"email":{"allowed":true}},"email":{"enforced":true})";

// Alice, who is signed in with a code, and what a call needs besides.
struct Stage {
  Host host{config_text(kEverything)};
  std::string secret = host.add_totp();
  uint64_t min_serial = 0;
  std::string session = "session-1";
  Authenticator passkey;

  Request as(Purpose purpose) {
    Request request = host.request(purpose);
    request.min_serial = min_serial;
    request.session = session;
    return request;
  }
  Request phone() {
    Request request = as(Purpose::login);
    request.browser = "browser-of-the-phone-0123456789";
    request.user_agent = kPhone;
    return request;
  }
  void add_passkey() { REQUIRE(host.add_passkey(passkey, Purpose::manage).has_value()); }
  std::string factor() {
    const auto view = host.engine->view(host.request(Purpose::manage));
    REQUIRE(view.has_value());
    return view.value().factors.front().id;
  }
  Offer pairing() {
    auto offer = host.engine->enroll_begin(host.request(Purpose::manage), Method::device, {});
    REQUIRE(offer.has_value());
    return std::move(offer).value();
  }
};

using Last = std::function<Status()>;
// What is asked of the session's statement. manage: a fresh one, so that none is MFA_FACTOR_NEEDED.
enum class Asks { nothing, session, session_offline, manage };
struct Row {
  const char *name;
  bool saves;
  bool asks_serial;  // has a request whose min_serial is looked at
  Asks asks;
  std::function<Last(Stage &)> prepare;
};

inline BeginOptions to_alice() {
  BeginOptions options;
  options.address = "alice@example.test";
  return options;
}

inline const Row kRows[] = {
    {"account_view", false, true, Asks::nothing,
     [](Stage &s) -> Last { return [&s] { return status_of(s.host.engine->view(s.as(Purpose::login))); }; }},
    {"policy_explain", false, true, Asks::nothing,
     [](Stage &s) -> Last {
       return [&s] { return status_of(s.host.engine->explain(s.as(Purpose::login), {})); };
     }},
    {"enroll_begin", true, true, Asks::manage,
     [](Stage &s) -> Last {
       return [&s] {
         return status_of(s.host.engine->enroll_begin(s.as(Purpose::manage), Method::email, to_alice()));
       };
     }},
    {"enroll_finish", true, true, Asks::manage,
     [](Stage &s) -> Last {
       const auto offer = s.host.engine->enroll_begin(s.as(Purpose::manage), Method::totp, {});
       REQUIRE(offer.has_value());
       return [&s, ticket = Host::text(offer.value(), MFA_OFFER_TICKET),
               secret = Host::text(offer.value(), MFA_OFFER_SECRET)] {
         return status_of(
             s.host.engine->enroll_finish(s.as(Purpose::manage), ticket, s.host.code_of(secret)));
       };
     }},
    {"verify_begin", true, true, Asks::nothing,
     [](Stage &s) -> Last {
       s.host.restart(config_text(kMailed));
       return [&s] {
         return status_of(s.host.engine->verify_begin(s.as(Purpose::login), Method::email, to_alice()));
       };
     }},
    {"verify_finish", true, true, Asks::nothing,
     [](Stage &s) -> Last {
       s.host.restart(config_text(kMailed));
       const auto offer = s.host.engine->verify_begin(s.as(Purpose::login), Method::email, to_alice());
       REQUIRE(offer.has_value());
       return [&s, ticket = Host::text(offer.value(), MFA_OFFER_TICKET)] {
         return status_of(s.host.engine->verify_finish(s.as(Purpose::login), ticket, "00000000"));
       };
     }},
    {"verify_code", true, true, Asks::nothing,
     [](Stage &s) -> Last {
       return [&s] {
         return status_of(
             s.host.engine->verify_code(s.as(Purpose::login), Method::totp, s.host.wrong_code(s.secret)));
       };
     }},
    {"session_start", true, true, Asks::nothing,
     [](Stage &s) -> Last {
       // In a period of grace, whose start is saved.
       REQUIRE(status_of(s.host.engine->admin(AdminAction::reset, "alice", "", "test")) == Status::ok);
       s.host.restart(config_text(R"("policy":{"roles":{"*":{"mfa":"required","grace_days":14}}})"));
       return [&s] { return status_of(s.host.engine->session_start(s.as(Purpose::login))); };
     }},
    {"session_check", false, true, Asks::session,
     [](Stage &s) -> Last {
       return [&s] { return status_of(s.host.engine->session_check(s.as(Purpose::step_up), {}, true)); };
     }},
    {"verify_begin, to step up", false, true, Asks::session,
     [](Stage &s) -> Last {
       s.add_passkey();
       return [&s] {
         return status_of(s.host.engine->verify_begin(s.as(Purpose::step_up), Method::webauthn, {}));
       };
     }},
    {"verify_finish, to step up", true, true, Asks::session,
     [](Stage &s) -> Last {
       s.add_passkey();
       const auto offer = s.host.engine->verify_begin(s.as(Purpose::step_up), Method::webauthn, {});
       REQUIRE(offer.has_value());
       return [&s, ticket = Host::text(offer.value(), MFA_OFFER_TICKET),
               response = s.passkey.get(Host::text(offer.value(), MFA_OFFER_OPTIONS), kOrigin)] {
         return status_of(s.host.engine->verify_finish(s.as(Purpose::step_up), ticket, response));
       };
     }},
    {"verify_code, to step up", true, true, Asks::session,
     [](Stage &s) -> Last {
       return [&s] {
         return status_of(
             s.host.engine->verify_code(s.as(Purpose::step_up), Method::totp, s.host.code_of(s.secret)));
       };
     }},
    {"session_check_offline", false, false, Asks::session_offline,
     [](Stage &s) -> Last {
       return [&s] { return status_of(s.host.engine->session_check(s.as(Purpose::step_up), {}, false)); };
     }},
    {"device_remember", true, true, Asks::manage,
     [](Stage &s) -> Last {
       return [&s] { return status_of(s.host.engine->remember_device(s.as(Purpose::manage), "")); };
     }},
    {"device_claim", true, false, Asks::nothing,
     [](Stage &s) -> Last {
       return [&s, code = Host::text(s.pairing(), MFA_OFFER_CODE)] {
         return status_of(s.host.engine->claim_device(s.phone(), code));
       };
     }},
    {"device_claimed", false, true, Asks::session,
     [](Stage &s) -> Last {
       return [&s, ticket = Host::text(s.pairing(), MFA_OFFER_TICKET)] {
         return status_of(s.host.engine->claimed_device(s.as(Purpose::manage), ticket));
       };
     }},
    {"device_collect", true, false, Asks::nothing,
     [](Stage &s) -> Last {
       const Offer opened = s.pairing();
       const auto claimed = s.host.engine->claim_device(s.phone(), Host::text(opened, MFA_OFFER_CODE));
       REQUIRE(claimed.has_value());
       REQUIRE(
           s.host
               .keep(s.host.engine->enroll_finish(s.as(Purpose::manage), Host::text(opened, MFA_OFFER_TICKET),
                                                  Host::text(claimed.value(), MFA_OFFER_CODE)))
               .has_value());
       return [&s, ticket = Host::text(claimed.value(), MFA_OFFER_TICKET)] {
         Request request = s.phone();
         request.user = "";
         return status_of(s.host.engine->collect_device(request, ticket));
       };
     }},
    {"remembered_issue", false, true, Asks::session,
     [](Stage &s) -> Last {
       return [&s] { return status_of(s.host.engine->remember_user(s.as(Purpose::manage))); };
     }},
    {"remembered_user", false, false, Asks::nothing,
     [](Stage &s) -> Last {
       const auto cookie = s.host.engine->remember_user(s.as(Purpose::manage));
       REQUIRE(cookie.has_value());
       Jar jar;
       jar.take(text_of(cookie.value().reveal()));
       return [&s, header = jar.header()] {
         return status_of(s.host.engine->remembered_user(Request{}, header));
       };
     }},
    {"factor_rename", true, true, Asks::manage,
     [](Stage &s) -> Last {
       return [&s, factor = s.factor()] {
         return status_of(s.host.engine->rename(s.as(Purpose::manage), factor, "Phone"));
       };
     }},
    {"factor_set_enabled", true, true, Asks::manage,
     [](Stage &s) -> Last {
       s.host.restart(config_text(R"("policy":{"last_factor_removable":true})"));
       return [&s, factor = s.factor()] {
         return status_of(s.host.engine->set_enabled(s.as(Purpose::manage), factor, false));
       };
     }},
    {"factor_remove", true, true, Asks::manage,
     [](Stage &s) -> Last {
       s.host.restart(config_text(R"("policy":{"last_factor_removable":true})"));
       return [&s, factor = s.factor()] {
         return status_of(s.host.engine->remove(s.as(Purpose::manage), factor));
       };
     }},
    {"admin", true, false, Asks::nothing,
     [](Stage &s) -> Last {
       return [&s] { return status_of(s.host.engine->admin(AdminAction::sign_out, "alice", "", "test")); };
     }},
    {"admin_import", true, false, Asks::nothing,
     [](Stage &s) -> Last {
       return [&s] {
         constexpr std::string_view kHotp =
             R"({"method":"totp","uri":"otpauth://totp/a:b?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"})";
         return status_of(s.host.engine->import("alice", kHotp, "test"));
       };
     }},
    {"admin_audit", false, false, Asks::nothing,
     [](Stage &s) -> Last { return [&s] { return status_of(s.host.engine->audit("alice")); }; }},
};

}  // namespace mfa::test::calls
