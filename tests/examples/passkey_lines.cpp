// The software authenticator for tests in Python: `create|get ORIGIN OPTIONS` a line, and the browser's
// answer as one.
#include <iostream>

#include "support/authenticator.hpp"

int main() {
  mfa::test::Authenticator key;
  std::string line;
  while (std::getline(std::cin, line)) {
    const size_t origin = line.find(' ') + 1, options = line.find(' ', origin) + 1;
    if (origin == 0 || options == 0) return 2;
    const std::string what = line.substr(0, origin - 1), page = line.substr(origin, options - origin - 1);
    if (what != "create" && what != "get") return 2;
    const std::string given = line.substr(options);
    std::cout << (what == "create" ? key.create(given, page) : key.get(given, page)) << std::endl;
  }
}
