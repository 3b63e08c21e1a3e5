#include "methods/webauthn/metadata.hpp"

#include <algorithm>

#include "core/certificate.hpp"
#include "core/encoding.hpp"
#include "core/jws.hpp"

namespace mfa::webauthn {
namespace {

constexpr uint64_t kDayS = 86400;
constexpr size_t kMaxEntries = 20'000;
constexpr size_t kMaxRoots = 256;  // of an entry
constexpr size_t kAaguidBytes = 16;

Failure bad(const char *message) { return fail(Status::malformed, Reason::metadata_malformed, message); }

// ---- dates, YYYY-MM-DD

std::optional<uint32_t> digits(std::string_view text) {
  uint32_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + static_cast<uint32_t>(c - '0');
  }
  return value;
}

// Days of the proleptic Gregorian calendar, the year beginning in March so that the leap day ends it.
uint64_t days_to(uint64_t year, uint64_t month, uint64_t day) {
  constexpr uint64_t kToEpoch = 719468;  // from 0000-03-01 to 1970-01-01
  const uint64_t from_march = (month + 9) % 12;
  const uint64_t y = month <= 2 ? year - 1 : year;
  return y * 365 + y / 4 - y / 100 + y / 400 + (153 * from_march + 2) / 5 + day - 1 - kToEpoch;
}

Result<uint64_t> seconds_of(std::string_view date) {
  if (date.size() != 10 || date[4] != '-' || date[7] != '-') return bad("a date that is none");
  const auto year = digits(date.substr(0, 4)), month = digits(date.substr(5, 2)),
             day = digits(date.substr(8));
  if (!year || !month || !day || *year < 1970 || *month < 1 || *month > 12 || *day < 1 || *day > 31)
    return bad("a date that is none");
  return days_to(*year, *month, *day) * kDayS;
}

// ---- entries

Result<std::vector<std::string_view>> texts(const json::Value &object, std::string_view name) {
  std::vector<std::string_view> out;
  const auto list = object.find(name);
  if (!list) return out;
  if (list->type() != json::Type::array) return bad("something that is no list where one belongs");
  for (size_t i = 0; i < list->size(); i++) {
    MFA_TRY(const std::string_view text, list->item(i).as_text());
    out.push_back(text);
  }
  return out;
}

Result<std::array<uint8_t, kAaguidBytes>> aaguid_of(std::string_view text) {
  std::string plain(text);
  plain.erase(std::remove(plain.begin(), plain.end(), '-'), plain.end());
  MFA_TRY(const Bytes bytes, from_hex(plain));
  std::array<uint8_t, kAaguidBytes> aaguid{};
  if (bytes.size() != aaguid.size()) return bad("an AAGUID of another length");
  std::copy(bytes.begin(), bytes.end(), aaguid.begin());
  return aaguid;
}

Result<Done> read_names(const json::Value &json, MetadataEntry &entry) {
  if (json.find("aaguid")) {
    MFA_TRY(const std::string_view text, json.need_text("aaguid"));
    MFA_TRY(entry.aaguid, aaguid_of(text));
  }
  MFA_TRY(const auto identifiers, texts(json, "attestationCertificateKeyIdentifiers"));
  for (const std::string_view text : identifiers) {
    MFA_TRY(Bytes identifier, from_hex(text));
    entry.key_identifiers.push_back(std::move(identifier));
  }
  return done;
}

Result<StatusReport> report_of(const json::Value &json) {
  StatusReport report;
  MFA_TRY(report.status, json.need_text("status"));
  if (json.find("effectiveDate")) {
    MFA_TRY(report.effective_date, json.need_text("effectiveDate"));
    MFA_TRY(report.effective_s, seconds_of(report.effective_date));
  }
  if (json.find("certificate")) {
    MFA_TRY(const std::string_view text, json.need_text("certificate"));
    MFA_TRY(const Bytes der, from_base64(text, true));
    MFA_TRY(const Certificate certificate, Certificate::parse(der));
    report.key = certificate.key_hash();
  }
  return report;
}

Result<Done> read_reports(const json::Value &json, MetadataEntry &entry) {
  MFA_TRY(const json::Value list, json.need("statusReports"));
  if (list.type() != json::Type::array) return bad("status reports that are no list");
  for (size_t i = 0; i < list.size(); i++) {
    MFA_TRY(StatusReport report, report_of(list.item(i)));
    entry.reports.push_back(std::move(report));
  }
  return done;
}

Result<Done> read_statement(const json::Value &json, MetadataEntry &entry) {
  const auto statement = json.find("metadataStatement");
  std::vector<Bytes> roots;
  if (statement) {
    if (statement->find("description")) {
      MFA_TRY(entry.description, statement->need_text("description"));
    }
    MFA_TRY(const auto types, texts(*statement, "attestationTypes"));
    entry.attestation_types.assign(types.begin(), types.end());
    MFA_TRY(const auto encoded, texts(*statement, "attestationRootCertificates"));
    if (encoded.size() > kMaxRoots) return bad("too many certificates that a model leads to");
    for (const std::string_view text : encoded) {
      MFA_TRY(Bytes der, from_base64(text, true));
      MFA_TRY(Certificate::parse(der));
      roots.push_back(std::move(der));
    }
  }
  entry.roots = std::move(roots);
  return done;
}

// What could be read before something could not stays, so that a broken entry is still found, and vouches for
// no one.
Result<Done> read_entry(const json::Value &json, size_t index, Metadata &metadata) {
  MetadataEntry entry;
  auto read = read_names(json, entry);
  if (read.has_value()) read = read_reports(json, entry);
  if (read.has_value()) read = read_statement(json, entry);
  if (!read.has_value()) {
    // What did not complete says nothing of the entry.
    if (static_cast<int32_t>(read.error().status) < 0) return read;
    entry.roots = std::nullopt;
    metadata.skipped.push_back({.index = index, .reason = name_of(read.error().reason)});
  }
  if (entry.aaguid || !entry.key_identifiers.empty()) metadata.entries.push_back(std::move(entry));
  return done;
}

}  // namespace

Result<Metadata> Metadata::read_payload(Bytes payload) {
  // A value has a node of its own: as many as an honest BLOB of the size has, several times over.
  const json::Limits limits{
      .max_bytes = kMaxBlobBytes, .max_depth = 32, .max_values = 1024 + payload.size() / 32};
  MFA_TRY(const json::Document document, json::Document::parse(std::move(payload), limits));
  const json::Value root = document.root();
  Metadata metadata;
  MFA_TRY(const json::Value no, root.need("no"));
  MFA_TRY(const int64_t number, no.as_int());
  if (number < 0) return bad("a number below zero");
  metadata.no = static_cast<uint64_t>(number);
  MFA_TRY(metadata.next_update, root.need_text("nextUpdate"));
  MFA_TRY(const json::Value entries, root.need("entries"));
  if (entries.type() != json::Type::array || entries.size() > kMaxEntries)
    return bad("entries that are no list, or too many");
  for (size_t i = 0; i < entries.size(); i++) MFA_TRY(read_entry(entries.item(i), i, metadata));
  return metadata;
}

Result<Metadata> Metadata::read(std::string_view blob, const TrustAnchors &root, uint64_t least_no,
                                uint64_t now_s) {
  if (blob.size() > kMaxBlobBytes) return bad("a metadata BLOB too large");
  while (!blob.empty() && (blob.back() == '\n' || blob.back() == '\r')) blob.remove_suffix(1);
  const auto under = [](auto result, Reason reason) {
    if (!result.has_value() && static_cast<int32_t>(result.error().status) > 0) {
      Failure &failure = result.error();
      failure.detail =
          std::string(name_of(failure.reason)) + (failure.detail.empty() ? "" : ": ") + failure.detail;
      failure.reason = reason;
    }
    return result;
  };
  MFA_TRY(Jws jws, under(Jws::parse(blob), Reason::metadata_malformed));
  MFA_TRY(under(root.check(jws.x5c, now_s), Reason::metadata_path));
  MFA_TRY(under(jws.verify(), Reason::metadata_signature));
  MFA_TRY(Metadata metadata, under(read_payload(std::move(jws.payload)), Reason::metadata_malformed));
  if (metadata.no < least_no)
    return fail(Status::wrong, Reason::metadata_rollback, "a metadata BLOB older than one seen already");
  MFA_TRY(const uint64_t next_update, seconds_of(metadata.next_update));
  if (now_s >= next_update + kDayS)
    return fail(Status::wrong, Reason::metadata_expired, "a metadata BLOB whose successor is due",
                metadata.next_update);
  return metadata;
}

std::vector<const MetadataEntry *> Metadata::find(const std::array<uint8_t, 16> &aaguid,
                                                  ByteView key_identifier) const {
  const bool by_aaguid = std::any_of(aaguid.begin(), aaguid.end(), [](uint8_t byte) { return byte != 0; });
  std::vector<const MetadataEntry *> found;
  for (const MetadataEntry &entry : entries) {
    const auto &identifiers = entry.key_identifiers;
    const bool here =
        by_aaguid ? entry.aaguid == aaguid
                  : std::any_of(identifiers.begin(), identifiers.end(),
                                [&](const Bytes &identifier) { return same(identifier, key_identifier); });
    if (here) found.push_back(&entry);
  }
  return found;
}

bool is_undesired(std::string_view status) {
  static constexpr std::string_view kUndesired[] = {"USER_VERIFICATION_BYPASS", "ATTESTATION_KEY_COMPROMISE",
                                                    "USER_KEY_REMOTE_COMPROMISE",
                                                    "USER_KEY_PHYSICAL_COMPROMISE", "REVOKED"};
  return std::find(std::begin(kUndesired), std::end(kUndesired), status) != std::end(kUndesired);
}

}  // namespace mfa::webauthn
