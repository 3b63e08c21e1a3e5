// The steps of both ceremonies by their numbers, in the order and with the numbers of the Level 3 editor's
// draft of 2026-07-30.
#pragma once

#include <span>
#include <string_view>

#include "core/status.hpp"

namespace mfa::webauthn {

struct Step {
  int number;
  const char *title;
};
std::span<const Step> registration_steps();    // section 7.1
std::span<const Step> authentication_steps();  // section 7.2

// Where a reason belongs: "webauthn.registration.7.1.22.tpm.signature" to registration, "7.1.22",
// "tpm.signature". Without a step, ceremony and step are empty and the name is whole.
struct Place {
  std::string_view ceremony, step, name;
  int number = 0;
};
Place place_of(Reason reason);

}  // namespace mfa::webauthn
