"""docs/configuration.md names every key there is, with its true default and its true bounds.

MFA_PRINT_CONFIG names the program that parses a document and prints it with its defaults.
"""

import copy
import json
import os
import re
import subprocess
from pathlib import Path

import pytest

PAGE = (Path(__file__).resolve().parents[2] / "docs/configuration.md").read_text()
ROW = re.compile(r"^\| `([\w.*]+)` \|([^|]*)\|([^|]*)\|[^|]*\|$", re.M)
ROWS = {key: (default.strip(), allowed.strip()) for key, default, allowed in ROW.findall(PAGE)}
MINIMAL = {"version": 1, "issuer": "Example", "policy": {"roles": {"*": {}}},
           "webauthn": {"rp_id": "example.org", "origins": ["https://example.org"]},
           "email": {"templates": {"*": {"subject": "s", "text": "t"}}},
           "session": {"recheck": {"methods": {"device": {}}}}}
# One of the methods, for all of them.
MEMBER = ("session.recheck.methods.*.", "session.recheck.methods.device.")
BOUNDS = re.compile(r"(\d+) to (\d+)(?:, not below `min_s`|, not above `absolute_days`|, not above `past` or `future`)?")
# So that what keys ask of each other does not hide what they ask alone.
ROOMY = {"policy.factor_change_max_age_s": 30, "session.recheck.min_s": 1, "session.recheck.max_s": 604800,
         "session.recheck.methods.*.min_s": 1, "session.recheck.methods.*.max_s": 604800, "device.idle_days": 1, "device.absolute_days": 180,
         "totp.past": 2, "totp.future": 2}


def parse(document):
    result = subprocess.run([os.environ["MFA_PRINT_CONFIG"]], input=json.dumps(document), capture_output=True, text=True)
    return result.returncode == 0, result.stdout


CONTAINERS = {"policy.roles", "email.templates", "session.recheck.methods"}  # of members whose names are the reader's
WHOLE = {"webauthn.extensions"}  # objects that are one value


def leaves(value, path=""):
    if not isinstance(value, dict) or path in WHOLE:
        return {path: value}
    return {key: leaf for name, inner in value.items() for key, leaf in leaves(inner, f"{path}.{name}".strip(".")).items()}


def with_value(document, path, value):
    document = copy.deepcopy(document)
    *parents, name = path.replace(*MEMBER).split(".")
    inner = document
    for parent in parents:
        inner = inner.setdefault(parent, {})
    inner[name] = value
    return document


def effective():
    accepted, text = parse(MINIMAL)
    assert accepted, text
    return {key.replace(*reversed(MEMBER)): value for key, value in leaves(json.loads(text)).items()}


def bounded():
    return {key: tuple(map(int, BOUNDS.fullmatch(allowed).group(1, 2))) for key, (default, allowed) in ROWS.items()
            if re.fullmatch(r"`\d+`", default) and BOUNDS.fullmatch(allowed)}


def roomy():
    document = MINIMAL
    for key, value in ROOMY.items():
        document = with_value(document, key, value)
    return document


def test_every_key_has_a_row_and_every_row_a_key():
    assert set(ROWS) - CONTAINERS == set(effective())


@pytest.mark.parametrize("key", sorted(set(ROWS) - CONTAINERS))
def test_the_default_is_true(key):
    default = ROWS[key][0]
    if default == "the issuer":
        assert effective()[key] == MINIMAL["issuer"]
    elif default == "needed":
        without = copy.deepcopy(MINIMAL)
        inner = without
        *parents, name = key.split(".")
        for parent in parents:
            inner = inner[parent]
        del inner[name]
        accepted, text = parse(without)
        assert not accepted and key in text
    else:
        assert effective()[key] == json.loads(default.strip("`"))


@pytest.mark.parametrize("key", sorted(bounded()))
def test_the_bounds_are_true(key):
    low, high = bounded()[key]
    for value in (low, high):
        accepted, text = parse(with_value(roomy(), key, value))
        assert accepted, text
    for value in (low - 1, high + 1):
        accepted, text = parse(with_value(roomy(), key, value))
        assert not accepted and "MFA_ERR_CONFIG" in text and key.replace(*MEMBER) in text


def test_many_keys_have_bounds():
    assert len(bounded()) >= 30


def test_the_example_is_accepted():
    accepted, text = parse(json.loads(re.search(r"```json\n(.*?)```", PAGE, re.S).group(1)))
    assert accepted, text


def test_a_key_that_does_not_exist_is_refused_with_its_path():
    accepted, text = parse(with_value(MINIMAL, "policy.roles.admin.mfaa", "required"))
    assert not accepted and "policy.roles.admin.mfaa" in text
