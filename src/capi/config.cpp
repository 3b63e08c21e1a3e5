// include/mfa/engine.h: the configuration without an engine.
#include "engine/config.hpp"

#include "capi/boundary.hpp"
#include "mfa/engine.h"

using namespace mfa;
using namespace mfa::capi;

extern "C" {

mfa_status mfa_config_schema(mfa_buffer *schema, mfa_error *err) {
  return boundary(err, [&]() -> Result<Done> {
    MFA_TRY(clear(schema));
    return write_buffer(schema, engine::config_schema());
  });
}

mfa_status mfa_config_check(const char *json, size_t json_len, mfa_buffer *full, mfa_error *err) {
  return boundary(err, [&]() -> Result<Done> {
    MFA_TRY(clear(full));
    MFA_TRY(const auto text, read_text(json, json_len));
    MFA_TRY(const auto config, engine::parse_config(text));
    return write_buffer(full, engine::config_json(config));
  });
}

}  // extern "C"
