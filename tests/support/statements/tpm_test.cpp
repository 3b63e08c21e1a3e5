#include "support/statements/made.hpp"

using namespace mfa;
using namespace mfa::test;

namespace {

// Reads what the TPM specification says is there, in its order.
struct Reader {
  ByteView left;
  uint64_t number(size_t width) {
    uint64_t value = 0;
    for (const uint8_t each : raw(width)) value = value << 8 | each;
    return value;
  }
  ByteView raw(size_t count) {
    REQUIRE(left.size() >= count);
    const ByteView taken = left.first(count);
    left = left.subspan(count);
    return taken;
  }
  ByteView sized() { return raw(number(2)); }
};

Bytes member(const Made &made, int64_t key) {
  const auto cose = must(cbor::Document::parse(made.cose));
  return copy_of(must(must(cose.root().need(key)).as_bytes()));
}

void check_public(const Made &made, const Bytes &area, uint64_t hash_number) {
  Reader in{area};
  const auto cose = must(cbor::Document::parse(made.cose));
  const bool rsa = must(must(cose.root().need(1)).as_int()) == 3;
  CHECK(in.number(2) == (rsa ? 0x0001 : 0x0023));
  CHECK(in.number(2) == hash_number);
  CHECK(in.number(4) == 0x40072);
  CHECK(in.sized().empty());
  CHECK(in.number(2) == 0x0010);
  CHECK(in.number(2) == 0x0010);
  if (rsa) {
    CHECK(in.number(2) == 2048);
    CHECK(in.number(4) == 0);
    CHECK(same(in.sized(), member(made, -1)));
  } else {
    CHECK(in.number(2) == static_cast<uint64_t>(2 + must(must(cose.root().need(-1)).as_int())));
    CHECK(in.number(2) == 0x0010);
    CHECK(same(in.sized(), member(made, -2)));
    CHECK(same(in.sized(), member(made, -3)));
  }
  CHECK(in.left.empty());
}

struct NameHash {
  const char *name;
  uint64_t number;
};

void check(const Made &made, int32_t aik, const NameHash &hashed) {
  CHECK(made.format == "tpm");
  CHECK(made.text("ver") == "2.0");
  CHECK(made.algorithm() == aik);
  const Bytes area = made.bytes("pubArea"), info = made.bytes("certInfo");
  CHECK(openssl_verifies(aik, spki_of(made.x5c()[0]), info, made.bytes("sig")));
  check_public(made, area, hashed.number);
  Reader in{info};
  CHECK(in.number(4) == 0xFF544347);
  CHECK(in.number(2) == 0x8017);
  in.sized();
  CHECK(same(in.sized(), hash(algorithm_of(aik).digest, made.message)));
  in.raw(17 + 8);
  const Bytes name = copy_of(in.sized());
  in.sized();
  CHECK(in.left.empty());
  CHECK(same(ByteView(name).subspan(2), hash(hashed.name, area)));
  CHECK(name[1] == hashed.number);
}

}  // namespace

TEST_CASE("statement tpm: OpenSSL verifies each kind of AIK, and the names are of the key") {
  constexpr NameHash hashes[] = {{"SHA1", 4}, {"SHA256", 11}, {"SHA384", 12}, {"SHA512", 13}};
  size_t next = 0;
  for (const int32_t aik : {-257, -258, -259, -65535, -37, -7, -35, -36}) {
    CAPTURE(aik);
    for (const int32_t algorithm : {-257, -7, -35, -36}) {
      const NameHash &hashed = hashes[next++ % 4];
      check(make({.algorithms = {algorithm},
                  .format = "tpm",
                  .attestation_algorithm = aik,
                  .tpm_name_hash = hashed.name}),
            aik, hashed);
    }
    next++;
  }
}

TEST_CASE("statement tpm: the AIK certificate, its alternative name in both shapes") {
  for (const bool one : {false, true}) {
    const Made made = make({.algorithms = {-257}, .format = "tpm", .tpm_one_rdn = one});
    const auto certificate = x509_of(made.x5c()[0]);
    CHECK(::X509_NAME_entry_count(::X509_get_subject_name(certificate.get())) == 0);
    CHECK(::X509_NAME_entry_count(::X509_get_issuer_name(certificate.get())) == 1);
    int critical = 0;
    auto *names = static_cast<GENERAL_NAMES *>(
        ::X509_get_ext_d2i(certificate.get(), NID_subject_alt_name, &critical, nullptr));
    REQUIRE(names != nullptr);
    CHECK(critical == 1);
    X509_NAME *name = sk_GENERAL_NAME_value(names, 0)->d.directoryName;
    REQUIRE(::X509_NAME_entry_count(name) == 3);
    CHECK(X509_NAME_ENTRY_set(::X509_NAME_get_entry(name, 2)) == (one ? 0 : 2));
    ::GENERAL_NAMES_free(names);
    auto *purposes = static_cast<EXTENDED_KEY_USAGE *>(
        ::X509_get_ext_d2i(certificate.get(), NID_ext_key_usage, nullptr, nullptr));
    REQUIRE(purposes != nullptr);
    char text[64];
    ::OBJ_obj2txt(text, sizeof text, sk_ASN1_OBJECT_value(purposes, 0), 1);
    CHECK(std::string(text) == "2.23.133.8.3");
    ::EXTENDED_KEY_USAGE_free(purposes);
  }
}

TEST_CASE(
    "statement tpm: a change of the public area goes into the name, one of the attest structure does not") {
  const NameHash hashed{"SHA256", 11};
  const Made made = make({.algorithms = {-7}, .format = "tpm"},
                         {.tpm_public = [](TpmPublic &area) { area.policy = Bytes(32, 9); }});
  const Bytes area = made.bytes("pubArea"), info = made.bytes("certInfo");
  CHECK(hex(info).find(hex(hash(hashed.name, area))) != std::string::npos);
  const Made broken = make({.algorithms = {-7}, .format = "tpm"},
                           {.tpm_attest = [](TpmAttest &attest) { attest.name.back() ^= 1; }});
  CHECK(hex(broken.bytes("certInfo")).find(hex(hash(hashed.name, broken.bytes("pubArea")))) ==
        std::string::npos);
  CHECK(openssl_verifies(-7, spki_of(broken.x5c()[0]), broken.bytes("certInfo"), broken.bytes("sig")));
}
