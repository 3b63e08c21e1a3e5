#include <doctest.h>

#include "core/encoding.hpp"
#include "methods/webauthn/fixture.hpp"

using namespace mfa;
using namespace mfa::webauthn;

namespace {

Credential sample() {
  return {.id = {1, 2, 3},
          .public_key = {0xA0},
          .algorithm = -257,
          .user_handle = {4},
          .rp_id = "example.test",
          .app_id = "https://a.test",
          .sign_count = UINT32_MAX,
          .flags = kUserPresent | kTrusted,
          .backup_eligible_known = false,
          .uv_initialized = true,
          .aaguid = {7, 8, 9},
          .transports = {"usb", "x"},
          .attestation_format = "packed",
          .attestation_type = "self",
          .attestation_key_identifier = {1},
          .attestation_keys = {{2}},
          .enterprise_serial = {3},
          .firmware_version = 1000,
          .discoverable = true,
          .cred_protect = 3,
          .min_pin_length = 6,
          .hmac_secret = true,
          .prf = true,
          .large_blob = true,
          .cred_blob = true};
}

Bytes encoded(const Credential &credential) {
  cbor::Writer writer;
  encode(writer, credential);
  return writer.take();
}

Result<Credential> decoded(const Bytes &bytes) {
  MFA_TRY(const cbor::Document document, cbor::Document::parse(bytes));
  return decode(document.root());
}

}  // namespace

TEST_CASE("credential: what is stored comes back") {
  const Credential before = sample();
  const auto result = decoded(encoded(before));
  REQUIRE(result.has_value());
  const Credential &after = result.value();
  CHECK(after.id == before.id);
  CHECK(after.public_key == before.public_key);
  CHECK(after.algorithm == before.algorithm);
  CHECK(after.user_handle == before.user_handle);
  CHECK(after.rp_id == before.rp_id);
  CHECK(after.app_id == before.app_id);
  CHECK(after.sign_count == before.sign_count);
  CHECK(after.flags == before.flags);
  CHECK(after.backup_eligible_known == before.backup_eligible_known);
  CHECK(after.uv_initialized == before.uv_initialized);
  CHECK(after.aaguid == before.aaguid);
  CHECK(after.transports == before.transports);
  CHECK(after.attestation_format == before.attestation_format);
  CHECK(after.attestation_type == before.attestation_type);
  CHECK(after.attestation_key_identifier == before.attestation_key_identifier);
  CHECK(after.attestation_keys == before.attestation_keys);
  CHECK(after.enterprise_serial == before.enterprise_serial);
  CHECK(after.firmware_version == before.firmware_version);
  CHECK(after.discoverable == before.discoverable);
  CHECK(after.cred_protect == before.cred_protect);
  CHECK(after.min_pin_length == before.min_pin_length);
  CHECK((after.hmac_secret && after.prf && after.large_blob && after.cred_blob));
  const auto empty = decoded(encoded({}));
  REQUIRE(empty.has_value());
  CHECK(empty.value().backup_eligible_known);
}

TEST_CASE("credential: the stored form is frozen") {
  const Bytes bytes = encoded(sample());
  CHECK(hex(bytes) ==
        "b70002"
        "0143010203"
        "0241a0"
        "03390100"
        "044104"
        "056c6578616d706c652e74657374"
        "066e68747470733a2f2f612e74657374"
        "071affffffff"
        "081a00010001"
        "09f4"
        "0af5"
        "0b5007080900000000000000000000000000"
        "0c82637573626178"
        "0d667061636b6564"
        "0e6473656c66"
        "0f4101"
        "10814102"
        "114103"
        "121903e8"
        "13f5"
        "1403"
        "1506"
        "160f");
  const auto document = cbor::Document::parse(bytes);
  REQUIRE(document.has_value());
  CHECK_FALSE(document.value().report().unordered_keys);
  CHECK_FALSE(document.value().report().wide_integers);
}

TEST_CASE("credential: the stored form of version 1 is read, and says nothing of what came later") {
  std::string text = hex(encoded(sample()));
  text = "af0001" + text.substr(6, text.find("0f4101") - 6);
  const auto read = decoded(from_hex(text).value());
  REQUIRE(read.has_value());
  CHECK(read.value().attestation_type == "self");
  CHECK(read.value().attestation_keys.empty());
  CHECK_FALSE(read.value().firmware_version);
  CHECK_FALSE(read.value().discoverable);
  CHECK(read.value().cred_protect == 0);
  CHECK_FALSE(decoded(from_hex("b7" + text.substr(2)).value()).has_value());
}

TEST_CASE("credential: a stored form that is damaged is refused") {
  const Bytes good = encoded(sample());
  const auto reason_of = [](const Bytes &bytes) { return std::string(reason_name(decoded(bytes))); };
  const auto replaced = [&](const char *from, const char *to) {
    std::string text = hex(good);
    const size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    return from_hex(text.replace(at, std::string_view(from).size(), to)).value();
  };
  CHECK(reason_of(good) == "yes");
  for (const Bytes &bad : {replaced("b70002", "b70003"),                                // version
                           replaced("b70002", "b70001"),                                //
                           replaced("1403", "14f6"),                                    // credProtect
                           replaced("10814102", "108102"),                              // certificates
                           replaced("1506", "151b0000000100000000"),                    // PIN length
                           replaced("13f5", "1301"),                                    // discoverable
                           replaced("0143010203", "01f6"),                              // id
                           replaced("03390100", "033b7fffffffffffffff"),                // algorithm
                           replaced("071affffffff", "071b0000000100000000"),            // sign count
                           replaced("071affffffff", "0720"),                            //
                           replaced("09f4", "0900"),                                    // a boolean
                           replaced("0b5007080900000000000000000000000000", "0b4107"),  // AAGUID
                           replaced("0c82637573626178", "0c6178"),                      // transports
                           replaced("0c82637573626178", "0c8101"),                      //
                           replaced("0e6473656c66", "18186473656c66"),                  // another key
                           Bytes{0xA0}, Bytes{0x80}, Bytes{0xF6}}) {
    CHECK_MESSAGE(reason_of(bad) == "webauthn.stored_credential_malformed", hex(bad));
  }
  Bytes more = good;
  more[0] = 0xB8;
  more.insert(more.begin() + 1, 24);
  more.insert(more.end(), {0x17, 0x00});
  CHECK(reason_of(more) == "webauthn.stored_credential_malformed");
}
