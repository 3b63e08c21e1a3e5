// mfa_trust and what hangs on it, through the public headers.
#include "capi/webauthn_host.hpp"
#include "methods/u2f/token.hpp"
#include "support/authority.hpp"
#include "support/metadata.hpp"

using namespace host;
using mfa::test::Authority;

namespace {

constexpr std::array<uint8_t, 16> kAaguid = {0x6D, 0x66, 0x61};

mfa_text text_of(const Bytes &bytes) { return mfa_text_n(bytes.data(), bytes.size()); }
mfa_text text_of(const std::string &text) { return mfa_text_n(text.data(), text.size()); }

struct Trust {
  mfa_trust *it = nullptr;
  Trust() = default;
  ~Trust() { mfa_trust_free(it); }
  Trust(const Trust &) = delete;
  Trust &operator=(const Trust &) = delete;
};

const Authority &service() {
  static const Authority authority = Authority::root("Metadata Root");
  return authority;
}
const Authority &vendor() {
  static const Authority authority = Authority::root("Vendor Root");
  return authority;
}

mfa::test::MetadataSpec spec_of(std::vector<mfa::test::StatusReport> reports = {mfa::test::StatusReport()}) {
  mfa::test::MetadataSpec spec;
  spec.number = 42;
  spec.entries.push_back(
      {.aaguid = kAaguid, .roots = {vendor().certificate()}, .reports = std::move(reports)});
  return spec;
}

// The reason that a BLOB is refused for, or "".
std::string refusal(const mfa::test::MetadataSpec &spec, const Bytes &root, uint64_t least = 0,
                    uint64_t now_s = kNow) {
  const std::string blob = make_metadata(spec, service());
  mfa_trust_input input = MFA_TRUST_INPUT_INIT;
  input.mds_blob = text_of(blob);
  input.mds_root = text_of(root);
  input.mds_min_no = least;
  Trust trust;
  mfa_error err;
  const mfa_status status = mfa_trust_new(&input, now_s, &trust.it, &err);
  CHECK((status == MFA_OK) == (trust.it != nullptr));
  if (status == MFA_OK) return "";
  CHECK(status == MFA_ERR_CONFIG);
  return mfa_reason_name(err.reason);
}

mfa_status audit(const Credential &credential, const mfa::test::MetadataSpec &spec, std::string &json) {
  const std::string blob = make_metadata(spec, service());
  mfa_trust_input input = MFA_TRUST_INPUT_INIT;
  input.mds_blob = text_of(blob);
  input.mds_root = text_of(service().certificate());
  Trust trust;
  REQUIRE(mfa_trust_new(&input, kNow, &trust.it, nullptr) == MFA_OK);
  Buffer out;
  const mfa_status status = mfa_webauthn_credential_audit(credential.it, trust.it, kNow, &out, nullptr);
  json = out.text();
  return status;
}

}  // namespace

TEST_CASE("metadata: a BLOB is taken by signature, path, number and date, or not at all") {
  const Bytes &root = service().certificate();
  CHECK(refusal(spec_of(), root).empty());
  CHECK(refusal(spec_of(), root, 42).empty());
  CHECK(refusal(spec_of(), root, 43) == "webauthn.metadata.older_than_the_last");
  CHECK(refusal(spec_of(), vendor().certificate()) == "webauthn.metadata.no_path_to_the_root");
  auto spec = spec_of();
  spec.wrong_signature = true;
  CHECK(refusal(spec, root) == "webauthn.metadata.signature");
  spec = spec_of();
  spec.signed_by = mfa::test::SoftwareKey::quick(-7, "another");
  CHECK(refusal(spec, root) == "webauthn.metadata.signature");
  spec = spec_of();
  spec.algorithm = -257;
  CHECK(refusal(spec, root).empty());
  spec = spec_of();
  spec.jws = [](mfa::test::Jws &jws) { jws.algorithm = "none"; };
  CHECK(refusal(spec, root) == "webauthn.metadata.malformed");
  spec = spec_of();
  spec.next_update = "2027-01-15";  // the day of kNow
  CHECK(refusal(spec, root).empty());
  spec.next_update = "2027-01-14";
  CHECK(refusal(spec, root) == "webauthn.metadata.expired");
  spec.next_update = "soon";
  CHECK(refusal(spec, root) == "webauthn.metadata.malformed");
  spec = spec_of();
  spec.certificate = [](mfa::test::CertificateSpec &certificate) {
    certificate.not_after = "20260101000000Z";
  };
  CHECK(refusal(spec, root) == "webauthn.metadata.no_path_to_the_root");
  for (const char *payload : {"{", "[]", R"({"no":1})", R"({"no":-1,"nextUpdate":"2099-01-01","entries":[]})",
                              R"({"no":1,"nextUpdate":"2099-01-01","entries":{}})"}) {
    spec = spec_of();
    spec.payload = payload;
    CHECK_MESSAGE(refusal(spec, root) == "webauthn.metadata.malformed", payload);
  }
}

TEST_CASE("metadata: a broken entry is skipped and named, unknown members are passed over") {
  auto spec = spec_of();
  spec.entries.insert(spec.entries.begin(), {.raw = R"({"aaguid":"zz"})"});
  spec.entries.push_back({.raw = "17"});
  spec.entries.push_back({.aaguid = std::array<uint8_t, 16>{7}, .extra = R"("new":{"a":[1,2]})"});
  const std::string blob = make_metadata(spec, service());
  const mfa_text anchors[] = {text_of(vendor().certificate())};
  mfa_trust_input input = MFA_TRUST_INPUT_INIT;
  input.anchors = anchors;
  input.anchors_count = 1;
  input.mds_blob = text_of(blob);
  input.mds_root = text_of(service().certificate());
  Trust trust;
  REQUIRE(mfa_trust_new(&input, kNow, &trust.it, nullptr) == MFA_OK);
  Buffer json;
  REQUIRE(mfa_trust_json(trust.it, &json, nullptr) == MFA_OK);
  CHECK(
      json.text() ==
      R"({"anchors":1,"no":42,"nextUpdate":"2099-12-31","entries":2,"skipped":[{"index":0,"reason":"hex.malformed"},)"
      R"({"index":2,"reason":"json.unexpected_type"}]})");
}

TEST_CASE("trust: what cannot be read is named by its place") {
  const mfa_text anchors[] = {text_of(vendor().certificate()), mfa_text_of("x")};
  mfa_trust_input input = MFA_TRUST_INPUT_INIT;
  input.anchors = anchors;
  input.anchors_count = 2;
  Trust trust;
  mfa_error err;
  CHECK(mfa_trust_new(&input, kNow, &trust.it, &err) == MFA_ERR_CONFIG);
  CHECK(std::string(err.message).find("anchors.1") != std::string::npos);
  input.anchors_count = 1;
  const mfa_text crls[] = {mfa_text_of("x")};
  input.crls = crls;
  input.crls_count = 1;
  CHECK(mfa_trust_new(&input, kNow, &trust.it, &err) == MFA_ERR_CONFIG);
  CHECK(std::string(err.message).find("crls.0") != std::string::npos);
  input.crls_count = 0;
  input.mds_min_no = 1;
  CHECK(mfa_trust_new(&input, kNow, &trust.it, &err) == MFA_ERR_ARGUMENT);
  input.mds_min_no = 0;
  input.mds_blob = mfa_text_of("a.b.c");
  CHECK(mfa_trust_new(&input, kNow, &trust.it, &err) == MFA_ERR_ARGUMENT);
  CHECK(trust.it == nullptr);
}

TEST_CASE("trust: a registration that leads to an anchor, and its audit by newer metadata") {
  Authenticator key({.format = "basic", .authority = std::make_shared<Authority>(vendor())});
  auto expect = expectation();
  const Response created(key.create(create_options(expect), kOrigin));
  const mfa_text anchors[] = {text_of(vendor().certificate())};
  mfa_trust_input input = MFA_TRUST_INPUT_INIT;
  input.anchors = anchors;
  input.anchors_count = 1;
  Trust trust;
  REQUIRE(mfa_trust_new(&input, kNow, &trust.it, nullptr) == MFA_OK);
  Credential credential;
  mfa_error err;
  expect.require_trusted = 1;
  CHECK(mfa_webauthn_verify_registration(&expect, kNow, created.it, &credential.it, &err) == MFA_DENIED);
  expect.trust = trust.it;
  REQUIRE(mfa_webauthn_verify_registration(&expect, kNow, created.it, &credential.it, &err) == MFA_OK);
  mfa_webauthn_columns columns = MFA_WEBAUTHN_COLUMNS_INIT;
  REQUIRE(mfa_webauthn_credential_columns(credential.it, &columns, nullptr) == MFA_OK);
  CHECK((columns.flags & MFA_WEBAUTHN_TRUSTED) != 0);

  // The stored form keeps what the audit needs.
  Buffer blob;
  REQUIRE(mfa_webauthn_credential_save(credential.it, &blob, nullptr) == MFA_OK);
  Credential stored;
  REQUIRE(mfa_webauthn_credential_load(blob.data, blob.len, &stored.it, nullptr) == MFA_OK);
  std::string json;
  CHECK(audit(stored, spec_of(), json) == MFA_OK);
  CHECK(json == R"({"known":true,"description":"Software key","statuses":[]})");
  CHECK(audit(stored, spec_of({{.status = "REVOKED", .effective_date = "2026-12-01"}}), json) == MFA_DENIED);
  CHECK(
      json ==
      R"({"known":true,"description":"Software key","statuses":[{"status":"REVOKED","effectiveDate":"2026-12-01"}]})");
  CHECK(audit(stored, spec_of({{.status = "REVOKED", .effective_date = "2028-12-01"}}), json) == MFA_OK);
  mfa::test::MetadataSpec other;
  CHECK(audit(stored, other, json) == MFA_OK);
  CHECK(json == R"({"known":false,"description":"","statuses":[]})");
}

TEST_CASE("metadata: a U2F key is found by its attestation key") {
  Authenticator key({.algorithms = {-7}, .format = "fido-u2f", .aaguid = {}});
  auto expect = expectation();
  const auto model = mfa::test::SoftwareKey::make(-7);
  const mfa::test::Tamper tamper = {
      .attesting_key = [&model](mfa::test::SoftwareKey &attesting) { attesting = model; }};
  const Response created(key.create(create_options(expect), kOrigin, tamper));
  Credential credential;
  REQUIRE(mfa_webauthn_verify_registration(&expect, kNow, created.it, &credential.it, nullptr) == MFA_OK);
  mfa::test::MetadataSpec spec;
  spec.entries.push_back({.key_identifiers = {mfa::test::key_identifier(model)},
                          .reports = {{.status = "USER_KEY_REMOTE_COMPROMISE"}}});
  std::string json;
  CHECK(audit(credential, spec, json) == MFA_DENIED);
  CHECK(json.find("USER_KEY_REMOTE_COMPROMISE") != std::string::npos);
}

TEST_CASE("metadata: a model leads to 256 certificates at most") {
  const auto skipped = [](size_t count) {
    auto spec = spec_of();
    spec.entries[0].roots = std::vector<Bytes>(count, vendor().certificate());
    const std::string blob = make_metadata(spec, service());
    mfa_trust_input input = MFA_TRUST_INPUT_INIT;
    input.mds_blob = text_of(blob);
    input.mds_root = text_of(service().certificate());
    Trust trust;
    REQUIRE(mfa_trust_new(&input, kNow, &trust.it, nullptr) == MFA_OK);
    Buffer json;
    REQUIRE(mfa_trust_json(trust.it, &json, nullptr) == MFA_OK);
    return json.text().find(R"("skipped":[])") == std::string::npos;
  };
  CHECK_FALSE(skipped(256));
  CHECK(skipped(257));
}

TEST_CASE("metadata: a U2F registration that is a document is judged by it") {
  mfa::test::U2fToken token;
  token.certificate = vendor().issue({}, token.attestation);
  const Bytes challenge(32, 0x5A);
  const auto made = token.registers(kOrigin, challenge);
  const auto verdict = [&](const char *status, bool required) {
    mfa::test::MetadataSpec spec;
    spec.entries.push_back({.key_identifiers = {mfa::test::key_identifier(token.attestation)},
                            .roots = {vendor().certificate()},
                            .reports = {{.status = status}}});
    mfa::json::Writer line;
    line.begin_object().member("ceremony", "u2f-registration").key("expect").begin_object();
    line.member("app_id", kOrigin).member("challenge", mfa::base64url(challenge));
    line.member("require_trusted_attestation", required).member("mds_blob", make_metadata(spec, service()));
    line.member("mds_root", mfa::base64url(service().certificate())).end_object();
    line.key("response").begin_object().member("registrationData", mfa::base64url(made.message));
    line.member("clientData", mfa::base64url(mfa::bytes_of(made.client_data))).end_object();
    const std::string text = line.end_object().take();
    Buffer json;
    REQUIRE(mfa_webauthn_verify_json(text.data(), text.size(), kNow, 0, &json, nullptr) == MFA_OK);
    return json.text();
  };
  CHECK(verdict("FIDO_CERTIFIED_L1", true).find(R"("trusted":true)") != std::string::npos);
  CHECK(verdict("REVOKED", true).find(R"("reason":"metadata_status")") != std::string::npos);
  const std::string tolerated = verdict("REVOKED", false);
  CHECK(tolerated.find(R"("trusted":false)") != std::string::npos);
  CHECK(tolerated.find(R"("signals":["attestation_status"])") != std::string::npos);
}
