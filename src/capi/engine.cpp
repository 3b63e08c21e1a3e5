// include/mfa/engine.h: the engine's life, and every call on it.
#include "mfa/engine.h"
#include "capi/trust.hpp"

#include <chrono>
#include <cstddef>
#include <limits>
#include <memory>

#include "capi/answers.hpp"
#include "capi/request.hpp"

// Frozen where pointers have eight bytes: members are appended, never moved.
#if SIZE_MAX == UINT64_MAX
static_assert(sizeof(mfa_engine_config) == 120 && offsetof(mfa_engine_config, keys) == 24);
static_assert(offsetof(mfa_engine_config, pepper) == 56 && offsetof(mfa_engine_config, event) == 112);
static_assert(sizeof(mfa_request) == 184 && offsetof(mfa_request, user) == 16 &&
              offsetof(mfa_request, action) == 112);
static_assert(offsetof(mfa_request, roles) == 144 && offsetof(mfa_request, min_serial) == 160 &&
              offsetof(mfa_request, cookies) == 168);
static_assert(sizeof(mfa_begin_options) == 112 && offsetof(mfa_begin_options, factor) == 16);
static_assert(offsetof(mfa_begin_options, extra_json) == 96);
static_assert(sizeof(mfa_session_need) == 24 && offsetof(mfa_session_need, method) == 16);
static_assert(sizeof(mfa_method_info) == 48 && offsetof(mfa_method_info, locked_until_s) == 40);
static_assert(sizeof(mfa_factor) == 120 && offsetof(mfa_factor, enabled) == 72 &&
              offsetof(mfa_factor, added_s) == 88);
#endif

namespace mfa::capi {

Result<uint64_t> HostClock::now_s() {
  if (!now_s_) {
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    return static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::seconds>(since).count());
  }
  const uint64_t now = now_s_(ctx_);
  // 2^62 leaves room to add a lifetime to.
  if (now == 0 || now > uint64_t{1} << 62) {
    return fail(Status::err_internal, Reason::clock_failed, "the host's clock failed");
  }
  return now;
}

Result<Done> HostRandom::fill(std::span<uint8_t> out) {
  if (!random_) {
    system_random(out);
    return done;
  }
  if (random_(ctx_, out.data(), out.size()) != 1) {
    return fail(Status::err_internal, Reason::random_failed, "the host's generator failed");
  }
  return done;
}

void HostEvents::emit(const engine::Event &, std::string_view json) {
  event_(ctx_, json.data(), json.size());
}

namespace {

// Scans hand out user ids: a record's key without what is the store's.
class UserVisitor : public engine::Visitor {
 public:
  UserVisitor(size_t prefix, mfa_scan_fn fn, void *ctx) : prefix_(prefix), fn_(fn), ctx_(ctx) {}
  bool visit(std::string_view key, ByteView, uint64_t) override {
    const std::string_view user = key.substr(std::min(prefix_, key.size()));
    return fn_(ctx_, user.data(), user.size(), nullptr, 0, 0) == MFA_STORE_DONE;
  }

 private:
  size_t prefix_;
  mfa_scan_fn fn_;
  void *ctx_;
};

}  // namespace
}  // namespace mfa::capi

using namespace mfa;
using namespace mfa::capi;

extern "C" {

mfa_status mfa_engine_new(const mfa_engine_config *config, mfa_engine **engine, mfa_error *err) {
  return boundary(err, [&]() -> Result<Done> {
    MFA_TRY(clear(engine));
    MFA_TRY(const mfa_engine_config given, read_sized<mfa_engine_config>(config, MFA_ENGINE_CONFIG_INIT));
    if (given.reserved != 0)
      return fail(Status::err_unsupported, Reason::argument_range, "reserved must be 0");
    MFA_TRY(const auto json, read_text(given.json));
    MFA_TRY(KeyRing ring, read_keys(given.keys, given.keys_count));
    MFA_TRY(const ByteView pepper, read_bytes(given.pepper));
    MFA_TRY(const ByteView decoy_key, read_bytes(given.decoy_key));
    MFA_TRY(auto store, host_store(given.store));
    MFA_TRY(engine::Config parsed, engine::parse_config(json));
    std::unique_ptr<mfa_engine> made(new mfa_engine{std::move(store), HostClock(given.now_s, given.ctx),
                                                    HostRandom(given.random, given.ctx),
                                                    HostEvents(given.event, given.ctx), nullptr});
    const engine::Ports ports{*made->store, made->clock, made->random, made->events};
    MFA_TRY(made->engine, engine::Engine::make(std::move(parsed), std::move(ring), ports,
                                               Secret::copy(pepper), Secret::copy(decoy_key)));
    if (given.trust) made->engine->set_trust(given.trust->trust);
    *engine = made.release();
    return done;
  });
}

mfa_status mfa_engine_set_trust(mfa_engine *engine, const mfa_trust *trust, mfa_error *err) {
  return boundary(err, [&]() -> Result<Done> {
    if (!engine) return null_argument();
    engine->engine->set_trust(trust ? trust->trust : nullptr);
    return done;
  });
}

void mfa_engine_free(mfa_engine *engine) {
  if (!engine) return;
  // Without memory for it the log has no end, which its check tells.
  boundary_or(0, [&] {
    engine->engine->stop();
    return 0;
  });
  delete engine;
}

mfa_status mfa_engine_config_json(const mfa_engine *engine, mfa_buffer *json, mfa_error *err) {
  return boundary(err, [&]() -> Result<Done> {
    MFA_TRY(clear(json));
    if (!engine) return null_argument();
    return write_buffer(json, engine::config_json(of(engine).config()));
  });
}

mfa_status mfa_account_view(mfa_engine *engine, const mfa_request *request, mfa_account **account,
                            mfa_error *err) {
  return boundary(err, [&]() -> Result<Done> {
    MFA_TRY(clear(account));
    if (!engine) return null_argument();
    MFA_TRY(const auto asked, read_request(request));
    MFA_TRY(engine::View view, of(engine).view(asked));
    *account = new mfa_account{std::move(view)};
    return done;
  });
}

mfa_status mfa_enroll_begin(mfa_engine *engine, const mfa_request *request, mfa_method method,
                            const mfa_begin_options *options, mfa_offer **offer, mfa_error *err) {
  return boundary(err, [&]() -> Result<Done> {
    MFA_TRY(clear(offer));
    if (!engine) return null_argument();
    MFA_TRY(const auto asked, read_request(request));
    MFA_TRY(const auto wanted, read_options(options, static_cast<Method>(method)));
    return give(offer, of(engine).enroll_begin(asked, static_cast<Method>(method), wanted));
  });
}

mfa_status mfa_enroll_finish(mfa_engine *engine, const mfa_request *request, const char *ticket,
                             size_t ticket_len, const char *response, size_t response_len, mfa_proof **proof,
                             mfa_error *err) {
  return boundary(err, [&]() -> Result<Answer> {
    MFA_TRY(clear(proof));
    if (!engine) return null_argument();
    MFA_TRY(const auto asked, read_request(request));
    MFA_TRY(const auto sealed, read_text(ticket, ticket_len));
    MFA_TRY(const auto answer, read_text(response, response_len));
    return give(proof, of(engine).enroll_finish(asked, sealed, answer));
  });
}

mfa_status mfa_verify_begin(mfa_engine *engine, const mfa_request *request, mfa_method method,
                            const mfa_begin_options *options, mfa_offer **offer, mfa_error *err) {
  return boundary(err, [&]() -> Result<Done> {
    MFA_TRY(clear(offer));
    if (!engine) return null_argument();
    MFA_TRY(const auto asked, read_request(request));
    MFA_TRY(const auto wanted, read_options(options, static_cast<Method>(method)));
    return give(offer, of(engine).verify_begin(asked, static_cast<Method>(method), wanted));
  });
}

mfa_status mfa_verify_finish(mfa_engine *engine, const mfa_request *request, const char *ticket,
                             size_t ticket_len, const char *response, size_t response_len, mfa_proof **proof,
                             mfa_error *err) {
  return boundary(err, [&]() -> Result<Answer> {
    MFA_TRY(clear(proof));
    if (!engine) return null_argument();
    MFA_TRY(const auto asked, read_request(request));
    MFA_TRY(const auto sealed, read_text(ticket, ticket_len));
    MFA_TRY(const auto answer, read_text(response, response_len));
    return give(proof, of(engine).verify_finish(asked, sealed, answer));
  });
}

mfa_status mfa_verify_code(mfa_engine *engine, const mfa_request *request, mfa_method method,
                           const char *code, size_t code_len, mfa_proof **proof, mfa_error *err) {
  return boundary(err, [&]() -> Result<Answer> {
    MFA_TRY(clear(proof));
    if (!engine) return null_argument();
    MFA_TRY(const auto asked, read_request(request));
    MFA_TRY(const auto text, read_text(code, code_len));
    return give(proof, of(engine).verify_code(asked, static_cast<Method>(method), text));
  });
}

mfa_status mfa_session_start(mfa_engine *engine, const mfa_request *request, mfa_proof **proof,
                             mfa_error *err) {
  return boundary(err, [&]() -> Result<Answer> {
    MFA_TRY(clear(proof));
    if (!engine) return null_argument();
    MFA_TRY(const auto asked, read_request(request));
    return give(proof, of(engine).session_start(asked));
  });
}

mfa_status mfa_session_check(mfa_engine *engine, const mfa_request *request, const mfa_session_need *need,
                             mfa_error *err) {
  return boundary(err, [&]() -> Result<Done> {
    if (!engine) return null_argument();
    MFA_TRY(const auto asked, read_request(request));
    MFA_TRY(const auto wanted, read_need(need));
    return of(engine).session_check(asked, wanted, true);
  });
}

mfa_status mfa_session_check_offline(mfa_engine *engine, const mfa_request *request,
                                     const mfa_session_need *need, mfa_error *err) {
  return boundary(err, [&]() -> Result<Done> {
    if (!engine) return null_argument();
    MFA_TRY(const auto asked, read_request(request));
    MFA_TRY(const auto wanted, read_need(need));
    return of(engine).session_check(asked, wanted, false);
  });
}

mfa_status mfa_session_json(mfa_engine *engine, const mfa_request *request, mfa_buffer *json,
                            mfa_error *err) {
  return boundary(err, [&]() -> Result<Done> {
    MFA_TRY(clear(json));
    if (!engine) return null_argument();
    MFA_TRY(const auto asked, read_request(request));
    MFA_TRY(const auto text, of(engine).session_json(asked));
    return write_buffer(json, text);
  });
}

mfa_status mfa_policy_explain(mfa_engine *engine, const mfa_request *request, const mfa_session_need *need,
                              mfa_buffer *json, mfa_error *err) {
  return boundary(err, [&]() -> Result<Done> {
    MFA_TRY(clear(json));
    if (!engine) return null_argument();
    MFA_TRY(const auto asked, read_request(request));
    MFA_TRY(const auto wanted, read_need(need));
    MFA_TRY(const auto text, of(engine).explain(asked, wanted));
    return write_buffer(json, text);
  });
}

mfa_status mfa_factor_rename(mfa_engine *engine, const mfa_request *request, const char *factor,
                             size_t factor_len, const char *label, size_t label_len, mfa_error *err) {
  return boundary(err, [&]() -> Result<Done> {
    if (!engine) return null_argument();
    MFA_TRY(const auto asked, read_request(request));
    MFA_TRY(const auto id, read_text(factor, factor_len));
    MFA_TRY(const auto name, read_text(label, label_len));
    return of(engine).rename(asked, id, name);
  });
}

mfa_status mfa_factor_set_enabled(mfa_engine *engine, const mfa_request *request, const char *factor,
                                  size_t factor_len, int32_t enabled, mfa_proof **proof, mfa_error *err) {
  return boundary(err, [&]() -> Result<Answer> {
    MFA_TRY(clear(proof));
    if (!engine) return null_argument();
    MFA_TRY(const auto asked, read_request(request));
    MFA_TRY(const auto id, read_text(factor, factor_len));
    return give(proof, of(engine).set_enabled(asked, id, enabled != 0));
  });
}

mfa_status mfa_factor_remove(mfa_engine *engine, const mfa_request *request, const char *factor,
                             size_t factor_len, mfa_proof **proof, mfa_error *err) {
  return boundary(err, [&]() -> Result<Answer> {
    MFA_TRY(clear(proof));
    if (!engine) return null_argument();
    MFA_TRY(const auto asked, read_request(request));
    MFA_TRY(const auto id, read_text(factor, factor_len));
    return give(proof, of(engine).remove(asked, id));
  });
}

mfa_status mfa_admin(mfa_engine *engine, mfa_admin_action action, const char *user, size_t user_len,
                     const char *factor, size_t factor_len, const char *actor, size_t actor_len,
                     mfa_error *err) {
  return boundary(err, [&]() -> Result<Done> {
    if (!engine) return null_argument();
    MFA_TRY(const auto id, read_text(user, user_len));
    MFA_TRY(const auto of_factor, read_text(factor, factor_len));
    MFA_TRY(const auto by, read_text(actor, actor_len));
    if (action < MFA_ADMIN_UNLOCK || action > MFA_ADMIN_ERASE) {
      return fail(Status::err_unsupported, Reason::argument_range,
                  "an action that this release does not have");
    }
    return of(engine).admin(static_cast<engine::AdminAction>(action), id, of_factor, by);
  });
}

mfa_status mfa_admin_import(mfa_engine *engine, const char *user, size_t user_len, const char *json,
                            size_t json_len, const char *actor, size_t actor_len, mfa_buffer *factor,
                            mfa_error *err) {
  return boundary(err, [&]() -> Result<Answer> {
    mfa_buffer_free(factor);
    if (!engine) return null_argument();
    MFA_TRY(const auto id, read_text(user, user_len));
    MFA_TRY(const auto text, read_text(json, json_len));
    MFA_TRY(const auto by, read_text(actor, actor_len));
    // Room for the answer first: an import that is done must be told.
    mfa_buffer room = MFA_BUFFER_INIT;
    const std::unique_ptr<mfa_buffer, decltype(&mfa_buffer_free)> held(&room, mfa_buffer_free);
    MFA_TRY(write_buffer(&room, std::string(engine::kFactorIdText, ' ')));
    MFA_TRY(const auto imported, of(engine).import(id, text, by));
    std::ranges::copy(imported.factor, room.data);
    if (factor) std::swap(*factor, room);
    return Answer{.signals = imported.signals};
  });
}

mfa_status mfa_admin_audit(mfa_engine *engine, const char *user, size_t user_len, mfa_buffer *json,
                           mfa_error *err) {
  return boundary(err, [&]() -> Result<Done> {
    MFA_TRY(clear(json));
    if (!engine) return null_argument();
    MFA_TRY(const auto id, read_text(user, user_len));
    MFA_TRY(const auto audit, of(engine).audit(id));
    MFA_TRY(write_buffer(json, audit.json));
    if (audit.undesired)
      return fail(Status::denied, Reason::registration_metadata_status,
                  "a key of a model that metadata warns of");
    return done;
  });
}

mfa_status mfa_admin_users(mfa_engine *engine, const char *after, size_t after_len, size_t limit,
                           mfa_scan_fn fn, void *fn_ctx, mfa_error *err) {
  return boundary(err, [&]() -> Result<Done> {
    if (!engine || !fn) return null_argument();
    MFA_TRY(const auto from, read_text(after, after_len));
    UserVisitor visitor(engine::account_prefix(of(engine).config().realm).size(), fn, fn_ctx);
    return of(engine).users(from, limit, visitor);
  });
}

}  // extern "C"
