#include "core/digest.hpp"
#include "methods/u2f/client_data.hpp"
#include "methods/u2f/p256.hpp"
#include "methods/u2f/response.hpp"
#include "methods/u2f/step.hpp"

namespace mfa::u2f {
namespace {

constexpr ClientDataSteps kClientData = {"navigator.id.getAssertion",
                                         Reason::u2f_authentication_client_data,
                                         Reason::u2f_authentication_client_data_member,
                                         Reason::u2f_authentication_type,
                                         Reason::u2f_authentication_challenge,
                                         Reason::u2f_authentication_origin};
constexpr SignatureSteps kSignature = {Reason::u2f_authentication_signature_encoding,
                                       Reason::u2f_authentication_signature};
constexpr uint8_t kUserPresent = 0x01;
constexpr size_t kHeadBytes = 5;  // user presence and counter

// What the host kept, not what a client sent: no answer may be above zero for it.
Result<cose::PublicKey> kept_key(ByteView public_key) {
  auto key = read_point(public_key);
  if (key.has_value() || static_cast<int32_t>(key.error().status) < 0) return key;
  return fail(Status::err_argument, Reason::u2f_public_key,
              "the public key is no point on P-256, 65 bytes 04 x y", name_of(key.error().reason));
}

uint32_t counter_in(ByteView head) {
  uint32_t counter = 0;
  for (const uint8_t byte : head.subspan(1, 4)) counter = counter << 8 | byte;
  return counter;
}

void append(Bytes &out, ByteView bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); }

}  // namespace

Result<Authentication> verify_authentication(const Expected &expected, ByteView public_key,
                                             uint32_t last_counter, ByteView signature_data,
                                             ByteView client_data) {
  MFA_TRY(check(expected));
  MFA_TRY(const cose::PublicKey key, kept_key(public_key));
  if (signature_data.size() < kHeadBytes)
    return fail(Status::malformed, Reason::u2f_authentication_truncated, "signatureData is cut off");
  const ByteView head = signature_data.first(kHeadBytes);
  MFA_TRY(check_client_data(expected, client_data, kClientData));
  // "Bit 0 is set to 1, which means that user presence was verified"; bits 1 to 7 "are reserved for future
  // use" (section 5.4): they are signed, and may be anything.
  if ((head[0] & kUserPresent) == 0)
    return fail(Status::wrong, Reason::u2f_authentication_user_presence, "made without a user present");

  Bytes signed_bytes;
  append(signed_bytes, sha256(bytes_of(expected.app_id)));
  append(signed_bytes, head);
  append(signed_bytes, sha256(client_data));
  MFA_TRY(check_signature(key, signed_bytes, signature_data.subspan(kHeadBytes), kSignature));

  const uint32_t counter = counter_in(head);
  return Authentication{counter, counter > last_counter ? 0 : uint32_t{MFA_SIGNAL_CLONE_SUSPECTED}};
}

Result<Authentication> verify_authentication(const Expected &expected, ByteView public_key,
                                             uint32_t last_counter, std::string_view json) {
  MFA_TRY(check(expected));
  MFA_TRY(const SignResponse response, parse_sign_response(json));
  return verify_authentication(expected, public_key, last_counter, response.signature_data,
                               response.client_data);
}

}  // namespace mfa::u2f
