// The Android key attestation statement format, section 8.4.
#include <algorithm>

#include "methods/webauthn/attestation.hpp"
#include "methods/webauthn/formats/certificates.hpp"
#include "methods/webauthn/formats/key_description.hpp"
#include "methods/webauthn/step.hpp"

namespace mfa::webauthn {
namespace {

using android::AuthorizationList;
using android::KeyDescription;

constexpr const char *kDescriptionExtension = "1.3.6.1.4.1.11129.2.1.17";
constexpr uint64_t kGenerated = 0, kSign = 2;  // KM_ORIGIN_GENERATED, KM_PURPOSE_SIGN

struct AndroidKey {
  int64_t algorithm;
  ByteView signature;
  cbor::Item x5c;
};

Failure wrong(Reason reason, const char *message) { return fail(Status::wrong, reason, message); }

Result<AndroidKey> read(const cbor::Item &statement) {
  MFA_TRY(const cbor::Item algorithm, statement.need("alg"));
  MFA_TRY(const int64_t number, algorithm.as_int());
  MFA_TRY(const cbor::Item item, statement.need("sig"));
  MFA_TRY(const ByteView signature, item.as_bytes());
  MFA_TRY(const cbor::Item x5c, statement.need("x5c"));
  return AndroidKey{.algorithm = number, .signature = signature, .x5c = x5c};
}

Result<KeyDescription> description_in(const Certificate &certificate) {
  MFA_TRY(const auto extension, certificate.extension(kDescriptionExtension));
  if (!extension)
    return fail(Status::malformed, Reason::registration_android_description,
                "an attestation certificate without a key description");
  return android::parse_key_description(extension->value);
}

// "For the following, use only the teeEnforced authorization list if the RP wants to accept only keys from a
// trusted execution environment, otherwise use the union of teeEnforced and softwareEnforced."
Result<Done> check_lists(const KeyDescription &description, const Policy &policy) {
  if (description.software_enforced.all_applications || description.tee_enforced.all_applications)
    return wrong(Reason::registration_android_applications, "a key that is not scoped to the RP ID");
  std::optional<uint64_t> origin = description.tee_enforced.origin;
  std::vector<uint64_t> purpose = description.tee_enforced.purpose;
  if (policy.android_key_software) {
    const AuthorizationList &software = description.software_enforced;
    if (!origin || (software.origin && *software.origin != kGenerated)) origin = software.origin;
    purpose.insert(purpose.end(), software.purpose.begin(), software.purpose.end());
  }
  const bool may_be_absent = policy.android_key_empty_lists;
  if (origin ? *origin != kGenerated : !may_be_absent)
    return wrong(Reason::registration_android_origin, "a key that was not generated where it is kept");
  const auto signing = std::count(purpose.begin(), purpose.end(), kSign);
  const bool enough = policy.android_key_more_purposes
                          ? signing != 0
                          : signing == static_cast<std::ptrdiff_t>(purpose.size());
  // "The value in the AuthorizationList.purpose field is equal to KM_PURPOSE_SIGN."
  if (purpose.empty() ? !may_be_absent : !enough)
    return wrong(Reason::registration_android_purpose, "a key that is not for signing alone");
  return done;
}

}  // namespace

Result<Attestation> verify_android_key(const Statement &statement) {
  MFA_TRY(const AndroidKey given, under(Reason::registration_statement, read(statement.attStmt)));
  MFA_TRY(Chain chain, read_chain(given.x5c));
  const Certificate &leaf = chain.certificates.front();
  MFA_TRY(check_algorithm(given.algorithm, statement.policy.rs1));
  MFA_TRY(const cose::PublicKey key,
          attestation_key(leaf, given.algorithm, Reason::registration_android_certificate_key));
  MFA_TRY(
      under(Reason::registration_android_signature, key.verify(statement.signed_bytes(), given.signature)));
  MFA_TRY(const KeyMaterial certified,
          under(Reason::registration_android_certificate_key, leaf.public_key()));
  MFA_TRY(const KeyMaterial credential, under(Reason::registration_android_public_key,
                                              cose::material_in(statement.authenticator_data.public_key)));
  if (certified != credential)
    return wrong(Reason::registration_android_public_key, "a certificate of another key");
  MFA_TRY(const KeyDescription description,
          under(Reason::registration_android_description, description_in(leaf)));
  if (!same(description.attestation_challenge, statement.client_data_hash))
    return wrong(Reason::registration_android_challenge, "a key made for another registration");
  MFA_TRY(check_lists(description, statement.policy));
  return Attestation{.type = "basic", .trust_path = std::move(chain.der)};
}

}  // namespace mfa::webauthn
