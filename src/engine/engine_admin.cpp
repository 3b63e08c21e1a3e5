#include "core/encoding.hpp"
#include "engine/engine.hpp"
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
    case AdminAction::erase: return "admin_erased";
  }
  return "admin";
}

bool needs_factor(AdminAction action) {
  return action == AdminAction::factor_enable || action == AdminAction::factor_disable ||
         action == AdminAction::factor_remove;
}

// Every way that ends sessions redraws the epoch.
void apply(Account &account, AdminAction action, ByteView id, uint64_t epoch) {
  Factor *factor = account.find(id);
  switch (action) {
    case AdminAction::unlock: unlock(account, factor ? factor->method() : Method::none); return;
    case AdminAction::factor_enable: factor->enabled = true; return;
    case AdminAction::factor_disable: factor->enabled = false; break;
    case AdminAction::factor_remove:
      std::erase_if(account.factors, [&](const Factor &f) { return same(f.id, id); });
      break;
    case AdminAction::reset:
      account.factors.clear();
      account.throttle = Throttle{};
      account.grace_since_s = 0;
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
  apply(account, action, id, epoch);
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

struct Owned {
  Bytes credential_id;
  uint64_t version;
};

}  // namespace

Result<Done> Engine::admin(AdminAction action, std::string_view user, std::string_view factor,
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
              const auto *credential = held.as<webauthn::Credential>();
              if (!credential || !takes_factor(action, held, id)) continue;
              MFA_TRY(const HeldOwner owner, records_.load_owner(credential->id));
              if (owner.user == account->user) going.push_back({credential->id, owner.version});
            }
            return std::optional<Decision>(
                decided(set.chance.epoch, set.now_s, *account, action, id, actor, config_.events_in_account));
          }));
  MFA_TRY(prove(decision));
  // The account decides; an entry that a failing store leaves behind blocks nobody.
  for (const Owned &owned : going) (void)records_.erase_owner(owned.credential_id, owned.version);
  return done;
}

}  // namespace mfa::engine
