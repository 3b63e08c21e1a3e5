// mfa_store_check: the promises of include/mfa/store.h, tried one by one.
#include "capi/boundary.hpp"
#include "capi/host_store.hpp"
#include "capi/store_trial.hpp"
#include "mfa/store.h"

namespace mfa::capi {
namespace {

constexpr const char *kLeavesNothing = "what was saved could be erased again";

// The report, and the first promise that does not hold.
class Report {
 public:
  Result<Done> add(const char *promise, const Result<Done> &held) {
    if (!held.has_value() && held.error().status != Status::wrong) return held.error();
    text_ += held.has_value() ? "kept    " : "BROKEN  ";
    text_ += promise;
    if (!held.has_value()) {
      text_ += ": " + held.error().detail;
      if (!first_broken_) first_broken_ = promise;
    }
    text_ += '\n';
    return done;
  }
  void skip(const char *promise) { text_ += std::string("absent  ") + promise + "\n"; }

  std::string_view text() const { return text_; }
  Result<Done> verdict() const {
    if (!first_broken_) return done;
    return fail(Status::wrong, Reason::store_promise, "the store breaks a promise", first_broken_);
  }

 private:
  std::string text_;
  const char *first_broken_ = nullptr;
};

// A store that is down is not a store that breaks promises.
Result<Done> answers(const mfa_store &store, const std::string &key) {
  mfa_buffer record = MFA_BUFFER_INIT;
  uint64_t version = 0;
  mfa_error err = {};
  const auto answered = store.load(store.ctx, key.data(), key.size(), &record, &version, &err);
  mfa_buffer_free(&record);
  if (answered != MFA_STORE_FAILED) return done;
  return fail(Status::err_store, Reason::store_failed, "the store failed", line_of(err));
}

Result<Report> check(const mfa_store &store) {
  Trial trial(store);
  MFA_TRY(answers(store, trial.root()));
  Report report;
  size_t number = 0;
  for (const auto &promise : store_promises()) {
    trial.next_promise(number++);
    if (promise.of_scan && !trial.can_scan()) {
      report.skip(promise.text);
      continue;
    }
    MFA_TRY(report.add(promise.text, promise.holds(trial)));
  }
  const bool swept = trial.sweep();
  MFA_TRY(report.add(kLeavesNothing,
                     swept ? Result<Done>(done) : broken("keys under " + trial.root() + " are left")));
  return report;
}

}  // namespace
}  // namespace mfa::capi

using namespace mfa;
using namespace mfa::capi;

extern "C" mfa_status mfa_store_check(const mfa_store *store, mfa_buffer *report, mfa_error *err) {
  return boundary(err, [&]() -> Result<Done> {
    MFA_TRY(clear(report));
    MFA_TRY(const mfa_store copy, read_store(store));
    MFA_TRY(const auto checked, check(copy));
    MFA_TRY(write_buffer(report, checked.text()));
    return checked.verdict();
  });
}
