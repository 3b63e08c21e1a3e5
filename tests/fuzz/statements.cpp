// An attestation statement of each format, about a credential that comes with it: switches, authenticator
// data, hash of the client data, statement.
#include "fuzz/expectation.hpp"
#include "fuzz/targets.hpp"
#include "methods/webauthn/attestation.hpp"
#include "methods/webauthn/authenticator_data.hpp"
#include "methods/webauthn/trust.hpp"

namespace mfa::fuzz {
namespace {

using namespace mfa::webauthn;

// By its own topmost certificate, so that there can be a path.
void judge(const Attestation &attestation, const AuthenticatorData &data) {
  const auto provenance = provenance_of(attestation);
  require_answer(provenance);
  if (!provenance.has_value()) return;
  std::vector<ByteView> anchors;
  if (!attestation.trust_path.empty()) anchors.emplace_back(attestation.trust_path.back());
  auto made = TrustAnchors::make(anchors, {});
  require_answer(made);
  if (!made.has_value()) return;
  const Trust trust{.anchors = std::move(made).value(), .metadata = std::nullopt};
  require_answer(assess(&trust, attestation, provenance.value(), data.aaguid, kNow));
}

void run(const char *format, ByteView input) {
  Parts parts(input);
  const unsigned high = parts.byte();
  const Policy policy = policy_of(high << 8 | parts.byte());
  const auto data = parse_authenticator_data(parts.part(), Reason::registration_authenticator_data);
  const ByteView hash = parts.part();
  if (!data.has_value() || !data.value().attested) return;
  const auto key = cose::PublicKey::parse(data.value().public_key);
  const auto document = cbor::Document::parse(parts.rest(), kAttestationObjectLimits);
  if (!key.has_value() || !document.has_value()) return;
  const auto attestation = attestation_format(format)->verify({.attStmt = document.value().root(),
                                                               .authenticator_data = data.value(),
                                                               .client_data_hash = hash,
                                                               .credential_key = key.value(),
                                                               .policy = policy,
                                                               .now_s = kNow});
  require_answer(attestation);
  if (attestation.has_value()) judge(attestation.value(), data.value());
}

}  // namespace

void run_packed(ByteView input) { run("packed", input); }
void run_tpm(ByteView input) { run("tpm", input); }
void run_android_key(ByteView input) { run("android-key", input); }
void run_safetynet(ByteView input) { run("android-safetynet", input); }
void run_fido_u2f(ByteView input) { run("fido-u2f", input); }
void run_apple(ByteView input) { run("apple", input); }
void run_compound(ByteView input) { run("compound", input); }

}  // namespace mfa::fuzz
