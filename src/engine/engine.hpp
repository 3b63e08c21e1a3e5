// The engine: a request comes in, a record is loaded, decided on and saved, an answer goes out. Immutable but
// for its trust.
#pragma once

#include <memory>

#include "engine/chain.hpp"
#include "engine/decoy.hpp"
#include "engine/offer.hpp"
#include "engine/records.hpp"
#include "engine/view.hpp"
#include "methods/webauthn/trust.hpp"

namespace mfa::engine {

struct Ports {
  Store &store;
  Clock &clock;
  Random &random;
  Events &events;
};

struct BeginOptions {
  webauthn::Mediation mediation = webauthn::Mediation::modal;
  std::optional<webauthn::UserVerification> user_verification;
  std::string_view factor;
  std::string_view account_name;
  std::string_view display_name;
  std::string_view label;
  std::string_view address;
  std::string link;  // DEVICE: the page that the pairing link opens; empty: the configuration's
  std::vector<std::string> hints;
  std::string extensions_json;  // an object of extension inputs; empty: none beside the configuration's
};

enum class AdminAction : int32_t {
  unlock = MFA_ADMIN_UNLOCK,
  factor_enable = MFA_ADMIN_FACTOR_ENABLE,
  factor_disable = MFA_ADMIN_FACTOR_DISABLE,
  factor_remove = MFA_ADMIN_FACTOR_REMOVE,
  reset = MFA_ADMIN_RESET,
  sign_out = MFA_ADMIN_SIGN_OUT,
  forget_devices = MFA_ADMIN_FORGET_DEVICES,
  erase = MFA_ADMIN_ERASE,
};

class Engine {
 public:
  // Tells that its log begins, and of each unsafe setting. decoy_key: 32 bytes where the configuration has
  // decoys.
  static Result<std::unique_ptr<Engine>> make(Config config, KeyRing ring, const Ports &ports, Secret pepper,
                                              Secret decoy_key);
  Engine(const Engine &) = delete;
  Engine &operator=(const Engine &) = delete;

  // Tells that its log ends here: the last call.
  void stop() const;

  const Config &config() const { return config_; }
  // Whom attestation leads to from now on; none: nothing is trusted. Ceremonies that are being judged keep
  // theirs.
  void set_trust(std::shared_ptr<const webauthn::Trust> trust);

  Result<View> view(const Request &request) const;

  Result<Offer> enroll_begin(const Request &request, Method method, const BeginOptions &options) const;
  Result<Proof> enroll_finish(const Request &request, std::string_view ticket,
                              std::string_view response) const;
  Result<Offer> verify_begin(const Request &request, Method method, const BeginOptions &options) const;
  Result<Proof> verify_finish(const Request &request, std::string_view ticket,
                              std::string_view response) const;
  Result<Proof> verify_code(const Request &request, Method method, std::string_view code) const;

  Result<Proof> session_start(const Request &request) const;
  Result<Done> session_check(const Request &request, const SessionNeed &need, bool strict) const;
  Result<std::string> session_json(const Request &request) const;
  Result<std::string> explain(const Request &request, const SessionNeed &need) const;

  Result<Done> rename(const Request &request, std::string_view factor, std::string_view label) const;
  Result<Proof> set_enabled(const Request &request, std::string_view factor, bool enabled) const;
  Result<Proof> remove(const Request &request, std::string_view factor) const;

  Result<Proof> remember_device(const Request &request, std::string_view label) const;
  Result<Offer> claim_device(const Request &request, std::string_view code) const;
  Result<std::string> claimed_device(const Request &request, std::string_view ticket) const;
  Result<Proof> collect_device(const Request &request, std::string_view ticket) const;

  Result<Secret> remember_user(const Request &request) const;
  Result<std::string> remembered_user(const Request &request, std::string_view cookies) const;

  Result<Done> admin(AdminAction action, std::string_view user, std::string_view factor,
                     std::string_view actor) const;
  // A factor from elsewhere; the id that it has here. signals: MFA_SIGNAL_WEAK_SECRET.
  struct Imported {
    std::string factor;
    uint32_t signals = 0;
  };
  Result<Imported> import(std::string_view user, std::string_view json, std::string_view actor) const;
  // What metadata says today of the models of this user's keys.
  struct Audit {
    std::string json;
    bool undesired = false;
  };
  Result<Audit> audit(std::string_view user) const;
  Result<Done> users(std::string_view after, size_t limit, Visitor &visitor) const;

 private:
  Engine(Config config, KeyRing ring, const Ports &ports, Secret pepper, Secret decoy_key,
         const ChainId &chain);

  // What every call begins with: role, time, randomness, the statement if it opens.
  struct Setting;
  // What its event tells of a call.
  struct Call;
  Result<Setting> setting(const Request &request) const;
  // A decision that was saved, as the host gets it: events out, statement sealed.
  Result<Proof> prove(const Decision &decision) const;
  void tell(const Event &event) const;
  // Tells what was saved; then it is done, or why not.
  Result<Done> answered(const Decision &decision) const;
  uint64_t now_or_0() const;
  void tell_no(const Call &call, const Failure &failure) const;
  // The result, once the host was told of a no in it.
  template <class T>
  Result<T> told(const Call &call, Result<T> result) const;
  Result<Offer> begun(const Call &call, Result<Offer> offer) const;

  // Guesses: held off, and counted when they are wrong, by where they come from, if the configuration asks
  // for it.
  Result<Done> admit_source(const Request &request) const;
  template <class T>
  Result<T> metered(const Request &request, Result<T> answer) const;
  Result<Proof> guess(const Request &request, Method method, std::string_view code) const;
  Result<Proof> guess_mail(const Setting &setting, const Ticket &ticket, std::string_view code) const;
  Result<Offer> guess_pairing(Call &call, std::string_view code) const;

  // The public calls of these names, but for what is told of them.
  Result<Offer> begin_enrolment(const Request &request, Method method, const BeginOptions &options) const;
  Result<Proof> finish_enrolment(Call &call, std::string_view ticket, std::string_view response) const;
  Result<Offer> begin_verification(const Request &request, Method method, const BeginOptions &options) const;
  Result<Proof> finish_verification(Call &call, std::string_view ticket, std::string_view response) const;
  Result<Proof> judge_code(const Request &request, Method method, std::string_view code) const;
  Result<Proof> start_session(const Request &request) const;
  Result<Done> judge_session(const Request &request, const SessionNeed &need, bool strict) const;
  template <class Step>
  Result<Proof> change(const Request &request, std::string_view factor, Step step) const;
  Result<Proof> change_label(const Request &request, std::string_view factor, std::string_view label) const;
  Result<Proof> change_enabled(const Request &request, std::string_view factor, bool enabled) const;
  Result<Proof> keep_device(const Request &request, std::string_view label) const;
  Result<Offer> claim_pairing(Call &call, std::string_view code) const;
  Result<Proof> collect_pairing(Call &call, std::string_view ticket) const;
  Result<Secret> issue_remembered(const Request &request) const;
  Result<Proof> take_away(const Request &request, std::string_view factor) const;
  Result<Done> administer(AdminAction action, std::string_view user, std::string_view factor,
                          std::string_view actor) const;
  Result<Imported> bring(std::string_view user, std::string_view json, std::string_view actor) const;

  Result<Ticket> new_ticket(const Setting &setting, Operation operation, Method method,
                            const Account *account, uint64_t life_s) const;
  Result<std::string> seal(const Ticket &ticket) const;

  // Enrolment, by method: what begin offers, and the factor that a right response makes.
  Result<Done> offer_totp(Ticket &ticket, Offer &offer, const BeginOptions &options) const;
  Result<Done> offer_hotp(Ticket &ticket, Offer &offer, const BeginOptions &options) const;
  Result<Done> offer_recovery(Ticket &ticket, Offer &offer) const;
  Result<Done> offer_passkey(Ticket &ticket, Offer &offer, const BeginOptions &options,
                             const Account *account) const;
  Result<Done> offer_u2f(Ticket &ticket, Offer &offer, const Account *account) const;
  struct Confirmed {
    Factor factor;
    uint32_t signals = 0;
  };
  Result<Confirmed> confirm(const Ticket &ticket, std::string_view response, uint64_t now_s) const;
  Result<Confirmed> confirm_passkey(const Ticket &ticket, std::string_view response, uint64_t now_s) const;
  Result<Confirmed> confirm_u2f(const Ticket &ticket, std::string_view response, uint64_t now_s) const;
  Result<Proof> finish_enroll(const Setting &setting, const Ticket &ticket,
                              Result<Confirmed> confirmed) const;
  // What `decide` makes of the account, if no one else has the credential: it is the user's from then on.
  template <class Decide>
  Result<std::optional<Decision>> claim(ByteView credential_id, std::string_view user,
                                        const std::optional<Account> &account, Decide decide) const;

  Result<Done> offer_request(Ticket &ticket, Offer &offer, const BeginOptions &options, const Scene &scene,
                             const Account &account) const;
  Result<Offer> offer_mail(const Setting &setting, Operation operation, const BeginOptions &options) const;
  Result<Proof> take_mail_code(const Setting &setting, const Ticket &ticket, std::string_view code) const;
  Result<Secret> draw_verifier() const;
  Result<Proof> prove_device(const Decision &decision, const Cookied &cookied, const Secret &verifier,
                             std::string_view user) const;
  Result<Proof> verify_device(const Request &request, std::string_view cookies) const;
  Result<Offer> offer_pairing(const Setting &setting, const BeginOptions &options) const;
  Result<Proof> approve_device(const Setting &setting, const Ticket &ticket, std::string_view response) const;
  Result<Proof> verify_u2f(const Setting &setting, const Ticket &ticket, std::string_view response) const;
  Result<Proof> verify_recovery(const Setting &setting, std::string_view code) const;
  // Why a passkey response that no credential of the user answers to is refused: alike for all users.
  Failure unknown_credential(const Ticket &ticket, const webauthn::Response &response) const;

  const Config config_;
  const KeyRing ring_;
  const Ports ports_;
  const Secret pepper_;
  const Decoy decoy_;
  const Records records_;
  mutable Chain chain_;
  std::shared_ptr<const webauthn::Trust> trust() const;
  mutable ForkMutex trust_mutex_;
  std::shared_ptr<const webauthn::Trust> trust_;
};

}  // namespace mfa::engine
