"""docs/config.schema.json says of each key what the engine does: whatever one refuses, the other does.

MFA_CHECK_CONFIGS names the program that gives the engine's verdicts, MFA_CLI the mfa command.
"""

import copy
import json
import os
import re
import subprocess
from pathlib import Path

import jsonschema
import pytest

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = json.loads((ROOT / "docs/config.schema.json").read_text())
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
ITEM = object()  # in a path: an item of a list
MEMBERS = {"policy.roles": "*", "email.templates": "en", "session.recheck.methods": "totp"}  # of maps whose keys are the writer's, one of each
MINIMAL = {"version": 1, "issuer": "Example"}
# Every section, and room enough that what keys ask of each other does not hide what they ask alone.
BASE = {**MINIMAL, "webauthn": {"rp_id": "example.org", "origins": ["https://example.org"]},
        "policy": {"factor_change_max_age_s": 30}, "session": {"recheck": {"min_s": 1, "max_s": 604800, "methods": {"totp": {"min_s": 1, "max_s": 604800}}}},
        "device": {"idle_days": 1, "absolute_days": 180, "cookie": {"host_prefix": False}}, "quick_login": {"cookie": {"host_prefix": False}},
        "totp": {"past": 2, "future": 2}, "u2f": {"app_id": "https://example.org"}, "email": {"templates": {"en": {"subject": "s", "text": "t"}}}}
# Keys that the format has and this release has not.
LATER = {name for path in (ROOT / "src/engine").glob("config*.cpp") for name in re.findall(r'\bwithout\("(\w+)",', path.read_text())}
ANYTHING = [None, True, False, -1, 0, 7, 1.5, 1e30, "", "x", "all", [], ["x"], [""], [7], [None], {}, {"x": 1}, {"x": {}}]


def engine(documents):
    lines = "".join(json.dumps(document) + "\n" for document in documents)
    told = subprocess.run([os.environ["MFA_CHECK_CONFIGS"]], input=lines, capture_output=True, text=True, check=True)
    answers = told.stdout.splitlines()
    assert len(answers) == len(documents)
    return answers


def command(*words, stdin=""):
    return subprocess.run([os.environ["MFA_CLI"], "config", *words], input=stdin, capture_output=True, text=True, timeout=60)


def sections(node, path=()):
    """(path, schema) of each object of known keys and of each key in it."""
    yield path, node
    for name, inner in node.get("properties", {}).items():
        if isinstance(inner, dict):  # not the keys that webauthn.extensions must not have
            yield from sections(inner, (*path, name))
    if isinstance(node.get("additionalProperties"), dict):
        yield from sections(node["additionalProperties"], (*path, MEMBERS[".".join(path)]))
    if node.get("items", {}).get("type") == "object":
        yield from sections(node["items"], (*path, ITEM))


NODES = {".".join("0" if step is ITEM else step for step in path): (path, node) for path, node in sections(SCHEMA)}
LEAVES = {name: row for name, row in NODES.items() if "properties" not in row[1] or name == "webauthn.extensions"}
DEFAULTS = {name: row for name, row in LEAVES.items() if "default" in row[1]}


def with_value(path, value, document=BASE):
    document = copy.deepcopy(document)
    inner = document
    for step, following in zip(path, path[1:]):
        if step is ITEM:
            inner.append({"method": "webauthn"})
            inner = inner[0]
        else:
            inner = inner.setdefault(step, [] if following is ITEM else {})
    inner[path[-1]] = value
    return document


def sample(node):
    """One that this schema takes."""
    if "enum" in node:
        return node["enum"][0]
    if node["type"] == "object":
        return {name: sample(node["properties"][name]) for name in node.get("required", [])}
    return "a" * max(1, node.get("minLength", 1))


def candidates(node):
    """At each bound, past it, and of every wrong type."""
    values = list(ANYTHING)
    for way in node.get("anyOf", []):
        values += candidates(way)[len(ANYTHING):]
    if "minimum" in node:
        values += [node["minimum"], node["minimum"] - 1, node["maximum"], node["maximum"] + 1, str(node["minimum"])]
    if "maxLength" in node:
        values += ["a" * length for length in (node["minLength"], max(0, node["minLength"] - 1), node["maxLength"], node["maxLength"] + 1)]
        values += ["a:b", "a/b", "a b", "/", "/a", "/a b", "/a;b", "/é", "https://", "https://a#b", "https://a", "http://a", "https://" + "a" * (node["maxLength"] - 8)]
    for value in node.get("enum", []):
        values += [value, [value], str(value) + "x", str(value).lower(), str(value).upper()]
    if "items" in node:
        good, least, most = sample(node["items"]), node.get("minItems", 0), node["maxItems"]
        values += [[good] * count for count in {least, max(0, least - 1), 1, most, most + 1}]
        values += [[good, other] for item in [node["items"]] for other in candidates(item)]
    if "propertyNames" in node:
        row = sample(node["additionalProperties"])
        values += [{f"m{number}": row for number in range(count)} for count in (node["maxProperties"], node["maxProperties"] + 1)]
        values += [{name: row} for name in ("", "*", "**", "a" * 35, "a" * 36, "a" * 64, "a" * 65, "a b", "de-AT", "a:b", "a/b")]
    return values


# ---- what the schema cannot say, or says of characters where the engine counts bytes: it never refuses more

EXCEPT = {
    "webauthn.algorithms": {"RS1", -65535, "ML-DSA-44", "ML-DSA-65", "ML-DSA-87", -48, -49, -50},
    "webauthn.extensions": {1.5},
}
ACROSS = {
    "recheck.min_s is not above max_s": {"session": {"recheck": {"min_s": 9, "max_s": 8}}},
    "sessions outlive factor_change_max_age_s": {"session": {"aal1_max_age_s": 60}},
    "a template of default_locale": {"methods": {"email": {"allowed": True}}, "email": {"default_locale": "de"}},
    "an AppID where U2F is allowed": {"methods": {"u2f": {"allowed": True}}},
    "the section webauthn where its method is allowed": {"methods": {"webauthn": {"allowed": True}}},
    "a span of one method": {"session": {"recheck": {"methods": {"totp": {"min_s": 9, "max_s": 8}}}}},
    "idle_days are not above absolute_days": {"device": {"idle_days": 20, "absolute_days": 10}},
    "drift_steps are not above past": {"totp": {"past": 0, "drift_steps": 1}},
    "two cookies of two names": {"quick_login": {"cookie": {"name": "mfa-device"}}},
    "a path and host_prefix": {"device": {"cookie": {"path": "/login"}}},
    "RS1 and its switch": {"webauthn": {**BASE["webauthn"], "algorithms": ["RS1"]}},
    "the code in a subject": {"email": {"templates": {"en": {"subject": "{code}", "text": "t"}}}},
    "placeholders that there are": {"email": {"templates": {"en": {"subject": "s", "text": "{cod}"}}}},
    "extension inputs of the specification": {"webauthn": {**BASE["webauthn"], "extensions": {"credentialProtectionPolicy": "x"}}},
    "numbers without a fraction": {"totp": {"digits": 6.0}},
    "bytes, not characters": {"issuer": "é" * 40},
}


def excused(name, value):
    items = value if isinstance(value, list) else list(value.values()) if isinstance(value, dict) else [value]
    return any(item in EXCEPT.get(name, ()) for item in items if not isinstance(item, (list, dict)))


def refuses(document):
    return not VALIDATOR.is_valid(document)


# ---- the tests


def test_the_committed_schema_is_the_commands():
    told = command("schema")
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout == (ROOT / "docs/config.schema.json").read_text(), "mfa config schema > docs/config.schema.json"


def test_it_is_a_schema():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["required"] == ["version", "issuer"]
    assert NODES["webauthn"][1]["required"] == ["rp_id", "origins"]
    assert NODES["email.templates.en"][1]["required"] == ["subject", "text"]
    assert len(LEAVES) > 110


def examples():
    page = (ROOT / "docs/configuration.md").read_text()
    yield json.loads((ROOT / "examples/server/config.json").read_text())
    yield json.loads(re.search(r"```json\n(.*?)```", page, re.S).group(1))
    yield MINIMAL
    yield BASE
    yield json.loads(command("show", "-", stdin=json.dumps(BASE)).stdout)


@pytest.mark.parametrize("document", examples())
def test_a_configuration_that_serves_is_accepted(document):
    assert list(VALIDATOR.iter_errors(document)) == []
    assert engine([document]) == ["OK"]


@pytest.mark.parametrize("name", sorted(DEFAULTS))
def test_a_default(name):
    path, node = DEFAULTS[name]
    assert not refuses(with_value(path, node["default"]))
    assert engine([with_value(path, node["default"])]) == ["OK"]


def test_what_is_left_out_is_the_default():
    start = with_value(("policy", "roles"), {"*": {}}, MINIMAL | {"webauthn": BASE["webauthn"]})
    start = with_value(("policy", "alone"), [{"method": "webauthn"}], start)
    start = with_value(("email", "templates"), BASE["email"]["templates"], start)
    start = with_value(("session", "recheck", "methods"), {"totp": {}}, start)
    full = json.loads(command("show", "-", "--json", stdin=json.dumps(start)).stdout)
    for name, (path, node) in DEFAULTS.items():
        if name in ("policy.alone", *MEMBERS):
            continue  # given, so that what is left out in one of them is seen
        value = full
        for step in path:
            value = value[0 if step is ITEM else step]
        assert value == node["default"], name


@pytest.mark.parametrize("name", sorted(LEAVES))
def test_schema_and_engine_agree_on_a_key(name):
    path, node = LEAVES[name]
    values = candidates(node)
    verdicts = engine([with_value(path, value) for value in values])
    assert any(verdict == "OK" for verdict in verdicts) and any(verdict != "OK" for verdict in verdicts)
    for value, verdict in zip(values, verdicts):
        refused = refuses(with_value(path, value))
        assert not (refused and verdict == "OK"), f"only the schema refuses {value!r}"
        if not refused and verdict != "OK":
            assert excused(name, value), f"only the engine refuses {value!r}: {verdict}"


@pytest.mark.parametrize("name", sorted(name for name, row in NODES.items() if row[1].get("additionalProperties") is False))
def test_schema_and_engine_agree_on_an_object(name):
    path, node = NODES[name]
    unknown = with_value((*path, "nonsense"), 1)
    assert refuses(unknown) and "nonsense" in engine([unknown])[0]
    for later in LATER - set(node["properties"]):
        assert refuses(with_value((*path, later), {})) and engine([with_value((*path, later), {})])[0] != "OK"
    for needed in node.get("required", []):
        without = with_value((*path, "nonsense"), 1)
        inner = without
        for step in path:
            inner = inner[0 if step is ITEM else step]
        del inner["nonsense"]
        assert engine([without]) == ["OK"]
        del inner[needed]
        assert refuses(without) and needed in engine([without])[0]


@pytest.mark.parametrize("more", ACROSS.values(), ids=ACROSS)
def test_what_the_schema_does_not_say(more):
    document = {**MINIMAL, **more}
    assert not refuses(document)
    assert engine([document])[0].startswith("MFA_ERR_CONFIG")
