// A name for a browser that people recognise, from what it says of itself.
#pragma once

#include <string>
#include <string_view>

namespace mfa::device {

// "Firefox on Android"; "unknown browser on Windows", "unknown device" where the table does not know it. Of
// fixed words alone, whatever the header holds.
std::string name_of_agent(std::string_view user_agent);

}  // namespace mfa::device
