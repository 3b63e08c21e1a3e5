#include "cli/user_keys.hpp"

#include <cstdlib>
#include <ctime>

#include "cli/opened.hpp"

namespace cli {
namespace {

constexpr size_t kImportFileMax = 16 << 20;
constexpr size_t kBlobMax = 64 << 20;
constexpr size_t kCertificateMax = 1 << 16;

constexpr Option kImport[] = {{"actor"}};
constexpr Option kAudit[] = {{"mds-blob"}, {"mds-root"}};

// One line of the file.
int import_line(const Args &args, const Opened &opened, std::string_view user, std::string_view line) {
  const std::string actor = actor_of(args);
  Buffer factor;
  mfa_error err;
  if (mfa_admin_import(opened.engine(), user.data(), user.size(), line.data(), line.size(), actor.data(),
                       actor.size(), factor.out(), &err) != MFA_OK) {
    if (err.status > 0 && !args.has("json")) print(std::string(err.message) + "\n");
    return refused(args, err);
  }
  const bool weak = (err.signals & MFA_SIGNAL_WEAK_SECRET) != 0;
  if (args.has("json")) {
    print(JsonObject().boolean("ok", true).text("factor", factor.text()).boolean("weak_secret", weak).line());
  } else {
    print(std::string(factor.text()) + (weak ? "  weak: a secret of fewer than 128 bits\n" : "\n"));
  }
  return kYes;
}

// Metadata as the trust of the engine.
void trust_metadata(const Args &args, const Opened &opened) {
  const Buffer blob = read_file(args, args.required("mds-blob"), kBlobMax);
  const Buffer root = read_file(args, args.required("mds-root"), kCertificateMax);
  mfa_trust_input input = MFA_TRUST_INPUT_INIT;
  input.mds_blob = text_of(trimmed(blob.text()));
  input.mds_root = text_of(root.text());
  mfa_trust *trust = nullptr;
  mfa_error err;
  if (mfa_trust_new(&input, static_cast<uint64_t>(std::time(nullptr)), &trust, &err) != MFA_OK ||
      mfa_engine_set_trust(opened.engine(), trust, &err) != MFA_OK)
    std::exit(refused(args, err));
  mfa_trust_free(trust);
}

}  // namespace

int user_import(Words words, std::string_view help) {
  const Args args("user import", help, with_store(kImport), words);
  if (args.operands().size() != 2) args.expect_operands({"USER"});
  const auto user = read_user(args);
  const Buffer file = read_file(args, args.operands().size() == 2 ? args.operands()[1] : "-", kImportFileMax);
  const Opened opened(args);
  std::string_view rest = trimmed(file.text());
  if (rest.empty()) args.usage("nothing to import");
  while (!rest.empty()) {
    const size_t end = std::min(rest.find('\n'), rest.size());
    const auto line = trimmed(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (line.empty()) continue;
    if (const int code = import_line(args, opened, user, line); code != kYes) return code;
  }
  return kYes;
}

int user_audit(Words words, std::string_view help) {
  const Args args("user audit", help, with_store(kAudit), words);
  args.expect_operands({});
  const Opened opened(args);
  trust_metadata(args, opened);
  int code = kYes;
  std::string rows;
  each_user(args, opened, "", UINT64_MAX, [&](const std::string &user) {
    Buffer json;
    mfa_error err;
    const mfa_status status = mfa_admin_audit(opened.engine(), user.data(), user.size(), json.out(), &err);
    if (status == MFA_OK || status == MFA_NOT_FOUND) return;  // not found: erased since
    if (status != MFA_DENIED) std::exit(refused(args, err));
    code = kNo;
    if (!args.has("json")) return print(shown(user) + "  " + std::string(json.text()) + "\n");
    JsonObject row;
    rows.append(rows.empty() ? "" : ",").append(add_user(row, user).raw("keys", json.text()).object());
  });
  if (args.has("json")) print(JsonObject().raw("users", "[" + rows + "]").line());
  return code;
}

}  // namespace cli
