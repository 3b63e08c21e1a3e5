#include "engine/request.hpp"

namespace mfa::engine {

const char *name_of(Purpose purpose) {
  switch (purpose) {
    case Purpose::login: return "login";
    case Purpose::step_up: return "step_up";
    case Purpose::manage: return "manage";
    case Purpose::approve: return "approve";
  }
  return "none";
}

Result<Done> check_user(const Request &request, bool may_be_usernameless) {
  if (request.usernameless) {
    if (!may_be_usernameless || request.purpose != Purpose::login) {
      return fail(Status::err_argument, Reason::argument_user, "only a passkey sign-in may be usernameless");
    }
    if (!request.user.empty()) {
      return fail(Status::err_argument, Reason::argument_user, "a usernameless request names a user");
    }
    // What was proven is of somebody, and who that is the passkey is yet to say.
    if (request.proven != 0) {
      return fail(Status::err_argument, Reason::argument_user,
                  "a usernameless request says that something was proven");
    }
    return done;
  }
  if (request.user.empty() || request.user.size() > kUserMax) {
    return fail(Status::err_argument, Reason::argument_user, "user must be 1 to 255 bytes");
  }
  return done;
}

Result<Done> check_browser(const Request &request, bool unbound_allowed) {
  if (request.browser.empty() && unbound_allowed) return done;
  if (request.browser.size() < kBrowserMin) {
    return fail(Status::err_argument, Reason::argument_browser,
                "browser must be a random value of 16 bytes or more");
  }
  return done;
}

Result<Done> check_action(const Request &request) {
  const size_t wanted = request.purpose == Purpose::approve ? kActionSize : 0;
  if (request.action.size() != wanted) {
    return fail(Status::err_argument, Reason::argument_action,
                "action is 32 bytes with MFA_PURPOSE_APPROVE, and empty otherwise");
  }
  return done;
}

}  // namespace mfa::engine
