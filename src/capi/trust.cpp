#include "capi/trust.hpp"

#include "capi/boundary.hpp"
#include "core/json.hpp"

static_assert(sizeof(void *) != 8 ||
                  (sizeof(mfa_trust_input) == 80 && offsetof(mfa_trust_input, struct_size) == 0 &&
                   offsetof(mfa_trust_input, anchors) == 8 &&
                   offsetof(mfa_trust_input, anchors_count) == 16 && offsetof(mfa_trust_input, crls) == 24 &&
                   offsetof(mfa_trust_input, crls_count) == 32 && offsetof(mfa_trust_input, mds_blob) == 40 &&
                   offsetof(mfa_trust_input, mds_root) == 56 && offsetof(mfa_trust_input, mds_min_no) == 72),
              "frozen for ever");

using namespace mfa;
using namespace mfa::capi;

namespace {

Result<std::vector<ByteView>> read_views(const mfa_text *list, size_t count) {
  if (!list && count != 0) return null_argument();
  std::vector<ByteView> views;
  for (size_t i = 0; i < count; i++) {
    MFA_TRY(const ByteView view, read_bytes(list[i]));
    views.push_back(view);
  }
  return views;
}

// What the operator gave, not what a client sent: no answer may be above zero for it.
template <class T>
Result<T> given(Result<T> result) {
  if (!result.has_value() && static_cast<int32_t>(result.error().status) > 0)
    result.error().status = Status::err_config;
  return result;
}

Result<webauthn::Trust> read_trust(const mfa_trust_input &input, uint64_t now_s) {
  MFA_TRY(const auto anchors, read_views(input.anchors, input.anchors_count));
  MFA_TRY(const auto crls, read_views(input.crls, input.crls_count));
  MFA_TRY(const auto blob, read_text(input.mds_blob));
  MFA_TRY(const auto root, read_bytes(input.mds_root));
  MFA_TRY(TrustAnchors made, given(TrustAnchors::make(anchors, crls)));
  webauthn::Trust trust{.anchors = std::move(made), .metadata = std::nullopt};
  if (blob.empty()) {
    if (!root.empty() || input.mds_min_no != 0)
      return fail(Status::err_argument, Reason::argument_range, "mds_root or mds_min_no without mds_blob");
    return trust;
  }
  if (root.empty()) return fail(Status::err_argument, Reason::argument_range, "mds_blob without mds_root");
  MFA_TRY(const TrustAnchors service, given(TrustAnchors::make({root}, crls)));
  MFA_TRY(trust.metadata, given(webauthn::Metadata::read(blob, service, input.mds_min_no, now_s)));
  return trust;
}

std::string trust_json(const webauthn::Trust &trust) {
  json::Writer writer;
  writer.begin_object().member("anchors", static_cast<uint64_t>(trust.anchors.size()));
  if (trust.metadata) {
    const webauthn::Metadata &metadata = *trust.metadata;
    writer.member("no", metadata.no).member("nextUpdate", metadata.next_update);
    writer.member("entries", static_cast<uint64_t>(metadata.entries.size())).key("skipped").begin_array();
    for (const auto &skipped : metadata.skipped) {
      writer.begin_object()
          .member("index", static_cast<uint64_t>(skipped.index))
          .member("reason", skipped.reason)
          .end_object();
    }
    writer.end_array();
  }
  return writer.end_object().take();
}

}  // namespace

extern "C" {

mfa_status mfa_trust_new(const mfa_trust_input *input, uint64_t now_s, mfa_trust **trust, mfa_error *err) {
  return boundary(err, [&]() -> Result<Done> {
    MFA_TRY(clear(trust));
    MFA_TRY(const mfa_trust_input read, read_sized<mfa_trust_input>(input, MFA_TRUST_INPUT_INIT));
    if (read.reserved != 0)
      return fail(Status::err_unsupported, Reason::feature_absent, "reserved: not in this release");
    MFA_TRY(webauthn::Trust made, read_trust(read, now_s));
    *trust = new mfa_trust{std::make_shared<const webauthn::Trust>(std::move(made))};
    return done;
  });
}

void mfa_trust_free(mfa_trust *trust) { delete trust; }

mfa_status mfa_trust_json(const mfa_trust *trust, mfa_buffer *json, mfa_error *err) {
  return boundary(err, [&]() -> Result<Done> {
    MFA_TRY(clear(json));
    if (!trust) return null_argument();
    return write_buffer(json, trust_json(*trust->trust));
  });
}

}  // extern "C"
