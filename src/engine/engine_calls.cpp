// The public calls: what they do is elsewhere, and whoever asks for a log is told here of each beginning and
// of each no that nothing was saved of.
#include "core/encoding.hpp"
#include "engine/accept.hpp"
#include "engine/setting.hpp"

namespace mfa::engine {
namespace {

// Neither the caller's mistake, nor want of the memory that an event would take.
bool is_trouble(Status status) {
  switch (status) {
    case Status::err_store:
    case Status::err_busy:
    case Status::err_key:
    case Status::err_damaged:
    case Status::err_rollback:
    case Status::err_internal: return true;
    case Status::ok:
    case Status::wrong:
    case Status::malformed:
    case Status::already_used:
    case Status::expired:
    case Status::mismatch:
    case Status::locked_out:
    case Status::too_soon:
    case Status::denied:
    case Status::factor_needed:
    case Status::recheck_due:
    case Status::enroll_needed:
    case Status::revoked:
    case Status::not_found:
    case Status::exists:
    case Status::pending:
    case Status::more_needed:
    case Status::err_argument:
    case Status::err_unsupported:
    case Status::err_no_memory:
    case Status::err_config: return false;
  }
  return false;
}

const char *name_of_check(bool strict) { return strict ? "session_check" : "session_check_offline"; }

}  // namespace

Engine::Call Engine::Call::on(const char *name, const Request &request, std::string_view factor) {
  Call call{name, request};
  if (auto id = factor_id_of(factor); id.has_value()) call.factor = std::move(id).value();
  return call;
}

Event Engine::Call::event(const Config &config, const char *event_name, uint64_t now_s) const {
  Event event;
  event.name = event_name;
  event.call = name;
  event.at_s = now_s;
  event.user = user.empty() ? std::string(request.user) : user;
  event.method = method;
  event.factor = copy_of(factor);
  event.actor = actor;
  if (!of_admin) event.purpose = name_of(request.purpose);
  event.source = kept_source(config, request.source);
  event.user_agent = request.user_agent;
  return event;
}

void Engine::tell(const Event &event) const {
  if (!ports_.events.wanted()) return;
  const Chain::Links links = chain_.link(event);
  if (links.started) ports_.events.emit(links.started->event, links.started->text);
  ports_.events.emit(event, links.text);
}

void Engine::stop() const {
  Event event;
  event.name = "log_stopped";
  event.at_s = now_or_0();
  tell(event);
}

void Engine::tell_no(const Call &call, const Failure &failure) const {
  const bool denied = failure.status > Status::ok;
  // Whoever asks again and again whether the other side has acted is not told no.
  if (failure.told || failure.status == Status::pending || !ports_.events.wanted()) return;
  if (!denied && !is_trouble(failure.status)) return;
  Event event = call.event(config_, denied ? "denied" : "failed", now_or_0());
  event.status = failure.status;
  event.reason = failure.reason;
  event.signals = failure.signals;
  event.retry_at_s = failure.retry_at_s;
  tell(event);
}

Result<Done> Engine::answered(const Decision &decision) const {
  for (const Event &event : decision.events) tell(event);
  if (decision.answer.has_value()) return done;
  Failure failure = decision.answer.error();
  failure.told = !decision.events.empty();
  return failure;
}

uint64_t Engine::now_or_0() const {
  const auto now_s = ports_.clock.now_s();
  return now_s.has_value() ? now_s.value() : 0;
}

Result<Offer> Engine::begun(const Call &call, Result<Offer> offer) const {
  if (!offer.has_value()) return told(call, std::move(offer));
  if (const auto &hidden = offer.value().hidden) {
    tell_no(call, *hidden);
  } else {
    tell(call.event(config_, "began", now_or_0()));
  }
  return offer;
}

// ---- where guesses come from

Result<Done> Engine::admit_source(const Request &request) const {
  const ThrottleConfig &throttle = config_.throttle;
  if (!throttle.per_source || request.source.empty()) return done;
  MFA_TRY(const uint64_t now_s, ports_.clock.now_s());
  MFA_TRY(const HeldBucket held, records_.load_bucket(request.source));
  if (is_misdated(held.bucket.since_s, now_s)) return done;
  const uint64_t until_s = std::min(held.bucket.since_s, now_s) + throttle.source_window_s;
  if (held.bucket.failures < throttle.source_failures || until_s <= now_s) return done;
  Failure failure = fail(Status::locked_out, Reason::throttle_source, "too many wrong answers from there");
  failure.retry_at_s = until_s;
  failure.attempts_left = 0;
  return failure;
}

template <class T>
Result<T> Engine::metered(const Request &request, Result<T> answer) const {
  if (answer.has_value() || answer.error().status != Status::wrong) return answer;
  if (!config_.throttle.per_source || request.source.empty()) return answer;
  MFA_TRY(const uint64_t now_s, ports_.clock.now_s());
  MFA_TRY(records_.charge_bucket(request.source, now_s, config_.throttle.source_window_s));
  return answer;
}

Result<Proof> Engine::guess(const Request &request, Method method, std::string_view code) const {
  if (method == Method::device) return judge_code(request, method, code);  // nothing of it can be guessed
  MFA_TRY(admit_source(request));
  return metered(request, judge_code(request, method, code));
}

Result<Proof> Engine::guess_mail(const Setting &set, const Ticket &ticket, std::string_view code) const {
  MFA_TRY(admit_source(set.request));
  return metered(set.request, take_mail_code(set, ticket, code));
}

Result<Offer> Engine::guess_pairing(Call &call, std::string_view code) const {
  MFA_TRY(admit_source(call.request));
  return metered(call.request, claim_pairing(call, code));
}

// ---- ceremonies

Result<Offer> Engine::enroll_begin(const Request &request, Method method, const BeginOptions &options) const {
  return begun(Call{"enroll_begin", request, method}, begin_enrolment(request, method, options));
}

Result<Proof> Engine::enroll_finish(const Request &request, std::string_view ticket,
                                    std::string_view response) const {
  Call call{"enroll_finish", request};
  auto proof = finish_enrolment(call, ticket, response);
  return told(call, std::move(proof));
}

Result<Offer> Engine::verify_begin(const Request &request, Method method, const BeginOptions &options) const {
  return begun(Call{"verify_begin", request, method}, begin_verification(request, method, options));
}

Result<Proof> Engine::verify_finish(const Request &request, std::string_view ticket,
                                    std::string_view response) const {
  Call call{"verify_finish", request};
  auto proof = finish_verification(call, ticket, response);
  return told(call, std::move(proof));
}

Result<Proof> Engine::verify_code(const Request &request, Method method, std::string_view code) const {
  return told(Call{"verify_code", request, method}, guess(request, method, code));
}

// ---- sessions

Result<Proof> Engine::session_start(const Request &request) const {
  return told(Call{"session_start", request}, start_session(request));
}

Result<Done> Engine::session_check(const Request &request, const SessionNeed &need, bool strict) const {
  auto checked = judge_session(request, need, strict);
  if (checked.has_value()) return checked;
  // It comes with every page: only what hints at a statement in the wrong hands is worth a line.
  const Status status = checked.error().status;
  if (status != Status::revoked && status != Status::mismatch) return checked;
  return told(Call{name_of_check(strict), request}, std::move(checked));
}

// ---- changes

Result<Done> Engine::rename(const Request &request, std::string_view factor, std::string_view label) const {
  MFA_TRY(told(Call::on("factor_rename", request, factor), change_label(request, factor, label)));
  return done;
}

Result<Proof> Engine::set_enabled(const Request &request, std::string_view factor, bool enabled) const {
  return told(Call::on("factor_set_enabled", request, factor), change_enabled(request, factor, enabled));
}

Result<Proof> Engine::remove(const Request &request, std::string_view factor) const {
  return told(Call::on("factor_remove", request, factor), take_away(request, factor));
}

// ---- devices

Result<Proof> Engine::remember_device(const Request &request, std::string_view label) const {
  return told(Call{"device_remember", request, Method::device}, keep_device(request, label));
}

Result<Offer> Engine::claim_device(const Request &request, std::string_view code) const {
  Call call{"device_claim", request, Method::device};
  auto offer = guess_pairing(call, code);
  return told(call, std::move(offer));
}

Result<Proof> Engine::collect_device(const Request &request, std::string_view ticket) const {
  Call call{"device_collect", request, Method::device};
  auto proof = collect_pairing(call, ticket);
  return told(call, std::move(proof));
}

Result<Secret> Engine::remember_user(const Request &request) const {
  return told(Call{"remembered_issue", request}, issue_remembered(request));
}

// ---- administration

Result<Done> Engine::admin(AdminAction action, std::string_view user, std::string_view factor,
                           std::string_view actor) const {
  Request request;
  request.user = user;
  Call call = Call::on("admin", request, factor);
  call.actor = actor;
  call.of_admin = true;
  return told(call, administer(action, user, factor, actor));
}

Result<Engine::Imported> Engine::import(std::string_view user, std::string_view json,
                                        std::string_view actor) const {
  Request request;
  request.user = user;
  Call call{"admin_import", request};
  call.actor = actor;
  call.of_admin = true;
  return told(call, bring(user, json, actor));
}

}  // namespace mfa::engine
