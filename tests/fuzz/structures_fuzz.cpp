// What is inside statements and metadata, each by itself: certificates, TPM structures, key descriptions,
// JWS, BLOBs.
#include "core/certificate.hpp"
#include "core/der.hpp"
#include "core/jws.hpp"
#include "fuzz/fuzz.hpp"
#include "methods/webauthn/formats/key_description.hpp"
#include "methods/webauthn/formats/tpm_certificate.hpp"
#include "methods/webauthn/formats/tpm_structures.hpp"
#include "methods/webauthn/metadata.hpp"

namespace mfa::fuzz {
namespace {

using namespace mfa::webauthn;

template <class T>
void require_answer(const Result<T> &result) {
  require(result.has_value() || static_cast<int32_t>(result.error().status) > 0);
}

void read_certificate(ByteView der) {
  const auto certificate = Certificate::parse(der);
  require_answer(certificate);
  if (!certificate.has_value()) return;
  const Certificate &held = certificate.value();
  require_answer(held.public_key());
  require_answer(held.authority());
  require_answer(held.subject(Certificate::Attribute::common_name));
  require_answer(held.extension("2.5.29.17"));
  require_answer(tpm::check_certificate(held, {}));
  (void)held.summary();
  require_answer(held.is_for_host("attest.android.com"));
}

void walk(ByteView der, int depth) {
  for (der::Reader reader(der); !reader.at_end();) {
    const auto element = reader.next();
    if (!element.has_value()) return;
    if ((element.value().lead & 0x20) != 0 && depth < 8) walk(element.value().content, depth + 1);
  }
}

}  // namespace

void target(ByteView input) {
  if (input.empty()) return;
  const ByteView rest = input.subspan(1);
  switch (input[0] % 7) {
    case 0: read_certificate(rest); return;
    case 1: require_answer(tpm::parse_public(rest)); return;
    case 2: require_answer(tpm::parse_attest(rest)); return;
    case 3: require_answer(android::parse_key_description(rest)); return;
    case 4: require_answer(Jws::parse(text_of(rest))); return;
    case 5: require_answer(Metadata::read_payload(rest)); return;
    default: walk(rest, 0); return;
  }
}

}  // namespace mfa::fuzz
