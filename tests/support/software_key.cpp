#include "support/software_key.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <cstdlib>

#include "core/cbor.hpp"

namespace mfa::test {
namespace {

// A test that cannot even make its key is broken, not failing.
void must(bool succeeded) {
  if (succeeded) return;
  std::fputs("tests/support: OpenSSL failed\n", stderr);
  std::abort();
}

Bytes number(EVP_PKEY *key, const char *name, size_t padded = 0) {
  BIGNUM *value = nullptr;
  must(::EVP_PKEY_get_bn_param(key, name, &value) == 1);
  Bytes bytes(padded != 0 ? padded : static_cast<size_t>(BN_num_bytes(value)));
  must(::BN_bn2binpad(value, bytes.data(), static_cast<int>(bytes.size())) >= 0);
  ::BN_free(value);
  return bytes;
}

void add_extension(X509 *certificate, const char *oid, ByteView value, bool critical) {
  ASN1_OBJECT *object = ::OBJ_txt2obj(oid, 1);
  ASN1_OCTET_STRING *data = ::ASN1_OCTET_STRING_new();
  must(object && data && ::ASN1_OCTET_STRING_set(data, value.data(), static_cast<int>(value.size())) == 1);
  X509_EXTENSION *extension = ::X509_EXTENSION_create_by_OBJ(nullptr, object, critical ? 1 : 0, data);
  must(extension && ::X509_add_ext(certificate, extension, -1) == 1);
  ::X509_EXTENSION_free(extension);
  ::ASN1_OCTET_STRING_free(data);
  ::ASN1_OBJECT_free(object);
}

void add_authority(X509 *certificate, bool authority) {
  BASIC_CONSTRAINTS *constraints = ::BASIC_CONSTRAINTS_new();
  must(constraints != nullptr);
  constraints->ca = authority ? 0xFF : 0;
  must(::X509_add1_ext_i2d(certificate, NID_basic_constraints, constraints, 1, X509V3_ADD_APPEND) == 1);
  ::BASIC_CONSTRAINTS_free(constraints);
}

}  // namespace

SoftwareKey::SoftwareKey(int32_t algorithm, evp_pkey_st *key)
    : algorithm_(algorithm), key_(key, ::EVP_PKEY_free) {
  must(key != nullptr);
}

SoftwareKey SoftwareKey::make(int32_t algorithm, unsigned bits) {
  switch (algorithm) {
    case -7: return {algorithm, EVP_EC_gen("P-256")};
    case -8: return {algorithm, ::EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")};
    case -257: return {algorithm, EVP_RSA_gen(bits)};
  }
  must(false);
  return {algorithm, nullptr};
}

Bytes SoftwareKey::cose() const {
  cbor::Writer writer;
  if (algorithm_ == -7) {
    writer.map(5).number(1).number(2).number(3).number(-7).number(-1).number(1);
    writer.number(-2).bytes(number(pkey(), OSSL_PKEY_PARAM_EC_PUB_X, 32));
    writer.number(-3).bytes(number(pkey(), OSSL_PKEY_PARAM_EC_PUB_Y, 32));
  } else if (algorithm_ == -8) {
    Bytes raw(32);
    size_t size = raw.size();
    must(::EVP_PKEY_get_raw_public_key(pkey(), raw.data(), &size) == 1);
    writer.map(4).number(1).number(1).number(3).number(-8).number(-1).number(6).number(-2).bytes(raw);
  } else {
    writer.map(4).number(1).number(3).number(3).number(-257);
    writer.number(-1).bytes(number(pkey(), OSSL_PKEY_PARAM_RSA_N));
    writer.number(-2).bytes(number(pkey(), OSSL_PKEY_PARAM_RSA_E));
  }
  return writer.take();
}

Bytes SoftwareKey::sign(ByteView message) const {
  EVP_MD_CTX *context = ::EVP_MD_CTX_new();
  const EVP_MD *digest = algorithm_ == -8 ? nullptr : ::EVP_sha256();
  must(context && ::EVP_DigestSignInit(context, nullptr, digest, nullptr, pkey()) == 1);
  size_t size = 0;
  must(::EVP_DigestSign(context, nullptr, &size, message.data(), message.size()) == 1);
  Bytes signature(size);
  must(::EVP_DigestSign(context, signature.data(), &size, message.data(), message.size()) == 1);
  signature.resize(size);
  ::EVP_MD_CTX_free(context);
  return signature;
}

Bytes make_certificate(const CertificateSpec &spec, const SoftwareKey &key) {
  X509 *certificate = ::X509_new();
  must(certificate && ::X509_set_version(certificate, spec.version - 1) == 1);
  must(::ASN1_INTEGER_set(::X509_get_serialNumber(certificate), 1) == 1);
  must(::ASN1_TIME_set_string(::X509_getm_notBefore(certificate), "20200101000000Z") == 1);
  must(::ASN1_TIME_set_string(::X509_getm_notAfter(certificate), "20991231235959Z") == 1);
  X509_NAME *name = ::X509_get_subject_name(certificate);
  for (const auto &[attribute, value] : spec.subject) {
    must(::X509_NAME_add_entry_by_txt(name, attribute.c_str(), MBSTRING_UTF8,
                                      reinterpret_cast<const unsigned char *>(value.data()),
                                      static_cast<int>(value.size()), -1, 0) == 1);
  }
  must(::X509_set_issuer_name(certificate, name) == 1 && ::X509_set_pubkey(certificate, key.pkey()) == 1);
  if (spec.authority) add_authority(certificate, *spec.authority);
  for (int i = 0; spec.aaguid && i < spec.aaguid_times; i++)
    add_extension(certificate, "1.3.6.1.4.1.45724.1.1.4", *spec.aaguid, spec.aaguid_critical);
  must(::X509_sign(certificate, key.pkey(), key.algorithm() == -8 ? nullptr : ::EVP_sha256()) > 0);
  unsigned char *der = nullptr;
  const int size = ::i2d_X509(certificate, &der);
  must(size > 0);
  const Bytes bytes(der, der + size);
  OPENSSL_free(der);
  ::X509_free(certificate);
  return bytes;
}

}  // namespace mfa::test
