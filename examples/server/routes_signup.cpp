// Making an account: a name and a password.
#include "signing.hpp"

namespace demo {
namespace {

constexpr size_t kPasswordMin = 8;  // as the second of two factors, by NIST SP 800-63B
constexpr size_t kPasswordMax = 1024;

// What is wrong with what was typed; empty for what is right.
struct Problems {
  std::string_view name;
  std::string_view password;
};

Problems problems_of(const Visit &visit) {
  Problems problems;
  std::string_view password = visit.form("password");
  if (!normal_name(visit.form("name")))
    problems.name = "Use 2 to 64 letters, digits or . _ - + @, without spaces.";
  if (password.size() < kPasswordMin)
    problems.password = "Too short: use 8 characters or more.";
  else if (password.size() > kPasswordMax)
    problems.password = "Too long: use 1024 bytes or less.";
  else if (password == visit.form("name"))
    problems.password = "It has to differ from the name.";
  return problems;
}

Response form(Site &site, Visit &visit, int status, const Problems &problems) {
  View view;
  view.set("name", visit.form("name")).set("failed", status != 200);
  view.set("name_problem", problems.name).set("password_problem", problems.password);
  return site.page(visit, status, "signup", "Create an account", std::move(view));
}

Response get_signup(Site &site, Visit &visit) {
  return visit.signed_in() ? redirect_to("/security") : form(site, visit, 200, {});
}

Response post_signup(Site &site, Visit &visit) {
  constexpr std::string_view kTaken = "This name is taken. Choose another one.";
  Problems problems = problems_of(visit);
  if (!problems.name.empty() || !problems.password.empty()) return form(site, visit, 422, problems);
  if (site.sign_ups_by_source.take(visit.request.peer, steady_s()) > 0) {
    return form(site, visit, 429, {"Too many accounts were made from your address. Try again later.", {}});
  }
  const std::string name = *normal_name(visit.form("name"));
  if (site.users.by_name(name)) return form(site, visit, 409, {kTaken, {}});
  std::optional<std::string> hash = site.passwords.hash(visit.form("password"));
  if (!hash) return form(site, visit, 503, {"We are too busy just now. Wait a moment, then try again.", {}});
  std::optional<User> user = site.users.add(name, *hash, unix_s());
  if (!user) return form(site, visit, 409, {kTaken, {}});
  return password_was_right(site, visit, *user, "/security");
}

constexpr Route kRoutes[] = {
    {"GET", "/signup", Access::anyone, Speaks::html, get_signup},
    {"POST", "/signup", Access::anyone, Speaks::html, post_signup},
};

}  // namespace

std::span<const Route> signup_routes() { return kRoutes; }

}  // namespace demo
