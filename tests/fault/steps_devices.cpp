// Trusted devices, pairing and remembered users while something fails: an honest browser loses nothing by it.
#include "fault/steps.hpp"

namespace mfa::test {
namespace {

constexpr const char *kPhone = "a long browser cookie of the phone";

struct FreeProof {
  void operator()(mfa_proof *proof) const { mfa_proof_free(proof); }
};

template <class Call>
mfa_status in_library(Call &&call) {
  if (Site::around.enter) Site::around.enter();
  const mfa_status status = call();
  if (Site::around.leave) Site::around.leave();
  return status;
}

mfa_text text(const std::string &of) { return mfa_text_n(of.data(), of.size()); }

std::string named(const char *what, mfa_status status) {
  return std::string(what) + ": " + mfa_status_name(status);
}

// The texts of a request live as long as this.
class Asked {
 public:
  Asked(const Person &person, mfa_purpose purpose)
      : browser_("a long browser cookie of " + person.id), session_("session of " + person.id) {
    request_.purpose = purpose;
    request_.user = text(person.id);
    request_.browser = text(browser_);
    request_.session = text(session_);
    request_.cookies = text(person.device);
    if (purpose == MFA_PURPOSE_LOGIN) request_.proven = MFA_PROVEN_PASSWORD;
    if (purpose == MFA_PURPOSE_MANAGE) request_.statement = text(person.statement);
  }
  Asked(const Asked &) = delete;
  Asked &operator=(const Asked &) = delete;
  const mfa_request *get() const { return &request_; }
  // The new device, that nobody has signed in at.
  const mfa_request *at_phone() {
    request_.browser = mfa_text_of(kPhone);
    request_.proven = 0;
    return &request_;
  }

 private:
  std::string browser_, session_;
  mfa_request request_ = MFA_REQUEST_INIT;
};

bool has_text(const mfa_proof *proof, mfa_proof_item item) {
  size_t len = 0;
  return mfa_proof_text(proof, item, &len) && len > 0;
}

// A proof: its cookie goes into the jar.
template <class Call>
Answer prove(Person &person, mfa_proof_item promised, Call &&call) {
  mfa_proof *proof = nullptr;
  Answer answer;
  answer.status = in_library([&] { return call(&proof, &answer.err); });
  const std::unique_ptr<mfa_proof, FreeProof> held(proof);
  answer.whole = (answer.status == MFA_OK) == (proof != nullptr) && answer.err.status == answer.status;
  if (!proof) return answer;
  if (promised != 0) answer.whole = answer.whole && has_text(proof, promised);
  size_t len = 0;
  if (const char *cookie = mfa_proof_text(proof, MFA_PROOF_SET_COOKIE, &len)) {
    const std::string line(cookie, len);
    person.device = line.substr(0, line.find(';'));
  }
  return answer;
}

// A text, which goes to `out`.
template <class Call>
Answer write(std::string *out, Call &&call) {
  mfa_buffer buffer = MFA_BUFFER_INIT;
  Answer answer;
  answer.status = in_library([&] { return call(&buffer, &answer.err); });
  answer.whole = (answer.status == MFA_OK) == (buffer.len > 0) && answer.err.status == answer.status;
  if (out && buffer.len > 0) out->assign(reinterpret_cast<const char *>(buffer.data), buffer.len);
  mfa_buffer_free(&buffer);
  return answer;
}

// ---- acting

Answer remember(World &world, Person &person) {
  const Asked asked(person, MFA_PURPOSE_MANAGE);
  return prove(person, MFA_PROOF_SET_COOKIE, [&](mfa_proof **proof, mfa_error *err) {
    return mfa_device_remember(world.site.engine(), asked.get(), "Kitchen", 7, proof, err);
  });
}

Answer arrive(World &world, Person &person) {
  const std::string cookies = person.device;
  const Asked asked(person, MFA_PURPOSE_LOGIN);
  return prove(person, MFA_PROOF_STATEMENT, [&](mfa_proof **proof, mfa_error *err) {
    return mfa_verify_code(world.site.engine(), asked.get(), MFA_METHOD_DEVICE, cookies.data(),
                           cookies.size(), proof, err);
  });
}

Answer claim(World &world) {
  Asked asked(world.person, MFA_PURPOSE_LOGIN);
  mfa_offer *offer = nullptr;
  Answer answer;
  answer.status = in_library([&] {
    return mfa_device_claim(world.site.engine(), asked.at_phone(), world.response.data(),
                            world.response.size(), &offer, &answer.err);
  });
  const Handle<mfa_offer> held(offer);
  answer.whole = (answer.status == MFA_OK) == (offer != nullptr) && answer.err.status == answer.status;
  if (!offer) return answer;
  const char *ticket = mfa_offer_text(offer, MFA_OFFER_TICKET, nullptr);
  const char *number = mfa_offer_text(offer, MFA_OFFER_CODE, nullptr);
  answer.whole = answer.whole && ticket && number;
  world.begun.ticket = ticket ? ticket : "";
  world.begun.code = number ? number : "";
  return answer;
}

Answer claimed(World &world) {
  const Asked asked(world.person, MFA_PURPOSE_MANAGE);
  return write(nullptr, [&](mfa_buffer *json, mfa_error *err) {
    return mfa_device_claimed(world.site.engine(), asked.get(), world.pairing.data(), world.pairing.size(),
                              json, err);
  });
}

Answer collect(World &world, Person &person) {
  Asked asked(person, MFA_PURPOSE_LOGIN);
  return prove(person, MFA_PROOF_SET_COOKIE, [&](mfa_proof **proof, mfa_error *err) {
    return mfa_device_collect(world.site.engine(), asked.at_phone(), world.begun.ticket.data(),
                              world.begun.ticket.size(), proof, err);
  });
}

Answer approve(World &world, Person &person) {
  return world.site.finish_enroll(person, world.pairing, world.response);
}

Answer issue(World &world, std::string *cookie) {
  const Asked asked(world.person, MFA_PURPOSE_MANAGE);
  return write(cookie, [&](mfa_buffer *out, mfa_error *err) {
    return mfa_remembered_issue(world.site.engine(), asked.get(), out, err);
  });
}

Answer who(World &world) {
  mfa_request nobody = MFA_REQUEST_INIT;
  nobody.purpose = MFA_PURPOSE_LOGIN;
  const std::string header = world.response.substr(0, world.response.find(';'));
  std::string user;
  Answer answer = write(&user, [&](mfa_buffer *out, mfa_error *err) {
    return mfa_remembered_user(world.site.engine(), &nobody, header.data(), header.size(), out, err);
  });
  answer.whole = answer.whole && (answer.status != MFA_OK || user == world.person.id);
  return answer;
}

Answer explain(World &world) {
  const Asked asked(world.person, MFA_PURPOSE_MANAGE);
  return write(nullptr, [&](mfa_buffer *json, mfa_error *err) {
    return mfa_policy_explain(world.site.engine(), asked.get(), nullptr, json, err);
  });
}

// ---- looking

std::string wrote_nothing(World &world, const Answer &) {
  return Snapshot::take(world.store) == world.before ? "" : "it wrote to the store";
}

// A browser goes on with what it has: it is trusted now, and at each visit from then on.
std::string stays_trusted(World &world, Person browser) {
  const uint64_t before_s = world.site.now_s;
  std::string problem;
  for (int visit = 0; visit < 4 && problem.empty(); visit++) {
    const Answer answer = arrive(world, browser);
    if (answer.status != MFA_OK) problem = named("an honest browser lost its trust", answer.status);
    world.site.now_s += 61;
  }
  world.site.now_s = before_s;
  return problem;
}

std::string look_at_remembering(World &world, const Answer &answer) {
  Person person = world.person;
  if (answer.status != MFA_OK) {
    person = world.asker;
    const Answer again = remember(world, person);
    if (again.status != MFA_OK) return named("after a failure, once more", again.status);
  }
  // One whose answer was lost may be left over; it ends by itself.
  const int devices = world.site.factors(person, MFA_METHOD_DEVICE);
  if (devices != 1 && (answer.status == MFA_OK || devices != 2)) return "not one device";
  return stays_trusted(world, person);
}

// The cookie that it showed is good while no other was given to it.
std::string look_at_arriving(World &world, const Answer &answer) {
  if (answer.status == MFA_OK && world.person.device == world.asker.device) return "no cookie was handed out";
  return stays_trusted(world, answer.status == MFA_OK ? world.person : world.asker);
}

std::string look_at_opening(World &world, const Answer &) {
  const mfa_status again = world.site.begin_enroll(world.person, MFA_METHOD_DEVICE).status;
  return again == MFA_OK ? "" : named("another pairing", again);
}

std::string look_at_claiming(World &world, const Answer &answer) {
  if (answer.status == MFA_OK) {
    const mfa_status seen = claimed(world).status;
    return seen == MFA_OK ? "" : named("the claim is not seen", seen);
  }
  // Whoever claims after a lost answer is a second device to the account.
  const mfa_status again = claim(world).status;
  return again == MFA_OK || again == MFA_ALREADY_USED ? "" : named("another claim", again);
}

std::string look_at_approving(World &world, const Answer &answer) {
  Person person = world.asker;
  if (answer.status != MFA_OK) {
    const mfa_status again = approve(world, person).status;
    if (again != MFA_OK && again != MFA_ALREADY_USED) return named("after a failure, once more", again);
  }
  const mfa_status collected = collect(world, person).status;
  return collected == MFA_OK ? "" : named("the device does not get its cookie", collected);
}

std::string look_at_collecting(World &world, const Answer &answer) {
  Person person = world.asker;
  const mfa_status again = collect(world, person).status;
  if (again != MFA_OK) return named("a lost answer is not given again", again);
  if (answer.status == MFA_OK && person.device != world.person.device) return "another cookie";
  if (world.site.factors(person, MFA_METHOD_DEVICE) != 2) return "not one device more";
  if (const std::string problem = stays_trusted(world, person); !problem.empty()) return problem;
  const mfa_status used = collect(world, person).status;
  return used == MFA_ALREADY_USED ? "" : named("collected after its use", used);
}

void nothing(World &) {}

Answer open(World &world) {
  world.begun = world.site.begin_enroll(world.person, MFA_METHOD_DEVICE);
  Answer answer;
  answer.status = world.begun.status;
  answer.err = world.begun.err;
  answer.whole = (answer.status == MFA_OK) == !(world.begun.ticket.empty() || world.begun.code.empty());
  return answer;
}

}  // namespace

std::vector<Step> device_steps() {
  std::vector<Step> all;
  all.push_back({"remember the browser", MFA_OK, nothing,
                 [](World &world) { return remember(world, world.person); }, look_at_remembering});
  all.push_back({"sign in with the device", MFA_OK, [](World &world) { world.site.now_s += 61; },
                 [](World &world) { return arrive(world, world.person); }, look_at_arriving});
  all.push_back({"sign in with its successor", MFA_OK, [](World &world) { world.site.now_s += 61; },
                 [](World &world) { return arrive(world, world.person); }, look_at_arriving});
  all.push_back({"open a pairing", MFA_OK, nothing, open, look_at_opening});
  all.push_back({"claim it", MFA_OK,
                 [](World &world) {
                   world.pairing = world.begun.ticket;
                   world.response = world.begun.code;
                 },
                 claim, look_at_claiming});
  all.push_back({"look who claimed", MFA_OK, nothing, claimed, wrote_nothing});
  all.push_back({"approve it", MFA_OK, [](World &world) { world.response = world.begun.code; },
                 [](World &world) { return approve(world, world.person); }, look_at_approving});
  all.push_back({"collect the cookie", MFA_OK, nothing,
                 [](World &world) { return collect(world, world.person); }, look_at_collecting});
  all.push_back({"remember the user", MFA_OK, nothing, [](World &world) { return issue(world, nullptr); },
                 wrote_nothing});
  all.push_back({"read who it was", MFA_OK,
                 [](World &world) {
                   // The failure may strike here: there is no cookie then, and the next try has one.
                   if (issue(world, &world.response).status < 0) (void)issue(world, &world.response);
                 },
                 who, wrote_nothing});
  all.push_back({"explain the policy", MFA_OK, nothing, explain, wrote_nothing});
  return all;
}

}  // namespace mfa::test
