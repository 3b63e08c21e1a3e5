// Making an account: a name and a password.
#include "signing.hpp"

namespace demo {
namespace {

constexpr size_t kPasswordMin = 8;  // as the second of two factors, by NIST SP 800-63B
constexpr size_t kPasswordMax = 1024;

Response form(Site &site, Visit &visit, int status, std::string_view field, std::string_view problem) {
  View view;
  view.set("name", visit.form("name"));
  if (!field.empty()) view.set(std::string(field) + "_problem", problem).set("failed", true);
  return site.page(visit, status, "signup", "Create an account", std::move(view));
}

Response get_signup(Site &site, Visit &visit) {
  return visit.signed_in() ? redirect_to("/security") : form(site, visit, 200, "", "");
}

Response post_signup(Site &site, Visit &visit) {
  std::optional<std::string> name = normal_name(visit.form("name"));
  std::string_view password = visit.form("password");
  if (!name) {
    return form(site, visit, 422, "name", "Use 2 to 64 letters, digits or . _ - + @, without spaces.");
  }
  if (password.size() < kPasswordMin) {
    return form(site, visit, 422, "password", "Too short: use 8 characters or more. Several words are easy to remember.");
  }
  if (password.size() > kPasswordMax) return form(site, visit, 422, "password", "Too long: use 1024 bytes or less.");
  if (password == visit.form("name")) return form(site, visit, 422, "password", "It must differ from the name.");
  if (site.busy_sources.take(visit.request.peer, steady_s()) > 0) {
    return form(site, visit, 429, "name", "Too many accounts were made from your address. Try again later.");
  }
  if (site.users.by_name(*name)) return form(site, visit, 409, "name", "This name is taken. Choose another one.");
  std::optional<std::string> hash = site.passwords.hash(password);
  if (!hash) return form(site, visit, 503, "name", "We are too busy just now. Wait a moment, then try again.");
  std::optional<User> user = site.users.add(*name, *hash);
  if (!user) return form(site, visit, 409, "name", "This name is taken. Choose another one.");
  return password_was_right(site, visit, *user, "/security");
}

constexpr Route kRoutes[] = {
    {"GET", "/signup", Access::anyone, Speaks::html, get_signup},
    {"POST", "/signup", Access::anyone, Speaks::html, post_signup},
};

}  // namespace

std::span<const Route> signup_routes() { return kRoutes; }

}  // namespace demo
