#include <cstdlib>
#include <ctime>

#include "cli/opened.hpp"
#include "cli/user_keys.hpp"

namespace cli {
namespace {

constexpr std::string_view kHelp = R"(usage: mfa user list          STORE [--after USER] [--limit N]
       mfa user show          STORE USER
       mfa user unlock        STORE [--factor ID] USER
       mfa user remove-factor STORE USER FACTOR
       mfa user import        STORE USER [FILE]
       mfa user audit         STORE --mds-blob FILE --mds-root FILE

STORE
  --store URL       sqlite:/var/lib/app/mfa.db
  --key-file FILE   the keys its records are sealed with (see mfa key --help), or - for standard input
  --config FILE     the server's configuration; without it, the defaults
  --realm NAME      the realm, when there is no --config to name it
  --events FILE     where to add the events of what is done (docs/events.md); may be the server's own log

options
  --after USER      list: only those after this one, in byte order
  --limit N         list: no more than N
  --factor ID       unlock: only this one
  --actor NAME      unlock, remove-factor, import: who does it, for the account's history; default uid:N
  --mds-blob FILE   audit: FIDO's metadata BLOB
  --mds-root FILE   audit: the certificate, in DER, that its signer leads to
  --json            the answer as JSON

import reads factors from FILE or standard input, one JSON object a line (docs/import.md has the forms), and prints the
id of each; it stops at the first that is refused. audit names the keys of a model that metadata warns of, one a line;
it answers no when there is one.

A user who is not valid UTF-8, or holds control characters, is shown as hex: and listed in JSON as user_hex.
)";

constexpr size_t kUserMax = 255;

constexpr Option kList[] = {{"after"}, {"limit"}};
constexpr Option kUnlock[] = {{"factor"}, {"actor"}};
constexpr Option kRemove[] = {{"actor"}};

std::string time_text(uint64_t time_s) {
  if (time_s == 0) return "never";
  const auto time = static_cast<std::time_t>(time_s);
  std::tm parts;
  char text[32];
  if (time_s > UINT32_MAX) return "for ever";
  if (time < 0 || !::gmtime_r(&time, &parts))
    return "Unix time " + std::to_string(time_s);  // time_t of 32 bits
  return std::string(text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts));
}

// ---- list

int list(Words words) {
  const Args args("user list", kHelp, with_store(kList), words);
  args.expect_operands({});
  const uint64_t limit = args.number("limit", UINT64_MAX, 1, UINT64_MAX);
  const Opened opened(args);
  std::string rows;
  each_user(args, opened, std::string(args.value("after").value_or("")), limit, [&](const std::string &user) {
    if (!args.has("json")) return print(shown(user) + "\n");
    JsonObject row;
    rows.append(rows.empty() ? "" : ",").append(add_user(row, user).object());
  });
  if (args.has("json")) print(JsonObject().raw("users", "[" + rows + "]").line());
  return kYes;
}

// ---- one user

// The last text before `user` in byte order, as far as users are concerned: they have at most 255 bytes.
std::string before(std::string_view user) {
  std::string text(user.substr(0, user.size() - 1));
  const auto last = static_cast<uint8_t>(user.back());
  if (last != 0) {
    text += static_cast<char>(last - 1);
    text.resize(kUserMax, '\xff');
  }
  return text;
}

int no_such_user(const Args &args) {
  if (args.has("json")) {
    print(JsonObject().boolean("ok", false).text("status", mfa_status_name(MFA_NOT_FOUND)).line());
  } else {
    print("no such user\n");
  }
  return kNo;
}

void print_account(const mfa_account *account) {
  const size_t count = mfa_account_factor_count(account);
  if (count == 0) print("no factors\n");
  for (size_t i = 0; i < count; i++) {
    mfa_factor factor = MFA_FACTOR_INIT;
    if (mfa_account_factor(account, i, &factor) != MFA_OK) continue;
    std::string line = std::string(factor.id.data, factor.id.len) + "  " + mfa_method_name(factor.method) +
                       "  " + (factor.enabled ? "enabled" : "disabled") + "  added " +
                       time_text(factor.added_s) + "  used " + time_text(factor.last_used_s);
    if (factor.locked_until_s != 0) line += "  locked until " + time_text(factor.locked_until_s);
    if (factor.label.len != 0) line += "  " + shown({factor.label.data, factor.label.len});
    print(line + "\n");
  }
  const auto codes = mfa_account_number(account, MFA_ACCOUNT_RECOVERY_REMAINING);
  print("recovery codes left: " + std::to_string(codes) + "\n");
}

int show(Words words) {
  const Args args("user show", kHelp, with_store({}), words);
  args.expect_operands({"USER"});
  const auto user = read_user(args);
  const Opened opened(args);
  const auto found = users_after(args, opened, before(user), 1);  // a view of a stranger is an empty one
  if (found.empty() || found[0] != user) return no_such_user(args);
  mfa_request request = MFA_REQUEST_INIT;
  request.purpose = MFA_PURPOSE_LOGIN;
  request.proven = MFA_PROVEN_OTHER;
  request.user = text_of(user);
  mfa_account *account = nullptr;
  mfa_error err;
  if (mfa_account_view(opened.engine(), &request, &account, &err) != MFA_OK) return refused(args, err);
  int code = kYes;
  if (args.has("json")) {
    Buffer json;
    JsonObject answer;
    if (mfa_account_json(account, json.out(), &err) != MFA_OK) {
      code = refused(args, err);
    } else {
      print(add_user(answer, user).raw("account", json.text()).line());
    }
  } else {
    print_account(account);
  }
  mfa_account_free(account);
  return code;
}

int administer(const Args &args, mfa_admin_action action, std::string_view user, std::string_view factor) {
  const Opened opened(args);
  const std::string actor = actor_of(args);
  mfa_error err;
  if (mfa_admin(opened.engine(), action, user.data(), user.size(), factor.data(), factor.size(), actor.data(),
                actor.size(), &err) != MFA_OK) {
    if (err.status > 0 && !args.has("json")) print(std::string(err.message) + "\n");
    return refused(args, err);
  }
  if (args.has("json")) print(JsonObject().boolean("ok", true).text("status", "MFA_OK").line());
  return kYes;
}

int unlock(Words words) {
  const Args args("user unlock", kHelp, with_store(kUnlock), words);
  args.expect_operands({"USER"});
  return administer(args, MFA_ADMIN_UNLOCK, read_user(args), args.value("factor").value_or(""));
}

int remove_factor(Words words) {
  const Args args("user remove-factor", kHelp, with_store(kRemove), words);
  args.expect_operands({"USER", "FACTOR"});
  return administer(args, MFA_ADMIN_FACTOR_REMOVE, read_user(args), args.operands()[1]);
}

}  // namespace

int user(Words words) {
  const auto action = words.empty() ? std::string_view("") : words[0];
  if (action == "list") return list(words.subspan(1));
  if (action == "show") return show(words.subspan(1));
  if (action == "unlock") return unlock(words.subspan(1));
  if (action == "remove-factor") return remove_factor(words.subspan(1));
  if (action == "import") return user_import(words.subspan(1), kHelp);
  if (action == "audit") return user_audit(words.subspan(1), kHelp);
  const Args args("user", kHelp, {}, words);
  args.usage("list, show, unlock, remove-factor, import or audit?");
}

}  // namespace cli
