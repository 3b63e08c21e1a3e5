#include "support/site.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>

namespace mfa::test {
namespace {

constexpr uint8_t kDecoyKey[32] = {4, 5, 6};

void tell(void *site, const char *json, size_t json_len) {
  if (Site::around.leave) Site::around.leave();
  static_cast<Site *>(site)->on_event({json, json_len});
  if (Site::around.enter) Site::around.enter();
}

uint64_t now_of(void *site) { return static_cast<Site *>(site)->now_s; }

mfa_text text(const std::string &of) { return mfa_text_n(of.data(), of.size()); }

// The texts of a request live as long as this.
class Asked {
 public:
  // Signed in, whoever has a statement manages factors; else it is a sign-in.
  Asked(const Person &person, bool manages)
      : browser_("a long browser cookie of " + person.id), session_("session of " + person.id) {
    request_.purpose = manages ? MFA_PURPOSE_MANAGE : MFA_PURPOSE_LOGIN;
    request_.proven = MFA_PROVEN_PASSWORD;
    request_.user = text(person.id);
    request_.browser = text(browser_);
    request_.session = text(session_);
    if (manages) request_.statement = text(person.statement);
  }
  Asked(const Asked &) = delete;
  Asked &operator=(const Asked &) = delete;
  const mfa_request *get() const { return &request_; }

 private:
  std::string browser_, session_;
  mfa_request request_ = MFA_REQUEST_INIT;
};

std::string item(const mfa_offer *offer, mfa_offer_item which) {
  size_t len = 0;
  const char *data = mfa_offer_text(offer, which, &len);
  return data ? std::string(data, len) : std::string();
}

std::vector<std::string> lines(const std::string &text) {
  std::vector<std::string> result;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    result.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return result;
}

std::string bytes_of_base32(const std::string &text) {
  if (text.empty()) return {};
  mfa_buffer buffer = MFA_BUFFER_INIT;
  if (mfa_base32_decode(text.data(), text.size(), &buffer, nullptr) != MFA_OK) std::abort();
  std::string bytes(reinterpret_cast<const char *>(buffer.data), buffer.len);
  mfa_buffer_free(&buffer);
  return bytes;
}

Begun begun_of(mfa_status status, const mfa_error &err, Handle<mfa_offer> offer) {
  Begun begun;
  begun.status = status;
  begun.err = err;
  if ((status == MFA_OK) != (offer != nullptr) || err.status != status) std::abort();
  if (!offer) return begun;
  begun.ticket = item(offer.get(), MFA_OFFER_TICKET);
  begun.secret = bytes_of_base32(item(offer.get(), MFA_OFFER_SECRET));
  begun.mail = item(offer.get(), MFA_OFFER_MAIL_TEXT);
  begun.code = item(offer.get(), MFA_OFFER_CODE);
  begun.options = item(offer.get(), MFA_OFFER_OPTIONS);
  begun.codes = lines(item(offer.get(), MFA_OFFER_RECOVERY_CODES));
  return begun;
}

void must(const char *what, mfa_status status, const mfa_error &err = {}) {
  if (status == MFA_OK) return;
  std::fprintf(stderr, "%s: %s %s\n", what, mfa_status_name(status), err.message);
  std::abort();
}
// Of what answers with its error: a Begun, an Answer.
template <class T>
void must(const char *what, const T &of) {
  must(what, of.status, of.err);
}

}  // namespace

OpenStore::OpenStore(const std::string &url) {
  mfa_error err = {};
  if (mfa_store_open(url.data(), url.size(), &store_, &err) == MFA_OK) return;
  std::fprintf(stderr, "%s: %s\n", url.c_str(), err.message);
  std::abort();
}

const char *const Site::kConfig =
    R"({"version":1,"realm":"site","issuer":"Site",)"
    R"("methods":{"totp":{"allowed":true},"webauthn":{"allowed":true},"recovery":{"allowed":true},"u2f":{"allowed":true},"email":{"allowed":true},"device":{"allowed":true}},)"
    R"("device":{"pairing":true},"quick_login":{"enabled":true},)"
    R"("u2f":{"app_id":"https://example.test","enroll_raw":true},)"
    R"("webauthn":{"rp_id":"example.test","origins":["https://example.test"]},)"
    R"("recovery":{"codes":20},"unsafe":{"recovery_test_hash":true}})";

Site::Around Site::around;

template <class Call>
mfa_status Site::in_library(Call &&call) {
  if (around.enter) around.enter();
  const mfa_status status = call();
  if (around.leave) around.leave();
  return status;
}

mfa_status Site::start() {
  std::vector<std::array<uint8_t, 32>> bytes;
  for (const uint32_t id : key_ids) bytes.push_back({1, 2, static_cast<uint8_t>(2 + id)});
  std::vector<mfa_key> keys;
  for (size_t i = 0; i < bytes.size(); i++) keys.push_back({key_ids[i], 0, bytes[i].data(), bytes[i].size()});
  mfa_engine_config config = MFA_ENGINE_CONFIG_INIT;
  config.json = mfa_text_of(kConfig);
  config.keys = keys.data();
  config.keys_count = keys.size();
  config.store = &store_;
  config.decoy_key = mfa_text_n(kDecoyKey, sizeof kDecoyKey);
  config.ctx = this;
  config.now_s = &now_of;
  if (on_event) config.event = &tell;
  mfa_engine *made = nullptr;
  mfa_error err = {};
  const mfa_status status = in_library([&] { return mfa_engine_new(&config, &made, &err); });
  engine_.reset(made);
  if ((status == MFA_OK) != (made != nullptr)) std::abort();
  return status;
}

Begun Site::begin_enroll(const Person &person, mfa_method method) {
  const Asked asked(person, !person.statement.empty());
  mfa_begin_options options = MFA_BEGIN_OPTIONS_INIT;
  options.address = mfa_text_of("someone@example.test");
  mfa_offer *offer = nullptr;
  mfa_error err = {};
  const mfa_status status =
      in_library([&] { return mfa_enroll_begin(engine(), asked.get(), method, &options, &offer, &err); });
  return begun_of(status, err, Handle<mfa_offer>(offer));
}

Begun Site::begin_verify(const Person &person, mfa_method method) {
  const Asked asked(person, false);
  mfa_offer *offer = nullptr;
  mfa_error err = {};
  const mfa_status status =
      in_library([&] { return mfa_verify_begin(engine(), asked.get(), method, nullptr, &offer, &err); });
  return begun_of(status, err, Handle<mfa_offer>(offer));
}

Answer Site::answer_of(mfa_status status, const mfa_error &err, Handle<mfa_proof> proof, Person &person) {
  Answer answer;
  answer.status = status;
  answer.err = err;
  const bool yes = status == MFA_OK || status == MFA_MORE_NEEDED;
  answer.whole = yes == (proof != nullptr) && err.status == status;
  if (!proof) return answer;
  size_t len = 0;
  const char *statement = mfa_proof_text(proof.get(), MFA_PROOF_STATEMENT, &len);
  const char *user = mfa_proof_text(proof.get(), MFA_PROOF_USER, nullptr);
  answer.whole = answer.whole && statement && len > 0 && user && person.id == user;
  if (statement) person.statement.assign(statement, len);
  return answer;
}

Answer Site::finish_enroll(Person &person, const std::string &ticket, const std::string &response) {
  const Asked asked(person, !person.statement.empty());
  mfa_proof *proof = nullptr;
  mfa_error err = {};
  const mfa_status status = in_library([&] {
    return mfa_enroll_finish(engine(), asked.get(), ticket.data(), ticket.size(), response.data(),
                             response.size(), &proof, &err);
  });
  return answer_of(status, err, Handle<mfa_proof>(proof), person);
}

Answer Site::finish_verify(Person &person, const std::string &ticket, const std::string &response) {
  const Asked asked(person, false);
  mfa_proof *proof = nullptr;
  mfa_error err = {};
  const mfa_status status = in_library([&] {
    return mfa_verify_finish(engine(), asked.get(), ticket.data(), ticket.size(), response.data(),
                             response.size(), &proof, &err);
  });
  return answer_of(status, err, Handle<mfa_proof>(proof), person);
}

Answer Site::verify_code(Person &person, mfa_method method, const std::string &code) {
  const Asked asked(person, false);
  mfa_proof *proof = nullptr;
  mfa_error err = {};
  const mfa_status status = in_library(
      [&] { return mfa_verify_code(engine(), asked.get(), method, code.data(), code.size(), &proof, &err); });
  return answer_of(status, err, Handle<mfa_proof>(proof), person);
}

Answer Site::import(const Person &person, const std::string &json) {
  mfa_buffer factor = MFA_BUFFER_INIT;
  Answer answer;
  answer.status = in_library([&] {
    return mfa_admin_import(engine(), person.id.data(), person.id.size(), json.data(), json.size(), "test", 4,
                            &factor, &answer.err);
  });
  answer.whole = (answer.status == MFA_OK) == (factor.len == 22) && answer.err.status == answer.status;
  mfa_buffer_free(&factor);
  return answer;
}

Answer Site::view(const Person &person) {
  const Asked asked(person, true);
  mfa_account *account = nullptr;
  Answer answer;
  answer.status = in_library([&] { return mfa_account_view(engine(), asked.get(), &account, &answer.err); });
  answer.whole = (answer.status == MFA_OK) == (account != nullptr) && answer.err.status == answer.status;
  mfa_account_free(account);
  return answer;
}

Answer Site::check_session(const Person &person) {
  const Asked asked(person, true);
  Answer answer;
  answer.status = in_library([&] { return mfa_session_check(engine(), asked.get(), nullptr, &answer.err); });
  answer.whole = answer.err.status == answer.status;
  return answer;
}

mfa_status Site::unlock(const Person &person) {
  mfa_error err = {};
  return mfa_admin(engine(), MFA_ADMIN_UNLOCK, person.id.data(), person.id.size(), nullptr, 0, "test", 4,
                   &err);
}

int Site::factors(const Person &person, mfa_method method) {
  const Asked asked(person, false);
  mfa_account *account = nullptr;
  mfa_error err = {};
  if (mfa_account_view(engine(), asked.get(), &account, &err) != MFA_OK) return -1;
  const Handle<mfa_account> held(account);
  int count = 0;
  for (size_t i = 0; i < mfa_account_factor_count(account); i++) {
    mfa_factor factor = MFA_FACTOR_INIT;
    must("a factor", mfa_account_factor(account, i, &factor));
    if (factor.method == method) count++;
  }
  return count;
}

void Site::enroll_app(Person &person) {
  const Begun begun = begin_enroll(person, MFA_METHOD_TOTP);
  must("begin to enrol an app", begun);
  person.secret = begun.secret;
  must("enrol an app", finish_enroll(person, begun.ticket, app_code(person, now_s)));
}

void Site::enroll_codes(Person &person) {
  const Begun begun = begin_enroll(person, MFA_METHOD_RECOVERY);
  must("begin to make recovery codes", begun);
  person.codes = begun.codes;
  must("make recovery codes", finish_enroll(person, begun.ticket, person.codes.at(0)));
}

void Site::enroll_passkey(Person &person) {
  const Begun begun = begin_enroll(person, MFA_METHOD_WEBAUTHN);
  must("begin to enrol a passkey", begun);
  must("enrol a passkey", finish_enroll(person, begun.ticket, person.passkey.create(begun.options, kOrigin)));
}

std::string Site::app_code(const Person &person, uint64_t now_s) {
  char code[MFA_OTP_CODE_SIZE];
  const auto *secret = reinterpret_cast<const uint8_t *>(person.secret.data());
  must("the app", mfa_totp_code(nullptr, secret, person.secret.size(), now_s, code, nullptr));
  return code;
}

std::string Site::wrong_code(const Person &person, uint64_t now_s) {
  std::string code = "000000";
  const auto is_near = [&] {
    for (const uint64_t near : {now_s - 30, now_s, now_s + 30}) {
      if (app_code(person, near) == code) return true;
    }
    return false;
  };
  while (is_near()) code[0]++;
  return code;
}

}  // namespace mfa::test
