#include "cli/lines.hpp"

#include <cerrno>
#include <cstring>

namespace cli {
namespace {

// One byte more than a document may have, so that one too long is seen to be.
constexpr size_t kLineMax = 1024 * 1024 + 1;

}  // namespace

LineSource::LineSource(const Args &args) : args_(args) {
  if (args.operands().size() > 1) args.usage("one file at a time");
  path_ = args.operands().empty() ? "-" : args.operands().front();
  file_.reset(path_ == "-" ? stdin : std::fopen(path_.c_str(), "re"));
  if (!file_) die(kUsage, args.command(), path_ + ": " + std::strerror(errno));
}

bool LineSource::read(std::string &line, size_t most) const {
  line.clear();
  int c = 0;
  while ((c = std::getc(file_.get())) != EOF && c != '\n') {
    if (line.size() == most) continue;
    if (line.size() == line.capacity()) line.reserve(most);  // at once: doubling may end at twice as much
    line += static_cast<char>(c);
  }
  return c != EOF || !line.empty();
}

void LineSource::must_be_whole() const {
  if (std::ferror(file_.get()) != 0) die(kFailed, args_.command(), path_ + ": " + std::strerror(errno));
}

int judge_lines(const Args &args, const JudgeLine &judge) {
  const LineSource source(args);
  bool all = true;
  for (std::string line; source.read(line, kLineMax);) {
    if (trimmed(line).empty()) continue;
    Buffer verdict;
    mfa_error err;
    if (judge(line, verdict.out(), &err) != MFA_OK) return refused(args, err);
    print(verdict.text());
    print("\n");
    all = all && verdict.text().find("\"ok\":true") != std::string_view::npos;
  }
  source.must_be_whole();
  return all ? kYes : kNo;
}

}  // namespace cli
