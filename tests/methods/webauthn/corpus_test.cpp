#include <doctest.h>

#include "corpus/case.hpp"
#include "methods/webauthn/extensions.hpp"
#include "methods/webauthn/policy.hpp"
#include "methods/webauthn/trust.hpp"

using namespace mfa;
using namespace mfa::webauthn;
using corpus::Case;

namespace {

std::vector<ByteView> views(const std::vector<Bytes> &list) { return {list.begin(), list.end()}; }

Rule rule(const std::string &word, Rule otherwise) {
  return word == "reject"   ? Rule::reject
         : word == "flag"   ? Rule::flag
         : word == "ignore" ? Rule::ignore
                            : otherwise;
}

// The expectation of a case in the library's own terms.
struct Relying {
  Expected expected;
  Trust trust;
  uint64_t now_s;
  bool user_known;
};

Relying relying(const Case &row) {
  corpus::Expect given;
  if (row.expect) row.expect(given);
  const TrustAnchors none = TrustAnchors::make({}, {}).value();
  Relying out{.expected = {},
              .trust = {.anchors = TrustAnchors::make(views(given.anchors), views(given.crls)).value(),
                        .metadata = std::nullopt},
              .now_s = given.now_s,
              .user_known = given.user_known};
  if (!given.metadata.empty()) {
    const TrustAnchors root = TrustAnchors::make({given.metadata_root}, {}).value();
    out.trust.metadata = Metadata::read(given.metadata, root, 0, given.now_s).value();
  }
  Expected &expected = out.expected;
  expected.rp_id = given.rp_id;
  expected.origins = given.origins;
  expected.top_origins = given.top_origins;
  expected.allow_cross_origin = given.cross_origin;
  expected.user_verification =
      given.user_verification == "required" ? UserVerification::required : UserVerification::preferred;
  expected.mediation = given.mediation == "conditional" ? Mediation::conditional : Mediation::modal;
  expected.challenge = given.challenge;
  expected.algorithms = given.algorithms.empty() ? std::vector<int32_t>{row.algorithm} : given.algorithms;
  expected.user_handle = given.user_handle;
  expected.app_id = given.app_id;
  expected.backup = given.backup == "required"    ? Backup::required
                    : given.backup == "forbidden" ? Backup::forbidden
                                                  : Backup::any;
  expected.backup_state = given.backup_state == "required"    ? Backup::required
                          : given.backup_state == "forbidden" ? Backup::forbidden
                                                              : Backup::any;
  expected.allowed_ids = given.allowed_ids;
  if (!given.extensions.empty()) {
    const auto inputs = json::Document::parse(given.extensions).value();
    expected.asked = read_asked(inputs.root()).value();
  }
  expected.sign_count = rule(given.sign_count, expected.sign_count);
  expected.backup_eligible_change = rule(given.backup_eligible_change, expected.backup_eligible_change);
  expected.require_trusted = given.require_trusted;
  const auto policy = json::Document::parse(given.policy).value();
  expected.policy = read_policy(policy.root()).value();
  return out;
}

Result<Done> judge(const Case &row) {
  Relying with = relying(row);
  with.expected.trust = &with.trust;
  test::Authenticator key(corpus::settings_of(row, with.now_s));
  const User user{.handle = with.expected.user_handle, .name = "ada", .display_name = "Ada"};
  const bool registration = !row.authentication;
  const std::string created = key.create(creation_options(with.expected, user, {}), row.origin,
                                         registration ? row.tamper : test::Tamper());
  if (registration) {
    MFA_TRY(const Response response, parse_response(created));
    MFA_TRY(verify_registration(with.expected, with.now_s, response));
    return done;
  }
  const auto parsed = parse_response(created);
  REQUIRE(parsed.has_value());
  const auto registered = verify_registration(with.expected, with.now_s, parsed.value());
  REQUIRE_MESSAGE(registered.has_value(), name_of(registered.error().reason));
  const Credential &credential = registered.value().credential;
  const auto prepared = cose::PublicKey::parse(credential.public_key).value();
  if (!with.user_known) with.expected.user_handle.clear();
  MFA_TRY(const Response response,
          parse_response(key.get(request_options(with.expected, {}), row.origin, row.tamper)));
  MFA_TRY(verify_assertion(with.expected, credential, prepared, response));
  return done;
}

void check_all(const std::vector<Case> &rows) {
  REQUIRE(!rows.empty());
  for (const Case &row : rows) {
    CAPTURE(row.id);
    const auto result = judge(row);
    const std::string reason = result.has_value() ? "" : name_of(result.error().reason);
    CHECK(reason == std::string(row.reason));
    if (!result.has_value())
      CHECK_MESSAGE(static_cast<int32_t>(result.error().status) > 0, result.error().message);
  }
}

}  // namespace

TEST_CASE("corpus: every format with every algorithm") { check_all(corpus::good_cases()); }
TEST_CASE("corpus: each step of section 7.1") { check_all(corpus::registration_cases()); }
TEST_CASE("corpus: each step of section 7.2") { check_all(corpus::authentication_cases()); }
TEST_CASE("corpus: packed") { check_all(corpus::packed_cases()); }
TEST_CASE("corpus: fido-u2f") { check_all(corpus::u2f_cases()); }
TEST_CASE("corpus: tpm") { check_all(corpus::tpm_cases()); }
TEST_CASE("corpus: android-key and android-safetynet") { check_all(corpus::android_cases()); }
TEST_CASE("corpus: none, apple and compound") { check_all(corpus::other_format_cases()); }
TEST_CASE("corpus: trust") { check_all(corpus::trust_cases()); }
