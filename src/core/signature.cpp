#include "core/signature.hpp"

#include <openssl/core_names.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <array>

#include "core/openssl.hpp"
#include "core/per_thread.hpp"

namespace mfa {
namespace {

using openssl::Errors;

// FIPS 186-4 sections D.1.2.3 to D.1.2.5, SEC 2 section 2.4.1: the order n of each curve.
constexpr std::array<uint8_t, 32> kP256Order = {
    0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
    0xBC, 0xE6, 0xFA, 0xAD, 0xA7, 0x17, 0x9E, 0x84, 0xF3, 0xB9, 0xCA, 0xC2, 0xFC, 0x63, 0x25, 0x51};
constexpr std::array<uint8_t, 48> kP384Order = {
    0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
    0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xC7, 0x63, 0x4D, 0x81, 0xF4, 0x37, 0x2D, 0xDF,
    0x58, 0x1A, 0x0D, 0xB2, 0x48, 0xB0, 0xA7, 0x7A, 0xEC, 0xEC, 0x19, 0x6A, 0xCC, 0xC5, 0x29, 0x73};
constexpr std::array<uint8_t, 66> kP521Order = {
    0x01, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
    0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFA,
    0x51, 0x86, 0x87, 0x83, 0xBF, 0x2F, 0x96, 0x6B, 0x7F, 0xCC, 0x01, 0x48, 0xF7, 0x09, 0xA5, 0xD0, 0x3B,
    0xB5, 0xC9, 0xB8, 0x89, 0x9C, 0x47, 0xAE, 0xBB, 0x6F, 0xB7, 0x1E, 0x91, 0x38, 0x64, 0x09};
constexpr std::array<uint8_t, 32> kSecp256k1Order = {
    0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFE,
    0xBA, 0xAE, 0xDC, 0xE6, 0xAF, 0x48, 0xA0, 0x3B, 0xBF, 0xD2, 0x5E, 0x8C, 0xD0, 0x36, 0x41, 0x41};

struct CurveRow {
  Curve curve;
  const char *group;  // OpenSSL's name
  ByteView order;
};
constexpr CurveRow kCurves[] = {{Curve::p256, "P-256", kP256Order},
                                {Curve::p384, "P-384", kP384Order},
                                {Curve::p521, "P-521", kP521Order},
                                {Curve::secp256k1, "secp256k1", kSecp256k1Order}};

const CurveRow *row_of(Curve curve) {
  const auto *found = std::find_if(std::begin(kCurves), std::end(kCurves),
                                   [curve](const CurveRow &row) { return row.curve == curve; });
  return found == std::end(kCurves) ? nullptr : found;
}

Failure bad_encoding() {
  return fail(Status::wrong, Reason::signature_encoding, "the signature is not in its strict encoding");
}

// Takes one DER element of this tag from the front; false when its length is not the shortest form.
bool take(ByteView &der, uint8_t tag, ByteView *content) {
  if (der.size() < 2 || der[0] != tag) return false;
  size_t head = 2, length = der[1];
  if (length == 0x81) {
    if (der.size() < 3 || der[2] < 0x80) return false;
    head = 3;
    length = der[2];
  } else if (length >= 0x80) {
    return false;  // no ECDSA signature that we know is longer
  }
  if (length > der.size() - head) return false;
  *content = der.subspan(head, length);
  der = der.subspan(head + length);
  return true;
}

bool take_scalar(ByteView &der, ByteView order) {
  ByteView content;
  if (!take(der, 0x02, &content) || content.empty() || content[0] >= 0x80) return false;
  if (content[0] == 0) {
    if (content.size() == 1 || content[1] < 0x80) return false;  // zero, or a needless zero byte
    content = content.subspan(1);
  }
  if (content.size() != order.size()) return content.size() < order.size();
  return std::lexicographical_compare(content.begin(), content.end(), order.begin(), order.end());
}

// Setting up the curve is most of what making a key costs (17 us, a copy 4), so each thread keeps a key of
// each curve that has no point yet, and copies it. It is never changed: a key object that once refused a
// point would go on with the one before.
EVP_PKEY *thread_curve(const CurveRow &row) {
  static PerThread<std::array<openssl::Pkey, std::size(kCurves)>> per_thread;
  auto *keys = per_thread.get();
  if (!keys) return nullptr;
  openssl::Pkey &key = (*keys)[static_cast<size_t>(&row - kCurves)];
  if (key) return key.get();
  const openssl::PkeyContext context(::EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
  if (!context || ::EVP_PKEY_fromdata_init(context.get()) != 1) return nullptr;
  OSSL_PARAM parameters[] = {
      ::OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, const_cast<char *>(row.group), 0),
      ::OSSL_PARAM_construct_end()};
  EVP_PKEY *made = nullptr;
  if (::EVP_PKEY_fromdata(context.get(), &made, EVP_PKEY_KEY_PARAMETERS, parameters) == 1) key.reset(made);
  return key.get();
}

// Those that a COSE algorithm signs with.
const EVP_MD *rsa_digest(DigestAlgorithm algorithm) {
  switch (algorithm) {
    case DigestAlgorithm::sha1: return ::EVP_sha1();
    case DigestAlgorithm::sha256: return ::EVP_sha256();
    case DigestAlgorithm::sha384: return ::EVP_sha384();
    case DigestAlgorithm::sha512: return ::EVP_sha512();
    case DigestAlgorithm::sha3_256:
    case DigestAlgorithm::sha3_384:
    case DigestAlgorithm::sha3_512: break;
  }
  return nullptr;
}

openssl::PkeyContext verifier(EVP_PKEY *key) {
  openssl::PkeyContext context(::EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
  if (!context || ::EVP_PKEY_verify_init(context.get()) != 1) return nullptr;
  return context;
}

}  // namespace

bool is_strict_ecdsa(Curve curve, ByteView signature) {
  const CurveRow *row = row_of(curve);
  ByteView sequence;
  return row && take(signature, 0x30, &sequence) && signature.empty() && take_scalar(sequence, row->order) &&
         take_scalar(sequence, row->order) && sequence.empty();
}

Bytes ecdsa_from_scalars(ByteView r, ByteView s) {
  Bytes content;
  for (ByteView scalar : {r, s}) {
    while (scalar.size() > 1 && scalar.front() == 0) scalar = scalar.subspan(1);
    const bool sign = !scalar.empty() && scalar.front() >= 0x80;
    content.push_back(0x02);
    content.push_back(static_cast<uint8_t>(scalar.size() + (sign ? 1 : 0)));
    if (sign) content.push_back(0);
    content.insert(content.end(), scalar.begin(), scalar.end());
  }
  Bytes der{0x30};
  if (content.size() >= 0x80) der.push_back(0x81);
  der.push_back(static_cast<uint8_t>(content.size()));
  der.insert(der.end(), content.begin(), content.end());
  return der;
}

void SignatureKey::Free::operator()(evp_pkey_st *key) const { ::EVP_PKEY_free(key); }

Result<SignatureKey> SignatureKey::ec(Curve curve, ByteView x, ByteView y) {
  const Errors errors;
  const CurveRow *row = row_of(curve);
  if (!row || x.size() != row->order.size() || y.size() != row->order.size())
    return fail(Status::malformed, Reason::cose_key_length, "coordinates of another length than the curve's");
  Bytes point{0x04};  // uncompressed (SEC 1 section 2.3.3): OpenSSL would take other forms as well
  point.insert(point.end(), x.begin(), x.end());
  point.insert(point.end(), y.begin(), y.end());
  EVP_PKEY *no_point = thread_curve(*row);
  openssl::Pkey key(no_point ? ::EVP_PKEY_dup(no_point) : nullptr);
  if (!key) return errors.broken();
  if (::EVP_PKEY_set1_encoded_public_key(key.get(), point.data(), point.size()) != 1)
    return errors.refused(Status::malformed, Reason::cose_key_value, "not a point on the curve");
  return SignatureKey(key.release(), curve);
}

Result<SignatureKey> SignatureKey::rsa(ByteView n, ByteView e) {
  const Errors errors;
  struct FreeBuilder : openssl::Release<::OSSL_PARAM_BLD_free> {};
  struct FreeParameters : openssl::Release<::OSSL_PARAM_free> {};
  const openssl::Number modulus(::BN_bin2bn(n.data(), static_cast<int>(n.size()), nullptr));
  const openssl::Number exponent(::BN_bin2bn(e.data(), static_cast<int>(e.size()), nullptr));
  const std::unique_ptr<OSSL_PARAM_BLD, FreeBuilder> builder(::OSSL_PARAM_BLD_new());
  if (!modulus || !exponent || !builder ||
      ::OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get()) != 1 ||
      ::OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get()) != 1) {
    return errors.broken();
  }
  const std::unique_ptr<OSSL_PARAM, FreeParameters> parameters(::OSSL_PARAM_BLD_to_param(builder.get()));
  const openssl::PkeyContext context(::EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
  if (!parameters || !context || ::EVP_PKEY_fromdata_init(context.get()) != 1) return errors.broken();
  EVP_PKEY *made = nullptr;
  const int answer = ::EVP_PKEY_fromdata(context.get(), &made, EVP_PKEY_PUBLIC_KEY, parameters.get());
  openssl::Pkey key(made);
  if (answer != 1) return errors.refused(Status::malformed, Reason::cose_key_value, "not an RSA key");
  return SignatureKey(key.release(), Curve::none);
}

Result<Done> SignatureKey::verify_ecdsa(ByteView digest, ByteView signature) const {
  if (!is_strict_ecdsa(curve_, signature)) return bad_encoding();
  const Errors errors;
  const auto context = verifier(key_.get());
  if (!context) return errors.broken();
  const int answer =
      ::EVP_PKEY_verify(context.get(), signature.data(), signature.size(), digest.data(), digest.size());
  if (answer < 0) return errors.broken();  // the encoding is right already
  if (answer != 1) return fail(Status::wrong, Reason::signature_wrong, "the signature does not verify");
  return done;
}

Result<Done> SignatureKey::verify_rsa(RsaPadding padding, DigestAlgorithm algorithm, ByteView digest,
                                      ByteView signature) const {
  const Errors errors;
  const int size = ::EVP_PKEY_get_size(key_.get());
  if (size <= 0) return errors.broken();  // it is no key's: memory was short
  if (signature.size() != static_cast<size_t>(size)) return bad_encoding();
  const bool pss = padding == RsaPadding::pss;
  const auto *hash = rsa_digest(algorithm);
  const auto verifies = [&](bool *completed) {
    const auto context = verifier(key_.get());
    *completed =
        context && hash &&
        ::EVP_PKEY_CTX_set_rsa_padding(context.get(), pss ? RSA_PKCS1_PSS_PADDING : RSA_PKCS1_PADDING) == 1 &&
        ::EVP_PKEY_CTX_set_signature_md(context.get(), hash) == 1 &&
        (!pss || (::EVP_PKEY_CTX_set_rsa_mgf1_md(context.get(), hash) == 1 &&
                  ::EVP_PKEY_CTX_set_rsa_pss_saltlen(context.get(), RSA_PSS_SALTLEN_DIGEST) == 1));
    return *completed && ::EVP_PKEY_verify(context.get(), signature.data(), signature.size(), digest.data(),
                                           digest.size()) == 1;
  };
  bool completed = false;
  // Once more, for OpenSSL forgets when it failed for want of memory.
  if (verifies(&completed) || verifies(&completed)) return done;
  if (!completed) return errors.broken();
  return errors.refused(Status::wrong, Reason::signature_wrong, "the signature does not verify");
}

Result<SignatureKey> SignatureKey::raw(const char *name, ByteView key) {
  const Errors errors;
  EVP_PKEY *made = ::EVP_PKEY_new_raw_public_key_ex(nullptr, name, nullptr, key.data(), key.size());
  if (!made) return errors.refused(Status::malformed, Reason::cose_key_value, "not a key of the algorithm");
  return SignatureKey(made, Curve::none);
}

Result<Done> SignatureKey::verify_message(ByteView message, ByteView signature) const {
  struct FreeContext : openssl::Release<::EVP_MD_CTX_free> {};
  const Errors errors;
  const int size = ::EVP_PKEY_get_size(key_.get());
  if (size <= 0) return errors.broken();  // it is no key's: memory was short
  if (signature.size() != static_cast<size_t>(size)) return bad_encoding();
  const std::unique_ptr<EVP_MD_CTX, FreeContext> context(::EVP_MD_CTX_new());
  if (!context || ::EVP_DigestVerifyInit_ex(context.get(), nullptr, nullptr, nullptr, nullptr, key_.get(),
                                            nullptr) != 1) {
    return errors.broken();
  }
  const int answer =
      ::EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(), message.size());
  if (answer == 1) return done;
  return errors.refused(Status::wrong, Reason::signature_wrong, "the signature does not verify");
}

// With x^2 = (y^2 - 1) / (d y^2 - 1) over the field of p = 2^448 - 2^224 - 1 and d = -39081: there is such an
// x when numerator times denominator is a square. The points of small order have y of 0, 1 or p - 1.
Result<bool> is_ed448_key(ByteView key) {
  constexpr size_t kBytes = 57;
  if (key.size() != kBytes || (key.back() & 0x7F) != 0) return false;
  const Errors errors;
  struct FreeContext : openssl::Release<::BN_CTX_free> {};
  const std::unique_ptr<BN_CTX, FreeContext> context(::BN_CTX_new());
  const openssl::Number y(::BN_lebin2bn(key.data(), static_cast<int>(kBytes - 1), nullptr));
  const openssl::Number p(::BN_new()), square(::BN_new()), numerator(::BN_new()), denominator(::BN_new());
  if (!context || !y || !p || !square || !numerator || !denominator || ::BN_set_bit(p.get(), 448) != 1)
    return errors.broken();
  const openssl::Number middle(::BN_new());
  if (!middle || ::BN_set_bit(middle.get(), 224) != 1 || ::BN_sub(p.get(), p.get(), middle.get()) != 1 ||
      ::BN_sub_word(p.get(), 1) != 1) {
    return errors.broken();
  }
  if (::BN_cmp(y.get(), p.get()) >= 0 || ::BN_is_zero(y.get()) || ::BN_is_one(y.get())) return false;
  if (::BN_mod_sqr(square.get(), y.get(), p.get(), context.get()) != 1 ||
      ::BN_copy(numerator.get(), square.get()) == nullptr || ::BN_sub_word(numerator.get(), 1) != 1 ||
      ::BN_copy(denominator.get(), square.get()) == nullptr || ::BN_mul_word(denominator.get(), 39081) != 1 ||
      ::BN_add_word(denominator.get(), 1) != 1) {
    return errors.broken();
  }
  if (::BN_is_zero(numerator.get())) return false;  // y = p - 1
  ::BN_set_negative(denominator.get(), 1);
  if (::BN_mod_mul(square.get(), numerator.get(), denominator.get(), p.get(), context.get()) != 1)
    return errors.broken();
  const int symbol = ::BN_kronecker(square.get(), p.get(), context.get());
  if (symbol < -1) return errors.broken();
  return symbol == 1;
}

}  // namespace mfa
