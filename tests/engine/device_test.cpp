// Trusted devices: remembered after a full second factor, spared it at sign-in, good for nothing else.
#include "engine/cookies.hpp"

using namespace mfa;
using namespace mfa::test;

namespace {

constexpr uint64_t kDay = 86400;

std::string config(const std::string &device = "", const std::string &more = "") {
  return config_text(R"("methods":{"device":{"allowed":true}},"device":{)" + device + "}" + more);
}

Result<Proof> remember(Host &host, std::string_view label = "", std::string_view cookies = "") {
  Request request = host.request(Purpose::manage);
  request.user_agent = kPhone;
  request.cookies = cookies;
  return host.keep(host.engine->remember_device(request, label));
}

Result<Proof> arrive(Host &host, const std::string &cookies, std::string_view user = "alice") {
  return host.engine->verify_code(host.request(Purpose::login, user), Method::device, cookies);
}

// Alice with an authenticator app and this browser remembered.
struct Laptop {
  Host host;
  std::string secret;
  Jar jar;
  explicit Laptop(std::string text = config()) : host(std::move(text)) {
    secret = host.add_totp();
    host.clock.now += 60;
    REQUIRE(host.sign_in(secret).has_value());
    const auto proof = remember(host);
    REQUIRE(proof.has_value());
    jar.take(proof.value());
  }
};

}  // namespace

TEST_CASE("device: a remembered browser is spared the factor at sign-in, at level 1") {
  Laptop r;
  REQUIRE(r.jar.size() == 1);
  CHECK(r.jar.cookies().begin()->first.starts_with("__Host-mfa-device-"));
  r.host.statement.clear();
  const auto proof = arrive(r.host, r.jar.header());
  REQUIRE(proof.has_value());
  CHECK(proof.value().status == Status::ok);
  CHECK(proof.value().aal == 1);
  CHECK(Host::text(proof.value(), MFA_PROOF_AMR) == "pwd");
  (void)r.host.keep(proof.value().get(MFA_PROOF_STATEMENT) ? arrive(r.host, r.jar.header())
                                                           : fail(Status::wrong, Reason::none, ""));
  CHECK(r.host.engine->session_check(r.host.request(Purpose::manage), {}, true).has_value());
  CHECK(r.host.engine->session_check(r.host.request(Purpose::manage), {}, false).has_value());
}

TEST_CASE("device: it never steps up, manages or approves, nor satisfies a level or an age") {
  Laptop r;
  r.host.statement.clear();
  REQUIRE(r.host.keep(arrive(r.host, r.jar.header())).has_value());
  for (const Purpose purpose : {Purpose::step_up, Purpose::manage}) {
    const auto no = r.host.engine->verify_code(r.host.request(purpose), Method::device, r.jar.header());
    CHECK(status_of(no) == Status::denied);
    CHECK(reason_of(no) == Reason::policy_device_purpose);
  }
  Request approve = r.host.request(Purpose::approve);
  const std::string action(32, 'a');
  approve.action = action;
  CHECK(reason_of(r.host.engine->verify_code(approve, Method::device, r.jar.header())) ==
        Reason::policy_device_purpose);
  const Request page = r.host.request(Purpose::manage);
  CHECK(status_of(r.host.engine->session_check(page, {.aal = 2}, true)) == Status::factor_needed);
  CHECK(status_of(r.host.engine->session_check(page, {.max_age_s = 3600}, true)) == Status::factor_needed);
  CHECK(status_of(r.host.engine->enroll_begin(page, Method::totp, {})) == Status::factor_needed);
  CHECK(status_of(remember(r.host)) == Status::factor_needed);
  // The factor itself lifts the session.
  REQUIRE(r.host
              .keep(r.host.engine->verify_code(r.host.request(Purpose::step_up), Method::totp,
                                               r.host.code_of(r.secret, 1)))
              .has_value());
  CHECK(r.host.engine->session_check(r.host.request(Purpose::manage), {.aal = 2}, true).has_value());
}

TEST_CASE("device: it never stands alone") {
  Laptop r;
  Request request = r.host.request();
  request.proven = 0;
  const auto no = r.host.engine->verify_code(request, Method::device, r.jar.header());
  CHECK(status_of(no) == Status::denied);
  CHECK(reason_of(no) == Reason::policy_not_alone);
}

TEST_CASE("device: remembering needs the factor itself, fresh, at level 2") {
  Host host(config());
  CHECK(status_of(remember(host)) == Status::not_found);
  const std::string secret = host.add_totp();
  const auto codes = host.add_recovery();
  host.clock.now += 301;
  CHECK(status_of(remember(host)) == Status::factor_needed);
  host.statement.clear();
  CHECK(status_of(remember(host)) == Status::factor_needed);
  REQUIRE(host.keep(host.engine->verify_code(host.request(), Method::recovery, codes[1])).has_value());
  CHECK(status_of(remember(host)) == Status::factor_needed);
  host.clock.now += 120;
  REQUIRE(host.sign_in(secret).has_value());
  Request login = host.request();
  CHECK(status_of(host.engine->remember_device(login, "")) == Status::err_argument);
  CHECK(reason_of(remember(host, std::string(65, 'x'))) == Reason::argument_label);
  CHECK(remember(host, "Kitchen").has_value());
  CHECK(devices_of(host)[0].label == "Kitchen");
  CHECK(devices_of(host)[0].device == "Firefox on Android");
}

TEST_CASE("device: policy forbids it by method, switch, role and level") {
  for (const char *off :
       {R"("methods":{"device":{"allowed":false}})",
        R"("methods":{"device":{"allowed":true}},"device":{"remember":false})",
        R"("methods":{"device":{"allowed":true}},"policy":{"roles":{"*":{"trusted_device":false}}})",
        R"("methods":{"device":{"allowed":true}},"policy":{"roles":{"*":{"min_aal":2}}})"}) {
    CAPTURE(off);
    Host host(config_text(off));
    host.add_totp();
    CHECK(status_of(remember(host)) == Status::denied);
  }
  // And of a device that is there already.
  Laptop r;
  r.host.restart(
      config("", R"(,"policy":{"roles":{"admin":{"trusted_device":false},"staff":{"min_aal":2}}})"));
  for (const auto &[role, reason] : {std::pair("admin", Reason::policy_method_forbidden),
                                     std::pair("staff", Reason::policy_device_level)}) {
    Request request = r.host.request();
    request.roles = {role};
    CHECK(reason_of(r.host.engine->verify_code(request, Method::device, r.jar.header())) == reason);
  }
  CHECK(arrive(r.host, r.jar.header()).has_value());
}

TEST_CASE("device: a session that rests on one ends with it") {
  Laptop r;
  r.host.statement.clear();
  REQUIRE(r.host.keep(arrive(r.host, r.jar.header())).has_value());
  const std::string spared = r.host.statement;
  const auto check = [&](const std::string &config_now) {
    r.host.restart(config_now);
    Request page = r.host.request(Purpose::manage);
    page.statement = spared;
    return r.host.engine->session_check(page, {}, true);
  };
  CHECK(check(config()).has_value());
  CHECK(status_of(check(config("", R"(,"policy":{"roles":{"*":{"trusted_device":false}}})"))) ==
        Status::factor_needed);
  r.host.restart(config());
  r.host.clock.now += 60;
  REQUIRE(r.host.sign_in(r.secret).has_value());
  const std::string own = r.host.statement;
  REQUIRE(r.host.engine->remove(r.host.request(Purpose::manage), devices_of(r.host)[0].id).has_value());
  CHECK(status_of(check(config())) == Status::revoked);
  Request page = r.host.request(Purpose::manage);
  page.statement = own;
  CHECK(r.host.engine->session_check(page, {}, true).has_value());
  CHECK(status_of(arrive(r.host, r.jar.header())) == Status::not_found);
}

TEST_CASE("device: ends after 30 days, and after 14 without a sign-in") {
  Laptop r;
  CHECK(devices_of(r.host)[0].expires_s == r.host.clock.now + 14 * kDay);
  for (int week = 1; week <= 4; week++) {
    r.host.clock.now += 7 * kDay;
    const auto proof = arrive(r.host, r.jar.header());
    REQUIRE(proof.has_value());
    r.jar.take(proof.value());
  }
  r.host.clock.now += 2 * kDay - 1;
  CHECK(arrive(r.host, r.jar.header()).has_value());
  r.host.clock.now += 1;
  CHECK(status_of(arrive(r.host, r.jar.header())) == Status::expired);

  Laptop idle;
  idle.host.clock.now += 14 * kDay - 1;
  const auto proof = arrive(idle.host, idle.jar.header());
  REQUIRE(proof.has_value());
  idle.jar.take(proof.value());
  idle.host.clock.now += 14 * kDay;
  CHECK(reason_of(arrive(idle.host, idle.jar.header())) == Reason::device_expired);
}

TEST_CASE("device: 180 days as django-mfa2 has them are a matter of configuration") {
  Laptop r(config(R"("absolute_days":180,"idle_days":180)"));
  r.host.clock.now += 180 * kDay - 1;
  CHECK(arrive(r.host, r.jar.header()).has_value());
}

TEST_CASE("device: an old cookie takes the trust away, and says so") {
  Laptop r;
  const std::string stolen = r.jar.header();
  REQUIRE_NOTHROW(r.jar.take(arrive(r.host, r.jar.header()).value()));
  r.host.clock.now += 61;
  r.jar.take(arrive(r.host, r.jar.header()).value());
  r.host.clock.now += 61;
  r.host.events.list.clear();
  const auto no = arrive(r.host, stolen);
  CHECK(status_of(no) == Status::wrong);
  CHECK(reason_of(no) == Reason::device_reused);
  CHECK(no.error().signals == MFA_SIGNAL_DEVICE_REUSED);
  REQUIRE(r.host.events.list.size() == 1);
  CHECK(r.host.events.list[0].signals == MFA_SIGNAL_DEVICE_REUSED);
  CHECK(status_of(arrive(r.host, r.jar.header())) == Status::not_found);
  CHECK(devices_of(r.host).empty());
}

TEST_CASE("device: two answers in flight leave the browser trusted, and a lost race is decided anew") {
  Laptop r;
  const std::string shown = r.jar.header();
  std::optional<Result<Proof>> rival;
  r.host.store.before_save = [&] { rival = arrive(r.host, shown); };
  const auto proof = arrive(r.host, shown);
  REQUIRE(proof.has_value());
  REQUIRE(rival->has_value());
  CHECK(Host::text(rival->value(), MFA_PROOF_SET_COOKIE) != "");
  CHECK(Host::text(proof.value(), MFA_PROOF_SET_COOKIE) == "");
  r.jar.take(rival->value());
  CHECK(arrive(r.host, r.jar.header()).has_value());
}

TEST_CASE("device: the user comes from the host, never from the cookie") {
  Laptop r;
  const std::string header = r.jar.header();
  r.host.statement.clear();
  Host &host = r.host;
  const auto offer = host.engine->enroll_begin(host.request(Purpose::login, "bob"), Method::totp, {});
  REQUIRE(offer.has_value());
  CHECK(status_of(arrive(host, header, "bob")) == Status::not_found);
  CHECK(status_of(arrive(host, header, "carol")) == Status::not_found);
  // Alice's token under the name that bob's would have.
  const std::string token = r.jar.cookies().begin()->second;
  const std::string name = device_cookie_name(host.engine->config(), "bob");
  CHECK(status_of(arrive(host, name + "=" + token, "bob")) == Status::not_found);
}

TEST_CASE("device: two users of one browser keep their cookies apart") {
  Laptop r;
  Host &host = r.host;
  host.statement.clear();
  const std::string secret = host.add_totp(Purpose::login, "bob");
  host.clock.now += 60;
  REQUIRE(host.sign_in(secret, "bob").has_value());
  const auto proof = host.engine->remember_device(host.request(Purpose::manage, "bob"), "");
  REQUIRE(proof.has_value());
  r.jar.take(proof.value());
  CHECK(r.jar.size() == 2);
  for (const char *user : {"alice", "bob"}) {
    const auto in = arrive(host, r.jar.header(), user);
    REQUIRE(in.has_value());
    CHECK(Host::text(in.value(), MFA_PROOF_USER) == user);
  }
}

TEST_CASE("device: W13, garbage in the cookie is a miss") {
  Laptop r;
  const std::string name = r.jar.cookies().begin()->first;
  for (const std::string &value :
       {std::string(), std::string("."), std::string(66, 'A'), std::string(66, '\xFF'),
        std::string(10000, 'x'), std::string("eyJhbGciOiJub25lIn0.e30.")}) {
    CHECK(status_of(arrive(r.host, name + "=" + value)) == Status::not_found);
  }
  CHECK(status_of(arrive(r.host, std::string(100000, ';') + r.jar.header())) == Status::not_found);
  CHECK(status_of(arrive(r.host, "")) == Status::not_found);
  CHECK(arrive(r.host, r.jar.header()).has_value());
}

TEST_CASE(
    "device: the same browser remembered again has one device, another browser its own, up to the limit") {
  Laptop r(config_text(R"("methods":{"device":{"allowed":true,"max_factors":2}})"));
  const auto again = remember(r.host, "", r.jar.header());
  REQUIRE(again.has_value());
  r.jar.take(again.value());
  CHECK(r.jar.size() == 1);
  CHECK(devices_of(r.host).size() == 1);
  CHECK(remember(r.host).has_value());
  CHECK(devices_of(r.host).size() == 2);
  CHECK(reason_of(remember(r.host)) == Reason::policy_max_factors);
  // Those that ended leave room.
  r.host.clock.now += 15 * kDay;
  REQUIRE(r.host.sign_in(r.secret).has_value());
  CHECK(remember(r.host).has_value());
  CHECK(devices_of(r.host).size() == 1);
}

TEST_CASE("device: it may be renamed, switched off and on, and removed, and counts as no factor") {
  Laptop r;
  Host &host = r.host;
  const std::string id = devices_of(host)[0].id;
  const Request manage = host.request(Purpose::manage);
  REQUIRE(host.engine->rename(manage, id, "Old laptop").has_value());
  CHECK(devices_of(host)[0].label == "Old laptop");
  REQUIRE(host.engine->set_enabled(manage, id, false).has_value());
  CHECK(status_of(arrive(host, r.jar.header())) == Status::not_found);
  REQUIRE(host.engine->set_enabled(manage, id, true).has_value());
  CHECK(arrive(host, r.jar.header()).has_value());
  // The authenticator app is the last factor, whatever devices there are.
  const auto view = host.engine->view(manage);
  REQUIRE(view.has_value());
  for (const FactorRow &row : view.value().factors) CHECK(row.can_remove == (row.method == Method::device));
  REQUIRE(host.engine->remove(manage, id).has_value());
  CHECK(devices_of(host).empty());
}

TEST_CASE("device: all devices die with a factor, at recovery, on a password change and at a reset") {
  enum class Way { remove, disable, recover, password, admin_remove, admin_disable, reset };
  for (const Way way : {Way::remove, Way::disable, Way::recover, Way::password, Way::admin_remove,
                        Way::admin_disable, Way::reset}) {
    CAPTURE(static_cast<int>(way));
    Laptop r;
    Host &host = r.host;
    const auto codes = host.add_recovery();
    Authenticator key;
    REQUIRE(host.add_passkey(key, Purpose::manage).has_value());
    std::string totp;
    const auto view = host.engine->view(host.request(Purpose::manage));
    REQUIRE(view.has_value());
    for (const FactorRow &row : view.value().factors) {
      if (row.method == Method::totp) totp = row.id;
    }
    const Request manage = host.request(Purpose::manage);
    switch (way) {
      case Way::remove: REQUIRE(host.engine->remove(manage, totp).has_value()); break;
      case Way::disable: REQUIRE(host.engine->set_enabled(manage, totp, false).has_value()); break;
      case Way::recover:
        REQUIRE(host.engine->verify_code(host.request(), Method::recovery, codes[1]).has_value());
        break;
      case Way::password:
        REQUIRE(host.engine->admin(AdminAction::forget_devices, "alice", "", "host").has_value());
        break;
      case Way::admin_remove:
        REQUIRE(host.engine->admin(AdminAction::factor_remove, "alice", totp, "host").has_value());
        break;
      case Way::admin_disable:
        REQUIRE(host.engine->admin(AdminAction::factor_disable, "alice", totp, "host").has_value());
        break;
      case Way::reset:
        REQUIRE(host.engine->admin(AdminAction::reset, "alice", "", "host").has_value());
        break;
    }
    CHECK(status_of(arrive(host, r.jar.header())) == Status::not_found);
    CHECK(devices_of(host).empty());
  }
}

TEST_CASE("device: recovery keeps devices where the configuration says so") {
  Laptop r(config("", R"(,"recovery":{"forgets_devices":false})"));
  const auto codes = r.host.add_recovery();
  REQUIRE(r.host.engine->verify_code(r.host.request(), Method::recovery, codes[1]).has_value());
  CHECK(arrive(r.host, r.jar.header()).has_value());
}

TEST_CASE("device: a failing store hands out no cookie and takes no trust") {
  Laptop r;
  using Plan = PlannedStore::Plan;
  r.host.store.saves = {Plan::fail_before};
  CHECK(status_of(arrive(r.host, r.jar.header())) == Status::err_store);
  CHECK(arrive(r.host, r.jar.header()).has_value());
}

TEST_CASE("device: its record is kept as it was, under other keys too") {
  Laptop r;
  r.jar.take(arrive(r.host, r.jar.header()).value());
  const Bytes key(32, 42), next(32, 43);
  r.host.restart(config(), {{2, next}, {1, key}});
  r.host.clock.now += 61;
  const auto proof = arrive(r.host, r.jar.header());
  REQUIRE(proof.has_value());
  r.jar.take(proof.value());
  r.host.restart(config(), {{2, next}});
  CHECK(arrive(r.host, r.jar.header()).has_value());
}

TEST_CASE("device: a recheck of its own") {
  Laptop r(config(
      "",
      R"(,"session":{"recheck":{"enabled":true,"min_s":600,"max_s":600,"methods":{"device":{"min_s":300,"max_s":300}}}})"));
  const auto due = [&](uint64_t after) {
    r.host.clock.now += after;
    return status_of(r.host.engine->session_check(r.host.request(Purpose::manage), {}, true));
  };
  r.host.statement.clear();
  REQUIRE(r.host.keep(arrive(r.host, r.jar.header())).has_value());
  CHECK(due(299) == Status::ok);
  CHECK(due(1) == Status::recheck_due);
  REQUIRE(r.host.sign_in(r.secret).has_value());
  CHECK(due(599) == Status::ok);
  CHECK(due(1) == Status::recheck_due);
}
