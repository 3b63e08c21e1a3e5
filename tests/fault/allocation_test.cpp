// The first login with the n-th allocation failing, for every n: in libmfa, OpenSSL, SQLite, libcbor,
// everywhere.
#include <utility>

#include "fault/allocations.hpp"
#include "fault/steps.hpp"
#include "support/check.h"
#include "support/rounds.hpp"
#include "support/scratch.hpp"

using namespace mfa::test;
using allocations::Failing;

namespace {

class Blocks {
 public:
  bool grew() {
    const long before = std::exchange(live_, allocations::live());
    return live_ > before;
  }

 private:
  long live_ = allocations::live();
};

// Sanitizers take a tenth of the places, other ones in each round.
long first_place = 1;

// Tries the places until one is past the last. A place at which blocks stay behind is tried again: a cache is
// full after a while, and a leak never.
void sweep(const char *what, const std::function<bool(long)> &strikes_at) {
  Blocks blocks;
  bool struck = true;
  for (long n = first_place; struck; n += stride()) {
    int left = 24;
    do struck = strikes_at(n);
    while (blocks.grew() && left-- > 0);
    if (!CHECK(left >= 0)) std::fprintf(stderr, "%s, allocation %ld: memory leaks\n", what, n);
  }
}

// However many of them could not be written: those that are there are linked.
class EventLog {
 public:
  EventLog() { CHECK(mfa_log_new(nullptr, 0, &log_, nullptr) == MFA_OK); }
  EventLog(const EventLog &) = delete;
  EventLog &operator=(const EventLog &) = delete;
  ~EventLog() {
    CHECK(mfa_log_end(log_, 1, nullptr) == MFA_OK);
    CHECK(mfa_log_number(log_, MFA_LOG_ITEM_CHAINS) == 1);
    CHECK(mfa_log_number(log_, MFA_LOG_ITEM_PROBLEMS) == 0);
    CHECK(!allocations::reach_new() || lost_ > static_cast<uint64_t>(100 / stride()));
    std::fprintf(stderr, "%llu events, %llu lost\n",
                 static_cast<unsigned long long>(mfa_log_number(log_, MFA_LOG_ITEM_EVENTS)),
                 static_cast<unsigned long long>(lost_));
    mfa_log_free(log_);
  }
  void line(std::string_view json) {
    CHECK(mfa_log_line(log_, json.data(), json.size(), nullptr) == MFA_OK);
    for (size_t i = 0; i < mfa_log_finding_count(log_); i++) {
      mfa_log_finding found = MFA_LOG_FINDING_INIT;
      if (mfa_log_finding_at(log_, i, &found) == MFA_OK && found.trouble == MFA_LOG_LOST)
        lost_ += found.last_n;
    }
  }

 private:
  mfa_log *log_ = nullptr;
  uint64_t lost_ = 0;
};

void walk(const std::string &url, Failing failing) {
  EventLog log;
  const OpenStore store(url);
  Site site(store.get());
  site.on_event = [&](std::string_view json) { log.line(json); };
  CHECK(site.start() == MFA_OK);
  World world(site, store.get());
  Blocks blocks;
  Walk steps(world, {[&](long n) { allocations::plan(n, failing); }, [] { return allocations::struck(); }});
  steps.grew = [&] { return blocks.grew(); };
  steps.first = first_place;
  steps.stride = stride();
  if (!CHECK(steps.run())) std::fprintf(stderr, "above: %s\n", url.c_str());
  CHECK(steps.tries() > (allocations::reach_new() ? 1000 : 200) / stride());
  std::fprintf(stderr, "%.7s: %ld tries\n", url.c_str(), steps.tries());
}

// Opening a store and making an engine on it.
void start(const std::string &url, Failing failing) {
  sweep(url.c_str(), [&](long n) {
    mfa_store store = MFA_STORE_INIT;
    mfa_error err = {};
    allocations::plan(n, failing);
    allocations::arm();
    const mfa_status opened = mfa_store_open(url.data(), url.size(), &store, &err);
    allocations::disarm();
    bool struck = allocations::struck();
    if (!CHECK(opened == MFA_OK || (struck && opened < 0))) std::fprintf(stderr, "open, allocation %ld\n", n);
    CHECK((opened == MFA_OK) == (store.load != nullptr) && err.status == opened);
    if (opened == MFA_OK) {
      Site site(store);
      const mfa_status started = site.start();  // still armed by Site
      struck = allocations::struck();
      if (!CHECK(started == MFA_OK || (struck && started < 0)))
        std::fprintf(stderr, "start, allocation %ld\n", n);
    }
    mfa_store_close(&store);
    allocations::plan(0, failing);
    return struck;
  });
}

// A configuration judged without an engine, and the schema.
void configuration(Failing failing) {
  static constexpr std::string_view kText =
      R"({"version":1,"issuer":"Example","policy":{"roles":{"*":{}}},"webauthn":{"rp_id":"a.test","origins":["https://a.test"]}})";
  const auto judge = [&](const char *what, const auto &call) {
    sweep(what, [&](long n) {
      mfa_buffer out = MFA_BUFFER_INIT;
      mfa_error err = {};
      allocations::plan(n, failing);
      allocations::arm();
      const mfa_status status = call(&out, &err);
      allocations::disarm();
      const bool struck = allocations::struck();
      const bool told =
          status == MFA_OK ? out.len > 0 : struck && status == MFA_ERR_NO_MEMORY && out.len == 0;
      if (!CHECK(told)) std::fprintf(stderr, "%s, allocation %ld\n", what, n);
      mfa_buffer_free(&out);
      allocations::plan(0, failing);
      return struck;
    });
  };
  judge("schema", mfa_config_schema);
  judge("check", [](mfa_buffer *out, mfa_error *err) {
    return mfa_config_check(kText.data(), kText.size(), out, err);
  });
}

}  // namespace

int main() {
  Site::around = {&allocations::arm, &allocations::disarm};
  const Scratch scratch;
  int round = 0;
  for (const Failing failing : {Failing::once, Failing::from_then_on}) {
    const char *name = failing == Failing::once ? "once.db" : "on.db";
    for (const std::string &url :
         {std::string("memory:"), "sqlite:" + scratch.file(name) + "?synchronous=normal"}) {
      first_place = 1 + stride() * round++ / 4;
      walk(url, failing);
      start(url, failing);
      configuration(failing);
    }
  }
  return check_report();
}
