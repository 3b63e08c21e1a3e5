// A server and its users on the public C API, for tests that drive whole sign-ins. Time is a number that the
// test moves. Every call of the library is made inside `Site::around`, so that a test can make it fail there
// alone.
#pragma once

#include <mfa/mfa.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "support/authenticator.hpp"

namespace mfa::test {

struct FreeHandle {
  void operator()(mfa_engine *engine) const { mfa_engine_free(engine); }
  void operator()(mfa_account *account) const { mfa_account_free(account); }
  void operator()(mfa_offer *offer) const { mfa_offer_free(offer); }
  void operator()(mfa_proof *proof) const { mfa_proof_free(proof); }
};
template <class T>
using Handle = std::unique_ptr<T, FreeHandle>;

struct Person {
  explicit Person(std::string name) : id(std::move(name)) {}
  std::string id;
  std::string statement;           // of the session, from the last yes
  std::string secret;              // of the authenticator app, bytes
  std::vector<std::string> codes;  // recovery codes
  std::string device;              // the cookie of a trusted browser, as it is sent
  Authenticator passkey;
};

// What begin gave; empty texts unless it said yes.
struct Begun {
  mfa_status status = MFA_ERR_INTERNAL;
  mfa_error err = {};
  std::string ticket, secret, options, mail, code;
  std::vector<std::string> codes;
};

// A yes, a no or neither, and whether the outputs agree with it.
struct Answer {
  mfa_status status = MFA_ERR_INTERNAL;
  mfa_error err = {};
  bool whole = false;  // err says the same, and there is an output with a yes and none without
};

// An open store of the library.
class OpenStore {
 public:
  // Ends the program when it does not open.
  explicit OpenStore(const std::string &url);
  OpenStore(const OpenStore &) = delete;
  OpenStore &operator=(const OpenStore &) = delete;
  ~OpenStore() { mfa_store_close(&store_); }
  const mfa_store &get() const { return store_; }

 private:
  mfa_store store_ = MFA_STORE_INIT;
};

class Site {
 public:
  static constexpr const char *kOrigin = "https://example.test";  // and the AppID
  static constexpr uint64_t kStart = 1900000000;
  // Five wrong answers lock; 20 recovery codes with the fast test hash.
  static const char *const kConfig;

  // The store must outlive the site.
  explicit Site(const mfa_store &store) : store_(store) {}
  mfa_status start();
  mfa_engine *engine() const { return engine_.get(); }
  std::atomic<uint64_t> now_s = kStart;
  // Set before start(): the first seals, all open.
  std::vector<uint32_t> key_ids = {1};

  struct Around {
    void (*enter)() = nullptr;
    void (*leave)() = nullptr;
  };
  static Around around;
  // Set before start(), given each event; outside of `around`, and from all threads at once.
  std::function<void(std::string_view)> on_event;

  // ---- one call each; a yes leaves its statement with the person
  Begun begin_enroll(const Person &person, mfa_method method);
  Answer finish_enroll(Person &person, const std::string &ticket, const std::string &response);
  Begun begin_verify(const Person &person, mfa_method method);
  Answer finish_verify(Person &person, const std::string &ticket, const std::string &response);
  Answer verify_code(Person &person, mfa_method method, const std::string &code);
  Answer view(const Person &person);
  Answer check_session(const Person &person);
  Answer import(const Person &person, const std::string &json);
  mfa_status unlock(const Person &person);
  // Enabled or not; -1 when the account cannot be read.
  int factors(const Person &person, mfa_method method);

  // ---- whole flows, which must succeed: otherwise the program ends
  void enroll_app(Person &person);
  void enroll_codes(Person &person);
  void enroll_passkey(Person &person);

  // What the person's app shows at a time, and a code that is wrong then.
  static std::string app_code(const Person &person, uint64_t now_s);
  static std::string wrong_code(const Person &person, uint64_t now_s);

 private:
  template <class Call>
  static mfa_status in_library(Call &&call);
  Answer answer_of(mfa_status status, const mfa_error &err, Handle<mfa_proof> proof, Person &person);

  const mfa_store &store_;
  Handle<mfa_engine> engine_;
};

}  // namespace mfa::test
