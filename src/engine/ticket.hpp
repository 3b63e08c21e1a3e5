// Tickets: what begin hands out and finish takes back. Sealed, expiring, bound to all that must not change
// between.
#pragma once

#include "core/seal.hpp"
#include "engine/account.hpp"
#include "engine/request.hpp"

namespace mfa::engine {

inline constexpr size_t kTicketTextMax = 2048;

enum class Operation : uint8_t {
  enroll = 1,
  verify = 2,
  claim = 3,
  collect = 4
};  // the last two pair a device

struct Ticket {
  Operation operation = Operation::verify;
  Method method = Method::none;
  Purpose purpose = Purpose::login;
  std::string user;  // empty: usernameless
  Bytes browser;     // SHA-256 of the request's; empty: not bound
  Bytes action;
  Bytes challenge;
  webauthn::UserVerification user_verification = webauthn::UserVerification::preferred;
  webauthn::Mediation mediation = webauthn::Mediation::modal;
  uint64_t epoch = 0;  // 0: there was no account
  Bytes factor;        // only this one; empty: any
  std::array<uint8_t, kNonce> nonce{};
  uint64_t issued_s = 0;
  uint64_t expires_s = 0;
  std::string label;
  webauthn::Asked asked;  // the extension inputs of the options
  Bytes payload;          // the method's own: a secret not yet confirmed, hashes not yet in force
};

Result<std::string> seal_ticket(const KeyRing &ring, std::string_view realm, const Ticket &ticket,
                                std::span<const uint8_t, kSealNonce> nonce);
// malformed for anything that is not a ticket of this realm: which key it names is not told.
Result<Ticket> open_ticket(const KeyRing &ring, std::string_view realm, std::string_view text);

// The request of finish against what begin sealed: mismatch names what differs.
Result<Done> check_binding(const Ticket &ticket, const Request &request, Operation operation);
// expired, from the future.
Result<Done> check_time(const Ticket &ticket, uint64_t now_s);
// Against the account that answers: revoked, already_used. account NULL: there is none.
Result<Done> check_unspent(const Ticket &ticket, const Account *account);
// Marks it spent. What no longer has room, or can no longer be valid, is forgotten, and the watermark rises
// over it.
void spend(Account &account, const Ticket &ticket, uint64_t now_s, uint64_t longest_ticket_s);

}  // namespace mfa::engine
