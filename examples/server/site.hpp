// The site: what it is made of, and how a request finds its page.
#pragma once

#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine.hpp"
#include "http.hpp"
#include "limiter.hpp"
#include "mail.hpp"
#include "passwords.hpp"
#include "sessions.hpp"
#include "template.hpp"
#include "users.hpp"

namespace demo {

// One request, and what is known of who makes it.
struct Visit {
  const Request &request;
  std::string browser;  // a random value in a cookie of this browser: binds tickets
  std::string session_id;
  std::optional<Session> session;        // as it was when the request came
  std::vector<std::string> set_cookies;  // to send with the answer

  std::string_view form(std::string_view name) const { return find(request.form, name); }
  std::string_view query(std::string_view name) const { return find(request.query, name); }
  bool signed_in() const { return session && session->signed_in; }
};

enum class Access { anyone, password_done, signed_in };  // password_done: or signed in
enum class Speaks { html, json };                        // json: called by a script, which wants no redirects

class Site;
struct Route {
  std::string_view method;
  std::string_view path;
  Access access;
  Speaks speaks;
  Response (*handler)(Site &, Visit &);
};

class Site {
 public:
  // Throws std::runtime_error when something is missing or does not fit.
  Site(const std::string &data_dir, const std::string &origin, const std::string &config_json,
       std::unique_ptr<Mailer> mail_goes_by, std::set<std::string> names_of_admins = {});

  Response answer(const Request &request);
  std::vector<std::string> post_paths() const;
  Fields security_headers() const;
  const std::string &origin() const { return origin_; }

  // What the engine is told of a request.
  mfa_request asks(const Visit &visit, mfa_purpose purpose) const;
  bool is_admin(const Visit &visit) const;
  // The message waits in the session for the next page.
  void leave_message(const Visit &visit, Message message);
  // Puts the visit, and the cookie, on this session and ends the one before.
  void enter(Visit &visit, const std::string &session_id, Session session);
  void leave(Visit &visit);
  // For a request whose statement the engine voids and replaces, and for one that came with the old one:
  // waits, and reads the session again.
  Turn take_turn(Visit &visit);
  // A Set-Cookie value that ends what mfa_remembered_issue began.
  std::string forgotten_user() const;
  // A page, with the message that waits for it.
  Response page(Visit &visit, int status, std::string_view name, std::string_view title, View view = {});

  Engine engine;
  Users users;
  Sessions sessions;
  Passwords passwords;
  std::unique_ptr<Mailer> mailer;
  Limiter wrong_by_name;
  Limiter wrong_by_source;
  Limiter sign_ups_by_source;

 private:
  Response dispatch(Visit &visit);
  Response route(Visit &visit, const Route &route);
  Response refuse(Visit &visit, const Route &route);
  std::optional<Response> admit(Visit &visit, const Route &route);
  bool genuine(const Visit &visit) const;
  bool is_staff(const Session &session) const;
  std::string csrf_token(const Visit &visit) const;
  std::string cookie_name(std::string_view name) const;
  std::string cookie(std::string_view name, std::string_view value) const;

  const std::set<std::string> admins_;
  const std::string origin_;
  const bool tls_;
  const std::string csrf_key_;
  Templates templates_;
};

uint64_t unix_s();
uint64_t steady_s();

std::span<const Route> front_routes();
std::span<const Route> signup_routes();
std::span<const Route> signin_routes();
std::span<const Route> verify_routes();
std::span<const Route> security_routes();
std::span<const Route> totp_routes();
std::span<const Route> passkey_routes();
std::span<const Route> email_routes();
std::span<const Route> recovery_routes();
std::span<const Route> device_routes();
std::span<const Route> pair_routes();
std::span<const Route> quick_routes();
std::span<const Route> factor_routes();
std::span<const Route> pay_routes();
std::span<const Route> recheck_routes();
std::span<const Route> admin_routes();

}  // namespace demo
