// What every call of the engine begins with, and what is told of it.
#pragma once

#include "core/encoding.hpp"
#include "engine/engine.hpp"

namespace mfa::engine {

struct Engine::Setting {
  const Request &request;
  RoleConfig role;
  uint64_t now_s;
  Chance chance;
  Result<Statement> statement;
  Known known;

  Scene scene(const Config &config) const {
    return Scene{config, role, request, now_s, chance, statement, known};
  }
};

struct Engine::Call {
  const char *name;
  const Request &request;
  Method method = Method::none;  // of a finish: once the ticket is open
  std::string user = {};         // of a usernameless sign-in: once it is known
  Bytes factor = {};
  std::string_view actor = {};
  bool of_admin = false;

  static Call on(const char *name, const Request &request, std::string_view factor);
  Event event(const Config &config, const char *event_name, uint64_t now_s) const;
};

template <class T>
Result<T> Engine::told(const Call &call, Result<T> result) const {
  if (!result.has_value()) tell_no(call, result.error());
  return result;
}

// The id of a factor, as the host was given it.
inline Result<Bytes> factor_id_of(std::string_view text) {
  auto id = from_base64url(text);
  if (!id.has_value() || id.value().size() != kFactorId) return no_such_factor();
  return id;
}

inline Failure no_account() {
  return fail(Status::not_found, Reason::account_absent, "the user has no account here");
}

}  // namespace mfa::engine
