// Addresses of the internet as text, and the networks that they are of.
#pragma once

#include <string>
#include <string_view>

namespace mfa {

// "192.0.2.0/24" of 192.0.2.7, "2001:db8:aaaa::/48" of IPv6: it names many, as a rule, where the address
// names one. Empty for what is not an address alone: with a port, in brackets, with a zone.
std::string network_of(std::string_view address);

}  // namespace mfa
