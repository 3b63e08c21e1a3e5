// Mails, on their way out: by SMTP, or to a page of the site where no server was named.
#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace demo {

struct Mail {
  std::string user;  // whose it is: the id, for the outbox
  std::string to, subject, text, html;
};

class Outbox;

class Mailer {
 public:
  virtual ~Mailer() = default;
  // False: it did not go, and the log says why.
  virtual bool send(const Mail &mail) = 0;
  virtual const Outbox *outbox() const { return nullptr; }  // itself, if it is one
};

// Keeps the last mails for a page, in memory.
class Outbox : public Mailer {
 public:
  bool send(const Mail &mail) override;
  const Outbox *outbox() const override { return this; }
  std::vector<Mail> of(std::string_view user) const;  // newest first

 private:
  mutable std::mutex mutex_;
  std::deque<Mail> mails_;
};

// url: smtp://host:port or smtps://..., perhaps with user:password@. TLS is required unless the server is on
// this machine. Throws std::runtime_error when libcurl cannot start.
std::unique_ptr<Mailer> smtp_mailer(const std::string &url, const std::string &from);
bool is_smtp_url(std::string_view url);

}  // namespace demo
