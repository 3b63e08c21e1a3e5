#include "mail.hpp"

#include <curl/curl.h>

#include <stdexcept>

#include "freed.hpp"
#include "http.hpp"
#include "log.hpp"

namespace demo {
namespace {

constexpr size_t kKept = 200;
constexpr long kConnect_s = 3, kWhole_s = 8;

// RFC 2047: a subject may be in any language.
std::string encoded_word(std::string_view text) { return "=?utf-8?B?" + base64_of(text) + "?="; }

bool is_here(std::string_view url) {
  std::string_view host = url.substr(url.find("://") + 3);
  if (const size_t at = host.rfind('@'); at != std::string_view::npos) host.remove_prefix(at + 1);
  for (const std::string_view name : {"localhost", "127.0.0.1", "[::1]"}) {
    if (host.starts_with(name) &&
        (host.size() == name.size() || host[name.size()] == ':' || host[name.size()] == '/'))
      return true;
  }
  return false;
}

using Curl = std::unique_ptr<CURL, Freed<curl_easy_cleanup>>;
using List = std::unique_ptr<curl_slist, Freed<curl_slist_free_all>>;
using Mime = std::unique_ptr<curl_mime, Freed<curl_mime_free>>;

void add(List &list, const std::string &line) {
  curl_slist *longer = curl_slist_append(list.get(), line.c_str());
  if (!longer) throw std::runtime_error("no memory for a mail");
  (void)list.release();
  list.reset(longer);
}

void add_part(curl_mime *mime, const std::string &text, const char *type) {
  curl_mimepart *part = curl_mime_addpart(mime);
  if (!part || curl_mime_data(part, text.data(), text.size()) != CURLE_OK ||
      curl_mime_type(part, type) != CURLE_OK || curl_mime_encoder(part, "quoted-printable") != CURLE_OK)
    throw std::runtime_error("no memory for a mail");
}

class SmtpMailer : public Mailer {
 public:
  SmtpMailer(const std::string &url, const std::string &from) : url_(url), from_(from) {
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) throw std::runtime_error("libcurl does not start");
  }
  ~SmtpMailer() override { curl_global_cleanup(); }

  bool send(const Mail &mail) override {
    const Curl curl(curl_easy_init());
    if (!curl) throw std::runtime_error("no memory for a mail");
    List recipients, headers;
    add(recipients, "<" + mail.to + ">");
    add(headers, "From: <" + from_ + ">");
    add(headers, "To: <" + mail.to + ">");
    add(headers, "Subject: " + encoded_word(mail.subject));
    add(headers, "Auto-Submitted: auto-generated");  // RFC 3834: no vacation notes in return
    const Mime mime(curl_mime_init(curl.get()));
    if (!mime) throw std::runtime_error("no memory for a mail");
    add_part(mime.get(), mail.text, "text/plain; charset=utf-8");
    if (!mail.html.empty()) add_part(mime.get(), mail.html, "text/html; charset=utf-8");
    add(headers, mail.html.empty() ? "Content-Type: multipart/mixed" : "Content-Type: multipart/alternative");

    const std::string sender = "<" + from_ + ">";
    const auto set = [&](CURLoption option, auto value) { curl_easy_setopt(curl.get(), option, value); };
    set(CURLOPT_URL, url_.c_str());
    set(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    set(CURLOPT_USE_SSL, static_cast<long>(is_here(url_) ? CURLUSESSL_TRY : CURLUSESSL_ALL));
    if (is_here(url_)) {  // nobody is between
      set(CURLOPT_SSL_VERIFYPEER, 0L);
      set(CURLOPT_SSL_VERIFYHOST, 0L);
    }
    set(CURLOPT_MAIL_FROM, sender.c_str());
    set(CURLOPT_MAIL_RCPT, recipients.get());
    set(CURLOPT_HTTPHEADER, headers.get());
    set(CURLOPT_MIMEPOST, mime.get());
    set(CURLOPT_CONNECTTIMEOUT, kConnect_s);
    set(CURLOPT_TIMEOUT, kWhole_s);
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_PROXY, "");
    const CURLcode sent = curl_easy_perform(curl.get());
    if (sent != CURLE_OK) log_line(std::string("mail: ") + curl_easy_strerror(sent));
    return sent == CURLE_OK;
  }

 private:
  const std::string url_, from_;
};

}  // namespace

bool Outbox::send(const Mail &mail) {
  std::lock_guard lock(mutex_);
  mails_.push_front(mail);
  if (mails_.size() > kKept) mails_.pop_back();
  return true;
}

std::vector<Mail> Outbox::of(std::string_view user) const {
  std::lock_guard lock(mutex_);
  std::vector<Mail> own;
  for (const Mail &mail : mails_) {
    if (mail.user == user) own.push_back(mail);
  }
  return own;
}

std::unique_ptr<Mailer> smtp_mailer(const std::string &url, const std::string &from) {
  return std::make_unique<SmtpMailer>(url, from);
}

bool is_smtp_url(std::string_view url) {
  const size_t host = url.starts_with("smtps://") ? 8 : url.starts_with("smtp://") ? 7 : 0;
  return host > 0 && url.size() > host;
}

}  // namespace demo
