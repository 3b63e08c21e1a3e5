// The first login in steps of one library call each, and what must hold after a step in which something
// failed.
#pragma once

#include <functional>
#include <map>

#include "methods/u2f/token.hpp"
#include "support/site.hpp"

namespace mfa::test {

// What a store held at a moment, to be put back.
class Snapshot {
 public:
  static Snapshot take(const mfa_store &store);
  void put_back(const mfa_store &store) const;
  bool operator==(const Snapshot &) const = default;

 private:
  struct Row {
    std::string record;
    uint64_t version;
    bool operator==(const Row &) const = default;
  };
  std::map<std::string, Row> rows_;
};

struct World {
  // The passkey is one that OpenSSL verifies, which allocates far more than libsodium.
  World(Site &its_site, const mfa_store &its_store) : site(its_site), store(its_store) {
    person.passkey = Authenticator({.algorithms = {-7}});
  }
  Site &site;
  const mfa_store &store;  // the one that never fails, under the site's
  Person person{"first"};
  Person asker{"first"};  // the person before the step: the same request can be made again
  U2fToken token;
  std::string pairing;   // the ticket of the browser that opened it
  Begun begun;           // of the ceremony that is to be finished
  std::string response;  // to finish it with, or the code
  Snapshot before;
};

struct Step {
  const char *name;
  mfa_status normal;  // what act answers when nothing fails
  std::function<void(World &)> prepare;
  std::function<Answer(World &)> act;
  // "", or what is wrong with the world after that answer. It may go on from there: nothing fails any more.
  std::function<std::string(World &, const Answer &)> look;
};

// The calls of trusted devices, pairing, remembered users and of policy's reasons; begun with a fresh
// session.
std::vector<Step> device_steps();
// Each step's act, when nothing fails, leads to the prepare of the next.
const std::vector<Step> &steps();

// Walks the steps. Each is tried again and again from the same state, with a failure planned at the first,
// the second,
// ... place, until it is past the last; then it is done once without.
class Walk {
 public:
  struct Fault {
    std::function<void(long)> plan;  // a failure at the n-th place; 0: none
    std::function<bool()> struck;
  };
  explicit Walk(World &world, Fault fault) : world_(world), fault_(std::move(fault)) {}
  // Called after each try, when the state is as before it: what stays behind of the try, if it stays again
  // when the same place is tried again.
  std::function<bool()> grew = [] { return false; };
  // Places `first`, `first` + `stride`, ...
  long first = 1, stride = 1;
  // Problems go to stderr. True: none.
  bool run();
  long tries() const { return tries_; }

 private:
  bool run(const Step &step);
  std::string try_at(const Step &step, long place, bool *struck);

  World &world_;
  Fault fault_;
  long tries_ = 0;
};

}  // namespace mfa::test
