#include "support/jws.hpp"

#include "core/encoding.hpp"
#include "core/json.hpp"

namespace mfa::test {

std::string jws_header(const Jws &jws) {
  if (!jws.header.empty()) return jws.header;
  json::Writer writer;
  writer.begin_object();
  if (!jws.algorithm.empty()) writer.member("alg", jws.algorithm);
  if (!jws.type.empty()) writer.member("typ", jws.type);
  if (!jws.x5c.empty()) {
    writer.key("x5c").begin_array();
    for (const Bytes &der : jws.x5c) writer.text(base64(der));
    writer.end_array();
  }
  return writer.end_object().take();
}

std::string make_jws(const Jws &jws, const SoftwareKey &key, bool wrong_signature) {
  const std::string header = jws_header(jws);
  const std::string input = base64url(bytes_of(header)) + "." + base64url(bytes_of(jws.payload));
  const bool ecdsa = key.kind().key_type == 2;
  Bytes signature = ecdsa ? key.sign_raw(bytes_of(input)) : key.sign(bytes_of(input));
  if (wrong_signature) signature.back() ^= 1;
  return input + "." + base64url(signature);
}

}  // namespace mfa::test
