// The formats whose certificate says it: android-key, android-safetynet, apple.
#include "support/statements/made.hpp"

using namespace mfa;
using namespace mfa::test;

namespace {

// A SEQUENCE's members as OpenSSL reads them.
using Sequence = std::vector<std::shared_ptr<ASN1_TYPE>>;
Sequence sequence_of(ByteView der) {
  const unsigned char *at = der.data();
  ASN1_SEQUENCE_ANY *parsed = ::d2i_ASN1_SEQUENCE_ANY(nullptr, &at, static_cast<long>(der.size()));
  REQUIRE(parsed != nullptr);
  CHECK(at == der.data() + der.size());
  Sequence members;
  while (sk_ASN1_TYPE_num(parsed) > 0) members.emplace_back(sk_ASN1_TYPE_shift(parsed), ::ASN1_TYPE_free);
  sk_ASN1_TYPE_free(parsed);
  return members;
}
ByteView content(const std::shared_ptr<ASN1_TYPE> &value) {
  const ASN1_STRING *text = value->value.asn1_string;
  return ByteView(::ASN1_STRING_get0_data(text), static_cast<size_t>(::ASN1_STRING_length(text)));
}

bool contains(ByteView list, const Bytes &part) {
  return text_of(list).find(text_of(part)) != std::string_view::npos;
}

Bytes spki_of_credential(const Made &made) { return spki_of(made.x5c()[0]); }

}  // namespace

TEST_CASE("statement android-key: the description, old and new, in OpenSSL's reading") {
  constexpr const char *kOid = "1.3.6.1.4.1.11129.2.1.17";
  for (const int64_t version : {3, 200, 400}) {
    for (const int32_t algorithm : {-7, -257}) {
      CAPTURE(version);
      CAPTURE(algorithm);
      const Made made =
          make({.algorithms = {algorithm}, .format = "android-key", .android_version = version});
      CHECK(made.format == "android-key");
      CHECK(made.algorithm() == algorithm);
      CHECK(openssl_verifies(algorithm, spki_of_credential(made), made.message, made.bytes("sig")));
      const auto certificate = x509_of(made.x5c()[0]);
      const auto members = sequence_of(extension_of(certificate, kOid).value());
      REQUIRE(members.size() == 8);
      CHECK(::ASN1_INTEGER_get(members[0]->value.integer) == version);
      CHECK(members[1]->type == V_ASN1_ENUMERATED);
      CHECK(members[3]->type == V_ASN1_ENUMERATED);
      CHECK(same(content(members[4]), made.client_data_hash));
      CHECK(content(members[5]).empty());
      const ByteView tee = content(members[7]);
      CHECK(sequence_of(tee).size() == (version == 3 ? 10 : 12));
      CHECK(contains(tee, der::explicitly(1, der::set({der::integer(2)}))));
      CHECK(contains(tee, der::explicitly(702, der::integer(0))));
      CHECK_FALSE(contains(tee, der::explicitly(600, der::null())));
    }
  }
  const Made changed = make({.algorithms = {-7}, .format = "android-key"}, {.key_description = [](auto &key) {
                              key.software[600] = der::null();
                              key.tee.erase(702);
                            }});
  const auto certificate = x509_of(changed.x5c()[0]);
  const auto members = sequence_of(extension_of(certificate, kOid).value());
  CHECK(contains(content(members[6]), der::explicitly(600, der::null())));
  CHECK_FALSE(contains(content(members[7]), der::explicitly(702, der::integer(0))));
}

TEST_CASE("statement android-key: another key than the credential's may sign, with its certificate") {
  const auto other = SoftwareKey::make(-7);
  const Made made = make({.algorithms = {-7}, .format = "android-key"},
                         {.attesting_key = [&](SoftwareKey &key) { key = other; }});
  CHECK(spki_of_credential(made) == other.spki());
  CHECK(openssl_verifies(-7, other.spki(), made.message, made.bytes("sig")));
}

TEST_CASE("statement apple: the nonce, in the credential's own certificate") {
  const Made made = make({.algorithms = {-7}, .format = "apple"});
  CHECK(made.format == "apple");
  const auto certificate = x509_of(made.x5c()[0]);
  const auto members = sequence_of(extension_of(certificate, "1.2.840.113635.100.8.2").value());
  REQUIRE(members.size() == 1);
  const auto nonce = sha256(made.message);
  CHECK(same(content(members[0]), der::explicitly(1, der::octets(nonce))));
  const auto cose = must(cbor::Document::parse(made.cose));
  CHECK(contains(spki_of_credential(made), copy_of(must(must(cose.root().need(-2)).as_bytes()))));
  const Made changed = make({.algorithms = {-7}, .format = "apple"}, {.apple = [](auto &parts) {
                              parts.extension = Bytes{5, 0};
                            }});
  CHECK(hex(*extension_of(x509_of(changed.x5c()[0]), "1.2.840.113635.100.8.2")) == "0500");
}

TEST_CASE(
    "statement android-safetynet: OpenSSL verifies the JWS by its certificate, and the nonce is right") {
  const Made made = make({.format = "android-safetynet", .now_s = 1900000000});
  CHECK(made.format == "android-safetynet");
  const Bytes response = made.bytes("response");
  const std::string jws(text_of(response));
  const size_t first = jws.find('.'), last = jws.rfind('.');
  const Bytes header = must(from_base64url(jws.substr(0, first)));
  const auto parsed = must(json::Document::parse(text_of(header)));
  std::string leaf(must(must(parsed.root().need("x5c")).item(0).as_text()));
  for (char &each : leaf) each = each == '+' ? '-' : each == '/' ? '_' : each;
  while (leaf.back() == '=') leaf.pop_back();
  const Bytes certificate = must(from_base64url(leaf));
  CHECK(openssl_verifies(-257, spki_of(certificate), bytes_of(jws.substr(0, last)),
                         must(from_base64url(jws.substr(last + 1)))));
  CHECK(::X509_check_host(x509_of(certificate).get(), "attest.android.com", 0, 0, nullptr) == 1);
  const Bytes payload = must(from_base64url(jws.substr(first + 1, last - first - 1)));
  const auto said = must(json::Document::parse(text_of(payload)));
  CHECK(must(said.root().need_text("nonce")) == base64(sha256(made.message)));
  CHECK(must(must(said.root().need("timestampMs")).as_int()) == 1900000000000);
  CHECK(must(must(said.root().need("ctsProfileMatch")).as_bool()));
}
