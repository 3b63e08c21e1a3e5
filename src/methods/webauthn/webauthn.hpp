// The WebAuthn Level 3 relying party's procedures: options, parsing, sections 7.1 and 7.2. Pure.
#pragma once

#include "core/cbor.hpp"
#include "core/cose.hpp"
#include "methods/webauthn/types.hpp"

namespace mfa::webauthn {

// ---- limits on what a client sends
inline constexpr size_t kMaxResponseBytes = 65536;   // the JSON
inline constexpr size_t kMaxClientDataBytes = 8192;  // clientDataJSON, decoded
inline constexpr size_t kMaxTransports = 16;
inline constexpr size_t kMaxTransportBytes = 32;
inline constexpr size_t kMaxUserHandleBytes = 64;
inline constexpr size_t kMaxCredentialIdBytes = 1023;
inline constexpr cbor::Limits kAttestationObjectLimits = {.indefinite = true};
inline constexpr size_t kMaxCertificates = 8;  // of an attestation's chain
// and on what the relying party gives
inline constexpr size_t kMinChallengeBytes = 16;

// ---- options (the JSON of section 5.1.8)

struct CreateExtras {
  std::string rp_name;
  std::string resident_key = "preferred";  // "discouraged", "preferred", "required"
  std::string attachment;                  // "", "platform", "cross-platform"
  std::string attestation = "none";
  std::vector<std::string> attestation_formats;
  std::vector<std::string> hints;
  std::string extensions_json = "{}";  // an object, checked by the caller
  uint32_t timeout_s = 300;
  struct Known {
    Bytes id;
    std::vector<std::string> transports;
  };
  std::vector<Known> exclude;
};
struct GetExtras {
  std::vector<std::string> hints;
  std::string extensions_json = "{}";
  uint32_t timeout_s = 300;
  std::vector<CreateExtras::Known> allow;  // ids and transports; Expected.allowed_ids is what is enforced
};
std::string creation_options(const Expected &expected, const User &user, const CreateExtras &extras);
std::string request_options(const Expected &expected, const GetExtras &extras);

// ---- responses

struct ClientData {
  Bytes raw;
  std::string type;
  Bytes challenge;
  std::string origin;
  bool cross_origin = false;
  std::optional<std::string> top_origin;
};

struct AuthenticatorData {
  Bytes raw;
  std::array<uint8_t, 32> rp_id_hash{};
  uint32_t flags = 0;
  uint32_t sign_count = 0;
  // attested credential data
  bool attested = false;
  std::array<uint8_t, 16> aaguid{};
  Bytes credential_id;
  Bytes public_key;
  Bytes extensions;       // CBOR map, or empty
  bool canonical = true;  // the maps in it
};

// clientExtensionResults, as far as they are kept. Results of prf are not.
struct ClientOutputs {
  std::vector<std::string> names;
  bool app_id = false;
  std::optional<bool> discoverable;  // credProps.rk
  bool large_blob_supported = false, large_blob_written = false;
  std::optional<std::string> large_blob;  // largeBlob.blob, base64url
  // Of Level 2: user verification method, key protection and matcher protection, numbers of the FIDO
  // Registry.
  std::vector<std::array<uint32_t, 3>> uvm;
  bool prf_enabled = false, hmac_secret = false;
};

struct Response {
  Bytes id;
  bool registration = false;
  ClientData client_data;
  AuthenticatorData authenticator_data;
  bool canonical = true;  // the CBOR of it, whole
  // registration
  std::string format;
  Bytes attestation_object;  // CBOR, whole; the statement is read again from it
  std::vector<std::string> transports;
  // authentication
  Bytes signature;
  Bytes user_handle;  // empty: absent
  ClientOutputs client_outputs;
};
// Registration or authentication, told apart by their members. malformed.
Result<Response> parse_response(std::string_view json);

// The same from its parts, decoded already.
struct RawResponse {
  Bytes id;  // empty at a registration: the one in the authenticator data
  Bytes client_data;
  std::optional<Bytes> attestation_object;
  Bytes authenticator_data, signature, user_handle;
  std::vector<std::string> transports;
  ClientOutputs client_outputs;
};
Result<Response> read_response(RawResponse raw);

// ---- verification

struct Registration {
  Credential credential;
  uint32_t signals = 0;
};
// Section 7.1. wrong, denied, malformed; the reason names the step.
Result<Registration> verify_registration(const Expected &expected, uint64_t now_s, const Response &response);

struct Assertion {
  uint32_t flags = 0;
  uint32_t sign_count = 0;
  uint32_t signals = 0;
};
// Section 7.2. key: the credential's, prepared. wrong, denied, malformed.
Result<Assertion> verify_assertion(const Expected &expected, const Credential &credential,
                                   const cose::PublicKey &key, const Response &response);

// ---- the stored form: one CBOR map
void encode(cbor::Writer &writer, const Credential &credential);
Result<Credential> decode(const cbor::Item &item);

}  // namespace mfa::webauthn
