#include "fault/steps.hpp"

#include <cstdio>
#include <cstdlib>

namespace mfa::test {
namespace {

using Rows = std::map<std::string, std::pair<std::string, uint64_t>>;

mfa_store_answer collect(void *rows, const char *key, size_t key_len, const uint8_t *record,
                         size_t record_len, uint64_t version) {
  (*static_cast<Rows *>(rows))[std::string(key, key_len)] = {
      std::string(reinterpret_cast<const char *>(record), record_len), version};
  return MFA_STORE_DONE;
}

Rows rows_of(const mfa_store &store) {
  Rows rows;
  mfa_error err = {};
  if (store.scan(store.ctx, nullptr, 0, nullptr, 0, SIZE_MAX, &collect, &rows, &err) != MFA_STORE_DONE)
    std::abort();
  return rows;
}

std::string named(const char *what, mfa_status status) {
  return std::string(what) + ": " + mfa_status_name(status);
}

// ---- looking

bool is_spent(mfa_status status) {
  return status == MFA_ALREADY_USED || status == MFA_REVOKED || status == MFA_EXISTS;
}

// Something that works once was tried; `again` tries it once more. Whether it was answered or not, in the end
// it was taken once, and is not taken again.
std::string once(const Answer &first, const std::function<mfa_status()> &again) {
  if (first.status < 0) {
    const mfa_status second = again();
    if (second != MFA_OK && !is_spent(second)) return named("after a failure, once more", second);
  }
  const mfa_status last = again();
  return is_spent(last) ? "" : named("a third time", last);
}

std::string look_at_begin(World &world, const Answer &) {
  return Snapshot::take(world.store) == world.before ? "" : "it wrote to the store";
}

std::string look_at_enrolment(World &world, const Answer &answer, mfa_method method) {
  const auto again = [&] {
    Person person = world.asker;
    return world.site.finish_enroll(person, world.begun.ticket, world.response).status;
  };
  const std::string problem = once(answer, again);
  if (!problem.empty()) return problem;
  return world.site.factors(world.person, method) == 1 ? "" : "not one factor";
}

std::string look_at_code(World &world, const Answer &answer, mfa_method method) {
  return once(answer, [&] { return world.site.verify_code(world.person, method, world.response).status; });
}

// Refused, or not completed; and every refusal was counted.
std::string look_at_guess(World &world, const Answer &answer) {
  const Answer next = world.site.verify_code(world.person, MFA_METHOD_TOTP, world.response);
  if (next.status != MFA_WRONG) return named("the next guess", next.status);
  const bool counted = next.err.attempts_left == 3;
  if (answer.status == MFA_WRONG && !counted) return "a guess was compared and not counted";
  if (answer.status != MFA_WRONG && !counted && next.err.attempts_left != 4)
    return "a guess was counted twice";
  return "";
}

// ---- acting

Answer as_answer(Begun begun, World &world) {
  Answer answer;
  answer.status = begun.status;
  answer.err = begun.err;
  answer.whole = (begun.status == MFA_OK) == !begun.ticket.empty();
  world.begun = std::move(begun);
  return answer;
}

Answer finish(World &world) {
  return world.site.finish_enroll(world.person, world.begun.ticket, world.response);
}

Answer finish_sign_in(World &world) {
  return world.site.finish_verify(world.person, world.begun.ticket, world.response);
}

std::string look_at_sign_in(World &world, const Answer &answer) {
  return once(answer, [&] { return finish_sign_in(world).status; });
}

// Of U2F's requests; those of tests are well formed.
Bytes challenge_in(const std::string &options) {
  const std::string name = R"("challenge":")";
  const size_t from = options.find(name) + name.size();
  return from_base64url(std::string_view(options).substr(from, options.find('"', from) - from)).value();
}

// Nobody else writes so many digits into the mail.
void read_mail(World &world) {
  const std::string &mail = world.begun.mail;
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  for (size_t i = 0; i < mail.size(); i++) {
    size_t end = i;
    while (end < mail.size() && is_digit(mail[end])) end++;
    if (end - i == 8) world.response = mail.substr(i, 8);
    i = end;
  }
}

// A mail was counted at most once, and the next is not sent a moment after it.
std::string look_at_mail(const Answer &answer, mfa_status again) {
  if (answer.status == MFA_OK) return again == MFA_TOO_SOON ? "" : named("a second mail at once", again);
  return again == MFA_OK || again == MFA_TOO_SOON ? "" : named("a mail after a failure", again);
}

void nothing(World &) {}

Step begin_enrolment(const char *name, mfa_method method) {
  return {name, MFA_OK, nothing,
          [=](World &world) { return as_answer(world.site.begin_enroll(world.person, method), world); },
          look_at_begin};
}

Step finish_enrolment(const char *name, mfa_method method, std::function<void(World &)> prepare) {
  return {name, MFA_OK, std::move(prepare), finish,
          [=](World &world, const Answer &answer) { return look_at_enrolment(world, answer, method); }};
}

Step code(const char *name, mfa_method method, std::function<void(World &)> prepare) {
  return {name, MFA_OK, std::move(prepare),
          [=](World &world) { return world.site.verify_code(world.person, method, world.response); },
          [=](World &world, const Answer &answer) { return look_at_code(world, answer, method); }};
}

std::vector<Step> make_steps() {
  std::vector<Step> all;
  all.push_back(begin_enrolment("begin to enrol an app", MFA_METHOD_TOTP));
  all.push_back(finish_enrolment("enrol an app", MFA_METHOD_TOTP, [](World &world) {
    world.person.secret = world.begun.secret;
    world.response = Site::app_code(world.person, world.site.now_s);
  }));
  all.push_back(begin_enrolment("begin to enrol a passkey", MFA_METHOD_WEBAUTHN));
  all.push_back(finish_enrolment("enrol a passkey", MFA_METHOD_WEBAUTHN, [](World &world) {
    world.response = world.person.passkey.create(world.begun.options, Site::kOrigin);
  }));
  all.push_back(begin_enrolment("begin to make recovery codes", MFA_METHOD_RECOVERY));
  all.push_back(finish_enrolment("make recovery codes", MFA_METHOD_RECOVERY, [](World &world) {
    world.person.codes = world.begun.codes;
    world.response = world.person.codes.at(0);
  }));
  all.push_back(code("sign in with the app", MFA_METHOD_TOTP, [](World &world) {
    world.site.now_s += 60;
    world.response = Site::app_code(world.person, world.site.now_s);
  }));
  all.push_back({"begin to sign in with the passkey", MFA_OK, nothing,
                 [](World &world) {
                   return as_answer(world.site.begin_verify(world.person, MFA_METHOD_WEBAUTHN), world);
                 },
                 look_at_begin});
  all.push_back(
      {"sign in with the passkey", MFA_OK,
       [](World &world) { world.response = world.person.passkey.get(world.begun.options, Site::kOrigin); },
       finish_sign_in, look_at_sign_in});
  all.push_back(code("sign in with a recovery code", MFA_METHOD_RECOVERY,
                     [](World &world) { world.response = world.person.codes.at(7); }));
  all.push_back(
      {"guess", MFA_WRONG,
       [](World &world) {
         world.site.now_s += 120;
         world.response = Site::wrong_code(world.person, world.site.now_s);
       },
       [](World &world) { return world.site.verify_code(world.person, MFA_METHOD_TOTP, world.response); },
       look_at_guess});
  all.push_back(begin_enrolment("begin to enrol a U2F key", MFA_METHOD_U2F));
  all.push_back(finish_enrolment("enrol a U2F key", MFA_METHOD_U2F, [](World &world) {
    world.response = world.token.registers(Site::kOrigin, challenge_in(world.begun.options)).json;
  }));
  all.push_back(
      {"begin to sign in with the U2F key", MFA_OK, nothing,
       [](World &world) { return as_answer(world.site.begin_verify(world.person, MFA_METHOD_U2F), world); },
       look_at_begin});
  all.push_back({"sign in with the U2F key", MFA_OK,
                 [](World &world) {
                   world.response = world.token.signs(Site::kOrigin, challenge_in(world.begun.options)).json;
                 },
                 finish_sign_in, look_at_sign_in});
  all.push_back({"import an app", MFA_OK, nothing,
                 [](World &world) {
                   return world.site.import(
                       world.person, R"({"method":"totp","label":"Imported",)"
                                     R"("uri":"otpauth://totp/x?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"})");
                 },
                 [](World &world, const Answer &answer) {
                   const int apps = world.site.factors(world.person, MFA_METHOD_TOTP);
                   // A save whose answer was lost may have taken effect; one that was answered has.
                   return apps == 2 || (apps == 1 && answer.status != MFA_OK) ? "" : "neither none nor one";
                 }});
  all.push_back(
      {"begin to enrol mail", MFA_OK, nothing,
       [](World &world) { return as_answer(world.site.begin_enroll(world.person, MFA_METHOD_EMAIL), world); },
       [](World &world, const Answer &answer) {
         return look_at_mail(answer, world.site.begin_enroll(world.person, MFA_METHOD_EMAIL).status);
       }});
  all.push_back(finish_enrolment("enrol mail", MFA_METHOD_EMAIL, read_mail));
  all.push_back(
      {"begin to sign in by mail", MFA_OK, [](World &world) { world.site.now_s += 60; },
       [](World &world) { return as_answer(world.site.begin_verify(world.person, MFA_METHOD_EMAIL), world); },
       [](World &world, const Answer &answer) {
         return look_at_mail(answer, world.site.begin_verify(world.person, MFA_METHOD_EMAIL).status);
       }});
  all.push_back({"sign in by mail", MFA_OK, read_mail, finish_sign_in, look_at_sign_in});
  all.push_back({"look at the account", MFA_OK, nothing,
                 [](World &world) { return world.site.view(world.person); }, look_at_begin});
  all.push_back({"check the session", MFA_OK, nothing,
                 [](World &world) { return world.site.check_session(world.person); }, look_at_begin});
  all.push_back(code("sign in with one app of two", MFA_METHOD_TOTP, [](World &world) {
    world.site.now_s += 120;
    world.response = Site::app_code(world.person, world.site.now_s);
  }));
  for (Step &step : device_steps()) all.push_back(std::move(step));
  return all;
}

}  // namespace

Snapshot Snapshot::take(const mfa_store &store) {
  Snapshot snapshot;
  for (auto &[key, row] : rows_of(store)) snapshot.rows_[key] = {row.first, row.second};
  return snapshot;
}

void Snapshot::put_back(const mfa_store &store) const {
  mfa_error err = {};
  Snapshot now = take(store);
  for (const auto &[key, row] : now.rows_) {
    const auto wanted = rows_.find(key);
    if (wanted != rows_.end() && wanted->second == row) continue;
    if (store.erase(store.ctx, key.data(), key.size(), row.version, &err) != MFA_STORE_DONE) std::abort();
  }
  for (const auto &[key, row] : rows_) {
    const auto there = now.rows_.find(key);
    if (there != now.rows_.end() && there->second == row) continue;
    const auto *record = reinterpret_cast<const uint8_t *>(row.record.data());
    if (store.save(store.ctx, key.data(), key.size(), record, row.record.size(), 0, row.version, 0, &err) !=
        MFA_STORE_DONE) {
      std::abort();
    }
  }
}

const std::vector<Step> &steps() {
  static const std::vector<Step> all = make_steps();
  return all;
}

bool Walk::run() {
  bool well = true;
  for (const Step &step : steps()) well = run(step) && well;
  return well;
}

constexpr int kPatience = 24;

bool Walk::run(const Step &step) {
  step.prepare(world_);
  world_.before = Snapshot::take(world_.store);
  bool well = true;
  bool struck = true;
  for (long place = first; struck; place += stride) {
    std::string problem = try_at(step, place, &struck);
    // A cache is full after a while, and a leak never.
    int left = kPatience;
    while (problem.empty() && grew() && left-- > 0) problem = try_at(step, place, &struck);
    if (left < 0) problem = "memory leaks";
    if (problem.empty()) continue;
    std::fprintf(stderr, "%s, failure at %ld: %s\n", step.name, place, problem.c_str());
    well = false;
  }
  fault_.plan(0);
  const Answer answer = step.act(world_);
  if (answer.status == step.normal) return well;
  std::fprintf(stderr, "%s, without a failure: %s\n", step.name, mfa_status_name(answer.status));
  return false;
}

std::string Walk::try_at(const Step &step, long place, bool *struck) {
  const Person person = world_.person;
  const Begun begun = world_.begun;
  tries_++;
  world_.asker = person;
  fault_.plan(place);
  const Answer answer = step.act(world_);
  *struck = fault_.struck();
  fault_.plan(0);
  std::string problem;
  if (!answer.whole) {
    problem = named("outputs that do not go with the status", answer.status);
  } else if (answer.status != step.normal && (answer.status >= 0 || !*struck)) {
    problem = named("answered", answer.status);
  } else {
    problem = step.look(world_, answer);
  }
  world_.before.put_back(world_.store);
  world_.person = person;
  world_.begun = begun;
  return problem;
}

}  // namespace mfa::test
