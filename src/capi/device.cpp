// include/mfa/engine.h: trusted devices and remembered users.
#include "capi/answers.hpp"
#include "capi/request.hpp"
#include "mfa/engine.h"

using namespace mfa;
using namespace mfa::capi;

extern "C" {

mfa_status mfa_device_remember(mfa_engine *engine, const mfa_request *request, const char *label,
                               size_t label_len, mfa_proof **proof, mfa_error *err) {
  return boundary(err, [&]() -> Result<Answer> {
    MFA_TRY(clear(proof));
    if (!engine) return null_argument();
    MFA_TRY(const auto asked, read_request(request));
    MFA_TRY(const auto name, read_text(label, label_len));
    return give(proof, of(engine).remember_device(asked, name));
  });
}

mfa_status mfa_device_claim(mfa_engine *engine, const mfa_request *request, const char *code, size_t code_len,
                            mfa_offer **offer, mfa_error *err) {
  return boundary(err, [&]() -> Result<Done> {
    MFA_TRY(clear(offer));
    if (!engine) return null_argument();
    MFA_TRY(const auto asked, read_request(request));
    MFA_TRY(const auto text, read_text(code, code_len));
    return give(offer, of(engine).claim_device(asked, text));
  });
}

mfa_status mfa_device_claimed(mfa_engine *engine, const mfa_request *request, const char *ticket,
                              size_t ticket_len, mfa_buffer *json, mfa_error *err) {
  return boundary(err, [&]() -> Result<Done> {
    MFA_TRY(clear(json));
    if (!engine) return null_argument();
    MFA_TRY(const auto asked, read_request(request));
    MFA_TRY(const auto sealed, read_text(ticket, ticket_len));
    MFA_TRY(const auto text, of(engine).claimed_device(asked, sealed));
    return write_buffer(json, text);
  });
}

mfa_status mfa_device_collect(mfa_engine *engine, const mfa_request *request, const char *ticket,
                              size_t ticket_len, mfa_proof **proof, mfa_error *err) {
  return boundary(err, [&]() -> Result<Answer> {
    MFA_TRY(clear(proof));
    if (!engine) return null_argument();
    MFA_TRY(const auto asked, read_request(request));
    MFA_TRY(const auto sealed, read_text(ticket, ticket_len));
    return give(proof, of(engine).collect_device(asked, sealed));
  });
}

mfa_status mfa_remembered_issue(mfa_engine *engine, const mfa_request *request, mfa_buffer *set_cookie,
                                mfa_error *err) {
  return boundary(err, [&]() -> Result<Done> {
    MFA_TRY(clear(set_cookie));
    if (!engine) return null_argument();
    MFA_TRY(const auto asked, read_request(request));
    MFA_TRY(const Secret cookie, of(engine).remember_user(asked));
    return write_buffer(set_cookie, text_of(cookie.reveal()));
  });
}

mfa_status mfa_remembered_user(mfa_engine *engine, const mfa_request *request, const char *cookies,
                               size_t cookies_len, mfa_buffer *user, mfa_error *err) {
  return boundary(err, [&]() -> Result<Done> {
    MFA_TRY(clear(user));
    if (!engine) return null_argument();
    MFA_TRY(const auto asked, read_request(request));
    MFA_TRY(const auto header, read_text(cookies, cookies_len));
    MFA_TRY(const auto name, of(engine).remembered_user(asked, header));
    return write_buffer(user, name);
  });
}

}  // extern "C"
