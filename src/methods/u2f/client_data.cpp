#include "methods/u2f/client_data.hpp"

#include <algorithm>

#include "core/encoding.hpp"
#include "core/json.hpp"
#include "methods/u2f/step.hpp"

namespace mfa::u2f {
namespace {

constexpr json::Limits kLimits = {.max_bytes = kMaxClientDataBytes};

bool is_facet(const Expected &expected, std::string_view origin) {
  if (expected.facets.empty()) return origin == expected.app_id;
  return std::find(expected.facets.begin(), expected.facets.end(), origin) != expected.facets.end();
}

}  // namespace

Result<Done> check_client_data(const Expected &expected, ByteView client_data, const ClientDataSteps &steps) {
  MFA_TRY(const json::Document document,
          under(steps.not_json, json::Document::parse(text_of(client_data), kLimits)));
  const json::Value root = document.root();
  MFA_TRY(const std::string_view type, under(steps.member, root.need_text("typ")));
  MFA_TRY(const std::string_view challenge, under(steps.member, root.need_text("challenge")));
  MFA_TRY(const std::string_view origin, under(steps.member, root.need_text("origin")));
  if (type != steps.type) return fail(Status::wrong, steps.wrong_type, "client data of another operation");
  if (challenge != base64url(expected.challenge))
    return fail(Status::wrong, steps.challenge, "the challenge is not the one that was issued");
  if (!is_facet(expected, origin))
    return fail(Status::wrong, steps.origin, "an origin that is no facet of the AppID");
  return done;
}

Result<Done> check(const Expected &expected) {
  if (expected.app_id.empty())
    return fail(Status::err_argument, Reason::argument_range, "the expectation has no AppID");
  if (expected.challenge.size() < kMinChallengeBytes)
    return fail(Status::err_argument, Reason::argument_range, "a challenge of under 16 bytes");
  return done;
}

}  // namespace mfa::u2f
