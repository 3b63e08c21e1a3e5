#include "engine/ticket.hpp"

#include <doctest.h>

#include "core/digest.hpp"
#include "core/encoding.hpp"
#include "engine/host.hpp"

using namespace mfa;
using namespace mfa::engine;
using test::reason_of;

namespace {

const std::array<uint8_t, kSealNonce> kSealedWith{1};

KeyRing ring() {
  const Bytes key(32, 5);
  return KeyRing::make(std::vector<RingKey>{{9, key}}).value();
}

Ticket a_ticket() {
  Ticket ticket;
  ticket.method = Method::webauthn;
  ticket.user = "alice";
  ticket.browser = copy_of(sha256(bytes_of("browser-0123456789")));
  ticket.challenge = Bytes(32, 3);
  ticket.user_verification = webauthn::UserVerification::required;
  ticket.mediation = webauthn::Mediation::conditional;
  ticket.epoch = 77;
  ticket.factor = Bytes(16, 4);
  ticket.nonce = {1, 2, 3};
  ticket.issued_s = 1000;
  ticket.expires_s = 1300;
  ticket.label = "a key";
  ticket.payload = Bytes(40, 6);
  return ticket;
}

Request a_request() {
  Request request;
  request.user = "alice";
  request.browser = "browser-0123456789";
  return request;
}

Account an_account() {
  Account account;
  account.epoch = 77;
  return account;
}

}  // namespace

TEST_CASE("ticket: what was sealed comes back, in this realm alone") {
  const Ticket ticket = a_ticket();
  const std::string text = seal_ticket(ring(), "r1", ticket, kSealedWith).value();
  CHECK(text.size() <= kTicketTextMax);
  const Ticket back = open_ticket(ring(), "r1", text).value();
  CHECK(back.user == ticket.user);
  CHECK(back.challenge == ticket.challenge);
  CHECK(back.user_verification == ticket.user_verification);
  CHECK(back.mediation == ticket.mediation);
  CHECK(back.epoch == ticket.epoch);
  CHECK(back.factor == ticket.factor);
  CHECK(back.nonce == ticket.nonce);
  CHECK(back.issued_s == ticket.issued_s);
  CHECK(back.expires_s == ticket.expires_s);
  CHECK(back.label == ticket.label);
  CHECK(back.payload == ticket.payload);
  CHECK(reason_of(open_ticket(ring(), "r2", text)) == Reason::ticket_malformed);
  CHECK(reason_of(open_ticket(ring(), "r1", "")) == Reason::ticket_malformed);
  CHECK(reason_of(open_ticket(ring(), "r1", text + "A")) == Reason::ticket_malformed);
}

TEST_CASE("ticket: a key that is not in the ring is not told from any other text") {
  const Bytes other(32, 6);
  const auto stranger = KeyRing::make(std::vector<RingKey>{{10, other}}).value();
  const std::string text = seal_ticket(stranger, "r", a_ticket(), kSealedWith).value();
  CHECK(test::status_of(open_ticket(ring(), "r", text)) == Status::malformed);
}

TEST_CASE("ticket: too much for one is refused when it is made") {
  Ticket ticket = a_ticket();
  ticket.payload = Bytes(2000);
  CHECK(reason_of(seal_ticket(ring(), "r", ticket, kSealedWith)) == Reason::ticket_too_large);
}

TEST_CASE("ticket: each thing it is bound to is compared") {
  const Ticket ticket = a_ticket();
  Request request = a_request();
  CHECK(check_binding(ticket, request, Operation::verify).has_value());
  CHECK(reason_of(check_binding(ticket, request, Operation::enroll)) == Reason::ticket_other_operation);
  SUBCASE("user") {
    request.user = "bob";
    CHECK(reason_of(check_binding(ticket, request, Operation::verify)) == Reason::ticket_other_user);
    request.user = "";
    CHECK(reason_of(check_binding(ticket, request, Operation::verify)) == Reason::ticket_other_user);
  }
  SUBCASE("browser") {
    request.browser = "browser-9876543210";
    CHECK(reason_of(check_binding(ticket, request, Operation::verify)) == Reason::ticket_other_browser);
    request.browser = "";
    CHECK(reason_of(check_binding(ticket, request, Operation::verify)) == Reason::ticket_other_browser);
  }
  SUBCASE("purpose") {
    request.purpose = Purpose::step_up;
    CHECK(reason_of(check_binding(ticket, request, Operation::verify)) == Reason::ticket_other_purpose);
  }
  SUBCASE("action") {
    const std::string action(32, 'a');
    request.action = action;
    CHECK(reason_of(check_binding(ticket, request, Operation::verify)) == Reason::ticket_other_action);
  }
  SUBCASE("a ticket without a user does not take one") {
    Ticket usernameless = ticket;
    usernameless.user = "";
    CHECK(reason_of(check_binding(usernameless, request, Operation::verify)) == Reason::ticket_other_user);
  }
}

TEST_CASE("ticket: its time") {
  const Ticket ticket = a_ticket();
  CHECK(check_time(ticket, 1000).has_value());
  CHECK(check_time(ticket, 1299).has_value());
  CHECK(reason_of(check_time(ticket, 1300)) == Reason::ticket_expired);
  CHECK(check_time(ticket, 940).has_value());
  CHECK(reason_of(check_time(ticket, 939)) == Reason::ticket_from_future);
}

TEST_CASE("ticket: the epoch of the account it was begun with") {
  Account account = an_account();
  CHECK(check_unspent(a_ticket(), &account).has_value());
  account.epoch = 78;
  CHECK(reason_of(check_unspent(a_ticket(), &account)) == Reason::ticket_revoked);
  CHECK(reason_of(check_unspent(a_ticket(), nullptr)) == Reason::ticket_revoked);
  Ticket before_any = a_ticket();
  before_any.epoch = 0;
  CHECK(check_unspent(before_any, nullptr).has_value());
  CHECK(reason_of(check_unspent(before_any, &account)) == Reason::ticket_revoked);
}

TEST_CASE("ticket: works once") {
  Account account = an_account();
  spend(account, a_ticket(), 1010, 600);
  CHECK(reason_of(check_unspent(a_ticket(), &account)) == Reason::ticket_spent);
}

TEST_CASE("ticket: neither room nor age nor a clock set back makes a spent one fresh again") {
  Account account = an_account();
  const auto numbered = [](uint8_t n, uint64_t issued_s) {
    Ticket ticket = a_ticket();
    ticket.nonce = {n, 1};
    ticket.issued_s = issued_s;
    ticket.expires_s = issued_s + 300;
    return ticket;
  };
  std::vector<Ticket> all;
  for (uint8_t i = 0; i < 200; i++) {
    all.push_back(numbered(i, 1000 + i / 2));
    if (check_unspent(all.back(), &account).has_value()) spend(account, all.back(), 1100, 600);
    CHECK(account.spent.size() <= kSpentMax);
    for (const Ticket &ticket : all) CHECK_FALSE(check_unspent(ticket, &account).has_value());
  }
  // an entry goes with age, the watermark stays
  spend(account, numbered(250, 9000), 9001, 600);
  CHECK(account.spent.size() == 1);
  for (const Ticket &ticket : all) CHECK_FALSE(check_unspent(ticket, &account).has_value());
  CHECK(check_unspent(numbered(251, 9000), &account).has_value());
}
