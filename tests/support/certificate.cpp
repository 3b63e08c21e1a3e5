#include "support/certificate.hpp"

#include <openssl/x509v3.h>

#include "support/must.hpp"

namespace mfa::test {
namespace {

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
