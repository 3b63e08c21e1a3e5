// What a right answer leads to: evidence, level, statement, signals. Shared by the decisions of every method.
#pragma once

#include "engine/decide.hpp"

namespace mfa::engine {

// Before anything is compared: step-up and approval need a session of this user that still stands.
Result<Done> may_accept(const Scene &scene, const Account &account);
// Marks the factor used, adds up the evidence, and decides whether policy for the purpose is met. Saves.
Decision accept(const Scene &scene, Account &account, Factor &factor, const Verified &verified);

// locked_out, unless the browser is one that we know and has tries of its own left.
std::optional<Failure> held_off(const Scene &scene, const Account &account, Method method);
// The attempt is charged, and the answer says what is left.
Decision charged_no(const Scene &scene, Account &account, Method method, Failure failure);
// Someone who proved nothing yet does not learn which factors an account has.
Failure unknown_method(const Scene &scene);

// Fills in what the proof says of the account as it will be saved.
void describe(const Scene &scene, const Account &account, Accepted &accepted);
Statement statement_for(const Scene &scene, uint64_t epoch, const Evidence &evidence);
// When the timed recheck falls due; 0: never.
uint64_t recheck_at(const Scene &scene, Method method);
Event event_of(const Scene &scene, const char *name, Method method, ByteView factor);
// What the configuration lets records and events keep of a request's source.
std::string kept_source(const Config &config, std::string_view source);
Entry entry_of(const Scene &scene, const char *name, Method method, ByteView factor);

}  // namespace mfa::engine
