// The account as canonical CBOR, and where records live in the store.
#pragma once

#include "engine/account.hpp"

namespace mfa::engine {

inline constexpr uint64_t kRecordSchema = 1;
inline constexpr size_t kRecordBlock = 1024;  // sizes are padded to it
inline constexpr size_t kIndexBlock = 64;

std::string account_key(std::string_view realm, std::string_view user);
std::string account_prefix(std::string_view realm);
std::string credential_key(std::string_view realm, ByteView credential_id);

Bytes encode_account(const Account &account);
// err_damaged; err_unsupported for a schema that a later release wrote.
Result<Account> decode_account(ByteView plain);

std::string source_key(std::string_view realm, std::string_view source);

// Wrong answers that came from one source.
struct SourceBucket {
  uint64_t since_s = 0;
  uint32_t failures = 0;
};
Bytes encode_bucket(const SourceBucket &bucket);
Result<SourceBucket> decode_bucket(ByteView plain);

// The index record: whose credential it is.
Bytes encode_owner(std::string_view user);
Result<std::string> decode_owner(ByteView plain);

}  // namespace mfa::engine
