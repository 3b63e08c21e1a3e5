// Eight people sign in, over and over, while their server swaps its engine for one with a new key, and gives
// it other trust.
#include <algorithm>
#include <mutex>
#include <thread>

#include "support/check.h"
#include "support/metadata.hpp"
#include "support/rounds.hpp"
#include "support/scratch.hpp"
#include "support/site.hpp"

using namespace mfa::test;

namespace {

constexpr int kVisitors = 8;
constexpr long kAhead = 16;  // how far one may be before another
// Visits of one person in a moment of the clock: fewer than the tickets of one moment that an account
// remembers as spent.
constexpr long kAtOnce = 8;

bool is(mfa_status wanted, mfa_status status, const mfa_error &err) {
  if (status == wanted) return true;
  std::fprintf(stderr, "%s, not %s: %s\n", mfa_status_name(status), mfa_status_name(wanted), err.message);
  return false;
}

// The engine that the server uses now. Whoever got one keeps it for one call.
class Current {
 public:
  std::shared_ptr<Site> get() const {
    const std::lock_guard held(mutex_);
    return site_;
  }
  // Comes back when the last call on the one before has returned, and it is freed.
  void set(std::shared_ptr<Site> site) {
    {
      const std::lock_guard held(mutex_);
      site_.swap(site);
    }
    const std::weak_ptr<Site> before = std::exchange(site, nullptr);
    while (!before.expired()) std::this_thread::yield();
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<Site> site_;
};

class Server {
 public:
  Server() {
    use({1});
    for (int i = 0; i < kVisitors; i++) {
      Person &person = people_.emplace_back("visitor " + std::to_string(i));
      person.passkey.settings.format = "self";  // which says its model
      current_.get()->enroll_app(person);
      current_.get()->enroll_passkey(person);
    }
  }

  // The change, while all people sign in; and after it each of them does once more, from the beginning.
  template <class Change>
  void under_load(Change &&change) {
    ends_ = false;
    std::vector<std::thread> threads;
    std::vector<std::atomic<long>> visits(people_.size());
    for (size_t i = 0; i < people_.size(); i++) {
      threads.emplace_back([this, i, &visits] {
        while (!ends_ && visit(people_[i])) {
          if (++visits[i] % kAtOnce == 0) tick();
          while (!ends_ && visits[i] > *std::ranges::min_element(visits) + kAhead) std::this_thread::yield();
        }
        ends_ = true;
      });
    }
    change();
    const std::vector<long> before(visits.begin(), visits.end());
    const auto all_came = [&] {
      return std::ranges::equal(visits, before, [](long now, long then) { return now >= then + 2; });
    };
    while (!ends_ && !all_came()) std::this_thread::yield();
    CHECK(!ends_);
    ends_ = true;
    for (auto &thread : threads) thread.join();
  }

  // Time goes on, for the engine of this moment and those to come; never back.
  void tick() {
    const auto site = current_.get();
    const uint64_t now = ++now_s_;
    for (uint64_t seen = site->now_s; seen < now && !site->now_s.compare_exchange_weak(seen, now);) {
    }
  }

  // A new key joins the ring as the last; it becomes the first when no engine is left that cannot open what
  // it seals.
  void new_key() {
    tick();
    auto ids = ids_;
    ids.push_back(*std::ranges::max_element(ids) + 1);
    use(ids);
    std::rotate(ids.begin(), ids.end() - 1, ids.end());
    use(ids);
  }
  // After everybody's record was saved under it.
  void first_key_alone() { use({ids_.front()}); }
  bool knows(uint32_t id) const { return std::ranges::find(ids_, id) != ids_.end(); }
  // Another engine with these keys, for which the records are what they are now.
  mfa_status view_with(const std::vector<uint32_t> &ids) const {
    return engine_of(ids)->view(people_[0]).status;
  }

  void trust(const mfa_trust *trust) {
    tick();
    mfa_error err = {};
    CHECK(is(MFA_OK, mfa_engine_set_trust(current_.get()->engine(), trust, &err), err));
  }
  mfa_status audit(const Person &person) const {
    mfa_error err = {};
    mfa_buffer json = MFA_BUFFER_INIT;
    const mfa_status status =
        mfa_admin_audit(current_.get()->engine(), person.id.data(), person.id.size(), &json, &err);
    mfa_buffer_free(&json);
    return status;
  }
  bool all_audit(mfa_status wanted) const {
    return std::ranges::all_of(people_, [&](const Person &person) { return audit(person) == wanted; });
  }

 private:
  // A whole sign-in, each call on the engine of its moment.
  bool visit(Person &person) const {
    const Begun begun = current_.get()->begin_verify(person, MFA_METHOD_WEBAUTHN);
    if (!is(MFA_OK, begun.status, begun.err)) return false;
    const std::string response = person.passkey.get(begun.options, Site::kOrigin);
    const Answer finished = current_.get()->finish_verify(person, begun.ticket, response);
    if (!is(MFA_OK, finished.status, finished.err) || !finished.whole) return false;
    const Answer session = current_.get()->check_session(person);
    if (!is(MFA_OK, session.status, session.err)) return false;
    const Answer again = current_.get()->finish_verify(person, begun.ticket, response);
    if (!is(MFA_ALREADY_USED, again.status, again.err)) return false;
    const mfa_status known = audit(person);
    return known == MFA_OK || known == MFA_DENIED;
  }

  std::shared_ptr<Site> engine_of(const std::vector<uint32_t> &ids) const {
    auto site = std::make_shared<Site>(store_.get());
    site->key_ids = ids;
    site->now_s = now_s_.load();
    if (site->start() != MFA_OK) std::abort();
    return site;
  }
  void use(const std::vector<uint32_t> &ids) {
    current_.set(engine_of(ids));
    ids_ = ids;
  }

  Scratch scratch_;
  OpenStore store_{"sqlite:" + scratch_.file("change.db") + "?synchronous=normal"};
  Current current_;
  std::vector<uint32_t> ids_;
  std::atomic<uint64_t> now_s_ = Site::kStart;
  std::vector<Person> people_;
  std::atomic<bool> ends_ = false;
};

void swaps_engines(int count) {
  Server server;
  server.under_load([&] {
    for (int i = 0; i < count; i++) server.new_key();
  });
  CHECK(server.view_with({1}) == MFA_ERR_KEY);
  server.under_load([&] { server.first_key_alone(); });
  CHECK(!server.knows(1));
}

class Trust {
 public:
  // The model of the people's passkeys, with a status.
  explicit Trust(const std::string &status) {
    const auto root = Authority::root("Metadata Root");
    MetadataSpec spec;
    spec.entries.push_back({.aaguid = Authenticator::Settings().aaguid,
                            .roots = {root.certificate()},
                            .reports = {{.status = status}}});
    const std::string blob = make_metadata(spec, root);
    mfa_trust_input input = MFA_TRUST_INPUT_INIT;
    input.mds_blob = mfa_text_n(blob.data(), blob.size());
    input.mds_root = mfa_text_n(root.certificate().data(), root.certificate().size());
    mfa_error err = {};
    CHECK(is(MFA_OK, mfa_trust_new(&input, Site::kStart, &it_, &err), err));
  }
  Trust(const Trust &) = delete;
  Trust &operator=(const Trust &) = delete;
  ~Trust() { mfa_trust_free(it_); }
  const mfa_trust *get() const { return it_; }

 private:
  mfa_trust *it_ = nullptr;
};

void sets_trust(int count) {
  Server server;
  server.under_load([&] {
    for (int i = 0; i < count; i++) {
      server.trust(Trust("FIDO_CERTIFIED_L1").get());  // freed here: the engine keeps its own hold
      server.trust(Trust("REVOKED").get());
    }
  });
  CHECK(server.all_audit(MFA_DENIED));
  server.under_load([&] { server.trust(nullptr); });
  CHECK(server.all_audit(MFA_OK));
}

}  // namespace

int main() {
  swaps_engines(rounds(20));
  sets_trust(rounds(20));
  return check_report();
}
