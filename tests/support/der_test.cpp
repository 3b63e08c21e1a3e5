#include "support/der.hpp"

#include <doctest.h>
#include <openssl/asn1.h>
#include <openssl/objects.h>

#include <limits>

#include "core/encoding.hpp"

using namespace mfa;
namespace der = mfa::test::der;

TEST_CASE("der: lengths, tags and numbers have their shortest form (X.690 section 8)") {
  CHECK(hex(der::octets(Bytes(127))).substr(0, 4) == "047f");
  CHECK(hex(der::octets(Bytes(128))).substr(0, 6) == "048180");
  CHECK(hex(der::octets(Bytes(256))).substr(0, 8) == "04820100");
  CHECK(hex(der::explicitly(1, der::null())) == "a1020500");
  CHECK(hex(der::explicitly(702, der::integer(0))) == "bf853e03020100");
  CHECK(hex(der::explicitly(600, der::null())) == "bf8458020500");
  CHECK(hex(der::integer(127)) == "02017f");
  CHECK(hex(der::integer(128)) == "02020080");
  CHECK(hex(der::integer(-129)) == "0202ff7f");
  CHECK(hex(der::positive(Bytes{0x80})) == "02020080");
  CHECK(hex(der::enumerated(2)) == "0a0102");
  CHECK(hex(der::set({der::integer(2), der::integer(1)})) == "3106020101020102");
  CHECK(hex(der::bits(Bytes{0x06}, 1)) == "03020106");
}

TEST_CASE("der: object identifiers as OpenSSL has them") {
  for (const char *dotted :
       {"1.2.840.113635.100.8.2", "1.3.6.1.4.1.11129.2.1.17", "2.23.133.8.3", "2.5.29.17"}) {
    ASN1_OBJECT *object = ::OBJ_txt2obj(dotted, 1);
    Bytes bytes(64);
    unsigned char *at = bytes.data();
    bytes.resize(static_cast<size_t>(::i2d_ASN1_OBJECT(object, &at)));
    CHECK(der::oid(dotted) == bytes);
    ::ASN1_OBJECT_free(object);
  }
}

TEST_CASE("der: times as OpenSSL has them") {
  for (const int64_t seconds : {int64_t{0}, int64_t{951782400}, int64_t{1800000000}, int64_t{2147483648},
                                int64_t{2524607999}, int64_t{2524608000}, int64_t{253402300799}}) {
    if (seconds > std::numeric_limits<time_t>::max()) continue;
    ASN1_TIME *time = ::ASN1_TIME_set(nullptr, static_cast<time_t>(seconds));
    Bytes bytes(64);
    unsigned char *at = bytes.data();
    bytes.resize(static_cast<size_t>(::i2d_ASN1_TIME(time, &at)));
    CHECK(der::time(der::time_text(seconds)) == bytes);
    ::ASN1_TIME_free(time);
  }
}
