#include "support/software_key.hpp"

#include <doctest.h>

#include <algorithm>

#include "core/cbor.hpp"

using namespace mfa;
using test::algorithm_of;
using test::openssl_verifies;
using test::SoftwareKey;

namespace {

int64_t member(const Bytes &cose, int64_t key) {
  const auto document = cbor::Document::parse(cose).value();
  return document.root().need(key).value().as_int().value();
}
size_t length(const Bytes &cose, int64_t key) {
  const auto document = cbor::Document::parse(cose).value();
  return document.root().need(key).value().as_bytes().value().size();
}

}  // namespace

TEST_CASE("software key: OpenSSL verifies what each algorithm signs, and nothing else") {
  for (const int32_t algorithm : test::all_algorithms()) {
    CAPTURE(algorithm);
    const auto key = SoftwareKey::shared(algorithm);
    CHECK(key.algorithm() == algorithm);
    const Bytes message(100, 1), signature = key.sign(message);
    CHECK(openssl_verifies(algorithm, key.spki(), message, signature));
    CHECK_FALSE(openssl_verifies(algorithm, key.spki(), Bytes(100, 2), signature));
  }
}

TEST_CASE("software key: which algorithms this OpenSSL can") {
  const auto all = test::all_algorithms();
  const auto has = [&](int32_t algorithm) { return std::count(all.begin(), all.end(), algorithm) == 1; };
  for (const int32_t algorithm :
       {-7, -8, -9, -19, -35, -36, -37, -38, -39, -47, -51, -52, -53, -257, -258, -259, -65535})
    CHECK(has(algorithm));
  for (const int32_t algorithm : {-48, -49, -50}) CHECK(has(algorithm) == SoftwareKey::available(algorithm));
  CHECK(all.size() == (SoftwareKey::available(-48) ? 20 : 17));
}

TEST_CASE("software key: the members of a COSE_Key") {
  for (const int32_t algorithm : test::all_algorithms()) {
    CAPTURE(algorithm);
    const auto key = SoftwareKey::shared(algorithm);
    const Bytes cose = key.cose();
    CHECK(member(cose, 1) == algorithm_of(algorithm).key_type);
    CHECK(member(cose, 3) == algorithm);
    switch (algorithm_of(algorithm).key_type) {
      case 1: CHECK(length(cose, -2) == (member(cose, -1) == 6 ? 32 : 57)); break;
      case 2: {
        const size_t wide = member(cose, -1) == 2 ? 48 : member(cose, -1) == 3 ? 66 : 32;
        CHECK(length(cose, -2) == wide);
        CHECK(length(cose, -3) == wide);
        CHECK(key.point().size() == 1 + 2 * wide);
        CHECK(key.sign_raw({}).size() == 2 * wide);
        break;
      }
      case 3:
        CHECK(length(cose, -1) == 256);
        CHECK(length(cose, -2) == 3);
        break;
      default: CHECK(length(cose, -1) > 1000);
    }
  }
}

TEST_CASE("software key: one key under several algorithms") {
  const auto rsa = SoftwareKey::shared(-257);
  for (const int32_t algorithm : {-258, -259, -37, -38, -39, -65535}) {
    const Bytes signature = rsa.under(algorithm).sign({});
    CHECK(openssl_verifies(algorithm, rsa.spki(), {}, signature));
    CHECK_FALSE(openssl_verifies(-257, rsa.spki(), {}, signature));
  }
  const auto curve7 = SoftwareKey::make(-53).under(-8);
  CHECK(member(curve7.cose(), 3) == -8);
  CHECK(member(curve7.cose(), -1) == 7);
  CHECK(openssl_verifies(-8, curve7.spki(), {}, curve7.sign({})));
  const auto unfit = SoftwareKey::make(-35).under(-7);
  CHECK(member(unfit.cose(), 3) == -7);
  CHECK(member(unfit.cose(), -1) == 2);
  CHECK(openssl_verifies(-7, unfit.spki(), {}, unfit.sign({})));
  CHECK_FALSE(openssl_verifies(-35, unfit.spki(), {}, unfit.sign({})));
  CHECK(SoftwareKey::make(-257, 3072).modulus().size() == 384);
}
