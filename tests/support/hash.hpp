// A digest by the name that OpenSSL has for it: "SHA1", "SHA256", "SHA384", "SHA512".
#pragma once

#include "core/bytes.hpp"

namespace mfa::test {

Bytes hash(const char *name, ByteView data);

}  // namespace mfa::test
