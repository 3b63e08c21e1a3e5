#include "site.hpp"

#include <sodium.h>

#include <array>
#include <chrono>

#include "assets.hpp"
#include "log.hpp"
#include "random.hpp"
#include "respond.hpp"

namespace demo {
namespace {

constexpr uint32_t kWrongPasswordsByName = 10;
constexpr uint32_t kWrongPasswordsBySource = 200;
constexpr uint32_t kSignUpsBySource = 1000;
constexpr uint64_t kWindow = 15 * 60;  // seconds

constexpr mfa_text kStaff = {"staff", 5};  // the role that config.json declares

constexpr std::string_view kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

template <typename Visitor>
void for_each_route(Visitor visit) {
  for (auto routes :
       {front_routes(), signup_routes(), signin_routes(), verify_routes(), security_routes(), totp_routes(),
        passkey_routes(), email_routes(), recovery_routes(), factor_routes(), device_routes(), pair_routes(),
        quick_routes(), pay_routes(), recheck_routes(), admin_routes()}) {
    for (const Route &route : routes) visit(route);
  }
}

std::string authority_of(std::string_view origin) {
  return std::string(origin.substr(origin.find("://") + 3));
}

bool same_text(std::string_view a, std::string_view b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

Response serve(const Asset &asset) {
  Response response;
  response.type = asset.type;
  response.body = asset.bytes;
  response.headers.emplace_back("Cache-Control", "public, max-age=31536000, immutable");
  return response;
}

Response elsewhere(const Route &route, const std::string &to) {
  return route.speaks == Speaks::json ? json_elsewhere(to) : redirect_to(to);
}

// The browser still has the cookie of a session that is over.
bool lost_session(const Visit &visit) { return !visit.session && !visit.session_id.empty(); }

}  // namespace

Site::Site(const std::string &data_dir, const std::string &origin, const std::string &config_json,
           std::unique_ptr<Mailer> mail_goes_by, std::set<std::string> names_of_admins)
    : engine(data_dir, origin, config_json),
      users(data_dir + "/users.db"),
      mailer(std::move(mail_goes_by)),
      wrong_by_name(kWrongPasswordsByName, kWindow),
      wrong_by_source(kWrongPasswordsBySource, kWindow),
      sign_ups_by_source(kSignUpsBySource, kWindow),
      admins_(std::move(names_of_admins)),
      origin_(origin),
      tls_(origin.starts_with("https://")),
      csrf_key_(random_text()) {
  constexpr std::string_view kFolder = "pages/";
  constexpr std::string_view kEnding = ".html";
  for (const Asset &file : assets()) {
    if (!file.name.starts_with(kFolder)) continue;
    std::string_view name = file.name.substr(kFolder.size());
    templates_.add(name.substr(0, name.size() - kEnding.size()), file.bytes);
  }
}

std::vector<std::string> Site::post_paths() const {
  std::vector<std::string> paths;
  for_each_route([&paths](const Route &route) {
    if (route.method == "POST") paths.emplace_back(route.path);
  });
  return paths;
}

Fields Site::security_headers() const {
  Fields headers = {
      {"Content-Security-Policy", std::string(kPolicy)},
      {"X-Content-Type-Options", "nosniff"},
      {"X-Frame-Options", "DENY"},
      // Not no-referrer: with that, browsers send "Origin: null" with forms.
      {"Referrer-Policy", "same-origin"},
      {"Cross-Origin-Opener-Policy", "same-origin"},
      {"Cross-Origin-Resource-Policy", "same-origin"},
      {"Permissions-Policy",
       "publickey-credentials-create=(self), publickey-credentials-get=(self), camera=(), microphone=(), "
       "geolocation=()"},
  };
  // Of localhost it would hold for every other server on this machine.
  const std::string authority = authority_of(origin_);
  const bool local = authority.substr(0, authority.find(':')) == "localhost";
  if (tls_ && !local) headers.emplace("Strict-Transport-Security", "max-age=31536000");
  return headers;
}

Response Site::answer(const Request &request) {
  if (request.header("host") != authority_of(origin_)) {
    // By another name, as http://127.0.0.1, passkeys would not work.
    if (request.method == "GET") return redirect_to(origin_ + percent_encode(request.path));
    Response response;
    response.status = 421;
    return response;
  }
  if (request.path.starts_with("/static/")) {
    if (const Asset *file = asset(std::string_view(request.path).substr(1))) return serve(*file);
  }
  Visit visit{request,
              std::string(find(request.cookies, cookie_name("browser"))),
              std::string(find(request.cookies, cookie_name("session"))),
              std::nullopt,
              {}};
  Response response = dispatch(visit);
  response.headers.emplace_back("Cache-Control", "no-store");
  for (std::string &value : visit.set_cookies) response.headers.emplace_back("Set-Cookie", std::move(value));
  log_line(request.method + " " + request.path + " " + std::to_string(response.status));
  return response;
}

Response Site::dispatch(Visit &visit) {
  if (visit.browser.size() != random_text().size()) {
    visit.browser = random_text();
    visit.set_cookies.push_back(cookie("browser", visit.browser));
  }
  if (!visit.session_id.empty()) visit.session = sessions.use(visit.session_id, steady_s());
  try {
    std::optional<Response> response;
    for_each_route([&](const Route &candidate) {
      if (candidate.method == visit.request.method && candidate.path == visit.request.path) {
        response = route(visit, candidate);
      }
    });
    if (response) return std::move(*response);
    return no_such_page(*this, visit);
  } catch (const std::exception &error) {
    log_line(std::string("error: ") + error.what());
    mfa_error trouble{};
    trouble.status = MFA_ERR_INTERNAL;
    Message message = explain(trouble, Doing::changing, MFA_METHOD_NONE);
    return page(visit, 503, "notice", message.title, View().set("text", std::string_view(message.text)));
  }
}

Response Site::route(Visit &visit, const Route &route) {
  if (route.method == "POST" && !genuine(visit)) {
    if (route.access != Access::anyone && lost_session(visit)) return elsewhere(route, "/signin?why=expired");
    return refuse(visit, route);
  }
  if (std::optional<Response> stopped = admit(visit, route)) return std::move(*stopped);
  return route.handler(*this, visit);
}

Response Site::refuse(Visit &visit, const Route &route) {
  Message message;
  message.kind = "bad";
  message.title = "This form cannot be accepted";
  message.text =
      "It was open for too long, or was not sent by a page of this site. Go back, load the page again and "
      "retry. "
      "Cookies have to be allowed.";
  if (route.speaks == Speaks::json) return json_no(403, message);
  return page(visit, 403, "notice", message.title, View().set("text", std::string_view(message.text)));
}

// Nothing: go on to the page. No answer of the engine but a yes leads there, known to us or not.
std::optional<Response> Site::admit(Visit &visit, const Route &route) {
  if (route.access == Access::anyone) return std::nullopt;
  const bool is_page = route.method == "GET" && route.speaks == Speaks::html;
  const std::string here = is_page ? local_path(visit.request.target, "/security") : "/security";
  if (!visit.session) {
    return elsewhere(route,
                     "/signin?next=" + percent_encode(here) + (lost_session(visit) ? "&why=expired" : ""));
  }
  if (!visit.session->signed_in) {
    if (route.access == Access::password_done) return std::nullopt;
    return elsewhere(route, "/verify?next=" + percent_encode(here));
  }
  mfa_error error = engine.session_check(asks(visit, MFA_PURPOSE_STEP_UP));
  if (error.status == MFA_REVOKED) {  // maybe another request of this session has just changed the account
    take_turn(visit);
    if (visit.session) error = engine.session_check(asks(visit, MFA_PURPOSE_STEP_UP));
  }
  if (error.status == MFA_OK) return std::nullopt;
  const bool to_be_mended = asks_for_factor(error.status) || error.status == MFA_ENROLL_NEEDED;
  // The pages that verify or enrol a factor are how it is mended.
  if (to_be_mended && route.access == Access::password_done) return std::nullopt;
  if (to_be_mended || is_trouble(error.status)) {
    Message message = explain(error, Doing::verifying, MFA_METHOD_NONE);
    return route.speaks == Speaks::json ? say_no_json(error, message, here)
                                        : say_no(*this, visit, error, message, here);
  }
  leave(visit);
  return elsewhere(route, error.status == MFA_REVOKED ? "/signin?why=changed" : "/signin?why=expired");
}

// Sent by a page of ours, to the one it was shown to.
bool Site::genuine(const Visit &visit) const {
  const Request &request = visit.request;
  if (request.header("origin") != origin_) return false;
  std::string_view sent = request.header("x-csrf-token");
  if (sent.empty()) sent = find(request.form, "csrf");
  return same_text(sent, csrf_token(visit));
}

// Of the session; and as long as there is none, of the browser, so that visitors cost no memory.
std::string Site::csrf_token(const Visit &visit) const {
  if (visit.session) return visit.session->csrf;
  std::array<unsigned char, 32> hash;
  std::array<char, sodium_base64_ENCODED_LEN(32, sodium_base64_VARIANT_URLSAFE_NO_PADDING)> text;
  crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const unsigned char *>(visit.browser.data()),
                     visit.browser.size(), reinterpret_cast<const unsigned char *>(csrf_key_.data()),
                     csrf_key_.size());
  sodium_bin2base64(text.data(), text.size(), hash.data(), hash.size(),
                    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  return text.data();
}

std::string Site::cookie_name(std::string_view name) const {
  return (tls_ ? "__Host-" : "") + std::string(name);
}

std::string Site::cookie(std::string_view name, std::string_view value) const {
  std::string text = cookie_name(name) + "=" + std::string(value) + "; Path=/; HttpOnly; SameSite=Lax";
  if (tls_) text += "; Secure";
  if (value.empty()) text += "; Max-Age=0";
  return text;
}

mfa_request Site::asks(const Visit &visit, mfa_purpose purpose) const {
  mfa_request request = MFA_REQUEST_INIT;
  request.purpose = purpose;
  request.browser = text_of(visit.browser);
  request.session = text_of(visit.session_id);
  request.source = text_of(visit.request.peer);
  request.user_agent = text_of(visit.request.header("user-agent"));
  request.cookies = text_of(visit.request.header("cookie"));
  if (visit.session) {
    request.user = text_of(visit.session->user);
    request.statement = text_of(visit.session->statement);
    if (visit.session->password) request.proven = MFA_PROVEN_PASSWORD;
    if (is_staff(*visit.session)) {
      request.roles = &kStaff;
      request.roles_count = 1;
    }
  }
  return request;
}

// Asked for each time: it may have changed since the session began.
bool Site::is_staff(const Session &session) const {
  if (admins_.contains(session.name)) return true;
  std::optional<User> user = users.by_id(session.user);
  return user && user->staff;
}

bool Site::is_admin(const Visit &visit) const {
  return visit.signed_in() && admins_.contains(visit.session->name);
}

void Site::leave_message(const Visit &visit, Message message) {
  if (message.title.empty()) return;
  sessions.change(visit.session_id, [&message](Session &session) { session.message = std::move(message); });
}

void Site::enter(Visit &visit, const std::string &session_id, Session session) {
  if (visit.session) sessions.end(visit.session_id);
  sessions.add(session_id, session, steady_s());
  visit.session = std::move(session);
  visit.session_id = session_id;
  visit.set_cookies.push_back(cookie("session", session_id));
}

void Site::leave(Visit &visit) {
  sessions.end(visit.session_id);
  visit.session.reset();
  visit.session_id.clear();
  visit.set_cookies.push_back(cookie("session", ""));
}

Turn Site::take_turn(Visit &visit) {
  Turn turn(visit.session->turn);
  visit.session = sessions.use(visit.session_id, steady_s());
  return turn;
}

std::string Site::forgotten_user() const {
  return "__Host-mfa-remembered=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure";
}

Response Site::page(Visit &visit, int status, std::string_view name, std::string_view title, View view) {
  view.set("title", title).set("csrf", std::string_view(csrf_token(visit)));
  view.set("css_url", std::string_view(asset_url("static/style.css")));
  view.set("js_url", std::string_view(asset_url("static/mfa.js")));
  view.set("icon_url", std::string_view(asset_url("static/icon.svg")));
  if (visit.session) {
    view.set(visit.session->signed_in ? "signed_in" : "halfway", true)
        .set("user", std::string_view(visit.session->name))
        .set("outbox", mailer->outbox() != nullptr);
    view.set("admin", is_admin(visit));
    if (visit.session->message) {
      set_message(view, *visit.session->message);
      sessions.change(visit.session_id, [](Session &session) { session.message.reset(); });
    }
  }
  Response response;
  response.status = status;
  response.type = "text/html; charset=utf-8";
  response.body = templates_.render(name, view);
  return response;
}

uint64_t unix_s() {
  return static_cast<uint64_t>(
      std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch())
          .count());
}

uint64_t steady_s() {
  return static_cast<uint64_t>(
      std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now().time_since_epoch())
          .count());
}

}  // namespace demo
