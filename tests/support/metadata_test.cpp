#include "support/metadata.hpp"

#include <doctest.h>

#include "core/encoding.hpp"
#include "core/json.hpp"
#include "support/x509_of.hpp"

using namespace mfa;
using test::Authority;
using test::MetadataSpec;
using test::openssl_verifies;

namespace {

struct Parts {
  std::string header, payload, signed_text;
  Bytes signature;
};
Parts split(const std::string &blob) {
  const size_t first = blob.find('.'), last = blob.rfind('.');
  const auto text = [](const std::string &encoded) {
    return std::string(text_of(from_base64url(encoded).value()));
  };
  return {text(blob.substr(0, first)), text(blob.substr(first + 1, last - first - 1)), blob.substr(0, last),
          from_base64url(blob.substr(last + 1)).value()};
}
Bytes from_standard_base64(std::string text) {
  for (char &each : text) each = each == '+' ? '-' : each == '/' ? '_' : each;
  while (!text.empty() && text.back() == '=') text.pop_back();
  return from_base64url(text).value();
}
// r and s side by side as the DER that OpenSSL takes.
Bytes der_signature(const Bytes &raw) {
  ECDSA_SIG *signature = ::ECDSA_SIG_new();
  const int half = static_cast<int>(raw.size() / 2);
  ::ECDSA_SIG_set0(signature, ::BN_bin2bn(raw.data(), half, nullptr),
                   ::BN_bin2bn(raw.data() + half, half, nullptr));
  Bytes der(256);
  unsigned char *at = der.data();
  der.resize(static_cast<size_t>(::i2d_ECDSA_SIG(signature, &at)));
  ::ECDSA_SIG_free(signature);
  return der;
}

bool verifies(const Parts &parts, int32_t algorithm) {
  const auto header = json::Document::parse(parts.header).value();
  const auto leaf = header.root().need("x5c").value().item(0).as_text().value();
  const Bytes spki = test::spki_of(from_standard_base64(std::string(leaf)));
  const Bytes signature = algorithm == -7 ? der_signature(parts.signature) : parts.signature;
  return openssl_verifies(algorithm, spki, bytes_of(parts.signed_text), signature);
}

}  // namespace

TEST_CASE("metadata: a BLOB whose signature OpenSSL verifies, with its chain") {
  const auto authority = Authority::root("FIDO root").intermediate("FIDO signing", -7);
  for (const int32_t algorithm : {-7, -257}) {
    MetadataSpec spec{.algorithm = algorithm};
    spec.entries.push_back({.aaguid = std::array<uint8_t, 16>{1, 2, 3}, .roots = {Bytes{1, 2, 3, 4}}});
    spec.entries.push_back({.raw = "7"});
    const Parts parts = split(make_metadata(spec, authority));
    CHECK(verifies(parts, algorithm));
    const auto header = json::Document::parse(parts.header).value();
    CHECK(header.root().need_text("alg").value() == (algorithm == -7 ? "ES256" : "RS256"));
    CHECK(header.root().need("x5c").value().size() == 2);
    const auto payload = json::Document::parse(parts.payload).value();
    CHECK(payload.root().need("no").value().as_int().value() == 1);
    const auto entries = payload.root().need("entries").value();
    CHECK(entries.size() == 2);
    CHECK(entries.item(0).need_text("aaguid").value() == "01020300-0000-0000-0000-000000000000");
    const auto statement = entries.item(0).need("metadataStatement").value();
    CHECK(statement.need("attestationRootCertificates").value().item(0).as_text().value() == "AQIDBA==");
    CHECK(entries.item(0).need("statusReports").value().item(0).need_text("status").value() ==
          "FIDO_CERTIFIED_L1");
    CHECK(entries.item(1).as_int().value() == 7);
  }
}

TEST_CASE("metadata: what can be broken") {
  const auto authority = Authority::root("FIDO root");
  CHECK_FALSE(verifies(split(make_metadata({.wrong_signature = true}, authority)), -7));
  CHECK_FALSE(verifies(split(make_metadata({.signed_by = test::SoftwareKey::make(-7)}, authority)), -7));
  CHECK(split(make_metadata({.payload = "[]"}, authority)).payload == "[]");
  const auto named = make_metadata({.jws = [](auto &jws) { jws.algorithm = "none"; }}, authority);
  CHECK(split(named).header.find(R"("alg":"none")") != std::string::npos);
  const test::MetadataEntry entry{.key_identifiers = {key_identifier(authority.key())},
                                  .extra = R"("new":1)",
                                  .statement_extra = R"("newer":2)"};
  const std::string text = entry_json(entry);
  const auto parsed = json::Document::parse(text).value();
  CHECK(parsed.root().need("new").value().as_int().value() == 1);
  CHECK(parsed.root().need("metadataStatement").value().need("newer").value().as_int().value() == 2);
  CHECK(parsed.root().need("attestationCertificateKeyIdentifiers").value().item(0).as_text().value().size() ==
        40);
}
