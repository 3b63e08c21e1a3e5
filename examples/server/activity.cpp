#include "activity.hpp"

#include <mfa/base.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

namespace demo {
namespace {

using Labels = std::map<std::string, std::string, std::less<>>;

struct Entry {
  uint64_t at_s = 0;
  uint64_t count = 0;
  std::string event, method, factor;
};

// Picks the objects out of the array "recent" of the outermost object, and lets all else pass by.
class RecentReader : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, RecentReader> {
 public:
  std::vector<Entry> entries;

  bool StartObject() {
    if (++depth_ == kEntryDepth && in_recent_) entries.emplace_back();
    return true;
  }
  bool EndObject(rapidjson::SizeType) {
    depth_--;
    return true;
  }
  bool StartArray() {
    depth_++;
    return true;
  }
  bool EndArray(rapidjson::SizeType) {
    depth_--;
    return true;
  }
  bool Key(const char *text, rapidjson::SizeType length, bool) {
    key_.assign(text, length);
    if (depth_ == 1) in_recent_ = key_ == "recent";
    return true;
  }
  bool String(const char *text, rapidjson::SizeType length, bool) {
    if (!in_entry()) return true;
    if (key_ == "event") entries.back().event.assign(text, length);
    if (key_ == "method") entries.back().method.assign(text, length);
    if (key_ == "factor") entries.back().factor.assign(text, length);
    return true;
  }
  bool Uint(unsigned number) { return Uint64(number); }
  bool Uint64(uint64_t number) {
    if (!in_entry()) return true;
    if (key_ == "at_s") entries.back().at_s = number;
    if (key_ == "count") entries.back().count = number;
    return true;
  }

 private:
  static constexpr int kEntryDepth = 3;  // the document, the array, its item
  bool in_entry() const { return in_recent_ && depth_ == kEntryDepth && !entries.empty(); }

  int depth_ = 0;
  bool in_recent_ = false;
  std::string key_;
};

std::string name_of(mfa_method method) {
  switch (method) {
    case MFA_METHOD_TOTP: return "authenticator app";
    case MFA_METHOD_HOTP: return "hardware token";
    case MFA_METHOD_WEBAUTHN: return "passkey";
    case MFA_METHOD_RECOVERY: return "recovery code";
    case MFA_METHOD_EMAIL: return "code by mail";
    case MFA_METHOD_DEVICE: return "trusted device";
    default: return "factor";
  }
}

std::string subject_of(const Entry &entry, mfa_method method, const Labels &labels) {
  auto label = labels.find(entry.factor);
  if (label != labels.end() && method != MFA_METHOD_RECOVERY) return "“" + label->second + "”";
  return (method == MFA_METHOD_TOTP ? "an " : "a ") + name_of(method);
}

std::string text_of_admin(const Entry &entry, const std::string &subject) {
  constexpr std::string_view kBy = " by an administrator";
  const auto by = [&](const std::string &what) { return what + std::string(kBy); };
  if (entry.event == "admin_unlocked") return by("Unlocked");
  if (entry.event == "admin_enabled") return by("Turned on " + subject);
  if (entry.event == "admin_disabled") return by("Turned off " + subject);
  if (entry.event == "admin_removed") return by("Removed " + subject);
  if (entry.event == "admin_signed_out") return by("Signed out everywhere");
  if (entry.event == "admin_forgot_devices") return by("Devices forgotten");
  if (entry.event == "admin_reset") return by("All factors removed");
  return by(entry.event);
}

std::string text_of(const Entry &entry, const Labels &labels) {
  mfa_method method = mfa_method_from_name(entry.method.data(), entry.method.size());
  std::string subject = subject_of(entry, method, labels);
  if (entry.event == "verified" && method == MFA_METHOD_DEVICE) return "Signed in at " + subject;
  if (entry.event == "device_reused")
    return "An old cookie of a trusted device came back: it is trusted no more";
  if (entry.event == "pairing_opened") return "Began to pair a device";
  if (entry.event == "pairing_claimed") return "A device asked to be paired";
  if (entry.event == "pairing_refused") return "A wrong code or number of a pairing";
  if (entry.event == "pairing_contested") return "Two devices claimed one pairing";
  if (entry.event == "pairing_approved") return "Approved a device";
  if (entry.event == "verified") return "Signed in or confirmed with " + subject;
  if (entry.event == "refused") {
    std::string what = method == MFA_METHOD_RECOVERY ? "recovery code"
                       : method == MFA_METHOD_EMAIL  ? "code by mail"
                       : method == MFA_METHOD_HOTP   ? "code of a hardware token"
                                                     : "code of an authenticator app";
    return "Wrong " + what + (entry.count > 1 ? ", " + std::to_string(entry.count) + " in all" : "");
  }
  if (entry.event == "enrolled")
    return method == MFA_METHOD_RECOVERY ? "Made recovery codes" : "Added " + subject;
  if (entry.event == "removed") return "Removed " + subject;
  if (entry.event == "renamed") return "Renamed " + subject;
  if (entry.event == "enabled") return "Turned on " + subject;
  if (entry.event == "disabled") return "Turned off " + subject;
  return text_of_admin(entry, subject);
}

}  // namespace

std::vector<Activity> recent_activity(std::string_view account_json, const Labels &labels) {
  rapidjson::MemoryStream stream(account_json.data(), account_json.size());
  rapidjson::Reader reader;
  RecentReader recent;
  if (!reader.Parse<rapidjson::kParseIterativeFlag>(stream, recent)) return {};
  std::vector<Activity> rows;
  for (const Entry &entry : recent.entries) {
    const bool alarming = entry.event == "refused" || entry.event == "device_reused" ||
                          entry.event == "pairing_refused" || entry.event == "pairing_contested" ||
                          (entry.event == "verified" && entry.method == "recovery");
    rows.push_back({entry.at_s, text_of(entry, labels), alarming});
  }
  return rows;
}

}  // namespace demo
