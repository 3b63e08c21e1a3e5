#include "cli/cli.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "cli/json.hpp"

namespace cli {
namespace {

std::string named(std::string_view option) { return "--" + std::string(option); }

struct Close {
  void operator()(std::FILE *file) const {
    if (file != stdin) std::fclose(file);
  }
};

Exit exit_of(mfa_status status) {
  if (status > 0) return kNo;
  switch (status) {
    case MFA_OK: return kYes;
    case MFA_ERR_ARGUMENT:
    case MFA_ERR_UNSUPPORTED:
    case MFA_ERR_CONFIG: return kUsage;
    default: return kFailed;
  }
}

}  // namespace

void die(Exit code, std::string_view command, std::string_view message) {
  std::string line = "mfa";
  if (!command.empty()) line.append(" ").append(command);
  line.append(": ").append(message);
  std::ranges::replace_if(
      line, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; }, '?');
  line += '\n';
  std::fwrite(line.data(), 1, line.size(), stderr);
  std::exit(code);
}

Args::Args(std::string_view command, std::string_view help, std::span<const Option> options, Words words)
    : command_(command) {
  bool only_operands = false;
  for (size_t i = 0; i < words.size(); i++) {
    const auto word = words[i];
    if (only_operands || !word.starts_with("-") || word == "-") {
      operands_.push_back(word);
      continue;
    }
    if (word == "--") {
      only_operands = true;
      continue;
    }
    if (word == "--help" || word == "-h") {
      print(help);
      finish_output(command);
      std::exit(kYes);
    }
    const size_t equals = word.find('=');
    const auto name = word.starts_with("--") ? word.substr(2, equals - 2) : std::string_view();
    const Option *option = nullptr;
    for (const auto &known : options) {
      if (known.name == name) option = &known;
    }
    if (!option) usage("there is no option " + std::string(word.substr(0, equals)));
    if (has(name)) usage(named(name) + " is given twice");
    if (!option->takes_value && equals != std::string_view::npos) usage(named(name) + " takes no value");
    std::string_view value;
    if (option->takes_value) {
      if (equals != std::string_view::npos) {
        value = word.substr(equals + 1);
      } else if (i + 1 < words.size()) {
        value = words[++i];
      } else {
        usage(named(name) + " needs a value");
      }
    }
    given_.push_back({name, value});
  }
}

std::optional<std::string_view> Args::value(std::string_view name) const {
  for (const auto &one : given_) {
    if (one.name == name) return one.value;
  }
  return std::nullopt;
}

std::string_view Args::required(std::string_view name) const {
  const auto found = value(name);
  if (!found) usage(named(name) + " is needed");
  return *found;
}

uint64_t Args::number(std::string_view name, uint64_t otherwise, uint64_t least, uint64_t most) const {
  const auto text = value(name);
  if (!text) return otherwise;
  uint64_t number = 0;
  bool good = !text->empty();
  for (const char c : *text) {
    const auto digit = static_cast<uint64_t>(c - '0');
    good =
        good && c >= '0' && c <= '9' && (number < most / 10 || (number == most / 10 && digit <= most % 10));
    if (good) number = number * 10 + digit;
  }
  if (!good || number < least) {
    usage(named(name) + " must be a number from " + std::to_string(least) + " to " + std::to_string(most));
  }
  return number;
}

void Args::expect_operands(std::initializer_list<std::string_view> names) const {
  if (operands_.size() > names.size())
    usage("there is one operand too many: the command takes " + std::to_string(names.size()));
  if (operands_.size() < names.size())
    usage(std::string(*(names.begin() + operands_.size())) + " is missing");
}

void Args::usage(std::string_view message) const {
  die(kUsage, command_, std::string(message) + " (see mfa " + std::string(command_) + " --help)");
}

Buffer read_file(const Args &args, std::string_view path, size_t most) {
  const std::string name(path);
  const std::unique_ptr<std::FILE, Close> file(path == "-" ? stdin : std::fopen(name.c_str(), "rbe"));
  if (!file) die(kUsage, args.command(), "cannot open " + name + ": " + std::strerror(errno));
  std::vector<char> bytes(most + 1);
  const size_t size = std::fread(bytes.data(), 1, bytes.size(), file.get());
  const bool failed = std::ferror(file.get()) != 0;
  Buffer buffer;
  const mfa_status copied = size <= most ? mfa_buffer_assign(buffer.out(), bytes.data(), size) : MFA_OK;
  mfa_wipe(bytes.data(), bytes.size());
  if (failed) die(kUsage, args.command(), "cannot read " + name + ": " + std::strerror(errno));
  if (size > most) {
    die(kUsage, args.command(), name + " is larger than " + std::to_string(most) + " bytes");
  }
  if (copied != MFA_OK) die(kFailed, args.command(), "out of memory");
  return buffer;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) + 1 - begin);
}

void print(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }

Exit refused(const Args &args, const mfa_error &err) {
  const auto status = mfa_status_name(err.status);
  if (args.has("json")) {
    JsonObject answer;
    answer.boolean("ok", false).text("status", status).text("reason", mfa_reason_name(err.reason));
    answer.text("message", err.message);
    if (err.retry_at_s != 0) answer.number("retry_at_s", err.retry_at_s);
    if (err.clock_skew_s != 0) answer.signed_number("clock_skew_s", err.clock_skew_s);
    print(answer.line());
  }
  if (err.status < 0) {
    finish_output(args.command());
    die(exit_of(err.status), args.command(), std::string(err.message) + " (" + status + ")");
  }
  return exit_of(err.status);
}

void finish_output(std::string_view command) {
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    die(kFailed, command, "the answer could not be written");
  }
}

}  // namespace cli
