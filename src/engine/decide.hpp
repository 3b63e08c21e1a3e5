// Decisions: policy + account + response + now -> what to answer and what to save. Functions of their
// arguments, which change nothing but the account they are given; engine.cpp loads it, saves it, and only
// then gives the answer.
#pragma once

#include "engine/event.hpp"
#include "engine/policy.hpp"
#include "engine/remembered.hpp"
#include "engine/statement.hpp"
#include "engine/throttle.hpp"
#include "engine/ticket.hpp"
#include "methods/u2f/u2f.hpp"
#include "methods/webauthn/webauthn.hpp"

namespace mfa::engine {

// Randomness for one call, drawn beforehand.
struct Chance {
  uint64_t epoch = 0;  // not 0
  std::array<uint8_t, kFactorId> factor_id{};
  uint32_t recheck = 0;
};

// What a decision rests on beside the account and the response.
struct Scene {
  const Config &config;
  const RoleConfig &role;
  const Request &request;
  uint64_t now_s;
  Chance chance;
  // The request's statement if it opened; why not, if it did not.
  Result<Statement> statement;
  const Known &known;
};

// A yes, or MORE_NEEDED, before it is sealed into a proof.
struct Accepted {
  Status status = Status::ok;
  Reason reason = Reason::none;
  std::optional<Statement> statement;  // Purpose::approve issues none
  Evidence evidence;
  Method method = Method::none;
  Bytes factor;
  uint32_t signals = 0;
  // Of the account as it will be saved.
  std::string user;
  uint64_t serial = 0;
  uint64_t recovery_remaining = 0;
  std::string credentials_json;  // WebAuthn: argument of signalAllAcceptedCredentials
};

struct Decision {
  Result<Accepted> answer;
  bool save = false;
  std::vector<Event> events = {};
  uint64_t expires_at_s = 0;  // when the store may sweep what is saved; 0: never

  static Decision no(Failure failure) { return {std::move(failure)}; }  // writes nothing
  static Decision recorded_no(Failure failure) {
    return {std::move(failure), true};
  }  // the guess was charged
};

// ---- verify

// TOTP and HOTP: every enabled factor is tried, as one attempt.
Decision decide_code(const Scene &scene, Account &account, Method method, std::string_view code);

// Recovery codes, in two saves around the one slow hash: the attempt is charged first ...
struct Reserved {
  bool known = false;  // a code of this selector is in the account
  recovery::Stored row;
};
Decision reserve_recovery(const Scene &scene, Account &account, const recovery::Code &code,
                          Reserved &reserved);
// ... and settled once the hash is known.
Decision settle_recovery(const Scene &scene, Account &account, const Reserved &reserved, ByteView hash);

// WebAuthn: the ticket is checked, the signature verified, the ticket spent.
Decision decide_assertion(const Scene &scene, Account &account, const Ticket &ticket,
                          const webauthn::Response &response);
// U2F's own protocol, likewise.
Decision decide_u2f(const Scene &scene, Account &account, const Ticket &ticket, std::string_view response);
// May this factor answer the ticket's ceremony? Keys of U2F answer WebAuthn's too, by the AppID extension.
bool answers(const Scene &scene, const Ticket &ticket, const Factor &factor);

// ---- codes by mail

// Drawn for a mail beforehand.
struct MailChance {
  std::array<uint8_t, kNonce> nonce{};  // of the ticket
  std::array<uint8_t, email::kSalt> salt{};
  Secret code;
};
struct Mailed {
  std::string address;  // empty: nobody to send it to
  uint64_t epoch = 0;
};
struct MailWish {
  Operation operation = Operation::verify;
  std::string_view address;  // the host's: to enrol, or where everybody has mail
  Bytes factor;              // verify: only this one; empty: any
};
// Counts a mail and keeps its code for the purpose in the account, which may be new; an older code ends.
// too_soon with retry_at_s.
Decision decide_mail(const Scene &scene, std::optional<Account> &account, const MailWish &wish,
                     const MailChance &chance, ByteView pepper, Mailed &mailed);
// The code that came back, to verify or to enrol.
Decision decide_mail_code(const Scene &scene, Account &account, const Ticket &ticket, const Secret &code,
                          ByteView pepper);
Decision decide_mail_enroll(const Scene &scene, std::optional<Account> &account, const Ticket &ticket,
                            const Secret &code, ByteView pepper);

// ---- trusted devices

// The device's cookie. `fresh`: the verifier that may follow; renewed tells that it did, and of which device.
struct Cookied {
  bool renewed = false;
  device::Selector selector{};
  uint64_t max_age_s = 0;
};
Decision decide_device(const Scene &scene, Account &account, const Secret &fresh, Cookied &cookied);
// Trusts the browser that a full second factor was just verified at.
Decision decide_remember(const Scene &scene, Account &account, const device::Token &token,
                         std::string_view label, Cookied &cookied);
// The device, if there is room for one more.
Decision add_device(const Scene &scene, Account &account, const device::Token &token, std::string label,
                    std::string agent, Cookied &cookied);
// When a device ends unless it is used; of a factor that is one.
uint64_t device_expires_s(const Config &config, const Factor &factor);
// It ended; or it was trusted by a clock that was wrong, and would not end for as long.
bool device_is_over(const Scene &scene, const Factor &factor);
// All devices, and what is on its way to be one.
void forget_devices(Account &account);
// The id of the device or token by which we know the browser; empty: we do not.
Bytes known_browser(const Scene &scene, const Account &account);

// Pairing, in the order of its steps. code, salt: of the code that is shown.
struct PairingChance {
  std::array<uint8_t, kNonce> nonce{};  // of the tickets
  std::array<uint8_t, device::kCodeSalt> salt{};
  Secret code;
};
Decision decide_pair_open(const Scene &scene, Account &account, const PairingChance &chance,
                          std::string label, ByteView pepper);
// What the claimant shows: a code, or the link's ticket.
struct ClaimWish {
  const Secret *code = nullptr;
  const Ticket *link = nullptr;
  Bytes claim;  // SHA-256 of the claim secret
  std::string check;
};
Decision decide_claim(const Scene &scene, Account &account, const ClaimWish &wish, ByteView pepper);
// Alike for a wrong code, for a user without a pairing and for nobody.
inline Failure not_that_code() {
  return fail(Status::wrong, Reason::account_wrong_code, "not the code of a pairing");
}
// Who claimed, for the browser that opened. pending, expired, denied. Changes nothing.
Result<const Pairing *> claimed_pairing(const Scene &scene, const Account &account, const Ticket &ticket);
Decision decide_pair_approve(const Scene &scene, Account &account, const Ticket &ticket,
                             std::string_view check);
// claim: the claim secret.
Decision decide_collect(const Scene &scene, Account &account, const Ticket &ticket, ByteView claim,
                        Cookied &cookied);

// ---- enrol, change, remove

// What a session must show to change factors. enrolling: a recovery sign-in may.
Result<Done> may_manage(const Scene &scene, const Account &account, bool enrolling);
// Before a ticket is made, and again at finish.
Result<Done> may_enroll(const Scene &scene, const Account *account, Method method);
// Adds the factor that the ticket was for; the account may be new.
// signals: of its ceremony, for the proof.
Decision decide_enroll(const Scene &scene, std::optional<Account> &account, const Ticket &ticket,
                       Factor factor, uint32_t signals);
// Adds a factor that an administrator brought; the account may be new.
Decision decide_import(const Scene &scene, std::optional<Account> &account, Factor factor,
                       std::string_view actor);
// An enrolment code that was wrong: counted where there is an account to count in.
Decision refuse_enroll(const Scene &scene, std::optional<Account> &account, Method method, Failure failure);

Decision decide_rename(const Scene &scene, Account &account, ByteView factor, std::string_view label);
Decision decide_set_enabled(const Scene &scene, Account &account, ByteView factor, bool enabled);
Decision decide_remove(const Scene &scene, Account &account, ByteView factor);

// ---- sessions

// A statement without a factor. Saves only where it starts the grace period.
Decision decide_session_start(const Scene &scene, std::optional<Account> &account);
struct SessionNeed {
  int32_t aal = 0;         // 0: policy's
  uint64_t max_age_s = 0;  // 0: policy's
  Method method = Method::none;
};
// account: loaded, or NULL when the check is offline or there is none; strict tells which.
Result<Done> check_session(const Scene &scene, const Account *account, bool strict, const SessionNeed &need);

// ---- shared

inline Failure no_such_factor() {
  return fail(Status::not_found, Reason::account_no_such_factor, "the account has no such factor");
}

// A label as given, or the method's own name.
Result<std::string> label_of(const Config &config, Method method, std::string_view label);
// What the credential and its ceremony are judged by.
webauthn::Expected expected_of(const Config &config, const Ticket &ticket);
u2f::Expected u2f_expected_of(const Config &config, const Ticket &ticket);
// The account that a first factor makes, and the one that follows an erased one.
void open_account(const Scene &scene, std::optional<Account> &account);
Factor &add_factor(const Scene &scene, Account &account, Factor &&factor);
// A new account for this user, with an epoch.
Account new_account(const Scene &scene);

}  // namespace mfa::engine
