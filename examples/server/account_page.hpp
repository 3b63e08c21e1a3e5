// What pages show of an account, a user's own or another's.
#pragma once

#include "respond.hpp"

namespace demo {

// The newest of its recent activity, as rows "events".
void set_activity(View &view, Site &site, const Account &account, size_t shown);

}  // namespace demo
