// What each call answers when the store or a record is not in order: LOADING and SAVING of the headers, call
// by call.
#include <limits>

#include "engine/cookies.hpp"

using namespace mfa;
using namespace mfa::test;

namespace {

enum class World { fine, no_store, foreign_key, altered, rolled_back, contended };

constexpr const char *kEverything =
    R"("methods":{"email":{"allowed":true},"device":{"allowed":true}},"email":{"enforced":true},)"
    R"("device":{"pairing":true,"pairing_url":"https://example.test/pair"},"quick_login":{"enabled":true})";

// A record of the same place, sealed with a key that the host does not have.
Bytes foreign_record(std::string_view key) {
  Host other;
  other.restart(config_text(), {{9, other.key()}});
  other.add_totp();
  const auto loaded = other.store.inner->load(key);
  return loaded.has_value() && loaded.value() ? loaded.value()->record : Bytes();
}

class BadStore : public Store {
 public:
  BadStore(std::unique_ptr<Store> inner, World world) : inner_(std::move(inner)), world_(world) {}
  Result<std::optional<Loaded>> load(std::string_view key) override {
    if (world_ == World::no_store) return down();
    auto loaded = inner_->load(key);
    if (!loaded.has_value() || !loaded.value()) return loaded;
    Bytes &record = loaded.value()->record;
    if (world_ == World::altered) record.back() ^= 1;
    if (world_ == World::foreign_key) {
      if (Bytes foreign = foreign_record(key); !foreign.empty()) record = std::move(foreign);
    }
    return loaded;
  }
  Result<Saved> save(std::string_view key, ByteView record, uint64_t expected, uint64_t version,
                     uint64_t expires_at_s) override {
    if (world_ == World::no_store) return down();
    if (world_ == World::contended) return Saved::conflict;
    return inner_->save(key, record, expected, version, expires_at_s);
  }
  Result<Erased> erase(std::string_view key, uint64_t expected) override {
    return inner_->erase(key, expected);
  }
  Result<Done> scan(std::string_view prefix, std::string_view after, size_t limit,
                    Visitor &visitor) override {
    if (world_ == World::no_store) return down();
    return inner_->scan(prefix, after, limit, visitor);
  }

 private:
  static Failure down() { return fail(Status::err_store, Reason::store_failed, "the store is down"); }
  std::unique_ptr<Store> inner_;
  World world_;
};

// Alice, who is signed in with a code, and what a call needs besides.
struct Stage {
  Host host{config_text(kEverything)};
  std::string secret = host.add_totp();
  uint64_t min_serial = 0;

  Request as(Purpose purpose) {
    Request request = host.request(purpose);
    request.min_serial = min_serial;
    return request;
  }
  Request phone() {
    Request request = as(Purpose::login);
    request.browser = "browser-of-the-phone-0123456789";
    request.user_agent = kPhone;
    return request;
  }
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
struct Row {
  const char *name;
  bool saves;
  bool asks_serial;  // has a request whose min_serial is looked at
  std::function<Last(Stage &)> prepare;
};

BeginOptions to_alice() {
  BeginOptions options;
  options.address = "alice@example.test";
  return options;
}

class Nobody : public Visitor {
 public:
  bool visit(std::string_view, ByteView, uint64_t) override { return true; }
};

const Row kRows[] = {
    {"account_view", false, true,
     [](Stage &s) -> Last { return [&s] { return status_of(s.host.engine->view(s.as(Purpose::login))); }; }},
    {"policy_explain", false, true,
     [](Stage &s) -> Last {
       return [&s] { return status_of(s.host.engine->explain(s.as(Purpose::login), {})); };
     }},
    {"enroll_begin", true, true,
     [](Stage &s) -> Last {
       return [&s] {
         return status_of(s.host.engine->enroll_begin(s.as(Purpose::manage), Method::email, to_alice()));
       };
     }},
    {"enroll_finish", true, true,
     [](Stage &s) -> Last {
       const auto offer = s.host.engine->enroll_begin(s.as(Purpose::manage), Method::totp, {});
       REQUIRE(offer.has_value());
       return [&s, ticket = Host::text(offer.value(), MFA_OFFER_TICKET),
               secret = Host::text(offer.value(), MFA_OFFER_SECRET)] {
         return status_of(
             s.host.engine->enroll_finish(s.as(Purpose::manage), ticket, s.host.code_of(secret)));
       };
     }},
    {"verify_begin", true, true,
     [](Stage &s) -> Last {
       return [&s] {
         return status_of(s.host.engine->verify_begin(s.as(Purpose::login), Method::email, to_alice()));
       };
     }},
    {"verify_finish", true, true,
     [](Stage &s) -> Last {
       const auto offer = s.host.engine->verify_begin(s.as(Purpose::login), Method::email, to_alice());
       REQUIRE(offer.has_value());
       return [&s, ticket = Host::text(offer.value(), MFA_OFFER_TICKET)] {
         return status_of(s.host.engine->verify_finish(s.as(Purpose::login), ticket, "00000000"));
       };
     }},
    {"verify_code", true, true,
     [](Stage &s) -> Last {
       return [&s] {
         return status_of(
             s.host.engine->verify_code(s.as(Purpose::login), Method::totp, s.host.wrong_code(s.secret)));
       };
     }},
    {"session_start", true, true,
     [](Stage &s) -> Last {
       // In a period of grace, whose start is saved.
       REQUIRE(status_of(s.host.engine->admin(AdminAction::reset, "alice", "", "test")) == Status::ok);
       s.host.restart(config_text(R"("policy":{"roles":{"*":{"mfa":"required","grace_days":14}}})"));
       return [&s] { return status_of(s.host.engine->session_start(s.as(Purpose::login))); };
     }},
    {"session_check", false, true,
     [](Stage &s) -> Last {
       return [&s] { return status_of(s.host.engine->session_check(s.as(Purpose::step_up), {}, true)); };
     }},
    {"device_remember", true, true,
     [](Stage &s) -> Last {
       return [&s] { return status_of(s.host.engine->remember_device(s.as(Purpose::manage), "")); };
     }},
    {"device_claim", true, true,
     [](Stage &s) -> Last {
       return [&s, code = Host::text(s.pairing(), MFA_OFFER_CODE)] {
         return status_of(s.host.engine->claim_device(s.phone(), code));
       };
     }},
    {"device_claimed", false, true,
     [](Stage &s) -> Last {
       return [&s, ticket = Host::text(s.pairing(), MFA_OFFER_TICKET)] {
         return status_of(s.host.engine->claimed_device(s.as(Purpose::manage), ticket));
       };
     }},
    {"device_collect", true, false,
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
    {"remembered_issue", false, true,
     [](Stage &s) -> Last {
       return [&s] { return status_of(s.host.engine->remember_user(s.as(Purpose::manage))); };
     }},
    {"remembered_user", false, false,
     [](Stage &s) -> Last {
       const auto cookie = s.host.engine->remember_user(s.as(Purpose::manage));
       REQUIRE(cookie.has_value());
       Jar jar;
       jar.take(text_of(cookie.value().reveal()));
       return [&s, header = jar.header()] {
         return status_of(s.host.engine->remembered_user(Request{}, header));
       };
     }},
    {"factor_rename", true, true,
     [](Stage &s) -> Last {
       return [&s, factor = s.factor()] {
         return status_of(s.host.engine->rename(s.as(Purpose::manage), factor, "Phone"));
       };
     }},
    {"factor_set_enabled", true, true,
     [](Stage &s) -> Last {
       s.host.restart(config_text(R"("policy":{"last_factor_removable":true})"));
       return [&s, factor = s.factor()] {
         return status_of(s.host.engine->set_enabled(s.as(Purpose::manage), factor, false));
       };
     }},
    {"factor_remove", true, true,
     [](Stage &s) -> Last {
       s.host.restart(config_text(R"("policy":{"last_factor_removable":true})"));
       return [&s, factor = s.factor()] {
         return status_of(s.host.engine->remove(s.as(Purpose::manage), factor));
       };
     }},
    {"admin", true, false,
     [](Stage &s) -> Last {
       return [&s] { return status_of(s.host.engine->admin(AdminAction::sign_out, "alice", "", "test")); };
     }},
    {"admin_import", true, false,
     [](Stage &s) -> Last {
       return [&s] {
         constexpr std::string_view kHotp =
             R"({"method":"totp","uri":"otpauth://totp/a:b?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"})";
         return status_of(s.host.engine->import("alice", kHotp, "test"));
       };
     }},
    {"admin_audit", false, false,
     [](Stage &s) -> Last { return [&s] { return status_of(s.host.engine->audit("alice")); }; }},
};

Status in(World world, const Row &row) {
  Stage stage;
  const Last last = row.prepare(stage);
  stage.host.store.inner = std::make_unique<BadStore>(std::move(stage.host.store.inner), world);
  if (world == World::rolled_back) stage.min_serial = std::numeric_limits<uint64_t>::max();
  return last();
}

}  // namespace

TEST_CASE("each call says what is wrong with the store or the record, and is a no for none of it") {
  for (const Row &row : kRows) {
    CAPTURE(row.name);
    const Status fine = in(World::fine, row);
    CHECK(static_cast<int32_t>(fine) >= 0);
    CHECK(in(World::no_store, row) == Status::err_store);
    CHECK(in(World::foreign_key, row) == Status::err_key);
    CHECK(in(World::altered, row) == Status::err_damaged);
    CHECK(in(World::rolled_back, row) == (row.asks_serial ? Status::err_rollback : fine));
    CHECK(in(World::contended, row) == (row.saves ? Status::err_busy : fine));
  }
}

TEST_CASE("a list of users is a failing store's as well") {
  Stage stage;
  stage.host.store.inner = std::make_unique<BadStore>(std::move(stage.host.store.inner), World::no_store);
  Nobody nobody;
  CHECK(status_of(stage.host.engine->users("", 10, nobody)) == Status::err_store);
}
