#include "core/certificate.hpp"

#include <openssl/core_names.h>
#include <openssl/x509v3.h>

#include <algorithm>

#include "core/digest.hpp"
#include "core/openssl.hpp"

namespace mfa {
namespace {

using openssl::Errors;

struct CurveRow {
  std::string_view group;  // OpenSSL's name
  Curve curve;
  size_t bytes;  // of a coordinate
};
constexpr CurveRow kCurves[] = {{SN_X9_62_prime256v1, Curve::p256, 32},
                                {SN_secp384r1, Curve::p384, 48},
                                {SN_secp521r1, Curve::p521, 66},
                                {SN_secp256k1, Curve::secp256k1, 32}};

// Keys that are their bytes.
struct RawRow {
  const char *name;  // OpenSSL's
  KeyType type;
  Curve curve;
};
constexpr RawRow kRawKeys[] = {{"ED25519", KeyType::okp, Curve::ed25519},
                               {"ED448", KeyType::okp, Curve::ed448},
                               {"ML-DSA-44", KeyType::akp, Curve::none},
                               {"ML-DSA-65", KeyType::akp, Curve::none},
                               {"ML-DSA-87", KeyType::akp, Curve::none}};

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

Result<openssl::Number> number_of(const Errors &errors, const EVP_PKEY *key, const char *name) {
  BIGNUM *number = nullptr;
  if (::EVP_PKEY_get_bn_param(key, name, &number) != 1) return errors.broken();
  return openssl::Number(number);
}

Result<Bytes> bytes_of(const Errors &errors, const EVP_PKEY *key, const char *name, size_t padded = 0) {
  MFA_TRY(const openssl::Number number, number_of(errors, key, name));
  const size_t size = padded != 0 ? padded : static_cast<size_t>(BN_num_bytes(number.get()));
  Bytes bytes(size);
  if (::BN_bn2binpad(number.get(), bytes.data(), static_cast<int>(size)) < 0)
    return bad("a coordinate too long");
  return bytes;
}

Result<KeyMaterial> ec_key(const Errors &errors, const EVP_PKEY *key) {
  // A curve spelled out in parameters may look like a named one and have another generator.
  int spelled_out = 1;
  char group[32] = {};
  if (::EVP_PKEY_get_int_param(key, OSSL_PKEY_PARAM_EC_DECODED_FROM_EXPLICIT_PARAMS, &spelled_out) != 1 ||
      spelled_out != 0 ||
      ::EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, group, sizeof group, nullptr) != 1) {
    return bad("a certificate's key on a curve without a name");
  }
  const auto *row = std::find_if(std::begin(kCurves), std::end(kCurves),
                                 [&](const CurveRow &named) { return named.group == group; });
  if (row == std::end(kCurves)) return bad("a certificate's key on a curve that is not known");
  KeyMaterial material{.type = KeyType::ec2, .curve = row->curve};
  MFA_TRY(material.x, bytes_of(errors, key, OSSL_PKEY_PARAM_EC_PUB_X, row->bytes));
  MFA_TRY(material.y, bytes_of(errors, key, OSSL_PKEY_PARAM_EC_PUB_Y, row->bytes));
  return material;
}

Result<KeyMaterial> rsa_key(const Errors &errors, const EVP_PKEY *key) {
  KeyMaterial material{.type = KeyType::rsa};
  MFA_TRY(material.n, bytes_of(errors, key, OSSL_PKEY_PARAM_RSA_N));
  MFA_TRY(material.e, bytes_of(errors, key, OSSL_PKEY_PARAM_RSA_E));
  return material;
}

Result<KeyMaterial> raw_key(const Errors &errors, const EVP_PKEY *key, const RawRow &row) {
  KeyMaterial material{.type = row.type, .curve = row.curve};
  size_t size = 0;
  if (::EVP_PKEY_get_raw_public_key(key, nullptr, &size) != 1) return errors.broken();
  material.x.resize(size);
  if (::EVP_PKEY_get_raw_public_key(key, material.x.data(), &size) != 1 || size != material.x.size())
    return errors.broken();
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
  if (!certificate) return refused(errors, "not a certificate");
  if (at != der.data() + der.size()) return bad("bytes after a certificate");
  return Certificate(certificate.release());
}

int Certificate::version() const { return static_cast<int>(::X509_get_version(certificate_.get())) + 1; }

Result<std::optional<std::string>> Certificate::subject(Attribute attribute) const {
  const Errors errors;
  const X509_NAME *name = ::X509_get_subject_name(certificate_.get());
  const int at = ::X509_NAME_get_index_by_NID(name, nid_of(attribute), -1);
  if (at < 0 || ::X509_NAME_get_index_by_NID(name, nid_of(attribute), at) >= 0)
    return std::optional<std::string>();
  unsigned char *text = nullptr;
  const int size = ::ASN1_STRING_to_UTF8(&text, ::X509_NAME_ENTRY_get_data(::X509_NAME_get_entry(name, at)));
  if (size < 0) return refused(errors, "a name that cannot be read");
  struct FreeText {
    void operator()(unsigned char *p) const { OPENSSL_free(p); }
  };
  const std::unique_ptr<unsigned char, FreeText> owner(text);
  return std::optional(std::string(reinterpret_cast<const char *>(text), static_cast<size_t>(size)));
}

bool Certificate::has_subject() const {
  return ::X509_NAME_entry_count(::X509_get_subject_name(certificate_.get())) != 0;
}

bool Certificate::is_for_host(const char *name) const {
  return ::X509_check_host(certificate_.get(), name, 0, 0, nullptr) == 1;
}

Result<Bytes> Certificate::key_identifier() const {
  const ASN1_BIT_STRING *key = ::X509_get0_pubkey_bitstr(certificate_.get());
  const uint8_t *data = ::ASN1_STRING_get0_data(key);
  MFA_TRY(const Digest hash,
          digest(DigestAlgorithm::sha1, {data, static_cast<size_t>(::ASN1_STRING_length(key))}));
  return copy_of(hash.view());
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

Result<KeyMaterial> Certificate::public_key() const {
  const Errors errors;
  const EVP_PKEY *key = ::X509_get0_pubkey(certificate_.get());
  if (!key) return refused(errors, "a certificate's key that cannot be read");
  if (::EVP_PKEY_is_a(key, "EC") == 1) return ec_key(errors, key);
  if (::EVP_PKEY_is_a(key, "RSA") == 1) return rsa_key(errors, key);
  for (const RawRow &row : kRawKeys) {
    if (::EVP_PKEY_is_a(key, row.name) == 1) return raw_key(errors, key, row);
  }
  return bad("a certificate's key of a type that is not known");
}

}  // namespace mfa
