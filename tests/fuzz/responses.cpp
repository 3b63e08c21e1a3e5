// What a browser sends in a WebAuthn ceremony, whole and part by part; the other parts are right.
#include "core/digest.hpp"
#include "fuzz/expectation.hpp"
#include "fuzz/targets.hpp"
#include "methods/webauthn/authenticator_data.hpp"
#include "methods/webauthn/extensions.hpp"

namespace mfa::fuzz {
namespace {

using namespace mfa::webauthn;

constexpr uint8_t kAttestedFlag = 1u << 6;

Bytes client_data(const char *type) {
  return copy_of(bytes_of(std::string(R"({"type":"webauthn.)") + type + R"(","challenge":")" +
                          base64url(Bytes(32, 0x5A)) + R"(","origin":")" + kOrigin + R"("})"));
}

Bytes authenticator_data(bool attested) {
  const Sha256 hash = sha256(bytes_of(kRpId));
  Bytes data(hash.begin(), hash.end());
  data.push_back(static_cast<uint8_t>(kUserPresent | kUserVerified | (attested ? kAttestedFlag : 0)));
  data.insert(data.end(), {0, 0, 0, 1});
  if (!attested) return data;
  data.insert(data.end(), 16, 0);
  data.insert(data.end(), {0, 1, 7});
  const Bytes key = some_key();
  data.insert(data.end(), key.begin(), key.end());
  return data;
}

Bytes without_statement(ByteView data) {
  cbor::Writer out;
  out.map(3).text("fmt").text("none").text("attStmt").map(0).text("authData").bytes(data);
  return out.take();
}

void registers(const Expected &expected, const Result<Response> &response) {
  require_answer(response);
  if (!response.has_value()) return;
  const auto made = verify_registration(expected, kNow, response.value());
  require_answer(made);
  require(!outputs_json(response.value()).empty());
  if (!made.has_value()) return;
  // A record can be read again.
  cbor::Writer out;
  encode(out, made.value().credential);
  const auto document = cbor::Document::parse(out.view());
  require(document.has_value() && decode(document.value().root()).has_value());
}

void signs_in(const Expected &expected, const Result<Response> &response) {
  require_answer(response);
  if (!response.has_value()) return;
  static const cose::PublicKey kKey = cose::PublicKey::parse(some_key()).value();
  Credential credential{.id = response.value().id,
                        .public_key = some_key(),
                        .algorithm = -7,
                        .user_handle = expected.user_handle,
                        .rp_id = expected.rp_id};
  credential.backup_eligible_known = false;
  credential.cred_protect = 3;
  require_answer(verify_assertion(expected, credential, kKey, response.value()));
  require(!outputs_json(response.value()).empty());
}

}  // namespace

// The first byte chooses the ceremony and what is expected of frames.
void run_client_data(ByteView input) {
  Parts parts(input);
  const uint8_t choice = parts.byte();
  Expected expected = expectation();
  expected.allow_cross_origin = (choice & 2) != 0;
  RawResponse raw{.client_data = copy_of(parts.rest())};
  if ((choice & 1) == 0) {
    raw.attestation_object = without_statement(authenticator_data(true));
    registers(expected, read_response(std::move(raw)));
  } else {
    raw.id = Bytes(1, 7);
    raw.authenticator_data = authenticator_data(false);
    raw.signature = Bytes(8, 1);
    signs_in(expected, read_response(std::move(raw)));
  }
}

void run_authenticator_data(ByteView input) {
  Parts parts(input);
  const uint8_t choice = parts.byte();
  Expected expected = expectation();
  expected.policy.noncanonical_cbor = (choice & 2) != 0;
  expected.policy.rs1 = (choice & 4) != 0;
  expected.asked = Asked{.names = {"credProtect"}, .cred_protect = 2, .cred_protect_enforced = true};
  if ((choice & 8) != 0) expected.asked.reset();
  RawResponse raw;
  if ((choice & 1) == 0) {
    raw.client_data = client_data("create");
    raw.attestation_object = without_statement(parts.rest());
    registers(expected, read_response(std::move(raw)));
  } else {
    raw.id = Bytes(1, 7);
    raw.client_data = client_data("get");
    raw.authenticator_data = copy_of(parts.rest());
    raw.signature = Bytes(8, 1);
    signs_in(expected, read_response(std::move(raw)));
  }
}

// Switches, the client data that a statement is about, and the object.
void run_attestation_object(ByteView input) {
  Parts parts(input);
  Expected expected = expectation();
  const unsigned high = parts.byte();
  expected.policy = policy_of(high << 8 | parts.byte());
  RawResponse raw{.client_data = copy_of(parts.part())};
  raw.attestation_object = copy_of(parts.rest());
  registers(expected, read_response(std::move(raw)));
}

void run_response(ByteView input) {
  const auto response = parse_response(text_of(input));
  if (response.has_value() && !response.value().registration) {
    signs_in(expectation(), response);
  } else {
    registers(expectation(), response);
  }
}

}  // namespace mfa::fuzz
