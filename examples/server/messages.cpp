#include "messages.hpp"

#include <cstdlib>

namespace demo {
namespace {

constexpr int kSkewWorthTelling = 20;  // seconds

struct Words {
  std::string title;
  std::string text;
};

std::string count_of(uint64_t count, const std::string &what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

std::string duration(int seconds) {
  return seconds < 90 ? count_of(static_cast<uint64_t>(seconds), "second")
                      : count_of(static_cast<uint64_t>((seconds + 30) / 60), "minute");
}

bool is_reason(const mfa_error &error, std::string_view name) {
  return mfa_reason_name(error.reason) == name;
}

std::string attempts(const mfa_error &error) {
  if (error.attempts_left < 0) return "";
  if (error.attempts_left == 0) return " That was the last attempt for now.";
  return " " + count_of(static_cast<uint64_t>(error.attempts_left), "attempt") + " left before a pause.";
}

std::string skew(const mfa_error &error) {
  int off = error.clock_skew_s;
  if (std::abs(off) < kSkewWorthTelling) return "";
  return " The clock of the device that made this code seems to be about " + duration(std::abs(off)) +
         (off > 0 ? " fast" : " slow") + ": set it to automatic time.";
}

Words unknown_passkey() {
  return {"This passkey is not known here",
          "It was removed from its account, or is turned off. Sign in another way."};
}

Words wrong(const mfa_error &error, Doing doing, mfa_method method) {
  if (is_reason(error, "account.credential_unknown")) return unknown_passkey();
  if (method == MFA_METHOD_WEBAUTHN) {
    return {"That passkey could not be verified", doing == Doing::enrolling
                                                      ? "Nothing was added. Try again, or use another device."
                                                      : "Try again, or use another way to sign in."};
  }
  if (method == MFA_METHOD_RECOVERY && doing == Doing::enrolling) {
    return {"That is not one of the new codes",
            "Type any one of the codes that you just saved." + attempts(error)};
  }
  if (method == MFA_METHOD_RECOVERY) {
    return {
        "That recovery code is not right",
        "Codes look like XXXX-XXXX-XXXX-XXXX. A set made later replaces the one before." + attempts(error)};
  }
  if (method == MFA_METHOD_EMAIL)
    return {"That code is not right", "Enter the code of the newest mail." + attempts(error)};
  if (method == MFA_METHOD_HOTP)
    return {"That code is not right",
            "Press the token again and enter what it shows, or two codes in a row." + attempts(error)};
  return {"That code is not right",
          "Enter the code that your app shows now." + attempts(error) + skew(error)};
}

Words malformed(mfa_method method, Doing doing) {
  if (doing == Doing::changing) return {"That name cannot be used", "Names are 1 to 64 bytes of plain text."};
  if (method == MFA_METHOD_WEBAUTHN) {
    return {"The answer of your device could not be read",
            "Nothing was changed. Try again, or use another device."};
  }
  if (method == MFA_METHOD_RECOVERY) {
    return {"That does not look like a recovery code",
            "A recovery code has 16 letters and digits: XXXX-XXXX-XXXX-XXXX."};
  }
  if (method == MFA_METHOD_EMAIL)
    return {"That does not look like a code", "Enter the 8 digits that the mail has."};
  if (method == MFA_METHOD_DEVICE) return {"That is not the number", "The device shows two digits."};
  return {"That does not look like a code", "Enter the 6 digits that your authenticator app shows."};
}

Words already_used(mfa_method method) {
  if (method == MFA_METHOD_TOTP) {
    return {"That code was used already",
            "Each code works once. Wait until your app shows the next one, then enter it."};
  }
  if (method == MFA_METHOD_RECOVERY) {
    return {"That recovery code was used already",
            "Each recovery code works once. Cross it off and take another one."};
  }
  return {"This attempt was used already", "Each attempt works once. Start again from this page."};
}

Words locked(mfa_method method) {
  if (method == MFA_METHOD_RECOVERY)
    return {"Too many wrong recovery codes", "For your protection they are paused."};
  return {"Too many wrong codes",
          "For your protection codes are paused. A passkey, if you have one, works at any time."};
}

Words pairing_over(const mfa_error &error) {
  if (is_reason(error, "device.pairing_claimed_twice"))
    return {"Two devices claimed the pairing",
            "Somebody else had the code: it works for neither. Begin another."};
  if (is_reason(error, "device.pairing_code_tried_too_often"))
    return {"Too many wrong codes", "Somebody tried codes of this pairing. Begin another."};
  if (is_reason(error, "device.wrong_check_number"))
    return {"That was not the number", "For your protection the pairing is over. Begin another."};
  return {"The pairing is over", "It took too long, or another one was begun. Begin another."};
}

Words denied(const mfa_error &error, Doing doing, mfa_method method) {
  if (std::string_view(mfa_reason_name(error.reason)).starts_with("device.")) return pairing_over(error);
  if (is_reason(error, "policy.too_many_factors")) {
    return {"You have as many of these as you can", "Remove one that you no longer use, then come back."};
  }
  if (is_reason(error, "policy.recovery_codes_need_another_factor")) {
    return {"First another factor",
            "Recovery codes stand in for an authenticator app or a passkey: add one of those first."};
  }
  if (is_reason(error, "policy.method_not_for_step_up") ||
      is_reason(error, "policy.method_not_for_factor_changes")) {
    return {"This is not enough here", "Confirm with an authenticator app or a passkey."};
  }
  if (doing == Doing::enrolling)
    return {"This cannot be added", "The rules of this site do not allow it for this account."};
  if (doing == Doing::changing) {
    return {"This cannot be changed",
            "It may be the last one that protects your account. Add another first, then come back."};
  }
  if (method == MFA_METHOD_WEBAUTHN) {
    return {"This passkey cannot be used here",
            "To sign in with a passkey alone, your device has to check your fingerprint, face or PIN."};
  }
  return {"This is not allowed here", "The rules of this site do not allow it. Use another way."};
}

Words not_found(Doing doing, mfa_method method) {
  if (doing == Doing::changing) return {"It is no longer there", "It was removed in the meantime."};
  if (method == MFA_METHOD_WEBAUTHN) return unknown_passkey();
  return {"That is not set up for this account", "Use another way."};
}

Words trouble(mfa_status status) {
  if (status == MFA_ERR_BUSY)
    return {"Too busy just now", "Nothing was decided. Wait a moment, then try again."};
  return {"The trouble is on our side", "Nothing was decided and nothing was changed. Try again later."};
}

Words words_for(const mfa_error &error, Doing doing, mfa_method method) {
  if (is_trouble(error.status)) return trouble(error.status);
  switch (error.status) {
    case MFA_WRONG: return method == MFA_METHOD_DEVICE ? pairing_over(error) : wrong(error, doing, method);
    case MFA_MALFORMED: return malformed(method, doing);
    case MFA_ALREADY_USED: return already_used(method);
    case MFA_EXPIRED:
      if (method == MFA_METHOD_EMAIL)
        return {"That code is over",
                "It was too old, tried too often, or a newer mail replaced it. Send another."};
      if (method == MFA_METHOD_DEVICE) return pairing_over(error);
      return {"That took too long", "This step was started a while ago. Start it again."};
    case MFA_MISMATCH:
      return {"This step was started somewhere else",
              "It belongs to another account, another purpose or another browser. Start it again here."};
    case MFA_LOCKED_OUT: return locked(method);
    case MFA_TOO_SOON:
      return {"No mail was sent", "One was sent a moment ago, or many lately. Look into your mailbox first."};
    case MFA_DENIED: return denied(error, doing, method);
    case MFA_FACTOR_NEEDED:
    case MFA_RECHECK_DUE:
      return {"Confirm that it is you", "This needs a check of one of your factors first."};
    case MFA_ENROLL_NEEDED:
      return {"One more thing to set up", "This account needs a second step. Choose one to add."};
    case MFA_REVOKED:
      return {"This step is out of date",
              "The security of the account was changed after it was started. Start it again."};
    case MFA_NOT_FOUND: return not_found(doing, method);
    case MFA_EXISTS:
      return {"This passkey is registered already", "Your account has it, or another one does."};
    case MFA_MORE_NEEDED:
      return {"One more step", "That was right. This account needs another factor as well."};
    default: return {"That did not work", "Try again, or use another way."};
  }
}

}  // namespace

Message explain(const mfa_error &error, Doing doing, mfa_method method) {
  Words words = words_for(error, doing, method);
  Message message;
  message.kind = error.status == MFA_MORE_NEEDED || asks_for_factor(error.status) ? "warn" : "bad";
  message.title = std::move(words.title);
  message.text = std::move(words.text);
  message.status = mfa_status_name(error.status);
  message.reason = mfa_reason_name(error.reason);
  message.until_s = error.retry_at_s;
  return message;
}

Message done(std::string_view title, std::string_view text) {
  Message message;
  message.kind = "good";
  message.title = title;
  message.text = text;
  return message;
}

Message explain_signals(uint32_t signals, uint64_t recovery_remaining) {
  Message message;
  message.kind = "warn";
  if (signals & MFA_SIGNAL_CLONE_SUSPECTED) {
    message.status = "MFA_SIGNAL_CLONE_SUSPECTED";
    message.title = "Your security key may have been copied";
    message.text =
        "It counts how often it was used, and that count went back. If you cannot explain it, remove this "
        "key below "
        "and add a new one.";
  } else if (signals & MFA_SIGNAL_RECOVERY_LAST) {
    message.status = "MFA_SIGNAL_RECOVERY_LAST";
    message.title = "That was your last recovery code";
    message.text = "Make a new set now.";
  } else if (signals & MFA_SIGNAL_RECOVERY_LOW) {
    message.status = "MFA_SIGNAL_RECOVERY_LOW";
    message.title = "Only " + count_of(recovery_remaining, "recovery code") + " left";
    message.text = "Make a new set before you run out.";
  } else if (signals & MFA_SIGNAL_DEVICE_REUSED) {
    message.status = "MFA_SIGNAL_DEVICE_REUSED";
    message.title = "This browser is trusted no longer";
    message.text =
        "An old copy of what it keeps came back. If you did not restore a backup, somebody may have copied "
        "it: "
        "change your password.";
  }
  return message;
}

int http_status_of(mfa_status status) {
  if (is_trouble(status)) return 503;
  if (status == MFA_OK) return 200;
  if (status == MFA_MALFORMED) return 400;
  if (status == MFA_NOT_FOUND) return 404;
  if (status == MFA_EXISTS) return 409;
  if (status == MFA_LOCKED_OUT || status == MFA_TOO_SOON) return 429;
  return 403;
}

bool asks_for_factor(mfa_status status) { return status == MFA_FACTOR_NEEDED || status == MFA_RECHECK_DUE; }

}  // namespace demo
