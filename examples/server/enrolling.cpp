#include "enrolling.hpp"

namespace demo {
namespace {

struct Word {
  std::string_view in_agent, name;
};
// The order matters: browsers name their ancestors too.
constexpr Word kBrowsers[] = {{"Edg/", "Edge"},      {"OPR/", "Opera"},    {"Firefox/", "Firefox"},
                              {"FxiOS/", "Firefox"}, {"CriOS/", "Chrome"}, {"Chrome/", "Chrome"},
                              {"Safari/", "Safari"}};
constexpr Word kSystems[] = {{"iPhone", "iPhone"}, {"iPad", "iPad"},       {"Android", "Android"},
                             {"CrOS", "ChromeOS"}, {"Windows", "Windows"}, {"Mac OS X", "Mac"},
                             {"Linux", "Linux"}};

template <size_t N>
std::string_view name_in(std::string_view agent, const Word (&words)[N]) {
  for (const Word &word : words) {
    if (agent.find(word.in_agent) != std::string_view::npos) return word.name;
  }
  return {};
}

}  // namespace

mfa_request asks_to_enroll(const Site &site, const Visit &visit) {
  return site.asks(visit, purpose_of(visit, MFA_PURPOSE_MANAGE));
}

mfa_begin_options options_for(const Visit &visit) {
  mfa_begin_options options = MFA_BEGIN_OPTIONS_INIT;
  options.account_name = text_of(visit.session->name);
  options.display_name = text_of(visit.session->name);
  return options;
}

std::string enrolled(Site &site, Visit &visit, const Proof &proof, std::string_view label,
                     std::string_view added) {
  take_proof(site, visit, proof, visit.session_id, true);
  site.sessions.change(visit.session_id, [](Session &session) { session.recovered = false; });
  Message message = done(added);
  message.credentials = text_of(proof, MFA_PROOF_CREDENTIALS);
  if (!label.empty()) {
    mfa_error error =
        site.engine.rename(site.asks(visit, MFA_PURPOSE_MANAGE), text_of(proof, MFA_PROOF_FACTOR), label);
    if (error.status != MFA_OK)
      message.text = "The name that you typed could not be kept; you can change it below.";
  }
  site.leave_message(visit, std::move(message));
  return "/security";
}

bool is_spent(mfa_status status) {
  return status == MFA_EXPIRED || status == MFA_MISMATCH || status == MFA_REVOKED ||
         status == MFA_ALREADY_USED;
}

std::string device_name(std::string_view user_agent) {
  std::string_view browser = name_in(user_agent, kBrowsers);
  std::string_view system = name_in(user_agent, kSystems);
  if (browser.empty() || system.empty()) return "Passkey";
  return std::string(browser) + " on " + std::string(system);
}

}  // namespace demo
