"""The world of the package mfa."""

import json

import mfa
from play import KEY, SplitMix64, key


class OwnStore(mfa.Store):
    """A store written in Python."""

    def __init__(self):
        self.rows = {}

    def load(self, key):
        return self.rows.get(key)

    def save(self, key, record, expected_version, new_version, expires_at_s):
        if self.rows.get(key, (b"", 0))[1] != expected_version:
            return mfa.StoreAnswer.CONFLICT
        self.rows[key] = record, new_version
        return mfa.StoreAnswer.DONE

    def erase(self, key, expected_version):
        if key not in self.rows:
            return mfa.StoreAnswer.NONE
        if self.rows[key][1] != expected_version:
            return mfa.StoreAnswer.CONFLICT
        del self.rows[key]
        return mfa.StoreAnswer.DONE

    def scan(self, prefix, after, limit):
        found = sorted(key for key in self.rows if key.startswith(prefix) and key > after)
        return [(key, *self.rows[key]) for key in found[:limit]]


def _flags(kind, names):
    value = kind(0)
    for name in filter(None, names.split(",")):
        value |= kind[name.upper()]
    return value


def _members(arguments, prefix, read):
    """The members of an object among the arguments; None without any."""
    found = {name.removeprefix(prefix): text for name, text in arguments.items() if name.startswith(prefix)}
    return {name: read[name](text) if name in read else text for name, text in found.items()} or None


REQUEST = {
    "purpose": lambda text: mfa.Purpose[text.upper()],
    "proven": lambda text: _flags(mfa.Proven, text),
    "flags": lambda text: _flags(mfa.RequestFlag, text),
    "action": bytes.fromhex,
    "roles": lambda text: text.split(",") if text else [],
    "min_serial": int,
}
OPTIONS = {
    "mediation": lambda text: mfa.Mediation[text.upper()],
    "user_verification": lambda text: mfa.UserVerification[text.upper()],
}
NEED = {"aal": int, "max_age_s": int, "method": mfa.Method.from_label}


def _signals(signals):
    return ",".join(signal.name.lower() for signal in mfa.Signal if signal in signals)


def _text(value):
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    return str(int(value)) if isinstance(value, int) else str(value)


def _offer(offer):
    items = {name: _text(getattr(offer, name))
             for name in "ticket options uri secret code address_masked expires_at_s json".split()}
    items["recovery_codes"] = "\n".join(offer.recovery_codes)
    if offer.mail:
        items |= {f"mail_{name}": _text(getattr(offer.mail, name)) for name in "to subject text html".split()}
    return items


def _proof(proof):
    items = {name: _text(getattr(proof, name)) for name in
             "user factor statement set_cookie credentials aal serial recovery_remaining json".split()}
    return items | {"amr": ",".join(proof.amr), "method": proof.method.label, "signals": _signals(proof.signals)}


def _account(account):
    items = {name: _text(getattr(account, name)) for name in
             "grace_until_s recovery_remaining must_enroll_recovery aal_needed json".split()}
    items["need"] = account.need.name.lower()
    items["methods"] = ",".join(row.method.label for row in account.methods)
    items["factors"] = str(len(account.factors))
    for can in ("can_verify", "can_enroll"):
        items[can] = ",".join(row.method.label for row in account.methods if getattr(row, can))
    for row in account.methods:
        for name in "factors aal locked_until_s label".split():
            items[f"method.{row.method.label}.{name}"] = _text(getattr(row, name))
    for n, row in enumerate(account.factors):
        items[f"factor.{n}.method"] = row.method.label
        for name in ("id label device address enabled can_disable can_remove enterprise added_s last_used_s expires_s"
                     " locked_until_s").split():
            items[f"factor.{n}.{name}"] = _text(getattr(row, name))
    return items


def _json(document):
    return {"text": json.dumps(document, ensure_ascii=False, separators=(",", ":"))}


def _nothing(_):
    return {}


class World:
    def __init__(self, scenario, own_store):
        self.now_s, self.clock_asked, self.random = scenario.start_s, False, SplitMix64(scenario.seed)
        self.heard, self.keys, self.config = [], scenario.keys, scenario.config
        self.store = OwnStore() if own_store else mfa.open_store("memory:")
        self.engine = self.make()

    def clock(self):
        self.clock_asked = True
        return self.now_s

    def make(self):
        ring = [mfa.Key(int(number), key(int(number))) for number in self.keys.split(",") if number]
        return mfa.Engine(self.config, ring, self.store, pepper=KEY["pepper"], decoy_key=KEY["decoy"], now_s=self.clock,
                          random=self.random.draw, event=self.heard.append)

    def asked(self):
        return self.clock_asked and self.random.asked

    def close(self):
        self.engine.close()
        self.store.close()

    def do(self, name, arguments):
        try:
            return {"status": "MFA_OK", **getattr(self, name)(arguments)}
        except mfa.Error as no:
            items = {"status": mfa.status_name(no.status), "reason": no.reason_name, "signals": _signals(no.signals)}
            items |= {name: str(getattr(no, name)) for name in ("attempts_left", "retry_at_s", "clock_skew_s")}
            return {**items, **_proof(no.proof)} if isinstance(no, mfa.MoreNeeded) else items

    # ---- steps that do not call the engine

    def advance(self, arguments):
        self.now_s += int(arguments["s"])
        return {}

    def restart(self, arguments):
        self.keys, self.config = arguments.get("keys", self.keys), arguments.get("config", self.config)
        self.engine.close()
        self.engine = self.make()
        return {}

    def _code(self, arguments, kind, function, at, **more):
        params = kind(hash=mfa.Hash[arguments.get("hash", "sha1").upper()], digits=int(arguments.get("digits", 6)), **more)
        return {"code": function(mfa.otp.base32_decode(arguments["secret"]), at, params)}

    def totp_code(self, arguments):
        return self._code(arguments, mfa.otp.TotpParams, mfa.otp.totp_code, self.now_s + int(arguments.get("offset_s", 0)),
                          period_s=int(arguments.get("period_s", 30)))

    def hotp_code(self, arguments):
        return self._code(arguments, mfa.otp.HotpParams, mfa.otp.hotp_code, int(arguments["counter"]))

    def events(self, arguments):
        begin = '{"event":"' + arguments["event"] + '"'
        return {"count": str(sum(event.startswith(begin) for event in self.heard))}


# do: (method of Engine, arguments in order, what it gives)
CALLS = {
    "account_view": ("account", "request", _account),
    "enroll_begin": ("enroll_begin", "request method options", _offer),
    "enroll_finish": ("enroll_finish", "request ticket response", _proof),
    "verify_begin": ("verify_begin", "request method options", _offer),
    "verify_finish": ("verify_finish", "request ticket response", _proof),
    "verify_code": ("verify_code", "request method code", _proof),
    "session_start": ("session_start", "request", _proof),
    "session_check": ("session_check", "request need", _nothing),
    "session_check_offline": ("session_check_offline", "request need", _nothing),
    "session_json": ("session", "request", lambda session: _json(session.all)),
    "policy_explain": ("policy_explain", "request need", _json),
    "device_remember": ("device_remember", "request label", _proof),
    "device_claim": ("device_claim", "request code", _offer),
    "device_claimed": ("device_claimed", "request ticket", _json),
    "device_collect": ("device_collect", "request ticket", _proof),
    "remembered_issue": ("remembered_issue", "request", lambda text: {"text": text}),
    "remembered_user": ("remembered_user", "request cookies", lambda text: {"text": text}),
    "factor_rename": ("factor_rename", "request factor label", _nothing),
    "factor_set_enabled": ("factor_set_enabled", "request factor enabled", _proof),
    "factor_remove": ("factor_remove", "request factor", _proof),
    "engine_config_json": ("config_json", "", _json),
    "admin_users": ("admin_users", "after limit", lambda users: {"users": ",".join(users)}),
}
READ = {
    "method": mfa.Method.from_label,
    "enabled": lambda text: text == "1",
    "limit": int,
}


def _call(name):
    method, wanted, items = CALLS[name]

    def play(self, arguments):
        given = []
        for argument in wanted.split():
            if argument == "request":
                given.append(mfa.Request(**_members(arguments, "request.", REQUEST)))
            elif argument == "options":
                members = _members(arguments, "options.", OPTIONS)
                given.append(members and mfa.BeginOptions(**members))
            elif argument == "need":
                members = _members(arguments, "need.", NEED)
                given.append(members and mfa.SessionNeed(**members))
            else:
                text = arguments.get(argument, "")
                given.append(READ[argument](text) if argument in READ else text)
        return items(getattr(self.engine, method)(*given))

    return play


for _name in CALLS:
    setattr(World, _name, _call(_name))


def _admin(self, arguments):
    self.engine.admin(mfa.AdminAction[arguments["action"].upper()], arguments.get("user", ""),
                      factor=arguments.get("factor", ""), actor=arguments.get("actor", ""))
    return {}


def _admin_import(self, arguments):
    imported = self.engine.admin_import(arguments.get("user", ""), arguments["json"], actor=arguments.get("actor", ""))
    return {"text": imported.factor, "signals": _signals(imported.signals)}


World.admin, World.admin_import = _admin, _admin_import
