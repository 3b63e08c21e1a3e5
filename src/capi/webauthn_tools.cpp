// The calls of mfa/webauthn.h around the ceremonies: documents for the host to hand on, and tools.
#include "capi/boundary.hpp"
#include "methods/webauthn/documents.hpp"
#include "mfa/webauthn.h"
#include "tools/inspect.hpp"
#include "tools/transcript.hpp"

using namespace mfa;
using namespace mfa::capi;

namespace {

constexpr size_t kMaxRelatedOrigins = 256;

}  // namespace

extern "C" {

mfa_status mfa_webauthn_android_origin(const char *fingerprint, size_t fingerprint_len, mfa_buffer *origin,
                                       mfa_error *err) {
  return boundary(err, [&]() -> Result<Done> {
    MFA_TRY(clear(origin));
    MFA_TRY(const auto text, read_text(fingerprint, fingerprint_len));
    MFA_TRY(const std::string made, webauthn::android_origin(text));
    return write_buffer(origin, made);
  });
}

mfa_status mfa_webauthn_related_origins(const mfa_text *origins, size_t origins_count, mfa_buffer *json,
                                        mfa_error *err) {
  return boundary(err, [&]() -> Result<Done> {
    MFA_TRY(clear(json));
    if (!origins && origins_count != 0) return null_argument();
    if (origins_count > kMaxRelatedOrigins)
      return fail(Status::err_argument, Reason::argument_range, "too many origins");
    std::vector<std::string> list;
    for (size_t i = 0; i < origins_count; i++) {
      MFA_TRY(const auto text, read_text(origins[i]));
      list.emplace_back(text);
    }
    MFA_TRY(const std::string document, webauthn::related_origins(list));
    return write_buffer(json, document);
  });
}

mfa_status mfa_webauthn_verify_json(const char *ceremony, size_t ceremony_len, uint64_t now_s, uint32_t flags,
                                    mfa_buffer *verdict, mfa_error *err) {
  return boundary(err, [&]() -> Result<Done> {
    MFA_TRY(clear(verdict));
    MFA_TRY(const auto text, read_text(ceremony, ceremony_len));
    if ((flags & ~static_cast<uint32_t>(MFA_WEBAUTHN_EXPLAIN)) != 0)
      return fail(Status::err_unsupported, Reason::feature_absent, "a flag that this release does not know");
    MFA_TRY(const std::string judged,
            tools::judge_transcript(text, now_s, (flags & MFA_WEBAUTHN_EXPLAIN) != 0));
    return write_buffer(verdict, judged);
  });
}

mfa_status mfa_cose_verify_json(const char *signature, size_t signature_len, mfa_buffer *verdict,
                                mfa_error *err) {
  return boundary(err, [&]() -> Result<Done> {
    MFA_TRY(clear(verdict));
    MFA_TRY(const auto text, read_text(signature, signature_len));
    MFA_TRY(const std::string judged, tools::judge_signature(text));
    return write_buffer(verdict, judged);
  });
}

mfa_status mfa_webauthn_inspect(const char *json, size_t json_len, mfa_buffer *text, mfa_error *err) {
  return boundary(err, [&]() -> Result<Done> {
    MFA_TRY(clear(text));
    MFA_TRY(const auto given, read_text(json, json_len));
    MFA_TRY(const std::string readable, tools::inspect(given));
    return write_buffer(text, readable);
  });
}

}  // extern "C"
