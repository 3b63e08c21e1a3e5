#include "methods/u2f/attestation_certificate.hpp"

#include <algorithm>
#include <string_view>

#include "core/der.hpp"
#include "core/encoding.hpp"
#include "methods/u2f/step.hpp"

namespace mfa::u2f {
namespace {

constexpr int32_t kEs256 = -7;

// SHA-256 of six certificates of early security keys, as other relying parties' libraries list them.
constexpr std::string_view kKnown[] = {"349bca1031f8c82c4ceca38b9cebf1a69df9fb3b94eed99eb3fb9aa3822d26e8",
                                       "dd574527df608e47ae45fbba75a2afdd5c20fd94a02419381813cd55a2a3398f",
                                       "1d8764f0f7cd1352df6150045c8f638e517270e8b5dda1c63ade9c2280240cae",
                                       "d0edc9a91a1677435a953390865d208c55b3183c6759c9b5a7ff494c322558eb",
                                       "6073c436dcd064a48127ddbf6032ac1a66fd59a0c24434f070d4e564c124c897",
                                       "ca993121846c464d666096d35f13bf44c1b05af205f9b4a1e00cf6cc10c5e511"};

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

Result<AttestationCertificate> read_certificate(ByteView given) {
  Bytes bytes = is_known_for_unused_bits(sha256(given)) ? without_unused_bits(given) : copy_of(given);
  auto parsed = Certificate::parse(bytes);
  if (!parsed.has_value() && parsed.error().status == Status::malformed) {
    bytes = without_unused_bits(given);
    parsed = Certificate::parse(bytes);
  }
  MFA_TRY(Certificate certificate, under(Reason::u2f_registration_certificate, std::move(parsed)));
  return AttestationCertificate{std::move(bytes), std::move(certificate)};
}

Result<cose::PublicKey> key_of(const Certificate &certificate) {
  MFA_TRY(const KeyMaterial material,
          under(Reason::u2f_registration_certificate_key, certificate.public_key()));
  return under(Reason::u2f_registration_certificate_key, cose::PublicKey::make(kEs256, material));
}

}  // namespace mfa::u2f
