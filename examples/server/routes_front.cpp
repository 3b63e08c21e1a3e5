// The front page, and signing out.
#include "respond.hpp"

namespace demo {
namespace {

Response get_front(Site &site, Visit &visit) { return site.page(visit, 200, "front", "Welcome"); }

Response post_signout(Site &site, Visit &visit) {
  if (visit.session) site.leave(visit);
  return redirect_to("/signin?why=left");
}

constexpr Route kRoutes[] = {
    {"GET", "/", Access::anyone, Speaks::html, get_front},
    {"POST", "/signout", Access::anyone, Speaks::html, post_signout},
};

}  // namespace

std::span<const Route> front_routes() { return kRoutes; }

}  // namespace demo
