#include "random.hpp"

#include <sodium.h>

#include <array>

namespace demo {

std::string random_text() {
  std::array<unsigned char, 32> bytes;
  std::array<char, sodium_base64_ENCODED_LEN(32, sodium_base64_VARIANT_URLSAFE_NO_PADDING)> text;
  randombytes_buf(bytes.data(), bytes.size());
  sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(),
                    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  return text.data();
}

}  // namespace demo
