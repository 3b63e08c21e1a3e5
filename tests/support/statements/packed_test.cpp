#include "support/statements/made.hpp"

using namespace mfa;
using namespace mfa::test;

namespace {

int64_t credential_algorithm(const Made &made) {
  const auto document = must(cbor::Document::parse(made.cose));
  return must(must(document.root().need(3)).as_int());
}

}  // namespace

TEST_CASE("statement none: an empty map") {
  const Made made = make({.format = "none"});
  CHECK(made.format == "none");
  CHECK(hex(made.statement) == "a0");
}

TEST_CASE("statement packed: OpenSSL verifies every algorithm's self attestation") {
  for (const int32_t algorithm : all_algorithms()) {
    CAPTURE(algorithm);
    Authenticator key({.algorithms = {algorithm}, .format = "self"});
    const Made made = take_apart(key.create(creation_options(algorithm), "https://example.test"));
    CHECK(made.format == "packed");
    CHECK(made.algorithm() == algorithm);
    CHECK(credential_algorithm(made) == algorithm);
    const Bytes spki = key.key_of(made.credential_id).spki();
    CHECK(openssl_verifies(algorithm, spki, made.message, made.bytes("sig")));
    CHECK_FALSE(openssl_verifies(algorithm, spki, made.authenticator_data, made.bytes("sig")));
  }
}

TEST_CASE("statement packed: OpenSSL verifies every algorithm's basic attestation by its certificate") {
  for (const int32_t algorithm : all_algorithms()) {
    CAPTURE(algorithm);
    const Made made = make({.format = "basic", .attestation_algorithm = algorithm});
    REQUIRE(made.x5c().size() == 1);
    CHECK(openssl_verifies(algorithm, spki_of(made.x5c()[0]), made.message, made.bytes("sig")));
    const auto aaguid = extension_of(x509_of(made.x5c()[0]), "1.3.6.1.4.1.45724.1.1.4");
    REQUIRE(aaguid.has_value());
    CHECK(same(ByteView(*aaguid).subspan(2), ByteView(made.authenticator_data).subspan(37, 16)));
  }
}

TEST_CASE("statement packed: under an authority, and an attestation CA of its own") {
  const auto root = std::make_shared<Authority>(Authority::root());
  const auto below = std::make_shared<Authority>(root->intermediate());
  const auto direct = make({.format = "basic", .authority = root}).x5c();
  CHECK(direct.size() == 1);
  CHECK(::X509_verify(x509_of(direct[0]).get(), root->key().pkey()) == 1);
  const auto through = make({.format = "basic", .authority = below}).x5c();
  REQUIRE(through.size() == 2);
  CHECK(through[1] == below->certificate());
  CHECK(::X509_verify(x509_of(through[0]).get(), below->key().pkey()) == 1);
  const Made made = make({.format = "attca"});
  CHECK(made.format == "packed");
  REQUIRE(made.x5c().size() == 2);
  CHECK(openssl_verifies(-7, spki_of(made.x5c()[0]), made.message, made.bytes("sig")));
  CHECK(make({.format = "attca", .authority = below}).x5c()[1] == below->certificate());
}

TEST_CASE("statement packed: what signs and what is encoded can be another's") {
  const auto other = SoftwareKey::make(-35);
  const Made made = make({.format = "self"}, {.attesting_key = [&](SoftwareKey &key) { key = other; }});
  CHECK(made.algorithm() == -35);
  CHECK(openssl_verifies(-35, other.spki(), made.message, made.bytes("sig")));
  const Made empty = make({.format = "basic"}, {.statement_bytes = [](Bytes &bytes) { bytes = {0xA0}; }});
  CHECK(hex(empty.statement) == "a0");
}

TEST_CASE("statement fido-u2f: OpenSSL verifies what the token signs") {
  const Made made = make({.algorithms = {-7}, .format = "fido-u2f"});
  CHECK(made.format == "fido-u2f");
  REQUIRE(made.x5c().size() == 1);
  const auto cose = must(cbor::Document::parse(made.cose));
  const Bytes x = copy_of(must(must(cose.root().need(-2)).as_bytes()));
  const Bytes y = copy_of(must(must(cose.root().need(-3)).as_bytes()));
  const auto rp = sha256(bytes_of("example.test"));
  const Bytes message = der::joined(
      {Bytes{0}, Bytes(rp.begin(), rp.end()), made.client_data_hash, made.credential_id, Bytes{4}, x, y});
  CHECK(openssl_verifies(-7, spki_of(made.x5c()[0]), message, made.bytes("sig")));
  const Made other =
      make({.algorithms = {-7}, .format = "fido-u2f"}, {.u2f = [](auto &parts) { parts.reserved = 5; }});
  CHECK_FALSE(openssl_verifies(-7, spki_of(other.x5c()[0]), message, other.bytes("sig")));
}

TEST_CASE("statement compound: an array of whole statements about one credential") {
  const Made made = make(
      {.algorithms = {-7},
       .format = "compound",
       .members = {"self", "basic", "fido-u2f", "tpm", "android-key", "apple", "android-safetynet", "none"}});
  CHECK(made.format == "compound");
  const auto list = made.parsed();
  REQUIRE(list.root().type() == cbor::Type::array);
  CHECK(list.root().size() == 8);
  const auto basic = list.root().item(1);
  CHECK(must(must(basic.need("fmt")).as_text()) == "packed");
  const auto statement = must(basic.need("attStmt"));
  const Bytes leaf = copy_of(must(must(statement.need("x5c")).item(0).as_bytes()));
  CHECK(openssl_verifies(-7, spki_of(leaf), made.message, must(must(statement.need("sig")).as_bytes())));
  const Made nested = make({.format = "compound"}, {.compound = [](std::vector<StatementParts> &members) {
                             members[0].format = "compound";
                             members[0].whole = Bytes{0x80};
                           }});
  CHECK(hex(nested.statement).find(hex(bytes_of("compound"))) != std::string::npos);
}
