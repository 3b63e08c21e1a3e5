#include "tools/transcript_expect.hpp"

#include <algorithm>

#include "core/encoding.hpp"
#include "methods/webauthn/extensions.hpp"
#include "methods/webauthn/policy.hpp"

namespace mfa::tools {

using namespace webauthn;

namespace {

constexpr size_t kMaxItems = 64;

Failure bad(std::string_view name) {
  return fail(Status::malformed, Reason::transcript_member, "a member of the ceremony is not what it must be",
              std::string(name));
}

std::optional<json::Value> present(const json::Value &object, std::string_view name) {
  auto found = object.find(name);
  return found && !found->is_null() ? found : std::nullopt;
}

Result<std::string_view> optional_text(const json::Value &object, std::string_view name) {
  const auto value = present(object, name);
  if (!value) return std::string_view();
  const auto text = value->as_text();
  if (!text.has_value()) return bad(name);
  return text;
}

Result<bool> optional_bool(const json::Value &object, std::string_view name) {
  const auto value = present(object, name);
  if (!value) return false;
  const auto flag = value->as_bool();
  if (!flag.has_value()) return bad(name);
  return flag.value();
}

Result<std::vector<Bytes>> optional_byte_list(const json::Value &object, std::string_view name) {
  MFA_TRY(const auto texts, optional_texts(object, name));
  std::vector<Bytes> list;
  for (const std::string &text : texts) {
    auto bytes = from_base64url(text);
    if (!bytes.has_value()) return bad(name);
    list.push_back(std::move(bytes).value());
  }
  return list;
}

template <class E>
struct Word {
  std::string_view word;
  E value;
};
template <class E, size_t N>
Result<Done> optional_word(const json::Value &object, std::string_view name, const Word<E> (&words)[N],
                           E &target) {
  MFA_TRY(const std::string_view text, optional_text(object, name));
  if (text.empty()) return done;
  const auto *row = std::find_if(std::begin(words), std::end(words),
                                 [&](const Word<E> &known) { return known.word == text; });
  if (row == std::end(words)) return bad(name);
  target = row->value;
  return done;
}

constexpr Word<UserVerification> kVerifications[] = {{"discouraged", UserVerification::discouraged},
                                                     {"preferred", UserVerification::preferred},
                                                     {"required", UserVerification::required}};
constexpr Word<Mediation> kMediations[] = {
    {"conditional", Mediation::conditional}, {"optional", Mediation::modal}, {"required", Mediation::modal}};
constexpr Word<Rule> kRules[] = {{"reject", Rule::reject}, {"flag", Rule::flag}, {"ignore", Rule::ignore}};
constexpr Word<Backup> kBackups[] = {
    {"any", Backup::any}, {"required", Backup::required}, {"forbidden", Backup::forbidden}};

Result<Done> read_algorithms(const json::Value &expect, Expected &expected) {
  const auto list = present(expect, "algorithms");
  expected.algorithms.clear();
  if (!list) {
    for (const int32_t algorithm : cose::algorithms()) expected.algorithms.push_back(algorithm);
    return done;
  }
  if (list->type() != json::Type::array || list->size() > kMaxItems) return bad("algorithms");
  for (size_t i = 0; i < list->size(); i++) {
    const auto number = list->item(i).as_int();
    if (!number.has_value() || number.value() < INT32_MIN || number.value() > INT32_MAX)
      return bad("algorithms");
    expected.algorithms.push_back(static_cast<int32_t>(number.value()));
  }
  return done;
}

Result<Done> read_rules(const json::Value &expect, Expected &expected) {
  MFA_TRY(optional_word(expect, "user_verification", kVerifications, expected.user_verification));
  MFA_TRY(optional_word(expect, "mediation", kMediations, expected.mediation));
  MFA_TRY(optional_word(expect, "sign_count", kRules, expected.sign_count));
  MFA_TRY(optional_word(expect, "backup_eligible_change", kRules, expected.backup_eligible_change));
  MFA_TRY(optional_word(expect, "backup_eligible", kBackups, expected.backup));
  MFA_TRY(optional_word(expect, "backed_up", kBackups, expected.backup_state));
  MFA_TRY(expected.allow_cross_origin, optional_bool(expect, "cross_origin"));
  MFA_TRY(expected.require_trusted, optional_bool(expect, "require_trusted_attestation"));
  if (const auto policy = present(expect, "policy")) {
    auto read = read_policy(*policy);
    if (!read.has_value()) return bad("policy." + read.error().detail);
    expected.policy = std::move(read).value();
  }
  if (const auto extensions = present(expect, "extensions")) {
    auto asked = read_asked(*extensions);
    if (!asked.has_value()) return bad("extensions");
    expected.asked = std::move(asked).value();
  }
  return done;
}

Result<Trust> read_trust(const json::Value &expect, uint64_t now_s) {
  MFA_TRY(const auto anchors, optional_byte_list(expect, "trust_anchors"));
  MFA_TRY(const auto crls, optional_byte_list(expect, "crls"));
  MFA_TRY(const std::string_view blob, optional_text(expect, "mds_blob"));
  MFA_TRY(const Bytes root, optional_bytes(expect, "mds_root"));
  auto made = TrustAnchors::make({anchors.begin(), anchors.end()}, {crls.begin(), crls.end()});
  if (!made.has_value()) return bad("trust_anchors");
  Trust trust{.anchors = std::move(made).value(), .metadata = std::nullopt};
  if (blob.empty()) return trust;
  auto metadata_root = TrustAnchors::make({root}, {crls.begin(), crls.end()});
  if (!metadata_root.has_value()) return bad("mds_root");
  MFA_TRY(trust.metadata, Metadata::read(blob, metadata_root.value(), 0, now_s));
  return trust;
}

}  // namespace

Result<Bytes> optional_bytes(const json::Value &object, std::string_view name) {
  MFA_TRY(const std::string_view text, optional_text(object, name));
  auto bytes = from_base64url(text);
  if (!bytes.has_value()) return bad(name);
  return bytes;
}

Result<std::vector<std::string>> optional_texts(const json::Value &object, std::string_view name) {
  std::vector<std::string> out;
  const auto list = present(object, name);
  if (!list) return out;
  if (list->type() != json::Type::array || list->size() > kMaxItems) return bad(name);
  for (size_t i = 0; i < list->size(); i++) {
    const auto text = list->item(i).as_text();
    if (!text.has_value()) return bad(name);
    out.emplace_back(text.value());
  }
  return out;
}

Result<TranscriptExpect> read_transcript_expect(const json::Value &expect, uint64_t now_s) {
  if (expect.type() != json::Type::object) return bad("expect");
  if (const auto given = present(expect, "now_s")) {
    const auto number = given->as_int();
    if (!number.has_value() || number.value() < 0) return bad("now_s");
    now_s = static_cast<uint64_t>(number.value());
  }
  Expected expected;
  MFA_TRY(expected.rp_id, optional_text(expect, "rp_id"));
  MFA_TRY(expected.origins, optional_texts(expect, "origins"));
  MFA_TRY(expected.top_origins, optional_texts(expect, "top_origins"));
  MFA_TRY(expected.challenge, optional_bytes(expect, "challenge"));
  expected.least_challenge_bytes = 1;  // what others issued is judged, too
  MFA_TRY(expected.user_handle, optional_bytes(expect, "user_handle"));
  MFA_TRY(expected.app_id, optional_text(expect, "app_id"));
  MFA_TRY(expected.allowed_ids, optional_byte_list(expect, "allowed_ids"));
  MFA_TRY(expected.formats, optional_texts(expect, "formats"));
  MFA_TRY(read_algorithms(expect, expected));
  MFA_TRY(read_rules(expect, expected));
  MFA_TRY(Trust trust, read_trust(expect, now_s));
  return TranscriptExpect{.expected = std::move(expected), .trust = std::move(trust), .now_s = now_s};
}

}  // namespace mfa::tools
