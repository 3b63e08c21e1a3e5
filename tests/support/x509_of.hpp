// DER read by OpenSSL, whole, for the tests of these tools.
#pragma once

#include <openssl/x509v3.h>

#include <memory>

#include "support/must.hpp"

namespace mfa::test {

using X509Handle = std::shared_ptr<X509>;
inline X509Handle x509_of(ByteView der) {
  const unsigned char *at = der.data();
  X509 *parsed = ::d2i_X509(nullptr, &at, static_cast<long>(der.size()));
  must(parsed && at == der.data() + der.size(), "not a certificate");
  return {parsed, ::X509_free};
}

inline std::shared_ptr<X509_CRL> crl_of(ByteView der) {
  const unsigned char *at = der.data();
  X509_CRL *parsed = ::d2i_X509_CRL(nullptr, &at, static_cast<long>(der.size()));
  must(parsed && at == der.data() + der.size(), "not a revocation list");
  return {parsed, ::X509_CRL_free};
}

// SubjectPublicKeyInfo, DER.
inline Bytes spki_of(ByteView certificate) {
  const auto parsed = x509_of(certificate);
  unsigned char *der = nullptr;
  const int size = ::i2d_X509_PUBKEY(X509_get_X509_PUBKEY(parsed.get()), &der);
  must(size > 0);
  const Bytes bytes(der, der + size);
  OPENSSL_free(der);
  return bytes;
}

}  // namespace mfa::test
