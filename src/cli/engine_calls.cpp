#include "cli/engine_calls.hpp"

#include <memory>

#include "cli/cli.hpp"
#include "cli/opened.hpp"

namespace cli {
namespace {

// What a call is made of, and what it answered.
struct Call {
  mfa_engine *engine;
  Members &line;
  JsonObject &answer;
  std::string &wrong;  // not empty: the line cannot be read, and nothing is called
  mfa_error err = {};
};

// ---- what a call gave, in the answer and freed

struct FreeOffer {
  void operator()(mfa_offer *offer) const { mfa_offer_free(offer); }
};
struct FreeProof {
  void operator()(mfa_proof *proof) const { mfa_proof_free(proof); }
};

void add_mail(const mfa_offer *offer, JsonObject &answer) {
  static constexpr struct {
    const char *name;
    mfa_offer_item item;
  } kParts[] = {{"to", MFA_OFFER_MAIL_TO},
                {"subject", MFA_OFFER_MAIL_SUBJECT},
                {"text", MFA_OFFER_MAIL_TEXT},
                {"html", MFA_OFFER_MAIL_HTML}};
  JsonObject mail;
  for (const auto &part : kParts) {
    size_t len = 0;
    const char *text = mfa_offer_text(offer, part.item, &len);
    if (text) mail.text(part.name, {text, len});
  }
  if (mfa_offer_text(offer, MFA_OFFER_MAIL_TO, nullptr)) answer.raw("mail", mail.object());
}

mfa_status give(Call &call, mfa_status status, mfa_offer *owned) {
  const std::unique_ptr<mfa_offer, FreeOffer> offer(owned);
  Buffer json;
  if (status == MFA_OK) status = mfa_offer_json(offer.get(), json.out(), &call.err);
  if (status != MFA_OK) return status;
  call.answer.raw("offer", json.text());
  add_mail(offer.get(), call.answer);
  return status;
}

void add_text(const mfa_proof *proof, mfa_proof_item item, std::string_view name, JsonObject &answer) {
  size_t len = 0;
  const char *text = mfa_proof_text(proof, item, &len);
  if (text) answer.text(name, {text, len});
}

mfa_status give(Call &call, mfa_status status, mfa_proof *owned) {
  const std::unique_ptr<mfa_proof, FreeProof> proof(owned);
  if (status != MFA_OK && status != MFA_MORE_NEEDED) return status;
  Buffer json;
  mfa_error err;
  if (const mfa_status written = mfa_proof_json(proof.get(), json.out(), &err); written != MFA_OK) {
    call.err = err;
    return written;
  }
  call.answer.raw("proof", json.text());
  add_text(proof.get(), MFA_PROOF_STATEMENT, "statement", call.answer);
  add_text(proof.get(), MFA_PROOF_SET_COOKIE, "set_cookie", call.answer);
  return status;
}

// ---- the calls

using Function = mfa_status (*)(Call &call);

template <auto Begin>
mfa_status begin(Call &call) {
  const GivenRequest request(call.line.object("request"));
  const mfa_method method = call.line.method("method");
  const mfa_begin_options options = read_options(call.line.object("options"));
  call.line.all_are_known();
  if (!call.wrong.empty()) return MFA_ERR_ARGUMENT;
  mfa_offer *offer = nullptr;
  const mfa_status status = Begin(call.engine, request.get(), method, &options, &offer, &call.err);
  return give(call, status, offer);
}

template <auto Finish>
mfa_status finish(Call &call) {
  const GivenRequest request(call.line.object("request"));
  const auto ticket = call.line.text("ticket"), response = call.line.document("response");
  call.line.all_are_known();
  if (!call.wrong.empty()) return MFA_ERR_ARGUMENT;
  mfa_proof *proof = nullptr;
  const mfa_status status = Finish(call.engine, request.get(), ticket.data(), ticket.size(), response.data(),
                                   response.size(), &proof, &call.err);
  return give(call, status, proof);
}

mfa_status verify_code(Call &call) {
  const GivenRequest request(call.line.object("request"));
  const mfa_method method = call.line.method("method");
  const auto code = call.line.text("code");
  call.line.all_are_known();
  if (!call.wrong.empty()) return MFA_ERR_ARGUMENT;
  mfa_proof *proof = nullptr;
  const mfa_status status =
      mfa_verify_code(call.engine, request.get(), method, code.data(), code.size(), &proof, &call.err);
  return give(call, status, proof);
}

mfa_status account_view(Call &call) {
  const GivenRequest request(call.line.object("request"));
  call.line.all_are_known();
  if (!call.wrong.empty()) return MFA_ERR_ARGUMENT;
  mfa_account *account = nullptr;
  Buffer json;
  mfa_status status = mfa_account_view(call.engine, request.get(), &account, &call.err);
  if (status == MFA_OK) status = mfa_account_json(account, json.out(), &call.err);
  mfa_account_free(account);
  if (status == MFA_OK) call.answer.raw("account", json.text());
  return status;
}

mfa_status session_start(Call &call) {
  const GivenRequest request(call.line.object("request"));
  call.line.all_are_known();
  if (!call.wrong.empty()) return MFA_ERR_ARGUMENT;
  mfa_proof *proof = nullptr;
  const mfa_status status = mfa_session_start(call.engine, request.get(), &proof, &call.err);
  return give(call, status, proof);
}

template <auto Check>
mfa_status check(Call &call) {
  const GivenRequest request(call.line.object("request"));
  const mfa_session_need need = read_need(call.line.object("need"));
  call.line.all_are_known();
  if (!call.wrong.empty()) return MFA_ERR_ARGUMENT;
  return Check(call.engine, request.get(), &need, &call.err);
}

mfa_status policy_explain(Call &call) {
  const GivenRequest request(call.line.object("request"));
  const mfa_session_need need = read_need(call.line.object("need"));
  call.line.all_are_known();
  if (!call.wrong.empty()) return MFA_ERR_ARGUMENT;
  Buffer json;
  const mfa_status status = mfa_policy_explain(call.engine, request.get(), &need, json.out(), &call.err);
  if (status == MFA_OK) call.answer.raw("policy", json.text());
  return status;
}

mfa_status session_json(Call &call) {
  const GivenRequest request(call.line.object("request"));
  call.line.all_are_known();
  if (!call.wrong.empty()) return MFA_ERR_ARGUMENT;
  Buffer json;
  const mfa_status status = mfa_session_json(call.engine, request.get(), json.out(), &call.err);
  if (status == MFA_OK) call.answer.raw("session", json.text());
  return status;
}

mfa_status remembered_issue(Call &call) {
  const GivenRequest request(call.line.object("request"));
  call.line.all_are_known();
  if (!call.wrong.empty()) return MFA_ERR_ARGUMENT;
  Buffer cookie;
  const mfa_status status = mfa_remembered_issue(call.engine, request.get(), cookie.out(), &call.err);
  if (status == MFA_OK) call.answer.text("set_cookie", cookie.text());
  return status;
}

// Calls with a request and one text.
template <auto Function, class Given>
mfa_status with_text(Call &call, std::string_view name, Given **given) {
  const GivenRequest request(call.line.object("request"));
  const auto text = call.line.text(name);
  call.line.all_are_known();
  if (!call.wrong.empty()) return MFA_ERR_ARGUMENT;
  return Function(call.engine, request.get(), text.data(), text.size(), given, &call.err);
}
template <auto Function>
mfa_status with_text(Call &call, std::string_view name, Buffer &given) {
  const GivenRequest request(call.line.object("request"));
  const auto text = call.line.text(name);
  call.line.all_are_known();
  if (!call.wrong.empty()) return MFA_ERR_ARGUMENT;
  return Function(call.engine, request.get(), text.data(), text.size(), given.out(), &call.err);
}

mfa_status device_remember(Call &call) {
  mfa_proof *proof = nullptr;
  const mfa_status status = with_text<mfa_device_remember>(call, "label", &proof);
  return give(call, status, proof);
}
mfa_status device_claim(Call &call) {
  mfa_offer *offer = nullptr;
  const mfa_status status = with_text<mfa_device_claim>(call, "code", &offer);
  return give(call, status, offer);
}
mfa_status device_claimed(Call &call) {
  Buffer json;
  const mfa_status status = with_text<mfa_device_claimed>(call, "ticket", json);
  if (status == MFA_OK) call.answer.raw("claimed", json.text());
  return status;
}
mfa_status device_collect(Call &call) {
  mfa_proof *proof = nullptr;
  const mfa_status status = with_text<mfa_device_collect>(call, "ticket", &proof);
  return give(call, status, proof);
}
mfa_status remembered_user(Call &call) {
  Buffer user;
  const mfa_status status = with_text<mfa_remembered_user>(call, "cookies", user);
  if (status == MFA_OK) add_user(call.answer, user.text());
  return status;
}
mfa_status factor_remove(Call &call) {
  mfa_proof *proof = nullptr;
  const mfa_status status = with_text<mfa_factor_remove>(call, "factor", &proof);
  return give(call, status, proof);
}

mfa_status factor_rename(Call &call) {
  const GivenRequest request(call.line.object("request"));
  const auto factor = call.line.text("factor"), label = call.line.text("label");
  call.line.all_are_known();
  if (!call.wrong.empty()) return MFA_ERR_ARGUMENT;
  return mfa_factor_rename(call.engine, request.get(), factor.data(), factor.size(), label.data(),
                           label.size(), &call.err);
}

mfa_status factor_set_enabled(Call &call) {
  const GivenRequest request(call.line.object("request"));
  const auto factor = call.line.text("factor");
  const bool enabled = call.line.boolean("enabled");
  call.line.all_are_known();
  if (!call.line.has("enabled")) call.line.note("enabled", "is needed");
  if (!call.wrong.empty()) return MFA_ERR_ARGUMENT;
  mfa_proof *proof = nullptr;
  const mfa_status status = mfa_factor_set_enabled(call.engine, request.get(), factor.data(), factor.size(),
                                                   enabled ? 1 : 0, &proof, &call.err);
  return give(call, status, proof);
}

mfa_status admin(Call &call) {
  const mfa_admin_action action =
      call.line.choice("action", {"", "unlock", "factor_enable", "factor_disable", "factor_remove", "reset",
                                  "sign_out", "forget_devices", "erase"});
  const auto user = call.line.text("user"), factor = call.line.text("factor"),
             actor = call.line.text("actor");
  call.line.all_are_known();
  if (!call.wrong.empty()) return MFA_ERR_ARGUMENT;
  return mfa_admin(call.engine, action, user.data(), user.size(), factor.data(), factor.size(), actor.data(),
                   actor.size(), &call.err);
}

mfa_status admin_import(Call &call) {
  const auto user = call.line.text("user"), json = call.line.document("json"),
             actor = call.line.text("actor");
  call.line.all_are_known();
  if (!call.wrong.empty()) return MFA_ERR_ARGUMENT;
  Buffer factor;
  const mfa_status status = mfa_admin_import(call.engine, user.data(), user.size(), json.data(), json.size(),
                                             actor.data(), actor.size(), factor.out(), &call.err);
  if (status == MFA_OK) call.answer.text("factor", factor.text()).number("signals", call.err.signals);
  return status;
}

// Filled beside MFA_DENIED too: a status in force takes a trust away.
mfa_status admin_audit(Call &call) {
  const auto user = call.line.text("user");
  call.line.all_are_known();
  if (!call.wrong.empty()) return MFA_ERR_ARGUMENT;
  Buffer json;
  const mfa_status status = mfa_admin_audit(call.engine, user.data(), user.size(), json.out(), &call.err);
  if (json.size() > 0) call.answer.raw("keys", json.text());
  return status;
}

mfa_store_answer take_user(void *rows, const char *user, size_t user_len, const uint8_t *, size_t, uint64_t) {
  auto &text = *static_cast<std::string *>(rows);
  JsonObject row;
  text.append(text.empty() ? "" : ",").append(add_user(row, {user, user_len}).object());
  return MFA_STORE_DONE;
}

mfa_status admin_users(Call &call) {
  constexpr uint64_t kMost = 10000;
  const auto after = call.line.text("after");
  const auto limit = static_cast<size_t>(call.line.has("limit") ? call.line.number("limit", kMost) : kMost);
  call.line.all_are_known();
  if (!call.wrong.empty()) return MFA_ERR_ARGUMENT;
  std::string rows;
  const mfa_status status =
      mfa_admin_users(call.engine, after.data(), after.size(), limit, take_user, &rows, &call.err);
  if (status == MFA_OK) call.answer.raw("users", "[" + rows + "]");
  return status;
}

mfa_status engine_config_json(Call &call) {
  call.line.all_are_known();
  if (!call.wrong.empty()) return MFA_ERR_ARGUMENT;
  Buffer json;
  const mfa_status status = mfa_engine_config_json(call.engine, json.out(), &call.err);
  if (status == MFA_OK) call.answer.raw("config", json.text());
  return status;
}

constexpr struct {
  std::string_view name;
  Function function;
} kCalls[] = {
    {"account_view", account_view},
    {"enroll_begin", begin<mfa_enroll_begin>},
    {"enroll_finish", finish<mfa_enroll_finish>},
    {"verify_begin", begin<mfa_verify_begin>},
    {"verify_finish", finish<mfa_verify_finish>},
    {"verify_code", verify_code},
    {"session_start", session_start},
    {"session_check", check<mfa_session_check>},
    {"session_check_offline", check<mfa_session_check_offline>},
    {"session_json", session_json},
    {"policy_explain", policy_explain},
    {"device_remember", device_remember},
    {"device_claim", device_claim},
    {"device_claimed", device_claimed},
    {"device_collect", device_collect},
    {"remembered_issue", remembered_issue},
    {"remembered_user", remembered_user},
    {"factor_rename", factor_rename},
    {"factor_set_enabled", factor_set_enabled},
    {"factor_remove", factor_remove},
    {"admin", admin},
    {"admin_import", admin_import},
    {"admin_audit", admin_audit},
    {"admin_users", admin_users},
    {"engine_config_json", engine_config_json},
};

void add_refusal(const mfa_error &err, JsonObject &answer) {
  answer.text("reason", mfa_reason_name(err.reason)).text("message", err.message);
  if (err.attempts_left >= 0) answer.number("attempts_left", static_cast<uint64_t>(err.attempts_left));
  if (err.retry_at_s != 0) answer.number("retry_at_s", err.retry_at_s);
  if (err.clock_skew_s != 0) answer.signed_number("clock_skew_s", err.clock_skew_s);
  if (err.signals != 0) answer.number("signals", err.signals);
}

}  // namespace

mfa_status refuse_line(std::string_view why, JsonObject &answer) {
  answer.text("status", mfa_status_name(MFA_ERR_ARGUMENT)).text("reason", "").text("message", why);
  return MFA_ERR_ARGUMENT;
}

mfa_status answer_line(mfa_engine *engine, Members &line, JsonObject &answer) {
  const auto name = line.text("call");
  for (const auto &known : kCalls) {
    if (known.name != name) continue;
    JsonObject given;
    Call call{engine, line, given, line.wrong()};
    const mfa_status status = known.function(call);
    if (!call.wrong.empty()) return refuse_line(call.wrong, answer);
    answer.text("status", mfa_status_name(status));
    if (status != MFA_OK) add_refusal(call.err, answer);
    answer.members_of(given);
    return status;
  }
  line.note("call", "is no call of the engine");
  return refuse_line(line.wrong(), answer);
}

}  // namespace cli
