#include "engine/statement.hpp"

#include "core/cbor.hpp"
#include "core/digest.hpp"
#include "core/encoding.hpp"

namespace mfa::engine {
namespace {

constexpr size_t kBlock = 64;
constexpr uint64_t kVersion = 2;
constexpr size_t kFields = 18;

uint64_t bits_of(const Methods &methods) {
  uint64_t bits = 0;
  for (const Method method : methods) bits |= uint64_t{1} << static_cast<uint32_t>(method);
  return bits;
}

Methods methods_of(uint64_t bits) {
  Methods methods;
  for (const Method method : kMethods) {
    if ((bits >> static_cast<uint32_t>(method) & 1) != 0) methods.insert(method);
  }
  return methods;
}

Bytes encode(const Statement &statement) {
  cbor::Writer out;
  out.array(kFields)
      .unsigned_number(kVersion)
      .bytes(bytes_of(statement.user))
      .bytes(statement.session)
      .unsigned_number(statement.epoch)
      .unsigned_number(statement.evidence.proven)
      .unsigned_number(bits_of(statement.evidence.methods))
      .boolean(statement.evidence.user_verified)
      .boolean(statement.evidence.device_bound)
      .boolean(statement.evidence.hardware)
      .unsigned_number(static_cast<uint64_t>(statement.method))
      .bytes(statement.factor)
      .unsigned_number(statement.signed_in_s)
      .unsigned_number(statement.verified_s)
      .unsigned_number(statement.recheck_s)
      .boolean(statement.partial)
      .boolean(statement.enroll_only)
      .unsigned_number(statement.aal2_s)
      .unsigned_number(statement.aal3_s);
  return out.take();
}

Result<Statement> decode(ByteView plain) {
  const auto no = fail(Status::wrong, Reason::statement_malformed, "a statement of another release");
  MFA_TRY(auto document, cbor::Document::parse(plain));
  const cbor::Item root = document.root();
  if (root.type() != cbor::Type::array || root.size() != kFields) return no;
  MFA_TRY(const uint64_t version, root.item(0).as_uint());
  if (version != kVersion) return no;
  Statement statement;
  MFA_TRY(const ByteView user, root.item(1).as_bytes());
  MFA_TRY(const ByteView session, root.item(2).as_bytes());
  MFA_TRY(statement.epoch, root.item(3).as_uint());
  MFA_TRY(const uint64_t proven, root.item(4).as_uint());
  MFA_TRY(const uint64_t methods, root.item(5).as_uint());
  MFA_TRY(statement.evidence.user_verified, root.item(6).as_bool());
  MFA_TRY(statement.evidence.device_bound, root.item(7).as_bool());
  MFA_TRY(statement.evidence.hardware, root.item(8).as_bool());
  MFA_TRY(const uint64_t method, root.item(9).as_uint());
  MFA_TRY(const ByteView factor, root.item(10).as_bytes());
  MFA_TRY(statement.signed_in_s, root.item(11).as_uint());
  MFA_TRY(statement.verified_s, root.item(12).as_uint());
  MFA_TRY(statement.recheck_s, root.item(13).as_uint());
  MFA_TRY(statement.partial, root.item(14).as_bool());
  MFA_TRY(statement.enroll_only, root.item(15).as_bool());
  MFA_TRY(statement.aal2_s, root.item(16).as_uint());
  MFA_TRY(statement.aal3_s, root.item(17).as_uint());
  statement.user = text_of(user);
  statement.session = copy_of(session);
  statement.evidence.proven = static_cast<uint32_t>(proven);
  statement.evidence.methods = methods_of(methods);
  statement.method = static_cast<Method>(method);
  statement.factor = copy_of(factor);
  return statement;
}

}  // namespace

void Statement::verified(Method by, ByteView with, const Evidence &fresh, uint64_t now_s) {
  method = by;
  factor = copy_of(with);
  verified_s = now_s;
  if (fresh.aal() >= 2) aal2_s = now_s;
  if (fresh.aal() >= 3) aal3_s = now_s;
}

uint64_t Statement::reached_s(int32_t level) const {
  return level >= 3 ? aal3_s : level == 2 ? aal2_s : verified_s;
}

Bytes session_binding(std::string_view session) {
  if (session.empty()) return {};
  const auto digest = sha256(bytes_of(session));
  return copy_of(digest);
}

std::string seal_statement(const KeyRing &ring, std::string_view realm, const Statement &statement,
                           std::span<const uint8_t, kSealNonce> nonce) {
  return base64url(ring.seal(Kind::statement, realm, encode(statement), kBlock, nonce));
}

Result<Statement> open_statement(const KeyRing &ring, std::string_view realm, std::string_view text) {
  if (text.empty()) return fail(Status::expired, Reason::statement_missing, "the session has no statement");
  const auto no = fail(Status::wrong, Reason::statement_malformed, "not a statement of this realm");
  if (text.size() > kStatementTextMax) return no;
  const auto sealed = from_base64url(text);
  if (!sealed.has_value()) return no;
  const auto plain = ring.open(Kind::statement, realm, sealed.value());
  if (!plain.has_value()) return no;
  auto statement = decode(plain.value().reveal());
  if (!statement.has_value()) return no;
  return statement;
}

Result<Done> check_statement(const Statement &statement, const Request &request, uint64_t now_s) {
  if (statement.user != request.user) {
    return fail(Status::mismatch, Reason::statement_other_user, "a statement of another user");
  }
  if (!same(statement.session, session_binding(request.session))) {
    return fail(Status::mismatch, Reason::statement_other_session, "a statement of another session");
  }
  if (statement.signed_in_s > now_s + kClockLeeway_s || statement.verified_s > now_s + kClockLeeway_s) {
    return fail(Status::expired, Reason::statement_from_future,
                "the clock went back since the statement was made");
  }
  return done;
}

Result<Done> check_epoch(const Statement &statement, const Account *account) {
  if (statement.epoch != (account ? account->epoch : 0)) {
    return fail(Status::revoked, Reason::statement_revoked, "the session ended with a change of the account");
  }
  return done;
}

}  // namespace mfa::engine
