// include/mfa/log.h: logs of events, checked line by line.
#include "mfa/log.h"

#include <cstddef>

#include "capi/boundary.hpp"
#include "capi/request.hpp"
#include "engine/log.hpp"

#if SIZE_MAX == UINT64_MAX
static_assert(sizeof(mfa_log_finding) == 56 && offsetof(mfa_log_finding, line) == 16);
static_assert(offsetof(mfa_log_finding, chain) == 24 && offsetof(mfa_log_finding, first_n) == 40);
#endif

struct mfa_log {
  mfa::engine::LogCheck check;
  mfa::engine::LogCheck::Findings findings;
};

using namespace mfa;
using namespace mfa::capi;

namespace {

Result<Done> judged(mfa_log *log, engine::LogCheck::Findings findings) {
  log->findings = std::move(findings);
  for (const engine::Finding &finding : log->findings) {
    if (!finding.note) return fail(Status::wrong, Reason::log_finding, "the log is not as it was written");
  }
  return done;
}

}  // namespace

extern "C" {

mfa_status mfa_log_new(const mfa_key *keys, size_t keys_count, mfa_log **log, mfa_error *err) {
  return boundary(err, [&]() -> Result<Done> {
    MFA_TRY(clear(log));
    std::optional<KeyRing> ring;
    if (keys || keys_count != 0) {
      MFA_TRY(ring, read_keys(keys, keys_count));
    }
    *log = new mfa_log{engine::LogCheck(std::move(ring)), {}};
    return done;
  });
}

mfa_status mfa_log_line(mfa_log *log, const char *line, size_t line_len, mfa_error *err) {
  return boundary(err, [&]() -> Result<Done> {
    if (!log) return null_argument();
    log->findings.clear();
    MFA_TRY(const auto text, read_text(line, line_len));
    return judged(log, log->check.line(text));
  });
}

mfa_status mfa_log_end(mfa_log *log, int32_t complete, mfa_error *err) {
  return boundary(err, [&]() -> Result<Done> {
    if (!log) return null_argument();
    log->findings.clear();
    return judged(log, log->check.end(complete != 0));
  });
}

size_t mfa_log_finding_count(const mfa_log *log) { return log ? log->findings.size() : 0; }

mfa_status mfa_log_finding_at(const mfa_log *log, size_t index, mfa_log_finding *finding) {
  return boundary(nullptr, [&]() -> Result<Done> {
    if (!log || !finding) return null_argument();
    if (index >= log->findings.size())
      return fail(Status::err_argument, Reason::argument_range, "no such finding");
    const engine::Finding &found = log->findings[index];
    mfa_log_finding row = MFA_LOG_FINDING_INIT;
    row.trouble = static_cast<mfa_log_trouble>(found.trouble);
    row.is_note = found.note ? 1 : 0;
    row.line = found.line;
    row.chain = {found.chain.c_str(), found.chain.size()};
    row.first_n = found.first_n;
    row.last_n = found.last_n;
    return write_sized(finding, row);
  });
}

uint64_t mfa_log_number(const mfa_log *log, mfa_log_item item) {
  if (!log) return 0;
  switch (item) {
    case MFA_LOG_ITEM_EVENTS: return log->check.events();
    case MFA_LOG_ITEM_CHAINS: return log->check.chains();
    case MFA_LOG_ITEM_UNCHECKED: return log->check.unchecked();
    case MFA_LOG_ITEM_PROBLEMS: return log->check.problems();
    default: return 0;
  }
}

void mfa_log_free(mfa_log *log) { delete log; }

}  // extern "C"
