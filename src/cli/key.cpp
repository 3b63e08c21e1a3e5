#include "cli/key.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "cli/json.hpp"

namespace cli {
namespace {

constexpr std::string_view kHelp = R"(usage: mfa key new [--format base64url|hex] [--out FILE] [--json]

Prints a fresh key of 32 bytes from the system's generator, or writes it to FILE, which must not exist yet and which
only its owner may read (mode 0600). Keep it apart from the database's backups.

A key file for mfa user --key-file is such a file, or lines of `ID KEY`: the first seals, all open.
)";

constexpr std::string_view kBase64url = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view kHex = "0123456789abcdef";
constexpr size_t kKeyFileMax = 16384;

using KeyBytes = std::array<uint8_t, kKeySize>;

// Both alphabets, by their bits a symbol.
std::string encode(const KeyBytes &key, std::string_view alphabet, unsigned bits) {
  std::string text;
  text.reserve(kKeySize * 2 + 2);  // room for a line's end too: growing would leave a copy behind
  uint32_t buffer = 0;
  unsigned held = 0;
  for (const uint8_t byte : key) {
    buffer = buffer << 8 | byte;
    for (held += 8; held >= bits; held -= bits)
      text += alphabet[buffer >> (held - bits) & ((1u << bits) - 1)];
  }
  if (held > 0) text += alphabet[buffer << (bits - held) & ((1u << bits) - 1)];
  return text;
}

bool decode(std::string_view text, std::string_view alphabet, unsigned bits, KeyBytes &key) {
  if (text.size() != (kKeySize * 8 + bits - 1) / bits) return false;
  uint32_t buffer = 0;
  unsigned held = 0;
  size_t size = 0;
  for (const char c : text) {
    const size_t value = alphabet.find(c);
    if (value == std::string_view::npos) return false;
    buffer = buffer << bits | static_cast<uint32_t>(value);
    held += bits;
    if (held >= 8) {
      held -= 8;
      key[size++] = static_cast<uint8_t>(buffer >> held);
    }
  }
  return (buffer & ((1u << held) - 1)) == 0;
}

bool decode_key(std::string_view text, KeyBytes &key) {
  return decode(text, kBase64url, 6, key) || decode(text, kHex, 4, key);
}

uint32_t key_id(std::string_view text) {
  uint64_t id = 0;
  for (const char c : text) {
    if (c < '0' || c > '9' || id > UINT32_MAX) return 0;
    id = id * 10 + static_cast<uint64_t>(c - '0');
  }
  return id <= UINT32_MAX ? static_cast<uint32_t>(id) : 0;
}

// Mode first, content second: there is no moment at which others may read it.
void write_new_file(const Args &args, std::string_view path, std::string_view line) {
  const std::string name(path);
  const int file = ::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) {
    die(kUsage, args.command(), "cannot create " + name + ": " + std::strerror(errno));
  }
  ssize_t written = -1;
  if (::fchmod(file, 0600) == 0) written = ::write(file, line.data(), line.size());
  const bool good = written == static_cast<ssize_t>(line.size()) && ::fsync(file) == 0;
  const int why = errno;
  if (::close(file) != 0 || !good) {
    ::unlink(name.c_str());
    die(kFailed, args.command(), "cannot write " + name + ": " + std::strerror(why));
  }
}

int new_key(Words words) {
  constexpr Option kOptions[] = {{"format"}, {"out"}, {"json", false}};
  const Args args("key new", kHelp, kOptions, words);
  args.expect_operands({});
  const auto format = args.value("format").value_or("base64url");
  if (format != "base64url" && format != "hex") args.usage("--format must be base64url or hex");
  KeyBytes key;
  if (mfa_random(key.data(), key.size()) != MFA_OK)
    die(kFailed, args.command(), "the system has no randomness");
  std::string text = format == "hex" ? encode(key, kHex, 4) : encode(key, kBase64url, 6);
  const auto path = args.value("out");
  if (path == "-") args.usage("--out needs the name of a file; without it, the key is printed");
  if (path) write_new_file(args, *path, text + "\n");
  if (args.has("json")) {
    JsonObject answer;
    path ? answer.text("file", *path) : answer.text("key", text);
    print(answer.text("format", format).line());
  } else if (!path) {
    print(text + "\n");
  }
  mfa_wipe(key.data(), key.size());
  mfa_wipe(text.data(), text.size());
  return kYes;
}

}  // namespace

KeyRing KeyRing::read(const Args &args, std::string_view path) {
  const auto file = read_file(args, path, kKeyFileMax);
  const auto bad = [&](size_t line, std::string_view what) {
    die(kUsage, args.command(), std::string(path) + ":" + std::to_string(line) + ": " + std::string(what));
  };
  KeyRing ring;
  if (file.size() == kKeySize) {
    ring.keys_.push_back({.id = 1, .bytes = {}});
    std::copy_n(file.data(), kKeySize, ring.keys_[0].bytes.begin());
    return ring;
  }
  auto rest = file.text();
  ring.keys_.reserve(static_cast<size_t>(std::ranges::count(rest, '\n')) + 1);
  for (size_t number = 1; !rest.empty(); number++) {
    const size_t end = std::min(rest.find('\n'), rest.size());
    const auto line = trimmed(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (line.empty() || line.starts_with('#')) continue;
    const size_t gap = line.find_first_of(" \t");
    Key key{.id = gap == std::string_view::npos ? 1 : key_id(line.substr(0, gap)), .bytes = {}};
    if (key.id == 0) bad(number, "the key's id must be a number from 1 to 4294967295");
    if (!decode_key(gap == std::string_view::npos ? line : trimmed(line.substr(gap)), key.bytes)) {
      bad(number, "not a key: 32 bytes in base64url or hex");
    }
    if (std::ranges::any_of(ring.keys_, [&](const Key &other) { return other.id == key.id; })) {
      bad(number, "the key's id came before");
    }
    ring.keys_.push_back(key);
    mfa_wipe(key.bytes.data(), key.bytes.size());
  }
  if (ring.keys_.empty()) die(kUsage, args.command(), std::string(path) + " holds no key");
  return ring;
}

KeyRing::~KeyRing() {
  for (auto &key : keys_) mfa_wipe(key.bytes.data(), key.bytes.size());
}

std::vector<mfa_key> KeyRing::keys() const {
  std::vector<mfa_key> views;
  for (const auto &key : keys_) views.push_back({key.id, 0, key.bytes.data(), key.bytes.size()});
  return views;
}

int key(Words words) {
  if (!words.empty() && words[0] == "new") return new_key(words.subspan(1));
  const Args args("key", kHelp, {}, words);
  args.usage("new?");
}

}  // namespace cli
