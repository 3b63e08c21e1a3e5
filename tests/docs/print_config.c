/* Reads a configuration from standard input and prints it with its defaults, or says why it is refused. */
#include <mfa/mfa.h>
#include <stdio.h>

int main(void) {
  static char text[65536];
  static const uint8_t secret[32] = {1};
  const mfa_key key = {1, 0, secret, sizeof secret};
  mfa_engine_config config = MFA_ENGINE_CONFIG_INIT;
  mfa_store store = MFA_STORE_INIT;
  mfa_engine *engine = NULL;
  mfa_buffer json = MFA_BUFFER_INIT;
  mfa_error err;
  mfa_status status = mfa_store_open("memory:", 7, &store, &err);
  config.json = mfa_text_n(text, fread(text, 1, sizeof text, stdin));
  config.keys = &key;
  config.keys_count = 1;
  config.store = &store;
  config.decoy_key = mfa_text_n(secret, sizeof secret);
  if (status == MFA_OK) status = mfa_engine_new(&config, &engine, &err);
  if (status == MFA_OK) status = mfa_engine_config_json(engine, &json, &err);
  if (status == MFA_OK) {
    fwrite(json.data, 1, json.len, stdout);
  } else {
    printf("%s: %s\n", mfa_status_name(status), err.message);
  }
  mfa_buffer_free(&json);
  mfa_engine_free(engine);
  mfa_store_close(&store);
  return status == MFA_OK ? 0 : 1;
}
