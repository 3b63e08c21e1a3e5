#include "methods/recovery/recovery.hpp"

#include <algorithm>

#include "core/argon2.hpp"
#include "core/crockford.hpp"
#include "core/hmac.hpp"

namespace mfa::recovery {
namespace {

using crockford::kAlphabet;
using crockford::kNoSymbol;

constexpr size_t kSymbols = 15;  // after the selector
constexpr size_t kGroup = 4;
constexpr size_t kRandomEach = 32;

static_assert(kAlphabet.size() == kMaxCodes);
static_assert(std::tuple_size_v<decltype(Stored::salt)> == kArgon2SaltSize);
static_assert(std::tuple_size_v<decltype(Stored::hash)> == kArgon2TagSize);

Failure malformed() { return fail(Status::malformed, Reason::recovery_malformed, "not a recovery code"); }

// The pepper is mixed in before the slow hash: without it, a stolen table cannot even be guessed at.
Result<Secret> peppered(const Code &code, ByteView pepper) {
  if (pepper.empty()) return code.secret.clone();
  MFA_TRY(auto mac, hmac(Hash::sha256, pepper, code.secret.reveal()));
  auto mixed = Secret::copy(mac.view());
  wipe(mac.bytes.data(), mac.bytes.size());
  return mixed;
}

Secret text_of_code(const Code &code) {
  Secret text(kSymbols + 1 + 3);
  auto out = text.fill();
  size_t at = 0;
  for (size_t i = 0; i <= kSymbols; i++) {
    if (i != 0 && i % kGroup == 0) out[at++] = '-';
    out[at++] = i == 0 ? static_cast<uint8_t>(kAlphabet[code.selector]) : code.secret.reveal()[i - 1];
  }
  return text;
}

Result<Made> make_one(uint8_t selector, const Cost &cost, ByteView pepper, ByteView random) {
  Code code{.selector = selector, .secret = Secret(kSymbols)};
  for (size_t i = 0; i < kSymbols; i++) {
    code.secret.fill()[i] = static_cast<uint8_t>(kAlphabet[random[i] % kAlphabet.size()]);
  }
  Made made{.text = text_of_code(code), .stored = {.selector = selector, .cost = cost}};
  std::copy_n(random.begin() + 16, made.stored.salt.size(), made.stored.salt.begin());
  MFA_TRY(const auto tag, hash(code, made.stored, pepper));
  std::ranges::copy(tag.reveal(), made.stored.hash.begin());
  return made;
}

}  // namespace

Result<Code> parse(std::string_view text) {
  if (text.size() > kInputMax) return malformed();
  Code code{.selector = kNoSymbol, .secret = Secret(kSymbols)};
  size_t seen = 0;
  for (char c : text) {
    if (c == ' ' || c == '-') continue;
    const uint8_t value = crockford::value_of(c);
    if (value == kNoSymbol || seen > kSymbols) return malformed();
    if (seen == 0) {
      code.selector = value;
    } else {
      code.secret.fill()[seen - 1] = static_cast<uint8_t>(kAlphabet[value]);
    }
    seen++;
  }
  if (seen != kSymbols + 1) return malformed();
  return code;
}

Result<std::vector<Made>> make(size_t count, const Cost &cost, ByteView pepper, ByteView random) {
  if (count < 1 || count > kMaxCodes || random.size() != count * kRandomEach) {
    return fail(Status::err_argument, Reason::argument_range,
                "1 to 32 recovery codes, of 32 random bytes each");
  }
  std::vector<Made> codes;
  codes.reserve(count);
  for (size_t i = 0; i < count; i++) {
    MFA_TRY(auto made,
            make_one(static_cast<uint8_t>(i), cost, pepper, random.subspan(i * kRandomEach, kRandomEach)));
    codes.push_back(std::move(made));
  }
  return codes;
}

Result<Secret> hash(const Code &code, const Stored &row, ByteView pepper) {
  MFA_TRY(const auto password, peppered(code, pepper));
  return argon2id(password.reveal(), row.salt, row.cost.memory_kib, row.cost.passes);
}

}  // namespace mfa::recovery
