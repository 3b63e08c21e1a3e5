#include <algorithm>

#include "methods/u2f/attestation_certificate.hpp"
#include "methods/u2f/client_data.hpp"
#include "methods/u2f/p256.hpp"
#include "methods/u2f/response.hpp"
#include "methods/u2f/step.hpp"

namespace mfa::u2f {
namespace {

constexpr ClientDataSteps kClientData = {"navigator.id.finishEnrollment",
                                         Reason::u2f_registration_client_data,
                                         Reason::u2f_registration_client_data_member,
                                         Reason::u2f_registration_type,
                                         Reason::u2f_registration_challenge,
                                         Reason::u2f_registration_origin};
constexpr SignatureSteps kSignature = {Reason::u2f_registration_signature_encoding,
                                       Reason::u2f_registration_signature};
constexpr uint8_t kReserved = 0x05;

Failure bad(Reason reason, const char *message) { return fail(Status::malformed, reason, message); }

// The message of section 4.3, views into it.
struct Message {
  ByteView public_key, key_handle, certificate, signature;
};

// The first `size` bytes of `rest`, which then begins behind them.
Result<ByteView> take(ByteView &rest, size_t size) {
  if (rest.size() < size) return bad(Reason::u2f_registration_truncated, "registrationData is cut off");
  const ByteView taken = rest.first(size);
  rest = rest.subspan(size);
  return taken;
}

Result<Message> split(ByteView data) {
  Message message;
  MFA_TRY(const ByteView reserved, take(data, 1));
  // "A reserved byte [1 byte], which for legacy reasons has the value 0x05."
  if (reserved[0] != kReserved)
    return bad(Reason::u2f_registration_reserved, "registrationData does not begin with 05");
  MFA_TRY(message.public_key, take(data, kPublicKeyBytes));
  MFA_TRY(const ByteView length, take(data, 1));
  if (length[0] == 0) return bad(Reason::u2f_registration_key_handle, "a key handle of no bytes");
  MFA_TRY(message.key_handle, take(data, length[0]));
  MFA_TRY(message.certificate, take_certificate(data));
  message.signature = data;  // "The remaining bytes in the message are a signature."
  return message;
}

void append(Bytes &out, ByteView bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); }

}  // namespace

Result<Registration> verify_registration(const Expected &expected, ByteView registration_data,
                                         ByteView client_data) {
  MFA_TRY(check(expected));
  MFA_TRY(const Message message, split(registration_data));
  MFA_TRY(under(Reason::u2f_registration_public_key, read_point(message.public_key)));
  MFA_TRY(AttestationCertificate certificate, read_certificate(message.certificate));
  MFA_TRY(const cose::PublicKey key, key_of(certificate.parsed));
  MFA_TRY(check_client_data(expected, client_data, kClientData));

  Bytes signed_bytes = {0x00};
  append(signed_bytes, sha256(bytes_of(expected.app_id)));
  append(signed_bytes, sha256(client_data));
  append(signed_bytes, message.key_handle);
  append(signed_bytes, message.public_key);
  MFA_TRY(check_signature(key, signed_bytes, message.signature, kSignature));

  Registration registration{.key_handle = copy_of(message.key_handle),
                            .certificate = std::move(certificate.der)};
  std::copy(message.public_key.begin(), message.public_key.end(), registration.public_key.begin());
  return registration;
}

Result<Registration> verify_registration(const Expected &expected, std::string_view json) {
  MFA_TRY(check(expected));
  MFA_TRY(const RegisterResponse response, parse_register_response(json));
  return verify_registration(expected, response.registration_data, response.client_data);
}

}  // namespace mfa::u2f
