#include "respond.hpp"

#include <algorithm>
#include <array>
#include <ctime>

#include "log.hpp"

namespace demo {
namespace {

constexpr size_t kPathMax = 512;

void log_trouble(const mfa_error &error) {
  log_line(std::string("engine: ") + mfa_status_name(error.status) + ": " + error.message);
}

}  // namespace

std::string local_path(std::string_view wanted, std::string_view otherwise) {
  constexpr std::string_view kPlain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/?=&%";
  bool local = wanted.size() <= kPathMax && wanted.starts_with('/') && !wanted.starts_with("//") &&
               wanted.find_first_not_of(kPlain) == std::string_view::npos;
  return std::string(local ? wanted : otherwise);
}

Response json(int status, std::string body) {
  Response response;
  response.status = status;
  response.type = "application/json";
  response.body = std::move(body);
  return response;
}

Response json_go(std::string_view to) { return json(200, "{\"ok\":true,\"to\":" + json_string(to) + "}"); }

Response json_offer(const Answer<Offer> &begun, Doing doing, const std::string &here) {
  if (!begun.yes()) return say_no_json(begun.error, explain(begun.error, doing, MFA_METHOD_WEBAUTHN), here);
  return json(200, "{\"ok\":true,\"ticket\":" + json_string(text_of(begun.value, MFA_OFFER_TICKET)) +
                       ",\"expires_s\":" + std::to_string(mfa_offer_expires_at_s(begun.value.get())) +
                       ",\"options\":" + text_of(begun.value, MFA_OFFER_OPTIONS) + "}");
}

Response json_no(int status, const Message &message) {
  return json(status,
              "{\"ok\":false,\"status\":" + json_string(message.status) +
                  ",\"reason\":" + json_string(message.reason) + ",\"kind\":" + json_string(message.kind) +
                  ",\"title\":" + json_string(message.title) + ",\"text\":" + json_string(message.text) +
                  ",\"until_s\":" + std::to_string(message.until_s) + "}");
}

Response json_elsewhere(std::string_view to) {
  return json(401, "{\"ok\":false,\"to\":" + json_string(to) + "}");
}

Response say_no(Site &site, Visit &visit, const mfa_error &error, const Message &message,
                const std::string &here) {
  if (is_trouble(error.status)) {
    log_trouble(error);
    return site.page(visit, 503, "notice", message.title, View().set("text", std::string_view(message.text)));
  }
  if (asks_for_factor(error.status)) return redirect_to("/verify?next=" + percent_encode(here));
  if (error.status == MFA_ENROLL_NEEDED) return redirect_to("/enroll");
  site.leave_message(visit, message);
  return redirect_to(here);
}

Response say_bad_address(Site &site, Visit &visit, const std::string &here) {
  Message message;
  message.kind = "bad";
  message.title = "That is not a mail address";
  message.text = "It looks like name@example.org.";
  message.status = "bad_address";
  site.leave_message(visit, message);
  return redirect_to(here);
}

Response say_no_json(const mfa_error &error, const Message &message, const std::string &here) {
  if (is_trouble(error.status)) log_trouble(error);
  if (asks_for_factor(error.status)) return json_elsewhere("/verify?next=" + percent_encode(here));
  if (error.status == MFA_ENROLL_NEEDED) return json_elsewhere("/enroll");
  return json_no(http_status_of(error.status), message);
}

Response no_such_page(Site &site, Visit &visit) {
  return site.page(visit, 404, "notice", "There is no such page",
                   View().set("text", "The address may be old or mistyped."));
}

void set_message(View &view, const Message &message) {
  View row;
  row.set("kind", std::string_view(message.kind)).set("is_" + message.kind, true);
  row.set("heading", std::string_view(message.title)).set("body", std::string_view(message.text));
  row.set("status", std::string_view(message.status))
      .set("credentials", std::string_view(message.credentials));
  row.set("reason", std::string_view(message.reason));
  if (message.until_s > unix_s()) set_time(row, "until", message.until_s);
  view.add_row("message", std::move(row));
  if (message.kind == "bad") view.set("failed", true);
}

void set_time(View &view, const std::string &name, uint64_t at_s) {
  std::time_t at = static_cast<std::time_t>(at_s);
  std::tm parts{};
  gmtime_r(&at, &parts);
  std::array<char, 64> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  view.set(name + "_iso", std::string_view(text.data()));
  std::strftime(text.data(), text.size(), "%e %b %Y, %H:%M UTC", &parts);
  view.set(name, std::string_view(text.data()));
}

}  // namespace demo
