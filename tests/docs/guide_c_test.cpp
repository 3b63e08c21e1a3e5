// docs/c.md: its code, compiled as it stands there, signs in, and signs nobody in who should not. Run in an
// empty folder.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include "guide_codes.hpp"
#include "support/authenticator.hpp"

struct web {
  const char *user_id, *browser, *peer;
  char *statement;
};
extern "C" {
int login_start(const char *key_file, FILE *log);
void login_stop(void);
const char *after_password(web *);
int enroll_page(const web *, mfa_buffer *ticket, mfa_buffer *svg, mfa_buffer *secret);
const char *enroll_submit(web *, const char *ticket, const char *code);
const char *code_submit(web *, const char *method, const char *code);
int signed_in(const web *);
int add_begin(const web *, mfa_method, mfa_buffer *ticket, mfa_buffer *shown);
int add_finish(web *, const char *ticket, const char *response);
int passkey_begin(const web *, mfa_buffer *ticket, mfa_buffer *options);
const char *passkey_finish(web *, const char *ticket, const char *credential);
}

namespace {

constexpr const char *kOrigin = "https://example.org";

struct Visitor : web {
  Visitor() : web{"alice", "browser-0123456789abcdef", "192.0.2.7", nullptr} {}
  Visitor(const Visitor &) = delete;
  ~Visitor() { std::free(statement); }
};

struct Text {
  mfa_buffer raw = MFA_BUFFER_INIT;
  ~Text() { mfa_buffer_free(&raw); }
  const char *c_str() const { return reinterpret_cast<const char *>(raw.data); }
  std::string text() const { return {c_str(), raw.len}; }
};

std::string in(const char *answer) { return answer; }

}  // namespace

TEST_CASE("the guide for C") {
  std::FILE *log = std::fopen("events.jsonl", "a");
  REQUIRE(log);
  CHECK(login_start("no-such.key", log) != 0);
  std::FILE *key_file = std::fopen("seal.key", "wb");
  unsigned char keys[64];
  REQUIRE(mfa_random(keys, sizeof keys) == MFA_OK);
  REQUIRE(std::fwrite(keys, 1, sizeof keys, key_file) == sizeof keys);
  std::fclose(key_file);
  REQUIRE(login_start("seal.key", log) == 0);

  // The first factor, on the way in.
  Visitor first;
  CHECK(in(after_password(&first)) == "/welcome");
  CHECK(signed_in(&first));
  Text ticket, svg, secret;
  REQUIRE(enroll_page(&first, &ticket.raw, &svg.raw, &secret.raw) == 0);
  CHECK(svg.text().starts_with("<svg"));
  CHECK(in(enroll_submit(&first, ticket.c_str(), "nonsense")) == "That was not the code. Try again.");
  CHECK(in(enroll_submit(&first, "no ticket", "123456")) != "/welcome");
  const std::string used = app_code(secret.text(), 0);
  CHECK(in(enroll_submit(&first, ticket.c_str(), used.c_str())) == "/welcome");

  // Recovery codes and a passkey, by one who is signed in.
  Text codes_ticket, codes, key_ticket, options;
  REQUIRE(add_begin(&first, MFA_METHOD_RECOVERY, &codes_ticket.raw, &codes.raw) == 0);
  REQUIRE(add_finish(&first, codes_ticket.c_str(), codes.text().substr(0, 19).c_str()) == 0);
  mfa::test::Authenticator key;
  REQUIRE(add_begin(&first, MFA_METHOD_WEBAUTHN, &key_ticket.raw, &options.raw) == 0);
  REQUIRE(add_finish(&first, key_ticket.c_str(), key.create(options.text(), kOrigin).c_str()) == 0);
  CHECK(signed_in(&first));

  // From then on the password is not enough.
  Visitor next;
  CHECK(in(after_password(&next)) == "/second-factor");
  CHECK_FALSE(signed_in(&next));
  CHECK(in(code_submit(&next, "totp", used.c_str())) == "Wait for the next code.");
  CHECK(in(code_submit(&next, "nonsense", "123456")) == "That was not right.");
  CHECK(in(code_submit(&next, "totp", "x")) == "That was not right.");
  CHECK_FALSE(signed_in(&next));
  CHECK(in(code_submit(&next, "totp", app_code(secret.text(), 1).c_str())) == "/welcome");
  CHECK(signed_in(&next));

  Visitor third;
  CHECK(in(code_submit(&third, "recovery", codes.text().substr(20, 19).c_str())) == "/welcome");
  Visitor fourth;
  Text sign_ticket, asked;
  REQUIRE(passkey_begin(&fourth, &sign_ticket.raw, &asked.raw) == 0);
  CHECK(in(passkey_finish(&fourth, sign_ticket.c_str(), "{}")) == "That was not right.");
  const std::string credential = key.get(asked.text(), kOrigin);
  CHECK(in(passkey_finish(&fourth, sign_ticket.c_str(), credential.c_str())) == "/welcome");
  CHECK(in(passkey_finish(&fourth, sign_ticket.c_str(), credential.c_str())) == "That was not right.");
  CHECK(signed_in(&fourth));

  const std::string far = app_code(secret.text(), 40);
  std::string answer;
  for (int guess = 0; guess < 8; guess++) answer = code_submit(&fourth, "totp", far.c_str());
  CHECK(answer == "Too many attempts. Try again later.");
  login_stop();
  std::fclose(log);
}
