// What every call of the engine begins with.
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
