// What the view of an account tells, and whom.
#include "engine/host.hpp"

using namespace mfa;
using namespace mfa::test;

TEST_CASE(
    "a view for someone who proved nothing lists what may stand alone, and nothing else of the account") {
  Host host;
  host.add_totp();
  Authenticator key;
  REQUIRE(host.add_passkey(key, Purpose::manage).has_value());
  host.add_recovery();
  Request stranger = host.request();
  stranger.statement = "";
  stranger.proven = 0;
  const View seen = host.engine->view(stranger).value();
  REQUIRE(seen.methods.size() == 1);
  CHECK(seen.methods[0].method == Method::webauthn);
  CHECK(seen.factors.empty());
  CHECK(seen.recent.empty());
  CHECK(seen.recovery_remaining == 0);
  CHECK(host.engine->view(host.request()).value().methods.size() == 3);
}
