#include "methods/device/token.hpp"

#include <algorithm>

#include "core/digest.hpp"
#include "core/encoding.hpp"

namespace mfa::device {
namespace {

constexpr size_t kSelectorText = 22;
constexpr uint64_t kRenewAfter_s = 60;
constexpr uint64_t kLeeway_s = 60;

Failure malformed() { return fail(Status::malformed, Reason::device_token, "not a device's token"); }

bool is_within(uint64_t since_s, uint64_t span_s, uint64_t now_s) {
  return since_s <= now_s + kLeeway_s && now_s < since_s + span_s;
}

}  // namespace

Result<Token> parse_token(std::string_view text) {
  if (text.size() != kTokenText || text[kSelectorText] != '.') return malformed();
  const auto selector = from_base64url(text.substr(0, kSelectorText));
  auto verifier = from_base64url(text.substr(kSelectorText + 1));
  if (!selector.has_value() || !verifier.has_value()) return malformed();
  Token token;
  std::ranges::copy(selector.value(), token.selector.begin());
  token.verifier = Secret::take(std::move(verifier).value());
  return token;
}

Secret text_of_token(const Selector &selector, const Secret &verifier) {
  std::string first = base64url(selector) + ".", second = base64url(verifier.reveal());
  Secret text(first.size() + second.size());
  std::ranges::copy(second, std::ranges::copy(first, text.fill().begin()).out);
  wipe(second.data(), second.size());
  return text;
}

Bytes digest_of(const Secret &verifier) {
  const auto digest = sha256(verifier.reveal());
  return copy_of(digest);
}

Presented present(Chain &chain, ByteView digest, ByteView fresh, uint64_t now_s, uint64_t grace_s) {
  // All are compared, whichever is right.
  const bool is_current = same_secret(chain.current, digest);
  const bool is_successor = !chain.successor.empty() && same_secret(chain.successor, digest);
  const bool is_predecessor = !chain.predecessor.empty() && same_secret(chain.predecessor, digest);
  if (is_predecessor && is_within(chain.promoted_s, grace_s, now_s)) return Presented::accepted;
  if (!is_current && !is_successor) return Presented::reused;
  if (is_successor) {
    chain.predecessor = std::move(chain.current);
    chain.promoted_s = now_s;
    chain.current = std::move(chain.successor);
    chain.successor.clear();
  }
  if (chain.successor_s != 0 && is_within(chain.successor_s, kRenewAfter_s, now_s))
    return Presented::accepted;
  chain.successor = copy_of(fresh);
  chain.successor_s = now_s;
  return Presented::renewed;
}

}  // namespace mfa::device
