#include "tools/transcript.hpp"

#include "core/digest.hpp"
#include "core/encoding.hpp"
#include "methods/u2f/u2f.hpp"
#include "methods/webauthn/extensions.hpp"
#include "methods/webauthn/step.hpp"
#include "methods/webauthn/steps.hpp"
#include "tools/transcript_expect.hpp"

namespace mfa::tools {

using namespace webauthn;

namespace {

constexpr json::Limits kLimits = {.max_bytes = kMaxTranscriptBytes, .max_depth = 16, .max_values = 4096};
constexpr uint32_t kAttestedFlag = 1u << 6, kExtensionsFlag = 1u << 7;
constexpr size_t kPointBytes = 65;

Failure bad(std::string_view name) {
  return fail(Status::malformed, Reason::transcript_member, "a member of the ceremony is not what it must be",
              std::string(name));
}

Result<json::Value> object_in(const json::Value &root, std::string_view name) {
  const auto found = root.find(name);
  if (!found || found->type() != json::Type::object) return bad(name);
  return *found;
}

// ---- verdicts, members after "id" and "ok"

struct Signal {
  uint32_t bit;
  const char *name;
};
constexpr Signal kSignals[] = {{MFA_SIGNAL_CLONE_SUSPECTED, "clone_suspected"},
                               {MFA_SIGNAL_BACKUP_ELIGIBLE_CHANGED, "backup_eligible_changed"},
                               {MFA_SIGNAL_BACKUP_STATE_CHANGED, "backup_state_changed"},
                               {MFA_SIGNAL_ATTESTATION_STATUS, "attestation_status"},
                               {MFA_SIGNAL_UNSOLICITED_EXTENSION, "unsolicited_extension"}};

void write_signals(json::Writer &out, uint32_t signals) {
  out.key("signals").begin_array();
  for (const Signal &signal : kSignals) {
    if ((signals & signal.bit) != 0) out.text(signal.name);
  }
  out.end_array();
}

void write_flags(json::Writer &out, uint32_t flags) {
  out.key("flags").begin_object();
  out.member("up", (flags & kUserPresent) != 0).member("uv", (flags & kUserVerified) != 0);
  out.member("be", (flags & kBackupEligible) != 0).member("bs", (flags & kBackedUp) != 0);
  out.member("at", (flags & kAttestedFlag) != 0).member("ed", (flags & kExtensionsFlag) != 0);
  out.end_object();
}

Result<Done> judge_registration(const json::Value &parts, TranscriptExpect &with, RawResponse raw,
                                json::Writer &out) {
  Bytes object;
  MFA_TRY(object, optional_bytes(parts, "attestationObject"));
  if (object.empty()) return bad("attestationObject");
  raw.attestation_object = std::move(object);
  MFA_TRY(raw.transports, optional_texts(parts, "transports"));
  MFA_TRY(const Response response, read_response(std::move(raw)));
  MFA_TRY(const Registration made, verify_registration(with.expected, with.now_s, response));
  const Credential &credential = made.credential;
  out.member("format", credential.attestation_format).member("attestation_type", credential.attestation_type);
  out.member("trusted", (credential.flags & kTrusted) != 0).member("alg", credential.algorithm);
  out.member("credential_id", base64url(credential.id))
      .member("public_key", base64url(credential.public_key));
  out.member("aaguid", hex(credential.aaguid));
  write_flags(out, response.authenticator_data.flags);
  out.member("sign_count", credential.sign_count);
  if (!credential.enterprise_serial.empty())
    out.member("enterprise_serial", hex(credential.enterprise_serial));
  if (credential.firmware_version) out.member("firmware_version", *credential.firmware_version);
  write_signals(out, made.signals);
  return done;
}

// What the host would have on record.
Result<Credential> read_credential(const json::Value &root, const Expected &expected) {
  MFA_TRY(const json::Value given, object_in(root, "credential"));
  Credential credential{.user_handle = expected.user_handle,
                        .rp_id = expected.rp_id,
                        .app_id = expected.app_id,
                        .backup_eligible_known = false};
  MFA_TRY(credential.id, optional_bytes(given, "id"));
  MFA_TRY(credential.public_key, optional_bytes(given, "public_key"));
  if (credential.public_key.size() == kPointBytes && credential.public_key[0] == 0x04) {
    MFA_TRY(credential.public_key, cose::from_uncompressed_p256(credential.public_key));
  }
  if (const auto count = given.find("sign_count"); count && !count->is_null()) {
    const auto number = count->as_int();
    if (!number.has_value() || number.value() < 0 || number.value() > UINT32_MAX) return bad("sign_count");
    credential.sign_count = static_cast<uint32_t>(number.value());
  }
  if (const auto eligible = given.find("backup_eligible"); eligible && !eligible->is_null()) {
    const auto flag = eligible->as_bool();
    if (!flag.has_value()) return bad("backup_eligible");
    credential.backup_eligible_known = true;
    credential.flags = flag.value() ? kBackupEligible : 0;
  }
  if (const auto level = given.find("cred_protect"); level && !level->is_null()) {
    const auto number = level->as_int();
    if (!number.has_value() || number.value() < 1 || number.value() > 3) return bad("cred_protect");
    credential.cred_protect = static_cast<uint32_t>(number.value());
  }
  if (const auto handle = given.find("user_handle"); handle && !handle->is_null()) {
    MFA_TRY(credential.user_handle, optional_bytes(given, "user_handle"));
  }
  return credential;
}

Result<Done> judge_authentication(const json::Value &root, const json::Value &parts, TranscriptExpect &with,
                                  RawResponse raw, json::Writer &out) {
  Expected &expected = with.expected;
  MFA_TRY(Credential credential, read_credential(root, expected));
  raw.id = credential.id;
  MFA_TRY(raw.authenticator_data, optional_bytes(parts, "authenticatorData"));
  MFA_TRY(raw.signature, optional_bytes(parts, "signature"));
  MFA_TRY(raw.user_handle, optional_bytes(parts, "userHandle"));
  const bool outputs_known = parts.find("clientExtensionResults").has_value();
  MFA_TRY(Response response, read_response(std::move(raw)));
  // Without the client's word, the hash itself says whether it used the AppID.
  if (!outputs_known && !expected.app_id.empty())
    response.client_outputs.app_id =
        same(response.authenticator_data.rp_id_hash, sha256(bytes_of(expected.app_id)));
  // A document need not say whose the credential is; then the user handle has nothing to differ from.
  if (credential.user_handle.empty()) {
    credential.user_handle = response.user_handle;
    if (credential.user_handle.empty()) credential.user_handle = {0};
    expected.user_handle = credential.user_handle;
  }
  MFA_TRY(const cose::PublicKey key, cose::PublicKey::parse(credential.public_key));
  if (key.algorithm() == cose::kRs1 && !expected.policy.rs1)
    return fail(Status::denied, Reason::cose_algorithm, "RS1 is not accepted without the policy");
  MFA_TRY(const Assertion assertion, verify_assertion(expected, credential, key, response));
  out.member("alg", key.algorithm()).member("credential_id", base64url(credential.id));
  write_flags(out, response.authenticator_data.flags);
  out.member("sign_count", response.authenticator_data.sign_count);
  write_signals(out, assertion.signals);
  return done;
}

// ---- U2F

u2f::Expected u2f_expected(const TranscriptExpect &with) {
  return {
      .app_id = with.expected.app_id, .challenge = with.expected.challenge, .facets = with.expected.origins};
}

Result<Done> judge_u2f_registration(const json::Value &parts, TranscriptExpect &with, json::Writer &out) {
  MFA_TRY(const Bytes data, optional_bytes(parts, "registrationData"));
  MFA_TRY(const Bytes client_data, optional_bytes(parts, "clientData"));
  MFA_TRY(const auto made,
          u2f::verify_registration(u2f_expected(with), ByteView(data), ByteView(client_data)));
  const Attestation attestation{.type = "basic", .trust_path = {made.certificate}};
  MFA_TRY(const Provenance provenance, provenance_of(attestation));
  MFA_TRY(const Assessment assessment, assess(&with.trust, attestation, provenance, {}, with.now_s));
  if (with.expected.require_trusted && !assessment.trusted) return *assessment.why_not;
  out.member("format", "u2f").member("attestation_type", assessment.type);
  out.member("trusted", assessment.trusted);
  out.member("alg", -7).member("credential_id", base64url(made.key_handle));
  out.member("public_key", base64url(made.public_key));
  write_signals(out, assessment.signals);
  return done;
}

Result<Done> judge_u2f_authentication(const json::Value &root, const json::Value &parts,
                                      TranscriptExpect &with, json::Writer &out) {
  MFA_TRY(const Credential credential, read_credential(root, with.expected));
  MFA_TRY(const json::Value given, object_in(root, "credential"));
  MFA_TRY(Bytes point, optional_bytes(given, "public_key"));
  if (point.size() != kPointBytes) {
    MFA_TRY(const KeyMaterial key, cose::material_in(point));
    point.assign(1, 0x04);
    point.insert(point.end(), key.x.begin(), key.x.end());
    point.insert(point.end(), key.y.begin(), key.y.end());
  }
  MFA_TRY(const Bytes data, optional_bytes(parts, "signatureData"));
  MFA_TRY(const Bytes client_data, optional_bytes(parts, "clientData"));
  MFA_TRY(const auto made, u2f::verify_authentication(u2f_expected(with), point, credential.sign_count,
                                                      ByteView(data), ByteView(client_data)));
  if ((made.signals & MFA_SIGNAL_CLONE_SUSPECTED) != 0 && with.expected.sign_count == Rule::reject)
    return fail(Status::denied, Reason::u2f_authentication_counter,
                "the counter did not grow: perhaps a cloned key");
  out.member("alg", -7).member("credential_id", base64url(credential.id)).member("sign_count", made.counter);
  write_signals(out, made.signals);
  return done;
}

// ---- the document

Result<Done> judge(const json::Value &root, std::string_view ceremony, uint64_t now_s, json::Writer &out) {
  MFA_TRY(const json::Value expect, object_in(root, "expect"));
  MFA_TRY(TranscriptExpect with, read_transcript_expect(expect, now_s));
  with.expected.trust = &with.trust;
  MFA_TRY(const json::Value parts, object_in(root, "response"));
  if (ceremony == "u2f-registration") return judge_u2f_registration(parts, with, out);
  if (ceremony == "u2f-authentication") return judge_u2f_authentication(root, parts, with, out);
  RawResponse raw;
  MFA_TRY(raw.client_data, optional_bytes(parts, "clientDataJSON"));
  if (const auto results = parts.find("clientExtensionResults"); results && !results->is_null()) {
    const Reason reason = ceremony == "registration" ? Reason::registration_extension_results
                                                     : Reason::authentication_extension_results;
    if (results->type() != json::Type::object)
      return fail(Status::malformed, reason, "clientExtensionResults that is no object");
    MFA_TRY(raw.client_outputs, under(reason, read_client_outputs(*results)));
  }
  if (ceremony == "registration") return judge_registration(parts, with, std::move(raw), out);
  if (ceremony == "authentication") return judge_authentication(root, parts, with, std::move(raw), out);
  return bad("ceremony");
}

void write_refusal(json::Writer &out, std::string_view ceremony, const Failure &failure) {
  const Place place = place_of(failure.reason);
  out.member("ceremony", place.ceremony.empty() ? ceremony : place.ceremony);
  if (place.step.empty()) {
    out.key("step").null();
  } else {
    out.member("step", place.step);
  }
  out.member("reason", place.name).member("message", failure.message);
  if (!failure.detail.empty()) out.member("detail", failure.detail);
}

// The steps are in the order of the draft, but what can be read is read first: what comes before a failure in
// the text is said to have passed only when it has been looked at.
void write_steps(json::Writer &out, std::string_view ceremony, const Failure *failure) {
  const bool registration = ceremony == "registration";
  if (!registration && ceremony != "authentication") return;
  constexpr int kObjectStep = 13, kFirstCompared = 7;
  const int failed = failure ? place_of(failure->reason).number : 0;
  const bool unplaced = failure && failed == 0;
  const bool reading = registration && failed == kObjectStep;
  const std::string prefix = registration ? "7.1." : "7.2.";
  out.key("steps").begin_array();
  for (const Step &step : registration ? registration_steps() : authentication_steps()) {
    const bool passed =
        !failure || (!unplaced && step.number < failed &&
                     !(reading && step.number >= kFirstCompared && step.number < kObjectStep));
    const char *verdict = failure && step.number == failed ? "failed" : passed ? "passed" : "not reached";
    out.begin_object().member("step", prefix + std::to_string(step.number)).member("title", step.title);
    out.member("verdict", verdict).end_object();
  }
  out.end_array();
}

Failure not_a_document(const Failure &failure) {
  return fail(failure.status, Reason::transcript_json, failure.message, name_of(failure.reason));
}

}  // namespace

Result<std::string> judge_transcript(std::string_view text, uint64_t now_s, bool explain) {
  const auto document = json::Document::parse(text, kLimits);
  json::Writer out, members;
  std::string ceremony;
  out.begin_object();
  Result<Done> verdict = done;
  if (document.has_value() && document.value().root().type() == json::Type::object) {
    const json::Value root = document.value().root();
    if (const auto id = root.find("id"); id && id->type() == json::Type::string)
      out.member("id", id->as_text().value());
    if (const auto name = root.find("ceremony"); name && name->type() == json::Type::string)
      ceremony = name->as_text().value();
    members.begin_object();
    verdict = judge(root, ceremony, now_s, members);
  } else {
    verdict = document.has_value() ? Result<Done>(bad("")) : Result<Done>(not_a_document(document.error()));
  }
  const Failure *failure = verdict.has_value() ? nullptr : &verdict.error();
  // What did not complete is no verdict.
  if (failure && static_cast<int32_t>(failure->status) < 0 && failure->status != Status::err_argument &&
      failure->status != Status::err_unsupported)
    return *failure;
  out.member("ok", !failure);
  if (failure) {
    write_refusal(out, ceremony, *failure);
  } else {
    const std::string more = members.end_object().take();
    out.raw_members(std::string_view(more).substr(1, more.size() - 2));
  }
  if (explain) write_steps(out, ceremony, failure);
  return out.end_object().take();
}

Result<std::string> judge_signature(std::string_view text) {
  const auto document = json::Document::parse(text, kLimits);
  json::Writer out;
  out.begin_object();
  const auto verdict = [&]() -> Result<Done> {
    if (!document.has_value()) return not_a_document(document.error());
    const json::Value root = document.value().root();
    if (root.type() != json::Type::object) return bad("");
    if (const auto id = root.find("id"); id && id->type() == json::Type::string)
      out.member("id", id->as_text().value());
    MFA_TRY(const Bytes encoded, optional_bytes(root, "public_key"));
    MFA_TRY(const Bytes message, optional_bytes(root, "message"));
    MFA_TRY(const Bytes signature, optional_bytes(root, "signature"));
    MFA_TRY(const cose::PublicKey key, cose::PublicKey::parse(encoded));
    MFA_TRY(key.check_new());
    if (const auto rs1 = root.find("rs1");
        key.algorithm() == cose::kRs1 && !(rs1 && rs1->as_bool().has_value() && rs1->as_bool().value()))
      return fail(Status::denied, Reason::cose_algorithm, "RS1 is not accepted without \"rs1\":true");
    return key.verify(message, signature);
  }();
  const Failure *failure = verdict.has_value() ? nullptr : &verdict.error();
  if (failure && static_cast<int32_t>(failure->status) < 0 && failure->status != Status::err_unsupported)
    return *failure;
  out.member("ok", !failure);
  if (failure) out.member("reason", name_of(failure->reason)).member("message", failure->message);
  return out.end_object().take();
}

}  // namespace mfa::tools
