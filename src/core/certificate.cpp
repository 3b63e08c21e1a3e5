#include "core/certificate.hpp"

#include <openssl/x509v3.h>

#include <algorithm>

#include "core/der.hpp"
#include "core/digest.hpp"
#include "core/openssl.hpp"

namespace mfa {
namespace {

using openssl::Errors;

// Object identifiers in DER: RFC 3279 section 2.3.1, RFC 5480 section 2.1.1, RFC 8410 section 3, RFC 9881.
constexpr uint8_t kRsa[] = {0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01};
constexpr uint8_t kEcPublicKey[] = {0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01};
constexpr uint8_t kP256[] = {0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07};
constexpr uint8_t kP384[] = {0x2B, 0x81, 0x04, 0x00, 0x22}, kP521[] = {0x2B, 0x81, 0x04, 0x00, 0x23};
constexpr uint8_t kSecp256k1[] = {0x2B, 0x81, 0x04, 0x00, 0x0A};
constexpr uint8_t kEd25519[] = {0x2B, 0x65, 0x70}, kEd448[] = {0x2B, 0x65, 0x71};
constexpr uint8_t kMlDsa44[] = {0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, 0x11};
constexpr uint8_t kMlDsa65[] = {0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, 0x12};
constexpr uint8_t kMlDsa87[] = {0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, 0x13};

struct CurveRow {
  ByteView id;
  Curve curve;
  size_t bytes;  // of a coordinate
};
constexpr CurveRow kCurves[] = {{kP256, Curve::p256, 32},
                                {kP384, Curve::p384, 48},
                                {kP521, Curve::p521, 66},
                                {kSecp256k1, Curve::secp256k1, 32}};

// Keys that are their bytes.
struct RawRow {
  ByteView id;
  KeyType type;
  Curve curve;
};
constexpr RawRow kRawKeys[] = {{kEd25519, KeyType::okp, Curve::ed25519},
                               {kEd448, KeyType::okp, Curve::ed448},
                               {kMlDsa44, KeyType::akp, Curve::none},
                               {kMlDsa65, KeyType::akp, Curve::none},
                               {kMlDsa87, KeyType::akp, Curve::none}};

Failure bad(const char *message) { return fail(Status::malformed, Reason::certificate_malformed, message); }
// Where OpenSSL failed, which want of memory also makes it do.
Failure refused(const Errors &errors, const char *message) {
  return errors.refused(Status::malformed, Reason::certificate_malformed, message);
}

int nid_of(Certificate::Attribute attribute) {
  switch (attribute) {
    case Certificate::Attribute::country: return NID_countryName;
    case Certificate::Attribute::organization: return NID_organizationName;
    case Certificate::Attribute::organizational_unit: return NID_organizationalUnitName;
    case Certificate::Attribute::common_name: return NID_commonName;
  }
  return NID_undef;
}

ByteView key_bits(const X509 *certificate) {
  const ASN1_BIT_STRING *key = ::X509_get0_pubkey_bitstr(certificate);
  return {::ASN1_STRING_get0_data(key), static_cast<size_t>(::ASN1_STRING_length(key))};
}

ByteView id_of(const ASN1_OBJECT *object) { return {::OBJ_get0_data(object), ::OBJ_length(object)}; }

// The parameters are a named curve: one that is spelled out may look like it and have another generator. The
// point is uncompressed; whether it is on the curve is for those to say who verify with it.
Result<KeyMaterial> ec_key(const X509_ALGOR *algorithm, ByteView point) {
  int type = V_ASN1_UNDEF;
  const void *parameters = nullptr;
  ::X509_ALGOR_get0(nullptr, &type, &parameters, algorithm);
  if (type != V_ASN1_OBJECT) return bad("a certificate's key on a curve without a name");
  const ByteView curve = id_of(static_cast<const ASN1_OBJECT *>(parameters));
  const auto *row = std::find_if(std::begin(kCurves), std::end(kCurves),
                                 [&](const CurveRow &named) { return same(named.id, curve); });
  if (row == std::end(kCurves)) return bad("a certificate's key on a curve that is not known");
  if (point.size() != 1 + 2 * row->bytes || point[0] != 0x04)
    return bad("a certificate's key that is not an uncompressed point");
  return KeyMaterial{.type = KeyType::ec2,
                     .curve = row->curve,
                     .x = copy_of(point.subspan(1, row->bytes)),
                     .y = copy_of(point.subspan(1 + row->bytes))};
}

Result<Bytes> take_number(der::Reader &reader) {
  MFA_TRY(ByteView number, reader.take(der::kInteger));
  if (number.empty() || number[0] >= 0x80) return bad("a certificate's RSA key with a number below zero");
  if (number[0] == 0) number = number.subspan(1);
  return copy_of(number);
}

// RFC 8017 section A.1.1: SEQUENCE { modulus, publicExponent }.
Result<KeyMaterial> rsa_key(ByteView encoded) {
  MFA_TRY(const ByteView sequence, der::only(encoded, der::kSequence));
  der::Reader reader(sequence);
  KeyMaterial material{.type = KeyType::rsa};
  MFA_TRY(material.n, take_number(reader));
  MFA_TRY(material.e, take_number(reader));
  MFA_TRY(reader.finish());
  return material;
}

}  // namespace

void Certificate::Free::operator()(x509_st *certificate) const { ::X509_free(certificate); }

Result<Certificate> Certificate::parse(ByteView der) {
  if (der.size() > kMaxCertificateBytes)
    return fail(Status::malformed, Reason::certificate_limit, "a certificate too large");
  const Errors errors;
  const uint8_t *at = der.data();
  openssl::X509Pointer certificate(::d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  if (!certificate) {
    // Once more, for OpenSSL forgets when it failed for want of memory.
    at = der.data();
    certificate.reset(::d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  }
  if (!certificate) return refused(errors, "not a certificate");
  if (at != der.data() + der.size()) return bad("bytes after a certificate");
  return Certificate(certificate.release());
}

int Certificate::version() const { return static_cast<int>(::X509_get_version(certificate_.get())) + 1; }

Result<std::optional<Certificate::Name>> Certificate::subject(Attribute attribute) const {
  const Errors errors;
  const X509_NAME *name = ::X509_get_subject_name(certificate_.get());
  const int at = ::X509_NAME_get_index_by_NID(name, nid_of(attribute), -1);
  if (at < 0 || ::X509_NAME_get_index_by_NID(name, nid_of(attribute), at) >= 0) return std::optional<Name>();
  const ASN1_STRING *value = ::X509_NAME_ENTRY_get_data(::X509_NAME_get_entry(name, at));
  unsigned char *text = nullptr;
  const int size = ::ASN1_STRING_to_UTF8(&text, value);
  if (size < 0) return refused(errors, "a name that cannot be read");
  struct FreeText {
    void operator()(unsigned char *p) const { OPENSSL_free(p); }
  };
  const std::unique_ptr<unsigned char, FreeText> owner(text);
  return std::optional(Name{.text = {reinterpret_cast<const char *>(text), static_cast<size_t>(size)},
                            .type = static_cast<uint8_t>(::ASN1_STRING_type(value))});
}

bool Certificate::has_subject() const {
  return ::X509_NAME_entry_count(::X509_get_subject_name(certificate_.get())) != 0;
}

Result<bool> Certificate::is_for_host(const char *name) const {
  const Errors errors;
  const int answer = ::X509_check_host(certificate_.get(), name, 0, 0, nullptr);
  if (answer == -1) return errors.broken();
  return answer == 1;
}

Result<Bytes> Certificate::key_identifier() const {
  MFA_TRY(const Digest hash, digest(DigestAlgorithm::sha1, key_bits(certificate_.get())));
  return copy_of(hash.view());
}

Bytes Certificate::key_hash() const {
  const Sha256 hash = sha256(key_bits(certificate_.get()));
  return Bytes(hash.begin(), hash.end());
}

std::vector<std::pair<std::string, std::string>> Certificate::summary() const {
  const Errors errors;
  struct FreeBio : openssl::Release<::BIO_free> {};
  // What OpenSSL prints into a memory BIO.
  const auto printed = [](auto print) {
    const std::unique_ptr<BIO, FreeBio> bio(::BIO_new(::BIO_s_mem()));
    char *text = nullptr;
    if (!bio || !print(bio.get())) return std::string();
    const long size = ::BIO_get_mem_data(bio.get(), &text);
    return size > 0 ? std::string(text, static_cast<size_t>(size)) : std::string();
  };
  const auto name = [&](const X509_NAME *of) {
    return printed([of](BIO *bio) { return ::X509_NAME_print_ex(bio, of, 0, XN_FLAG_RFC2253) >= 0; });
  };
  const auto time = [&](const ASN1_TIME *of) {
    return printed([of](BIO *bio) { return ::ASN1_TIME_print(bio, of) == 1; });
  };
  const auto serial = printed(
      [this](BIO *bio) { return ::i2a_ASN1_INTEGER(bio, ::X509_get0_serialNumber(certificate_.get())) > 0; });
  const EVP_PKEY *key = ::X509_get0_pubkey(certificate_.get());
  const char *type = key ? ::EVP_PKEY_get0_type_name(key) : nullptr;
  return {{"subject", name(::X509_get_subject_name(certificate_.get()))},
          {"issuer", name(::X509_get_issuer_name(certificate_.get()))},
          {"serial number", serial},
          {"not before", time(::X509_get0_notBefore(certificate_.get()))},
          {"not after", time(::X509_get0_notAfter(certificate_.get()))},
          {"key", type ? type + std::string(", ") + std::to_string(::EVP_PKEY_get_bits(key)) + " bits"
                       : "unreadable"}};
}

Result<Certificate::Authority> Certificate::authority() const {
  const Errors errors;
  struct FreeConstraints : openssl::Release<::BASIC_CONSTRAINTS_free> {};
  int found = 0;
  const std::unique_ptr<BASIC_CONSTRAINTS, FreeConstraints> constraints(static_cast<BASIC_CONSTRAINTS *>(
      ::X509_get_ext_d2i(certificate_.get(), NID_basic_constraints, &found, nullptr)));
  if (constraints) return constraints->ca != 0 ? Authority::yes : Authority::no;
  if (found == -1) return Authority::unsaid;
  return refused(errors, "basic constraints that cannot be read");
}

Result<std::optional<Certificate::Extension>> Certificate::extension(const char *oid) const {
  const Errors errors;
  struct FreeObject : openssl::Release<::ASN1_OBJECT_free> {};
  const std::unique_ptr<ASN1_OBJECT, FreeObject> object(::OBJ_txt2obj(oid, 1));
  if (!object) return errors.broken();
  const int at = ::X509_get_ext_by_OBJ(certificate_.get(), object.get(), -1);
  if (at < 0) return std::optional<Extension>();
  if (::X509_get_ext_by_OBJ(certificate_.get(), object.get(), at) >= 0) return bad("an extension twice");
  X509_EXTENSION *extension = ::X509_get_ext(certificate_.get(), at);
  const ASN1_OCTET_STRING *value = ::X509_EXTENSION_get_data(extension);
  const uint8_t *data = ::ASN1_STRING_get0_data(value);
  return std::optional(Extension{.value = Bytes(data, data + ::ASN1_STRING_length(value)),
                                 .critical = ::X509_EXTENSION_get_critical(extension) != 0});
}

// Read here and not by OpenSSL, whose own reading forgets that it failed for want of memory.
Result<KeyMaterial> Certificate::public_key() const {
  ASN1_OBJECT *id = nullptr;
  const uint8_t *bits = nullptr;
  int size = 0;
  X509_ALGOR *algorithm = nullptr;
  X509_PUBKEY *key = ::X509_get_X509_PUBKEY(certificate_.get());
  if (!key || ::X509_PUBKEY_get0_param(&id, &bits, &size, &algorithm, key) != 1 || !id || size <= 0)
    return bad("a certificate's key that cannot be read");
  const ByteView type = id_of(id), encoded{bits, static_cast<size_t>(size)};
  if (same(type, kEcPublicKey)) return ec_key(algorithm, encoded);
  if (same(type, kRsa)) {
    auto made = rsa_key(encoded);
    if (!made.has_value()) return bad("a certificate's RSA key that cannot be read");
    return made;
  }
  const auto *row = std::find_if(std::begin(kRawKeys), std::end(kRawKeys),
                                 [&](const RawRow &known) { return same(known.id, type); });
  if (row == std::end(kRawKeys)) return bad("a certificate's key of a type that is not known");
  return KeyMaterial{.type = row->type, .curve = row->curve, .x = copy_of(encoded)};
}

}  // namespace mfa
