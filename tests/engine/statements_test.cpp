// What each call that asks for a session answers when its statement is not in order.
#include "engine/calls.hpp"

using namespace mfa;
using namespace mfa::test;
using namespace mfa::test::calls;

namespace {

struct Trouble {
  const char *name;
  void (*make)(Stage &);
  Status to_session;  // of a call that asks for a session
  Status to_manage;   // of one that changes factors
};

const Trouble kTroubles[] = {
    {"of another session", [](Stage &s) { s.session = "session-2"; }, Status::mismatch, Status::mismatch},
    {"from the future", [](Stage &s) { s.host.clock.now -= 86400; }, Status::expired, Status::expired},
    {"from before a sign-out",
     [](Stage &s) {
       REQUIRE(status_of(s.host.engine->admin(AdminAction::sign_out, "alice", "", "test")) == Status::ok);
     },
     Status::revoked, Status::revoked},
    {"missing", [](Stage &s) { s.host.statement.clear(); }, Status::expired, Status::factor_needed},
    {"no statement", [](Stage &s) { s.host.statement = "nonsense"; }, Status::wrong, Status::factor_needed},
};

Status with(const Trouble *trouble, const Row &row) {
  Stage stage;
  const Last last = row.prepare(stage);
  if (trouble) trouble->make(stage);
  return last();
}

}  // namespace

TEST_CASE("each call that asks for a session says what is wrong with its statement") {
  for (const Row &row : kRows) {
    if (row.asks == Asks::nothing) continue;
    CAPTURE(std::string(row.name));
    const Status fine = with(nullptr, row);
    CHECK((fine == Status::ok || fine == Status::pending));
    for (const Trouble &trouble : kTroubles) {
      CAPTURE(std::string(trouble.name));
      // What was revoked is in the account.
      const bool unseen = row.asks == Asks::session_offline && trouble.to_session == Status::revoked;
      const Status expected = unseen                     ? fine
                              : row.asks == Asks::manage ? trouble.to_manage
                                                         : trouble.to_session;
      CHECK(with(&trouble, row) == expected);
    }
  }
}
