"""docs/operate.md: its commands run, in its order, on a store with two users, and do what it says."""

import base64
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(Path(__file__).resolve().parent), str(ROOT / "bindings/python")]
import mfa  # noqa: E402
from guide_source import blocks  # noqa: E402

PAGE = (ROOT / "docs/operate.md").read_text()
SECTIONS = dict(re.findall(r"^## ([^\n]+)\n(.*?)(?=^## |\Z)", PAGE, re.M | re.S))
MFA = Path(os.environ["MFA_CLI"])
ENVIRONMENT = {**os.environ, "PATH": f"{MFA.parent}{os.pathsep}{os.environ['PATH']}", "LC_ALL": "C.UTF-8"}
ALICE, BOB = "alice", "bob"


def shell(folder, commands):
    done = subprocess.run(["bash", "-euo", "pipefail", "-c", commands], cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, commands + done.stdout + done.stderr
    return done.stdout


def fill(folder):
    """Alice and Bob with an app each, and Bob locked out, as a server with the first key leaves them."""
    text = (folder / "seal.key").read_text().strip()
    store = mfa.open_store(f"sqlite:{folder}/mfa.db")
    with open(folder / "events.jsonl", "a") as log:
        keys = [mfa.Key(1, base64.urlsafe_b64decode(text + "="))]
        with mfa.Engine({"version": 1, "issuer": "Example"}, keys, store, event=lambda line: print(line, file=log)) as engine:
            for user in (ALICE, BOB):
                who = mfa.Request(mfa.Purpose.LOGIN, user=user, browser="browser-0123456789", proven=mfa.Proven.PASSWORD)
                offer = engine.enroll_begin(who, mfa.Method.TOTP)
                secret = mfa.otp.base32_decode(offer.secret)
                engine.enroll_finish(who, offer.ticket, mfa.otp.totp_code(secret, int(time.time())))
            wrong = mfa.otp.totp_code(secret, int(time.time()) + 3000)
            for _ in range(8):
                with pytest.raises(mfa.Refused):
                    engine.verify_code(who, mfa.Method.TOTP, wrong)
    store.close()


def test_its_commands_run(tmp_path):
    (tmp_path / "config.json").write_text('{"version": 1, "issuer": "Example"}')
    subprocess.run([os.environ["MAKE_METADATA"], "FIDO_CERTIFIED", tmp_path / "blob.jwt", tmp_path / "root.der"], check=True,
                   capture_output=True, timeout=60)
    said = {}
    for title, text in SECTIONS.items():
        for block in re.findall(r"```sh\n(.*?)```", text, re.S):
            said[title] = said.get(title, "") + shell(tmp_path, block)
            if block.startswith("mfa key new --out seal.key"):
                fill(tmp_path)
    assert said["Keys"] == "alice has yet to sign in\nbob has yet to sign in\n"
    assert said["Backup and restore"] == "alice\nbob\n"
    refused, tampering, verdict = said["Monitoring"].splitlines()
    assert int(refused) > 0 and tampering == "no sign of tampering" and verdict.endswith(" in 1 chain: all linked")
    assert "totp" in said["Lost phones, locked accounts"]
    assert said["Metadata of authenticators"] == ""

    # What the page says of what it did.
    user = "mfa user show --store sqlite:mfa.db --key-file"
    assert "no factors" in shell(tmp_path, f"{user} seal.keys alice")
    assert "locked" not in shell(tmp_path, f"{user} seal.keys bob")
    assert shell(tmp_path, f"{user} only-new.keys bob") != ""  # saved, so it moved
    events = (tmp_path / "events.jsonl").read_text()
    assert '"admin_unlocked"' in events and '"admin_removed"' in events and '"actor":"ticket-4712"' in events
    assert shell(tmp_path, "mfa log verify --key-file seal.keys events.jsonl").endswith(" in 3 chains: all linked\n")
    # A restore is a rollback: the factor is there again.
    shell(tmp_path, "cp mfa.backup restored.db")
    assert "totp" in shell(tmp_path, "mfa user show --store sqlite:restored.db --key-file seal.keys alice")


def test_the_events_that_it_names_exist():
    events = (ROOT / "docs/events.md").read_text()
    named = set(re.findall(r"`([a-z]+_[a-z_]+|failed|refused|denied|verified|removed)`", SECTIONS["Monitoring"]))
    assert len(named) > 6
    assert [name for name in sorted(named) if f"`{name}`" not in events and f"`{name}" not in events] == []


def test_the_functions_and_keys_that_it_names_exist():
    headers = "".join(path.read_text() for path in (ROOT / "include/mfa").glob("*.h"))
    for name in set(re.findall(r"`((?:mfa|MFA)_\w+)`", PAGE)):
        assert re.search(rf"\b{name}\b", headers), name
    configuration = (ROOT / "docs/configuration.md").read_text()
    for name in set(re.findall(r"`([a-z]+\.[a-z_.]+)`", PAGE)) - {"events.jsonl"}:
        assert f"`{name}`" in configuration or f"`{name}" in configuration, name
