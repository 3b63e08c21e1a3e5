#include "methods/webauthn/authenticator_data.hpp"

#include <algorithm>

#include "methods/webauthn/step.hpp"

namespace mfa::webauthn {
namespace {

constexpr uint32_t kAttestedFlag = 1u << 6, kExtensionsFlag = 1u << 7;

// Takes bytes from the front.
class Reader {
 public:
  Reader(ByteView rest, Reason step) : rest_(rest), step_(step) {}

  Result<ByteView> take(size_t count) {
    if (count > rest_.size()) return bad("authenticator data that ends too early");
    const ByteView taken = rest_.first(count);
    rest_ = rest_.subspan(count);
    return taken;
  }
  // The bytes of one CBOR map.
  Result<ByteView> take_map() {
    size_t size = 0;
    MFA_TRY(const cbor::Document document,
            under(step_, cbor::Document::parse_first(rest_, &size, kAttestationObjectLimits)));
    canonical_ = canonical_ && document.report().canonical();
    if (document.root().type() != cbor::Type::map)
      return bad("authenticator data without the map it announces");
    return take(size);
  }
  bool at_end() const { return rest_.empty(); }
  bool canonical() const { return canonical_; }
  Failure bad(const char *message) const { return fail(Status::malformed, step_, message); }

 private:
  ByteView rest_;
  Reason step_;
  bool canonical_ = true;
};

uint32_t big_endian(ByteView bytes) {
  uint32_t value = 0;
  for (const uint8_t byte : bytes) value = (value << 8) | byte;
  return value;
}

Result<Done> take_attested(Reader &reader, AuthenticatorData &data) {
  MFA_TRY(const ByteView aaguid, reader.take(data.aaguid.size()));
  std::copy(aaguid.begin(), aaguid.end(), data.aaguid.begin());
  MFA_TRY(const ByteView length, reader.take(2));
  MFA_TRY(const ByteView id, reader.take(big_endian(length)));
  MFA_TRY(const ByteView key, reader.take_map());
  if (id.empty()) return reader.bad("a credential id of no bytes");
  data.attested = true;
  data.credential_id = copy_of(id);
  data.public_key = copy_of(key);
  return done;
}

}  // namespace

Result<AuthenticatorData> parse_authenticator_data(ByteView raw, Reason step) {
  AuthenticatorData data{.raw = copy_of(raw)};
  Reader reader(raw, step);
  MFA_TRY(const ByteView rp_id_hash, reader.take(data.rp_id_hash.size()));
  std::copy(rp_id_hash.begin(), rp_id_hash.end(), data.rp_id_hash.begin());
  MFA_TRY(const ByteView flags, reader.take(1));
  data.flags = flags[0];
  MFA_TRY(const ByteView count, reader.take(4));
  data.sign_count = big_endian(count);
  if ((data.flags & kAttestedFlag) != 0) MFA_TRY(take_attested(reader, data));
  if ((data.flags & kExtensionsFlag) != 0) {
    MFA_TRY(const ByteView extensions, reader.take_map());
    data.extensions = copy_of(extensions);
  }
  if (!reader.at_end()) return reader.bad("bytes after the authenticator data");
  data.canonical = reader.canonical();
  return data;
}

}  // namespace mfa::webauthn
