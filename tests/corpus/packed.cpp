// Section 8.2 and 8.2.1, each rule violated once.
#include "corpus/case.hpp"
#include "support/der.hpp"

namespace mfa::corpus {
namespace {

using test::CertificateSpec;
using test::StatementParts;

Case of(const char *format, const char *id, const char *reason, test::Tamper tamper) {
  return {.id = std::string("packed-") + format + "/" + id,
          .reason = reason,
          .format = format,
          .tamper = std::move(tamper)};
}
Case statement(const char *format, const char *id, const char *reason,
               std::function<void(StatementParts &)> change) {
  return of(format, id, reason, {.statement = std::move(change)});
}
Case certificate(const char *id, const char *reason, std::function<void(CertificateSpec &)> change) {
  return of("basic", id, reason, {.certificate = std::move(change)});
}
Case subject(const char *id, const char *reason, test::Attributes names) {
  return certificate(id, reason, [names = std::move(names)](CertificateSpec &spec) { spec.subject = names; });
}

}  // namespace

std::vector<Case> packed_cases() {
  const char *malformed = "webauthn.registration.7.1.22.statement_malformed";
  const char *signature = "webauthn.registration.7.1.22.packed.signature";
  const char *key = "webauthn.registration.7.1.22.packed.certificate_key";
  const char *country = "webauthn.registration.7.1.22.packed.certificate_country";
  const char *unit = "webauthn.registration.7.1.22.packed.certificate_organizational_unit";
  const char *string = "webauthn.registration.7.1.22.packed.certificate_string_type";
  const char *authority = "webauthn.registration.7.1.22.packed.certificate_is_an_authority";
  const char *aaguid = "webauthn.registration.7.1.22.packed.certificate_aaguid";
  const char *name = "Authenticator Attestation";
  const auto no_algorithm = [](StatementParts &parts) { parts.algorithm.reset(); };
  const auto no_signature = [](StatementParts &parts) { parts.signature.reset(); };
  const auto flip = [](StatementParts &parts) { parts.signature->at(9) ^= 1; };
  const auto longer = [](StatementParts &parts) { parts.signature->push_back(0); };
  std::vector<Case> rows;
  for (const char *format : {"self", "basic"}) {
    rows.push_back(statement(format, "no alg", malformed, no_algorithm));
    rows.push_back(statement(format, "no sig", malformed, no_signature));
    rows.push_back(statement(format, "signature", signature, flip));
    rows.push_back(statement(format, "signature with bytes after it", signature, longer));
  }
  rows.push_back(statement("self", "alg of another key",
                           "webauthn.registration.7.1.22.packed.algorithm_not_of_the_credential",
                           [](StatementParts &parts) { parts.algorithm = -35; }));
  rows.push_back(
      statement("basic", "empty x5c", malformed, [](StatementParts &parts) { parts.x5c->clear(); }));
  rows.push_back(statement("basic", "nine certificates", "webauthn.registration.7.1.22.packed.chain_limit",
                           [](StatementParts &parts) { parts.x5c->resize(9, parts.x5c->front()); }));
  rows.push_back(statement("basic", "certificate with bytes after it",
                           "webauthn.registration.7.1.22.packed.certificate_malformed",
                           [](StatementParts &parts) { parts.x5c->front().push_back(0); }));
  rows.push_back(
      statement("basic", "alg of another key", key, [](StatementParts &parts) { parts.algorithm = -257; }));
  rows.push_back(statement("basic", "RS1", "webauthn.registration.7.1.22.algorithm_refused",
                           [](StatementParts &parts) { parts.algorithm = -65535; }));
  rows.push_back(certificate("certificate of version 2",
                             "webauthn.registration.7.1.22.packed.certificate_version",
                             [](CertificateSpec &spec) { spec.version = 2; }));
  rows.push_back(subject("no country", country, {{"O", "x"}, {"OU", name}, {"CN", "y"}}));
  rows.push_back(
      subject("country that is none", country, {{"C", "UK"}, {"O", "x"}, {"OU", name}, {"CN", "y"}}));
  rows.push_back(subject("country left to users", "", {{"C", "AA"}, {"O", "x"}, {"OU", name}, {"CN", "y"}}));
  rows.push_back(
      subject("country in small letters", country, {{"C", "ch"}, {"O", "x"}, {"OU", name}, {"CN", "y"}}));
  rows.push_back(subject("no organization", "webauthn.registration.7.1.22.packed.certificate_organization",
                         {{"C", "CH"}, {"OU", name}, {"CN", "y"}}));
  rows.push_back(subject("no unit", unit, {{"C", "CH"}, {"O", "x"}, {"CN", "y"}}));
  rows.push_back(
      subject("another unit", unit, {{"C", "CH"}, {"O", "x"}, {"OU", "Attestation"}, {"CN", "y"}}));
  rows.push_back(subject("no common name", "webauthn.registration.7.1.22.packed.certificate_common_name",
                         {{"C", "CH"}, {"O", "x"}, {"OU", name}}));
  const test::Attributes printable = {{"C", "CH"},
                                      {"O as PrintableString", "x"},
                                      {"OU as PrintableString", name},
                                      {"CN as PrintableString", "y"}};
  rows.push_back(subject("country as UTF8String", string,
                         {{"C as UTF8String", "CH"}, {"O", "x"}, {"OU", name}, {"CN", "y"}}));
  rows.push_back(subject("organization as PrintableString", string,
                         {{"C", "CH"}, {"O as PrintableString", "x"}, {"OU", name}, {"CN", "y"}}));
  rows.push_back(subject("unit as PrintableString", string,
                         {{"C", "CH"}, {"O", "x"}, {"OU as PrintableString", name}, {"CN", "y"}}));
  rows.push_back(subject("common name as PrintableString", string,
                         {{"C", "CH"}, {"O", "x"}, {"OU", name}, {"CN as PrintableString", "y"}}));
  rows.push_back(subject("string types, by policy", "", printable));
  rows.back().expect = [](Expect &expect) { expect.policy = R"({"packed_string_types":true})"; };
  rows.push_back(certificate("authority", authority, [](CertificateSpec &spec) { spec.authority = true; }));
  rows.push_back(
      certificate("no basic constraints", authority, [](CertificateSpec &spec) { spec.authority.reset(); }));
  rows.push_back(certificate("AAGUID", aaguid, [](CertificateSpec &spec) { spec.aaguid->back() ^= 1; }));
  rows.push_back(certificate("AAGUID not wrapped", aaguid, [](CertificateSpec &spec) {
    spec.aaguid->erase(spec.aaguid->begin(), spec.aaguid->begin() + 2);
  }));
  rows.push_back(certificate("AAGUID critical",
                             "webauthn.registration.7.1.22.packed.certificate_aaguid_critical",
                             [](CertificateSpec &spec) { spec.aaguid_critical = true; }));
  rows.push_back(certificate("no AAGUID", "", [](CertificateSpec &spec) { spec.aaguid.reset(); }));
  return rows;
}

}  // namespace mfa::corpus
