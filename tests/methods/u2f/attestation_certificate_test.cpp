#include "methods/u2f/attestation_certificate.hpp"

#include "core/certificate.hpp"
#include "methods/u2f/fixture.hpp"

using namespace mfa;
using namespace mfa::u2f;

namespace {

// Of a certificate that an ECDSA key signed: the octet that counts the unused bits of its signature.
size_t unused_bits_at(const Bytes &certificate) {
  for (size_t size = 68; size <= 72; size++) {  // of the signature
    const size_t at = certificate.size() - size - 1;
    if (certificate[at - 2] == 0x03 && certificate[at - 1] == size + 1 && certificate[at + 1] == 0x30)
      return at;
  }
  FAIL("no signature in the certificate");
  return 0;
}

}  // namespace

TEST_CASE("u2f certificate: a count of unused bits that keeps it from being read is repaired") {
  for (const uint8_t bits : {8, 16, 255}) {
    CAPTURE(bits);
    Fixture fixture;
    const Bytes whole = fixture.token.certificate;
    const size_t at = unused_bits_at(whole);
    fixture.token.certificate[at] = bits;
    CHECK(!Certificate::parse(fixture.token.certificate).has_value());
    const auto result = fixture.enrol();
    REQUIRE_MESSAGE(result.has_value(), outcome(result));
    CHECK(result.value().certificate == whole);
  }
}

TEST_CASE("u2f certificate: one that can be read and is not known stays as it is") {
  for (const uint8_t bits : {0, 1, 7}) {
    Fixture fixture;
    fixture.token.certificate[unused_bits_at(fixture.token.certificate)] = bits;
    const auto result = fixture.enrol();
    REQUIRE_MESSAGE(result.has_value(), outcome(result));
    CHECK(result.value().certificate == fixture.token.certificate);
  }
}

TEST_CASE("u2f certificate: the repair changes one octet, or none") {
  const Bytes whole = Fixture().token.certificate;
  const size_t at = unused_bits_at(whole);
  Bytes faulty = whole;
  faulty[at] = 3;
  CHECK(without_unused_bits(faulty) == whole);
  CHECK(without_unused_bits(whole) == whole);
  for (size_t size = 0; size < faulty.size(); size++) {
    const ByteView cut = ByteView(faulty).first(size);
    CHECK(same(without_unused_bits(cut), cut));
  }
  Bytes longer = faulty;
  longer.push_back(0);
  CHECK(without_unused_bits(longer) == longer);
  Bytes other = faulty;
  other[at - 2] = 0x04;  // an OCTET STRING
  CHECK(without_unused_bits(other) == other);
}

TEST_CASE("u2f certificate: known for the fault are six digests") {
  const auto known = [](const std::string &text) {
    Sha256 digest;
    const Bytes bytes = from_hex(text).value();
    std::copy(bytes.begin(), bytes.end(), digest.begin());
    return is_known_for_unused_bits(digest);
  };
  CHECK(known("349bca1031f8c82c4ceca38b9cebf1a69df9fb3b94eed99eb3fb9aa3822d26e8"));
  CHECK(known("ca993121846c464d666096d35f13bf44c1b05af205f9b4a1e00cf6cc10c5e511"));
  CHECK(!known("349bca1031f8c82c4ceca38b9cebf1a69df9fb3b94eed99eb3fb9aa3822d26e9"));
  CHECK(!known(std::string(64, '0')));
}

TEST_CASE("u2f certificate: it ends where it says") {
  const Bytes whole = Fixture().token.certificate;
  Bytes followed = whole;
  followed.push_back(0x30);
  ByteView rest = followed;
  const auto taken = take_certificate(rest);
  REQUIRE(taken.has_value());
  CHECK(same(taken.value(), whole));
  CHECK(rest.size() == 1);

  rest = ByteView(whole).first(whole.size() - 1);
  CHECK(outcome(take_certificate(rest)) == "u2f.registration.certificate_malformed");
  CHECK(rest.size() == whole.size() - 1);

  Bytes large(kMaxCertificateBytes, 0);
  const uint8_t head[] = {0x30, 0x82, 0x1F, 0xFC};
  std::copy(std::begin(head), std::end(head), large.begin());
  rest = large;
  CHECK(outcome(take_certificate(rest)) == "yes");
  large[3]++;
  large.push_back(0);
  rest = large;
  CHECK(outcome(take_certificate(rest)) == "u2f.registration.certificate_limit");
}

TEST_CASE("u2f certificate: its key is a point on P-256, whatever stands around it") {
  const auto key = test::SoftwareKey::make(-7);
  for (const int version : {1, 3}) {
    const Bytes certificate =
        test::make_certificate({.version = version, .subject = {}, .authority = {}}, key);
    const auto read = key_of(Certificate::parse(certificate).value());
    REQUIRE_MESSAGE(read.has_value(), outcome(read));
    const Bytes message(10, 1);
    CHECK(read.value().verify(message, key.sign(message)).has_value());
  }
  for (const int32_t algorithm : {-8, -35, -257}) {
    const Bytes certificate = test::make_certificate({}, test::SoftwareKey::quick(algorithm));
    CHECK(outcome(key_of(Certificate::parse(certificate).value())) ==
          "u2f.registration.certificate_key_not_p256");
  }
}

TEST_CASE("u2f certificate: a key that is no point on P-256") {
  Fixture fixture;
  Bytes key = fixture.token.attestation.spki();
  key.back() ^= 1;
  fixture.token.certificate = test::make_certificate({.public_key = key}, fixture.token.attestation);
  CHECK(outcome(fixture.enrol()) == "u2f.registration.certificate_key_not_p256");
}
