#include "core/network.hpp"

#include <doctest.h>

using namespace mfa;

TEST_CASE("network: of IPv4 the first 24 bits, of IPv6 the first 48") {
  CHECK(network_of("192.0.2.7") == "192.0.2.0/24");
  CHECK(network_of("255.255.255.255") == "255.255.255.0/24");
  CHECK(network_of("2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff") == "2001:db8:aaaa::/48");
  CHECK(network_of("2001:DB8:FFFF::1") == "2001:db8:ffff::/48");
  CHECK(network_of("2001:db8::1") == "2001:db8::/48");
  CHECK(network_of("::1") == "::/48");
}

TEST_CASE("network: an IPv4 address in IPv6 is no more told than by itself") {
  CHECK(network_of("::ffff:192.0.2.7") == "192.0.2.0/24");
  CHECK(network_of("::ffff:c000:207") == "192.0.2.0/24");
  CHECK(network_of("2002:c000:207::1") == "2002:c000:200::/40");
  CHECK(network_of("64:ff9b::192.0.2.7") == "64:ff9b::/48");
}

TEST_CASE("network: what is not an address has none") {
  for (const char *text :
       {"", "192.0.2", "192.0.2.7:443", "192.0.2.256", "192.0.2.7 ", " 192.0.2.7", "1.2.3.4.5", "0x7f.0.0.1",
        "[2001:db8::1]", "2001:db8::1%eth0", "2001:db8:::1", "host.example", "alice@example.test"}) {
    CAPTURE(text);
    CHECK(network_of(text).empty());
  }
  CHECK(network_of(std::string(4096, '1')).empty());
  CHECK(network_of(std::string_view("192.0.2.7\0", 10)).empty());
  CHECK(network_of(std::string_view("192.0.2.7\0.example", 18)).empty());
}
