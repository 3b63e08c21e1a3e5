// Section 8.3: tpm, in the structures of the TPM 2.0 Library specification, part 2.
#include "support/hash.hpp"
#include "support/must.hpp"
#include "support/statements/statement.hpp"

namespace mfa::test {
namespace {

constexpr uint16_t kRsa = 0x0001, kEcc = 0x0023;

struct HashName {
  uint16_t number;
  const char *name;
};
constexpr HashName kHashes[] = {{0x0004, "SHA1"}, {0x000B, "SHA256"}, {0x000C, "SHA384"}, {0x000D, "SHA512"}};

uint16_t number_of(std::string_view hash) {
  for (const HashName &row : kHashes)
    if (row.name == hash) return row.number;
  must(false, "not a hash of a TPM");
  return 0;
}

// Big-endian, and TPM2B: a 16-bit length before the bytes.
struct Out {
  Bytes bytes;
  Out &number(uint64_t value, int width) {
    for (int shift = 8 * (width - 1); shift >= 0; shift -= 8)
      bytes.push_back(static_cast<uint8_t>(value >> shift));
    return *this;
  }
  Out &raw(ByteView more) {
    bytes.insert(bytes.end(), more.begin(), more.end());
    return *this;
  }
  Out &sized(ByteView more) { return number(more.size(), 2).raw(more); }
};

TpmPublic public_of(const SoftwareKey &key, const std::string &name_hash) {
  TpmPublic area;
  area.name_algorithm = number_of(name_hash);
  if (key.kind().key_type == 3) {
    area.type = kRsa;
    area.modulus = key.modulus();
    area.key_bits = static_cast<uint16_t>(area.modulus.size() * 8);
  } else {
    area.type = kEcc;
    area.curve = static_cast<uint16_t>(2 + key.kind().curve);
    area.x = key.coordinate('x');
    area.y = key.coordinate('y');
  }
  return area;
}

// Section 11.2.2: a name is its hash's number and the hash of the public area.
Bytes name_of(ByteView area, uint16_t algorithm) {
  Out name;
  for (const HashName &row : kHashes)
    if (row.number == algorithm) name.number(algorithm, 2).raw(hash(row.name, area));
  return name.bytes;
}

}  // namespace

Bytes tpm_bytes(const TpmPublic &area) {
  Out out;
  out.number(area.type, 2).number(area.name_algorithm, 2).number(area.attributes, 4).sized(area.policy);
  out.number(area.symmetric, 2).number(area.scheme, 2);
  if (area.scheme_hash) out.number(*area.scheme_hash, 2);
  if (area.type == kEcc) {
    out.number(area.curve, 2).number(area.kdf, 2).sized(area.x).sized(area.y);
  } else {
    out.number(area.key_bits, 2).number(area.exponent, 4).sized(area.modulus);
  }
  return out.raw(area.trailing).bytes;
}

Bytes tpm_bytes(const TpmAttest &attest) {
  Out out;
  out.number(attest.magic, 4).number(attest.type, 2).sized(attest.signer).sized(attest.extra_data);
  out.number(attest.clock, 8).number(attest.resets, 4).number(attest.restarts, 4).number(attest.safe, 1);
  out.number(attest.firmware, 8).sized(attest.name).sized(attest.qualified_name);
  return out.raw(attest.trailing).bytes;
}

StatementParts tpm_statement(const Attesting &about) {
  TpmPublic area = public_of(about.credential, about.settings.tpm_name_hash);
  let_change(about.tamper.tpm_public, area);
  const Bytes public_area = tpm_bytes(area);

  const SoftwareKey key = about.attestation_key();
  const char *digest = algorithm_of(key.algorithm()).digest;
  must(digest != nullptr, "an algorithm without a digest attests to no TPM key");
  TpmAttest attest;
  attest.signer = name_of(Bytes(32, 0x51), number_of("SHA256"));  // of the AIK; nobody can check it
  attest.extra_data = hash(digest, about.message());
  attest.name = name_of(public_area, area.name_algorithm);
  attest.qualified_name = name_of(attest.name, area.name_algorithm);
  let_change(about.tamper.tpm_attest, attest);
  const Bytes info = tpm_bytes(attest);

  CertificateSpec spec;
  spec.subject = {};
  if (!about.settings.authority) spec.issuer = Attributes{{"CN", "AIK CA"}};
  spec.aaguid = about.aaguid_extension();
  spec.extended_key_usage = {"2.23.133.8.3"};  // tcg-kp-AIKCertificate
  // TPM manufacturer, model and version: TCG EK Credential Profile section 3.2.9.
  spec.alternative_name = directory_name({{"2.23.133.2.1", about.settings.tpm_manufacturer},
                                          {"2.23.133.2.2", "Software TPM"},
                                          {"2.23.133.2.3", "id:00010002"}},
                                         about.settings.tpm_one_rdn);
  spec.alternative_name_critical = true;
  return {.format = "tpm",
          .algorithm = key.algorithm(),
          .signature = key.sign(info),
          .version = "2.0",
          .x5c = about.x5c(spec, key),
          .public_area = public_area,
          .certificate_info = info};
}

}  // namespace mfa::test
