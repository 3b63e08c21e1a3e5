#include "engine/remembered.hpp"

#include "core/cbor.hpp"
#include "core/digest.hpp"
#include "core/encoding.hpp"

namespace mfa::engine {
namespace {

constexpr size_t kBlock = 64;
constexpr uint64_t kVersion = 1;
constexpr size_t kFields = 6;
constexpr size_t kSameNameMax = 4;
constexpr size_t kTag = 6;  // bytes of a user's hash in the name of the cookie

Failure unknown() {
  return fail(Status::not_found, Reason::remembered_unknown, "no remembered user of this realm");
}

Result<Remembered> decode(ByteView plain) {
  MFA_TRY(auto document, cbor::Document::parse(plain));
  const cbor::Item root = document.root();
  if (root.type() != cbor::Type::array || root.size() != kFields) return unknown();
  Remembered remembered;
  MFA_TRY(const uint64_t version, root.item(0).as_uint());
  MFA_TRY(const ByteView user, root.item(1).as_bytes());
  MFA_TRY(remembered.epoch, root.item(2).as_uint());
  MFA_TRY(const ByteView id, root.item(3).as_bytes());
  MFA_TRY(remembered.issued_s, root.item(4).as_uint());
  MFA_TRY(remembered.expires_s, root.item(5).as_uint());
  if (version != kVersion || id.size() != remembered.id.size()) return unknown();
  remembered.user = text_of(user);
  std::copy(id.begin(), id.end(), remembered.id.begin());
  return remembered;
}

}  // namespace

std::string seal_remembered(const KeyRing &ring, std::string_view realm, const Remembered &remembered,
                            std::span<const uint8_t, kSealNonce> nonce) {
  cbor::Writer out;
  out.array(kFields).unsigned_number(kVersion).bytes(bytes_of(remembered.user));
  out.unsigned_number(remembered.epoch).bytes(remembered.id);
  out.unsigned_number(remembered.issued_s).unsigned_number(remembered.expires_s);
  return base64url(ring.seal(Kind::remembered, realm, out.take(), kBlock, nonce));
}

Result<Remembered> open_remembered(const KeyRing &ring, std::string_view realm, std::string_view text) {
  if (text.empty() || text.size() > kRememberedTextMax) return unknown();
  const auto sealed = from_base64url(text);
  if (!sealed.has_value()) return unknown();
  const auto plain = ring.open(Kind::remembered, realm, sealed.value());
  if (!plain.has_value()) return unknown();
  auto remembered = decode(plain.value().reveal());
  if (!remembered.has_value()) return unknown();
  return remembered;
}

Result<Done> check_remembered(const Remembered &remembered, const Account *account, uint64_t now_s) {
  if (now_s >= remembered.expires_s || remembered.issued_s > now_s + kClockLeeway_s) {
    return fail(Status::expired, Reason::remembered_expired, "the user was remembered too long ago");
  }
  if (!account || account->tombstone || account->epoch != remembered.epoch) {
    return fail(Status::revoked, Reason::remembered_revoked,
                "the account changed since the user was remembered");
  }
  return done;
}

std::string device_cookie_name(const Config &config, std::string_view user) {
  const std::string place = config.realm + '\n' + std::string(user);
  return cookie_name(config.device.cookie, hex(ByteView(sha256(bytes_of(place))).first(kTag)));
}

Known read_cookies(const Config &config, const KeyRing &ring, std::string_view user,
                   std::string_view header) {
  Known known;
  if (header.empty() || header.size() > kCookieHeaderMax) return known;
  if (config.allows(Method::device) && !user.empty()) {
    for (const auto value : cookies_in(header, device_cookie_name(config, user), kSameNameMax)) {
      auto token = device::parse_token(value);
      if (token.has_value()) known.devices.push_back(std::move(token).value());
    }
  }
  if (config.quick_login.enabled) {
    for (const auto value : cookies_in(header, cookie_name(config.quick_login.cookie, ""), kSameNameMax)) {
      auto remembered = open_remembered(ring, config.realm, value);
      if (remembered.has_value() && !known.remembered) known.remembered = std::move(remembered).value();
    }
  }
  return known;
}

}  // namespace mfa::engine
