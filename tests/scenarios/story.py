"""Reads scenarios and refuses what README.md does not allow: a misspelt item would make a test that cannot fail."""

import json
from pathlib import Path

HERE = Path(__file__).resolve().parent

REQUEST = frozenset("purpose proven flags user browser session statement source user_agent action locale roles min_serial cookies".split())
OPTIONS = frozenset("mediation user_verification factor account_name display_name label address extra_json".split())
NEED = frozenset("aal max_age_s method".split())

REFUSAL = frozenset("status reason attempts_left retry_at_s clock_skew_s signals".split())
OFFER = frozenset("ticket options uri secret code mail_to mail_subject mail_text mail_html address_masked recovery_codes"
                  " expires_at_s json".split())
PROOF = frozenset("user factor statement set_cookie amr credentials method aal signals serial recovery_remaining json".split())
ACCOUNT = frozenset("need grace_until_s recovery_remaining must_enroll_recovery aal_needed methods can_verify can_enroll factors"
                    " json".split())
METHODS = "totp hotp webauthn u2f email recovery device".split()
ACCOUNT_ROWS = frozenset(f"method.{name}.{item}" for name in METHODS for item in "factors aal locked_until_s label".split()) | frozenset(
    f"factor.{n}.{item}" for n in range(20)
    for item in ("id method label device address enabled can_disable can_remove enterprise added_s last_used_s expires_s"
                 " locked_until_s").split())
TEXT = frozenset(["text"])
NOTHING = frozenset()

# do: (has a request, arguments, items beside those of a refusal)
CALLS = {
    "account_view": (True, "", ACCOUNT | ACCOUNT_ROWS),
    "enroll_begin": (True, "method options", OFFER),
    "verify_begin": (True, "method options", OFFER),
    "enroll_finish": (True, "ticket response", PROOF),
    "verify_finish": (True, "ticket response", PROOF),
    "verify_code": (True, "method code", PROOF),
    "session_start": (True, "", PROOF),
    "session_check": (True, "need", NOTHING),
    "session_check_offline": (True, "need", NOTHING),
    "session_json": (True, "", TEXT),
    "policy_explain": (True, "need", TEXT),
    "device_remember": (True, "label", PROOF),
    "device_claim": (True, "code", OFFER),
    "device_claimed": (True, "ticket", TEXT),
    "device_collect": (True, "ticket", PROOF),
    "remembered_issue": (True, "", TEXT),
    "remembered_user": (True, "cookies", TEXT),
    "factor_rename": (True, "factor label", NOTHING),
    "factor_set_enabled": (True, "factor enabled", PROOF),
    "factor_remove": (True, "factor", PROOF),
    "admin": (False, "action user factor actor", NOTHING),
    "admin_import": (False, "user json actor", TEXT),
    "admin_users": (False, "after limit", frozenset(["users"])),
    "engine_config_json": (False, "", TEXT),
}
HELPERS = {
    "advance": ("s", NOTHING),
    "restart": ("keys config", NOTHING),
    "totp_code": ("secret offset_s digits period_s hash", frozenset(["code"])),
    "hotp_code": ("secret counter digits hash", frozenset(["code"])),
    "wrong_code": ("code", frozenset(["code"])),
    "cut": ("of after before", TEXT),
    "events": ("event", frozenset(["count"])),
    "passkey_create": ("authenticator offer origin fault", frozenset(["response"])),
    "passkey_get": ("authenticator offer origin fault", frozenset(["response"])),
    "passkey_clone": ("authenticator of", NOTHING),
}
DOCUMENTS = {"config", "json", "extra_json", "response"}  # an object means its JSON
OBJECTS = {"options": OPTIONS, "need": NEED}
PURPOSES = ("login", "step_up", "manage", "approve")
STEP = {"do", "as", "with", "expect", "has", "contains", "save", "note"}
SCENARIO = {"name", "about", "start_s", "seed", "keys", "config", "requests", "steps"}


class Unfit(Exception):
    """The scenario is not what README.md describes."""


def compact(document):
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def _text(value, where, document=False):
    if isinstance(value, dict) and document:
        return compact(value)
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise Unfit(f"{where} must be a text or a whole number")
    return str(value)


def _texts(members, where, known=None, documents=DOCUMENTS):
    if not isinstance(members, dict):
        raise Unfit(f"{where} must be an object")
    if known is not None and set(members) - known:
        raise Unfit(f"{where}: {', '.join(sorted(set(members) - known))} is not known")
    return {name: _text(value, f"{where}.{name}", name in documents) for name, value in members.items()}


def _listed(text, where, known):
    names = text.split(",") if text else []
    if set(names) - known:
        raise Unfit(f"{where}: {', '.join(sorted(set(names) - known))} is not known")
    return names


def _request(step, requests, where):
    named = step.get("as")
    if named not in requests:
        raise Unfit(f"{where} needs a request, and there is no {named}")
    request = {**requests[named], **_texts(step.get("with", {}), f"{where}.with", REQUEST)}
    if request.get("purpose") not in PURPOSES:
        raise Unfit(f"{where}: {request.get('purpose')} is no purpose")
    return {f"request.{name}": value for name, value in request.items()}


def _arguments(step, do, requests, where):
    asks, arguments, _ = CALLS[do] if do in CALLS else (False, *HELPERS[do])
    given = set(step) - STEP
    if given - set(arguments.split()):
        raise Unfit(f"{where}: {do} has no {', '.join(sorted(given - set(arguments.split())))}")
    if asks:
        flat = _request(step, requests, where)
    elif "as" in step or "with" in step:
        raise Unfit(f"{where}: {do} has no request")
    else:
        flat = {}
    for name in sorted(given):
        if name in OBJECTS:
            inner = _texts(step[name], f"{where}.{name}", OBJECTS[name])
            flat.update({f"{name}.{member}": value for member, value in inner.items()})
        else:
            flat[name] = _text(step[name], f"{where}.{name}", name in DOCUMENTS)
    return flat


class Step:
    """One step: number, do, note, arguments (flat), expect, has, contains (pairs), save (variable: item)."""

    def __init__(self, number, step, requests, scenario):
        where = f"{scenario}, step {number}"
        self.number, self.do, self.note = number, step.get("do"), step.get("note", "")
        if self.do not in CALLS and self.do not in HELPERS:
            raise Unfit(f"{where}: nothing is called {self.do}")
        self.arguments = _arguments(step, self.do, requests, where)
        items = REFUSAL | (CALLS[self.do][2] if self.do in CALLS else HELPERS[self.do][1])
        self.expect = _texts(step.get("expect", {}), f"{where}.expect", items, ())
        self.expect.setdefault("status", "MFA_OK")
        self.has = _listed(step.get("has", ""), f"{where}.has", items)
        self.contains = []
        for item, wanted in step.get("contains", {}).items():
            _listed(item, f"{where}.contains", items)
            for text in wanted if isinstance(wanted, list) else [wanted]:
                self.contains.append((item, _text(text, f"{where}.contains.{item}")))
        self.save = _texts(step.get("save", {}), f"{where}.save", None, ())
        for item in self.save.values():
            _listed(item, f"{where}.save", items)

    def __str__(self):
        return f"step {self.number}, {self.do}" + (f" ({self.note})" if self.note else "")


class Scenario:
    """One story, checked: name, start_s, seed, keys (text), config (JSON text), steps."""

    def __init__(self, document, file=""):
        if not isinstance(document, dict) or set(document) != SCENARIO:
            raise Unfit(f"{file}: a scenario has {', '.join(sorted(SCENARIO))}")
        self.name = _text(document["name"], "name")
        self.start_s, self.seed = document["start_s"], document["seed"]
        for number in (self.start_s, self.seed):
            if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number < 1 << 53:
                raise Unfit(f"{self.name}: start_s and seed are whole numbers below 2^53")
        self.keys, self.config = _text(document["keys"], "keys"), _text(document["config"], "config", True)
        requests = {name: _texts(members, name, REQUEST) for name, members in document["requests"].items()}
        self.steps = [Step(n, step, requests, self.name) for n, step in enumerate(document["steps"], 1)]

    @classmethod
    def read(cls, path):
        scenario = cls(json.loads(Path(path).read_text(encoding="utf-8")), str(path))
        if scenario.name != Path(path).stem:
            raise Unfit(f"{path} is called {scenario.name}")
        return scenario


def files():
    return sorted(HERE.glob("*.json"))


def scenarios():
    return [Scenario.read(path) for path in files()]


def broken():
    """Scenarios that a right runner fails, each for a reason of its own."""
    base = {"about": "", "start_s": 1800000000, "seed": 1, "keys": "1", "config": {"version": 1, "issuer": "Example"},
            "requests": {"login": {"purpose": "login", "proven": "password", "user": "alice", "browser": "browser-of-alice"}}}
    view = {"do": "account_view", "as": "login"}
    begin = {"do": "enroll_begin", "as": "login", "method": "totp"}
    wrong = {"do": "verify_code", "as": "login", "method": "totp", "code": "1"}
    ways = {
        "expects_a_no": [begin, {**view, "expect": {"status": "MFA_DENIED"}}],
        "expects_a_yes": [begin, wrong],
        "expects_another_no": [begin, {**wrong, "expect": {"status": "MFA_WRONG"}}],
        "expects_another_item": [begin, {**view, "expect": {"need": "factor"}}],
        "expects_an_item_to_be_absent": [{**begin, "expect": {"secret": ""}}],
        "expects_an_item_that_is_absent": [{**begin, "expect": {"options": "{}"}}],
        "has": [{**begin, "has": "ticket,options"}],
        "contains": [{**begin, "contains": {"uri": ["otpauth:", "Example", "nothing of the kind"]}}],
        "unknown_variable": [begin, {**wrong, "code": "${code}"}],
        "cut_at_nothing": [begin, {"do": "cut", "of": "abc", "after": "d"}],
        "counts_events": [begin, {"do": "events", "event": "began", "expect": {"count": 2}}],
        "no_engine": [begin],
        "no_passkey": [begin, {"do": "passkey_get", "authenticator": "key", "origin": "https://example.test",
                               "offer": '{"challenge":"AAAA","rpId":"example.test"}'}],
    }
    made = []
    for name, steps in ways.items():
        document = {**base, "name": f"broken_{name}", "steps": steps}
        if name == "no_engine":
            document["config"] = {"version": 2, "issuer": "Example"}
        made.append(Scenario(document))
    return made
