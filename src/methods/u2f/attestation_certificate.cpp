#include "methods/u2f/attestation_certificate.hpp"

#include <algorithm>
#include <string_view>

#include "core/certificate.hpp"
#include "core/der.hpp"
#include "core/encoding.hpp"
#include "methods/u2f/step.hpp"

namespace mfa::u2f {
namespace {

// SHA-256 of six certificates of early security keys, as other relying parties' libraries list them.
constexpr std::string_view kKnown[] = {"349bca1031f8c82c4ceca38b9cebf1a69df9fb3b94eed99eb3fb9aa3822d26e8",
                                       "dd574527df608e47ae45fbba75a2afdd5c20fd94a02419381813cd55a2a3398f",
                                       "1d8764f0f7cd1352df6150045c8f638e517270e8b5dda1c63ade9c2280240cae",
                                       "d0edc9a91a1677435a953390865d208c55b3183c6759c9b5a7ff494c322558eb",
                                       "6073c436dcd064a48127ddbf6032ac1a66fd59a0c24434f070d4e564c124c897",
                                       "ca993121846c464d666096d35f13bf44c1b05af205f9b4a1e00cf6cc10c5e511"};

// AlgorithmIdentifier of a key on P-256: id-ecPublicKey, secp256r1 (RFC 5480 sections 2.1.1 and 2.1.1.1).
constexpr uint8_t kP256[] = {0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06,
                             0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07};

// The content of subjectPublicKeyInfo: RFC 5280 section 4.1.
Result<ByteView> public_key_info(ByteView certificate) {
  MFA_TRY(const ByteView whole, der::only(certificate, der::kSequence));
  der::Reader certificate_parts(whole);
  MFA_TRY(const ByteView to_be_signed, certificate_parts.take(der::kSequence));
  der::Reader parts(to_be_signed);
  MFA_TRY(der::Element element, parts.next());
  if (element.is_context(0)) {  // version; the serial number follows
    MFA_TRY(parts.next());
  }
  for (int i = 0; i < 4; i++) {  // signature, issuer, validity, subject
    MFA_TRY(parts.take(der::kSequence));
  }
  return parts.take(der::kSequence);
}

}  // namespace

Result<ByteView> take_certificate(ByteView &rest) {
  der::Reader reader(rest);
  MFA_TRY(const ByteView content, under(Reason::u2f_registration_certificate, reader.take(der::kSequence)));
  const auto size = static_cast<size_t>(content.data() + content.size() - rest.data());
  if (size > kMaxCertificateBytes)
    return fail(Status::malformed, Reason::u2f_registration_certificate_limit, "a certificate too large");
  const ByteView certificate = rest.first(size);
  rest = rest.subspan(size);
  return certificate;
}

bool is_known_for_unused_bits(const Sha256 &certificate) {
  return std::find(std::begin(kKnown), std::end(kKnown), hex(certificate)) != std::end(kKnown);
}

Bytes without_unused_bits(ByteView certificate) {
  Bytes repaired = copy_of(certificate);
  // Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm, signatureValue BIT STRING }, RFC 5280
  // section 4.1.
  const auto whole = der::only(certificate, der::kSequence);
  if (!whole.has_value()) return repaired;
  der::Reader parts(whole.value());
  if (!parts.take(der::kSequence).has_value() || !parts.take(der::kSequence).has_value()) return repaired;
  const auto signature = parts.take(der::kBitString);
  if (!signature.has_value() || signature.value().empty() || !parts.at_end()) return repaired;
  // Its first octet counts the unused bits of the last (X.690 section 8.6.2.2).
  repaired[static_cast<size_t>(signature.value().data() - certificate.data())] = 0;
  return repaired;
}

Result<Bytes> read_certificate(ByteView given) {
  Bytes bytes = is_known_for_unused_bits(sha256(given)) ? without_unused_bits(given) : copy_of(given);
  auto parsed = Certificate::parse(bytes);
  if (!parsed.has_value() && parsed.error().status == Status::malformed) {
    bytes = without_unused_bits(given);
    parsed = Certificate::parse(bytes);
  }
  MFA_TRY(under(Reason::u2f_registration_certificate, std::move(parsed)));
  return bytes;
}

Result<ByteView> point_of(ByteView certificate) {
  MFA_TRY(const ByteView info, under(Reason::u2f_registration_certificate_key, public_key_info(certificate)));
  der::Reader parts(info);
  MFA_TRY(const ByteView algorithm,
          under(Reason::u2f_registration_certificate_key, parts.take(der::kSequence)));
  MFA_TRY(const ByteView bits, under(Reason::u2f_registration_certificate_key, parts.take(der::kBitString)));
  if (!same(algorithm, kP256) || bits.size() != 1 + kPublicKeyBytes || bits[0] != 0)
    return fail(Status::malformed, Reason::u2f_registration_certificate_key,
                "the certificate's key is not an uncompressed point on P-256");
  return bits.subspan(1);
}

}  // namespace mfa::u2f
