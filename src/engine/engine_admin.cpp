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
    return fail(Status::err_argument, Reason::argument_range, "this action names a factor if and only if it is of one");
  }
  Bytes id;
  if (!factor.empty()) MFA_TRY(id, from_base64url(factor));
  Request request;
  request.user = user;
  MFA_TRY(const Setting set, setting(request));

  std::vector<Owned> going;
  for (int attempt = 0; attempt < kAttempts; attempt++) {
    MFA_TRY(Held held, records_.load(user, 0));
    if (!held.account || held.account->tombstone) return no_account();
    Account &account = *held.account;
    if (!factor.empty() && !account.find(id)) {
      return fail(Status::not_found, Reason::account_no_such_factor, "the account has no such factor");
    }
    MFA_TRY(going, credentials_going(account, action, id));
    apply(account, action, id, set.chance.epoch);
    account.serial++;
    Entry entry;
    entry.at_s = set.now_s;
    entry.event = name_of(action);
    entry.factor = id;
    if (action != AdminAction::erase) remember(account, std::move(entry), config_.events_in_account);
    const uint64_t expires_s = action == AdminAction::erase ? set.now_s + kTombstoneLife_s : 0;
    MFA_TRY(const Saved saved, records_.save(account, held.version, expires_s));
    if (saved == Saved::conflict) continue;
    // The account decides; an entry that a failing store leaves behind blocks nobody.
    for (const Owned &owned : going) (void)records_.erase_owner(owned.credential_id, owned.version);
    Event event;
    event.name = name_of(action);
    event.user = user;
    event.factor = id;
    event.at_s = set.now_s;
    event.serial = account.serial;
    event.actor = actor;
    ports_.events.emit(event);
    return done;
  }
  return fail(Status::err_busy, Reason::account_busy, "lost the race for the record too often");
}

}  // namespace mfa::engine
