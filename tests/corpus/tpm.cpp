// Section 8.3 and 8.3.1, each rule violated once.
#include "corpus/case.hpp"
#include "support/der.hpp"

namespace mfa::corpus {
namespace {

using test::CertificateSpec;
using test::StatementParts;
using test::TpmAttest;
using test::TpmPublic;

Case of(const char *id, const char *reason, test::Tamper tamper, int32_t algorithm = -7) {
  return {.id = std::string("tpm/") + id,
          .reason = reason,
          .format = "tpm",
          .algorithm = algorithm,
          .tamper = std::move(tamper)};
}
Case statement(const char *id, const char *reason, std::function<void(StatementParts &)> change) {
  return of(id, reason, {.statement = std::move(change)});
}
Case attest(const char *id, const char *reason, std::function<void(TpmAttest &)> change) {
  return of(id, reason, {.tpm_attest = std::move(change)});
}
Case area(const char *id, const char *reason, std::function<void(TpmPublic &)> change,
          int32_t algorithm = -7) {
  return of(id, reason, {.tpm_public = std::move(change)}, algorithm);
}
Case certificate(const char *id, const char *reason, std::function<void(CertificateSpec &)> change) {
  return of(id, reason, {.certificate = std::move(change)});
}
Case with_policy(Case row, const char *policy) {
  row.expect = [policy](Expect &expect) { expect.policy = policy; };
  return row;
}

const char *kMalformed = "webauthn.registration.7.1.22.statement_malformed";
const char *kArea = "webauthn.registration.7.1.22.tpm.pub_area_malformed";
const char *kOtherKey = "webauthn.registration.7.1.22.tpm.public_key_not_the_credentials";
const char *kInfo = "webauthn.registration.7.1.22.tpm.cert_info_malformed";
const char *kExtra = "webauthn.registration.7.1.22.tpm.extra_data";
const char *kName = "webauthn.registration.7.1.22.tpm.attested_name";
const char *kHash = "webauthn.registration.7.1.22.tpm.hash_not_accepted";
const char *kSignature = "webauthn.registration.7.1.22.tpm.signature";
const char *kCertificateName = "webauthn.registration.7.1.22.tpm.certificate_alternative_name";
const char *kManufacturer = "webauthn.registration.7.1.22.tpm.certificate_manufacturer";
const char *kUsage = "webauthn.registration.7.1.22.tpm.certificate_extended_key_usage";
const char *kAuthority = "webauthn.registration.7.1.22.tpm.certificate_is_an_authority";
const char *kAaguid = "webauthn.registration.7.1.22.tpm.certificate_aaguid";

test::Attributes device(const char *manufacturer, const char *model, const char *version) {
  test::Attributes names;
  if (manufacturer) names.emplace_back("2.23.133.2.1", manufacturer);
  if (model) names.emplace_back("2.23.133.2.2", model);
  if (version) names.emplace_back("2.23.133.2.3", version);
  return names;
}
Case named(const char *id, const char *reason, test::Attributes names) {
  return certificate(id, reason, [names = std::move(names)](CertificateSpec &spec) {
    spec.alternative_name = test::directory_name(names, false);
  });
}

void add_structures(std::vector<Case> &rows) {
  rows.push_back(statement("version 1.2", "webauthn.registration.7.1.22.tpm.version_not_2_0",
                           [](StatementParts &parts) { parts.version = "1.2"; }));
  rows.push_back(statement("no version", kMalformed, [](StatementParts &parts) { parts.version.reset(); }));
  rows.push_back(statement("no alg", kMalformed, [](StatementParts &parts) { parts.algorithm.reset(); }));
  rows.push_back(statement("no sig", kMalformed, [](StatementParts &parts) { parts.signature.reset(); }));
  rows.push_back(statement("no x5c", kMalformed, [](StatementParts &parts) { parts.x5c.reset(); }));
  rows.push_back(statement("empty x5c", kMalformed, [](StatementParts &parts) { parts.x5c->clear(); }));
  rows.push_back(statement("nine certificates", "webauthn.registration.7.1.22.x5c.limit",
                           [](StatementParts &parts) { parts.x5c->resize(9, parts.x5c->front()); }));
  rows.push_back(
      statement("no pubArea", kMalformed, [](StatementParts &parts) { parts.public_area.reset(); }));
  rows.push_back(
      statement("no certInfo", kMalformed, [](StatementParts &parts) { parts.certificate_info.reset(); }));
  rows.push_back(
      statement("pubArea cut short", kArea, [](StatementParts &parts) { parts.public_area->pop_back(); }));
  rows.push_back(
      statement("pubArea empty", kArea, [](StatementParts &parts) { parts.public_area->clear(); }));
  rows.push_back(area("pubArea with more bytes", kArea, [](TpmPublic &a) { a.trailing = {0}; }));
  rows.push_back(area("pubArea of another type", kArea, [](TpmPublic &a) { a.type = 0x0008; }));
  rows.push_back(area("pubArea on an unknown curve", kArea, [](TpmPublic &a) { a.curve = 0x0010; }));
  rows.push_back(area("pubArea of another key", kOtherKey, [](TpmPublic &a) { a.x.back() ^= 1; }));
  rows.push_back(area(
      "pubArea of another modulus", kOtherKey, [](TpmPublic &a) { a.modulus[9] ^= 1; }, -257));
  rows.push_back(area(
      "pubArea of another exponent", kOtherKey, [](TpmPublic &a) { a.exponent = 3; }, -257));
  rows.push_back(area("name of no hash", kHash, [](TpmPublic &a) { a.name_algorithm = 0x0010; }));
  rows.push_back(attest("magic", "webauthn.registration.7.1.22.tpm.cert_info_magic",
                        [](TpmAttest &info) { info.magic = 0xFF544348; }));
  rows.push_back(attest("type", "webauthn.registration.7.1.22.tpm.cert_info_type",
                        [](TpmAttest &info) { info.type = 0x8018; }));
  rows.push_back(attest("certInfo with more bytes", kInfo, [](TpmAttest &info) { info.trailing = {0}; }));
  rows.push_back(statement("certInfo cut short", kInfo,
                           [](StatementParts &parts) { parts.certificate_info->pop_back(); }));
  rows.push_back(attest("extraData", kExtra, [](TpmAttest &info) { info.extra_data[3] ^= 1; }));
  rows.push_back(attest("extraData empty", kExtra, [](TpmAttest &info) { info.extra_data.clear(); }));
  rows.push_back(attest("name", kName, [](TpmAttest &info) { info.name.back() ^= 1; }));
  rows.push_back(attest("name under another algorithm", kName, [](TpmAttest &info) { info.name[1] = 0x0C; }));
  rows.push_back(attest("name empty", kName, [](TpmAttest &info) { info.name.clear(); }));
  rows.push_back(
      statement("signature", kSignature, [](StatementParts &parts) { parts.signature->at(9) ^= 1; }));
  rows.push_back(
      statement("signature empty", kSignature, [](StatementParts &parts) { parts.signature->clear(); }));
  rows.push_back(statement("alg of another key", "webauthn.registration.7.1.22.tpm.certificate_key",
                           [](StatementParts &parts) { parts.algorithm = -257; }));
  rows.push_back(statement("alg without a hash", kHash, [](StatementParts &parts) { parts.algorithm = -8; }));
  rows.push_back(statement("certificate", "webauthn.registration.7.1.22.x5c.malformed",
                           [](StatementParts &parts) { parts.x5c->front().pop_back(); }));
}

void add_certificates(std::vector<Case> &rows) {
  rows.push_back(certificate("certificate of version 1",
                             "webauthn.registration.7.1.22.tpm.certificate_version",
                             [](CertificateSpec &spec) {
                               spec = CertificateSpec{.version = 1, .subject = {}, .authority = std::nullopt};
                             }));
  rows.push_back(certificate("subject", "webauthn.registration.7.1.22.tpm.certificate_subject_not_empty",
                             [](CertificateSpec &spec) {
                               spec.subject = {{"CN", "TPM"}};
                             }));
  rows.push_back(certificate("no alternative name", kCertificateName,
                             [](CertificateSpec &spec) { spec.alternative_name.reset(); }));
  rows.push_back(certificate("alternative name of a host", kCertificateName, [](CertificateSpec &spec) {
    spec.alternative_name = test::dns_names({"tpm.test"});
  }));
  rows.push_back(certificate("alternative name not critical", kCertificateName,
                             [](CertificateSpec &spec) { spec.alternative_name_critical = false; }));
  rows.push_back(certificate("alternative name not DER", kCertificateName,
                             [](CertificateSpec &spec) { spec.alternative_name->pop_back(); }));
  rows.push_back(named("no manufacturer", kCertificateName, device(nullptr, "x", "id:1")));
  rows.push_back(named("no model", kCertificateName, device("id:49465800", nullptr, "id:1")));
  rows.push_back(named("no version of the TPM", kCertificateName, device("id:49465800", "x", nullptr)));
  rows.push_back(named("manufacturer that is no id", kManufacturer, device("Infineon", "x", "id:1")));
  rows.push_back(named("manufacturer too short", kManufacturer, device("id:494658", "x", "id:1")));
  rows.push_back(
      with_policy(named("manufacturer not known", kManufacturer, device("id:FFFFF1D0", "x", "id:1")),
                  R"({"tpm_known_manufacturer":true})"));
  rows.push_back(certificate("no extended key usage", kUsage,
                             [](CertificateSpec &spec) { spec.extended_key_usage.clear(); }));
  rows.push_back(certificate("another extended key usage", kUsage,
                             [](CertificateSpec &spec) { spec.extended_key_usage = {"2.23.133.8.1"}; }));
  rows.push_back(certificate("authority", kAuthority, [](CertificateSpec &spec) { spec.authority = true; }));
  rows.push_back(
      certificate("no basic constraints", kAuthority, [](CertificateSpec &spec) { spec.authority.reset(); }));
  rows.push_back(certificate("AAGUID", kAaguid,
                             [](CertificateSpec &spec) { spec.aaguid = test::der::octets(Bytes(16, 9)); }));
  rows.push_back(certificate("AAGUID critical",
                             "webauthn.registration.7.1.22.tpm.certificate_aaguid_critical",
                             [](CertificateSpec &spec) {
                               Bytes aaguid(16, 0);
                               aaguid[0] = 0x6D, aaguid[1] = 0x66, aaguid[2] = 0x61;
                               spec.aaguid = test::der::octets(aaguid);
                               spec.aaguid_critical = true;
                             }));
}

// What a switch lets in, or keeps out.
void add_policies(std::vector<Case> &rows) {
  rows.push_back(
      with_policy(certificate("alternative name not critical, by policy", "",
                              [](CertificateSpec &spec) { spec.alternative_name_critical = false; }),
                  R"({"tpm_name_not_critical":true})"));
  rows.push_back(with_policy(named("manufacturer known", "", device("id:49465800", "x", "id:1")),
                             R"({"tpm_known_manufacturer":true})"));
  Case sha1 = of("SHA-1 in the name, refused by policy", kHash, {});
  sha1.settings = [](test::Authenticator::Settings &settings) { settings.tpm_name_hash = "SHA1"; };
  rows.push_back(with_policy(std::move(sha1), R"({"tpm_no_sha1":true})"));
  Case rs1 = of("SHA-1 in the signature, refused by policy", kHash, {});
  rs1.settings = [](test::Authenticator::Settings &settings) { settings.attestation_algorithm = -65535; };
  rows.push_back(with_policy(std::move(rs1), R"({"tpm_no_sha1":true})"));
}

}  // namespace

std::vector<Case> tpm_cases() {
  std::vector<Case> rows;
  add_structures(rows);
  add_certificates(rows);
  add_policies(rows);
  return rows;
}

}  // namespace mfa::corpus
