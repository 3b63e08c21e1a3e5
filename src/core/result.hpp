// Result<T>: a T, or why not. We throw nothing ourselves; only allocation throws.
#pragma once

#include <string>
#include <utility>
#include <variant>

#include "core/status.hpp"

namespace mfa {

struct Failure {
  Status status;
  Reason reason;
  const char *message;      // a literal in English for the operator's log; never a secret
  std::string detail = {};  // a path in the configuration, or what a store said; never a secret
  uint64_t retry_at_s = 0;
  int32_t attempts_left = -1;  // -1: not known or not limited
  int32_t clock_skew_s = 0;
  uint32_t signals = 0;
  bool told = false;  // an event of it is out
};

inline Failure fail(Status status, Reason reason, const char *message) {
  return Failure{.status = status, .reason = reason, .message = message};
}
inline Failure fail(Status status, Reason reason, const char *message, std::string detail) {
  return Failure{.status = status, .reason = reason, .message = message, .detail = std::move(detail)};
}

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : held_(std::in_place_index<0>, std::move(value)) {}
  Result(Failure failure) : held_(std::in_place_index<1>, std::move(failure)) {}

  bool has_value() const { return held_.index() == 0; }
  T &value() & { return *std::get_if<0>(&held_); }
  const T &value() const & { return *std::get_if<0>(&held_); }
  T &&value() && { return std::move(*std::get_if<0>(&held_)); }
  Failure &error() & { return *std::get_if<1>(&held_); }
  const Failure &error() const & { return *std::get_if<1>(&held_); }
  Failure &&error() && { return std::move(*std::get_if<1>(&held_)); }

 private:
  std::variant<T, Failure> held_;
};

struct Done {};
inline constexpr Done done{};

// MFA_TRY(auto x, f()) or MFA_TRY(f()): the value, or return the failure. The only macro that steers.
#define MFA_TRY_CAT2(a, b) a##b
#define MFA_TRY_CAT(a, b) MFA_TRY_CAT2(a, b)
#define MFA_TRY_VALUE(result, target, ...)                                   \
  auto result = (__VA_ARGS__);                                               \
  if (!result.has_value()) return ::mfa::Failure(std::move(result).error()); \
  target = std::move(result).value()
#define MFA_TRY_DONE(...)                                               \
  if (auto mfa_try_result = (__VA_ARGS__); !mfa_try_result.has_value()) \
  return ::mfa::Failure(std::move(mfa_try_result).error())
#define MFA_TRY_TWO(target, ...) MFA_TRY_VALUE(MFA_TRY_CAT(mfa_try_, __LINE__), target, __VA_ARGS__)
#define MFA_TRY_PICK(a, b, c, d, e, f, chosen, ...) chosen
#define MFA_TRY(...)                                                                                         \
  MFA_TRY_PICK(__VA_ARGS__, MFA_TRY_TWO, MFA_TRY_TWO, MFA_TRY_TWO, MFA_TRY_TWO, MFA_TRY_TWO, MFA_TRY_DONE, ) \
  (__VA_ARGS__)

}  // namespace mfa
