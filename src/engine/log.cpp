#include "engine/log.hpp"

#include <algorithm>

#include "core/encoding.hpp"
#include "core/json.hpp"

namespace mfa::engine {

struct LogCheck::Line {
  std::string chain;
  uint64_t n = 0;
  uint32_t key = 0;
  Waiting waiting{};
};

namespace {

constexpr size_t kTail = kMacBefore.size() + kMacText + kMacAfter.size();

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) + 1 - begin);
}

template <size_t N>
bool read_bytes(const json::Value &root, std::string_view name, std::array<uint8_t, N> &out) {
  const auto text = root.need_text(name);
  if (!text.has_value()) return false;
  const auto bytes = from_base64url(text.value());
  if (!bytes.has_value() || bytes.value().size() != N) return false;
  std::ranges::copy(bytes.value(), out.begin());
  return true;
}

std::optional<uint64_t> number(const json::Value &root, std::string_view name, int64_t least, int64_t most) {
  const auto value = root.find(name);
  if (!value) return std::nullopt;
  const auto integer = value->as_int();
  if (!integer.has_value() || integer.value() < least || integer.value() > most) return std::nullopt;
  return static_cast<uint64_t>(integer.value());
}

// The mac stands where engines write it: what it seals is all before it.
std::string sealed_part(std::string_view text) {
  return std::string(text.substr(0, text.size() - kTail)) + "}";
}
std::string_view mac_part(std::string_view text) {
  return text.substr(text.size() - kTail + kMacBefore.size(), kMacText);
}

bool has_mac(std::string_view text) {
  return text.size() > kTail && text.ends_with(kMacAfter) &&
         text.substr(text.size() - kTail).starts_with(kMacBefore);
}

}  // namespace

void LogCheck::report(Findings &out, Finding finding) {
  if (!finding.note) problems_++;
  out.push_back(std::move(finding));
}

std::optional<LogCheck::Line> LogCheck::read(std::string_view text) {
  if (text.size() > MFA_LOG_LINE_MAX || !has_mac(text)) return std::nullopt;
  const auto document = json::Document::parse(text, {.max_bytes = MFA_LOG_LINE_MAX});
  if (!document.has_value()) return std::nullopt;
  const json::Value root = document.value().root();
  const auto name = root.need_text("event");
  const auto n = number(root, "n", 1, INT64_MAX - 1), key = number(root, "key", 0, UINT32_MAX);
  ChainId chain;
  Sha256 prev, mac;
  if (!name.has_value() || !n || !key || !read_bytes(root, "chain", chain) ||
      !read_bytes(root, "prev", prev) || !read_bytes(root, "mac", mac))
    return std::nullopt;
  Line line;
  line.chain = root.need_text("chain").value();
  line.n = *n;
  line.key = static_cast<uint32_t>(*key);
  line.waiting.prev = prev;
  line.waiting.hash = sha256(bytes_of(text));
  line.waiting.lost = number(root, "lost", 1, INT64_MAX).value_or(0);
  line.waiting.stops = name.value() == "log_stopped";
  return line;
}

std::optional<bool> LogCheck::is_genuine(const Line &line, std::string_view text) const {
  if (!keys_) return std::nullopt;
  const auto mac = keys_->mac_by(line.key, Kind::event, sealed_part(text));
  if (!mac) return std::nullopt;
  return base64url(*mac) == mac_part(text);
}

LogCheck::Findings LogCheck::line(std::string_view given) {
  Findings out;
  lines_++;
  const std::string_view text = trimmed(given);
  if (text.empty()) return out;
  auto line = read(text);
  if (!line) {
    report(out, {.trouble = Trouble::not_event, .line = lines_});
    return out;
  }
  const auto found = [&](Trouble trouble, bool note = false) {
    report(out, {trouble, note, lines_, line->chain, line->n, line->n});
  };
  // What no engine wrote must neither fill a gap nor take the place of an event.
  const auto genuine = is_genuine(*line, text);
  if (genuine && !*genuine) {
    found(Trouble::altered);
    return out;
  }
  auto at = chains_.find(line->chain);
  if (at == chains_.end()) {
    if (chains_.size() >= MFA_LOG_CHAINS) {
      found(Trouble::too_many);
      return out;
    }
    at = chains_.emplace(line->chain, Followed{}).first;
    at->second.key = line->key;
    at->second.checked = genuine.has_value();
    if (keys_ && !genuine) found(Trouble::unknown_key, true);
  }
  Followed &followed = at->second;
  if (followed.key != line->key) {
    found(Trouble::other_key);
  } else if (line->n < followed.next_n || followed.waiting.contains(line->n)) {
    found(Trouble::repeated);
  } else {
    line->waiting.line = lines_;
    followed.waiting.emplace(line->n, line->waiting);
    waiting_++;
    take(out, line->chain, followed);
    if (followed.waiting.size() > MFA_LOG_WINDOW || waiting_ > MFA_LOG_WAITING)
      skip(out, line->chain, followed);
  }
  return out;
}

// All that is next, one after the other.
void LogCheck::take(Findings &out, const std::string &chain, Followed &followed) {
  for (auto at = followed.waiting.begin(); at != followed.waiting.end() && at->first == followed.next_n;
       at = followed.waiting.erase(at)) {
    const auto &[n, event] = *at;
    if (followed.stopped) report(out, {Trouble::after_end, false, event.line, chain, n, n});
    if (followed.last && *followed.last != event.prev)
      report(out, {Trouble::broken, false, event.line, chain, n, n});
    if (event.lost != 0) report(out, {Trouble::lost, true, event.line, chain, n, event.lost});
    followed.last = event.hash;
    followed.stopped = followed.stopped || event.stops;
    followed.next_n++;
    waiting_--;
    events_++;
    if (!followed.checked) unchecked_++;
  }
}

// The next one does not come any more.
void LogCheck::skip(Findings &out, const std::string &chain, Followed &followed) {
  const auto &[n, event] = *followed.waiting.begin();
  report(out, {Trouble::missing, false, event.line, chain, followed.next_n, n - 1});
  followed.next_n = n;
  followed.last.reset();
  take(out, chain, followed);
}

LogCheck::Findings LogCheck::end(bool complete) {
  Findings out;
  for (auto &[chain, followed] : chains_) {
    while (!followed.waiting.empty()) skip(out, chain, followed);
    if (!followed.stopped) report(out, {Trouble::no_end, !complete, 0, chain, followed.next_n, 0});
  }
  return out;
}

}  // namespace mfa::engine
