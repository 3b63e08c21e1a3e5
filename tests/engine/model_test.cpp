// Random sequences of operations of three users against a model that knows only what each of them may do:
// nothing that is disabled, removed, spent, revoked, too old or somebody else's is ever accepted, and what is
// right is.
#include "engine/model_factors.hpp"
#include "engine/model_mails.hpp"
#include "engine/model_pairing.hpp"
#include "support/rounds.hpp"

using namespace mfa::test;
using namespace mfa::test::model;

namespace {

class Model {
 public:
  Model(uint32_t seed, Tally *tally) : w_(seed, tally) {}

  // "", or what diverged.
  std::string step() {
    if (w_.one_in(12)) user_ = w_.below(kUsers);
    const size_t user = user_;
    switch (w_.below(40)) {
      case 0:
      case 1: return pass(1 + w_.below(90));
      case 2: return pass(w_.one_in(8) ? 700 : 20);
      case 3: return pass(w_.one_in(2) ? 1 : (12 + w_.below(5)) * kDay_s);
      case 4:
      case 5: return factors_.enrol_app(user);
      case 6: return factors_.enrol_passkey(user);
      case 7: return factors_.make_codes(user);
      case 8:
      case 9:
      case 10: return factors_.app_code(user);
      case 11:
      case 12: return factors_.passkey(user);
      case 13: return w_.one_in(4) ? factors_.end(user) : factors_.recovery(user);
      case 14: return factors_.change(user);
      case 15: return factors_.replay();
      case 16: return factors_.check_session(user);
      case 17:
      case 18: return devices_.remember(user);
      case 19:
      case 20:
      case 21:
      case 22: return devices_.arrive(user);
      case 23: return w_.one_in(4) ? devices_.forget(user) : devices_.change(user);
      case 24: return devices_.issue(user);
      case 25: return devices_.read();
      case 26:
      case 27:
      case 28:
      case 29:
      case 30:
      case 31:
      case 32:
      case 33:
      case 34: return pairings_.step(user);
      default: return mails_.step(user);
    }
  }

 private:
  std::string pass(uint64_t seconds) {
    w_.host.clock.now += seconds;
    return "";
  }

  size_t user_ = 0;  // the same one for a while
  World w_;
  FactorModel factors_{w_};
  DeviceModel devices_{w_};
  PairingModel pairings_{w_, devices_};
  MailModel mails_{w_};
};

}  // namespace

TEST_CASE("engine: random sequences of operations agree with the model") {
  const int sequences = rounds(500, 10000);
  Tally tally;
  for (int seed = 1; seed <= sequences; seed++) {
    Model model(static_cast<uint32_t>(seed), &tally);
    for (int i = 0; i < 200; i++) {
      const std::string problem = model.step();
      if (problem.empty()) continue;
      CAPTURE(seed);
      CAPTURE(i);
      FAIL(problem);
    }
  }
  // None of it by never getting there.
  CHECK(tally.size() == 23);
  for (auto &row : tally) {
    const std::string &what = row.first;
    CAPTURE(what);
    CHECK(row.second[false] > sequences / 4);
    CHECK(row.second[true] > (what == "a ticket, once more" ? -1 : sequences / 4));
  }
}
