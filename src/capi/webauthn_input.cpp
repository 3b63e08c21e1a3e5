#include "capi/webauthn_input.hpp"

#include <algorithm>

#include "capi/trust.hpp"
#include "core/encoding.hpp"
#include "core/json.hpp"
#include "methods/webauthn/policy.hpp"

namespace mfa::capi {
namespace {

using webauthn::CreateExtras;
using webauthn::Expected;
using webauthn::GetExtras;

constexpr uint32_t kKnownFlags = MFA_WEBAUTHN_USER_PRESENT | MFA_WEBAUTHN_USER_VERIFIED |
                                 MFA_WEBAUTHN_BACKUP_ELIGIBLE | MFA_WEBAUTHN_BACKED_UP | MFA_WEBAUTHN_TRUSTED;
constexpr size_t kUncompressedPointBytes = 65;
constexpr int64_t kMinTimeoutMs = 1000, kMaxTimeoutMs = 3'600'000;
constexpr size_t kMaxHints = 8;

Failure out_of_range(const char *message) {
  return fail(Status::err_argument, Reason::argument_range, message);
}
Failure unsupported(const char *message) {
  return fail(Status::err_unsupported, Reason::feature_absent, message);
}
Failure bad_extra(std::string_view path) {
  return fail(Status::err_argument, Reason::argument_range, "extra_json is not what it must be",
              std::string(path));
}

Result<std::string> read_utf8(mfa_text text) {
  MFA_TRY(const auto view, read_text(text));
  if (!is_utf8(view)) return fail(Status::err_argument, Reason::utf8_malformed, "a text is not UTF-8");
  return std::string(view);
}
Result<Bytes> read_copy(mfa_text text) {
  MFA_TRY(const auto bytes, read_bytes(text));
  return copy_of(bytes);
}

template <class To, class Read>
Result<std::vector<To>> read_list(const mfa_text *list, size_t count, Read read) {
  if (!list && count != 0) return null_argument();
  std::vector<To> out;
  for (size_t i = 0; i < count; i++) {
    MFA_TRY(auto value, read(list[i]));
    out.push_back(std::move(value));
  }
  return out;
}

bool is_flag(int32_t value) { return value == 0 || value == 1; }

Result<webauthn::Rule> read_rule(mfa_rule rule, webauthn::Rule otherwise) {
  if (rule == MFA_RULE_DEFAULT) return otherwise;
  if (rule < MFA_RULE_REJECT || rule > MFA_RULE_IGNORE)
    return out_of_range("a rule that is none of MFA_RULE_*");
  return static_cast<webauthn::Rule>(rule);
}

Result<Done> read_algorithms(const mfa_webauthn_expect &given, Expected &out) {
  if (!given.algorithms && given.algorithms_count != 0) return null_argument();
  if (!given.algorithms) return done;
  if (given.algorithms_count == 0) return out_of_range("no algorithm is offered");
  out.algorithms.assign(given.algorithms, given.algorithms + given.algorithms_count);
  if (!std::all_of(out.algorithms.begin(), out.algorithms.end(), cose::is_known))
    return unsupported("an algorithm is offered that this build does not know");
  return done;
}

// The switches, and what beside them has no member of its own in the struct.
Result<Done> read_policy_json(std::string_view text, Expected &out) {
  const auto document = json::Document::parse(text);
  if (!document.has_value())
    return fail(Status::err_argument, Reason::json_malformed, "policy_json is not a JSON object");
  MFA_TRY(out.policy, webauthn::read_policy(document.value().root()));
  return done;
}

Result<Done> check_plain(const mfa_webauthn_expect &given) {
  if (given.user_verification < 0 || given.user_verification > MFA_UV_REQUIRED ||
      given.mediation < MFA_MEDIATION_MODAL || given.mediation > MFA_MEDIATION_CONDITIONAL ||
      !is_flag(given.allow_cross_origin) || !is_flag(given.require_trusted)) {
    return out_of_range("a member of the expectation is out of range");
  }
  if (given.reserved != 0) return unsupported("reserved: not in this release");
  return done;
}

// ---- extra_json

using Member = Result<Done> (*)(const json::Value &value, CreateExtras &out);
struct MemberRow {
  std::string_view name;
  Member read;
};

template <size_t N>
Result<std::string> one_of(const json::Value &value, const std::string_view (&words)[N], const char *name) {
  const auto text = value.as_text();
  if (!text.has_value() || std::find(std::begin(words), std::end(words), text.value()) == std::end(words))
    return bad_extra(name);
  return std::string(text.value());
}

Result<std::vector<std::string>> texts_of(const json::Value &value, size_t most, const char *name) {
  if (value.type() != json::Type::array || value.size() > most) return bad_extra(name);
  std::vector<std::string> texts;
  for (size_t i = 0; i < value.size(); i++) {
    const auto text = value.item(i).as_text();
    if (!text.has_value()) return bad_extra(name);
    texts.emplace_back(text.value());
  }
  return texts;
}

Result<CreateExtras::Known> known_of(const json::Value &value, const char *name) {
  CreateExtras::Known known;
  const auto text = value.need_text("id");
  if (!text.has_value()) return bad_extra(name);
  auto id = from_base64url(text.value());
  if (!id.has_value() || id.value().empty()) return bad_extra(name);
  known.id = std::move(id).value();
  if (const auto transports = value.find("transports")) {
    MFA_TRY(known.transports, texts_of(*transports, webauthn::kMaxTransports, name));
  }
  return known;
}

Result<std::vector<CreateExtras::Known>> list_of(const json::Value &value, const char *name) {
  if (value.type() != json::Type::array) return bad_extra(name);
  std::vector<CreateExtras::Known> list;
  for (size_t i = 0; i < value.size(); i++) {
    MFA_TRY(auto known, known_of(value.item(i), name));
    list.push_back(std::move(known));
  }
  return list;
}

constexpr MemberRow kCommonMembers[] = {
    {"hints",
     [](const json::Value &value, CreateExtras &out) -> Result<Done> {
       MFA_TRY(out.hints, texts_of(value, kMaxHints, "hints"));
       return done;
     }},
    {"extensions",
     [](const json::Value &value, CreateExtras &out) -> Result<Done> {
       if (value.type() != json::Type::object) return bad_extra("extensions");
       json::Writer writer;
       if (!json::rewrite(value, writer).has_value()) return bad_extra("extensions");
       out.extensions_json = writer.take();
       return done;
     }},
    {"timeout",
     [](const json::Value &value, CreateExtras &out) -> Result<Done> {
       const auto ms = value.as_int();
       if (!ms.has_value() || ms.value() < kMinTimeoutMs || ms.value() > kMaxTimeoutMs)
         return bad_extra("timeout");
       out.timeout_s = static_cast<uint32_t>((ms.value() + 999) / 1000);
       return done;
     }},
};

constexpr MemberRow kCreateMembers[] = {
    {"rpName",
     [](const json::Value &value, CreateExtras &out) -> Result<Done> {
       const auto text = value.as_text();
       if (!text.has_value()) return bad_extra("rpName");
       out.rp_name = text.value();
       return done;
     }},
    {"authenticatorAttachment",
     [](const json::Value &value, CreateExtras &out) -> Result<Done> {
       static constexpr std::string_view kWords[] = {"platform", "cross-platform"};
       MFA_TRY(out.attachment, one_of(value, kWords, "authenticatorAttachment"));
       return done;
     }},
    {"residentKey",
     [](const json::Value &value, CreateExtras &out) -> Result<Done> {
       static constexpr std::string_view kWords[] = {"discouraged", "preferred", "required"};
       MFA_TRY(out.resident_key, one_of(value, kWords, "residentKey"));
       return done;
     }},
    {"attestation",
     [](const json::Value &value, CreateExtras &out) -> Result<Done> {
       static constexpr std::string_view kWords[] = {"none", "indirect", "direct", "enterprise"};
       MFA_TRY(out.attestation, one_of(value, kWords, "attestation"));
       return done;
     }},
    {"attestationFormats",
     [](const json::Value &value, CreateExtras &out) -> Result<Done> {
       MFA_TRY(out.attestation_formats, texts_of(value, 16, "attestationFormats"));
       return done;
     }},
    {"excludeCredentials",
     [](const json::Value &value, CreateExtras &out) -> Result<Done> {
       MFA_TRY(out.exclude, list_of(value, "excludeCredentials"));
       return done;
     }},
};

constexpr MemberRow kGetMembers[] = {
    {"allowCredentials",
     [](const json::Value &value, CreateExtras &out) -> Result<Done> {
       MFA_TRY(out.exclude, list_of(value, "allowCredentials"));
       return done;
     }},
};

// A member that is no row is refused: a misspelt option must not be lost in silence.
Result<CreateExtras> read_extras(std::string_view text, std::span<const MemberRow> rows) {
  CreateExtras out;
  if (text.empty()) return out;
  const auto document = json::Document::parse(text);
  if (!document.has_value() || document.value().root().type() != json::Type::object)
    return fail(Status::err_argument, Reason::json_malformed, "extra_json is not a JSON object");
  const json::Value root = document.value().root();
  for (size_t i = 0; i < root.size(); i++) {
    const auto is_it = [&](const MemberRow &row) { return row.name == root.key(i); };
    const auto *row = std::find_if(std::begin(kCommonMembers), std::end(kCommonMembers), is_it);
    if (row == std::end(kCommonMembers)) row = std::find_if(rows.data(), rows.data() + rows.size(), is_it);
    if (row == rows.data() + rows.size()) return bad_extra(root.key(i));
    MFA_TRY(row->read(root.value(i), out));
  }
  return out;
}

// ---- columns

Result<std::vector<std::string>> read_transports(mfa_text text) {
  MFA_TRY(const std::string joined, read_utf8(text));
  std::vector<std::string> transports;
  for (std::string_view rest = joined; !rest.empty();) {
    const size_t comma = std::min(rest.find(','), rest.size());
    const std::string_view name = rest.substr(0, comma);
    if (name.empty() || name.size() > webauthn::kMaxTransportBytes ||
        transports.size() == webauthn::kMaxTransports)
      return out_of_range("transports are names with a comma between them");
    transports.emplace_back(name);
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  return transports;
}

Result<Bytes> read_public_key(mfa_text text) {
  MFA_TRY(const auto bytes, read_bytes(text));
  if (bytes.size() == kUncompressedPointBytes && bytes[0] == 0x04) return cose::from_uncompressed_p256(bytes);
  return copy_of(bytes);
}

bool is_attestation_type(std::string_view type) {
  static constexpr std::string_view kTypes[] = {"", "none", "self", "basic", "attca", "anonca"};
  return std::find(std::begin(kTypes), std::end(kTypes), type) != std::end(kTypes);
}

}  // namespace

Result<Expected> read_expect(const mfa_webauthn_expect *expect) {
  MFA_TRY(const mfa_webauthn_expect given, read_sized<mfa_webauthn_expect>(expect, MFA_WEBAUTHN_EXPECT_INIT));
  MFA_TRY(check_plain(given));
  Expected out;
  MFA_TRY(out.rp_id, read_utf8(given.rp_id));
  MFA_TRY(out.origins, read_list<std::string>(given.origins, given.origins_count, read_utf8));
  MFA_TRY(out.top_origins, read_list<std::string>(given.top_origins, given.top_origins_count, read_utf8));
  MFA_TRY(out.challenge, read_copy(given.challenge));
  MFA_TRY(read_algorithms(given, out));
  MFA_TRY(out.allowed_ids, read_list<Bytes>(given.allowed_ids, given.allowed_ids_count, read_copy));
  MFA_TRY(out.user_handle, read_copy(given.user_handle));
  MFA_TRY(out.app_id, read_utf8(given.app_id));
  MFA_TRY(out.sign_count, read_rule(given.sign_count, out.sign_count));
  MFA_TRY(out.backup_eligible_change, read_rule(given.backup_eligible_change, out.backup_eligible_change));
  if (given.user_verification != 0)
    out.user_verification = static_cast<webauthn::UserVerification>(given.user_verification);
  out.mediation = static_cast<webauthn::Mediation>(given.mediation);
  out.allow_cross_origin = given.allow_cross_origin != 0;
  out.require_trusted = given.require_trusted != 0;
  MFA_TRY(const auto policy, read_text(given.policy_json));
  if (!policy.empty()) MFA_TRY(read_policy_json(policy, out));
  const auto &offered = out.algorithms;
  if (!out.policy.rs1 && std::find(offered.begin(), offered.end(), cose::kRs1) != offered.end())
    return out_of_range("RS1 is offered without the policy that allows it");
  if (given.trust) out.trust = given.trust->trust.get();
  if (out.rp_id.empty()) return out_of_range("no RP ID is expected");
  if (out.challenge.size() < webauthn::kMinChallengeBytes)
    return out_of_range("a challenge has 16 bytes or more");
  if (out.user_handle.size() > webauthn::kMaxUserHandleBytes)
    return out_of_range("a user handle has at most 64 bytes");
  return out;
}

Result<Expected> read_verify_expect(const mfa_webauthn_expect *expect) {
  MFA_TRY(Expected out, read_expect(expect));
  if (out.origins.empty()) return out_of_range("no origin is expected");
  return out;
}

Result<webauthn::User> read_user(const mfa_webauthn_user *user) {
  MFA_TRY(const mfa_webauthn_user given, read_sized<mfa_webauthn_user>(user, MFA_WEBAUTHN_USER_INIT));
  if (given.reserved != 0) return unsupported("reserved: not in this release");
  webauthn::User out;
  MFA_TRY(out.handle, read_copy(given.handle));
  MFA_TRY(out.name, read_utf8(given.name));
  MFA_TRY(out.display_name, read_utf8(given.display_name));
  if (out.handle.empty() || out.handle.size() > webauthn::kMaxUserHandleBytes)
    return out_of_range("a user handle has 1 to 64 bytes");
  return out;
}

Result<CreateExtras> read_create_extras(std::string_view json) { return read_extras(json, kCreateMembers); }

Result<GetExtras> read_get_extras(std::string_view json, const Expected &expected) {
  MFA_TRY(CreateExtras read, read_extras(json, kGetMembers));
  GetExtras out{.hints = std::move(read.hints),
                .extensions_json = std::move(read.extensions_json),
                .timeout_s = read.timeout_s,
                .allow = {}};
  for (const Bytes &id : expected.allowed_ids) {
    const auto described = std::find_if(read.exclude.begin(), read.exclude.end(),
                                        [&](const CreateExtras::Known &known) { return known.id == id; });
    out.allow.push_back(described == read.exclude.end() ? CreateExtras::Known{.id = id, .transports = {}}
                                                        : *described);
  }
  const bool all_allowed =
      std::all_of(read.exclude.begin(), read.exclude.end(), [&](const CreateExtras::Known &known) {
        return std::find(expected.allowed_ids.begin(), expected.allowed_ids.end(), known.id) !=
               expected.allowed_ids.end();
      });
  if (!all_allowed) return bad_extra("allowCredentials");
  return out;
}

Result<webauthn::Credential> read_columns(const mfa_webauthn_columns *columns) {
  MFA_TRY(const mfa_webauthn_columns given,
          read_sized<mfa_webauthn_columns>(columns, MFA_WEBAUTHN_COLUMNS_INIT));
  if (given.reserved != 0 || (given.flags & ~kKnownFlags) != 0)
    return unsupported("reserved or flags hold what this release does not know");
  webauthn::Credential out;
  MFA_TRY(out.id, read_copy(given.id));
  MFA_TRY(out.public_key, read_public_key(given.public_key));
  MFA_TRY(out.user_handle, read_copy(given.user_handle));
  MFA_TRY(out.rp_id, read_utf8(given.rp_id));
  MFA_TRY(out.app_id, read_utf8(given.app_id));
  MFA_TRY(out.transports, read_transports(given.transports));
  MFA_TRY(out.attestation_format, read_utf8(given.attestation_format));
  MFA_TRY(out.attestation_type, read_utf8(given.attestation_type));
  out.algorithm = given.algorithm;
  out.sign_count = given.sign_count;
  out.flags = given.flags;
  out.uv_initialized = (given.flags & webauthn::kUserVerified) != 0;
  out.backup_eligible_known = given.backup_eligible_known != 0;
  std::copy(std::begin(given.aaguid), std::end(given.aaguid), out.aaguid.begin());
  if (out.id.empty() || out.id.size() > webauthn::kMaxCredentialIdBytes)
    return out_of_range("a credential id has 1 to 1023 bytes");
  if (out.user_handle.size() > webauthn::kMaxUserHandleBytes)
    return out_of_range("a user handle has at most 64 bytes");
  if (!is_flag(given.backup_eligible_known) || !is_attestation_type(out.attestation_type))
    return out_of_range("a column is out of range");
  return out;
}

}  // namespace mfa::capi
