// libmfa for C++20: the engine. Every function may be called from any thread; statuses and what a call needs
// are those of mfa/engine.h.
#ifndef MFA_CXX_ENGINE_HPP
#define MFA_CXX_ENGINE_HPP

#include <mfa/engine.h>

#include <functional>

#include "account.hpp"
#include "store.hpp"
#include "webauthn.hpp"

namespace mfa {
inline namespace cxx {

// Read when Engine::make is called; the store must outlive the engine.
struct EngineConfig {
  std::string_view json = {};          // docs/configuration.md
  std::span<const mfa_key> keys = {};  // the first seals, all open
  StoreRef store = {};
  const Trust *trust = nullptr;  // nullptr: no attestation is trusted
  ByteView pepper = {};          // optional: a key kept apart from the store's backups
  ByteView decoy_key = {};       // 32 bytes that never change: what unknown users are shown
  // Called by many threads at once. What they throw is a failure: of the clock, of randomness; an event is
  // lost to you.
  std::function<std::uint64_t()> now_s = {};  // Unix time; none: the system's clock; 0: it failed
  std::function<bool(std::span<std::uint8_t>)> random = {};  // none: the system's; true: filled
  std::function<void(std::string_view)> event =
      {};  // one JSON object (docs/events.md); also while engines end
};

// One user of Engine::users: true to go on.
using UserVisitor = std::function<bool(std::string_view user)>;

class Engine {
 public:
  // OK; ERR_CONFIG names the path of what is wrong.
  static Answer<Engine> make(const EngineConfig &config) noexcept;

  // Moved from, every call is ERR_ARGUMENT.
  Engine(Engine &&) noexcept = default;
  Engine &operator=(Engine &&other) noexcept {
    it_ = std::move(other.it_);  // first: the last event of the old engine goes to the old hooks
    hooks_ = std::move(other.hooks_);
    return *this;
  }
  ~Engine() = default;

  // From the next ceremony on, with this trust; nullptr: nothing is trusted. OK.
  Answer<Done> set_trust(const Trust *trust) noexcept {
    return detail::done(
        [&](mfa_error *err) { return mfa_engine_set_trust(raw(), trust ? trust->raw() : nullptr, err); });
  }
  // The configuration with every default filled in, without secrets. OK.
  Answer<Buffer> config_json() const noexcept {
    return detail::filled(
        [&](mfa_buffer *json, mfa_error *err) { return mfa_engine_config_json(raw(), json, err); });
  }

  // ---- factors and ceremonies

  // Does not write. A user without a record is an account without factors. OK; DENIED.
  Answer<Account> view(const Request &request) noexcept {
    return made<Account>(
        request, [&](auto *r, auto **out, auto *err) { return mfa_account_view(raw(), r, out, err); });
  }
  // OK; DENIED, FACTOR_NEEDED, LOCKED_OUT, TOO_SOON (EMAIL).
  Answer<Offer> enroll_begin(const Request &request, mfa_method method,
                             const BeginOptions &options = {}) noexcept {
    const mfa_begin_options begin = options.raw();
    return made<Offer>(request, [&](auto *r, auto **out, auto *err) {
      return mfa_enroll_begin(raw(), r, method, &begin, out, err);
    });
  }
  // ticket: the offer's. response: exactly what the client sent. OK; WRONG, EXISTS, EXPIRED, MISMATCH, ...
  Answer<Proof> enroll_finish(const Request &request, std::string_view ticket,
                              std::string_view response) noexcept {
    return made<Proof>(request, [&](auto *r, auto **out, auto *err) {
      return mfa_enroll_finish(raw(), r, ticket.data(), ticket.size(), response.data(), response.size(), out,
                               err);
    });
  }
  // OK; DENIED, NOT_FOUND, LOCKED_OUT and TOO_SOON (EMAIL).
  Answer<Offer> verify_begin(const Request &request, mfa_method method,
                             const BeginOptions &options = {}) noexcept {
    const mfa_begin_options begin = options.raw();
    return made<Offer>(request, [&](auto *r, auto **out, auto *err) {
      return mfa_verify_begin(raw(), r, method, &begin, out, err);
    });
  }
  // OK: policy for the purpose is met. MORE_NEEDED: right, but not enough; the proof is partial(). WRONG, ...
  Answer<Proof> verify_finish(const Request &request, std::string_view ticket,
                              std::string_view response) noexcept {
    return made<Proof>(request, [&](auto *r, auto **out, auto *err) {
      return mfa_verify_finish(raw(), r, ticket.data(), ticket.size(), response.data(), response.size(), out,
                               err);
    });
  }
  // Begin and finish in one: TOTP, HOTP, RECOVERY, and DEVICE, whose code is the whole Cookie header. OK,
  // MORE_NEEDED (the proof is partial()); WRONG (attempts_left, retry_at_s), ALREADY_USED, MALFORMED,
  // LOCKED_OUT, NOT_FOUND, DENIED.
  Answer<Proof> verify_code(const Request &request, mfa_method method, std::string_view code) noexcept {
    return made<Proof>(request, [&](auto *r, auto **out, auto *err) {
      return mfa_verify_code(raw(), r, method, code.data(), code.size(), out, err);
    });
  }

  // ---- the session

  // Signs in without a factor, where policy lets it. OK; FACTOR_NEEDED, ENROLL_NEEDED.
  Answer<Proof> session_start(const Request &request) noexcept {
    return made<Proof>(request,
                       [&](auto *r, auto **out, auto *err) { return mfa_session_start(raw(), r, out, err); });
  }
  // On each request; loads the account. OK; RECHECK_DUE, FACTOR_NEEDED, ENROLL_NEEDED, EXPIRED, REVOKED,
  // MISMATCH, WRONG.
  Answer<Done> session_check(const Request &request, const SessionNeed &need = {}) noexcept {
    const mfa_session_need needed = need.raw();
    return done(request, [&](auto *r, auto *err) { return mfa_session_check(raw(), r, &needed, err); });
  }
  // The same without the store: a revocation may take effect later.
  Answer<Done> session_check_offline(const Request &request, const SessionNeed &need = {}) noexcept {
    const mfa_session_need needed = need.raw();
    return done(request,
                [&](auto *r, auto *err) { return mfa_session_check_offline(raw(), r, &needed, err); });
  }
  // What the statement says; nothing is checked but the seal. OK.
  Answer<Buffer> session_json(const Request &request) noexcept {
    return filled(request,
                  [&](auto *r, auto *out, auto *err) { return mfa_session_json(raw(), r, out, err); });
  }

  // ---- devices and returning users

  // Remembers this browser: send the proof's set_cookie(). OK; FACTOR_NEEDED, DENIED, MALFORMED (label).
  Answer<Proof> device_remember(const Request &request, std::string_view label) noexcept {
    return made<Proof>(request, [&](auto *r, auto **out, auto *err) {
      return mfa_device_remember(raw(), r, label.data(), label.size(), out, err);
    });
  }
  // The new device of a pairing claims it. OK; WRONG, MALFORMED, EXPIRED, ALREADY_USED, DENIED.
  Answer<Offer> device_claim(const Request &request, std::string_view code) noexcept {
    return made<Offer>(request, [&](auto *r, auto **out, auto *err) {
      return mfa_device_claim(raw(), r, code.data(), code.size(), out, err);
    });
  }
  // The signed-in browser asks who claimed. Does not write. OK; PENDING, EXPIRED, DENIED.
  Answer<Buffer> device_claimed(const Request &request, std::string_view ticket) noexcept {
    return filled(request, [&](auto *r, auto *out, auto *err) {
      return mfa_device_claimed(raw(), r, ticket.data(), ticket.size(), out, err);
    });
  }
  // The new device fetches its cookie. OK; PENDING, EXPIRED, ALREADY_USED.
  Answer<Proof> device_collect(const Request &request, std::string_view ticket) noexcept {
    return made<Proof>(request, [&](auto *r, auto **out, auto *err) {
      return mfa_device_collect(raw(), r, ticket.data(), ticket.size(), out, err);
    });
  }
  // A whole Set-Cookie value that names the user of this session. OK; DENIED, and what session_check answers.
  Answer<Buffer> remembered_issue(const Request &request) noexcept {
    return filled(request,
                  [&](auto *r, auto *out, auto *err) { return mfa_remembered_issue(raw(), r, out, err); });
  }
  // The user id that the Cookie header names; it authenticates nobody. OK; NOT_FOUND, EXPIRED, REVOKED,
  // DENIED.
  Answer<Buffer> remembered_user(const Request &request, std::string_view cookies) noexcept {
    return filled(request, [&](auto *r, auto *out, auto *err) {
      return mfa_remembered_user(raw(), r, cookies.data(), cookies.size(), out, err);
    });
  }

  // ---- the user's own changes: need MFA_PURPOSE_MANAGE and a fresh statement

  // OK; NOT_FOUND, FACTOR_NEEDED, DENIED, MALFORMED (label).
  Answer<Done> factor_rename(const Request &request, std::string_view factor,
                             std::string_view label) noexcept {
    return done(request, [&](auto *r, auto *err) {
      return mfa_factor_rename(raw(), r, factor.data(), factor.size(), label.data(), label.size(), err);
    });
  }
  // Keep the proof's statement: it replaces the session's. OK; NOT_FOUND, FACTOR_NEEDED, DENIED.
  Answer<Proof> factor_set_enabled(const Request &request, std::string_view factor, bool enabled) noexcept {
    return made<Proof>(request, [&](auto *r, auto **out, auto *err) {
      return mfa_factor_set_enabled(raw(), r, factor.data(), factor.size(), enabled ? 1 : 0, out, err);
    });
  }
  Answer<Proof> factor_remove(const Request &request, std::string_view factor) noexcept {
    return made<Proof>(request, [&](auto *r, auto **out, auto *err) {
      return mfa_factor_remove(raw(), r, factor.data(), factor.size(), out, err);
    });
  }
  // What policy decides and every rule that led to it, as JSON; never for a page. Does not write. OK.
  Answer<Buffer> policy_explain(const Request &request, const SessionNeed &need = {}) noexcept {
    const mfa_session_need needed = need.raw();
    return filled(request, [&](auto *r, auto *out, auto *err) {
      return mfa_policy_explain(raw(), r, &needed, out, err);
    });
  }

  // ---- what your server does to an account; you have checked that it may

  // actor: who did it, for the event. factor: empty where none is meant. OK; NOT_FOUND.
  Answer<Done> admin(mfa_admin_action action, std::string_view user, std::string_view factor,
                     std::string_view actor) noexcept {
    return detail::done([&](mfa_error *err) {
      return mfa_admin(raw(), action, user.data(), user.size(), factor.data(), factor.size(), actor.data(),
                       actor.size(), err);
    });
  }
  // A factor from elsewhere (docs/import.md); the value is its id here. OK; EXISTS, DENIED; ERR_ARGUMENT
  // names the member.
  Answer<Buffer> admin_import(std::string_view user, std::string_view json, std::string_view actor) noexcept {
    return detail::filled([&](mfa_buffer *factor, mfa_error *err) {
      return mfa_admin_import(raw(), user.data(), user.size(), json.data(), json.size(), actor.data(),
                              actor.size(), factor, err);
    });
  }
  // What metadata says today of a user's passkeys and keys. OK; NOT_FOUND; DENIED takes a trust away:
  // partial() says whose.
  Answer<Buffer> admin_audit(std::string_view user) noexcept {
    return detail::filled([&](mfa_buffer *json, mfa_error *err) {
      return mfa_admin_audit(raw(), user.data(), user.size(), json, err);
    });
  }
  // Up to limit users with a record, in byte order after `after`; a visitor that throws ends it with
  // ERR_INTERNAL. OK.
  Answer<Done> admin_users(std::string_view after, std::size_t limit, const UserVisitor &visitor) noexcept;

  mfa_engine *raw() const noexcept { return it_.get(); }

 private:
  struct Hooks {
    std::function<std::uint64_t()> now_s;
    std::function<bool(std::span<std::uint8_t>)> random;
    std::function<void(std::string_view)> event;
  };
  Engine(std::unique_ptr<Hooks> hooks, mfa_engine *owned) noexcept : hooks_(std::move(hooks)), it_(owned) {}

  template <class T, class Call>
  Answer<T> made(const Request &request, Call &&call) noexcept {
    const mfa_request asked = request.raw();
    return detail::made<T>([&](auto **out, mfa_error *err) { return call(&asked, out, err); });
  }
  template <class Call>
  Answer<Buffer> filled(const Request &request, Call &&call) noexcept {
    const mfa_request asked = request.raw();
    return detail::filled([&](mfa_buffer *out, mfa_error *err) { return call(&asked, out, err); });
  }
  template <class Call>
  Answer<Done> done(const Request &request, Call &&call) noexcept {
    const mfa_request asked = request.raw();
    return detail::done([&](mfa_error *err) { return call(&asked, err); });
  }

  static std::uint64_t call_now_s(void *hooks) noexcept;
  static std::int32_t call_random(void *hooks, std::uint8_t *out, std::size_t out_len) noexcept;
  static void call_event(void *hooks, const char *json, std::size_t json_len) noexcept;

  std::unique_ptr<Hooks> hooks_;  // before the engine, which calls them while it ends
  detail::Owned<mfa_engine, mfa_engine_free> it_;
};

// ---- the callbacks: what they throw goes no further
// -----------------------------------------------------------

inline std::uint64_t Engine::call_now_s(void *hooks) noexcept {
  const auto ignore = [](Status, std::string_view) {};
  return detail::guarded([&] { return static_cast<Hooks *>(hooks)->now_s(); }, ignore, std::uint64_t{0});
}
inline std::int32_t Engine::call_random(void *hooks, std::uint8_t *out, std::size_t out_len) noexcept {
  const auto ignore = [](Status, std::string_view) {};
  return detail::guarded(
      [&] {
        return static_cast<Hooks *>(hooks)->random({out, out_len}) ? 1 : 0;
      },
      ignore, 0);
}
inline void Engine::call_event(void *hooks, const char *json, std::size_t json_len) noexcept {
  const auto ignore = [](Status, std::string_view) {};
  detail::guarded([&] { return static_cast<Hooks *>(hooks)->event({json, json_len}), 1; }, ignore, 0);
}

inline Answer<Engine> Engine::make(const EngineConfig &config) noexcept {
  // Copying a std::function may allocate, and so throw.
  Error refused;
  const auto caught = [&](Status status, std::string_view line) { refused = Error(status, line); };
  std::unique_ptr<Hooks> hooks = detail::guarded(
      [&] {
        return std::make_unique<Hooks>(Hooks{config.now_s, config.random, config.event});
      },
      caught, std::unique_ptr<Hooks>());
  if (!hooks) return {refused, std::nullopt};
  mfa_engine_config raw = MFA_ENGINE_CONFIG_INIT;
  raw.json = text(config.json);
  raw.keys = config.keys.data();
  raw.keys_count = config.keys.size();
  raw.store = &config.store.raw();
  raw.trust = config.trust ? config.trust->raw() : nullptr;
  raw.pepper = text(config.pepper);
  raw.decoy_key = text(config.decoy_key);
  raw.ctx = hooks.get();
  if (hooks->now_s) raw.now_s = call_now_s;
  if (hooks->random) raw.random = call_random;
  if (hooks->event) raw.event = call_event;
  mfa_engine *engine = nullptr;
  mfa_error error = {};
  const mfa_status status = mfa_engine_new(&raw, &engine, &error);
  std::optional<Engine> made;
  if (engine) made = Engine(std::move(hooks), engine);
  return {detail::error_of(status, error), std::move(made)};
}

inline Answer<Done> Engine::admin_users(std::string_view after, std::size_t limit,
                                        const UserVisitor &visitor) noexcept {
  struct Walk {
    const UserVisitor &visitor;
    std::optional<Error> thrown = std::nullopt;

    static mfa_store_answer visit(void *walk, const char *user, std::size_t user_len, const std::uint8_t *,
                                  std::size_t, std::uint64_t) noexcept {
      auto &self = *static_cast<Walk *>(walk);
      const auto caught = [&](Status status, std::string_view line) { self.thrown = Error(status, line); };
      return detail::guarded(
          [&] {
            return self.visitor({user, user_len}) ? MFA_STORE_DONE : MFA_STORE_FAILED;
          },
          caught, MFA_STORE_FAILED);
    }
  } walk{visitor};
  if (!visitor) return {Error(MFA_ERR_ARGUMENT, "a visitor is missing"), std::nullopt};
  auto answer = detail::done([&](mfa_error *err) {
    return mfa_admin_users(raw(), after.data(), after.size(), limit, Walk::visit, &walk, err);
  });
  if (walk.thrown) return {*walk.thrown, std::nullopt};
  return answer;
}

// The configuration's JSON Schema (draft 2020-12). OK.
inline Answer<Buffer> config_schema() noexcept {
  return detail::filled([](mfa_buffer *schema, mfa_error *err) { return mfa_config_schema(schema, err); });
}
// A configuration with every default filled in. OK; ERR_CONFIG: the message holds the path of what is wrong.
inline Answer<Buffer> config_check(std::string_view json) noexcept {
  return detail::filled([&](mfa_buffer *full, mfa_error *err) {
    return mfa_config_check(json.data(), json.size(), full, err);
  });
}

}  // namespace cxx
}  // namespace mfa
#endif
