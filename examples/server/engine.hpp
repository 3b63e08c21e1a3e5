// libmfa for this site: opened from the data directory, and its handles owned.
#pragma once

#include <mfa/engine.h>

#include <memory>
#include <string>
#include <string_view>

#include "freed.hpp"

namespace demo {

using Account = std::unique_ptr<mfa_account, Freed<mfa_account_free>>;
using Offer = std::unique_ptr<mfa_offer, Freed<mfa_offer_free>>;
using Proof = std::unique_ptr<mfa_proof, Freed<mfa_proof_free>>;

// What the engine answered, and why. The value is there with a yes, a proof also with MFA_MORE_NEEDED.
template <typename Value>
struct Answer {
  Value value;
  mfa_error error{};
  mfa_status status() const { return error.status; }
  bool yes() const { return error.status == MFA_OK; }
};

// The device at the other end of a pairing.
struct Claimant {
  std::string device, source;
};

class Engine {
 public:
  // config_json: "${rp_id}" and "${origin}" in it are replaced. Throws std::runtime_error.
  Engine(const std::string &data_dir, std::string_view origin, std::string config_json);
  ~Engine();
  Engine(const Engine &) = delete;
  Engine &operator=(const Engine &) = delete;

  Answer<Account> account(const mfa_request &request);
  std::string account_json(const Account &account);  // empty when it cannot be made
  Answer<Offer> enroll_begin(const mfa_request &request, mfa_method method, const mfa_begin_options &options);
  Answer<Proof> enroll_finish(const mfa_request &request, std::string_view ticket, std::string_view response);
  Answer<Offer> verify_begin(const mfa_request &request, mfa_method method, const mfa_begin_options &options);
  Answer<Proof> verify_finish(const mfa_request &request, std::string_view ticket, std::string_view response);
  Answer<Proof> verify_code(const mfa_request &request, mfa_method method, std::string_view code);
  Answer<Proof> session_start(const mfa_request &request);
  Answer<Proof> device_remember(const mfa_request &request, std::string_view label);
  Answer<Offer> device_claim(const mfa_request &request, std::string_view code);
  Answer<Claimant> device_claimed(const mfa_request &request, std::string_view ticket);
  Answer<Proof> device_collect(const mfa_request &request, std::string_view ticket);
  Answer<std::string> remembered_issue(const mfa_request &request);  // a Set-Cookie value
  Answer<std::string> remembered_user(const mfa_request &request);
  mfa_error session_check(const mfa_request &request, const mfa_session_need *need = nullptr);
  std::string session_json(const mfa_request &request);  // empty when it cannot be read
  mfa_error rename(const mfa_request &request, std::string_view factor, std::string_view label);
  Answer<Proof> set_enabled(const mfa_request &request, std::string_view factor, bool enabled);
  Answer<Proof> remove(const mfa_request &request, std::string_view factor);
  // factor: empty where none is meant.
  mfa_error admin(mfa_admin_action action, std::string_view user, std::string_view factor,
                  std::string_view actor);

 private:
  mfa_store store_ = MFA_STORE_INIT;
  mfa_engine *engine_ = nullptr;
};

mfa_text text_of(std::string_view text);
std::string_view view_of(mfa_text text);
std::string text_of(const Offer &offer, mfa_offer_item item);  // empty when the offer has none
std::string text_of(const Proof &proof, mfa_proof_item item);
// The QR code of a text as an image for the src of an <img>. Empty when it is too long for one.
std::string qr_image(std::string_view text);

}  // namespace demo
