// Section 7.1 steps 23 and 24: paths, revocation, metadata.
#include <ctime>

#include "corpus/case.hpp"
#include "support/der.hpp"
#include "support/metadata.hpp"

namespace mfa::corpus {
namespace {

using test::Authority;
using test::CertificateSpec;
using Settings = test::Authenticator::Settings;

const char *kUntrusted = "webauthn.registration.7.1.24.attestation_not_trusted";
const char *kStatus = "webauthn.registration.7.1.24.metadata_status";
const char *kType = "webauthn.registration.7.1.24.metadata_attestation_type";

// A chain of three: root, intermediate, the authenticator's.
struct Chain {
  Authority root, below;
};
Chain chain(const Authority::Change &root = nullptr, const Authority::Change &below = nullptr) {
  Authority made = Authority::root("Corpus Root", -7, root);
  Authority intermediate = made.intermediate("Corpus Intermediate", -7, below);
  return {std::move(made), std::move(intermediate)};
}

Case of(const char *id, const char *reason, const Chain &by, std::function<void(Expect &)> expect,
        test::Tamper tamper = {}) {
  return {.id = std::string("trust/") + id,
          .reason = reason,
          .format = "basic",
          .expect =
              [root = by.root.certificate(), more = std::move(expect)](Expect &given) {
                given.require_trusted = true;
                given.anchors = {root};
                if (more) more(given);
              },
          .settings = [below = by.below](
                          Settings &settings) { settings.authority = std::make_shared<Authority>(below); },
          .tamper = std::move(tamper)};
}
test::Tamper certificate(std::function<void(CertificateSpec &)> change) {
  return {.certificate = std::move(change)};
}

void add_paths(std::vector<Case> &rows) {
  const Chain good = chain();
  rows.push_back(of("root as the anchor", "", good, nullptr));
  rows.push_back(of("intermediate as the anchor", "", good,
                    [below = good.below.certificate()](Expect &expect) { expect.anchors = {below}; }));
  rows.push_back(of("no anchor", kUntrusted, good, [](Expect &expect) { expect.anchors.clear(); }));
  rows.push_back(of("another anchor", kUntrusted, good, [](Expect &expect) {
    expect.anchors = {Authority::root("Corpus Root", -35).certificate()};
  }));
  rows.push_back(of("not required", "", good, [](Expect &expect) {
    expect.anchors.clear();
    expect.require_trusted = false;
  }));
  rows.push_back(of("root inside x5c counts for nothing", kUntrusted, good,
                    [](Expect &expect) { expect.anchors = {Authority::root("Other").certificate()}; },
                    {.statement = [root = good.root.certificate()](test::StatementParts &parts) {
                      parts.x5c->push_back(root);
                    }}));
  rows.push_back(of("root repeated in x5c", "", good, nullptr,
                    {.statement = [root = good.root.certificate()](test::StatementParts &parts) {
                      parts.x5c->push_back(root);
                    }}));
  rows.push_back(of("intermediate missing", kUntrusted, good, nullptr,
                    {.statement = [](test::StatementParts &parts) { parts.x5c->resize(1); }}));
  rows.push_back(of("self-signed leaf", kUntrusted, good, nullptr, certificate([](CertificateSpec &spec) {
                      spec.signed_by = test::SoftwareKey::quick(-7, "attestation");
                    })));
  rows.push_back(of("leaf expired", kUntrusted, good, nullptr,
                    certificate([](CertificateSpec &spec) { spec.not_after = "20260101000000Z"; })));
  rows.push_back(of("leaf not yet valid", kUntrusted, good, nullptr,
                    certificate([](CertificateSpec &spec) { spec.not_before = "20280101000000Z"; })));
  if (sizeof(time_t) > sizeof(int32_t)) {  // else no time so late is judged
    rows.push_back(of("leaf valid in 2090", "", good, [](Expect &expect) { expect.now_s = 3'786'912'000; }));
    rows.push_back(
        of("leaf expired in 2100", kUntrusted, good, [](Expect &expect) { expect.now_s = 4'102'444'800; }));
  }
  rows.push_back(of("leaf signed under SHA-1", kUntrusted, good, nullptr,
                    certificate([](CertificateSpec &spec) { spec.signature_algorithm = -65535; })));
  rows.push_back(of("leaf signature", kUntrusted, good, nullptr,
                    certificate([](CertificateSpec &spec) { spec.wrong_signature = true; })));
  rows.push_back(of("intermediate without cA", kUntrusted,
                    chain(nullptr, [](CertificateSpec &spec) { spec.authority = false; }), nullptr));
  rows.push_back(of("intermediate without basic constraints", kUntrusted,
                    chain(nullptr,
                          [](CertificateSpec &spec) {
                            spec.authority.reset();
                            spec.path_length.reset();
                          }),
                    nullptr));
  rows.push_back(of("intermediate that may not sign", kUntrusted,
                    chain(nullptr, [](CertificateSpec &spec) { spec.key_usage = test::kDigitalSignature; }),
                    nullptr));
  rows.push_back(of("intermediate expired", kUntrusted,
                    chain(nullptr, [](CertificateSpec &spec) { spec.not_after = "20260101000000Z"; }),
                    nullptr));
  rows.push_back(of("path longer than the root allows", kUntrusted,
                    chain([](CertificateSpec &spec) { spec.path_length = 0; }), nullptr));
}

void add_revocations(std::vector<Case> &rows) {
  const Chain good = chain();
  const auto crl = [&](const test::RevocationSpec &spec) {
    return [list = make_crl(good.below, spec)](Expect &expect) { expect.crls = {list}; };
  };
  rows.push_back(of("revocation list without the leaf", "", good, crl({.revoked = {{.serial = {0x63}}}})));
  rows.push_back(of("leaf revoked", kUntrusted, good, crl({.revoked = {{.serial = {1}}}})));
  rows.push_back(of("revocation list expired", kUntrusted, good, crl({.next_update = "20260101000000Z"})));
  rows.push_back(of("revocation list of another signer", kUntrusted, good,
                    crl({.signed_by = test::SoftwareKey::quick(-7, "another")})));
  rows.push_back(of("revocation list signature", kUntrusted, good, crl({.wrong_signature = true})));
  rows.push_back(of("intermediate revoked", kUntrusted, good,
                    [list = make_crl(good.root, {.revoked = {{.serial = {1}}}})](Expect &expect) {
                      expect.crls = {list};
                    }));
}

constexpr std::array<uint8_t, 16> kAaguid = {0x6D, 0x66, 0x61};

void add_metadata(std::vector<Case> &rows) {
  const Chain good = chain();
  const Authority service = Authority::root("Metadata Root");
  const auto blob = [&](std::vector<test::StatusReport> reports, std::vector<Bytes> roots) {
    test::MetadataSpec spec;
    spec.entries.push_back({.raw = R"({"aaguid":17})"});
    spec.entries.push_back({.aaguid = kAaguid, .roots = std::move(roots), .reports = std::move(reports)});
    return [text = make_metadata(spec, service), root = service.certificate()](Expect &expect) {
      expect.anchors.clear();
      expect.metadata = text;
      expect.metadata_root = root;
    };
  };
  const std::vector<Bytes> roots = {good.root.certificate()};
  const auto status = [](const char *word, const char *date = "2024-01-01") {
    return test::StatusReport{.status = word, .effective_date = date};
  };
  rows.push_back(of("metadata leads to the root, beside a broken entry", "", good,
                    blob({status("FIDO_CERTIFIED_L1")}, roots)));
  rows.push_back(of("metadata of another root", kUntrusted, good,
                    blob({status("FIDO_CERTIFIED_L1")}, {Authority::root("Other").certificate()})));
  for (const char *word : {"REVOKED", "USER_VERIFICATION_BYPASS", "ATTESTATION_KEY_COMPROMISE",
                           "USER_KEY_REMOTE_COMPROMISE", "USER_KEY_PHYSICAL_COMPROMISE"}) {
    rows.push_back(of((std::string("metadata says ") + word).c_str(), kStatus, good,
                      blob({status("FIDO_CERTIFIED_L1"), status(word)}, roots)));
  }
  rows.push_back(
      of("metadata says REVOKED from tomorrow", "", good, blob({status("REVOKED", "2027-01-16")}, roots)));
  rows.push_back(
      of("metadata says REVOKED from today", kStatus, good, blob({status("REVOKED", "2027-01-15")}, roots)));
  rows.push_back(
      of("metadata says a status that is not known", "", good, blob({status("SOMETHING_NEW")}, roots)));
  test::StatusReport compromise = status("ATTESTATION_KEY_COMPROMISE");
  compromise.certificate = Authority::root("Other").certificate();
  rows.push_back(of("metadata says another certificate is compromised", "", good, blob({compromise}, roots)));
  // The same certificate under another signature: anybody can make one of the first.
  compromise.certificate =
      good.root.issue({.subject = good.below.subject(), .authority = true}, good.below.key());
  rows.push_back(of("metadata says this certificate is compromised, signed anew", kStatus, good,
                    blob({compromise}, roots)));
  compromise.certificate = good.below.certificate();
  rows.push_back(
      of("metadata says this certificate is compromised", kStatus, good, blob({compromise}, roots)));
}

// What a model's metadata says that it attests with.
void add_types(std::vector<Case> &rows) {
  const Chain good = chain();
  const Authority service = Authority::root("Metadata Root");
  const auto listed = [&](const char *id, const char *reason, const char *format,
                          std::vector<std::string> types) {
    test::MetadataSpec spec;
    spec.entries.push_back(
        {.aaguid = kAaguid, .attestation_types = std::move(types), .roots = {good.root.certificate()}});
    Case row = of(id, reason, good,
                  [text = make_metadata(spec, service), root = service.certificate()](Expect &expect) {
                    expect.metadata = text;
                    expect.metadata_root = root;
                  });
    row.format = format;
    rows.push_back(std::move(row));
  };
  listed("metadata lists the type beside another", "", "basic", {"basic_surrogate", "basic_full"});
  listed("metadata lists no type", "", "basic", {});
  listed("metadata lists self attestation, and it has certificates", kType, "basic", {"basic_surrogate"});
  listed("metadata lists an attestation CA, and it has certificates", "", "basic", {"attca"});
  listed("metadata lists certificates, and it attests itself", kType, "self", {"basic_full", "attca"});
  listed("metadata lists self attestation, which leads nowhere", kUntrusted, "self", {"basic_surrogate"});
  listed("metadata lists certificates, and it attests nothing", kUntrusted, "none", {"basic_full"});
  listed("metadata lists an attestation CA, and it is a TPM", "", "tpm", {"attca"});
  listed("metadata lists other certificates, and it is a TPM", kType, "tpm", {"basic_full"});
}

// A compound statement: whoever must verify must lead to an anchor.
void add_compounds(std::vector<Case> &rows) {
  const Chain good = chain();
  const auto compound = [&](const char *id, const char *reason, std::vector<std::string> members,
                            const char *policy, test::Tamper tamper = {}) {
    Case row = of(
        id, reason, good, [policy](Expect &expect) { expect.policy = policy; }, std::move(tamper));
    row.format = "compound";
    row.settings = [below = good.below, members = std::move(members)](Settings &settings) {
      settings.authority = std::make_shared<Authority>(below);
      settings.members = members;
    };
    rows.push_back(std::move(row));
  };
  const char *all = "{}", *any = R"({"compound":"any"})", *set = R"({"compound":["packed"]})";
  const auto drop_path = [](std::vector<test::StatementParts> &parts) { parts[1].x5c->resize(1); };
  const test::Tamper second_nowhere = {.compound = drop_path};
  compound("compound, each leads there", "", {"basic", "attca"}, all);
  compound("compound, one attests itself", kUntrusted, {"self", "basic"}, all);
  compound("compound, the second leads nowhere", kUntrusted, {"basic", "basic"}, all, second_nowhere);
  compound("compound, one attests itself, any", "", {"self", "basic"}, any);
  compound("compound, the second leads nowhere, any", "", {"basic", "basic"}, any, second_nowhere);
  compound("compound, the first leads nowhere, any", "", {"basic", "basic"}, any,
           {.compound = [](std::vector<test::StatementParts> &parts) { parts[0].x5c->resize(1); }});
  compound("compound, none leads there, any", kUntrusted, {"self", "none"}, any);
  compound("compound, one outside the set attests nothing", "", {"basic", "none"}, set);
  compound("compound, one of the set attests itself", kUntrusted, {"basic", "self"}, set);
}

}  // namespace

std::vector<Case> trust_cases() {
  std::vector<Case> rows;
  add_paths(rows);
  add_revocations(rows);
  add_metadata(rows);
  add_types(rows);
  add_compounds(rows);
  return rows;
}

}  // namespace mfa::corpus
