#include "support/software_key.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <map>
#include <mutex>
#include <tuple>

#include "core/cbor.hpp"
#include "support/must.hpp"
#include "support/seed.hpp"

namespace mfa::test {
namespace {

constexpr int kOkp = 1, kEc2 = 2, kRsa = 3, kAkp = 7;

constexpr Algorithm kAlgorithms[] = {
    {-7, "ES256", kEc2, 1, "P-256", "SHA256", false},
    {-35, "ES384", kEc2, 2, "P-384", "SHA384", false},
    {-36, "ES512", kEc2, 3, "P-521", "SHA512", false},
    {-47, "ES256K", kEc2, 8, "secp256k1", "SHA256", false},
    {-9, "ESP256", kEc2, 1, "P-256", "SHA256", false},
    {-51, "ESP384", kEc2, 2, "P-384", "SHA384", false},
    {-52, "ESP512", kEc2, 3, "P-521", "SHA512", false},
    {-8, "EdDSA", kOkp, 6, "ED25519", nullptr, false},
    {-19, "Ed25519", kOkp, 6, "ED25519", nullptr, false},
    {-53, "Ed448", kOkp, 7, "ED448", nullptr, false},
    {-257, "RS256", kRsa, 0, "RSA", "SHA256", false},
    {-258, "RS384", kRsa, 0, "RSA", "SHA384", false},
    {-259, "RS512", kRsa, 0, "RSA", "SHA512", false},
    {-37, "PS256", kRsa, 0, "RSA", "SHA256", true},
    {-38, "PS384", kRsa, 0, "RSA", "SHA384", true},
    {-39, "PS512", kRsa, 0, "RSA", "SHA512", true},
    {-65535, "RS1", kRsa, 0, "RSA", "SHA1", false},
    {-48, "ML-DSA-44", kAkp, 0, "ML-DSA-44", nullptr, false},
    {-49, "ML-DSA-65", kAkp, 0, "ML-DSA-65", nullptr, false},
    {-50, "ML-DSA-87", kAkp, 0, "ML-DSA-87", nullptr, false},
};

Bytes number(EVP_PKEY *key, const char *name, size_t padded = 0) {
  BIGNUM *value = nullptr;
  must(::EVP_PKEY_get_bn_param(key, name, &value) == 1);
  Bytes bytes(padded != 0 ? padded : static_cast<size_t>(BN_num_bytes(value)));
  must(::BN_bn2binpad(value, bytes.data(), static_cast<int>(bytes.size())) >= 0);
  ::BN_free(value);
  return bytes;
}

Bytes raw_public(EVP_PKEY *key) {
  size_t size = 0;
  must(::EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, nullptr, 0, &size) == 1);
  Bytes raw(size);
  must(::EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, raw.data(), size, &size) == 1);
  return raw;
}

size_t coordinate_bytes(EVP_PKEY *key) { return (static_cast<size_t>(EVP_PKEY_get_bits(key)) + 7) / 8; }

// The digest and padding of an algorithm; Ed25519 and its like allow none, under whatever number they go.
const char *digest_of(const Algorithm &use, EVP_PKEY *key) {
  const bool own = EVP_PKEY_is_a(key, "RSA") == 1 || EVP_PKEY_is_a(key, "EC") == 1;
  return own ? use.digest : nullptr;
}
void set_padding(const Algorithm &use, EVP_PKEY_CTX *context) {
  if (!use.pss) return;
  must(::EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
       ::EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1);
}

using Context = std::unique_ptr<EVP_MD_CTX, decltype(&::EVP_MD_CTX_free)>;
Context new_context() {
  Context context(::EVP_MD_CTX_new(), ::EVP_MD_CTX_free);
  must(context != nullptr);
  return context;
}

}  // namespace

const Algorithm &algorithm_of(int32_t number) {
  for (const Algorithm &row : kAlgorithms)
    if (row.number == number) return row;
  must(false, "not an algorithm of COSE");
  return kAlgorithms[0];
}

std::vector<int32_t> all_algorithms() {
  std::vector<int32_t> numbers;
  for (const Algorithm &row : kAlgorithms)
    if (SoftwareKey::available(row.number)) numbers.push_back(row.number);
  return numbers;
}

bool SoftwareKey::available(int32_t algorithm) {
  const Algorithm &row = algorithm_of(algorithm);
  if (row.key_type != kAkp) return true;
  ::ERR_set_mark();
  EVP_KEYMGMT *found = ::EVP_KEYMGMT_fetch(nullptr, row.openssl, nullptr);
  ::ERR_pop_to_mark();
  ::EVP_KEYMGMT_free(found);
  return found != nullptr;
}

SoftwareKey::SoftwareKey(const Algorithm &kind, const Algorithm &use, std::shared_ptr<evp_pkey_st> key)
    : kind_(&kind), use_(&use), key_(std::move(key)) {
  must(key_ != nullptr);
}

SoftwareKey SoftwareKey::make(int32_t algorithm, unsigned bits) {
  const Algorithm &row = algorithm_of(algorithm);
  EVP_PKEY *key = row.key_type == kEc2   ? EVP_EC_gen(row.openssl)
                  : row.key_type == kRsa ? EVP_RSA_gen(bits)
                                         : ::EVP_PKEY_Q_keygen(nullptr, nullptr, row.openssl);
  return {row, row, std::shared_ptr<evp_pkey_st>(key, ::EVP_PKEY_free)};
}

SoftwareKey SoftwareKey::shared(int32_t algorithm, unsigned bits, const std::string &role) {
  static std::mutex mutex;
  // Never destroyed: at the program's end OpenSSL may be gone before it.
  static auto &keys = *new std::map<std::tuple<uint64_t, std::string, unsigned, std::string>, SoftwareKey>();
  const Algorithm &row = algorithm_of(algorithm);
  const std::lock_guard lock(mutex);
  const auto name = std::make_tuple(SeededRandom::stream(), std::string(row.openssl), bits, role);
  auto found = keys.find(name);
  if (found == keys.end()) found = keys.emplace(name, make(algorithm, bits)).first;
  return found->second.under(algorithm);
}

SoftwareKey SoftwareKey::quick(int32_t algorithm, const std::string &role) {
  const bool slow = algorithm_of(algorithm).key_type == kRsa;
  return slow ? shared(algorithm, 2048, role) : make(algorithm);
}

SoftwareKey SoftwareKey::under(int32_t algorithm) const { return {*kind_, algorithm_of(algorithm), key_}; }

Bytes SoftwareKey::coordinate(char which) const {
  const char *name = which == 'x' ? OSSL_PKEY_PARAM_EC_PUB_X : OSSL_PKEY_PARAM_EC_PUB_Y;
  return number(pkey(), name, coordinate_bytes(pkey()));
}

Bytes SoftwareKey::point() const {
  Bytes point{4};
  for (const char which : {'x', 'y'}) {
    const Bytes half = coordinate(which);
    point.insert(point.end(), half.begin(), half.end());
  }
  return point;
}

Bytes SoftwareKey::modulus() const { return number(pkey(), OSSL_PKEY_PARAM_RSA_N); }

Bytes SoftwareKey::cose() const {
  cbor::Writer writer;
  const auto head = [&](size_t pairs) -> cbor::Writer & {
    return writer.map(pairs).number(1).number(kind_->key_type).number(3).number(use_->number);
  };
  switch (kind_->key_type) {
    case kEc2: head(5).number(-1).number(kind_->curve).number(-2).bytes(coordinate('x')); break;
    case kOkp: head(4).number(-1).number(kind_->curve).number(-2).bytes(raw_public(pkey())); break;
    case kRsa: head(4).number(-1).bytes(modulus()); break;
    default: head(3).number(-1).bytes(raw_public(pkey()));
  }
  if (kind_->key_type == kEc2) writer.number(-3).bytes(coordinate('y'));
  if (kind_->key_type == kRsa) writer.number(-2).bytes(number(pkey(), OSSL_PKEY_PARAM_RSA_E));
  return writer.take();
}

Bytes SoftwareKey::sign(ByteView message) const {
  const Context context = new_context();
  EVP_PKEY_CTX *parameters = nullptr;
  must(::EVP_DigestSignInit_ex(context.get(), &parameters, digest_of(*use_, pkey()), nullptr, nullptr, pkey(),
                               nullptr) == 1);
  set_padding(*use_, parameters);
  size_t size = 0;
  must(::EVP_DigestSign(context.get(), nullptr, &size, message.data(), message.size()) == 1);
  Bytes signature(size);
  must(::EVP_DigestSign(context.get(), signature.data(), &size, message.data(), message.size()) == 1);
  signature.resize(size);
  return signature;
}

Bytes SoftwareKey::sign_raw(ByteView message) const {
  const Bytes der = sign(message);
  const unsigned char *at = der.data();
  ECDSA_SIG *parsed = ::d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size()));
  must(parsed != nullptr);
  const size_t half = coordinate_bytes(pkey());
  Bytes raw(2 * half);
  must(::BN_bn2binpad(::ECDSA_SIG_get0_r(parsed), raw.data(), static_cast<int>(half)) >= 0 &&
       ::BN_bn2binpad(::ECDSA_SIG_get0_s(parsed), raw.data() + half, static_cast<int>(half)) >= 0);
  ::ECDSA_SIG_free(parsed);
  return raw;
}

Bytes SoftwareKey::spki() const {
  unsigned char *der = nullptr;
  const int size = ::i2d_PUBKEY(pkey(), &der);
  must(size > 0);
  const Bytes bytes(der, der + size);
  OPENSSL_free(der);
  return bytes;
}

bool openssl_verifies(int32_t algorithm, ByteView spki, ByteView message, ByteView signature) {
  const Algorithm &use = algorithm_of(algorithm);
  const unsigned char *at = spki.data();
  const std::shared_ptr<EVP_PKEY> key(::d2i_PUBKEY(nullptr, &at, static_cast<long>(spki.size())),
                                      ::EVP_PKEY_free);
  must(key != nullptr);
  const Context context = new_context();
  EVP_PKEY_CTX *parameters = nullptr;
  must(::EVP_DigestVerifyInit_ex(context.get(), &parameters, digest_of(use, key.get()), nullptr, nullptr,
                                 key.get(), nullptr) == 1);
  set_padding(use, parameters);
  ::ERR_set_mark();
  const bool yes = ::EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(),
                                      message.size()) == 1;
  ::ERR_pop_to_mark();
  return yes;
}

}  // namespace mfa::test
