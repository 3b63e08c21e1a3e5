// JSON Lines in, a verdict a line out.
#pragma once

#include <cstdio>
#include <functional>
#include <memory>

#include "cli/cli.hpp"

namespace cli {

// The lines of the one operand, or of standard input. Ends the program when it cannot be opened.
class LineSource {
 public:
  explicit LineSource(const Args &args);
  // A line without its end; false when there are no more. What is beyond `most` bytes is read and left out.
  bool read(std::string &line, size_t most) const;
  // Ends the program if it stopped before the end.
  void must_be_whole() const;

 private:
  struct Close {
    void operator()(std::FILE *file) const {
      if (file != stdin) std::fclose(file);
    }
  };
  const Args &args_;
  std::string path_;
  std::unique_ptr<std::FILE, Close> file_;
};

using JudgeLine = std::function<mfa_status(std::string_view line, mfa_buffer *verdict, mfa_error *err)>;
// Each line that is not blank is judged; one that is longer than the library reads is judged by its
// beginning, which is no JSON. kNo when a verdict has not "ok":true.
int judge_lines(const Args &args, const JudgeLine &judge);

}  // namespace cli
