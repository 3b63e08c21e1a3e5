// What a person holds, behind a wall: the software authenticator is made with the library's own names, which
// a program that includes mfa/mfa.hpp cannot see as well.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace devices {

inline constexpr const char *kOrigin = "https://example.test";  // and the AppID

class Passkey {
 public:
  Passkey();
  ~Passkey();
  Passkey(const Passkey &) = delete;
  Passkey &operator=(const Passkey &) = delete;
  // The browser's JSON for creation and request options.
  std::string create(std::string_view options);
  std::string get(std::string_view options);

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

class U2f {
 public:
  U2f();
  ~U2f();
  U2f(const U2f &) = delete;
  U2f &operator=(const U2f &) = delete;
  std::string enrol(const std::vector<uint8_t> &challenge);
  std::string sign(const std::vector<uint8_t> &challenge);
  std::vector<uint8_t> key_handle() const;

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace devices
