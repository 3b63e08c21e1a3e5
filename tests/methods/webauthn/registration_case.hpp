// Registrations that must fail, each for one reason.
#pragma once

#include <doctest.h>

#include "methods/webauthn/fixture.hpp"

namespace mfa::webauthn {

using test::Tamper;

// Changes the relying party or the authenticator, then breaks one part of the response.
struct RegistrationCase {
  const char *reason;
  Status status;
  std::function<void(Fixture &)> before;
  Tamper tamper;
};

inline void expect(const RegistrationCase &row, const char *format) {
  CAPTURE(std::string(format));
  CAPTURE(std::string(row.reason));
  Fixture fixture;
  fixture.key.settings.format = format;
  if (row.before) row.before(fixture);
  const auto result = fixture.create(row.tamper);
  CHECK(std::string(reason_name(result)) == row.reason);
  CHECK(status_of(result) == row.status);
}

inline Tamper statement(std::function<void(test::StatementParts &)> change) {
  return {.statement = std::move(change)};
}

}  // namespace mfa::webauthn
