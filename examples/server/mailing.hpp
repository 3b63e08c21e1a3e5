// A mail that the library wrote, sent; and what is kept of it until its code comes back.
#pragma once

#include "respond.hpp"

namespace demo {

// Sends what begin wrote. A mail that did not go leaves nothing to wait for.
std::optional<Pending> send_mail(Site &site, const Visit &visit, const Offer &offer,
                                 std::string_view address);
Message mail_not_sent();

}  // namespace demo
