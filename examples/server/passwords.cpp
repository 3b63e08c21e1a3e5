#include "passwords.hpp"

#include <sodium.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <stdexcept>

namespace demo {
namespace {

constexpr std::chrono::seconds kPatience{5};

std::optional<std::string> argon2id(std::string_view password) {
  std::array<char, crypto_pwhash_STRBYTES> out{};
  if (crypto_pwhash_str(out.data(), password.data(), password.size(), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                        crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0) {
    return std::nullopt;
  }
  return std::string(out.data());
}

struct Turn {
  explicit Turn(Passwords::Turns &turns) : of(turns), taken(turns.try_acquire_for(kPatience)) {}
  ~Turn() {
    if (taken) of.release();
  }
  Turn(const Turn &) = delete;
  Turn &operator=(const Turn &) = delete;

  Passwords::Turns &of;
  const bool taken;
};

}  // namespace

Passwords::Passwords() {
  std::array<char, 32> nobody;
  randombytes_buf(nobody.data(), nobody.size());
  std::optional<std::string> hashed = argon2id({nobody.data(), nobody.size()});
  if (!hashed) throw std::runtime_error("no memory to hash a password");
  of_nobody_ = *hashed;
}

std::optional<std::string> Passwords::hash(std::string_view password) {
  Turn turn(turns_);
  return turn.taken ? argon2id(password) : std::nullopt;
}

Passwords::Check Passwords::check(std::string_view stored, std::string_view password) {
  const std::string against(stored.empty() ? of_nobody_ : stored);
  Turn turn(turns_);
  if (!turn.taken) return Check::busy;
  errno = 0;
  if (crypto_pwhash_str_verify(against.c_str(), password.data(), password.size()) != 0) {
    return errno == ENOMEM ? Check::busy : Check::wrong;
  }
  return stored.empty() ? Check::wrong : Check::right;
}

}  // namespace demo
