#include "methods/webauthn/formats/key_description.hpp"

#include "core/der.hpp"

namespace mfa::webauthn::android {
namespace {

// Tags of AuthorizationList, all EXPLICIT.
constexpr uint32_t kPurpose = 1, kAllApplications = 600, kOrigin = 702;
constexpr size_t kMaxPurposes = 16;

Result<Done> take_purpose(ByteView content, AuthorizationList &list) {
  MFA_TRY(const ByteView set, der::only(content, der::kSet));
  for (der::Reader purposes(set); !purposes.at_end();) {
    MFA_TRY(const uint64_t purpose, purposes.take_unsigned());
    if (list.purpose.size() == kMaxPurposes)
      return fail(Status::malformed, Reason::der_malformed, "too many purposes of a key");
    list.purpose.push_back(purpose);
  }
  return done;
}

Result<AuthorizationList> parse_list(ByteView sequence) {
  AuthorizationList list;
  for (der::Reader members(sequence); !members.at_end();) {
    MFA_TRY(const der::Element member, members.next());
    if (member.is_context(kPurpose)) MFA_TRY(take_purpose(member.content, list));
    if (member.is_context(kAllApplications)) list.all_applications = true;
    if (member.is_context(kOrigin)) {
      MFA_TRY(const ByteView origin, der::only(member.content, der::kInteger));
      MFA_TRY(list.origin, der::unsigned_of(origin));
    }
  }
  return list;
}

}  // namespace

Result<KeyDescription> parse_key_description(ByteView extension) {
  MFA_TRY(const ByteView sequence, der::only(extension, der::kSequence));
  der::Reader reader(sequence);
  KeyDescription out;
  MFA_TRY(out.attestation_version, reader.take_unsigned());
  MFA_TRY(out.attestation_security_level, reader.take_unsigned(der::kEnumerated));
  MFA_TRY(reader.take_unsigned());                  // keymasterVersion, later keyMintVersion
  MFA_TRY(reader.take_unsigned(der::kEnumerated));  // and its security level
  MFA_TRY(const ByteView challenge, reader.take(der::kOctetString));
  out.attestation_challenge = copy_of(challenge);
  MFA_TRY(reader.take(der::kOctetString));  // uniqueId
  MFA_TRY(const ByteView software, reader.take(der::kSequence));
  MFA_TRY(out.software_enforced, parse_list(software));
  MFA_TRY(const ByteView tee, reader.take(der::kSequence));
  MFA_TRY(out.tee_enforced, parse_list(tee));
  MFA_TRY(reader.finish());
  return out;
}

}  // namespace mfa::webauthn::android
