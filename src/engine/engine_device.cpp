// Trusted devices and remembered users: the cookies that they keep.
#include "core/encoding.hpp"
#include "engine/engine.hpp"
#include "engine/setting.hpp"

namespace mfa::engine {
namespace {

constexpr uint64_t kDay_s = 86400;

}  // namespace

Result<Secret> Engine::draw_verifier() const {
  Secret verifier(device::kVerifier);
  MFA_TRY(ports_.random.fill(verifier.fill()));
  return verifier;
}

// The proof of a decision that was saved, with the cookie if there is one to hand out.
Result<Proof> Engine::prove_device(const Decision &decision, const Cookied &cookied, const Secret &verifier,
                                   std::string_view user) const {
  MFA_TRY(Proof proof, prove(decision));
  if (!cookied.renewed) return proof;
  const Secret token = device::text_of_token(cookied.selector, verifier);
  const Secret cookie = set_cookie(config_.device.cookie, device_cookie_name(config_, user),
                                   text_of(token.reveal()), cookied.max_age_s);
  proof.set(MFA_PROOF_SET_COOKIE, text_of(cookie.reveal()));
  return proof;
}

Result<Proof> Engine::verify_device(const Request &request, std::string_view cookies) const {
  Request asked = request;
  if (!cookies.empty()) asked.cookies = cookies;
  MFA_TRY(const Setting set, setting(asked));
  const Scene scene = set.scene(config_);
  MFA_TRY(const Secret fresh, draw_verifier());
  Cookied cookied;
  MFA_TRY(const Decision decision,
          records_.update(asked.user, asked.min_serial, [&](std::optional<Account> &account) {
            Account none;
            Account &held = account ? *account : none;
            return Result<std::optional<Decision>>(decide_device(scene, held, fresh, cookied));
          }));
  return prove_device(decision, cookied, fresh, asked.user);
}

Result<Proof> Engine::keep_device(const Request &request, std::string_view label) const {
  MFA_TRY(check_user(request, false));
  MFA_TRY(const Setting set, setting(request));
  const Scene scene = set.scene(config_);
  device::Token token;
  MFA_TRY(token.selector, records_.draw<device::kSelector>());
  MFA_TRY(token.verifier, draw_verifier());
  Cookied cookied;
  MFA_TRY(
      const Decision decision,
      records_.update(request.user, request.min_serial, [&](std::optional<Account> &account) {
        return Result<std::optional<Decision>>(
            account ? decide_remember(scene, *account, token, label, cookied) : Decision::no(no_account()));
      }));
  return prove_device(decision, cookied, token.verifier, request.user);
}

// ---- remembered users

Result<Secret> Engine::issue_remembered(const Request &request) const {
  MFA_TRY(check_user(request, false));
  if (!config_.quick_login.enabled) {
    return fail(Status::denied, Reason::policy_quick_login, "quick_login is off");
  }
  MFA_TRY(const Setting set, setting(request));
  const Scene scene = set.scene(config_);
  MFA_TRY(const Held held, records_.load(request.user, request.min_serial));
  const Account *account = held.account ? &*held.account : nullptr;
  MFA_TRY(check_session(scene, account, true, {}));
  // It carries the relief of a browser that we know: only who verified a factor gets it.
  if (!account || set.statement.value().verified_s == 0) {
    return fail(Status::factor_needed, Reason::policy_factor_needed,
                "only who verified a factor is remembered");
  }
  const uint64_t life_s = config_.quick_login.days * kDay_s;
  Remembered remembered{
      .user = account->user, .epoch = account->epoch, .issued_s = set.now_s, .expires_s = set.now_s + life_s};
  MFA_TRY(remembered.id, records_.draw<16>());
  MFA_TRY(const auto nonce, records_.draw<kSealNonce>());
  return set_cookie(config_.quick_login.cookie, cookie_name(config_.quick_login.cookie, ""),
                    seal_remembered(ring_, config_.realm, remembered, nonce), life_s);
}

Result<std::string> Engine::remembered_user(const Request &request, std::string_view cookies) const {
  if (!config_.quick_login.enabled) {
    return fail(Status::denied, Reason::policy_quick_login, "quick_login is off");
  }
  MFA_TRY(const uint64_t now_s, ports_.clock.now_s());
  const Known known = read_cookies(config_, ring_, "", cookies.empty() ? request.cookies : cookies);
  if (!known.remembered) {
    return fail(Status::not_found, Reason::remembered_unknown, "no remembered user of this realm");
  }
  MFA_TRY(const Held held, records_.load(known.remembered->user, 0));
  MFA_TRY(check_remembered(*known.remembered, held.account ? &*held.account : nullptr, now_s));
  return known.remembered->user;
}

}  // namespace mfa::engine
