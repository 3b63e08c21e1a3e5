// The Android SafetyNet attestation statement format, section 8.5: withdrawn by its maker, still on record.
#include "core/digest.hpp"
#include "core/encoding.hpp"
#include "core/json.hpp"
#include "core/jws.hpp"
#include "methods/webauthn/attestation.hpp"
#include "methods/webauthn/formats/certificates.hpp"
#include "methods/webauthn/step.hpp"

namespace mfa::webauthn {
namespace {

constexpr const char *kHost = "attest.android.com";
constexpr uint64_t kFreshS = 60;
constexpr uint64_t kMillisecondsPerSecond = 1000;

struct SafetyNet {
  std::string_view version;
  ByteView response;  // a JWS
};

Result<SafetyNet> read(const cbor::Item &statement) {
  MFA_TRY(const cbor::Item ver, statement.need("ver"));
  MFA_TRY(const std::string_view version, ver.as_text());
  MFA_TRY(const cbor::Item item, statement.need("response"));
  MFA_TRY(const ByteView response, item.as_bytes());
  return SafetyNet{.version = version, .response = response};
}

Result<Done> check_payload(const Statement &statement, const json::Value &payload) {
  MFA_TRY(const std::string_view nonce, payload.need_text("nonce"));
  if (nonce != base64(sha256(statement.signed_bytes())))
    return fail(Status::wrong, Reason::registration_safetynet_nonce, "a nonce of another registration");
  MFA_TRY(const json::Value match, payload.need("ctsProfileMatch"));
  MFA_TRY(const bool matches, match.as_bool());
  if (!matches)
    return fail(Status::wrong, Reason::registration_safetynet_profile,
                "a device that SafetyNet does not vouch for");
  if (!statement.policy.safetynet_fresh) return done;
  MFA_TRY(const json::Value timestamp, payload.need("timestampMs"));
  MFA_TRY(const int64_t made_ms, timestamp.as_int());
  // In seconds, for any 64-bit time has those: the clock here has no milliseconds.
  const uint64_t made_s = made_ms < 0 ? UINT64_MAX : static_cast<uint64_t>(made_ms) / kMillisecondsPerSecond;
  if (made_s > statement.now_s || statement.now_s - made_s > kFreshS)
    return fail(Status::denied, Reason::registration_safetynet_time,
                "a response that is not of the last minute");
  return done;
}

}  // namespace

Result<Attestation> verify_safetynet(const Statement &statement) {
  MFA_TRY(const SafetyNet given, under(Reason::registration_statement, read(statement.attStmt)));
  if (given.version.empty())
    return fail(Status::malformed, Reason::registration_safetynet_version,
                "a SafetyNet response of no version");
  MFA_TRY(Jws jws, under(Reason::registration_safetynet_response, Jws::parse(text_of(given.response))));
  MFA_TRY(Chain chain, read_chain(jws.x5c));
  MFA_TRY(under(Reason::registration_safetynet_signature, jws.verify()));
  MFA_TRY(const bool signed_by_host, chain.certificates.front().is_for_host(kHost));
  if (!signed_by_host)
    return fail(Status::wrong, Reason::registration_safetynet_host, "a response that SafetyNet did not sign");
  MFA_TRY(const json::Document payload,
          under(Reason::registration_safetynet_response, json::Document::parse(std::move(jws.payload))));
  MFA_TRY(under(Reason::registration_safetynet_response, check_payload(statement, payload.root())));
  return Attestation{.type = "basic", .trust_path = std::move(chain.der)};
}

}  // namespace mfa::webauthn
