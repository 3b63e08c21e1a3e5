// Certificate authorities for tests, and their revocation lists.
//
//   const auto root = test::Authority::root("Root");
//   const auto below = root.intermediate("Intermediate");
//   const Bytes leaf = below.issue({}, key);  // x5c: leaf, then below.chain(); anchor: root.certificate()
#pragma once

#include <functional>
#include <memory>

#include "support/certificate.hpp"

namespace mfa::test {

class Authority {
 public:
  // May change the authority's own certificate before it is signed.
  using Change = std::function<void(CertificateSpec &)>;
  static Authority root(const std::string &name = "Root", int32_t algorithm = -7,
                        const Change &change = nullptr);
  Authority intermediate(const std::string &name = "Intermediate", int32_t algorithm = -7,
                         const Change &change = nullptr) const;

  Bytes issue(CertificateSpec spec, const SoftwareKey &key) const;
  const SoftwareKey &key() const { return issuer_.key; }
  const Attributes &subject() const { return issuer_.subject; }
  const Bytes &certificate() const { return certificate_; }
  const Bytes &root_certificate() const { return parent_ ? parent_->root_certificate() : certificate_; }
  // What x5c has after a leaf: this one's certificate and those above it, without the root.
  std::vector<Bytes> chain() const;

 private:
  Authority(const std::string &name, int32_t algorithm, const Change &change,
            std::shared_ptr<const Authority> parent);
  Issuer issuer_;
  std::shared_ptr<const Authority> parent_;
  Bytes certificate_;
};

struct Revoked {
  Bytes serial;
  std::string at = "20240101000000Z";
  std::optional<int64_t> reason = std::nullopt;  // RFC 5280 section 5.3.1
};

struct RevocationSpec {
  std::vector<Revoked> revoked = {};
  std::string this_update = "20200101000000Z";
  std::optional<std::string> next_update = "20991231235959Z";
  int version = 2;
  std::optional<Attributes> issuer = std::nullopt;  // in place of the authority's name
  std::optional<int64_t> number = 1;                // the CRL number extension
  std::vector<Extension> extensions = {};
  int32_t signature_algorithm = 0;                      // as in CertificateSpec
  std::optional<SoftwareKey> signed_by = std::nullopt;  // in place of the authority
  bool wrong_signature = false;
};
// A CertificateList, DER.
Bytes make_crl(const Authority &authority, const RevocationSpec &spec);

}  // namespace mfa::test
