// Section 8.4: android-key, with the KeyDescription of Android's key attestation: old (version 3, KeyMaster
// 4) and new (200 and later, KeyMint).
#include "support/der.hpp"
#include "support/statements/statement.hpp"

namespace mfa::test {
namespace {

Bytes list_der(const KeyDescription::AuthorizationList &list) {
  std::vector<Bytes> members;  // a map is in the order of tags
  for (const auto &[tag, value] : list) members.push_back(der::explicitly(tag, value));
  return der::sequence(members);
}

KeyDescription describe(const Attesting &about) {
  const bool rsa = about.credential.kind().key_type == 3;
  const int64_t version = about.settings.android_version;
  KeyDescription key;
  key.attestation_version = version;
  key.keymaster_version = version < 100 ? version + 1 : version;
  key.challenge = copy_of(about.client_data_hash);
  key.software = {{701, der::integer(1700000000000)},  // creationDateTime
                  {709, der::octets(bytes_of("an application"))}};
  key.tee = {{1, der::set({der::integer(2)})},     // purpose: SIGN
             {2, der::integer(rsa ? 1 : 3)},       // algorithm
             {3, der::integer(rsa ? 2048 : 256)},  // keySize
             {5, der::set({der::integer(4)})},     // digest: SHA-256
             {503, der::null()},                   // noAuthRequired
             {702, der::integer(0)},               // origin: GENERATED
             {704, der::sequence({der::octets(Bytes(32, 0xB0)), der::boolean(true), der::enumerated(0),
                                  der::octets(Bytes(32, 0xB1))})},  // rootOfTrust
             {705, der::integer(140000)},                           // osVersion
             {706, der::integer(202401)}};                          // osPatchLevel
  if (rsa) key.tee[200] = der::integer(65537);                      // rsaPublicExponent
  if (!rsa) key.tee[10] = der::integer(1);                          // ecCurve: P-256
  if (version >= 100) {
    key.tee[718] = der::integer(20240105);  // vendorPatchLevel
    key.tee[719] = der::integer(20240105);  // bootPatchLevel
  }
  if (version >= 400) key.software[724] = der::octets(Bytes(32, 0xB2));  // moduleHash
  return key;
}

}  // namespace

Bytes description_der(const KeyDescription &key) {
  if (key.whole) return *key.whole;
  return der::sequence({der::integer(key.attestation_version),
                        der::enumerated(key.attestation_security_level), der::integer(key.keymaster_version),
                        der::enumerated(key.keymaster_security_level), der::octets(key.challenge),
                        der::octets(key.unique_id), list_der(key.software), list_der(key.tee)});
}

StatementParts android_key_statement(const Attesting &about) {
  KeyDescription key = describe(about);
  let_change(about.tamper.key_description, key);
  const SoftwareKey signer = about.credential_key();
  CertificateSpec spec;
  spec.subject = {{"CN", "Android Keystore Key"}};
  spec.authority = std::nullopt;
  spec.key_usage = kDigitalSignature;
  spec.extensions = {{"1.3.6.1.4.1.11129.2.1.17", description_der(key), false}};
  return {.format = "android-key",
          .algorithm = signer.algorithm(),
          .signature = signer.sign(about.message()),
          .x5c = about.x5c(spec, signer)};
}

}  // namespace mfa::test
