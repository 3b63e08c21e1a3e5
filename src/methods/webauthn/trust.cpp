#include "methods/webauthn/trust.hpp"

#include <algorithm>
#include <cstring>

#include "core/der.hpp"
#include "core/json.hpp"
#include "methods/webauthn/formats/certificates.hpp"
#include "methods/webauthn/step.hpp"

namespace mfa::webauthn {
namespace {

constexpr const char *kSerialExtension = "1.3.6.1.4.1.45724.1.1.2";    // id-fido-gen-ce-sernum
constexpr const char *kFirmwareExtension = "1.3.6.1.4.1.45724.1.1.5";  // id-fido-gen-ce-fw-version

Failure untrusted(const char *message, std::string detail = {}) {
  return fail(Status::denied, Reason::registration_untrusted, message, std::move(detail));
}

bool concerns(const StatusReport &report, const Provenance &provenance) {
  const auto &held = provenance.keys;
  return report.key.empty() || std::find(held.begin(), held.end(), report.key) != held.end();
}

Result<Done> keep_keys(const Attestation &attestation, Provenance &out) {
  for (const Bytes &der : attestation.trust_path) {
    MFA_TRY(const Certificate certificate, under(Reason::registration_x5c, Certificate::parse(der)));
    Bytes hash = certificate.key_hash();
    auto &held = out.keys;
    if (std::find(held.begin(), held.end(), hash) == held.end()) held.push_back(std::move(hash));
  }
  return done;
}

std::vector<const MetadataEntry *> entries_of(const Trust &trust, const std::array<uint8_t, 16> &aaguid,
                                              const Provenance &provenance) {
  if (!trust.metadata) return {};
  return trust.metadata->find(aaguid, provenance.key_identifier);
}

bool lists(const MetadataEntry &entry, std::string_view type) {
  const auto &types = entry.attestation_types;
  return std::find(types.begin(), types.end(), type) != types.end();
}

// Basic and AttCA statements look alike; metadata may say that a model only has the latter.
const char *type_of(const Attestation &attestation, const std::vector<const MetadataEntry *> &entries) {
  const auto any_lists = [&](std::string_view type) {
    return std::any_of(entries.begin(), entries.end(),
                       [&](const MetadataEntry *entry) { return lists(*entry, type); });
  };
  const bool only_attca =
      std::strcmp(attestation.type, "basic") == 0 && any_lists("attca") && !any_lists("basic_full");
  return only_attca ? "attca" : attestation.type;
}

// FIDO Metadata Statement section 4: attestationTypes is "a list of supported attestation type(s)". One that
// says nothing narrows nothing.
bool supports(const MetadataEntry &entry, std::string_view type) {
  return entry.attestation_types.empty() || lists(entry, type == "basic"  ? "basic_full"
                                                         : type == "self" ? "basic_surrogate"
                                                                          : type);
}

Result<Assessment> assess_one(const Trust &trust, const Attestation &attestation,
                              const Provenance &provenance, const std::array<uint8_t, 16> &aaguid,
                              uint64_t now_s) {
  const auto entries = entries_of(trust, aaguid, provenance);
  Assessment out{.type = type_of(attestation, entries)};
  const Standing standing = standing_of(trust, aaguid, provenance, now_s);
  if (!standing.undesired.empty()) {
    out.signals |= MFA_SIGNAL_ATTESTATION_STATUS;
    out.why_not = fail(Status::denied, Reason::registration_metadata_status, "a model that metadata warns of",
                       standing.undesired.front()->status);
    return out;
  }
  const bool attests = std::strcmp(out.type, "none") != 0;
  const bool supported =
      entries.empty() || std::any_of(entries.begin(), entries.end(),
                                     [&](const MetadataEntry *entry) { return supports(*entry, out.type); });
  if (attests && standing.vouched && !supported) {
    out.why_not = fail(Status::denied, Reason::registration_metadata_type,
                       "an attestation of a type that its model does not have", out.type);
    return out;
  }
  if (attestation.trust_path.empty()) {
    out.why_not = untrusted("an attestation without certificates");
    return out;
  }
  if (!standing.vouched) {
    out.why_not = untrusted("a model whose metadata cannot be read");
    return out;
  }
  TrustAnchors anchors = trust.anchors;
  for (const MetadataEntry *entry : entries) {
    if (!supports(*entry, out.type)) continue;
    MFA_TRY(const TrustAnchors roots, TrustAnchors::make({entry->roots->begin(), entry->roots->end()}, {}));
    anchors = anchors.with(roots);
  }
  const auto path = anchors.check(attestation.trust_path, now_s);
  if (path.has_value()) {
    out.trusted = true;
  } else {
    if (static_cast<int32_t>(path.error().status) < 0) return path.error();
    out.why_not = untrusted(path.error().message, path.error().detail);
  }
  return out;
}

// Each of the members, or any of them.
Result<Assessment> assess_members(const Trust &trust, const Attestation &compound,
                                  const std::array<uint8_t, 16> &aaguid, uint64_t now_s) {
  Assessment out{.trusted = !compound.any_member, .type = compound.type};
  for (const Attestation &member : compound.members) {
    MFA_TRY(const Provenance provenance, provenance_of(member));
    MFA_TRY(Assessment part, assess_one(trust, member, provenance, aaguid, now_s));
    out.signals |= part.signals;
    if (!out.member && std::strcmp(member.type, compound.type) == 0) out.type = part.type;
    if (part.trusted) {
      if (compound.any_member && !out.member) {
        out.trusted = true;
        out.type = part.type;
        out.member = &member;
      }
    } else {
      out.trusted = out.trusted && compound.any_member;
      if (!out.why_not) out.why_not = std::move(part.why_not);
    }
  }
  return out;
}

}  // namespace

Result<Provenance> provenance_of(const Attestation &attestation) {
  Provenance out;
  for (const Attestation &member : attestation.members) MFA_TRY(keep_keys(member, out));
  if (attestation.trust_path.empty()) return out;
  MFA_TRY(const Certificate leaf,
          under(Reason::registration_x5c, Certificate::parse(attestation.trust_path.front())));
  MFA_TRY(out.key_identifier, leaf.key_identifier());
  MFA_TRY(keep_keys(attestation, out));
  MFA_TRY(const auto serial, under(Reason::registration_x5c, leaf.extension(kSerialExtension)));
  if (serial) {
    // Section 8.2.2: "This extension MUST NOT be marked as critical".
    if (serial->critical)
      return fail(Status::wrong, Reason::registration_serial_critical, "a critical serial number");
    MFA_TRY(const ByteView value,
            under(Reason::registration_x5c, der::only(serial->value, der::kOctetString)));
    out.enterprise_serial = copy_of(value);
  }
  MFA_TRY(const auto firmware, under(Reason::registration_x5c, leaf.extension(kFirmwareExtension)));
  if (firmware) {
    MFA_TRY(const ByteView value, under(Reason::registration_x5c, der::only(firmware->value, der::kInteger)));
    MFA_TRY(out.firmware_version, under(Reason::registration_x5c, der::unsigned_of(value)));
  }
  return out;
}

Provenance provenance_of(const Credential &credential) {
  return {.key_identifier = credential.attestation_key_identifier,
          .keys = credential.attestation_keys,
          .enterprise_serial = credential.enterprise_serial,
          .firmware_version = credential.firmware_version};
}

Standing standing_of(const Trust &trust, const std::array<uint8_t, 16> &aaguid, const Provenance &provenance,
                     uint64_t now_s) {
  Standing standing;
  for (const MetadataEntry *entry : entries_of(trust, aaguid, provenance)) {
    standing.known = true;
    standing.vouched = standing.vouched && entry->roots.has_value();
    if (standing.description.empty()) standing.description = entry->description;
    for (const StatusReport &report : entry->reports) {
      if (is_undesired(report.status) && report.effective_s <= now_s && concerns(report, provenance))
        standing.undesired.push_back(&report);
    }
  }
  return standing;
}

std::string standing_members(const Standing &standing) {
  json::Writer writer;
  writer.begin_object().member("known", standing.known).member("description", standing.description);
  writer.key("statuses").begin_array();
  for (const StatusReport *report : standing.undesired) {
    writer.begin_object().member("status", report->status);
    writer.member("effectiveDate", report->effective_date).end_object();
  }
  const std::string object = writer.end_array().end_object().take();
  return object.substr(1, object.size() - 2);
}

Result<Assessment> assess(const Trust *trust, const Attestation &attestation, const Provenance &provenance,
                          const std::array<uint8_t, 16> &aaguid, uint64_t now_s) {
  Assessment out{.type = attestation.type};
  if (!trust) {
    out.why_not = untrusted("an attestation, and no trust anchors to lead to");
    return out;
  }
  return attestation.members.empty() ? assess_one(*trust, attestation, provenance, aaguid, now_s)
                                     : assess_members(*trust, attestation, aaguid, now_s);
}

}  // namespace mfa::webauthn
