// The FIDO U2F attestation statement format, section 8.6.
#include <algorithm>

#include "methods/webauthn/attestation.hpp"
#include "methods/webauthn/formats/certificates.hpp"
#include "methods/webauthn/step.hpp"

namespace mfa::webauthn {
namespace {

constexpr int32_t kEs256 = -7;

struct U2f {
  ByteView signature;
  cbor::Item x5c;
};

Result<U2f> read(const cbor::Item &statement) {
  MFA_TRY(const cbor::Item item, statement.need("sig"));
  MFA_TRY(const ByteView signature, item.as_bytes());
  MFA_TRY(const cbor::Item x5c, statement.need("x5c"));
  return U2f{.signature = signature, .x5c = x5c};
}

// "publicKeyU2F be the concatenation 0x04 || x || y": an ES256 key has coordinates of 32 bytes already.
Result<Bytes> public_key_u2f(const Statement &statement) {
  MFA_TRY(const KeyMaterial key, under(Reason::registration_u2f_credential_key,
                                       cose::material_in(statement.authenticator_data.public_key)));
  if (key.curve != Curve::p256)
    return fail(Status::wrong, Reason::registration_u2f_credential_key, "a credential key not on P-256");
  Bytes point{0x04};
  point.insert(point.end(), key.x.begin(), key.x.end());
  point.insert(point.end(), key.y.begin(), key.y.end());
  return point;
}

Bytes verification_data(const Statement &statement, const Bytes &public_key) {
  const AuthenticatorData &data = statement.authenticator_data;
  Bytes message{0x00};
  const auto append = [&message](ByteView part) { message.insert(message.end(), part.begin(), part.end()); };
  append(data.rp_id_hash);
  append(statement.client_data_hash);
  append(data.credential_id);
  append(public_key);
  return message;
}

}  // namespace

Result<Attestation> verify_fido_u2f(const Statement &statement) {
  MFA_TRY(const U2f u2f, under(Reason::registration_statement, read(statement.attStmt)));
  if (u2f.x5c.type() == cbor::Type::array && u2f.x5c.size() != 1)
    return fail(Status::malformed, Reason::registration_u2f_x5c, "not exactly one attestation certificate");
  MFA_TRY(Chain chain, read_chain(u2f.x5c));
  MFA_TRY(const cose::PublicKey key,
          attestation_key(chain.certificates.front(), kEs256, Reason::registration_u2f_certificate_key));
  MFA_TRY(const Bytes public_key, public_key_u2f(statement));
  MFA_TRY(under(Reason::registration_u2f_signature,
                key.verify(verification_data(statement, public_key), u2f.signature)));
  const auto &aaguid = statement.authenticator_data.aaguid;
  const bool zero = std::all_of(aaguid.begin(), aaguid.end(), [](uint8_t byte) { return byte == 0; });
  if (statement.policy.fido_u2f_zero_aaguid && !zero)
    return fail(Status::denied, Reason::registration_u2f_aaguid, "a U2F authenticator with an AAGUID");
  return Attestation{.type = "basic", .trust_path = std::move(chain.der)};
}

}  // namespace mfa::webauthn
