// What every call of the engine begins with.
#pragma once

#include "engine/engine.hpp"

namespace mfa::engine {

struct Engine::Setting {
  const Request &request;
  RoleConfig role;
  uint64_t now_s;
  Chance chance;
  Result<Statement> statement;

  Scene scene(const Config &config) const { return Scene{config, role, request, now_s, chance, statement}; }
};

inline Failure no_account() { return fail(Status::not_found, Reason::account_absent, "the user has no account here"); }

}  // namespace mfa::engine
