"""The world of the mfa command: `mfa engine` on a SQLite file, and `mfa totp`. Its randomness is the system's."""

import json
import os
import subprocess

from play import KEY, Failed, key

MFA = os.environ["MFA_CLI"]
SIGNALS = ("clone_suspected backup_eligible_changed backup_state_changed attestation_status unsolicited_extension recovery_low"
           " recovery_last must_enroll must_enroll_recovery device_reused clock_went_back weak_secret pairing_contested").split()
LISTS = {"proven", "flags", "roles"}
NUMBERS = {"min_serial", "aal", "max_age_s", "limit"}
OBJECTS = ("request", "options", "need")
TEXTS = {"session_json": "session", "policy_explain": "policy", "device_claimed": "claimed", "remembered_issue": "set_cookie",
         "remembered_user": "user", "admin_import": "factor", "engine_config_json": "config"}
# What mfa_account_json leaves out, where it has nothing to say.
FACTOR = {"device": "", "address": "", "expires_s": 0}


def _value(name, text):
    if name in LISTS:
        return text.split(",") if text else []
    if name == "enabled":
        return text == "1"
    return int(text) if name in NUMBERS else text


def _call(name, arguments):
    call = {"call": name}
    for argument, text in arguments.items():
        outer, _, inner = argument.partition(".")
        if outer in OBJECTS:
            call.setdefault(outer, {})[inner] = _value(inner, text)
        else:
            call[argument] = _value(argument, text)
    return call


def _text(value):
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return str(int(value)) if isinstance(value, (bool, int)) else value


def _signals(bits):
    return ",".join(name for bit, name in enumerate(SIGNALS) if bits >> bit & 1)


def _account(account):
    items = {name: _text(account[name]) for name in "need grace_until_s recovery_remaining must_enroll_recovery aal_needed".split()}
    items["methods"] = ",".join(row["method"] for row in account["methods"])
    items["factors"] = str(len(account["factors"]))
    for can in ("can_verify", "can_enroll"):
        items[can] = ",".join(row["method"] for row in account["methods"] if row[can])
    for row in account["methods"]:
        items |= {f"method.{row['method']}.{name}": _text(row[name]) for name in "factors aal locked_until_s label".split()}
    for n, row in enumerate(account["factors"]):
        items |= {f"factor.{n}.{name}": _text(value) for name, value in {**FACTOR, **row}.items()}
    return items | {"json": _text(account)}


def _items(name, answer):
    items = {"status": answer["status"]}
    if answer["status"] != "MFA_OK":
        items |= {"attempts_left": "-1", "retry_at_s": "0", "clock_skew_s": "0"}
        items |= {member: _text(answer[member]) for member in ("reason", "attempts_left", "retry_at_s", "clock_skew_s") if member in answer}
    items["signals"] = _signals(answer.get("signals", 0))
    for whole in ("offer", "proof"):
        found = answer.get(whole, {})
        items |= {member: _text(value) for member, value in found.items()}
        if found:
            items["json"] = _text(found)
    if "offer" in answer:
        items["address_masked"] = items.pop("address", "")
        items["recovery_codes"] = "\n".join(answer["offer"].get("recovery_codes", []))
        items |= {f"mail_{member}": text for member, text in answer.get("mail", {}).items()}
    if "proof" in answer:
        items["signals"] = _signals(answer["proof"]["signals"])
        items |= {member: answer[member] for member in ("statement", "set_cookie") if member in answer}
    if "account" in answer:
        items |= _account(answer["account"])
    if "users" in answer:
        items["users"] = ",".join(row["user"] for row in answer["users"])
    if name in TEXTS and TEXTS[name] in answer:
        items["text"] = _text(answer[TEXTS[name]])
    return items


class World:
    def __init__(self, scenario, folder):
        self.now_s, self.folder, self.keys, self.config = scenario.start_s, folder, scenario.keys, scenario.config
        (folder / "pepper").write_bytes(KEY["pepper"])
        (folder / "decoy").write_bytes(KEY["decoy"])
        self.process = None
        self.start()

    def start(self):
        (self.folder / "keys").write_text("".join(f"{number} {key(int(number)).hex()}\n" for number in self.keys.split(",") if number))
        (self.folder / "config.json").write_text(self.config, encoding="utf-8")
        self.process = subprocess.Popen(
            [MFA, "engine", "--create", "--store", f"sqlite:{self.folder}/mfa.db?synchronous=normal", "--key-file", self.folder / "keys",
             "--config", self.folder / "config.json", "--events", self.folder / "events", "--pepper-file", self.folder / "pepper",
             "--decoy-key-file", self.folder / "decoy", "--test-clock", str(self.now_s)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8")

    def stop(self):
        """What was said on stderr."""
        if self.process is None:
            return ""
        _, said = self.process.communicate(timeout=60)
        # 0 and 1: an answer to each line. 3: also when a scenario expects that a call does not complete. 2: it did not begin.
        if self.process.returncode not in (0, 1, 2, 3):
            said += f"ended with {self.process.returncode}"
        self.process = None
        return said

    def asked(self):
        return True

    def close(self):
        self.stop()

    def tell(self, call):
        if self.process is None:
            raise Failed("there is no engine")
        try:
            self.process.stdin.write(json.dumps({**call, "now_s": self.now_s}, ensure_ascii=False) + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass
        answer = self.process.stdout.readline()
        if not answer:
            raise Failed(f"the command has ended: {self.stop()}")
        return json.loads(answer)

    def do(self, name, arguments):
        if name in ("advance", "restart", "totp_code", "hotp_code", "events"):
            return getattr(self, name)(**arguments)
        return _items(name, self.tell(_call(name, arguments)))

    def advance(self, s):
        self.now_s += int(s)
        return {}

    def restart(self, keys=None, config=None):
        """An engine that cannot be made ends the command, with the status in its message."""
        self.stop()
        self.keys, self.config = self.keys if keys is None else keys, config or self.config
        self.start()
        if not self.keys:
            return {"status": "MFA_ERR_CONFIG" if "no key" in self.stop() else ""}
        try:
            return {"status": self.tell({"call": "engine_config_json"})["status"]}
        except Failed as ended:
            return {"status": "MFA_ERR_CONFIG" if "(MFA_ERR_CONFIG)" in str(ended) else str(ended)}

    def totp_code(self, secret, offset_s="0", digits="6", period_s="30", hash="sha1"):
        at = self.now_s + int(offset_s)
        done = subprocess.run([MFA, "totp", "code", "--time", str(at), "--digits", digits, "--period", period_s, "--algorithm", hash,
                               "--secret-file", "-"],
                              input=secret, capture_output=True, encoding="utf-8", timeout=60)
        if done.returncode != 0:
            raise Failed(done.stderr)
        return {"code": done.stdout.strip()}

    def hotp_code(self, secret, counter, **more):
        """TOTP is HOTP of the time (RFC 6238 section 4)."""
        at = int(counter) * 30
        return self.totp_code(secret, str(at - self.now_s), **more)

    def events(self, event):
        lines = (self.folder / "events").read_text(encoding="utf-8").splitlines()
        return {"count": str(sum(line.startswith(f'{{"event":"{event}"') for line in lines))}
