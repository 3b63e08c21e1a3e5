// An engine that notes what each of its calls answered. With MFA_ANSWERS naming a file, the notes are
// appended to it when the program ends, a line "mfa_verify_code 1" for each pair: tests/docs/statuses_test.py
// holds them against the headers.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <set>
#include <utility>

#include "engine/engine.hpp"

namespace mfa::test {

using namespace mfa::engine;

class Answers {
 public:
  static Answers &all() {
    static Answers answers;
    return answers;
  }
  void note(const char *call, Status status) {
    const std::lock_guard<std::mutex> guard(mutex_);
    seen_.emplace(call, static_cast<int32_t>(status));
  }
  ~Answers() {
    const char *path = std::getenv("MFA_ANSWERS");
    std::FILE *file = path ? std::fopen(path, "ae") : nullptr;
    if (!file) return;
    for (const auto &[call, status] : seen_) std::fprintf(file, "%s %d\n", call.c_str(), status);
    std::fclose(file);
  }

 private:
  std::mutex mutex_;
  std::set<std::pair<std::string, int32_t>> seen_;
};

template <class T>
Status answer_of(const T &) {
  return Status::ok;
}
inline Status answer_of(const Proof &proof) { return proof.status; }
inline Status answer_of(const Engine::Audit &audit) { return audit.undesired ? Status::denied : Status::ok; }

template <class T>
Result<T> noted(const char *call, Result<T> result) {
  Answers::all().note(call, result.has_value() ? answer_of(result.value()) : result.error().status);
  return result;
}

class RecordedEngine {
 public:
  explicit RecordedEngine(std::unique_ptr<Engine> engine) : engine_(std::move(engine)) {}

  void stop() const { engine_->stop(); }
  const Config &config() const { return engine_->config(); }
  void set_trust(std::shared_ptr<const webauthn::Trust> trust) { engine_->set_trust(std::move(trust)); }

  Result<View> view(const Request &request) const {
    return noted("mfa_account_view", engine_->view(request));
  }
  Result<Offer> enroll_begin(const Request &request, Method method, const BeginOptions &options) const {
    return noted("mfa_enroll_begin", engine_->enroll_begin(request, method, options));
  }
  Result<Proof> enroll_finish(const Request &request, std::string_view ticket,
                              std::string_view response) const {
    return noted("mfa_enroll_finish", engine_->enroll_finish(request, ticket, response));
  }
  Result<Offer> verify_begin(const Request &request, Method method, const BeginOptions &options) const {
    return noted("mfa_verify_begin", engine_->verify_begin(request, method, options));
  }
  Result<Proof> verify_finish(const Request &request, std::string_view ticket,
                              std::string_view response) const {
    return noted("mfa_verify_finish", engine_->verify_finish(request, ticket, response));
  }
  Result<Proof> verify_code(const Request &request, Method method, std::string_view code) const {
    return noted("mfa_verify_code", engine_->verify_code(request, method, code));
  }
  Result<Proof> session_start(const Request &request) const {
    return noted("mfa_session_start", engine_->session_start(request));
  }
  Result<Done> session_check(const Request &request, const SessionNeed &need, bool strict) const {
    return noted(strict ? "mfa_session_check" : "mfa_session_check_offline",
                 engine_->session_check(request, need, strict));
  }
  Result<std::string> session_json(const Request &request) const {
    return noted("mfa_session_json", engine_->session_json(request));
  }
  Result<std::string> explain(const Request &request, const SessionNeed &need) const {
    return noted("mfa_policy_explain", engine_->explain(request, need));
  }
  Result<Done> rename(const Request &request, std::string_view factor, std::string_view label) const {
    return noted("mfa_factor_rename", engine_->rename(request, factor, label));
  }
  Result<Proof> set_enabled(const Request &request, std::string_view factor, bool enabled) const {
    return noted("mfa_factor_set_enabled", engine_->set_enabled(request, factor, enabled));
  }
  Result<Proof> remove(const Request &request, std::string_view factor) const {
    return noted("mfa_factor_remove", engine_->remove(request, factor));
  }
  Result<Proof> remember_device(const Request &request, std::string_view label) const {
    return noted("mfa_device_remember", engine_->remember_device(request, label));
  }
  Result<Offer> claim_device(const Request &request, std::string_view code) const {
    return noted("mfa_device_claim", engine_->claim_device(request, code));
  }
  Result<std::string> claimed_device(const Request &request, std::string_view ticket) const {
    return noted("mfa_device_claimed", engine_->claimed_device(request, ticket));
  }
  Result<Proof> collect_device(const Request &request, std::string_view ticket) const {
    return noted("mfa_device_collect", engine_->collect_device(request, ticket));
  }
  Result<Secret> remember_user(const Request &request) const {
    return noted("mfa_remembered_issue", engine_->remember_user(request));
  }
  Result<std::string> remembered_user(const Request &request, std::string_view cookies) const {
    return noted("mfa_remembered_user", engine_->remembered_user(request, cookies));
  }
  Result<Done> admin(AdminAction action, std::string_view user, std::string_view factor,
                     std::string_view actor) const {
    return noted("mfa_admin", engine_->admin(action, user, factor, actor));
  }
  Result<Engine::Imported> import(std::string_view user, std::string_view json,
                                  std::string_view actor) const {
    return noted("mfa_admin_import", engine_->import(user, json, actor));
  }
  Result<Engine::Audit> audit(std::string_view user) const {
    return noted("mfa_admin_audit", engine_->audit(user));
  }
  Result<Done> users(std::string_view after, size_t limit, Visitor &visitor) const {
    return noted("mfa_admin_users", engine_->users(after, limit, visitor));
  }

 private:
  std::unique_ptr<Engine> engine_;
};

}  // namespace mfa::test
