// Where accounts end: what is left of one that was erased, and that two tenants of one store share nothing.
#include "engine/cookies.hpp"
#include "engine/record.hpp"

using namespace mfa;
using namespace mfa::test;

namespace {

constexpr const char *kPhoneBrowser = "browser-of-the-phone-0123456789";

std::string config(const std::string &realm) {
  return config_text(
      R"("realm":")" + realm +
      R"(","methods":{"device":{"allowed":true},"email":{"allowed":true}},"quick_login":{"enabled":true},)"
      R"("device":{"pairing":true,"pairing_url":"https://example.test/pair"})");
}

// Remembers when what was saved last may be swept.
class HintedStore : public Store {
 public:
  uint64_t hint_s = 0;
  std::unique_ptr<Store> inner = store::open_memory();
  Result<std::optional<Loaded>> load(std::string_view key) override { return inner->load(key); }
  Result<Saved> save(std::string_view key, ByteView record, uint64_t expected, uint64_t version,
                     uint64_t expires_at_s) override {
    hint_s = expires_at_s;
    return inner->save(key, record, expected, version, expires_at_s);
  }
  Result<Erased> erase(std::string_view key, uint64_t expected) override {
    return inner->erase(key, expected);
  }
  Result<Done> scan(std::string_view prefix, std::string_view after, size_t limit,
                    Visitor &visitor) override {
    return inner->scan(prefix, after, limit, visitor);
  }
};

struct Rows : Visitor {
  std::map<std::string, Bytes> list;
  bool visit(std::string_view key, ByteView record, uint64_t) override {
    list.emplace(key, copy_of(record));
    return true;
  }
};
std::map<std::string, Bytes> rows_of(Host &host) {
  Rows rows;
  REQUIRE(host.store.scan("", "", SIZE_MAX, rows).has_value());
  return rows.list;
}

Account opened(const Host &host, const std::string &key, const Bytes &record) {
  const RingKey ring_key{1, host.key()};
  const KeyRing ring = KeyRing::make({&ring_key, 1}).value();
  const auto plain = ring.open(Kind::account, key, record);
  REQUIRE(plain.has_value());
  return decode_account(plain.value().reveal()).value();
}

// A user with all that there is, and all that was handed out: to the session, the page and the browsers.
struct Resident {
  Host &host;
  std::string secret, statement, sign_in_ticket, sign_in_response, enrol_ticket, enrol_code, mail_ticket,
      mail_code, pair_link, claim_ticket;
  Authenticator key;
  Jar device, remembered;

  explicit Resident(Host &its_host) : host(its_host) {
    host.statement.clear();
    secret = host.add_totp();
    REQUIRE(host.add_passkey(key, Purpose::manage).has_value());
    host.add_recovery();
    const Request manage = host.request(Purpose::manage);
    device.take(host.engine->remember_device(manage, "").value());
    remembered.take(text_of(host.engine->remember_user(manage).value().reveal()));
    statement = host.statement;
    begin_what_is_open(manage);
  }

  Result<Proof> signs_in() {
    host.statement.clear();
    return host.engine->verify_finish(host.request(), sign_in_ticket, sign_in_response);
  }
  Result<Proof> enrols() {
    host.statement = statement;
    return host.engine->enroll_finish(host.request(Purpose::manage), enrol_ticket, enrol_code);
  }
  Result<Proof> answers_mail() {
    host.statement = statement;
    return host.engine->enroll_finish(host.request(Purpose::manage), mail_ticket, mail_code);
  }
  Result<Done> session() {
    host.statement = statement;
    return host.engine->session_check(host.request(Purpose::manage), {}, true);
  }
  Result<Proof> arrives(const std::string &cookies) {
    host.statement.clear();
    return host.engine->verify_code(host.request(), Method::device, cookies);
  }
  Result<std::string> who() { return host.engine->remembered_user(Request{}, remembered.header()); }
  Result<Offer> claims() { return host.engine->claim_device(phone(), pair_link); }
  Result<Proof> collects() { return host.engine->collect_device(phone(), claim_ticket); }

 private:
  static Request phone() {
    Request request;
    request.browser = kPhoneBrowser;
    return request;
  }
  void begin_what_is_open(const Request &manage) {
    const auto app = host.engine->enroll_begin(manage, Method::totp, {});
    enrol_ticket = Host::text(app.value(), MFA_OFFER_TICKET);
    enrol_code = host.code_of(Host::text(app.value(), MFA_OFFER_SECRET));
    BeginOptions to;
    to.address = "alice@example.test";
    const auto mail = host.engine->enroll_begin(manage, Method::email, to);
    mail_ticket = Host::text(mail.value(), MFA_OFFER_TICKET);
    const std::string text = Host::text(mail.value(), MFA_OFFER_MAIL_TEXT);
    mail_code = text.substr(text.find_first_of("0123456789"), 8);
    const auto pairing = host.engine->enroll_begin(manage, Method::device, {});
    const std::string uri = Host::text(pairing.value(), MFA_OFFER_URI);
    pair_link = uri.substr(uri.find('#') + 1);
    claim_ticket = Host::text(claims().value(), MFA_OFFER_TICKET);
    host.statement.clear();
    const auto offer = host.engine->verify_begin(host.request(), Method::webauthn, {});
    sign_in_ticket = Host::text(offer.value(), MFA_OFFER_TICKET);
    sign_in_response = key.get(Host::text(offer.value(), MFA_OFFER_OPTIONS), kOrigin);
    host.statement = statement;
  }
};

}  // namespace

TEST_CASE("lifetime: of an erased account a tombstone is left, and nothing else in the whole store") {
  Host host(config("shop"));
  auto hinted = std::make_unique<HintedStore>();
  const HintedStore &store = *hinted;
  host.store.inner = std::move(hinted);
  const Resident alice(host);
  const std::string key = account_key("shop", "alice");
  auto rows = rows_of(host);
  CHECK(rows.size() == 2);  // the account, and whose credential the passkey is
  const Account before = opened(host, key, rows[key]);
  CHECK(store.hint_s == 0);

  REQUIRE(host.engine->admin(AdminAction::erase, "alice", "", "operator").has_value());
  rows = rows_of(host);
  REQUIRE(rows.size() == 1);
  CHECK(rows.begin()->first == key);
  const Account left = opened(host, key, rows[key]);
  // Beside what every record has: whose it is and how often it was saved.
  Account tombstone;
  tombstone.user = "alice";
  tombstone.serial = before.serial + 1;
  tombstone.epoch = left.epoch;
  tombstone.tombstone = true;
  CHECK(hex(encode_account(left)) == hex(encode_account(tombstone)));
  CHECK(left.epoch != 0);
  CHECK(left.epoch != before.epoch);
  // An hour: no ticket lives longer.
  CHECK(store.hint_s > host.clock.now);
  CHECK(store.hint_s <= host.clock.now + 3600);
  CHECK(store.hint_s >= host.clock.now + host.engine->config().longest_ticket_s());
}

TEST_CASE("lifetime: who comes after an erased user starts clean, and nothing of before is taken") {
  for (const bool comes_back : {false, true}) {
    CAPTURE(comes_back);
    Host host(config("shop"));
    Resident alice(host);
    REQUIRE(alice.session().has_value());
    REQUIRE(alice.who().has_value());
    REQUIRE(alice.arrives(alice.device.header()).has_value());
    REQUIRE(host.engine->admin(AdminAction::erase, "alice", "", "operator").has_value());
    host.statement.clear();
    std::string secret;
    if (comes_back) {
      secret = host.add_totp();
      host.clock.now -= 60;  // what was begun before has time left
      const auto view = host.engine->view(host.request());
      REQUIRE(view.has_value());
      CHECK(view.value().factors.size() == 1);
      CHECK(view.value().recovery_remaining == 0);
      CHECK(view.value().recent.size() == 1);
    } else {
      const auto view = host.engine->view(host.request());
      REQUIRE(view.has_value());
      CHECK(view.value().factors.empty());
      CHECK(view.value().recent.empty());
    }
    CHECK(status_of(alice.session()) == Status::revoked);
    CHECK_FALSE(alice.signs_in().has_value());
    CHECK_FALSE(alice.enrols().has_value());
    CHECK_FALSE(alice.answers_mail().has_value());
    CHECK(status_of(alice.arrives(alice.device.header())) == Status::not_found);
    CHECK(status_of(alice.who()) == Status::revoked);
    CHECK_FALSE(alice.claims().has_value());
    CHECK_FALSE(alice.collects().has_value());
    if (!comes_back) continue;
    // The new one's own are good, and the passkey is free for whoever holds it.
    host.clock.now += 60;
    REQUIRE(host.sign_in(secret).has_value());
    CHECK(host.add_passkey(alice.key, Purpose::manage).has_value());
  }
}

TEST_CASE("lifetime: a sweep of the tombstone after its hour revives nothing") {
  Host host(config("shop"));
  Resident alice(host);
  REQUIRE(host.engine->admin(AdminAction::erase, "alice", "", "operator").has_value());
  host.clock.now += 3600;
  const std::string key = account_key("shop", "alice");
  const auto loaded = host.store.load(key);
  REQUIRE(host.store.erase(key, loaded.value()->version).has_value());
  CHECK(rows_of(host).empty());
  for (const bool comes_back : {false, true}) {
    CAPTURE(comes_back);
    if (comes_back) {
      host.statement.clear();
      host.add_totp();
    }
    CHECK(status_of(alice.session()) == Status::revoked);
    CHECK_FALSE(alice.signs_in().has_value());
    CHECK_FALSE(alice.enrols().has_value());
    CHECK_FALSE(alice.answers_mail().has_value());
    CHECK_FALSE(alice.arrives(alice.device.header()).has_value());
    CHECK(status_of(alice.who()) == Status::revoked);
  }
}

TEST_CASE("tenants: what one hands out is nothing in the other, for a user of the same name") {
  Host host(config("shop"));
  Resident alice(host);
  host.restart(config("club"));
  host.statement.clear();
  const std::string secret = host.add_totp();
  CHECK(alice.secret != secret);
  CHECK(status_of(alice.session()) == Status::wrong);
  CHECK(status_of(alice.signs_in()) == Status::malformed);
  CHECK(status_of(alice.enrols()) == Status::malformed);
  CHECK(status_of(alice.answers_mail()) == Status::malformed);
  CHECK(status_of(alice.claims()) == Status::malformed);
  CHECK(status_of(alice.collects()) == Status::malformed);
  CHECK(status_of(alice.who()) == Status::not_found);
  CHECK(status_of(alice.arrives(alice.device.header())) == Status::not_found);
  // Under the name that the other tenant's cookie has.
  const std::string name = device_cookie_name(host.engine->config(), "alice");
  CHECK(name != alice.device.cookies().begin()->first);
  CHECK(status_of(alice.arrives(name + "=" + alice.device.cookies().begin()->second)) == Status::not_found);
  const auto view = host.engine->view(host.request());
  REQUIRE(view.has_value());
  CHECK(view.value().factors.size() == 1);
  // Nor does what happens to one account touch the other.
  REQUIRE(host.engine->admin(AdminAction::erase, "alice", "", "operator").has_value());
  host.restart(config("shop"));
  CHECK(alice.session().has_value());
  CHECK(alice.signs_in().has_value());
  CHECK(alice.arrives(alice.device.header()).has_value());
  CHECK(alice.who().value() == "alice");
}

TEST_CASE("tenants: a record that is copied under the other tenant's key is damaged") {
  Host host(config("shop"));
  Resident alice(host);
  const auto rows = rows_of(host);
  for (const auto &[key, record] : rows) {
    REQUIRE(key.starts_with("shop/"));
    REQUIRE(host.store.save("club/" + key.substr(5), record, 0, 7, 0).has_value());
  }
  host.restart(config("club"));
  host.statement.clear();
  CHECK(status_of(host.engine->view(host.request())) == Status::err_damaged);
  CHECK(status_of(host.engine->verify_code(host.request(), Method::totp, host.code_of(alice.secret))) ==
        Status::err_damaged);
  CHECK(status_of(host.engine->admin(AdminAction::erase, "alice", "", "operator")) == Status::err_damaged);
  // The index, that leads to a user without a name.
  const Request nobody = host.usernameless();
  const auto offer = host.engine->verify_begin(nobody, Method::webauthn, {});
  REQUIRE(offer.has_value());
  const std::string response = alice.key.get(Host::text(offer.value(), MFA_OFFER_OPTIONS), kOrigin);
  REQUIRE_FALSE(response.empty());
  CHECK(status_of(host.engine->verify_finish(nobody, Host::text(offer.value(), MFA_OFFER_TICKET),
                                             response)) == Status::err_damaged);
  // Nor does one user's record serve another.
  host.restart(config("shop"));
  REQUIRE(host.store.save(account_key("shop", "bob"), rows.at(account_key("shop", "alice")), 0, 8, 0)
              .has_value());
  CHECK(status_of(host.engine->view(host.request(Purpose::login, "bob"))) == Status::err_damaged);
}
