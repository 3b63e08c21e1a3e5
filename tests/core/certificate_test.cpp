#include "core/certificate.hpp"

#include <doctest.h>

#include "core/cose.hpp"
#include "core/der.hpp"
#include "support/certificate.hpp"

using namespace mfa;
using test::CertificateSpec;
using test::make_certificate;
using test::SoftwareKey;
using Attribute = Certificate::Attribute;
using Authority = Certificate::Authority;

namespace {

const SoftwareKey &signer() {
  static const SoftwareKey key = SoftwareKey::make(-7);
  return key;
}
Certificate certificate_of(const CertificateSpec &spec) {
  return Certificate::parse(make_certificate(spec, signer())).value();
}
constexpr const char *kAaguid = "1.3.6.1.4.1.45724.1.1.4";

}  // namespace

TEST_CASE("certificate: what it says") {
  const auto certificate = certificate_of({.aaguid = Bytes{4, 2, 7, 8}});
  CHECK(certificate.version() == 3);
  CHECK(certificate.subject(Attribute::country).value()->text == "CH");
  CHECK(certificate.subject(Attribute::organization).value()->text == "libmfa tests");
  CHECK(certificate.subject(Attribute::organizational_unit).value()->text == "Authenticator Attestation");
  CHECK(certificate.subject(Attribute::common_name).value()->text == "Software key");
  CHECK(certificate.subject(Attribute::country).value()->type == der::kPrintableString);
  CHECK(certificate.subject(Attribute::common_name).value()->type == der::kUtf8String);
  CHECK(certificate.authority().value() == Authority::no);
  const auto aaguid = certificate.extension(kAaguid).value();
  REQUIRE(aaguid.has_value());
  CHECK(aaguid->value == Bytes{4, 2, 7, 8});
  CHECK_FALSE(aaguid->critical);
  CHECK_FALSE(certificate.extension("1.3.6.1.4.1.45724.1.1.5").value().has_value());
}

TEST_CASE("certificate: what it does not say, or says twice") {
  CHECK(certificate_of({.version = 1, .authority = std::nullopt}).version() == 1);
  CHECK(certificate_of({.authority = std::nullopt}).authority().value() == Authority::unsaid);
  CHECK(certificate_of({.authority = true}).authority().value() == Authority::yes);
  const auto twice =
      certificate_of({.subject = {{"CN", "a"}, {"CN", "b"}}, .aaguid = Bytes{4, 0}, .aaguid_times = 2});
  CHECK_FALSE(twice.subject(Attribute::common_name).value().has_value());
  CHECK_FALSE(twice.subject(Attribute::country).value().has_value());
  CHECK(twice.extension(kAaguid).error().reason == Reason::certificate_malformed);
  CHECK(
      certificate_of({.aaguid = Bytes{4, 0}, .aaguid_critical = true}).extension(kAaguid).value()->critical);
}

TEST_CASE("certificate: its key verifies what the holder signs") {
  for (const int32_t algorithm : {-7, -8, -257}) {
    const auto pair = SoftwareKey::make(algorithm);
    const auto certificate = Certificate::parse(make_certificate({}, pair));
    REQUIRE(certificate.has_value());
    const auto material = certificate.value().public_key();
    REQUIRE(material.has_value());
    const auto key = cose::PublicKey::make(algorithm, material.value());
    REQUIRE(key.has_value());
    const Bytes message(5, 5);
    CHECK(key.value().verify(message, pair.sign(message)).has_value());
    for (const int32_t other : {-7, -8, -257})
      if (other != algorithm)
        CHECK(cose::PublicKey::make(other, material.value()).error().reason == Reason::cose_key_type);
  }
}

TEST_CASE("certificate: what is not one") {
  const Bytes good = make_certificate({}, signer());
  CHECK(Certificate::parse({}).error().reason == Reason::certificate_malformed);
  CHECK(Certificate::parse(Bytes(100, 0x30)).error().reason == Reason::certificate_malformed);
  CHECK(Certificate::parse(ByteView(good).first(good.size() - 1)).error().reason ==
        Reason::certificate_malformed);
  Bytes trailing = good;
  trailing.push_back(0);
  CHECK(Certificate::parse(trailing).error().reason == Reason::certificate_malformed);
  CHECK(Certificate::parse(Bytes(kMaxCertificateBytes + 1, 0x30)).error().reason ==
        Reason::certificate_limit);
}
