#include "engine/engine.hpp"

#include <algorithm>
#include <mutex>

#include "core/encoding.hpp"
#include "core/json.hpp"
#include "engine/explain.hpp"
#include "engine/setting.hpp"

namespace mfa::engine {
Engine::Engine(Config config, KeyRing ring, const Ports &ports, Secret pepper, Secret decoy_key,
               const ChainId &chain)
    : config_(std::move(config)),
      ring_(std::move(ring)),
      ports_(ports),
      pepper_(std::move(pepper)),
      decoy_(config_.realm, std::move(decoy_key)),
      records_(config_.realm, ring_, ports_.store, ports_.random),
      chain_(ring_, config_.realm, chain) {}

Result<std::unique_ptr<Engine>> Engine::make(Config config, KeyRing ring, const Ports &ports, Secret pepper,
                                             Secret decoy_key) {
  if (config.webauthn.present && config.webauthn.decoys && decoy_key.size() != kSealKey) {
    return fail(Status::err_config, Reason::config_missing,
                "webauthn.decoys needs a decoy_key of 32 bytes that never changes", "decoy_key");
  }
  if (!decoy_key.empty() && decoy_key.size() != kSealKey) {
    return fail(Status::err_config, Reason::config_keys, "decoy_key is not 32 bytes", "decoy_key");
  }
  MFA_TRY(const uint64_t now_s, ports.clock.now_s());
  ChainId chain;
  MFA_TRY(ports.random.fill(chain));
  std::unique_ptr<Engine> engine(
      new Engine(std::move(config), std::move(ring), ports, std::move(pepper), std::move(decoy_key), chain));
  engine->tell(engine->chain_.started(now_s));
  for (const auto &setting : engine->config_.unsafe_used()) {
    Event event;
    event.name = "unsafe_setting";
    event.at_s = now_s;
    event.detail = setting;
    engine->tell(event);
  }
  return engine;
}

void Engine::set_trust(std::shared_ptr<const webauthn::Trust> trust) {
  const std::lock_guard guard(trust_mutex_);
  trust_ = std::move(trust);
}

std::shared_ptr<const webauthn::Trust> Engine::trust() const {
  const std::lock_guard guard(trust_mutex_);
  return trust_;
}

Result<Engine::Setting> Engine::setting(const Request &request) const {
  MFA_TRY(const uint64_t now_s, ports_.clock.now_s());
  Chance chance;
  MFA_TRY(chance.epoch, records_.draw_number());
  MFA_TRY(chance.factor_id, records_.draw<kFactorId>());
  MFA_TRY(const auto recheck, records_.draw<4>());
  for (const uint8_t byte : recheck) chance.recheck = chance.recheck << 8 | byte;
  return Setting{request,
                 combined(config_.policy, request.roles),
                 now_s,
                 chance,
                 open_statement(ring_, config_.realm, request.statement),
                 read_cookies(config_, ring_, request.user, request.cookies)};
}

Result<Proof> Engine::prove(const Decision &decision) const {
  MFA_TRY(answered(decision));
  const Accepted &accepted = decision.answer.value();
  Proof proof;
  proof.status = accepted.status;
  proof.reason = accepted.reason;
  proof.method = accepted.method;
  proof.aal = accepted.evidence.aal();
  proof.signals = accepted.signals;
  proof.serial = accepted.serial;
  proof.recovery_remaining = accepted.recovery_remaining;
  proof.set(MFA_PROOF_USER, accepted.user);
  proof.set(MFA_PROOF_AMR, accepted.evidence.amr());
  if (!accepted.factor.empty()) proof.set(MFA_PROOF_FACTOR, base64url(accepted.factor));
  if (!accepted.credentials_json.empty()) proof.set(MFA_PROOF_CREDENTIALS, accepted.credentials_json);
  if (accepted.statement) {
    MFA_TRY(const auto nonce, records_.draw<kSealNonce>());
    proof.set(MFA_PROOF_STATEMENT, seal_statement(ring_, config_.realm, *accepted.statement, nonce));
  }
  return proof;
}

Result<View> Engine::view(const Request &request) const {
  MFA_TRY(check_user(request, false));
  MFA_TRY(const Setting set, setting(request));
  MFA_TRY(const Held held, records_.load(request.user, request.min_serial));
  const Account none;
  return view_of(config_, set.role, request, held.account ? *held.account : none, set.now_s);
}

// ---- sessions

Result<Proof> Engine::start_session(const Request &request) const {
  MFA_TRY(check_user(request, false));
  MFA_TRY(const Setting set, setting(request));
  const Scene scene = set.scene(config_);
  MFA_TRY(const Decision decision,
          records_.update(request.user, request.min_serial, [&](std::optional<Account> &account) {
            return Result<std::optional<Decision>>(decide_session_start(scene, account));
          }));
  return prove(decision);
}

Result<Done> Engine::judge_session(const Request &request, const SessionNeed &need, bool strict) const {
  MFA_TRY(check_user(request, false));
  MFA_TRY(const Setting set, setting(request));
  const Scene scene = set.scene(config_);
  if (!strict) return check_session(scene, nullptr, false, need);
  MFA_TRY(const Held held, records_.load(request.user, request.min_serial));
  return check_session(scene, held.account ? &*held.account : nullptr, true, need);
}

Result<std::string> Engine::session_json(const Request &request) const {
  MFA_TRY(const Statement statement, open_statement(ring_, config_.realm, request.statement));
  json::Writer out;
  out.begin_object().member("user", statement.user).member("aal", statement.evidence.aal());
  out.member("amr", statement.evidence.amr()).member("method", mfa::name_of(statement.method));
  out.member("factor", base64url(statement.factor)).member("signed_in_s", statement.signed_in_s);
  out.member("verified_s", statement.verified_s).member("recheck_s", statement.recheck_s);
  out.member("partial", statement.partial).member("enroll_only", statement.enroll_only).end_object();
  return out.take();
}

Result<std::string> Engine::explain(const Request &request, const SessionNeed &need) const {
  MFA_TRY(check_user(request, false));
  MFA_TRY(const Setting set, setting(request));
  MFA_TRY(const Held held, records_.load(request.user, request.min_serial));
  return engine::explain(set.scene(config_), held.account ? &*held.account : nullptr, need);
}

// ---- the user's own changes

template <class Step>
Result<Proof> Engine::change(const Request &request, std::string_view factor, Step step) const {
  MFA_TRY(check_user(request, false));
  MFA_TRY(const Bytes id, factor_id_of(factor));
  MFA_TRY(const Setting set, setting(request));
  const Scene scene = set.scene(config_);
  MFA_TRY(const Decision decision,
          records_.update(request.user, request.min_serial,
                          [&](std::optional<Account> &account) -> Result<std::optional<Decision>> {
                            if (!account) return std::optional<Decision>(Decision::no(no_account()));
                            MFA_TRY(Decision made, step(scene, *account, id));
                            return std::optional<Decision>(std::move(made));
                          }));
  return prove(decision);
}

Result<Proof> Engine::change_label(const Request &request, std::string_view factor,
                                   std::string_view label) const {
  return change(request, factor, [&](const Scene &scene, Account &account, ByteView id) -> Result<Decision> {
    return decide_rename(scene, account, id, label);
  });
}

Result<Proof> Engine::change_enabled(const Request &request, std::string_view factor, bool enabled) const {
  return change(request, factor, [&](const Scene &scene, Account &account, ByteView id) -> Result<Decision> {
    return decide_set_enabled(scene, account, id, enabled);
  });
}

Result<Proof> Engine::take_away(const Request &request, std::string_view factor) const {
  Bytes credential_id;
  uint64_t owner_version = 0;
  auto proof =
      change(request, factor, [&](const Scene &scene, Account &account, ByteView id) -> Result<Decision> {
        credential_id.clear();
        if (const Factor *going = account.find(id)) credential_id = copy_of(going->credential_id());
        if (!credential_id.empty()) {
          MFA_TRY(const HeldOwner owner, records_.load_owner(credential_id));
          owner_version = owner.user == account.user ? owner.version : 0;
        }
        return decide_remove(scene, account, id);
      });
  if (proof.has_value() && !credential_id.empty() && owner_version != 0) {
    // The account decides; an entry that a failing store leaves behind blocks nobody.
    (void)records_.erase_owner(credential_id, owner_version);
  }
  return proof;
}

Result<Done> Engine::users(std::string_view after, size_t limit, Visitor &visitor) const {
  return records_.scan_users(after, limit, visitor);
}

}  // namespace mfa::engine
