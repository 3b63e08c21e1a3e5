// What is inside statements and metadata, each by itself: certificates, revocation lists, TPM structures, key
// descriptions, JWS, BLOBs.
#include "core/certificate.hpp"
#include "core/der.hpp"
#include "core/jws.hpp"
#include "core/trust_path.hpp"
#include "fuzz/expectation.hpp"
#include "fuzz/targets.hpp"
#include "methods/webauthn/formats/certificates.hpp"
#include "methods/webauthn/formats/key_description.hpp"
#include "methods/webauthn/formats/tpm_certificate.hpp"
#include "methods/webauthn/formats/tpm_structures.hpp"
#include "methods/webauthn/trust.hpp"

namespace mfa::fuzz {
namespace {

using namespace mfa::webauthn;

void walk(ByteView der, int depth) {
  for (der::Reader reader(der); !reader.at_end();) {
    const auto element = reader.next();
    if (!element.has_value()) return;
    if ((element.value().lead & 0x20) != 0 && depth < 8) walk(element.value().content, depth + 1);
  }
}

void require_path(const Result<TrustAnchors> &anchors, const std::vector<Bytes> &chain) {
  require_answer(anchors);
  if (anchors.has_value()) require_answer(anchors.value().check(chain, kNow));
}

}  // namespace

void run_certificate(ByteView input) {
  walk(input, 0);
  const auto certificate = Certificate::parse(input);
  require_answer(certificate);
  if (!certificate.has_value()) return;
  const Certificate &held = certificate.value();
  require_answer(held.public_key());
  require_answer(held.authority());
  for (const auto attribute :
       {Certificate::Attribute::country, Certificate::Attribute::organization,
        Certificate::Attribute::organizational_unit, Certificate::Attribute::common_name})
    require_answer(held.subject(attribute));
  require_answer(held.extension("2.5.29.17"));
  require_answer(held.key_identifier());
  require_answer(tpm::check_certificate(held, {}));
  require_answer(
      tpm::check_certificate(held, {.tpm_known_manufacturer = true, .tpm_name_not_critical = true}));
  require_answer(check_aaguid(held, {},
                              {.differs = Reason::registration_packed_certificate_aaguid,
                               .critical = Reason::registration_packed_certificate_critical}));
  (void)held.summary();
  require_answer(held.is_for_host("attest.android.com"));
  require_answer(provenance_of({.type = "basic", .trust_path = {copy_of(input)}}));
  require_path(TrustAnchors::make({input}, {}), {copy_of(input)});
}

// Anchor, certificate, list.
void run_revocations(ByteView input) {
  Parts parts(input);
  const ByteView anchor = parts.part();
  const Bytes certificate = copy_of(parts.part());
  require_path(TrustAnchors::make({anchor}, {parts.rest()}), {certificate});
  require_answer(TrustAnchors::make({}, {parts.rest()}));
}

void run_tpm_structures(ByteView input) {
  Parts parts(input);
  if (parts.byte() % 2 == 0) {
    require_answer(tpm::parse_public(parts.rest()));
  } else {
    require_answer(tpm::parse_attest(parts.rest()));
  }
}

void run_key_description(ByteView input) { require_answer(android::parse_key_description(input)); }

void run_jws(ByteView input) {
  const auto jws = Jws::parse(text_of(input));
  require_answer(jws);
  if (jws.has_value()) require_answer(jws.value().verify());
}

// The first byte chooses: a payload, or a BLOB whose own topmost certificate is its root.
void run_metadata(ByteView input) {
  Parts parts(input);
  const bool payload = parts.byte() % 2 == 0;
  const std::string_view text = text_of(parts.rest());
  const auto jws = payload ? Result<Jws>(Jws()) : Jws::parse(text);
  if (!jws.has_value()) return;
  auto root =
      jws.value().x5c.empty() ? TrustAnchors::make({}, {}) : TrustAnchors::make({jws.value().x5c.back()}, {});
  if (!root.has_value()) return;
  auto metadata =
      payload ? Metadata::read_payload(copy_of(parts.rest())) : Metadata::read(text, root.value(), 1, kNow);
  require_answer(metadata);
  if (!metadata.has_value()) return;
  const Trust trust{.anchors = std::move(root).value(), .metadata = std::move(metadata).value()};
  for (const MetadataEntry &entry : trust.metadata->entries) {
    Provenance provenance;
    if (!entry.key_identifiers.empty()) provenance.key_identifier = entry.key_identifiers.front();
    const auto aaguid = entry.aaguid.value_or(std::array<uint8_t, 16>());
    require(standing_of(trust, aaguid, provenance, kNow).known ||
            (!entry.aaguid && entry.key_identifiers.empty()));
    require_answer(assess(&trust, {.type = "basic", .trust_path = {}}, provenance, aaguid, kNow));
  }
}

}  // namespace mfa::fuzz
