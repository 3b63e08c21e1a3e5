// The stored form of factors, and what readers of records share.
#pragma once

#include "core/cbor.hpp"
#include "engine/account.hpp"

namespace mfa::engine {

void write(cbor::Writer &out, const Factor &factor);
// err_damaged.
Result<Factor> read_factor(const cbor::Item &item);

inline Failure damaged(const char *message) {
  return fail(Status::err_damaged, Reason::account_damaged, message);
}

inline Result<uint32_t> read_u32(const cbor::Item &item) {
  MFA_TRY(const uint64_t number, item.as_uint());
  if (number > UINT32_MAX) return damaged("a number too large in a record");
  return static_cast<uint32_t>(number);
}

inline Result<Done> need_array(const cbor::Item &item, size_t size) {
  if (item.type() != cbor::Type::array || item.size() != size)
    return damaged("a list of another length in a record");
  return done;
}

}  // namespace mfa::engine
