// Sections 8.6 to 8.9, each rule violated once.
#include "corpus/case.hpp"
#include "support/der.hpp"

namespace mfa::corpus {
namespace {

using test::CertificateSpec;
using test::StatementParts;
namespace der = test::der;

Case of(const char *format, const char *id, const char *reason, test::Tamper tamper,
        const char *policy = "{}") {
  return {.id = std::string(format) + "/" + id,
          .reason = reason,
          .format = format,
          .expect = [policy](Expect &expect) { expect.policy = policy; },
          .tamper = std::move(tamper)};
}
Case statement(const char *format, const char *id, const char *reason,
               std::function<void(StatementParts &)> change) {
  return of(format, id, reason, {.statement = std::move(change)});
}

const char *kMalformed = "webauthn.registration.7.1.22.statement_malformed";

void add_apple(std::vector<Case> &rows) {
  const char *extension = "webauthn.registration.7.1.22.apple.nonce_extension_malformed";
  const char *nonce = "webauthn.registration.7.1.22.apple.nonce";
  rows.push_back(statement("apple", "no x5c", kMalformed, [](StatementParts &parts) { parts.x5c.reset(); }));
  rows.push_back(
      statement("apple", "empty x5c", kMalformed, [](StatementParts &parts) { parts.x5c->clear(); }));
  rows.push_back(
      of("apple", "nonce", nonce, {.apple = [](test::AppleParts &parts) { parts.nonce[0] ^= 1; }}));
  rows.push_back(
      of("apple", "nonce empty", nonce, {.apple = [](test::AppleParts &parts) { parts.nonce.clear(); }}));
  rows.push_back(of("apple", "nonce without its tag", extension, {.apple = [](test::AppleParts &parts) {
                      parts.extension = der::sequence({der::octets(parts.nonce)});
                    }}));
  rows.push_back(of("apple", "no nonce", extension,
                    {.certificate = [](CertificateSpec &spec) { spec.extensions.clear(); }}));
  rows.push_back(of("apple", "another key",
                    "webauthn.registration.7.1.22.apple.public_key_not_the_credentials",
                    {.certificate = [](CertificateSpec &spec) {
                      spec.public_key = test::SoftwareKey::quick(-7, "another").spki();
                    }}));
}

void add_compound(std::vector<Case> &rows) {
  using Members = std::vector<StatementParts>;
  const char *malformed = "webauthn.registration.7.1.22.compound.statement_malformed";
  const char *members = "webauthn.registration.7.1.22.compound.members_not_verified";
  const auto break_second = [](Members &parts) { parts[1].signature->at(9) ^= 1; };
  const auto compound = [](const char *id, const char *reason, std::function<void(Members &)> change,
                           const char *policy = "{}") {
    return of("compound", id, reason, {.compound = std::move(change)}, policy);
  };
  rows.push_back(compound("one member", malformed, [](Members &parts) { parts.resize(1); }));
  rows.push_back(compound("nine members", malformed, [](Members &parts) { parts.resize(9, parts.front()); }));
  rows.push_back(
      statement("compound", "a map", malformed, [](StatementParts &parts) { parts.whole = Bytes{0xA0}; }));
  rows.push_back(compound("nested", "webauthn.registration.7.1.22.compound.nested",
                          [](Members &parts) { parts[1].format = "compound"; }));
  rows.push_back(compound("unknown member", "webauthn.registration.7.1.21.format_not_supported",
                          [](Members &parts) { parts[1].format = "unknown"; }));
  rows.push_back(compound("broken member", "webauthn.registration.7.1.22.packed.signature", break_second));
  rows.push_back(compound("broken member, any", "", break_second, R"({"compound":"any"})"));
  rows.push_back(compound(
      "all broken, any", members,
      [](Members &parts) {
        for (auto &part : parts) part.signature->at(9) ^= 1;
      },
      R"({"compound":"any"})"));
  rows.push_back(compound(
      "missing member of a set", members, [](Members &) {}, R"({"compound":["packed","tpm"]})"));
  rows.push_back(compound("broken member of a set", "webauthn.registration.7.1.22.packed.signature",
                          break_second, R"({"compound":["packed"]})"));
  rows.push_back(compound(
      "whole set", "", [](Members &) {}, R"({"compound":["packed"]})"));
  rows.push_back(compound(
      "unknown member beside a set", "",
      [](Members &parts) {
        parts.push_back(parts.front());
        parts[2].format = "unknown";
      },
      R"({"compound":["packed"]})"));
}

void add_none(std::vector<Case> &rows) {
  const char *reason = "webauthn.registration.7.1.22.none.statement_not_empty";
  rows.push_back(statement("none", "statement with a member", reason,
                           [](StatementParts &parts) { parts.algorithm = -7; }));
  rows.push_back(statement("none", "statement that is a list", reason,
                           [](StatementParts &parts) { parts.whole = Bytes{0x80}; }));
  rows.push_back(statement("none", "unknown format", "webauthn.registration.7.1.21.format_not_supported",
                           [](StatementParts &parts) { parts.format = "unknown"; }));
  rows.push_back(statement("none", "format in capitals", "webauthn.registration.7.1.21.format_not_supported",
                           [](StatementParts &parts) { parts.format = "None"; }));
}

}  // namespace

std::vector<Case> u2f_cases() {
  const char *prefix = "fido-u2f";
  const char *count = "webauthn.registration.7.1.22.fido_u2f.x5c_not_one_certificate";
  const char *signature = "webauthn.registration.7.1.22.fido_u2f.signature";
  std::vector<Case> rows;
  rows.push_back(
      statement(prefix, "no sig", kMalformed, [](StatementParts &parts) { parts.signature.reset(); }));
  rows.push_back(statement(prefix, "no x5c", kMalformed, [](StatementParts &parts) { parts.x5c.reset(); }));
  rows.push_back(
      statement(prefix, "no certificate", count, [](StatementParts &parts) { parts.x5c->clear(); }));
  rows.push_back(statement(prefix, "two certificates", count,
                           [](StatementParts &parts) { parts.x5c->push_back(parts.x5c->front()); }));
  rows.push_back(
      statement(prefix, "signature", signature, [](StatementParts &parts) { parts.signature->at(9) ^= 1; }));
  rows.push_back(
      of(prefix, "reserved byte", signature, {.u2f = [](test::U2fParts &parts) { parts.reserved = 5; }}));
  rows.push_back(of(prefix, "signature on another id", signature,
                    {.u2f = [](test::U2fParts &parts) { parts.credential_id.push_back(0); }}));
  rows.push_back(of(prefix, "signature on another key", signature,
                    {.u2f = [](test::U2fParts &parts) { parts.public_key[9] ^= 1; }}));
  rows.push_back(of(prefix, "signature on another RP", signature,
                    {.u2f = [](test::U2fParts &parts) { parts.rp_id_hash[0] ^= 1; }}));
  Case p384 = of(prefix, "certificate on P-384", "webauthn.registration.7.1.22.fido_u2f.certificate_key", {});
  p384.settings = [](test::Authenticator::Settings &settings) { settings.attestation_algorithm = -35; };
  rows.push_back(std::move(p384));
  Case curve = of(prefix, "credential on P-384", "webauthn.registration.7.1.22.fido_u2f.credential_key", {});
  curve.algorithm = -35;
  rows.push_back(std::move(curve));
  const auto aaguid = [](test::AuthenticatorParts &parts) { parts.attested[0] = 1; };
  rows.push_back(of(prefix, "AAGUID", "", {.authenticator_data = aaguid}));
  rows.push_back(of(prefix, "no AAGUID, by policy", "", {}, R"({"fido_u2f_zero_aaguid":true})"));
  rows.push_back(of(prefix, "AAGUID, refused by policy",
                    "webauthn.registration.7.1.22.fido_u2f.aaguid_not_zero", {.authenticator_data = aaguid},
                    R"({"fido_u2f_zero_aaguid":true})"));
  for (Case &row : rows) {  // a U2F key has none, and the client puts zeros in its place
    row.settings = [more = std::move(row.settings)](test::Authenticator::Settings &settings) {
      settings.aaguid = {};
      if (more) more(settings);
    };
  }
  return rows;
}

std::vector<Case> other_format_cases() {
  std::vector<Case> rows;
  add_apple(rows);
  add_compound(rows);
  add_none(rows);
  return rows;
}

}  // namespace mfa::corpus
