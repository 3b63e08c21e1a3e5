// A U2F token and the client before it, which answer as Raw Message Formats sections 4.3 and 5.4 say until a
// test changes a part.
#pragma once

#include <functional>
#include <string>

#include "core/digest.hpp"
#include "core/encoding.hpp"
#include "core/json.hpp"
#include "support/certificate.hpp"

namespace mfa::test {

struct U2fClientData {
  std::string typ, challenge, origin;
  std::string extra = R"("cid_pubkey":"unused")";  // members more
  std::string text() const {
    return R"({"typ":")" + typ + R"(","challenge":")" + challenge + R"(","origin":")" + origin + "\"" +
           (extra.empty() ? "" : "," + extra) + "}";
  }
};

// What a test may change, each before what depends on it is made.
struct U2fTamper {
  std::function<void(U2fClientData &)> client_data = nullptr;
  std::function<void(std::string &)> client_data_text = nullptr;
  std::function<void(Bytes &)> head =
      nullptr;  // signed: registration 05 and public key, else presence, counter
  std::function<void(Bytes &)> signature = nullptr;       // alone
  std::function<void(Bytes &)> message = nullptr;         // whole, after it is signed
  std::function<void(json::Writer &)> members = nullptr;  // of the response, more
};

class U2fToken {
 public:
  SoftwareKey attestation = SoftwareKey::make(-7);
  SoftwareKey credential = SoftwareKey::make(-7);
  Bytes key_handle = Bytes(64, 0xA7);
  Bytes certificate = make_certificate({}, attestation);
  uint32_t counter = 0;
  std::string origin = "https://example.test";

  Bytes public_key() const { return credential.point(); }

  struct Answer {
    Bytes message;
    std::string client_data;
    std::string json;
  };

  Answer registers(const std::string &app_id, ByteView challenge, const U2fTamper &tamper = {}) const {
    Answer answer;
    answer.client_data = client_data_of("navigator.id.finishEnrollment", challenge, tamper);
    Bytes head = {0x05};
    append(head, public_key());
    change(tamper.head, head);
    Bytes to_sign = {0x00};
    append(to_sign, sha256(bytes_of(app_id)));
    append(to_sign, sha256(bytes_of(answer.client_data)));
    append(to_sign, key_handle);
    append(to_sign, ByteView(head).subspan(1));
    Bytes signature = attestation.sign(to_sign);
    change(tamper.signature, signature);
    answer.message = head;
    answer.message.push_back(static_cast<uint8_t>(key_handle.size()));
    append(answer.message, key_handle);
    append(answer.message, certificate);
    append(answer.message, signature);
    change(tamper.message, answer.message);
    answer.json = json_of("registrationData", answer, "", tamper);
    return answer;
  }

  Answer signs(const std::string &app_id, ByteView challenge, const U2fTamper &tamper = {}) {
    Answer answer;
    answer.client_data = client_data_of("navigator.id.getAssertion", challenge, tamper);
    counter++;
    Bytes head = {0x01};
    for (int shift = 24; shift >= 0; shift -= 8) head.push_back(static_cast<uint8_t>(counter >> shift));
    change(tamper.head, head);
    Bytes to_sign;
    append(to_sign, sha256(bytes_of(app_id)));
    append(to_sign, head);
    append(to_sign, sha256(bytes_of(answer.client_data)));
    Bytes signature = credential.sign(to_sign);
    change(tamper.signature, signature);
    answer.message = head;
    append(answer.message, signature);
    change(tamper.message, answer.message);
    answer.json = json_of("signatureData", answer, base64url(key_handle), tamper);
    return answer;
  }

 private:
  static void append(Bytes &out, ByteView bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); }
  template <class T>
  static void change(const std::function<void(T &)> &tamper, T &part) {
    if (tamper) tamper(part);
  }

  std::string client_data_of(const char *typ, ByteView challenge, const U2fTamper &tamper) const {
    U2fClientData data{.typ = typ, .challenge = base64url(challenge), .origin = origin};
    change(tamper.client_data, data);
    std::string text = data.text();
    change(tamper.client_data_text, text);
    return text;
  }

  static std::string json_of(const char *message_name, const Answer &answer, const std::string &key_handle,
                             const U2fTamper &tamper) {
    json::Writer writer;
    writer.begin_object();
    if (!key_handle.empty()) writer.member("keyHandle", key_handle);
    writer.member(message_name, base64url(answer.message));
    writer.member("clientData", base64url(bytes_of(answer.client_data)));
    change(tamper.members, writer);
    return writer.end_object().take();
  }
};

}  // namespace mfa::test
