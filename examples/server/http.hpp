// HTTP as the site sees it: a request that is text, a response that is text. Only http.cpp knows the library
// below.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace demo {

using Fields = std::map<std::string, std::string, std::less<>>;

struct Request {
  std::string method;  // GET or POST; a HEAD is a GET whose body is not sent
  std::string path;    // decoded
  std::string target;  // path and query as they came
  Fields query;
  Fields form;  // of an application/x-www-form-urlencoded body
  Fields cookies;
  Fields headers;  // names in lower case
  std::string body;
  std::string peer;  // address of the other end of the connection

  std::string_view header(std::string_view name) const;
};

struct Response {
  int status = 200;
  std::string type;
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
};

using Handler = std::function<Response(const Request &)>;

std::string_view find(const Fields &fields, std::string_view name);  // empty when there is none

Fields parse_form(std::string_view text);  // a=1&b=%20; of a name given twice, the first
Fields parse_cookies(std::string_view header);
std::string percent_encode(std::string_view text);  // all but unreserved characters and '/'
std::string json_string(std::string_view text);     // with its quotes
std::string base64_of(std::string_view bytes);

Response redirect_to(std::string location);  // 303: the browser goes on with GET

class HttpServer {
 public:
  HttpServer();
  // Speaks TLS, by these PEM files. Throws std::runtime_error when they cannot be used.
  HttpServer(const std::string &certificate, const std::string &key);
  ~HttpServer();
  // The port bound, or 0. port 0: any. Connections wait until run().
  int bind(const std::string &host, int port);
  // headers: sent with every response, also those that the handler never sees (too large, not understood).
  void answer_with(Handler handler, const std::vector<std::string> &post_paths, const Fields &headers);
  void run();  // until stop()
  bool running() const;
  void stop();

 private:
  struct Parts;
  explicit HttpServer(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace demo
