// Sessions, kept here and never in the browser, which has only their random id.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

namespace demo {

// What to tell the user, on the next page that he sees.
struct Message {
  std::string kind;  // "good", "warn", "bad"
  std::string title;
  std::string text;
  std::string status;       // "MFA_WRONG": which answer of the engine this is, for tests and for support
  std::string reason;       // and which rule said so
  uint64_t until_s = 0;     // Unix time from which to try again; 0: any time
  std::string credentials;  // for signalAllAcceptedCredentials: the passkeys that the account has now
};

// An enrolment that was begun: a page that is loaded again shows the same secret again.
struct Pending {
  std::string ticket;
  std::string uri;
  std::string secret;
  uint64_t expires_s = 0;
  std::string address, masked;  // of a mail
};

struct Session {
  std::string user;  // the id
  std::string name;
  bool password = false;   // it was given, and was right
  bool signed_in = false;  // false: the password was right, and a factor is still to be verified
  bool recovered = false;  // signed in with a recovery code, and nothing enrolled since
  std::string statement;   // the engine's
  std::string csrf;
  std::optional<Message> message;
  std::optional<Pending> totp, hotp;
  std::optional<Pending> recovery;
  std::optional<Pending> mail_enroll, mail_verify;
  std::optional<Pending> pairing;  // its code is the secret
  std::shared_ptr<std::mutex> turn = std::make_shared<std::mutex>();
  uint64_t started_s = 0;
  uint64_t seen_s = 0;
};

// As long as it lives, no other request of the session has one.
class Turn {
 public:
  explicit Turn(std::shared_ptr<std::mutex> mutex) : mutex_(std::move(mutex)), lock_(*mutex_) {}

 private:
  std::shared_ptr<std::mutex> mutex_;  // outlives the session, which may end meanwhile
  std::unique_lock<std::mutex> lock_;
};

class Sessions {
 public:
  using Change = std::function<void(Session &)>;

  // Adds it under an id that was drawn before, because the statement within is bound to it.
  void add(const std::string &id, Session session, uint64_t now_s);
  // A copy, and the session counts as used now. Nothing when there is none, or its time is over.
  std::optional<Session> use(const std::string &id, uint64_t now_s);
  void change(const std::string &id, const Change &change);
  void end(const std::string &id);
  void end_all_of(const std::string &user);

 private:
  void make_room(const std::string &user, uint64_t now_s);

  std::mutex mutex_;
  std::unordered_map<std::string, Session> sessions_;
};

}  // namespace demo
