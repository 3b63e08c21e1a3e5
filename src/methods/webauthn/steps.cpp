#include "methods/webauthn/steps.hpp"

#include <string>

namespace mfa::webauthn {
namespace {

// Steps 1, 2, 25 and 29 of options, calls and storage are the host's.
constexpr Step kRegistration[] = {
    {3, "the response is an attestation"},
    {4, "client extension results can be read"},
    {5, "client data is UTF-8"},
    {6, "client data is JSON, with its members"},
    {7, "type is webauthn.create"},
    {8, "the challenge is the one that was issued"},
    {9, "the origin is expected"},
    {10, "made in a frame of another origin only where that is expected"},
    {11, "the top origin is expected"},
    {12, "hash of the client data"},
    {13, "attestation object and authenticator data can be read"},
    {14, "made for the RP ID"},
    {15, "the user was present"},
    {16, "the user was verified, where that is required"},
    {17, "not backed up without being eligible"},
    {18, "policy on backup eligibility"},
    {19, "policy on the backup state"},
    {20, "the key is of an algorithm that was offered, and well formed"},
    {21, "the attestation format is supported"},
    {22, "the attestation statement verifies"},
    {23, "trust anchors for it"},
    {24, "the attestation is trusted, where that is required"},
    {25, "the credential id is not too long"},
    {28, "extension outputs"},
};
constexpr Step kAuthentication[] = {
    {3, "the response is an assertion"},
    {4, "client extension results can be read"},
    {5, "the credential was allowed"},
    {6, "the credential is the user's"},
    {7, "authenticator data and signature can be read"},
    {8, "client data is UTF-8"},
    {9, "client data is JSON, with its members"},
    {10, "type is webauthn.get"},
    {11, "the challenge is the one that was issued"},
    {12, "the origin is expected"},
    {13, "made in a frame of another origin only where that is expected"},
    {14, "the top origin is expected"},
    {15, "made for the RP ID, or the AppID"},
    {16, "the user was present"},
    {17, "the user was verified, where that is required"},
    {18, "not backed up without being eligible"},
    {19, "backup eligibility is what it was, and as policy wants it"},
    {20, "hash of the client data"},
    {21, "the signature verifies"},
    {22, "the signature counter went up"},
    {23, "extension outputs"},
};

}  // namespace

std::span<const Step> registration_steps() { return kRegistration; }
std::span<const Step> authentication_steps() { return kAuthentication; }

Place place_of(Reason reason) {
  const std::string_view name = name_of(reason);
  for (const std::string_view ceremony : {"registration", "authentication"}) {
    const std::string prefix = "webauthn." + std::string(ceremony) + ".";
    if (!name.starts_with(prefix)) continue;
    std::string_view rest = name.substr(prefix.size());
    // "7.1.22.": section, subsection, step
    size_t end = 0;
    for (int dots = 0; end < rest.size() && dots < 3; end++) dots += rest[end] == '.' ? 1 : 0;
    const std::string_view step = rest.substr(0, end - 1);
    int number = 0;
    for (const char c : step.substr(step.rfind('.') + 1)) number = number * 10 + (c - '0');
    return {.ceremony = ceremony, .step = step, .name = rest.substr(end), .number = number};
  }
  for (const std::string_view ceremony : {"u2f-registration", "u2f-authentication"}) {
    std::string prefix(ceremony);
    prefix[3] = '.';
    prefix += '.';
    if (name.starts_with(prefix))
      return {.ceremony = ceremony, .step = {}, .name = name.substr(prefix.size())};
  }
  return {.ceremony = {}, .step = {}, .name = name};
}

}  // namespace mfa::webauthn
