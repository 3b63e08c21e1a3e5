#include "http.hpp"

#include <httplib.h>
#include <sodium.h>

#include <cstdio>
#include <stdexcept>

namespace demo {
namespace {

constexpr size_t kThreads = 128;
constexpr size_t kPayloadMax = size_t{64} * 1024;
constexpr time_t kReadTimeout = 10;  // seconds
constexpr time_t kWriteTimeout = 10;
constexpr time_t kKeepAlive = 2;  // an idle connection holds a thread
constexpr size_t kFieldsMax = 64;

constexpr std::string_view kFormType = "application/x-www-form-urlencoded";

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string form_decode(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); i++) {
    if (text[i] == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 && hex_value(text[i + 2]) >= 0) {
      out += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
      i += 2;
    } else {
      out += text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

std::string lower(std::string text) {
  for (char &c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

Request request_of(const httplib::Request &in) {
  Request out;
  out.method = in.method == "HEAD" ? "GET" : in.method;
  out.path = in.path;
  out.target = in.target;
  for (const auto &[name, value] : in.headers) out.headers.emplace(lower(name), value);
  out.cookies = parse_cookies(out.header("cookie"));
  size_t mark = in.target.find('?');
  if (mark != std::string::npos) out.query = parse_form(std::string_view(in.target).substr(mark + 1));
  if (out.header("content-type").starts_with(kFormType)) out.form = parse_form(in.body);
  out.body = in.body;
  out.peer = in.remote_addr;
  return out;
}

void fill(httplib::Response &out, Response in) {
  out.status = in.status;
  for (auto &[name, value] : in.headers) out.set_header(name, value);
  if (!in.body.empty()) out.set_content(std::move(in.body), in.type);
}

}  // namespace

std::string_view find(const Fields &fields, std::string_view name) {
  auto it = fields.find(name);
  return it == fields.end() ? std::string_view() : std::string_view(it->second);
}

std::string_view Request::header(std::string_view name) const { return find(headers, name); }

Fields parse_form(std::string_view text) {
  Fields out;
  while (!text.empty() && out.size() < kFieldsMax) {
    std::string_view pair = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(pair.size() + 1, text.size()));
    size_t equals = std::min(pair.find('='), pair.size());
    std::string_view value = equals < pair.size() ? pair.substr(equals + 1) : std::string_view();
    if (equals > 0) out.emplace(form_decode(pair.substr(0, equals)), form_decode(value));
  }
  return out;
}

Fields parse_cookies(std::string_view header) {
  Fields out;
  while (!header.empty() && out.size() < kFieldsMax) {
    std::string_view pair = header.substr(0, header.find(';'));
    header.remove_prefix(std::min(pair.size() + 1, header.size()));
    while (pair.starts_with(' ')) pair.remove_prefix(1);
    size_t equals = pair.find('=');
    if (equals != std::string_view::npos) out.emplace(pair.substr(0, equals), pair.substr(equals + 1));
  }
  return out;
}

std::string percent_encode(std::string_view text) {
  constexpr std::string_view kPlain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
  std::string out;
  for (char c : text) {
    if (kPlain.find(c) != std::string_view::npos) {
      out += c;
    } else {
      char escaped[4];
      std::snprintf(escaped, sizeof escaped, "%%%02X", static_cast<unsigned char>(c));
      out += escaped;
    }
  }
  return out;
}

std::string json_string(std::string_view text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      char escaped[8];
      std::snprintf(escaped, sizeof escaped, "\\u%04x", static_cast<unsigned char>(c));
      out += escaped;
    } else {
      out += c;
    }
  }
  return out + "\"";
}

std::string base64_of(std::string_view bytes) {
  std::string out(sodium_base64_ENCODED_LEN(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(out.data(), out.size(), reinterpret_cast<const unsigned char *>(bytes.data()),
                    bytes.size(), sodium_base64_VARIANT_ORIGINAL);
  out.pop_back();  // its NUL
  return out;
}

Response redirect_to(std::string location) {
  Response response;
  response.status = 303;
  response.headers.emplace_back("Location", std::move(location));
  return response;
}

struct HttpServer::Parts {
  Handler handler;
  std::unique_ptr<httplib::Server> server;
};

namespace {

std::unique_ptr<httplib::Server> tls_server(const std::string &certificate, const std::string &key) {
  auto server = std::make_unique<httplib::SSLServer>(certificate.c_str(), key.c_str());
  if (!server->is_valid())
    throw std::runtime_error("--tls: " + certificate + " and " + key + " are not a certificate and its key");
  SSL_CTX_set_min_proto_version(server->ssl_context(), TLS1_2_VERSION);
  return server;
}

}  // namespace

HttpServer::HttpServer()
    : HttpServer(std::make_unique<Parts>(Parts{{}, std::make_unique<httplib::Server>()})) {}

HttpServer::HttpServer(const std::string &certificate, const std::string &key)
    : HttpServer(std::make_unique<Parts>(Parts{{}, tls_server(certificate, key)})) {}

HttpServer::HttpServer(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {
  httplib::Server &server = *parts_->server;
  server.new_task_queue = [] { return new httplib::ThreadPool(kThreads); };
  server.set_payload_max_length(kPayloadMax);
  server.set_read_timeout(kReadTimeout);
  server.set_write_timeout(kWriteTimeout);
  server.set_keep_alive_timeout(kKeepAlive);
  server.set_tcp_nodelay(true);
  // The library's default, SO_REUSEPORT, lets a second server share the port in silence.
  server.set_socket_options([](socket_t socket) {
    int yes = 1;
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  });
}

void HttpServer::answer_with(Handler handler, const std::vector<std::string> &post_paths,
                             const Fields &headers) {
  httplib::Server &server = *parts_->server;
  parts_->handler = std::move(handler);
  server.set_default_headers(httplib::Headers(headers.begin(), headers.end()));
  auto answer = [this](const httplib::Request &in, httplib::Response &out) {
    fill(out, parts_->handler(request_of(in)));
  };
  // A GET is answered before the library's routing, whose patterns are regular expressions over the path.
  server.set_pre_routing_handler([answer](const httplib::Request &in, httplib::Response &out) {
    if (in.method != "GET" && in.method != "HEAD") return httplib::Server::HandlerResponse::Unhandled;
    answer(in, out);
    return httplib::Server::HandlerResponse::Handled;
  });
  for (const std::string &path : post_paths) server.Post(path, answer);
  server.set_exception_handler([](const httplib::Request &, httplib::Response &out, std::exception_ptr) {
    out.status = 500;
    out.set_content("Something went wrong here. Nothing was changed.\n", "text/plain; charset=utf-8");
  });
}

HttpServer::~HttpServer() = default;

int HttpServer::bind(const std::string &host, int port) {
  if (port == 0) return std::max(0, parts_->server->bind_to_any_port(host));
  return parts_->server->bind_to_port(host, port) ? port : 0;
}

void HttpServer::run() { parts_->server->listen_after_bind(); }

bool HttpServer::running() const { return parts_->server->is_running(); }

void HttpServer::stop() { parts_->server->stop(); }

}  // namespace demo
