#include <mfa/log.h>

#include <cstdlib>

#include "cli/json.hpp"
#include "cli/key.hpp"
#include "cli/lines.hpp"

namespace cli {
namespace {

constexpr std::string_view kHelp = R"(usage: mfa log verify [--key-file FILE] [--complete] [--json] [FILE]

Reads a log of events, one a line, from FILE or standard input, and says what was altered in it and what is missing.
The lines may be those of several engines, and in any order that threads write them in. Give rotated files in their
order, as one: cat log.2 log.1 log | mfa log verify.

  --key-file FILE   the keys of the engines that wrote it (see mfa key --help), those dropped since too; without it
                    whoever can write to the log can also forge it
  --complete        all engines were freed: one whose log does not end is a no

A line for each finding, with the line of the log, and a summary as the last. Exit status 0: all events are there as they
were written. Notes do not count.
)";

struct FreeLog {
  void operator()(mfa_log *log) const { mfa_log_free(log); }
};
using Log = std::unique_ptr<mfa_log, FreeLog>;

const char *name_of(mfa_log_trouble trouble) {
  switch (trouble) {
    case MFA_LOG_NOT_EVENT: return "not_event";
    case MFA_LOG_ALTERED: return "altered";
    case MFA_LOG_OTHER_KEY: return "other_key";
    case MFA_LOG_REPEATED: return "repeated";
    case MFA_LOG_MISSING: return "missing";
    case MFA_LOG_BROKEN: return "broken";
    case MFA_LOG_AFTER_END: return "after_end";
    case MFA_LOG_TOO_MANY_CHAINS: return "too_many_chains";
    case MFA_LOG_LOST: return "lost";
    case MFA_LOG_UNKNOWN_KEY: return "unknown_key";
    case MFA_LOG_NO_END: return "no_end";
    default: return "unknown";
  }
}

std::string counted(uint64_t count, const std::string &one) {
  return std::to_string(count) + " " + one + (count == 1 ? "" : "s");
}

std::string sentence(const mfa_log_finding &found) {
  const std::string chain = " of chain " + std::string(found.chain.data, found.chain.len);
  const std::string event = "event " + std::to_string(found.first_n) + chain;
  switch (found.trouble) {
    case MFA_LOG_NOT_EVENT: return "no event of libmfa";
    case MFA_LOG_ALTERED: return event + " is altered or forged";
    case MFA_LOG_OTHER_KEY: return event + " is sealed with another key than those before it";
    case MFA_LOG_REPEATED: return event + " came before, or comes too late";
    case MFA_LOG_MISSING:
      if (found.first_n == found.last_n) return event + " is missing";
      return "events " + std::to_string(found.first_n) + " to " + std::to_string(found.last_n) + chain +
             " are missing";
    case MFA_LOG_BROKEN: return event + " does not link to the one before: either is altered";
    case MFA_LOG_AFTER_END: return event + " comes after its end";
    case MFA_LOG_TOO_MANY_CHAINS: return event + " is of one chain too many, and was not checked";
    case MFA_LOG_LOST:
      return "before " + event + ", " + counted(found.last_n, "event") + " could not be written";
    case MFA_LOG_UNKNOWN_KEY: return "the key" + chain + " was not given: links alone are checked";
    case MFA_LOG_NO_END:
      return "event " + std::to_string(found.first_n) + chain + " is to come, or was cut off";
    default: return "a finding that this command does not know";
  }
}

// Each as it is found: a log may be longer than what memory holds.
class Report {
 public:
  explicit Report(const Args &args) : args_(args), json_(args.has("json")) {
    if (json_) print("{\"findings\":[");
  }

  // What the call brought to light.
  void add(const mfa_log *log, mfa_status status, const mfa_error &err) {
    if (status < 0) std::exit(refused(args_, err));
    for (size_t i = 0; i < mfa_log_finding_count(log); i++) {
      mfa_log_finding found = MFA_LOG_FINDING_INIT;
      if (mfa_log_finding_at(log, i, &found) != MFA_OK) continue;
      json_ ? print_json(found) : print_text(found);
    }
  }

  Exit close(const mfa_log *log) {
    const uint64_t problems = mfa_log_number(log, MFA_LOG_ITEM_PROBLEMS);
    const uint64_t events = mfa_log_number(log, MFA_LOG_ITEM_EVENTS);
    const uint64_t chains = mfa_log_number(log, MFA_LOG_ITEM_CHAINS);
    const uint64_t unchecked = mfa_log_number(log, MFA_LOG_ITEM_UNCHECKED);
    if (json_) {
      std::string rest = JsonObject()
                             .boolean("ok", problems == 0)
                             .number("events", events)
                             .number("chains", chains)
                             .number("unchecked", unchecked)
                             .number("problems", problems)
                             .line();
      print("]," + rest.substr(1));
    } else {
      std::string line = counted(events, "event") + " in " + counted(chains, "chain") + ": ";
      line += problems == 0 ? "all linked" : counted(problems, "problem");
      if (unchecked != 0) line += ", " + std::to_string(unchecked) + " not checked by a key";
      print(line + "\n");
    }
    return problems == 0 ? kYes : kNo;
  }

 private:
  void print_json(const mfa_log_finding &found) {
    JsonObject row;
    row.text("finding", name_of(found.trouble)).boolean("note", found.is_note != 0);
    if (found.line != 0) row.number("line", found.line);
    if (found.chain.len != 0) row.text("chain", {found.chain.data, found.chain.len});
    if (found.first_n != 0) row.number("first_n", found.first_n);
    if (found.last_n != 0) row.number("last_n", found.last_n);
    print((first_ ? "" : ",") + row.object());
    first_ = false;
  }
  static void print_text(const mfa_log_finding &found) {
    const std::string where = found.line == 0 ? "end" : "line " + std::to_string(found.line);
    print(where + ": " + (found.is_note != 0 ? "note: " : "") + sentence(found) + "\n");
  }

  const Args &args_;
  const bool json_;
  bool first_ = true;
};

int verify(Words words) {
  constexpr Option kOptions[] = {{"key-file"}, {"complete", false}, {"json", false}};
  const Args args("log verify", kHelp, kOptions, words);
  Log log;
  {
    std::optional<KeyRing> ring;
    if (const auto path = args.value("key-file")) ring.emplace(KeyRing::read(args, *path));
    const auto keys = ring ? ring->keys() : std::vector<mfa_key>();
    mfa_log *made = nullptr;
    mfa_error err;
    if (mfa_log_new(keys.data(), keys.size(), &made, &err) != MFA_OK) return refused(args, err);
    log.reset(made);
  }
  const LineSource source(args);
  Report report(args);
  mfa_error err;
  for (std::string line; source.read(line, MFA_LOG_LINE_MAX + 1);) {
    const mfa_status status = mfa_log_line(log.get(), line.data(), line.size(), &err);
    report.add(log.get(), status, err);
  }
  source.must_be_whole();
  const mfa_status status = mfa_log_end(log.get(), args.has("complete") ? 1 : 0, &err);
  report.add(log.get(), status, err);
  return report.close(log.get());
}

}  // namespace

int log(Words words) {
  if (!words.empty() && words[0] == "verify") return verify(words.subspan(1));
  const Args args("log", kHelp, {}, words);
  args.usage("verify?");
}

}  // namespace cli
