// Sections 8.4 and 8.5, each rule violated once.
#include "corpus/case.hpp"
#include "support/der.hpp"

namespace mfa::corpus {
namespace {

using test::CertificateSpec;
using test::KeyDescription;
using test::SafetyNetParts;
using test::StatementParts;
namespace der = test::der;

constexpr unsigned kPurpose = 1, kAllApplications = 600, kOrigin = 702;

// Android's x5c goes up to the root and has it too.
Case key(const char *id, const char *reason, test::Tamper tamper, const char *policy = "{}") {
  const auto root = std::make_shared<test::Authority>(test::Authority::root("Android Root"));
  tamper.statement = [root, change = std::move(tamper.statement)](StatementParts &parts) {
    parts.x5c->push_back(root->certificate());
    if (change) change(parts);
  };
  return {.id = std::string("android-key/") + id,
          .reason = reason,
          .format = "android-key",
          .expect = [policy](Expect &expect) { expect.policy = policy; },
          .settings = [root](test::Authenticator::Settings &settings) { settings.authority = root; },
          .tamper = std::move(tamper)};
}
Case key_statement(const char *id, const char *reason, std::function<void(StatementParts &)> change) {
  return key(id, reason, {.statement = std::move(change)});
}
Case described(const char *id, const char *reason, std::function<void(KeyDescription &)> change,
               const char *policy = "{}") {
  return key(id, reason, {.key_description = std::move(change)}, policy);
}
Case net(const char *id, const char *reason, test::Tamper tamper, const char *policy = "{}") {
  return {.id = std::string("android-safetynet/") + id,
          .reason = reason,
          .format = "android-safetynet",
          .expect = [policy](Expect &expect) { expect.policy = policy; },
          .tamper = std::move(tamper)};
}
Case answered(const char *id, const char *reason, std::function<void(SafetyNetParts &)> change,
              const char *policy = "{}") {
  return net(id, reason, {.safety_net = std::move(change)}, policy);
}

const char *kMalformed = "webauthn.registration.7.1.22.statement_malformed";
const char *kDescription = "webauthn.registration.7.1.22.android_key.key_description_malformed";
const char *kChallenge = "webauthn.registration.7.1.22.android_key.attestation_challenge";
const char *kApplications = "webauthn.registration.7.1.22.android_key.all_applications";
const char *kOriginNot = "webauthn.registration.7.1.22.android_key.origin_not_generated";
const char *kPurposeNot = "webauthn.registration.7.1.22.android_key.purpose_not_sign";
const char *kSoftware = R"({"android_key_software":true})";
const char *kMore = R"({"android_key_more_purposes":true})";
const char *kEmpty = R"({"android_key_empty_lists":true})";

Bytes purposes(std::initializer_list<int> list) {
  std::vector<Bytes> members;
  for (const int purpose : list) members.push_back(der::integer(purpose));
  return der::set(members);
}

void move_to_software(KeyDescription &description) {
  description.software = description.tee;
  description.tee.clear();
}
void empty_lists(KeyDescription &description) {
  description.software.clear();
  description.tee.clear();
}

void add_key(std::vector<Case> &rows) {
  rows.push_back(key_statement("no alg", kMalformed, [](StatementParts &parts) { parts.algorithm.reset(); }));
  rows.push_back(key_statement("no sig", kMalformed, [](StatementParts &parts) { parts.signature.reset(); }));
  rows.push_back(key_statement("no x5c", kMalformed, [](StatementParts &parts) { parts.x5c.reset(); }));
  rows.push_back(key_statement("empty x5c", kMalformed, [](StatementParts &parts) { parts.x5c->clear(); }));
  rows.push_back(key_statement("signature", "webauthn.registration.7.1.22.android_key.signature",
                               [](StatementParts &parts) { parts.signature->at(9) ^= 1; }));
  rows.push_back(key_statement("alg of another key",
                               "webauthn.registration.7.1.22.android_key.certificate_key",
                               [](StatementParts &parts) { parts.algorithm = -257; }));
  rows.push_back(key_statement("RS1", "webauthn.registration.7.1.22.algorithm_refused",
                               [](StatementParts &parts) { parts.algorithm = -65535; }));
  rows.push_back(key("another key", "webauthn.registration.7.1.22.android_key.public_key_not_the_credentials",
                     {.attesting_key = [](test::SoftwareKey &attesting) {
                       attesting = test::SoftwareKey::quick(-7, "another");
                     }}));
  rows.push_back(described("no key description", kDescription, [](KeyDescription &d) { d.whole = Bytes(); }));
  rows.push_back(described("key description cut short", kDescription, [](KeyDescription &d) {
    d.whole = Bytes{0x30, 0x03, 0x02, 0x01, 0x03};
  }));
  rows.push_back(
      described("attestationChallenge", kChallenge, [](KeyDescription &d) { d.challenge[0] ^= 1; }));
  rows.push_back(
      described("attestationChallenge empty", kChallenge, [](KeyDescription &d) { d.challenge.clear(); }));
  rows.push_back(described("allApplications in software", kApplications,
                           [](KeyDescription &d) { d.software[kAllApplications] = der::null(); }));
  rows.push_back(described("allApplications in the TEE", kApplications,
                           [](KeyDescription &d) { d.tee[kAllApplications] = der::null(); }));
  rows.push_back(
      described("origin imported", kOriginNot, [](KeyDescription &d) { d.tee[kOrigin] = der::integer(2); }));
  rows.push_back(described("no origin", kOriginNot, [](KeyDescription &d) { d.tee.erase(kOrigin); }));
  rows.push_back(described("purpose to encrypt", kPurposeNot, [](KeyDescription &d) {
    d.tee[kPurpose] = purposes({0, 1});
  }));
  rows.push_back(described("no purpose", kPurposeNot, [](KeyDescription &d) { d.tee.erase(kPurpose); }));
  rows.push_back(described("software only", kOriginNot, move_to_software));
  rows.push_back(described("software only, by policy", "", move_to_software, kSoftware));
  rows.push_back(described(
      "software origin imported, by policy", kOriginNot,
      [](KeyDescription &d) { d.software[kOrigin] = der::integer(2); }, kSoftware));
  rows.push_back(described("empty lists", kOriginNot, empty_lists));
  rows.push_back(described("empty lists, by policy", "", empty_lists, kEmpty));
  rows.push_back(described(
      "origin imported, empty lists by policy", kOriginNot,
      [](KeyDescription &d) { d.tee[kOrigin] = der::integer(2); }, kEmpty));
  const auto verify_and_sign = [](KeyDescription &d) { d.tee[kPurpose] = purposes({2, 3}); };
  const auto sign_and_software_verify = [](KeyDescription &d) { d.software[kPurpose] = purposes({3}); };
  rows.push_back(described("purpose to verify and to sign", kPurposeNot, verify_and_sign));
  rows.push_back(described("purpose to verify and to sign, by policy", "", verify_and_sign, kMore));
  rows.push_back(described("purpose to verify in software", "", sign_and_software_verify));
  rows.push_back(described("purpose to verify in software, which counts", kPurposeNot,
                           sign_and_software_verify, kSoftware));
  rows.push_back(described(
      "purpose to encrypt, more by policy", kPurposeNot,
      [](KeyDescription &d) {
        d.tee[kPurpose] = purposes({0, 1});
      },
      kMore));
}

void add_net(std::vector<Case> &rows) {
  const char *response = "webauthn.registration.7.1.22.android_safetynet.response_malformed";
  const char *signature = "webauthn.registration.7.1.22.android_safetynet.signature";
  const char *time = "webauthn.registration.7.1.22.android_safetynet.timestamp";
  const char *profile = "webauthn.registration.7.1.22.android_safetynet.cts_profile_match";
  const char *fresh = R"({"safetynet_fresh":true})";
  rows.push_back(
      net("no version", kMalformed, {.statement = [](StatementParts &parts) { parts.version.reset(); }}));
  rows.push_back(net("empty version", "webauthn.registration.7.1.22.android_safetynet.version",
                     {.statement = [](StatementParts &parts) { parts.version = ""; }}));
  rows.push_back(
      net("no response", kMalformed, {.statement = [](StatementParts &parts) { parts.response.reset(); }}));
  rows.push_back(net("response that is no JWS", response, {.statement = [](StatementParts &parts) {
                       parts.response = Bytes{'a', '.', 'b'};
                     }}));
  rows.push_back(answered("nonce", "webauthn.registration.7.1.22.android_safetynet.nonce",
                          [](SafetyNetParts &parts) { parts.nonce = "AAAA"; }));
  rows.push_back(answered("ctsProfileMatch false", profile,
                          [](SafetyNetParts &parts) { parts.cts_profile_match = false; }));
  rows.push_back(answered("no ctsProfileMatch", response,
                          [](SafetyNetParts &parts) { parts.cts_profile_match.reset(); }));
  rows.push_back(
      answered("payload that is no JSON", response, [](SafetyNetParts &parts) { parts.payload = "{"; }));
  rows.push_back(
      answered("signature", signature, [](SafetyNetParts &parts) { parts.wrong_signature = true; }));
  rows.push_back(answered("signed by another", signature, [](SafetyNetParts &parts) {
    parts.signed_by = test::SoftwareKey::quick(-257, "another");
  }));
  rows.push_back(answered("algorithm none", response, [](SafetyNetParts &parts) {
    parts.jws = [](test::Jws &jws) { jws.algorithm = "none"; };
  }));
  rows.push_back(answered("critical header", response, [](SafetyNetParts &parts) {
    parts.jws = [](test::Jws &jws) {
      std::string header = test::jws_header(jws);
      jws.header = header.substr(0, header.size() - 1) + R"(,"crit":["exp"],"exp":1})";
    };
  }));
  rows.push_back(net("host", "webauthn.registration.7.1.22.android_safetynet.certificate_host",
                     {.certificate = [](CertificateSpec &spec) {
                       spec.subject = {{"CN", "attest.android.test"}};
                       spec.alternative_name = test::dns_names({"attest.android.test"});
                     }}));
  rows.push_back(answered(
      "fresh", "", [](SafetyNetParts &parts) { parts.timestamp_ms = kNow * 1000 - 59'000; }, fresh));
  rows.push_back(answered(
      "old", time, [](SafetyNetParts &parts) { parts.timestamp_ms = kNow * 1000 - 61'000; }, fresh));
  rows.push_back(answered(
      "from the future", time, [](SafetyNetParts &parts) { parts.timestamp_ms = kNow * 1000 + 1'000; },
      fresh));
  rows.push_back(answered("old, without the policy", "",
                          [](SafetyNetParts &parts) { parts.timestamp_ms = kNow * 1000 - 61'000; }));
}

}  // namespace

std::vector<Case> android_cases() {
  std::vector<Case> rows;
  add_key(rows);
  add_net(rows);
  return rows;
}

}  // namespace mfa::corpus
