// X.509 certificates as attestation needs them: read whole, asked one by one for what a format requires.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/key_material.hpp"
#include "core/result.hpp"

struct x509_st;

namespace mfa {

inline constexpr size_t kMaxCertificateBytes = 8192;

class Certificate {
 public:
  enum class Attribute { country, organization, organizational_unit, common_name };
  struct Name {
    std::string text;  // UTF-8
    uint8_t type;      // der::kUtf8String, der::kPrintableString, or another string type's
  };
  enum class Authority { unsaid, no, yes };  // the basic constraints' cA
  struct Extension {
    Bytes value;
    bool critical;
  };

  // DER, all of `der`. malformed.
  static Result<Certificate> parse(ByteView der);
  int version() const;  // 3 for v3
  // Of the subject; nothing when it is not there once. malformed when it cannot be read.
  Result<std::optional<Name>> subject(Attribute attribute) const;
  // malformed when the extension is there twice or cannot be read.
  Result<Authority> authority() const;
  bool has_subject() const;  // a subject that is not the empty sequence
  // Whether it is for this host by RFC 6125: subjectAltName, or common name where there is none.
  Result<bool> is_for_host(const char *name) const;
  // SHA-1 of the key (RFC 5280 section 4.2.1.2, method 1).
  Result<Bytes> key_identifier() const;
  // SHA-256 of the key, which its holder cannot change. The bytes of a certificate are another matter: with
  // -s (mod n) for s its ECDSA signature verifies as well.
  Bytes key_hash() const;
  // For people: subject, issuer, serial number, validity and key, as names and values.
  std::vector<std::pair<std::string, std::string>> summary() const;
  // By its dotted object identifier. malformed when it is there twice.
  Result<std::optional<Extension>> extension(const char *oid) const;
  // malformed for a key of a kind that we do not verify with.
  Result<KeyMaterial> public_key() const;

 private:
  struct Free {
    void operator()(x509_st *certificate) const;
  };
  explicit Certificate(x509_st *certificate) : certificate_(certificate) {}
  std::unique_ptr<x509_st, Free> certificate_;
};

}  // namespace mfa
