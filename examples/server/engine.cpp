#include "engine.hpp"

#include <mfa/otp.h>
#include <rapidjson/document.h>
#include <sodium.h>

#include <array>
#include <fstream>
#include <stdexcept>

#include "http.hpp"
#include "log.hpp"

namespace demo {
namespace {

using Key = std::array<uint8_t, 32>;

// Reads the key, or makes it when the directory is new.
Key key_in(const std::string &path) {
  Key key;
  std::ifstream in(path, std::ios::binary);
  if (in) {
    if (!in.read(reinterpret_cast<char *>(key.data()), key.size()) ||
        in.peek() != std::ifstream::traits_type::eof()) {
      throw std::runtime_error(path + ": not a key of 32 bytes");
    }
    return key;
  }
  randombytes_buf(key.data(), key.size());
  std::ofstream out(path, std::ios::binary);
  if (!out.write(reinterpret_cast<const char *>(key.data()), key.size()).flush()) {
    throw std::runtime_error(path + ": cannot be written");
  }
  return key;
}

std::string host_of(std::string_view origin) {
  size_t start = origin.find("://");
  std::string_view host = start == std::string_view::npos ? origin : origin.substr(start + 3);
  return std::string(host.substr(0, host.find(':')));
}

void replace_all(std::string &text, std::string_view what, std::string_view with) {
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size())) {
    text.replace(at, what.size(), with);
  }
}

void on_event(void *, const char *json, size_t json_len) { log_line("event " + std::string(json, json_len)); }

[[noreturn]] void fail(const mfa_error &error) {
  throw std::runtime_error(std::string(mfa_status_name(error.status)) + ": " + error.message);
}

}  // namespace

Engine::Engine(const std::string &data_dir, std::string_view origin, std::string config_json) {
  replace_all(config_json, "${rp_id}", host_of(origin));
  replace_all(config_json, "${origin}", origin);
  Key seal = key_in(data_dir + "/seal.key");
  Key decoy = key_in(data_dir + "/decoy.key");
  const mfa_key keys[] = {{1, 0, seal.data(), seal.size()}};

  mfa_error error{};
  std::string url = "sqlite:" + data_dir + "/mfa.db";
  if (mfa_store_open(url.data(), url.size(), &store_, &error) != MFA_OK) fail(error);
  mfa_engine_config config = MFA_ENGINE_CONFIG_INIT;
  config.json = text_of(config_json);
  config.keys = keys;
  config.keys_count = std::size(keys);
  config.store = &store_;
  config.decoy_key = mfa_text_n(decoy.data(), decoy.size());
  config.event = on_event;
  mfa_status made = mfa_engine_new(&config, &engine_, &error);
  mfa_wipe(seal.data(), seal.size());
  mfa_wipe(decoy.data(), decoy.size());
  if (made != MFA_OK) {
    mfa_store_close(&store_);
    fail(error);
  }
}

Engine::~Engine() {
  mfa_engine_free(engine_);
  mfa_store_close(&store_);
}

// Each call below writes the status into the error too, so the answer needs no second copy of it.
namespace {
template <typename Value, typename Call>
Answer<Value> ask(Call call) {
  typename Value::pointer handle = nullptr;
  Answer<Value> answer;
  answer.error.status = call(&handle, &answer.error);
  answer.value.reset(handle);
  return answer;
}

template <typename Call>
Answer<std::string> ask_text(Call call) {
  mfa_buffer buffer = MFA_BUFFER_INIT;
  Answer<std::string> answer;
  answer.error.status = call(&buffer, &answer.error);
  answer.value.assign(reinterpret_cast<const char *>(buffer.data), buffer.len);
  mfa_buffer_free(&buffer);
  return answer;
}
}  // namespace

Answer<Account> Engine::account(const mfa_request &request) {
  return ask<Account>(
      [&](auto **out, mfa_error *err) { return mfa_account_view(engine_, &request, out, err); });
}

std::string Engine::account_json(const Account &account) {
  mfa_buffer json = MFA_BUFFER_INIT;
  std::string text;
  if (mfa_account_json(account.get(), &json, nullptr) == MFA_OK) {
    text.assign(reinterpret_cast<const char *>(json.data), json.len);
  }
  mfa_buffer_free(&json);
  return text;
}

Answer<Offer> Engine::enroll_begin(const mfa_request &request, mfa_method method,
                                   const mfa_begin_options &options) {
  return ask<Offer>([&](auto **out, mfa_error *err) {
    return mfa_enroll_begin(engine_, &request, method, &options, out, err);
  });
}

Answer<Proof> Engine::enroll_finish(const mfa_request &request, std::string_view ticket,
                                    std::string_view response) {
  return ask<Proof>([&](auto **out, mfa_error *err) {
    return mfa_enroll_finish(engine_, &request, ticket.data(), ticket.size(), response.data(),
                             response.size(), out, err);
  });
}

Answer<Offer> Engine::verify_begin(const mfa_request &request, mfa_method method,
                                   const mfa_begin_options &options) {
  return ask<Offer>([&](auto **out, mfa_error *err) {
    return mfa_verify_begin(engine_, &request, method, &options, out, err);
  });
}

Answer<Proof> Engine::verify_finish(const mfa_request &request, std::string_view ticket,
                                    std::string_view response) {
  return ask<Proof>([&](auto **out, mfa_error *err) {
    return mfa_verify_finish(engine_, &request, ticket.data(), ticket.size(), response.data(),
                             response.size(), out, err);
  });
}

Answer<Proof> Engine::verify_code(const mfa_request &request, mfa_method method, std::string_view code) {
  return ask<Proof>([&](auto **out, mfa_error *err) {
    return mfa_verify_code(engine_, &request, method, code.data(), code.size(), out, err);
  });
}

Answer<Proof> Engine::session_start(const mfa_request &request) {
  return ask<Proof>(
      [&](auto **out, mfa_error *err) { return mfa_session_start(engine_, &request, out, err); });
}

Answer<Proof> Engine::device_remember(const mfa_request &request, std::string_view label) {
  return ask<Proof>([&](auto **out, mfa_error *err) {
    return mfa_device_remember(engine_, &request, label.data(), label.size(), out, err);
  });
}

Answer<Offer> Engine::device_claim(const mfa_request &request, std::string_view code) {
  return ask<Offer>([&](auto **out, mfa_error *err) {
    return mfa_device_claim(engine_, &request, code.data(), code.size(), out, err);
  });
}

Answer<Claimant> Engine::device_claimed(const mfa_request &request, std::string_view ticket) {
  const Answer<std::string> json = ask_text([&](mfa_buffer *out, mfa_error *err) {
    return mfa_device_claimed(engine_, &request, ticket.data(), ticket.size(), out, err);
  });
  Answer<Claimant> answer{{}, json.error};
  rapidjson::Document document;
  document.Parse<rapidjson::kParseIterativeFlag>(json.value.data(), json.value.size());
  if (document.HasParseError() || !document.IsObject()) return answer;
  answer.value = {document["device"].GetString(), document["source"].GetString()};
  return answer;
}

Answer<Proof> Engine::device_collect(const mfa_request &request, std::string_view ticket) {
  return ask<Proof>([&](auto **out, mfa_error *err) {
    return mfa_device_collect(engine_, &request, ticket.data(), ticket.size(), out, err);
  });
}

Answer<std::string> Engine::remembered_issue(const mfa_request &request) {
  return ask_text(
      [&](mfa_buffer *out, mfa_error *err) { return mfa_remembered_issue(engine_, &request, out, err); });
}

Answer<std::string> Engine::remembered_user(const mfa_request &request) {
  return ask_text([&](mfa_buffer *out, mfa_error *err) {
    return mfa_remembered_user(engine_, &request, request.cookies.data, request.cookies.len, out, err);
  });
}

mfa_error Engine::session_check(const mfa_request &request, const mfa_session_need *need) {
  mfa_error error{};
  error.status = mfa_session_check(engine_, &request, need, &error);
  return error;
}

std::string Engine::session_json(const mfa_request &request) {
  mfa_buffer json = MFA_BUFFER_INIT;
  std::string text;
  if (mfa_session_json(engine_, &request, &json, nullptr) == MFA_OK) {
    text.assign(reinterpret_cast<const char *>(json.data), json.len);
  }
  mfa_buffer_free(&json);
  return text;
}

mfa_error Engine::rename(const mfa_request &request, std::string_view factor, std::string_view label) {
  mfa_error error{};
  error.status =
      mfa_factor_rename(engine_, &request, factor.data(), factor.size(), label.data(), label.size(), &error);
  return error;
}

Answer<Proof> Engine::set_enabled(const mfa_request &request, std::string_view factor, bool enabled) {
  return ask<Proof>([&](auto **out, mfa_error *err) {
    return mfa_factor_set_enabled(engine_, &request, factor.data(), factor.size(), enabled ? 1 : 0, out, err);
  });
}

Answer<Proof> Engine::remove(const mfa_request &request, std::string_view factor) {
  return ask<Proof>([&](auto **out, mfa_error *err) {
    return mfa_factor_remove(engine_, &request, factor.data(), factor.size(), out, err);
  });
}

mfa_error Engine::admin(mfa_admin_action action, std::string_view user, std::string_view factor,
                        std::string_view actor) {
  mfa_error error{};
  error.status =
      mfa_admin(engine_, action, user.data(), user.size(), factor.empty() ? nullptr : factor.data(),
                factor.size(), actor.data(), actor.size(), &error);
  return error;
}

mfa_text text_of(std::string_view text) { return mfa_text_n(text.data(), text.size()); }

std::string_view view_of(mfa_text text) {
  return text.data ? std::string_view(text.data, text.len) : std::string_view();
}

std::string text_of(const Offer &offer, mfa_offer_item item) {
  size_t len = 0;
  const char *text = mfa_offer_text(offer.get(), item, &len);
  return text ? std::string(text, len) : std::string();
}

std::string text_of(const Proof &proof, mfa_proof_item item) {
  size_t len = 0;
  const char *text = mfa_proof_text(proof.get(), item, &len);
  return text ? std::string(text, len) : std::string();
}

std::string qr_image(std::string_view text) {
  mfa_buffer svg = MFA_BUFFER_INIT;
  std::string image;
  if (mfa_qr(text.data(), text.size(), MFA_QR_SVG, &svg, nullptr) == MFA_OK) {
    image = "data:image/svg+xml;base64," + base64_of({reinterpret_cast<const char *>(svg.data), svg.len});
  }
  mfa_buffer_free(&svg);
  return image;
}

}  // namespace demo
