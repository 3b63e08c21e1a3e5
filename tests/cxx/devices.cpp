#include "devices.hpp"

#include "methods/u2f/token.hpp"
#include "support/authenticator.hpp"

namespace devices {

struct Passkey::Inside {
  mfa::test::Authenticator it;
};
Passkey::Passkey() : inside_(std::make_unique<Inside>()) {}
Passkey::~Passkey() = default;
std::string Passkey::create(std::string_view options) { return inside_->it.create(options, kOrigin); }
std::string Passkey::get(std::string_view options) { return inside_->it.get(options, kOrigin); }

struct U2f::Inside {
  mfa::test::U2fToken it;
};
U2f::U2f() : inside_(std::make_unique<Inside>()) {}
U2f::~U2f() = default;
std::string U2f::enrol(const std::vector<uint8_t> &challenge) {
  return inside_->it.registers(kOrigin, challenge).json;
}
std::string U2f::sign(const std::vector<uint8_t> &challenge) {
  return inside_->it.signs(kOrigin, challenge).json;
}
std::vector<uint8_t> U2f::key_handle() const {
  const auto &handle = inside_->it.key_handle;
  return {handle.begin(), handle.end()};
}

}  // namespace devices
