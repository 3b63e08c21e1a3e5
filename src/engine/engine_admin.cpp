#include "core/encoding.hpp"
#include "core/json.hpp"
#include "engine/claim.hpp"
#include "engine/import.hpp"
#include "engine/setting.hpp"

namespace mfa::engine {
namespace {

constexpr uint64_t kTombstoneLife_s = 3600;  // as long as the longest ticket may live

const char *name_of(AdminAction action) {
  switch (action) {
    case AdminAction::unlock: return "admin_unlocked";
    case AdminAction::factor_enable: return "admin_enabled";
    case AdminAction::factor_disable: return "admin_disabled";
    case AdminAction::factor_remove: return "admin_removed";
    case AdminAction::reset: return "admin_reset";
    case AdminAction::sign_out: return "admin_signed_out";
    case AdminAction::forget_devices: return "admin_forgot_devices";
    case AdminAction::erase: return "admin_erased";
  }
  return "admin";
}

bool needs_factor(AdminAction action) {
  return action == AdminAction::factor_enable || action == AdminAction::factor_disable ||
         action == AdminAction::factor_remove;
}

// Every way that ends sessions redraws the epoch.
void apply(Account &account, AdminAction action, ByteView id, uint64_t epoch, uint64_t now_s) {
  Factor *factor = account.find(id);
  switch (action) {
    case AdminAction::unlock: unlock(account, factor ? factor->method() : Method::none); return;
    case AdminAction::factor_enable: factor->enabled = true; return;
    case AdminAction::forget_devices: forget_devices(account); return;
    case AdminAction::factor_disable:
      factor->enabled = false;
      if (!is_factor(factor->method())) return;
      forget_devices(account);
      break;
    case AdminAction::factor_remove:
      if (is_factor(factor->method())) {
        forget_devices(account);
      } else {
        epoch = account.epoch;  // a device takes its own sessions with it
      }
      std::erase_if(account.factors, [&](const Factor &f) { return same(f.id, id); });
      break;
    case AdminAction::reset:
      account.factors.clear();
      forget_devices(account);
      account.throttle = Throttle{};
      account.grace_since_s = 0;
      // What a clock that was wrong has left here must not refuse the tickets of its user for years.
      std::erase_if(account.spent, [&](const Spent &spent) { return is_misdated(spent.issued_s, now_s); });
      if (is_misdated(account.watermark_s, now_s)) account.watermark_s = now_s;
      break;
    case AdminAction::sign_out: break;
    case AdminAction::erase: {
      const uint64_t serial = account.serial;
      std::string user = std::move(account.user);
      account = Account{};
      account.user = std::move(user);
      account.serial = serial;
      account.tombstone = true;
      break;
    }
  }
  account.epoch = epoch;
}

bool takes_factor(AdminAction action, const Factor &factor, ByteView id) {
  if (action == AdminAction::reset || action == AdminAction::erase) return true;
  return action == AdminAction::factor_remove && same(factor.id, id);
}

Decision decided(uint64_t epoch, uint64_t now_s, Account &account, AdminAction action, ByteView id,
                 std::string_view actor, size_t keep) {
  apply(account, action, id, epoch, now_s);
  account.serial++;
  if (!account.tombstone) {
    Entry entry;
    entry.at_s = now_s;
    entry.event = name_of(action);
    entry.factor = copy_of(id);
    remember(account, std::move(entry), keep);
  }
  Event event;
  event.name = name_of(action);
  event.user = account.user;
  event.factor = copy_of(id);
  event.at_s = now_s;
  event.serial = account.serial;
  event.actor = actor;
  Decision decision{Accepted{}, true};
  decision.events.push_back(std::move(event));
  if (account.tombstone) decision.expires_at_s = now_s + kTombstoneLife_s;
  return decision;
}

webauthn::Standing standing_of(const webauthn::Trust &trust, const Factor &factor, uint64_t now_s) {
  std::array<uint8_t, 16> aaguid{};
  webauthn::Provenance provenance;
  if (const auto *credential = factor.as<webauthn::Credential>()) {
    aaguid = credential->aaguid;
    provenance = webauthn::provenance_of(*credential);
  } else if (const auto *key = factor.as<U2fFactor>()) {
    provenance.key_identifier = key->attestation_key_identifier;
    if (!key->attestation_key.empty()) provenance.keys = {key->attestation_key};
  }
  return webauthn::standing_of(trust, aaguid, provenance, now_s);
}

struct Owned {
  Bytes credential_id;
  uint64_t version;
};

}  // namespace

Result<Done> Engine::administer(AdminAction action, std::string_view user, std::string_view factor,
                                std::string_view actor) const {
  if (user.empty() || user.size() > kUserMax) {
    return fail(Status::err_argument, Reason::argument_user, "user must be 1 to 255 bytes");
  }
  if (needs_factor(action) == factor.empty() && action != AdminAction::unlock) {
    return fail(Status::err_argument, Reason::argument_range,
                "this action names a factor if and only if it is of one");
  }
  Bytes id;
  if (!factor.empty()) {
    MFA_TRY(id, factor_id_of(factor));
  }
  Request request;
  request.user = user;
  MFA_TRY(const Setting set, setting(request));

  std::vector<Owned> going;
  MFA_TRY(const Decision decision,
          records_.update(user, 0, [&](std::optional<Account> &account) -> Result<std::optional<Decision>> {
            if (!account || account->tombstone) return std::optional<Decision>(Decision::no(no_account()));
            if (!id.empty() && !account->find(id))
              return std::optional<Decision>(Decision::no(no_such_factor()));
            going.clear();
            for (const Factor &held : account->factors) {
              const ByteView credential_id = held.credential_id();
              if (credential_id.empty() || !takes_factor(action, held, id)) continue;
              MFA_TRY(const HeldOwner owner, records_.load_owner(credential_id));
              if (owner.user == account->user) going.push_back({copy_of(credential_id), owner.version});
            }
            return std::optional<Decision>(
                decided(set.chance.epoch, set.now_s, *account, action, id, actor, config_.events_in_account));
          }));
  MFA_TRY(prove(decision));
  // The account decides; an entry that a failing store leaves behind blocks nobody.
  for (const Owned &owned : going) (void)records_.erase_owner(owned.credential_id, owned.version);
  return done;
}

// ---- import and audit

Result<Engine::Imported> Engine::bring(std::string_view user, std::string_view json,
                                       std::string_view actor) const {
  Request request;
  request.user = user;
  MFA_TRY(check_user(request, false));
  MFA_TRY(const Factor factor, read_import(config_, json));
  MFA_TRY(const Setting set, setting(request));
  const Scene scene = set.scene(config_);
  MFA_TRY(const Decision decision, records_.update(user, 0, [&](std::optional<Account> &account) {
    return claim(factor.credential_id(), user, account,
                 [&] { return decide_import(scene, account, factor.clone(), actor); });
  }));
  MFA_TRY(const Proof proof, prove(decision));
  return Imported{base64url(set.chance.factor_id), proof.signals};
}

Result<Engine::Audit> Engine::audit(std::string_view user) const {
  Request request;
  request.user = user;
  MFA_TRY(check_user(request, false));
  MFA_TRY(const uint64_t now_s, ports_.clock.now_s());
  MFA_TRY(const Held held, records_.load(user, 0));
  if (!held.account || held.account->tombstone) return no_account();
  const auto trusted = trust();
  Audit audit;
  json::Writer out;
  out.begin_array();
  for (const Factor &factor : held.account->factors) {
    if (factor.credential_id().empty()) continue;
    const auto standing = trusted ? standing_of(*trusted, factor, now_s) : webauthn::Standing{};
    audit.undesired = audit.undesired || !standing.undesired.empty();
    out.begin_object().member("factor", base64url(factor.id)).member("method", mfa::name_of(factor.method()));
    out.member("label", factor.label).raw_members(webauthn::standing_members(standing)).end_object();
  }
  audit.json = out.end_array().take();
  return audit;
}

}  // namespace mfa::engine
