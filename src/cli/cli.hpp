// The mfa command: what its subcommands share. It stands on the public headers alone.
#pragma once

#include <mfa/base.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cli {

enum Exit : int { kYes = 0, kNo = 1, kUsage = 2, kFailed = 3 };

using Words = std::span<const std::string_view>;

// One line on stderr, "mfa COMMAND: message", and the end.
[[noreturn]] void die(Exit code, std::string_view command, std::string_view message);

struct Option {
  std::string_view name;  // without its hyphens
  bool takes_value = true;
};

// The options and operands of one command: --name value, --name=value, --flag. A "--" ends the options. What
// is not understood, comes twice or lacks its value ends the program (kUsage); --help prints `help` and ends
// it too.
class Args {
 public:
  Args(std::string_view command, std::string_view help, std::span<const Option> options, Words words);

  std::string_view command() const { return command_; }
  bool has(std::string_view name) const { return value(name).has_value(); }
  std::optional<std::string_view> value(std::string_view name) const;
  std::string_view required(std::string_view name) const;
  uint64_t number(std::string_view name, uint64_t otherwise, uint64_t least, uint64_t most) const;
  const std::vector<std::string_view> &operands() const { return operands_; }
  // Exactly as many as there are names.
  void expect_operands(std::initializer_list<std::string_view> names) const;
  [[noreturn]] void usage(std::string_view message) const;

 private:
  struct Given {
    std::string_view name;
    std::string_view value;
  };
  std::string_view command_;
  std::vector<Given> given_;
  std::vector<std::string_view> operands_;
};

// An mfa_buffer that frees itself.
class Buffer {
 public:
  Buffer() = default;
  Buffer(Buffer &&other) noexcept : raw_(other.raw_) { other.raw_ = MFA_BUFFER_INIT; }
  Buffer &operator=(Buffer &&) = delete;
  ~Buffer() { mfa_buffer_free(&raw_); }
  mfa_buffer *out() { return &raw_; }
  const uint8_t *data() const { return raw_.data; }
  size_t size() const { return raw_.len; }
  std::string_view text() const { return {reinterpret_cast<const char *>(raw_.data), raw_.len}; }

 private:
  mfa_buffer raw_ = MFA_BUFFER_INIT;
};

inline mfa_text text_of(std::string_view text) { return mfa_text_n(text.data(), text.size()); }

// A whole file of at most `most` bytes, or standard input for "-". Ends the program when it cannot be read.
Buffer read_file(const Args &args, std::string_view path, size_t most);
// Without the white space around it.
std::string_view trimmed(std::string_view text);

void print(std::string_view text);  // on stdout
// What the call answered, when it was not MFA_OK: as JSON on stdout with --json, else the message on stderr
// if the call did not complete. The exit code that belongs to it.
Exit refused(const Args &args, const mfa_error &err);
// Fails with kFailed when stdout could not be written to.
void finish_output(std::string_view command);

// ---- commands: words are those after their own names
int totp(Words words);
int config(Words words);
int key(Words words);
int user(Words words);
int engine(Words words);
int log(Words words);
int webauthn(Words words);
int cose(Words words);

}  // namespace cli
