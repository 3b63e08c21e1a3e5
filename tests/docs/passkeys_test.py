"""docs/passkeys.md: its server's code signs up, signs in and recovers, and nobody else; its configuration is one."""

import json
import os
import re
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(Path(__file__).resolve().parent), str(ROOT / "bindings/python"), str(ROOT / "tests/browser")]
import mfa  # noqa: E402
from guide_source import blocks  # noqa: E402
from soft_passkey import SoftPasskey  # noqa: E402

PAGE = ROOT / "docs/passkeys.md"
ORIGIN = "https://example.org"


def load(folder, config):
    """The names of the guide's code, which finds its configuration and keys in the folder."""
    (folder / "config.json").write_text(json.dumps(config))
    names = {}
    for block in blocks(PAGE, "python"):
        exec(compile(block, str(PAGE), "exec"), names)
    return SimpleNamespace(**names)


@pytest.fixture
def guide(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    [config] = blocks(PAGE, "json")
    made = load(tmp_path, json.loads(config))
    yield made
    made.engine.close()


def visitor():
    return SimpleNamespace(cookies={"browser": os.urandom(16).hex()}, session={}, peer="192.0.2.7")


def signed_up(guide):
    web, key = visitor(), SoftPasskey(ORIGIN)
    begun = guide.sign_up_begin(web, "user-1", "alice@example.org")
    assert begun["options"]["authenticatorSelection"]["residentKey"] == "required"
    guide.sign_up_finish(web, "user-1", begun["ticket"], json.loads(key.create(begun["options"])))
    assert web.session["user"] == "user-1"
    codes = guide.codes_begin(web)
    guide.codes_finish(web, codes["ticket"], codes["codes"][0])
    return key, codes["codes"]


def sign_in(guide, key, conditional=False, verified=True):
    web = visitor()
    begun = guide.sign_in_begin(web, conditional)
    assert "allowCredentials" not in begun["options"] or begun["options"]["allowCredentials"] == []
    return web, guide.sign_in_finish(web, begun["ticket"], json.loads(key.get(begun["options"], verified)))


@pytest.mark.parametrize("conditional", [False, True])
def test_a_passkey_signs_in_without_a_name(guide, conditional):
    key, _ = signed_up(guide)
    web, answer = sign_in(guide, key, conditional)
    assert answer["ok"] and web.session["user"] == "user-1"
    assert answer["accepted"]["rpId"] == "example.org" and len(answer["accepted"]["allAcceptedCredentialIds"]) == 1


def test_one_that_verified_nobody_does_not(guide):
    key, _ = signed_up(guide)
    web, answer = sign_in(guide, key, verified=False)
    assert answer == {"ok": False, "unknown": None} and web.session == {}


def test_one_that_nobody_has_is_signalled(guide):
    signed_up(guide)
    stranger = SoftPasskey(ORIGIN)
    stranger.user_handle = os.urandom(16)
    web, answer = sign_in(guide, stranger)
    assert not answer["ok"] and web.session == {}
    assert set(answer["unknown"]) == {"rpId", "credentialId"} and answer["unknown"]["rpId"] == "example.org"


def test_the_link_enrols_once_and_opens_nothing(guide):
    signed_up(guide)
    with pytest.raises(mfa.FactorNeeded):
        guide.sign_up_begin(visitor(), "user-1", "alice@example.org")
    with pytest.raises(mfa.FactorNeeded):
        guide.engine.session_start(guide.who(visitor(), mfa.Purpose.LOGIN, user="user-1", proven=mfa.Proven.OTHER))


def test_a_code_after_the_link_enrols_another(guide):
    key, codes = signed_up(guide)
    with pytest.raises(mfa.Refused):  # the code alone
        guide.engine.verify_code(guide.who(visitor(), mfa.Purpose.LOGIN, user="user-1"), mfa.Method.RECOVERY, codes[3])
    web, new = visitor(), SoftPasskey(ORIGIN)
    guide.recover(web, "user-1", codes[4])
    begun = guide.add_passkey_begin(web)
    guide.add_passkey_finish(web, begun["ticket"], json.loads(new.create(begun["options"])))
    _, answer = sign_in(guide, new)
    assert answer["ok"] and len(answer["accepted"]["allAcceptedCredentialIds"]) == 2
    account = guide.engine.account(guide.who(web, mfa.Purpose.MANAGE, user="user-1"))
    lost = min((factor for factor in account.factors if factor.method == mfa.Method.WEBAUTHN), key=lambda factor: factor.added_s)
    web, _ = sign_in(guide, new)
    guide.engine.factor_remove(guide.who(web, mfa.Purpose.MANAGE, user="user-1"), lost.id)
    assert [sign_in(guide, one)[1]["ok"] for one in (key, new)].count(True) == 1


def test_the_documents(guide):
    assert json.loads(guide.well_known_webauthn()) == {"origins": ["https://example.org", "https://example.net"]}
    assert "example.org" in re.search(r"signal_unknown\((.*?),", PAGE.read_text()).group(1)
