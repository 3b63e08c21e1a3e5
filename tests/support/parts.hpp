// What a response is made of, in the order in which it is made, and the places where a test may change it.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "support/certificate.hpp"
#include "support/jws.hpp"

namespace mfa::test {

struct ClientData {
  std::string type, challenge, origin;  // the challenge as base64url
  std::optional<bool> cross_origin = false;
  std::optional<std::string> top_origin;
};

struct AuthenticatorParts {
  Bytes rp_id_hash;
  uint8_t flags = 0;
  uint32_t sign_count = 0;
  Bytes attested;    // AAGUID, length, id and key of a new credential; empty at a login
  Bytes extensions;  // CBOR; set flag 0x80 as well
};

// ---- of the formats of attestation, one each

// What a U2F token signs (section 8.6).
struct U2fParts {
  uint8_t reserved = 0;
  Bytes rp_id_hash, client_data_hash, credential_id;
  Bytes public_key;  // 04, x, y
};

// TPMT_PUBLIC: TPM 2.0 Library, part 2, section 12.2.4; numbers are of its section 6.3.
struct TpmPublic {
  uint16_t type = 0;              // 0x0001 RSA, 0x0023 ECC
  uint16_t name_algorithm = 0;    // 0x0004 SHA-1, 0x000B SHA-256, 0x000C SHA-384, 0x000D SHA-512
  uint32_t attributes = 0x40072;  // fixedTPM, fixedParent, sensitiveDataOrigin, userWithAuth, sign
  Bytes policy;
  uint16_t symmetric = 0x0010;                         // TPM_ALG_NULL
  uint16_t scheme = 0x0010;                            // TPM_ALG_NULL; 0x0014 RSASSA, 0x0018 ECDSA
  std::optional<uint16_t> scheme_hash = std::nullopt;  // after a scheme
  uint16_t key_bits = 0;                               // RSA
  uint32_t exponent = 0;                               // RSA; 0 means 65537
  uint16_t curve = 0, kdf = 0x0010;                    // ECC: 3 P-256, 4 P-384, 5 P-521
  Bytes modulus;                                       // RSA
  Bytes x, y;                                          // ECC
  Bytes trailing;                                      // after the structure
};

// TPMS_ATTEST of a certification: part 2, section 10.12.8.
struct TpmAttest {
  uint32_t magic = 0xFF544347;  // TPM_GENERATED_VALUE
  uint16_t type = 0x8017;       // TPM_ST_ATTEST_CERTIFY
  Bytes signer;                 // a name
  Bytes extra_data;
  uint64_t clock = 12345678;
  uint32_t resets = 3, restarts = 1;
  uint8_t safe = 1;
  uint64_t firmware = 0x0001000200030004;
  Bytes name, qualified_name;  // of the certified key
  Bytes trailing;
};

// KeyDescription of Android's key attestation, the content of extension 1.3.6.1.4.1.11129.2.1.17.
struct KeyDescription {
  using AuthorizationList = std::map<unsigned, Bytes>;  // tag, and the DER in it: 702 -> der::integer(0)
  int64_t attestation_version = 0;
  int64_t attestation_security_level = 1;  // 0 software, 1 trusted environment, 2 StrongBox
  int64_t keymaster_version = 0;
  int64_t keymaster_security_level = 1;
  Bytes challenge, unique_id;
  AuthorizationList software, tee;
  std::optional<Bytes> whole;  // DER, in place of all of them; the hook of the certificate can leave it out
};

struct AppleParts {
  Bytes nonce;
  std::optional<Bytes> extension;  // the value of extension 1.2.840.113635.100.8.2, DER
};

struct SafetyNetParts {
  std::string nonce;  // base64
  std::optional<int64_t> timestamp_ms;
  std::optional<bool> cts_profile_match = true, basic_integrity = true;
  std::string payload;                                  // JSON in place of all of the above
  std::function<void(Jws &)> jws = nullptr;             // before it is signed
  std::optional<SoftwareKey> signed_by = std::nullopt;  // another key than the certificate's
  bool wrong_signature = false;
};

// A statement's members; an empty optional is one that is absent.
struct StatementParts {
  std::string format;  // the identifier: "none", "packed"
  std::optional<int64_t> algorithm;
  std::optional<Bytes> signature;
  std::optional<std::string> version;
  std::optional<std::vector<Bytes>> x5c;
  std::optional<Bytes> public_area, response, certificate_info;
  std::optional<Bytes> whole;  // CBOR, in place of all of them
};

// ---- the rest of the response

// Texts are base64url. An empty optional is a member that is absent, "null" for user_handle is null.
struct ReplyParts {
  std::string id, raw_id, type = "public-key";
  std::optional<std::string> client_data, attestation_object, authenticator_data, signature, user_handle;
  std::vector<std::string> transports;
  std::string extension_results = "{}";  // JSON
};

// Each may change its part before the next is made of it; what is signed is what it left.
struct Tamper {
  std::function<void(ClientData &)> client_data = nullptr;
  std::function<void(std::string &)> client_data_json = nullptr;
  std::function<void(AuthenticatorParts &)> authenticator_data = nullptr;
  std::function<void(Bytes &)> authenticator_data_bytes = nullptr;
  // What signs the statement, and what its certificate is of; the credential stays as it is.
  std::function<void(SoftwareKey &)> attesting_key = nullptr;
  std::function<void(U2fParts &)> u2f = nullptr;
  std::function<void(TpmPublic &)> tpm_public = nullptr;
  std::function<void(TpmAttest &)> tpm_attest = nullptr;
  std::function<void(KeyDescription &)> key_description = nullptr;
  std::function<void(AppleParts &)> apple = nullptr;
  std::function<void(SafetyNetParts &)> safety_net = nullptr;
  std::function<void(CertificateSpec &)> certificate = nullptr;           // the leaf of x5c
  std::function<void(std::vector<StatementParts> &)> compound = nullptr;  // its members
  std::function<void(StatementParts &)> statement = nullptr;
  std::function<void(Bytes &)> statement_bytes = nullptr;
  std::function<void(Bytes &)> attestation_object = nullptr;
  std::function<void(Bytes &)> signature = nullptr;  // of an assertion
  std::function<void(ReplyParts &)> reply = nullptr;
};

template <class Part>
void let_change(const std::function<void(Part &)> &change, Part &part) {
  if (change) change(part);
}

}  // namespace mfa::test
