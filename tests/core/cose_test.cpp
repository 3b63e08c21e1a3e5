#include "core/cose.hpp"

#include <doctest.h>
#include <openssl/err.h>

#include <atomic>
#include <thread>

#include "core/cbor.hpp"
#include "core/encoding.hpp"
#include "support/software_key.hpp"

using namespace mfa;
using cose::PublicKey;
using test::SoftwareKey;

namespace {

Bytes h(std::string_view text) { return from_hex(text).value(); }

// RFC 6979 section A.2.5
const Bytes kX = h("60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6");
const Bytes kY = h("7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299");
const Bytes kR = h("efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716");
const Bytes kS = h("f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8");
const Bytes kOrder = h("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");

Bytes ec2(int64_t alg, int64_t crv, ByteView x, ByteView y) {
  cbor::Writer writer;
  writer.map(5).number(1).number(2).number(3).number(alg).number(-1).number(crv);
  return writer.number(-2).bytes(x).number(-3).bytes(y).take();
}
Bytes okp(int64_t alg, int64_t crv, ByteView x) {
  cbor::Writer writer;
  return writer.map(4)
      .number(1)
      .number(1)
      .number(3)
      .number(alg)
      .number(-1)
      .number(crv)
      .number(-2)
      .bytes(x)
      .take();
}
Bytes rsa(int64_t alg, ByteView n, ByteView e) {
  cbor::Writer writer;
  return writer.map(4)
      .number(1)
      .number(3)
      .number(3)
      .number(alg)
      .number(-1)
      .bytes(n)
      .number(-2)
      .bytes(e)
      .take();
}
// An odd number of this many bits.
Bytes modulus(size_t bits) {
  Bytes n((bits + 7) / 8, 0x55);
  n.front() = static_cast<uint8_t>(1u << ((bits - 1) % 8));
  return n;
}

Reason refusal(const Bytes &encoded) {
  const auto key = PublicKey::parse(encoded);
  if (key.has_value()) return Reason::none;
  CHECK(key.error().status ==
        (key.error().reason == Reason::cose_algorithm ? Status::err_unsupported : Status::malformed));
  return key.error().reason;
}

Bytes integer(Bytes value) {
  value.insert(value.begin(), {0x02, static_cast<uint8_t>(value.size())});
  return value;
}
Bytes positive(Bytes value) {
  if (value.front() >= 0x80) value.insert(value.begin(), 0);
  return integer(value);
}
Bytes sequence(const Bytes &a, const Bytes &b) {
  Bytes out{0x30, static_cast<uint8_t>(a.size() + b.size())};
  out.insert(out.end(), a.begin(), a.end());
  out.insert(out.end(), b.begin(), b.end());
  return out;
}

}  // namespace

TEST_CASE("ES256: the vector of RFC 6979 section A.2.5") {
  const auto key = PublicKey::parse(ec2(-7, 1, kX, kY));
  REQUIRE(key.has_value());
  CHECK(key.value().algorithm() == -7);
  const Bytes signature = sequence(positive(kR), positive(kS));
  CHECK(key.value().verify(bytes_of("sample"), signature).has_value());
  const auto other = key.value().verify(bytes_of("Sample"), signature);
  CHECK(other.error().status == Status::wrong);
  CHECK(other.error().reason == Reason::signature_wrong);
}

TEST_CASE("EdDSA: the vectors of RFC 8032 section 7.1") {
  const auto one =
      PublicKey::parse(okp(-8, 6, h("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")));
  REQUIRE(one.has_value());
  CHECK(one.value().check_new().has_value());
  CHECK(
      one.value()
          .verify(
              {},
              h("e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9"
                "b46bd25bf5f0595bbe24655141438e7a100b"))
          .has_value());
  const auto two =
      PublicKey::parse(okp(-8, 6, h("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")));
  REQUIRE(two.has_value());
  const Bytes signature =
      h("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
  CHECK(two.value().verify(h("72"), signature).has_value());
  CHECK(two.value().verify(h("73"), signature).error().reason == Reason::signature_wrong);
  Bytes shorter = signature;
  shorter.pop_back();
  CHECK_FALSE(two.value().verify(h("72"), shorter).has_value());
  Bytes longer = signature;
  longer.push_back(0);
  CHECK_FALSE(two.value().verify(h("72"), longer).has_value());
  // s + L: the same number, another encoding.
  Bytes malleable = signature;
  const Bytes order = h("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
  unsigned carry = 0;
  for (size_t i = 0; i < 32; i++) {
    carry += malleable[32 + i] + order[i];
    malleable[32 + i] = static_cast<uint8_t>(carry);
    carry >>= 8;
  }
  CHECK_FALSE(two.value().verify(h("72"), malleable).has_value());
}

TEST_CASE("what a fresh key of each algorithm signs verifies, and nothing else") {
  for (const int32_t algorithm : {-7, -8, -257}) {
    const auto pair = SoftwareKey::make(algorithm);
    const auto key = PublicKey::parse(pair.cose());
    REQUIRE(key.has_value());
    CHECK(key.value().algorithm() == algorithm);
    CHECK(key.value().check_new().has_value());
    CHECK(cose::algorithm_in(pair.cose()).value() == algorithm);
    const Bytes message(200, 7);
    const Bytes signature = pair.sign(message);
    CHECK(key.value().verify(message, signature).has_value());
    CHECK(key.value().verify(Bytes(200, 8), signature).error().status == Status::wrong);
    CHECK(key.value().verify({}, signature).error().status == Status::wrong);
    CHECK(key.value().verify(message, {}).error().status == Status::wrong);
    for (size_t at : {size_t{0}, signature.size() / 2, signature.size() - 1}) {
      Bytes changed = signature;
      changed[at] ^= 1;
      CHECK(key.value().verify(message, changed).error().status == Status::wrong);
    }
    for (const int32_t other : {-7, -8, -257})
      if (other != algorithm)
        CHECK_FALSE(key.value().verify(message, SoftwareKey::make(other).sign(message)).has_value());
  }
}

TEST_CASE("ECDSA signatures have one encoding") {
  const auto key = PublicKey::parse(ec2(-7, 1, kX, kY));
  REQUIRE(key.has_value());
  const Bytes r = positive(kR), s = positive(kS);
  Bytes zero_r = kR;
  zero_r.insert(zero_r.begin(), {0, 0});
  Bytes long_form = sequence(r, s);
  long_form.insert(long_form.begin() + 1, 0x81);
  Bytes trailing = sequence(r, s);
  trailing.push_back(0);
  Bytes inside = sequence(r, s);
  inside.push_back(0);
  inside[1]++;
  Bytes cut = sequence(r, s);
  cut.pop_back();
  Bytes indefinite = sequence(r, s);
  indefinite[1] = 0x80;
  indefinite.insert(indefinite.end(), {0, 0});
  Bytes set = sequence(r, s);
  set[0] = 0x31;
  Bytes above = kOrder;
  above.back()++;
  const Bytes rows[] = {
      sequence(integer(kR), s),              // negative
      sequence(integer(zero_r), s),          // needless zero byte
      sequence(integer({}), s),              // no byte at all
      sequence(integer({0}), s),             // r = 0
      sequence(r, integer({0})),             // s = 0
      sequence(integer({0}), integer({0})),  // CVE-2022-21449
      sequence(positive(kOrder), s),         // r = n
      sequence(r, positive(kOrder)),         // s = n
      sequence(r, positive(above)),          // s > n
      sequence(r, integer(Bytes(33, 0x7F))),
      sequence(r, {}),
      sequence({}, {}),
      long_form,
      trailing,
      inside,
      cut,
      indefinite,
      set,
      {},
      {0x30},
      {0x30, 0x00},
      Bytes(64, 1),  // r and s side by side, as JWS has them
  };
  for (const Bytes &row : rows) {
    const auto verified = key.value().verify(bytes_of("sample"), row);
    REQUIRE_MESSAGE(!verified.has_value(), hex(row));
    CHECK(verified.error().status == Status::wrong);
    CHECK_MESSAGE(verified.error().reason == Reason::signature_encoding, hex(row));
  }
  // Well formed, and of one and n - 1: a plain no.
  Bytes below = kOrder;
  below.back()--;
  CHECK(key.value().verify(bytes_of("sample"), sequence(integer({1}), positive(below))).error().reason ==
        Reason::signature_wrong);
}

TEST_CASE("EC keys: P-256, uncompressed, on the curve") {
  CHECK(refusal(ec2(-7, 1, kX, kY)) == Reason::none);
  CHECK(refusal(ec2(-7, 2, kX, kY)) == Reason::cose_curve);
  CHECK(refusal(ec2(-7, 8, kX, kY)) == Reason::cose_curve);
  CHECK(refusal(ec2(-8, 6, kX, kY)) == Reason::cose_key_type);
  CHECK(refusal(ec2(-257, 1, kX, kY)) == Reason::cose_key_type);
  Bytes off = kY;
  off.back() ^= 1;
  CHECK(refusal(ec2(-7, 1, kX, off)) == Reason::cose_key_value);
  CHECK(refusal(ec2(-7, 1, Bytes(32, 0), Bytes(32, 0))) == Reason::cose_key_value);
  CHECK(refusal(ec2(-7, 1, Bytes(32, 0xFF), kY)) == Reason::cose_key_value);  // not below the field's prime
  CHECK(refusal(ec2(-7, 1, Bytes(31, 1), kY)) == Reason::cose_key_length);
  CHECK(refusal(ec2(-7, 1, kX, Bytes(33, 1))) == Reason::cose_key_length);
  CHECK(refusal(ec2(-7, 1, {}, {})) == Reason::cose_key_length);
  // y as a sign bit: a compressed point.
  cbor::Writer sign;
  sign.map(5)
      .number(1)
      .number(2)
      .number(3)
      .number(-7)
      .number(-1)
      .number(1)
      .number(-2)
      .bytes(kX)
      .number(-3)
      .boolean(true);
  CHECK(refusal(sign.view()) == Reason::cbor_type);
}

TEST_CASE("OKP keys: Ed25519 of 32 bytes, and new ones of the prime-order subgroup") {
  const Bytes good = h("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
  CHECK(refusal(okp(-8, 6, good)) == Reason::none);
  CHECK(refusal(okp(-8, 7, good)) == Reason::cose_key_length);
  CHECK(refusal(okp(-8, 4, good)) == Reason::cose_curve);
  CHECK(refusal(okp(-7, 1, good)) == Reason::cose_key_type);
  CHECK(refusal(okp(-8, 6, Bytes(31, 1))) == Reason::cose_key_length);
  CHECK(refusal(okp(-8, 6, Bytes(33, 1))) == Reason::cose_key_length);
  Bytes identity(32, 0);
  identity[0] = 1;
  Bytes not_canonical(32, 0xFF);
  not_canonical[31] = 0x7F;
  for (const Bytes &weak : {identity, Bytes(32, 0), not_canonical,
                            h("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")}) {
    const auto key = PublicKey::parse(okp(-8, 6, weak));
    REQUIRE(key.has_value());
    CHECK(key.value().check_new().error().reason == Reason::cose_key_value);
    // With the identity as key and R, and s = 0, the equation holds for any message.
    Bytes signature(64, 0);
    signature[0] = 1;
    CHECK_FALSE(key.value().verify(bytes_of("anything"), signature).has_value());
  }
}

TEST_CASE("RSA keys: modulus of 2048 to 8192 bits, exponent odd and small") {
  const Bytes e = h("010001");
  CHECK(refusal(rsa(-257, modulus(2048), e)) == Reason::none);
  CHECK(refusal(rsa(-257, modulus(8192), e)) == Reason::none);
  CHECK(refusal(rsa(-257, modulus(3072), Bytes{3})) == Reason::none);
  CHECK(refusal(rsa(-257, modulus(2048), h("ffffffff"))) == Reason::none);
  CHECK(refusal(rsa(-257, modulus(2047), e)) == Reason::cose_key_length);
  CHECK(refusal(rsa(-257, modulus(1024), e)) == Reason::cose_key_length);
  CHECK(refusal(rsa(-257, modulus(8193), e)) == Reason::cose_key_length);
  CHECK(refusal(rsa(-257, modulus(2048), h("0100000001"))) == Reason::cose_key_length);
  CHECK(refusal(rsa(-257, modulus(2048), Bytes{1})) == Reason::cose_key_value);
  CHECK(refusal(rsa(-257, modulus(2048), Bytes{2})) == Reason::cose_key_value);
  CHECK(refusal(rsa(-257, modulus(2048), {})) == Reason::cose_key_value);
  CHECK(refusal(rsa(-257, modulus(2048), h("00010001"))) == Reason::cose_key_value);
  CHECK(refusal(rsa(-257, {}, e)) == Reason::cose_key_value);
  Bytes even = modulus(2048);
  even.back() = 0x54;
  CHECK(refusal(rsa(-257, even, e)) == Reason::cose_key_value);
  Bytes padded = modulus(2048);
  padded.insert(padded.begin(), 0);
  CHECK(refusal(rsa(-257, padded, e)) == Reason::cose_key_value);
  CHECK(refusal(rsa(-7, modulus(2048), e)) == Reason::cose_key_type);
  CHECK(refusal(rsa(-257, Bytes(5000, 1), e)) == Reason::cbor_limit);
}

TEST_CASE("RS256 signatures have the modulus' length") {
  const auto pair = SoftwareKey::make(-257);
  const auto key = PublicKey::parse(pair.cose());
  REQUIRE(key.has_value());
  const Bytes message(10, 1);
  Bytes padded = pair.sign(message);
  padded.insert(padded.begin(), 0);
  CHECK(key.value().verify(message, padded).error().reason == Reason::signature_encoding);
  CHECK(key.value().verify(message, Bytes(256, 0)).error().reason == Reason::signature_wrong);
  CHECK(key.value().verify(message, Bytes(256, 0xFF)).error().reason == Reason::signature_wrong);
}

TEST_CASE("COSE_Key: what is missing, unknown or of another type") {
  CHECK(refusal(ec2(-34, 2, kX, kY)) == Reason::cose_algorithm);
  CHECK(refusal(ec2(-65535, 1, kX, kY)) == Reason::cose_key_type);
  CHECK(refusal(ec2(int64_t{-7} - (int64_t{1} << 32), 1, kX, kY)) == Reason::cose_algorithm);
  CHECK(refusal(ec2(0, 1, kX, kY)) == Reason::cose_algorithm);
  CHECK(refusal(h("a0")) == Reason::cbor_type);
  CHECK(refusal(h("80")) == Reason::cbor_type);
  CHECK(refusal({}) == Reason::cbor_malformed);
  CHECK(refusal(h("a10326")) == Reason::cbor_type);      // no kty
  CHECK(refusal(h("a201020326")) == Reason::cbor_type);  // no crv
  CHECK(refusal(h("a201040326")) == Reason::cose_key_type);
  CHECK(refusal(h("a103654553323536")) == Reason::cbor_type);
  // Numbers that 32 bits cut to those of EC2 and P-256.
  cbor::Writer cut;
  cut.map(5).number(1).number((int64_t{1} << 32) + 2).number(3).number(-7).number(-1).number(1);
  CHECK(refusal(cut.number(-2).bytes(kX).number(-3).bytes(kY).take()) == Reason::cose_key_type);
  CHECK(refusal(ec2(-7, (int64_t{1} << 32) + 1, kX, kY)) == Reason::cose_curve);
  Bytes trailing = ec2(-7, 1, kX, kY);
  trailing.push_back(0);
  CHECK(refusal(trailing) == Reason::cbor_trailing);
}

TEST_CASE("an uncompressed point becomes the COSE_Key") {
  Bytes point{4};
  point.insert(point.end(), kX.begin(), kX.end());
  point.insert(point.end(), kY.begin(), kY.end());
  CHECK(cose::from_uncompressed_p256(point).value() == ec2(-7, 1, kX, kY));
  point[0] = 6;
  CHECK_FALSE(cose::from_uncompressed_p256(point).has_value());
  point[0] = 4;
  point.back() ^= 1;
  CHECK(cose::from_uncompressed_p256(point).error().reason == Reason::cose_key_value);
  CHECK_FALSE(cose::from_uncompressed_p256({}).has_value());
}

TEST_CASE("the names of algorithms") {
  CHECK(cose::algorithm_of("ES256") == -7);
  CHECK(cose::algorithm_of("EdDSA") == -8);
  CHECK(cose::algorithm_of("RS256") == -257);
  CHECK(cose::algorithm_of("RS1") == cose::kRs1);
  CHECK(cose::algorithm_of("RS2") == 0);
  CHECK(cose::is_known(-257));
  CHECK_FALSE(cose::is_known(-65534));
  CHECK(std::string_view(cose::name_of(-8)) == "EdDSA");
  CHECK(cose::name_of(0) == nullptr);
}

TEST_CASE("threads share a key") {
  for (const int32_t algorithm : {-7, -8, -257}) {
    const auto pair = SoftwareKey::make(algorithm);
    const auto key = PublicKey::parse(pair.cose());
    REQUIRE(key.has_value());
    const Bytes message(64, 1), signature = pair.sign(message);
    std::atomic<int> right = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; i++) {
      threads.emplace_back([&, i] {
        for (int round = 0; round < 25; round++)
          right += key.value().verify(Bytes(64, i % 2 == 0 ? 1 : 2), signature).has_value() ? 1 : 0;
      });
    }
    for (auto &thread : threads) thread.join();
    CHECK(right == 50);
  }
}

TEST_CASE("a refusal leaves the thread's OpenSSL errors as they were") {
  ::ERR_clear_error();
  const auto pair = SoftwareKey::make(-257);
  const auto key = PublicKey::parse(pair.cose());
  REQUIRE(key.has_value());
  Bytes off = kY;
  off.back() ^= 1;
  for (const bool earlier : {false, true}) {
    if (earlier) ERR_raise(ERR_LIB_USER, 42);
    const auto before = ::ERR_peek_last_error();
    CHECK_FALSE(key.value().verify({}, Bytes(256, 1)).has_value());
    CHECK_FALSE(PublicKey::parse(ec2(-7, 1, kX, off)).has_value());
    CHECK(::ERR_peek_last_error() == before);
  }
  ::ERR_clear_error();
}
