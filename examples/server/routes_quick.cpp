// Quick login: a returning user is named by a sealed cookie, and signs in with a passkey.
#include "random.hpp"
#include "signing.hpp"

namespace demo {
namespace {

// Named, and nothing proven.
mfa_request asks_for(const Site &site, const Visit &visit, const std::string &user) {
  mfa_request request = site.asks(visit, MFA_PURPOSE_LOGIN);
  request.user = text_of(user);
  request.statement = text_of(std::string_view());
  request.proven = 0;
  return request;
}

Response post_begin(Site &site, Visit &visit) {
  const std::optional<User> user = remembered(site, visit);
  if (!user) return json_elsewhere("/signin");
  Answer<Offer> begun =
      site.engine.verify_begin(asks_for(site, visit, user->id), MFA_METHOD_WEBAUTHN, MFA_BEGIN_OPTIONS_INIT);
  return json_offer(begun, Doing::verifying, "/signin");
}

Response post_finish(Site &site, Visit &visit) {
  const std::optional<User> user = remembered(site, visit);
  if (!user) return json_elsewhere("/signin");
  const std::string new_id = random_text();
  mfa_request request = asks_for(site, visit, user->id);
  request.session = text_of(new_id);
  Answer<Proof> proved =
      site.engine.verify_finish(request, visit.request.header("x-ticket"), visit.request.body);
  if (!proved.value)
    return say_no_json(proved.error, explain(proved.error, Doing::verifying, MFA_METHOD_WEBAUTHN), "/signin");
  return passkey_was_right(site, visit, *user, new_id, proved);
}

Response post_forget(Site &site, Visit &visit) {
  visit.set_cookies.push_back(site.forgotten_user());
  return redirect_to("/signin");
}

constexpr Route kRoutes[] = {
    {"POST", "/quick/passkey/begin", Access::anyone, Speaks::json, post_begin},
    {"POST", "/quick/passkey/finish", Access::anyone, Speaks::json, post_finish},
    {"POST", "/quick/forget", Access::anyone, Speaks::html, post_forget},
};

}  // namespace

std::span<const Route> quick_routes() { return kRoutes; }

}  // namespace demo
