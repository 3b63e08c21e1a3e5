#include "cli/lines.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

namespace cli {
namespace {

// One byte more than a document may have, so that one too long is seen to be.
constexpr size_t kLineMax = 1024 * 1024 + 1;

struct CloseFile {
  void operator()(std::FILE *file) const {
    if (file != stdin) std::fclose(file);
  }
};

// A line without its end; false at the end of the file. What is beyond kLineMax is read and left out.
bool read_line(std::FILE *file, std::string &line) {
  line.clear();
  int c = 0;
  while ((c = std::getc(file)) != EOF && c != '\n') {
    if (line.size() < kLineMax) line += static_cast<char>(c);
  }
  return c != EOF || !line.empty();
}

}  // namespace

int judge_lines(const Args &args, const JudgeLine &judge) {
  if (args.operands().size() > 1) args.usage("one file at a time");
  const std::string path(args.operands().empty() ? "-" : args.operands().front());
  const std::unique_ptr<std::FILE, CloseFile> file(path == "-" ? stdin : std::fopen(path.c_str(), "re"));
  if (!file) die(kUsage, args.command(), path + ": " + std::strerror(errno));
  bool all = true;
  for (std::string line; read_line(file.get(), line);) {
    if (trimmed(line).empty()) continue;
    Buffer verdict;
    mfa_error err;
    if (judge(line, verdict.out(), &err) != MFA_OK) return refused(args, err);
    print(verdict.text());
    print("\n");
    all = all && verdict.text().find("\"ok\":true") != std::string_view::npos;
  }
  if (std::ferror(file.get()) != 0) die(kFailed, args.command(), path + ": " + std::strerror(errno));
  return all ? kYes : kNo;
}

}  // namespace cli
