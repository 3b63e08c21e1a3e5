#include "store/open.hpp"

#include "store/memory.hpp"
#include "store/sqlite.hpp"

namespace mfa::store {
namespace {

Failure bad_url(const char *message) { return fail(Status::err_argument, Reason::store_url, message); }

Failure bad_parameter(const char *message, std::string_view what) {
  return fail(Status::err_argument, Reason::store_url_parameter, message, std::string(what));
}

Result<Synchronous> synchronous_of(std::string_view value) {
  if (value == "normal") return Synchronous::normal;
  if (value == "full") return Synchronous::full;
  if (value == "extra") return Synchronous::extra;
  return bad_parameter("synchronous is normal, full or extra, not", value);
}

Result<Done> read_parameter(std::string_view parameter, SqliteOptions &options) {
  const size_t equals = parameter.find('=');
  const std::string_view name = parameter.substr(0, equals);
  if (name != "synchronous") return bad_parameter("the store URL has an unknown parameter", name);
  const std::string_view value = equals == parameter.npos ? "" : parameter.substr(equals + 1);
  MFA_TRY(options.synchronous, synchronous_of(value));
  return done;
}

Result<SqliteOptions> sqlite_options(std::string_view rest) {
  const size_t question = rest.find('?');
  SqliteOptions options{.path = std::string(rest.substr(0, question))};
  if (options.path.empty()) return bad_url("a SQLite store needs a path: sqlite:/var/lib/app/mfa.db");
  if (options.path.find('\0') != options.path.npos) return bad_url("the path of the store holds a NUL");
  if (question == rest.npos) return options;
  for (std::string_view query = rest.substr(question + 1);;) {
    const size_t end = query.find('&');
    MFA_TRY(read_parameter(query.substr(0, end), options));
    if (end == query.npos) return options;
    query.remove_prefix(end + 1);
  }
}

}  // namespace

Result<std::unique_ptr<engine::Store>> open(std::string_view url) {
  const size_t colon = url.find(':');
  if (colon == url.npos) return bad_url("a store URL begins with a scheme: memory: or sqlite:PATH");
  const std::string_view scheme = url.substr(0, colon);
  const std::string_view rest = url.substr(colon + 1);
  if (scheme == "memory") {
    if (!rest.empty()) return bad_url("the memory store takes nothing after memory:");
    return open_memory();
  }
  if (scheme == "sqlite") {
    MFA_TRY(const auto options, sqlite_options(rest));
    return open_sqlite(options);
  }
  return fail(Status::err_unsupported, Reason::feature_absent, "this build has no store of the scheme",
              std::string(scheme));
}

}  // namespace mfa::store
