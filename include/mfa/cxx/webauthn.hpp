// libmfa for C++20: WebAuthn Level 3, relying party, stateless. JSON is that of the browser's toJSON() and
// parse...FromJSON().
#ifndef MFA_CXX_WEBAUTHN_HPP
#define MFA_CXX_WEBAUTHN_HPP

#include <mfa/webauthn.h>

#include "answer.hpp"

namespace mfa {
inline namespace cxx {

// ---- whom attestation may lead to
// -----------------------------------------------------------------------------

// Read when Trust::load is called; nothing of it is kept.
struct TrustInput {
  std::span<const mfa_text> anchors = {};  // DER certificates: root, intermediate or the authenticator's own
  std::span<const mfa_text> crls = {};     // DER; an issuer with one has its certificates checked against it
  std::string_view mds_blob = {};          // the JWS as downloaded, or empty
  ByteView mds_root = {};                  // DER, required with mds_blob
  std::uint64_t mds_min_no = 0;            // refuse a BLOB with a smaller number: the last one you saw

  mfa_trust_input raw() const noexcept {
    return {sizeof(mfa_trust_input),
            0,
            anchors.data(),
            anchors.size(),
            crls.data(),
            crls.size(),
            text(mds_blob),
            text(mds_root),
            mds_min_no};
  }
};

// Anchors, CRLs, one FIDO metadata BLOB. Immutable; may serve many engines and threads. Moved from, nothing
// is trusted.
class Trust {
 public:
  using Raw = mfa_trust;
  explicit Trust(mfa_trust *owned) noexcept : it_(owned) {}
  // Reads and checks all of it at now_s (Unix time). OK; ERR_CONFIG names what is not in order.
  static Answer<Trust> load(const TrustInput &input, std::uint64_t now_s) noexcept {
    const mfa_trust_input raw = input.raw();
    return detail::made<Trust>(
        [&](mfa_trust **trust, mfa_error *err) { return mfa_trust_new(&raw, now_s, trust, err); });
  }
  // What it holds: {"anchors":2,"no":42,...}. OK.
  Answer<Buffer> json() const noexcept {
    return detail::filled(
        [&](mfa_buffer *json, mfa_error *err) { return mfa_trust_json(it_.get(), json, err); });
  }
  const mfa_trust *raw() const noexcept { return it_.get(); }

 private:
  detail::Owned<mfa_trust, mfa_trust_free> it_;
};

// ---- what a ceremony is judged by
// -----------------------------------------------------------------------------

// Everything in it is yours, nothing comes from the client (mfa/webauthn.h says more of each).
struct WebauthnExpect {
  mfa_user_verification user_verification = 0;    // 0: preferred
  mfa_mediation mediation = MFA_MEDIATION_MODAL;  // what you asked for
  bool allow_cross_origin = false;
  std::string_view rp_id = {};
  std::span<const mfa_text> origins = {};  // compared byte for byte
  std::span<const mfa_text> top_origins = {};
  ByteView challenge = {};                        // 16 bytes or more, used once
  std::span<const std::int32_t> algorithms = {};  // COSE numbers offered; none: -8, -7, -257
  std::span<const mfa_text> allowed_ids = {};     // credential ids offered; none: any (usernameless)
  ByteView user_handle = {};                      // the user's; empty at a sign-in: the response must name it
  std::string_view app_id = {};                   // set when the options carried the appid extension
  mfa_rule sign_count = MFA_RULE_DEFAULT;         // a counter that went back; default: flag
  mfa_rule backup_eligible_change = MFA_RULE_DEFAULT;
  const Trust *trust = nullptr;       // nullptr: attestation is never trusted
  bool require_trusted = false;       // an untrusted attestation is refused
  std::string_view policy_json = {};  // an object of named switches (docs/webauthn.md), or empty

  mfa_webauthn_expect raw() const noexcept {
    mfa_webauthn_expect expect = MFA_WEBAUTHN_EXPECT_INIT;
    expect.user_verification = user_verification;
    expect.mediation = mediation;
    expect.allow_cross_origin = allow_cross_origin ? 1 : 0;
    expect.rp_id = text(rp_id);
    expect.origins = origins.data();
    expect.origins_count = origins.size();
    expect.top_origins = top_origins.data();
    expect.top_origins_count = top_origins.size();
    expect.challenge = text(challenge);
    expect.algorithms = algorithms.data();
    expect.algorithms_count = algorithms.size();
    expect.allowed_ids = allowed_ids.data();
    expect.allowed_ids_count = allowed_ids.size();
    expect.user_handle = text(user_handle);
    expect.app_id = text(app_id);
    expect.sign_count = sign_count;
    expect.backup_eligible_change = backup_eligible_change;
    expect.trust = trust ? trust->raw() : nullptr;
    expect.require_trusted = require_trusted ? 1 : 0;
    expect.policy_json = text(policy_json);
    return expect;
  }
};

struct WebauthnUser {
  ByteView handle = {};  // 1 to 64 bytes that say nothing about the person
  std::string_view name = {};
  std::string_view display_name = {};

  mfa_webauthn_user raw() const noexcept {
    return {sizeof(mfa_webauthn_user), 0, text(handle), text(name), text(display_name)};
  }
};

// Options for navigator.credentials.create() from the expectation that will judge the answer. extra_json:
// empty, or an object (mfa/webauthn.h lists its members). OK; ERR_ARGUMENT.
inline Answer<Buffer> webauthn_create_options(const WebauthnExpect &expect, const WebauthnUser &user,
                                              std::string_view extra_json = {}) noexcept {
  const mfa_webauthn_expect raw = expect.raw();
  const mfa_webauthn_user who = user.raw();
  return detail::filled([&](mfa_buffer *json, mfa_error *err) {
    return mfa_webauthn_create_options(&raw, &who, extra_json.data(), extra_json.size(), json, err);
  });
}
// The same for navigator.credentials.get(). OK; ERR_ARGUMENT.
inline Answer<Buffer> webauthn_get_options(const WebauthnExpect &expect,
                                           std::string_view extra_json = {}) noexcept {
  const mfa_webauthn_expect raw = expect.raw();
  return detail::filled([&](mfa_buffer *json, mfa_error *err) {
    return mfa_webauthn_get_options(&raw, extra_json.data(), extra_json.size(), json, err);
  });
}

// ---- what came, and what is kept
// ------------------------------------------------------------------------------

// A parsed, not yet verified response: use it to find the credential to verify against, for nothing else.
class WebauthnResponse {
 public:
  using Raw = mfa_webauthn_response;
  explicit WebauthnResponse(mfa_webauthn_response *owned) noexcept : it_(owned) {}
  // OK; MALFORMED.
  static Answer<WebauthnResponse> parse(std::string_view json) noexcept {
    return detail::made<WebauthnResponse>([&](mfa_webauthn_response **response, mfa_error *err) {
      return mfa_webauthn_response_parse(json.data(), json.size(), response, err);
    });
  }
  // The credential id; empty when moved from.
  ByteView id() const noexcept { return shown(mfa_webauthn_response_id); }
  // The user handle; empty when the response names none.
  ByteView user_handle() const noexcept { return shown(mfa_webauthn_response_user_handle); }
  // What extensions answered, without secrets: {"client":{},"authenticator":{}}. OK.
  Answer<Buffer> extensions() const noexcept {
    return detail::filled([&](mfa_buffer *json, mfa_error *err) {
      return mfa_webauthn_response_extensions(it_.get(), json, err);
    });
  }
  // Argument of PublicKeyCredential.signalUnknownCredential for a response whose id you do not know. OK.
  Answer<Buffer> signal_unknown(std::string_view rp_id) const noexcept {
    return detail::filled([&](mfa_buffer *json, mfa_error *err) {
      return mfa_webauthn_signal_unknown(rp_id.data(), rp_id.size(), it_.get(), json, err);
    });
  }
  const mfa_webauthn_response *raw() const noexcept { return it_.get(); }

 private:
  template <class Getter>
  ByteView shown(Getter getter) const noexcept {
    std::size_t len = 0;
    const std::uint8_t *data = getter(it_.get(), &len);
    return data ? ByteView(data, len) : ByteView();
  }

  detail::Owned<mfa_webauthn_response, mfa_webauthn_response_free> it_;
};

// MFA_WEBAUTHN_COLUMNS_INIT: what to fill for WebauthnCredential::of.
inline mfa_webauthn_columns webauthn_columns() noexcept { return MFA_WEBAUTHN_COLUMNS_INIT; }

// A registered credential; any number of threads may use one. Keep it as the blob, or as your own columns.
class WebauthnCredential {
 public:
  using Raw = mfa_webauthn_credential;
  explicit WebauthnCredential(mfa_webauthn_credential *owned) noexcept : it_(owned) {}
  // From your own columns. OK; ERR_ARGUMENT.
  static Answer<WebauthnCredential> of(const mfa_webauthn_columns &columns) noexcept {
    return detail::made<WebauthnCredential>([&](mfa_webauthn_credential **credential, mfa_error *err) {
      return mfa_webauthn_credential_new(&columns, credential, err);
    });
  }
  // From what save() gave. OK; ERR_DAMAGED.
  static Answer<WebauthnCredential> load(ByteView blob) noexcept {
    return detail::made<WebauthnCredential>([&](mfa_webauthn_credential **credential, mfa_error *err) {
      return mfa_webauthn_credential_load(blob.data(), blob.size(), credential, err);
    });
  }
  // One blob, for one column. OK.
  Answer<Buffer> save() const noexcept {
    return detail::filled(
        [&](mfa_buffer *blob, mfa_error *err) { return mfa_webauthn_credential_save(it_.get(), blob, err); });
  }
  // Its texts show the credential and live as long. OK.
  Answer<mfa_webauthn_columns> columns() const noexcept {
    return detail::valued<mfa_webauthn_columns>(
        [&](mfa_webauthn_columns *columns, mfa_error *err) {
          return mfa_webauthn_credential_columns(it_.get(), columns, err);
        },
        webauthn_columns());
  }
  // For people and logs. OK.
  Answer<Buffer> json() const noexcept {
    return detail::filled(
        [&](mfa_buffer *json, mfa_error *err) { return mfa_webauthn_credential_json(it_.get(), json, err); });
  }
  // What metadata says of the model at now_s (Unix time). OK; DENIED when a status takes the trust away:
  // partial() says which.
  Answer<Buffer> audit(const Trust &trust, std::uint64_t now_s) const noexcept {
    return detail::filled([&](mfa_buffer *json, mfa_error *err) {
      return mfa_webauthn_credential_audit(it_.get(), trust.raw(), now_s, json, err);
    });
  }
  const mfa_webauthn_credential *raw() const noexcept { return it_.get(); }

 private:
  detail::Owned<mfa_webauthn_credential, mfa_webauthn_credential_free> it_;
};

// Section 7.1 at now_s (Unix time). You then insert the credential under a unique index on its id. OK; WRONG,
// DENIED, MALFORMED.
inline Answer<WebauthnCredential> webauthn_verify_registration(const WebauthnExpect &expect,
                                                               std::uint64_t now_s,
                                                               const WebauthnResponse &response) noexcept {
  const mfa_webauthn_expect raw = expect.raw();
  return detail::made<WebauthnCredential>([&](mfa_webauthn_credential **credential, mfa_error *err) {
    return mfa_webauthn_verify_registration(&raw, now_s, response.raw(), credential, err);
  });
}
// Section 7.2: flags and sign count to store, in one update WHERE the old count is what you read; signals to
// look at. Make the challenge single-use yourself, before you call. OK; WRONG, DENIED, MALFORMED.
inline Answer<mfa_webauthn_result> webauthn_verify_assertion(const WebauthnExpect &expect,
                                                             const WebauthnCredential &credential,
                                                             const WebauthnResponse &response) noexcept {
  const mfa_webauthn_expect raw = expect.raw();
  return detail::valued<mfa_webauthn_result>(
      [&](mfa_webauthn_result *result, mfa_error *err) {
        return mfa_webauthn_verify_assertion(&raw, credential.raw(), response.raw(), result, err);
      },
      MFA_WEBAUTHN_RESULT_INIT);
}

// ---- beside a ceremony
// ----------------------------------------------------------------------------------------

// "android:apk-key-hash:..." of a signing certificate's SHA-256 fingerprint (64 hex digits, colons allowed).
// OK; ERR_ARGUMENT.
inline Answer<Buffer> webauthn_android_origin(std::string_view fingerprint) noexcept {
  return detail::filled([&](mfa_buffer *origin, mfa_error *err) {
    return mfa_webauthn_android_origin(fingerprint.data(), fingerprint.size(), origin, err);
  });
}
// The document for /.well-known/webauthn, as application/json. OK; ERR_ARGUMENT for what is no https origin.
inline Answer<Buffer> webauthn_related_origins(std::span<const mfa_text> origins) noexcept {
  return detail::filled([&](mfa_buffer *json, mfa_error *err) {
    return mfa_webauthn_related_origins(origins.data(), origins.size(), json, err);
  });
}
// Argument of signalAllAcceptedCredentials for a user who has authenticated: every credential id of that
// user, for the device may hide what is left out for good. OK; ERR_ARGUMENT.
inline Answer<Buffer> webauthn_signal_accepted(std::string_view rp_id, ByteView user_handle,
                                               std::span<const mfa_text> ids) noexcept {
  return detail::filled([&](mfa_buffer *json, mfa_error *err) {
    return mfa_webauthn_signal_accepted(rp_id.data(), rp_id.size(), user_handle.data(), user_handle.size(),
                                        ids.data(), ids.size(), json, err);
  });
}
// Argument of signalCurrentUserDetails for a user who has authenticated and has another name now. OK;
// ERR_ARGUMENT.
inline Answer<Buffer> webauthn_signal_user(std::string_view rp_id, const WebauthnUser &user) noexcept {
  const mfa_webauthn_user who = user.raw();
  return detail::filled([&](mfa_buffer *json, mfa_error *err) {
    return mfa_webauthn_signal_user(rp_id.data(), rp_id.size(), &who, json, err);
  });
}
// One ceremony as one JSON document, judged (docs/webauthn.md): for tools and tests. now_s (Unix time) where
// the document names none; flags: MFA_WEBAUTHN_EXPLAIN. OK whatever the verdict.
inline Answer<Buffer> webauthn_verify_json(std::string_view ceremony, std::uint64_t now_s,
                                           std::uint32_t flags = 0) noexcept {
  return detail::filled([&](mfa_buffer *verdict, mfa_error *err) {
    return mfa_webauthn_verify_json(ceremony.data(), ceremony.size(), now_s, flags, verdict, err);
  });
}
// One signature, {"id","public_key","message","signature"}, to {"id","ok"}. OK whatever the verdict.
inline Answer<Buffer> cose_verify_json(std::string_view signature) noexcept {
  return detail::filled([&](mfa_buffer *verdict, mfa_error *err) {
    return mfa_cose_verify_json(signature.data(), signature.size(), verdict, err);
  });
}
// A response, or a ceremony, for people to read; nothing is verified. OK; MALFORMED.
inline Answer<Buffer> webauthn_inspect(std::string_view json) noexcept {
  return detail::filled([&](mfa_buffer *text, mfa_error *err) {
    return mfa_webauthn_inspect(json.data(), json.size(), text, err);
  });
}

}  // namespace cxx
}  // namespace mfa
#endif
