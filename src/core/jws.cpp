#include "core/jws.hpp"

#include <algorithm>

#include "core/cose.hpp"
#include "core/encoding.hpp"
#include "core/json.hpp"
#include "core/signature.hpp"

namespace mfa {
namespace {

// RFC 7518 section 3.1, RFC 8037, as the COSE algorithm of the same signature. "none" and the MACs are none.
struct AlgorithmRow {
  std::string_view name;
  int32_t algorithm;
  size_t scalar_bytes;  // ECDSA: r and s, each this long; 0: as COSE has it
};
constexpr AlgorithmRow kAlgorithms[] = {
    {"ES256", -7, 32},  {"ES384", -35, 48}, {"ES512", -36, 66}, {"RS256", -257, 0}, {"RS384", -258, 0},
    {"RS512", -259, 0}, {"PS256", -37, 0},  {"PS384", -38, 0},  {"PS512", -39, 0},  {"EdDSA", -8, 0},
};

Failure bad(const char *message) { return fail(Status::malformed, Reason::jws_malformed, message); }

Result<Done> read_certificates(const json::Value &header, Jws &jws) {
  MFA_TRY(const json::Value list, header.need("x5c"));
  if (list.type() != json::Type::array || list.size() == 0 || list.size() > kMaxJwsCertificates)
    return bad("a JWS without certificates, or with too many");
  for (size_t i = 0; i < list.size(); i++) {
    MFA_TRY(const std::string_view text, list.item(i).as_text());
    MFA_TRY(Bytes der, from_base64(text));
    jws.x5c.push_back(std::move(der));
  }
  return done;
}

Result<Done> read_header(std::string_view part, Jws &jws) {
  MFA_TRY(Bytes bytes, from_base64url(part));
  MFA_TRY(const json::Document document,
          json::Document::parse(std::move(bytes), {.max_bytes = kMaxJwsHeaderBytes}));
  const json::Value header = document.root();
  // RFC 7515 section 4.1.11: what is critical and not understood makes it invalid; we understand none.
  if (header.find("crit") || header.find("b64")) return bad("a JWS with a header that is not understood");
  MFA_TRY(const std::string_view name, header.need_text("alg"));
  const auto *row = std::find_if(std::begin(kAlgorithms), std::end(kAlgorithms),
                                 [name](const AlgorithmRow &known) { return known.name == name; });
  if (row == std::end(kAlgorithms))
    return fail(Status::wrong, Reason::jws_algorithm, "a JWS of an algorithm that is not accepted");
  jws.algorithm = row->algorithm;
  return read_certificates(header, jws);
}

// RFC 7518 section 3.4: R and S as octets, one after the other.
Result<Bytes> cose_signature(int32_t algorithm, const Bytes &signature) {
  const auto *row = std::find_if(std::begin(kAlgorithms), std::end(kAlgorithms),
                                 [=](const AlgorithmRow &known) { return known.algorithm == algorithm; });
  if (row->scalar_bytes == 0) return signature;
  if (signature.size() != 2 * row->scalar_bytes)
    return fail(Status::wrong, Reason::signature_encoding, "a JWS with a signature of another length");
  return ecdsa_from_scalars(ByteView(signature).first(row->scalar_bytes),
                            ByteView(signature).subspan(row->scalar_bytes));
}

}  // namespace

Result<Jws> Jws::parse(std::string_view compact) {
  const size_t first = compact.find('.');
  const size_t second = first == std::string_view::npos ? first : compact.find('.', first + 1);
  if (second == std::string_view::npos || compact.find('.', second + 1) != std::string_view::npos)
    return bad("not a JWS of three parts");
  Jws jws;
  MFA_TRY(read_header(compact.substr(0, first), jws));
  MFA_TRY(jws.payload, from_base64url(compact.substr(first + 1, second - first - 1)));
  MFA_TRY(jws.signature, from_base64url(compact.substr(second + 1)));
  jws.signed_text = compact.substr(0, second);
  return jws;
}

Result<Done> Jws::verify() const {
  MFA_TRY(const Certificate signer, Certificate::parse(x5c.front()));
  MFA_TRY(const KeyMaterial material, signer.public_key());
  MFA_TRY(const cose::PublicKey key, cose::PublicKey::make(algorithm, material));
  MFA_TRY(const Bytes cose, cose_signature(algorithm, signature));
  return key.verify(bytes_of(signed_text), cose);
}

}  // namespace mfa
