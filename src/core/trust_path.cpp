#include "core/trust_path.hpp"

#include <openssl/x509_vfy.h>

#include <limits>

#include "core/certificate.hpp"
#include "core/openssl.hpp"

namespace mfa {
namespace {

using openssl::Errors;

// RSA and DH from 2048 bits, elliptic curves from 224; no SHA-1 (OpenSSL's security level).
constexpr int kSecurityLevel = 2;
constexpr int kMaxDepth = 8;
constexpr size_t kMaxCrlBytes = 16 * 1024 * 1024;

using Crl = std::shared_ptr<X509_CRL>;
using Shared = std::shared_ptr<X509>;

// Twice, for OpenSSL forgets when it failed for want of memory.
template <class T, auto Decode, auto Free>
Result<std::shared_ptr<T>> read_der(ByteView der, size_t most, Reason limit, Reason malformed) {
  if (der.size() > most) return fail(Status::malformed, limit, "a certificate or revocation list too large");
  const Errors errors;
  for (int i = 0; i < 2; i++) {
    const uint8_t *at = der.data();
    std::shared_ptr<T> read(Decode(nullptr, &at, static_cast<long>(der.size())), Free);
    if (read && at == der.data() + der.size()) return read;
  }
  return errors.refused(Status::malformed, malformed, "not a certificate, or not a revocation list");
}

Result<Shared> read_certificate(ByteView der) {
  return read_der<X509, ::d2i_X509, ::X509_free>(der, kMaxCertificateBytes, Reason::certificate_limit,
                                                 Reason::certificate_malformed);
}
Result<Crl> read_crl(ByteView der) {
  return read_der<X509_CRL, ::d2i_X509_CRL, ::X509_CRL_free>(der, kMaxCrlBytes, Reason::crl_malformed,
                                                             Reason::crl_malformed);
}

// A stack that borrows.
struct FreeCertificates {
  void operator()(STACK_OF(X509) * stack) const { sk_X509_free(stack); }
};
struct FreeCrls {
  void operator()(STACK_OF(X509_CRL) * stack) const { sk_X509_CRL_free(stack); }
};
using Certificates = std::unique_ptr<STACK_OF(X509), FreeCertificates>;
using Crls = std::unique_ptr<STACK_OF(X509_CRL), FreeCrls>;

Certificates stack_of(const std::vector<Shared> &certificates, size_t from = 0) {
  Certificates stack(sk_X509_new_null());
  for (size_t i = from; stack && i < certificates.size(); i++) {
    if (sk_X509_push(stack.get(), certificates[i].get()) == 0) return nullptr;
  }
  return stack;
}

Crls stack_of(const std::vector<Crl> &crls) {
  Crls stack(sk_X509_CRL_new_null());
  for (size_t i = 0; stack && i < crls.size(); i++) {
    if (sk_X509_CRL_push(stack.get(), crls[i].get()) == 0) return nullptr;
  }
  return stack;
}

// The lists are what the caller has: an issuer without one is no reason to refuse. An anchor is trusted
// without its own issuer, also as to revocation.
int on_verify(int ok, X509_STORE_CTX *context) {
  const int error = ::X509_STORE_CTX_get_error(context);
  if (ok == 1 || (error != X509_V_ERR_UNABLE_TO_GET_CRL && error != X509_V_ERR_UNABLE_TO_GET_CRL_ISSUER))
    return ok;
  ::X509_STORE_CTX_set_error(context, X509_V_OK);
  return 1;
}

// "cA" is what makes an issuer: OpenSSL also takes one that only has the key usage. An anchor of version 1
// can have neither, and is trusted for being an anchor.
bool issuers_may_issue(X509_STORE_CTX *context) {
  const STACK_OF(X509) *chain = ::X509_STORE_CTX_get0_chain(context);
  const int count = sk_X509_num(chain);
  for (int i = 1; i < count; i++) {
    X509 *issuer = sk_X509_value(chain, i);
    const bool anchor = i == count - 1;
    if (::X509_check_ca(issuer) != 1 && !(anchor && ::X509_get_version(issuer) == X509_VERSION_1))
      return false;
  }
  return true;
}

}  // namespace

struct TrustAnchors::Impl {
  std::vector<Shared> certificates;
  std::vector<Crl> crls;
};

Result<TrustAnchors> TrustAnchors::make(const std::vector<ByteView> &certificates,
                                        const std::vector<ByteView> &crls) {
  auto impl = std::make_shared<Impl>();
  const auto placed = [](auto result, const char *list, size_t at) {
    if (!result.has_value()) result.error().detail = std::string(list) + "." + std::to_string(at);
    return result;
  };
  for (size_t i = 0; i < certificates.size(); i++) {
    MFA_TRY(Shared certificate, placed(read_certificate(certificates[i]), "anchors", i));
    impl->certificates.push_back(std::move(certificate));
  }
  for (size_t i = 0; i < crls.size(); i++) {
    MFA_TRY(Crl crl, placed(read_crl(crls[i]), "crls", i));
    impl->crls.push_back(std::move(crl));
  }
  return TrustAnchors(std::move(impl));
}

TrustAnchors TrustAnchors::with(const TrustAnchors &more) const {
  auto impl = std::make_shared<Impl>(*impl_);
  const Impl &other = *more.impl_;
  impl->certificates.insert(impl->certificates.end(), other.certificates.begin(), other.certificates.end());
  impl->crls.insert(impl->crls.end(), other.crls.begin(), other.crls.end());
  return TrustAnchors(std::move(impl));
}

size_t TrustAnchors::size() const { return impl_->certificates.size(); }

Result<Done> TrustAnchors::check(const std::vector<Bytes> &chain, uint64_t now_s) const {
  struct FreeContext : openssl::Release<::X509_STORE_CTX_free> {};
  if (chain.empty() || empty())
    return fail(Status::wrong, Reason::trust_path, "no certificate, or nothing that is trusted");
  if (now_s > static_cast<uint64_t>(std::numeric_limits<time_t>::max()))
    return fail(Status::err_argument, Reason::argument_range, "a time that is out of range");
  std::vector<Shared> presented;
  for (const Bytes &der : chain) {
    MFA_TRY(Shared certificate, read_certificate(der));
    presented.push_back(std::move(certificate));
  }
  const Errors errors;
  const Certificates trusted = stack_of(impl_->certificates), others = stack_of(presented, 1);
  const Crls crls = stack_of(impl_->crls);
  const std::unique_ptr<X509_STORE_CTX, FreeContext> context(::X509_STORE_CTX_new());
  if (!trusted || !others || !crls || !context ||
      ::X509_STORE_CTX_init(context.get(), nullptr, presented.front().get(), others.get()) != 1) {
    return errors.broken();
  }
  ::X509_STORE_CTX_set0_trusted_stack(context.get(), trusted.get());
  ::X509_STORE_CTX_set0_crls(context.get(), crls.get());
  ::X509_STORE_CTX_set_verify_cb(context.get(), on_verify);
  X509_VERIFY_PARAM *parameters = ::X509_STORE_CTX_get0_param(context.get());
  ::X509_VERIFY_PARAM_set_time(parameters, static_cast<time_t>(now_s));
  ::X509_VERIFY_PARAM_set_depth(parameters, kMaxDepth);
  ::X509_VERIFY_PARAM_set_auth_level(parameters, kSecurityLevel);
  unsigned long flags = X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_TRUSTED_FIRST;
  if (!impl_->crls.empty()) flags |= X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL;
  if (::X509_VERIFY_PARAM_set_flags(parameters, flags) != 1) return errors.broken();
  if (::X509_verify_cert(context.get()) == 1 && issuers_may_issue(context.get())) return done;
  const int error = ::X509_STORE_CTX_get_error(context.get());
  if (error == X509_V_ERR_OUT_OF_MEM) return fail(Status::err_no_memory, Reason::no_memory, "out of memory");
  return fail(Status::wrong, Reason::trust_path, "the certificate leads to no trust anchor",
              error == X509_V_OK ? "an issuer that may not issue" : ::X509_verify_cert_error_string(error));
}

}  // namespace mfa
