"""What every language is told, step by step, is the same: tickets, keys and statements too, since clock and randomness are.

And what scenarios may say: a step or an item that is misspelt is refused before anybody plays it.
"""

import copy
import json
import os
import re
import subprocess
import sys

import pytest

from play import Authenticator, Player
from python_world import World
from story import CALLS, HELPERS, HERE, Scenario, Unfit, files, scenarios

PROGRAMS = {name: path for name, path in (("C", os.environ.get("MFA_SCENARIOS_C")), ("C++", os.environ.get("MFA_SCENARIOS_CXX")))
            if path}


def read(folder):
    """File name to lines; of a text that is JSON, what it says."""

    def line(text):
        if not text.startswith("text={"):
            return text
        return json.loads(text[len("text="):].replace("\\\\", "\\"))

    return {path.name: [line(text) for text in path.read_text(encoding="utf-8").splitlines()] for path in folder.iterdir()}


@pytest.fixture(scope="module")
def in_python(tmp_path_factory):
    folder = tmp_path_factory.mktemp("python")
    os.environ["MFA_TRANSCRIPT"] = str(folder)
    try:
        with Authenticator() as authenticator:
            for scenario in scenarios():
                world = World(scenario, own_store=False)
                Player(scenario, world, authenticator).run()
                world.close()
    finally:
        del os.environ["MFA_TRANSCRIPT"]
    return read(folder)


@pytest.mark.parametrize("language", PROGRAMS)
def test_a_language_is_told_what_python_is_told(language, in_python, tmp_path):
    lines = tmp_path / "lines.txt"
    lines.write_bytes(subprocess.run([sys.executable, "-B", HERE / "flatten.py", *files()], check=True, capture_output=True).stdout)
    transcript = tmp_path / "transcript"
    transcript.mkdir()
    subprocess.run([PROGRAMS[language], lines], check=True, timeout=100, env={**os.environ, "MFA_TRANSCRIPT": str(transcript)})
    told = read(transcript)
    assert sorted(told) == sorted(in_python) and len(told) == len(files())
    for name, found in told.items():
        assert found == in_python[name], name


def test_every_file_is_played():
    listed = (HERE / "meson.build").read_text(encoding="utf-8").split("]")[0].split("'")[1::2]
    assert sorted(listed) == [path.stem for path in files()]


def test_every_call_on_an_engine_is_played():
    """Each with a yes, and with a no where there is one to be had; trust is for hosts that keep metadata."""
    header = (HERE.parents[1] / "include/mfa/engine.h").read_text(encoding="utf-8")
    calls = set(re.findall(r"mfa_status mfa_(\w+)\((?:const )?mfa_engine \*engine,", header)) - {"engine_set_trust", "admin_audit"}
    assert calls == set(CALLS)
    played = {(step.do, step.expect["status"] == "MFA_OK") for scenario in scenarios() for step in scenario.steps}
    assert calls - {do for do, yes in played if yes} == set()
    assert calls - {do for do, yes in played if not yes} <= {"session_json", "policy_explain", "admin_users", "engine_config_json"}
    assert set(HELPERS) - {do for do, _ in played} == set()


STEP = {"do": "verify_code", "as": "login", "method": "totp", "code": "1", "expect": {"status": "MFA_WRONG"}}
SMALL = {"name": "x", "about": "", "start_s": 1, "seed": 1, "keys": "1", "config": {}, "steps": [STEP],
         "requests": {"login": {"purpose": "login", "user": "alice"}}}


@pytest.mark.parametrize("change", [
    {"do": "verify_codes"}, {"as": "logout"}, {"with": {"usr": "bob"}}, {"with": {"purpose": "sign-in"}}, {"method": True},
    {"ticket": "x"}, {"expect": {"stat": "MFA_OK"}}, {"expect": {"ticket": ""}}, {"has": "statment"}, {"contains": {"text": "x"}},
    {"save": {"code": "codes"}}, {"expect": {"status": None}}, {"code": 1.5}, {"options": {"label": "x"}},
], ids=str)
def test_what_a_scenario_must_not_say(change):
    Scenario(copy.deepcopy(SMALL))
    with pytest.raises(Unfit):
        Scenario({**copy.deepcopy(SMALL), "steps": [{**STEP, **change}]})


@pytest.mark.parametrize("change", [
    {"seed": -1}, {"start_s": 1 << 53}, {"seed": "1"}, {"more": 1}, {"requests": {"login": {"users": ""}}},
], ids=str)
def test_what_a_scenario_must_not_be(change):
    with pytest.raises(Unfit):
        Scenario({**copy.deepcopy(SMALL), **change})
