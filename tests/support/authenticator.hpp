// A software authenticator together with the browser in front of it: options as JSON in, the response's JSON
// out. It knows nothing of the library's WebAuthn code. A copy of one is a clone of it, keys and counters.
//
//   test::Authenticator key({.format = "self"});
//   std::string response = key.create(options_json, "https://example.test");
//   response = key.get(options_json, "https://example.test", {.signature = [](Bytes &s) { s[8] ^= 1; }});
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "support/certificate.hpp"

namespace mfa::test {

// ---- what a response is made of, in the order in which it is made

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

struct StatementParts {
  std::string format;  // the identifier: "none", "packed"
  std::optional<int64_t> algorithm;
  std::optional<Bytes> signature;
  std::optional<std::vector<Bytes>> x5c;
  std::optional<Bytes> whole;  // CBOR, in place of all of them
};

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
  std::function<void(CertificateSpec &)> certificate = nullptr;
  std::function<void(StatementParts &)> statement = nullptr;
  std::function<void(Bytes &)> attestation_object = nullptr;
  std::function<void(Bytes &)> signature = nullptr;  // of an assertion
  std::function<void(ReplyParts &)> reply = nullptr;
};

class Authenticator {
 public:
  struct Settings {
    std::vector<int32_t> algorithms = {-7, -8, -257};  // what it can; the first offered of them is taken
    std::string format = "none";                       // "none", "self" (packed), "basic" (packed with x5c)
    int32_t attestation_algorithm = -7;
    bool user_present = true, user_verified = true;
    bool backup_eligible = false, backed_up = false;
    uint32_t count_step = 1;   // 0: a counter that is always 0
    bool user_handles = true;  // gives the user handle at a login
    std::array<uint8_t, 16> aaguid = {0x6D, 0x66, 0x61};
    std::vector<std::string> transports = {"usb", "nfc"};
  };
  Authenticator() = default;
  explicit Authenticator(Settings given) : settings(std::move(given)) {}

  std::string create(std::string_view options, std::string_view origin, const Tamper &tamper = {});
  // With the first credential of allowCredentials that it holds, or its newest of the RP; "" if it has none.
  std::string get(std::string_view options, std::string_view origin, const Tamper &tamper = {});

  Settings settings;  // may change between calls

 private:
  struct Credential {
    Bytes id;
    SoftwareKey key;
    std::string rp_id;
    Bytes user_handle;
    uint32_t sign_count;
  };
  Credential *pick(std::string_view options);
  uint8_t flags() const;
  StatementParts attest(const Credential &credential, const Bytes &signed_bytes, const Tamper &tamper) const;

  std::vector<Credential> credentials_;
};

}  // namespace mfa::test
