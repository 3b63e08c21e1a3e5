// What a WebAuthn ceremony is judged by, what came from the client, and what is kept.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "core/bytes.hpp"
#include "core/result.hpp"

namespace mfa::webauthn {

enum class UserVerification : int32_t { discouraged = 1, preferred = 2, required = 3 };
enum class Mediation : int32_t { modal = 0, conditional = 1 };
enum class Rule : int32_t { reject = 1, flag = 2, ignore = 3 };
enum class Backup : int32_t { any = 0, required = 1, forbidden = 2 };

// Flags of authenticator data (section 6.1), and ours above them.
inline constexpr uint32_t kUserPresent = 1u << 0;
inline constexpr uint32_t kUserVerified = 1u << 2;
inline constexpr uint32_t kBackupEligible = 1u << 3;
inline constexpr uint32_t kBackedUp = 1u << 4;
inline constexpr uint32_t kTrusted = 1u << 16;

struct Trust;  // trust.hpp

// The extension inputs that the options carried.
struct Asked {
  std::vector<std::string> names;
  uint32_t cred_protect = 0;  // 1 to 3; 0: not asked for
  bool cred_protect_enforced = false;
};

// Named switches, where authenticators or the specification's own examples stretch a rule. Each default is
// the letter of the specification; docs/webauthn.md has them with their reasons.
struct Policy {
  bool noncanonical_cbor = false;          // accept CBOR that is not in CTAP2's canonical form
  bool rs1 = false;                        // accept RS1 outside tpm
  bool packed_string_types = false;        // accept subjects of packed certificates in any string type
  bool tpm_no_sha1 = false;                // refuse SHA-1 inside tpm as well
  bool tpm_known_manufacturer = false;     // refuse TPM makers that are not on our list
  bool tpm_name_not_critical = false;      // accept a subjectAltName that is not critical
  bool android_key_software = false;       // origin and purpose from either list, not from the TEE's alone
  bool android_key_empty_lists = false;    // origin and purpose may be absent
  bool android_key_more_purposes = false;  // signing may be one purpose among others
  bool fido_u2f_zero_aaguid = false;       // refuse an AAGUID that is not zero
  bool safetynet_fresh = false;            // refuse a response made more than a minute ago
  enum class Compound { all, any, set };   // which members of a compound statement must verify
  Compound compound = Compound::all;
  std::vector<std::string> compound_formats;  // of set: each must be there and verify
};

// All of it is the relying party's own; nothing comes from the client.
struct Expected {
  std::string rp_id;
  std::vector<std::string> origins;
  std::vector<std::string> top_origins;
  bool allow_cross_origin = false;
  UserVerification user_verification = UserVerification::preferred;
  Mediation mediation = Mediation::modal;
  Bytes challenge;
  size_t least_challenge_bytes = 16;  // a shorter one is never right
  std::vector<int32_t> algorithms = {-8, -7, -257};
  std::vector<Bytes> allowed_ids;  // empty: any
  Bytes user_handle;               // empty: not known yet
  std::string app_id;
  Rule sign_count = Rule::flag;
  Rule backup_eligible_change = Rule::reject;
  Backup backup = Backup::any;        // backup eligibility
  Backup backup_state = Backup::any;  // whether it is backed up now
  std::optional<Asked> asked;         // nothing: not known
  bool require_trusted = false;
  std::vector<std::string> formats;  // attestation formats accepted; empty: all
  Policy policy;
  const Trust *trust = nullptr;  // NULL: nothing is trusted
};

// A registered credential: the credential record of section 4, with the user handle it was made for.
struct Credential {
  Bytes id;
  Bytes public_key;  // COSE_Key, as the authenticator wrote it
  int32_t algorithm = 0;
  Bytes user_handle;
  std::string rp_id;
  std::string app_id;
  uint32_t sign_count = 0;
  uint32_t flags = 0;  // as last seen
  bool backup_eligible_known = true;
  bool uv_initialized = false;
  std::array<uint8_t, 16> aaguid{};
  std::vector<std::string> transports;
  std::string attestation_format;
  std::string attestation_type;  // "none", "self", "basic", "attca", "anonca"
  // Of an attestation with certificates, so that it can be judged by newer metadata.
  Bytes attestation_key_identifier;
  std::vector<Bytes> attestation_keys;  // SHA-256 of each certificate's key
  Bytes enterprise_serial;
  std::optional<uint64_t> firmware_version;
  // What extensions said at registration (section 10, CTAP 2.2 section 12).
  std::optional<bool> discoverable;  // credProps.rk
  uint32_t cred_protect = 0;         // 1 to 3; 0: not said
  std::optional<uint32_t> min_pin_length;
  bool hmac_secret = false, prf = false, large_blob = false, cred_blob = false;
};

struct User {
  Bytes handle;  // 1 to 64 bytes
  std::string name;
  std::string display_name;
};

}  // namespace mfa::webauthn
