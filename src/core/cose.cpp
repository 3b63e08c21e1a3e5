#include "core/cose.hpp"

#include <openssl/opensslv.h>

#include <algorithm>
#include <bit>
#include <optional>

#include "core/cbor.hpp"
#include "core/digest.hpp"
#include "core/ed25519.hpp"
#include "core/signature.hpp"

namespace mfa::cose {

struct Row;

struct PublicKey::Impl {
  const Row *row;
  std::optional<SignatureKey> key;  // all but Ed25519
  Bytes raw;                        // okp, akp
};

using Made = Result<PublicKey::Impl>;

// One algorithm: what keys it takes, and how it verifies.
struct Row {
  int32_t algorithm;  // COSE number
  const char *name;
  KeyType type;
  Curve curve;
  size_t key_bytes;  // each coordinate; 0: RSA, which has limits of its own
  DigestAlgorithm hash;
  Made (*make)(const Row &row, const KeyMaterial &material);
  Result<Done> (*verify)(const PublicKey::Impl &key, ByteView message, ByteView signature);
  Result<bool> (*fit)(const PublicKey::Impl &key);  // check_new
};

namespace {

// COSE_Key parameters (RFC 9052 section 7.1, RFC 9053 section 7.1.1 and 7.2, RFC 8230 section 4, RFC 9964
// section 3)
constexpr int64_t kKty = 1, kAlg = 3, kCrv = -1, kX = -2, kY = -3, kN = -1, kE = -2, kPub = -1;
constexpr cbor::Limits kLimits = {.max_bytes = kMaxKeyBytes, .max_depth = 4, .max_items = 64};

Failure bad(Reason reason, const char *message) { return fail(Status::malformed, reason, message); }

Made make_ec(const Row &row, const KeyMaterial &material) {
  if (material.x.size() != row.key_bytes || material.y.size() != row.key_bytes)
    return bad(Reason::cose_key_length, "coordinates of another length than the curve's");
  MFA_TRY(SignatureKey key, SignatureKey::ec(row.curve, material.x, material.y));
  return PublicKey::Impl{.row = &row, .key = std::move(key), .raw = {}};
}

Made make_ed25519(const Row &row, const KeyMaterial &material) {
  if (material.x.size() != row.key_bytes) return bad(Reason::cose_key_length, "a key of another length");
  return PublicKey::Impl{.row = &row, .key = std::nullopt, .raw = material.x};
}

Made make_raw(const Row &row, const KeyMaterial &material) {
  if (material.x.size() != row.key_bytes) return bad(Reason::cose_key_length, "a key of another length");
  const char *name = row.type == KeyType::okp ? "ED448" : row.name;
  MFA_TRY(SignatureKey key, SignatureKey::raw(name, material.x));
  return PublicKey::Impl{.row = &row, .key = std::move(key), .raw = material.x};
}

// RFC 8230 section 4: the minimum number of octets.
bool is_odd_number(const Bytes &number) {
  return !number.empty() && number.front() != 0 && (number.back() & 1) != 0;
}

Made make_rsa(const Row &row, const KeyMaterial &material) {
  const Bytes &n = material.n, &e = material.e;
  if (!is_odd_number(n) || !is_odd_number(e)) return bad(Reason::cose_key_value, "not an RSA key");
  const size_t bits = (n.size() - 1) * 8 + static_cast<size_t>(std::bit_width(n.front()));
  if (bits < kMinModulusBits || bits > kMaxModulusBits || e.size() > kMaxExponentBytes)
    return bad(Reason::cose_key_length, "an RSA key of a length that is not accepted");
  if (e == Bytes{1}) return bad(Reason::cose_key_value, "an RSA exponent of one");
  MFA_TRY(SignatureKey key, SignatureKey::rsa(n, e));
  return PublicKey::Impl{.row = &row, .key = std::move(key), .raw = {}};
}

Result<Done> verify_ecdsa(const PublicKey::Impl &key, ByteView message, ByteView signature) {
  MFA_TRY(const Digest hash, digest(key.row->hash, message));
  return key.key->verify_ecdsa(hash.view(), signature);
}
Result<Done> verify_pkcs1(const PublicKey::Impl &key, ByteView message, ByteView signature) {
  MFA_TRY(const Digest hash, digest(key.row->hash, message));
  return key.key->verify_rsa(SignatureKey::RsaPadding::pkcs1, key.row->hash, hash.view(), signature);
}
Result<Done> verify_pss(const PublicKey::Impl &key, ByteView message, ByteView signature) {
  MFA_TRY(const Digest hash, digest(key.row->hash, message));
  return key.key->verify_rsa(SignatureKey::RsaPadding::pss, key.row->hash, hash.view(), signature);
}
Result<Done> verify_raw(const PublicKey::Impl &key, ByteView message, ByteView signature) {
  return key.key->verify_message(message, signature);
}
Result<Done> verify_ed25519(const PublicKey::Impl &key, ByteView message, ByteView signature) {
  if (!ed25519_verify(key.raw, message, signature))
    return fail(Status::wrong, Reason::signature_wrong, "the signature does not verify");
  return done;
}

Result<bool> always(const PublicKey::Impl &) { return true; }
Result<bool> fit_ed25519(const PublicKey::Impl &key) { return is_ed25519_key(key.raw); }
Result<bool> fit_ed448(const PublicKey::Impl &key) { return is_ed448_key(key.raw); }

// The first of a number is the one that its name means.
using enum DigestAlgorithm;
constexpr Row kRows[] = {
    {-7, "ES256", KeyType::ec2, Curve::p256, 32, sha256, make_ec, verify_ecdsa, always},
    {-35, "ES384", KeyType::ec2, Curve::p384, 48, sha384, make_ec, verify_ecdsa, always},
    {-36, "ES512", KeyType::ec2, Curve::p521, 66, sha512, make_ec, verify_ecdsa, always},
    {-47, "ES256K", KeyType::ec2, Curve::secp256k1, 32, sha256, make_ec, verify_ecdsa, always},
    {-9, "ESP256", KeyType::ec2, Curve::p256, 32, sha256, make_ec, verify_ecdsa, always},
    {-51, "ESP384", KeyType::ec2, Curve::p384, 48, sha384, make_ec, verify_ecdsa, always},
    {-52, "ESP512", KeyType::ec2, Curve::p521, 66, sha512, make_ec, verify_ecdsa, always},
    {-8, "EdDSA", KeyType::okp, Curve::ed25519, 32, sha512, make_ed25519, verify_ed25519, fit_ed25519},
    {-8, "EdDSA", KeyType::okp, Curve::ed448, 57, sha512, make_raw, verify_raw, fit_ed448},
    {-19, "Ed25519", KeyType::okp, Curve::ed25519, 32, sha512, make_ed25519, verify_ed25519, fit_ed25519},
    {-53, "Ed448", KeyType::okp, Curve::ed448, 57, sha512, make_raw, verify_raw, fit_ed448},
    {-257, "RS256", KeyType::rsa, Curve::none, 0, sha256, make_rsa, verify_pkcs1, always},
    {-258, "RS384", KeyType::rsa, Curve::none, 0, sha384, make_rsa, verify_pkcs1, always},
    {-259, "RS512", KeyType::rsa, Curve::none, 0, sha512, make_rsa, verify_pkcs1, always},
    {-37, "PS256", KeyType::rsa, Curve::none, 0, sha256, make_rsa, verify_pss, always},
    {-38, "PS384", KeyType::rsa, Curve::none, 0, sha384, make_rsa, verify_pss, always},
    {-39, "PS512", KeyType::rsa, Curve::none, 0, sha512, make_rsa, verify_pss, always},
    {kRs1, "RS1", KeyType::rsa, Curve::none, 0, sha1, make_rsa, verify_pkcs1, always},
#if OPENSSL_VERSION_PREREQ(3, 5)
    {-48, "ML-DSA-44", KeyType::akp, Curve::none, 1312, sha512, make_raw, verify_raw, always},
    {-49, "ML-DSA-65", KeyType::akp, Curve::none, 1952, sha512, make_raw, verify_raw, always},
    {-50, "ML-DSA-87", KeyType::akp, Curve::none, 2592, sha512, make_raw, verify_raw, always},
#endif
};

const Row *row_of(int64_t algorithm) {
  const auto *found = std::find_if(std::begin(kRows), std::end(kRows),
                                   [algorithm](const Row &row) { return row.algorithm == algorithm; });
  return found == std::end(kRows) ? nullptr : found;
}

Result<PublicKey> make_row(int64_t algorithm, const KeyMaterial &material) {
  const Row *row = row_of(algorithm);
  if (!row)
    return fail(Status::err_unsupported, Reason::cose_algorithm,
                "an algorithm that this build does not know");
  if (material.type != row->type)
    return bad(Reason::cose_key_type, "a key of another type than the algorithm's");
  while (material.curve != row->curve) {
    if (++row == std::end(kRows) || row->algorithm != algorithm)
      return bad(Reason::cose_curve, "a key on another curve than the algorithm's");
  }
  MFA_TRY(PublicKey::Impl made, row->make(*row, material));
  return PublicKey(std::make_shared<const PublicKey::Impl>(std::move(made)));
}

Result<Bytes> member(const cbor::Item &key, int64_t label) {
  MFA_TRY(const cbor::Item item, key.need(label));
  MFA_TRY(const ByteView bytes, item.as_bytes());  // so that y as a sign bit, a compressed point, is refused
  return copy_of(bytes);
}

// Cut to 32 bits another number would look like a known one.
Result<int32_t> number_in(const cbor::Item &key, int64_t label, Reason unknown) {
  MFA_TRY(const cbor::Item item, key.need(label));
  MFA_TRY(const int64_t number, item.as_int());
  if (number < INT32_MIN || number > INT32_MAX)
    return bad(unknown, "a key of a type or on a curve that is not known");
  return static_cast<int32_t>(number);
}

Result<KeyMaterial> material_of(const cbor::Item &key) {
  MFA_TRY(const int32_t type, number_in(key, kKty, Reason::cose_key_type));
  KeyMaterial material{.type = static_cast<KeyType>(type)};
  if (material.type == KeyType::rsa) {
    MFA_TRY(material.n, member(key, kN));
    MFA_TRY(material.e, member(key, kE));
    return material;
  }
  if (material.type == KeyType::akp) {
    MFA_TRY(material.x, member(key, kPub));
    return material;
  }
  if (material.type != KeyType::ec2 && material.type != KeyType::okp)
    return bad(Reason::cose_key_type, "a key of a type that is not known");
  MFA_TRY(const int32_t curve, number_in(key, kCrv, Reason::cose_curve));
  material.curve = static_cast<Curve>(curve);
  MFA_TRY(material.x, member(key, kX));
  if (material.type == KeyType::ec2) {
    MFA_TRY(material.y, member(key, kY));
  }
  return material;
}

Result<int64_t> read_algorithm(const cbor::Item &key) {
  MFA_TRY(const cbor::Item alg, key.need(kAlg));
  return alg.as_int();
}

}  // namespace

Result<PublicKey> PublicKey::parse(ByteView encoded) {
  MFA_TRY(const cbor::Document document, cbor::Document::parse(encoded, kLimits));
  const cbor::Item key = document.root();
  MFA_TRY(const int64_t algorithm, read_algorithm(key));
  if (!row_of(algorithm)) return make_row(algorithm, {.type = KeyType::okp});
  MFA_TRY(const KeyMaterial material, material_of(key));
  return make_row(algorithm, material);
}

Result<PublicKey> PublicKey::make(int32_t algorithm, const KeyMaterial &material) {
  return make_row(algorithm, material);
}

Result<Done> PublicKey::check_new() const {
  MFA_TRY(const bool fit, impl_->row->fit(*impl_));
  if (!fit) return bad(Reason::cose_key_value, "a key that no honest maker makes");
  return done;
}

int32_t PublicKey::algorithm() const { return impl_->row->algorithm; }

Result<Done> PublicKey::verify(ByteView message, ByteView signature) const {
  return impl_->row->verify(*impl_, message, signature);
}

Result<int64_t> algorithm_in(ByteView encoded) {
  MFA_TRY(const cbor::Document document, cbor::Document::parse(encoded, kLimits));
  return read_algorithm(document.root());
}

Result<KeyMaterial> material_in(ByteView encoded) {
  MFA_TRY(const cbor::Document document, cbor::Document::parse(encoded, kLimits));
  return material_of(document.root());
}

std::optional<DigestAlgorithm> digest_of(int64_t algorithm) {
  const Row *row = row_of(algorithm);
  if (!row || (row->type != KeyType::ec2 && row->type != KeyType::rsa)) return std::nullopt;
  return row->hash;
}

Result<Bytes> from_uncompressed_p256(ByteView point) {
  if (point.size() != 65 || point[0] != 0x04)
    return bad(Reason::cose_key_length, "not the 65 bytes of an uncompressed point");
  MFA_TRY(SignatureKey::ec(Curve::p256, point.subspan(1, 32), point.subspan(33)));
  cbor::Writer writer;
  writer.map(5).number(kKty).number(2).number(kAlg).number(-7).number(kCrv).number(1);
  writer.number(kX).bytes(point.subspan(1, 32)).number(kY).bytes(point.subspan(33));
  return writer.take();
}

std::vector<int32_t> algorithms() {
  std::vector<int32_t> numbers;
  for (const Row &row : kRows) {
    if (&row == row_of(row.algorithm)) numbers.push_back(row.algorithm);
  }
  return numbers;
}

bool is_known(int32_t algorithm) { return row_of(algorithm) != nullptr; }

int32_t algorithm_of(std::string_view name) {
  for (const Row &row : kRows) {
    if (row.name == name) return row.algorithm;
  }
  return 0;
}

const char *name_of(int32_t algorithm) {
  const Row *row = row_of(algorithm);
  return row ? row->name : nullptr;
}

}  // namespace mfa::cose
