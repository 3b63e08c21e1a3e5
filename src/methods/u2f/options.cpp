#include "methods/u2f/options.hpp"

#include "core/encoding.hpp"
#include "core/json.hpp"

namespace mfa::u2f {
namespace {

constexpr const char *kVersion = "U2F_V2";

void write_keys(json::Writer &out, const std::vector<Bytes> &key_handles) {
  out.key("registeredKeys").begin_array();
  for (const Bytes &handle : key_handles)
    out.begin_object().member("version", kVersion).member("keyHandle", base64url(handle)).end_object();
  out.end_array();
}

}  // namespace

std::string register_request(const Expected &expected, const std::vector<Bytes> &known, uint32_t timeout_s) {
  json::Writer out;
  out.begin_object().member("appId", expected.app_id).key("registerRequests").begin_array();
  out.begin_object().member("version", kVersion).member("challenge", base64url(expected.challenge));
  out.end_object().end_array();
  write_keys(out, known);
  return out.member("timeoutSeconds", timeout_s).end_object().take();
}

std::string sign_request(const Expected &expected, const std::vector<Bytes> &allowed, uint32_t timeout_s) {
  json::Writer out;
  out.begin_object().member("appId", expected.app_id).member("challenge", base64url(expected.challenge));
  write_keys(out, allowed);
  return out.member("timeoutSeconds", timeout_s).end_object().take();
}

}  // namespace mfa::u2f
