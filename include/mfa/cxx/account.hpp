// libmfa for C++20: who asks, and what the engine hands out: accounts, offers, proofs.
#ifndef MFA_CXX_ACCOUNT_HPP
#define MFA_CXX_ACCOUNT_HPP

#include <mfa/engine.h>

#include "answer.hpp"

namespace mfa {
inline namespace cxx {

// What your server knows of this request, nothing of it taken from the body (mfa/engine.h says more of each).
// Views: what they show must live until the call returns.
struct Request {
  mfa_purpose purpose = 0;     // MFA_PURPOSE_LOGIN, ...
  std::uint32_t proven = 0;    // MFA_PROVEN_*: what you verified yourself for this sign-in
  std::uint32_t flags = 0;     // MFA_REQUEST_*
  std::string_view user = {};  // your stable id, 1 to 255 bytes compared exactly
  std::string_view browser =
      {};  // a random value in a cookie of the browser that asks; needed by begin and finish
  std::string_view session =
      {};  // id of the session that the statement is, or will be, kept in; empty: not bound
  std::string_view statement = {};   // the session statement, when signed in
  std::string_view source = {};      // what to throttle by; may be empty
  std::string_view user_agent = {};  // for device names and events
  ByteView action = {};          // MFA_PURPOSE_APPROVE: 32 bytes, a hash of all that the user must agree to
  std::string_view locale = {};  // of mail templates, "de"; may be empty
  std::span<const mfa_text> roles = {};  // of the user, as policy names them
  std::uint64_t min_serial = 0;   // 0, or the serial of the last proof: an older record is ERR_ROLLBACK
  std::string_view cookies = {};  // the whole Cookie header, or empty

  mfa_request raw() const noexcept {
    return {sizeof(mfa_request), purpose,          proven,        flags,
            text(user),          text(browser),    text(session), text(statement),
            text(source),        text(user_agent), text(action),  text(locale),
            roles.data(),        roles.size(),     min_serial,    text(cookies)};
  }
};

// All optional: they may tighten what the configuration says, never loosen.
struct BeginOptions {
  mfa_mediation mediation = MFA_MEDIATION_MODAL;  // WebAuthn; remembered in the ticket
  mfa_user_verification user_verification = 0;    // WebAuthn
  std::string_view factor = {};                   // verify: only this one
  std::string_view account_name = {};             // how authenticators list the account; default: the user id
  std::string_view display_name = {};             // passkeys, and the {user} of mails
  std::string_view label = {};                    // enrol: the factor's name
  std::string_view address = {};                  // EMAIL: of your record of the user
  std::string_view extra_json = {};               // the method's own (mfa/engine.h)

  mfa_begin_options raw() const noexcept {
    return {sizeof(mfa_begin_options),
            mediation,
            user_verification,
            0,
            text(factor),
            text(account_name),
            text(display_name),
            text(label),
            text(address),
            text(extra_json)};
  }
};

// What one page or action asks of the session.
struct SessionNeed {
  std::int32_t aal = 0;                 // 0: what policy asks of the user's roles
  std::uint64_t max_age_s = 0;          // since the level was reached last; 0: none but the session's own
  mfa_method method = MFA_METHOD_NONE;  // this one only; NONE: any

  mfa_session_need raw() const noexcept { return {sizeof(mfa_session_need), aal, max_age_s, method, 0}; }
};

// What to show of one user: a snapshot. Moved from, it has no factor and needs one (MFA_NEED_FACTOR).
class Account {
 public:
  using Raw = mfa_account;
  explicit Account(mfa_account *owned) noexcept : it_(owned) {}
  // What policy asks of the request: MFA_NEED_*.
  mfa_need need() const noexcept { return mfa_account_need(it_.get()); }
  // MFA_ACCOUNT_*; 0 for what does not apply.
  std::uint64_t number(mfa_account_item item) const noexcept { return mfa_account_number(it_.get(), item); }
  // Methods that may be used now, best or last used first; texts live as long as the account. OK;
  // ERR_ARGUMENT past the end.
  std::size_t method_count() const noexcept { return mfa_account_method_count(it_.get()); }
  Answer<mfa_method_info> method(std::size_t index) const noexcept {
    return detail::row<mfa_method_info>(
        [&](mfa_method_info *info) { return mfa_account_method(it_.get(), index, info); },
        MFA_METHOD_INFO_INIT);
  }
  // Enrolled factors, in the same way.
  std::size_t factor_count() const noexcept { return mfa_account_factor_count(it_.get()); }
  Answer<mfa_factor> factor(std::size_t index) const noexcept {
    return detail::row<mfa_factor>(
        [&](mfa_factor *factor) { return mfa_account_factor(it_.get(), index, factor); }, MFA_FACTOR_INIT);
  }
  // All of the above and the recent activity, as one JSON object. OK.
  Answer<Buffer> json() const noexcept {
    return detail::filled(
        [&](mfa_buffer *json, mfa_error *err) { return mfa_account_json(it_.get(), json, err); });
  }

 private:
  detail::Owned<mfa_account, mfa_account_free> it_;
};

// What begin gives. Texts live as long as the offer; one that it does not have is empty. Moved from, it has
// none.
class Offer {
 public:
  using Raw = mfa_offer;
  explicit Offer(mfa_offer *owned) noexcept : it_(owned) {}
  std::string_view text(mfa_offer_item item) const noexcept {
    std::size_t len = 0;
    const char *data = mfa_offer_text(it_.get(), item, &len);
    return data ? std::string_view(data, len) : std::string_view();
  }
  std::string_view ticket() const noexcept {
    return text(MFA_OFFER_TICKET);
  }  // for finish; may travel in the page
  std::string_view options() const noexcept {
    return text(MFA_OFFER_OPTIONS);
  }  // WebAuthn, U2F: JSON for the browser
  std::string_view uri() const noexcept { return text(MFA_OFFER_URI); }  // otpauth://, or the pairing link
  std::string_view secret() const noexcept { return text(MFA_OFFER_SECRET); }  // base32, for typing in
  std::string_view code() const noexcept { return text(MFA_OFFER_CODE); }  // pairing: to type, or to compare
  std::string_view mail_to() const noexcept {
    return text(MFA_OFFER_MAIL_TO);
  }  // empty: send nothing, same page
  std::string_view mail_subject() const noexcept { return text(MFA_OFFER_MAIL_SUBJECT); }
  std::string_view mail_text() const noexcept { return text(MFA_OFFER_MAIL_TEXT); }
  std::string_view mail_html() const noexcept { return text(MFA_OFFER_MAIL_HTML); }
  std::string_view address_masked() const noexcept { return text(MFA_OFFER_ADDRESS_MASKED); }  // for the page
  std::string_view recovery_codes() const noexcept {
    return text(MFA_OFFER_RECOVERY_CODES);
  }  // one a line; once
  std::uint64_t expires_at_s() const noexcept { return mfa_offer_expires_at_s(it_.get()); }  // Unix time
  // What a page needs, never the mail's body. OK.
  Answer<Buffer> json() const noexcept {
    return detail::filled(
        [&](mfa_buffer *json, mfa_error *err) { return mfa_offer_json(it_.get(), json, err); });
  }

 private:
  detail::Owned<mfa_offer, mfa_offer_free> it_;
};

// Who was verified, and how. Texts live as long as the proof; one that it does not have is empty. Moved from,
// it proves nothing: no user, level 0.
class Proof {
 public:
  using Raw = mfa_proof;
  explicit Proof(mfa_proof *owned) noexcept : it_(owned) {}
  std::string_view text(mfa_proof_item item) const noexcept {
    std::size_t len = 0;
    const char *data = mfa_proof_text(it_.get(), item, &len);
    return data ? std::string_view(data, len) : std::string_view();
  }
  std::string_view user() const noexcept { return text(MFA_PROOF_USER); }
  std::string_view factor() const noexcept { return text(MFA_PROOF_FACTOR); }        // its id
  std::string_view statement() const noexcept { return text(MFA_PROOF_STATEMENT); }  // replaces the session's
  std::string_view set_cookie() const noexcept {
    return text(MFA_PROOF_SET_COOKIE);
  }                                                                      // a whole value, to send
  std::string_view amr() const noexcept { return text(MFA_PROOF_AMR); }  // RFC 8176: "pwd,otp,mfa"
  std::string_view credentials() const noexcept {
    return text(MFA_PROOF_CREDENTIALS);
  }  // signalAllAcceptedCredentials
  mfa_method method() const noexcept { return mfa_proof_method(it_.get()); }
  std::int32_t aal() const noexcept { return mfa_proof_aal(it_.get()); }           // 1 to 3
  std::uint32_t signals() const noexcept { return mfa_proof_signals(it_.get()); }  // MFA_SIGNAL_*
  std::uint64_t serial() const noexcept { return mfa_proof_serial(it_.get()); }    // for Request::min_serial
  std::uint64_t recovery_remaining() const noexcept { return mfa_proof_recovery_remaining(it_.get()); }
  // Without statement and cookie. OK.
  Answer<Buffer> json() const noexcept {
    return detail::filled(
        [&](mfa_buffer *json, mfa_error *err) { return mfa_proof_json(it_.get(), json, err); });
  }

 private:
  detail::Owned<mfa_proof, mfa_proof_free> it_;
};

}  // namespace cxx
}  // namespace mfa
#endif
