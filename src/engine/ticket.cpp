#include "engine/ticket.hpp"

#include <algorithm>

#include "core/cbor.hpp"
#include "core/digest.hpp"
#include "core/encoding.hpp"

namespace mfa::engine {
namespace {

constexpr size_t kBlock = 128;
constexpr uint64_t kVersion = 2;
constexpr size_t kFields = 20;

Bytes encode(const Ticket &ticket) {
  cbor::Writer out;
  out.array(kFields)
      .unsigned_number(kVersion)
      .unsigned_number(static_cast<uint64_t>(ticket.operation))
      .unsigned_number(static_cast<uint64_t>(ticket.method))
      .unsigned_number(static_cast<uint64_t>(ticket.purpose))
      .bytes(bytes_of(ticket.user))
      .bytes(ticket.browser)
      .bytes(ticket.action)
      .bytes(ticket.challenge)
      .unsigned_number(static_cast<uint64_t>(ticket.user_verification))
      .unsigned_number(static_cast<uint64_t>(ticket.mediation))
      .unsigned_number(ticket.epoch)
      .bytes(ticket.factor)
      .bytes(ticket.nonce)
      .unsigned_number(ticket.issued_s)
      .unsigned_number(ticket.expires_s)
      .text(ticket.label)
      .bytes(ticket.payload)
      .unsigned_number(ticket.asked.cred_protect)
      .boolean(ticket.asked.cred_protect_enforced)
      .array(ticket.asked.names.size());
  for (const auto &name : ticket.asked.names) out.text(name);
  return out.take();
}

Result<Ticket> decode(ByteView plain) {
  MFA_TRY(auto document, cbor::Document::parse(plain));
  const cbor::Item root = document.root();
  if (root.type() != cbor::Type::array || root.size() != kFields) {
    return fail(Status::malformed, Reason::ticket_malformed, "a ticket of another release");
  }
  Ticket ticket;
  MFA_TRY(const uint64_t version, root.item(0).as_uint());
  if (version != kVersion)
    return fail(Status::malformed, Reason::ticket_malformed, "a ticket of another release");
  MFA_TRY(const uint64_t operation, root.item(1).as_uint());
  MFA_TRY(const uint64_t method, root.item(2).as_uint());
  MFA_TRY(const uint64_t purpose, root.item(3).as_uint());
  MFA_TRY(const ByteView user, root.item(4).as_bytes());
  MFA_TRY(const ByteView browser, root.item(5).as_bytes());
  MFA_TRY(const ByteView action, root.item(6).as_bytes());
  MFA_TRY(const ByteView challenge, root.item(7).as_bytes());
  MFA_TRY(const uint64_t verification, root.item(8).as_uint());
  MFA_TRY(const uint64_t mediation, root.item(9).as_uint());
  MFA_TRY(ticket.epoch, root.item(10).as_uint());
  MFA_TRY(const ByteView factor, root.item(11).as_bytes());
  MFA_TRY(const ByteView nonce, root.item(12).as_bytes());
  MFA_TRY(ticket.issued_s, root.item(13).as_uint());
  MFA_TRY(ticket.expires_s, root.item(14).as_uint());
  MFA_TRY(const std::string_view label, root.item(15).as_text());
  MFA_TRY(const ByteView payload, root.item(16).as_bytes());
  MFA_TRY(const uint64_t protection, root.item(17).as_uint());
  MFA_TRY(ticket.asked.cred_protect_enforced, root.item(18).as_bool());
  for (size_t i = 0; i < root.item(19).size(); i++) {
    MFA_TRY(const std::string_view name, root.item(19).item(i).as_text());
    ticket.asked.names.emplace_back(name);
  }
  ticket.asked.cred_protect = static_cast<uint32_t>(protection);
  if (nonce.size() != kNonce) return fail(Status::malformed, Reason::ticket_malformed, "not a ticket");
  ticket.operation = static_cast<Operation>(operation);
  ticket.method = static_cast<Method>(method);
  ticket.purpose = static_cast<Purpose>(purpose);
  ticket.user = text_of(user);
  ticket.browser = copy_of(browser);
  ticket.action = copy_of(action);
  ticket.challenge = copy_of(challenge);
  ticket.user_verification = static_cast<webauthn::UserVerification>(verification);
  ticket.mediation = static_cast<webauthn::Mediation>(mediation);
  ticket.factor = copy_of(factor);
  std::copy(nonce.begin(), nonce.end(), ticket.nonce.begin());
  ticket.label = label;
  ticket.payload = copy_of(payload);
  return ticket;
}

Failure mismatch(Reason reason, const char *message) { return fail(Status::mismatch, reason, message); }

void forget(Account &account, std::vector<Spent>::iterator entry) {
  account.watermark_s = std::max(account.watermark_s, entry->issued_s);
  account.spent.erase(entry);
}

bool older(const Spent &a, const Spent &b) { return a.issued_s < b.issued_s; }

}  // namespace

Result<std::string> seal_ticket(const KeyRing &ring, std::string_view realm, const Ticket &ticket,
                                std::span<const uint8_t, kSealNonce> nonce) {
  std::string text = base64url(ring.seal(Kind::ticket, realm, encode(ticket), kBlock, nonce));
  if (text.size() > kTicketTextMax) {
    return fail(Status::err_argument, Reason::ticket_too_large,
                "user, label and codes do not fit into one ticket");
  }
  return text;
}

Result<Ticket> open_ticket(const KeyRing &ring, std::string_view realm, std::string_view text) {
  const auto no = fail(Status::malformed, Reason::ticket_malformed, "not a ticket of this realm");
  if (text.empty() || text.size() > kTicketTextMax) return no;
  const auto sealed = from_base64url(text);
  if (!sealed.has_value()) return no;
  const auto plain = ring.open(Kind::ticket, realm, sealed.value());
  if (!plain.has_value()) return no;
  auto ticket = decode(plain.value().reveal());
  if (!ticket.has_value()) return no;
  return ticket;
}

Result<Done> check_binding(const Ticket &ticket, const Request &request, Operation operation) {
  if (ticket.operation != operation) {
    return mismatch(Reason::ticket_other_operation,
                    "a ticket for enrolling does not verify, nor the reverse");
  }
  if (ticket.purpose != request.purpose)
    return mismatch(Reason::ticket_other_purpose, "a ticket of another purpose");
  if (ticket.user != request.user) return mismatch(Reason::ticket_other_user, "a ticket of another user");
  const auto browser = sha256(bytes_of(request.browser));
  if (!ticket.browser.empty() || !request.browser.empty()) {
    if (!same_secret(ticket.browser, browser)) {
      return mismatch(Reason::ticket_other_browser, "a ticket of another browser");
    }
  }
  if (!same(ticket.action, bytes_of(request.action))) {
    return mismatch(Reason::ticket_other_action, "a ticket of another action");
  }
  return done;
}

Result<Done> check_time(const Ticket &ticket, uint64_t now_s) {
  if (ticket.issued_s > now_s + kClockLeeway_s) {
    return fail(Status::expired, Reason::ticket_from_future, "the clock went back since the ticket was made");
  }
  if (now_s >= ticket.expires_s)
    return fail(Status::expired, Reason::ticket_expired, "the ticket has expired");
  return done;
}

Result<Done> check_unspent(const Ticket &ticket, const Account *account) {
  // A ticket without a user was begun without an account to carry the epoch of.
  const uint64_t epoch = account ? account->epoch : 0;
  if (!ticket.user.empty() && ticket.epoch != epoch) {
    return fail(Status::revoked, Reason::ticket_revoked, "the account changed since the ticket was made");
  }
  if (!account) return done;
  for (const Spent &spent : account->spent) {
    if (spent.nonce == ticket.nonce) {
      return fail(Status::already_used, Reason::ticket_spent, "the ticket was used before");
    }
  }
  if (ticket.issued_s <= account->watermark_s) {
    return fail(Status::already_used, Reason::ticket_watermark,
                "the ticket is older than one whose use is forgotten");
  }
  return done;
}

void spend(Account &account, const Ticket &ticket, uint64_t now_s, uint64_t longest_ticket_s) {
  account.spent.push_back(Spent{ticket.nonce, ticket.issued_s});
  for (;;) {
    const auto oldest = std::min_element(account.spent.begin(), account.spent.end(), older);
    const bool stale = oldest->issued_s + longest_ticket_s + kClockLeeway_s < now_s;
    if (account.spent.size() <= kSpentMax && !stale) return;
    forget(account, oldest);
    if (account.spent.empty()) return;
  }
}

}  // namespace mfa::engine
