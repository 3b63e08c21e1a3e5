// A registration made by the software authenticator and taken apart again, for the tests of these tools.
// Nothing of src/methods is in it.
#pragma once

#include <doctest.h>

#include "core/cbor.hpp"
#include "core/digest.hpp"
#include "core/encoding.hpp"
#include "core/json.hpp"
#include "support/der.hpp"
#include "support/hash.hpp"
#include "support/must.hpp"
#include "support/statements/statement.hpp"
#include "support/x509_of.hpp"

namespace mfa::test {

inline std::string creation_options(int32_t algorithm) {
  return R"({"challenge":"AAAA","rp":{"id":"example.test"},"user":{"id":"AQ"},"pubKeyCredParams":[{"type":"public-key","alg":)" +
         std::to_string(algorithm) + "}]}";
}

struct Made {
  std::string format;
  Bytes statement;  // CBOR
  Bytes authenticator_data, message, client_data_hash, credential_id, cose;

  cbor::Document parsed() const { return must(cbor::Document::parse(statement)); }
  Bytes bytes(std::string_view name) const {
    const auto document = parsed();
    return copy_of(must(must(document.root().need(name)).as_bytes()));
  }
  std::string text(std::string_view name) const {
    const auto document = parsed();
    return std::string(must(must(document.root().need(name)).as_text()));
  }
  int32_t algorithm() const {
    const auto document = parsed();
    return static_cast<int32_t>(must(must(document.root().need("alg")).as_int()));
  }
  std::vector<Bytes> x5c() const {
    const auto document = parsed();
    const auto list = must(document.root().need("x5c"));
    std::vector<Bytes> chain;
    for (size_t i = 0; i < list.size(); i++) chain.push_back(copy_of(must(list.item(i).as_bytes())));
    return chain;
  }
};

inline Made take_apart(const std::string &response) {
  const auto document = must(json::Document::parse(response));
  const auto parts = must(document.root().need("response"));
  const Bytes client_data = must(from_base64url(must(parts.need_text("clientDataJSON"))));
  const Bytes object = must(from_base64url(must(parts.need_text("attestationObject"))));
  const auto attestation = must(cbor::Document::parse(object));
  Made made;
  made.format = must(must(attestation.root().need("fmt")).as_text());
  made.statement = copy_of(must(attestation.root().need("attStmt")).raw());
  made.authenticator_data = copy_of(must(must(attestation.root().need("authData")).as_bytes()));
  const auto hash = sha256(client_data);
  made.client_data_hash = Bytes(hash.begin(), hash.end());
  made.message = der::joined({made.authenticator_data, made.client_data_hash});
  // rpIdHash 32, flags 1, signCount 4, AAGUID 16, length 2
  const ByteView data = made.authenticator_data;
  const size_t length = static_cast<size_t>(data[53] << 8 | data[54]);
  made.credential_id = copy_of(data.subspan(55, length));
  size_t used = 0;
  must(cbor::Document::parse_first(data.subspan(55 + length), &used));
  made.cose = copy_of(data.subspan(55 + length, used));
  return made;
}

inline Made make(const Authenticator::Settings &settings, const Tamper &tamper = {}) {
  Authenticator key(settings);
  return take_apart(
      key.create(creation_options(settings.algorithms.front()), "https://example.test", tamper));
}

// The content of its OCTET STRING.
inline std::optional<Bytes> extension_of(const X509Handle &certificate, const char *oid) {
  ASN1_OBJECT *object = ::OBJ_txt2obj(oid, 1);
  const int at = ::X509_get_ext_by_OBJ(certificate.get(), object, -1);
  ::ASN1_OBJECT_free(object);
  if (at < 0) return std::nullopt;
  const ASN1_OCTET_STRING *data = ::X509_EXTENSION_get_data(::X509_get_ext(certificate.get(), at));
  const auto size = static_cast<size_t>(::ASN1_STRING_length(data));
  return copy_of(ByteView(::ASN1_STRING_get0_data(data), size));
}

}  // namespace mfa::test
