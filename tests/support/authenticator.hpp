// A software authenticator together with the browser in front of it: options as JSON in, the response's JSON
// out. It knows nothing of the library's WebAuthn code. A copy of one is a clone of it, keys and counters.
//
//   test::Authenticator key({.format = "self"});
//   std::string response = key.create(options_json, "https://example.test");
//   response = key.get(options_json, "https://example.test", {.signature = [](Bytes &s) { s[8] ^= 1; }});
#pragma once

#include <array>
#include <memory>

#include "support/authority.hpp"
#include "support/parts.hpp"

namespace mfa::test {

// What extensions give, beside what the authenticator itself adds.
struct ExtensionOutputs {
  Bytes authenticator;        // a CBOR map; empty: none, and no flag for it
  std::string client = "{}";  // clientExtensionResults, JSON
};

// What a token of before WebAuthn is known by.
struct U2fRegistration {
  Bytes key_handle;
  Bytes public_key;  // 04, x, y
};

// Of Settings::format, each of which create() can make.
std::vector<std::string> all_formats();
// Whether a statement of this format can be about a credential of this algorithm.
bool format_takes(std::string_view format, int32_t algorithm);

class Authenticator {
 public:
  struct Settings {
    std::vector<int32_t> algorithms = {-7, -8, -257};  // what it can; the first offered of them is taken
    // "none"; "self", "basic" and "attca", which are packed; "fido-u2f", "tpm", "android-key",
    // "android-safetynet", "apple", "compound".
    std::string format = "none";
    int32_t attestation_algorithm = -7;  // of the key that attests: packed, fido-u2f, the AIK of a tpm
    bool user_present = true, user_verified = true;
    bool backup_eligible = false, backed_up = false;
    uint32_t count_step = 1;   // 0: a counter that is always 0
    bool user_handles = true;  // gives the user handle at a login
    std::array<uint8_t, 16> aaguid = {0x6D, 0x66, 0x61};
    std::vector<std::string> transports = {"usb", "nfc"};

    std::shared_ptr<const Authority> authority =
        nullptr;  // signs attestation certificates; none: self-signed
    ExtensionOutputs create_extensions = {}, get_extensions = {};
    std::string tpm_name_hash = "SHA256";  // or SHA1, SHA384, SHA512
    std::string tpm_manufacturer = "id:FFFFF1D0";
    bool tpm_one_rdn = false;       // the certificate's alternative name: one RDN of three
    int64_t android_version = 300;  // of the KeyDescription; 3 is old
    std::vector<std::string> members = {"self", "basic"};  // of a compound
    uint64_t now_s = 1'800'000'000;                        // where a statement tells the time
  };
  Authenticator() = default;
  explicit Authenticator(Settings given) : settings(std::move(given)) {}

  std::string create(std::string_view options, std::string_view origin, const Tamper &tamper = {});
  // With the first credential of allowCredentials that it holds, or its newest of the RP; "" if it has none.
  std::string get(std::string_view options, std::string_view origin, const Tamper &tamper = {});
  // A credential of the U2F API: get() uses it when the options' extensions name its AppID, and then for
  // that.
  U2fRegistration register_u2f(std::string_view app_id);
  // Of a credential that it holds.
  const SoftwareKey &key_of(ByteView id) const;

  Settings settings;  // may change between calls

 private:
  struct Credential {
    Bytes id;
    SoftwareKey key;
    std::string rp_id;  // or AppID
    Bytes user_handle;
    uint32_t sign_count;
    bool u2f = false;
  };
  Credential *pick(std::string_view options);
  uint8_t flags(bool u2f = false) const;

  std::vector<Credential> credentials_;
};

}  // namespace mfa::test
