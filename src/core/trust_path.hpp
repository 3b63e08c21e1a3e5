// Path validation (RFC 5280 section 6) from a certificate to anchors that the caller names, through OpenSSL.
#pragma once

#include <memory>
#include <vector>

#include "core/bytes.hpp"
#include "core/result.hpp"

namespace mfa {

// Certificates that are trusted, and what their issuers have revoked. Immutable; any number of threads may
// use one at once.
class TrustAnchors {
 public:
  // DER. An anchor may be a root, an intermediate or the certificate itself. malformed, with its place in the
  // list as the detail.
  static Result<TrustAnchors> make(const std::vector<ByteView> &certificates,
                                   const std::vector<ByteView> &crls);
  // These and those of `more`, with the revocations of both.
  TrustAnchors with(const TrustAnchors &more) const;
  bool empty() const { return size() == 0; }
  size_t size() const;  // certificates

  // chain: DER, the first to be judged, the others to find a way by; none of them is trusted for being there.
  // wrong, with what OpenSSL says as the detail: no path, a certificate out of its time or revoked, an issuer
  // that may not issue, an algorithm or a key that is too weak.
  Result<Done> check(const std::vector<Bytes> &chain, uint64_t now_s) const;

  struct Impl;

 private:
  explicit TrustAnchors(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}
  std::shared_ptr<const Impl> impl_;
};

}  // namespace mfa
