// Statements: what a session may show for itself. Sealed text that the host keeps in the session and hands
// back.
#pragma once

#include "core/seal.hpp"
#include "engine/account.hpp"
#include "engine/policy.hpp"

namespace mfa::engine {

inline constexpr size_t kStatementTextMax = 2048;

struct Statement {
  std::string user;
  Bytes session;  // SHA-256 of the request's; empty: not bound
  uint64_t epoch = 0;
  Evidence evidence;
  Method method = Method::none;  // the last verified
  Bytes factor;
  uint64_t signed_in_s = 0;
  uint64_t verified_s = 0;   // 0: no factor was
  uint64_t recheck_s = 0;    // 0: never
  bool partial = false;      // right, but not enough yet: no session check accepts it
  bool enroll_only = false;  // signed in with a recovery code
  uint64_t aal2_s = 0;       // when level 2 was reached last, not when anything was verified last
  uint64_t aal3_s = 0;       // level 3

  // A factor was: fresh is what it proves by itself, or with the other steps of the same sign-in.
  void verified(Method by, ByteView with, const Evidence &fresh, uint64_t now_s);
  // When this level was reached last; 0: it was not, or without a factor.
  uint64_t reached_s(int32_t level) const;
};

std::string seal_statement(const KeyRing &ring, std::string_view realm, const Statement &statement,
                           std::span<const uint8_t, kSealNonce> nonce);
// expired with statement.missing when there is none, wrong when it does not open here.
Result<Statement> open_statement(const KeyRing &ring, std::string_view realm, std::string_view text);

// mismatch when it is of another user or session; expired when from the future.
Result<Done> check_statement(const Statement &statement, const Request &request, uint64_t now_s);
// revoked when the account's epoch is another. account NULL: there is none.
Result<Done> check_epoch(const Statement &statement, const Account *account);
Bytes session_binding(std::string_view session);

}  // namespace mfa::engine
