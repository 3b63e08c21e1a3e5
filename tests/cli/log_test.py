"""mfa log verify on what a real engine wrote, which FILL_STORE drives through the library."""

import base64
import hashlib
import hmac
import json
import os
import subprocess

import pytest

from command import FAILED, NO, USAGE, YES, answers, fails, mfa, says

CONFIG = {"version": 1, "realm": "shop", "issuer": "Shop"}
KEY = bytes(range(1, 33))


def b64(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def write(tmp_path, key=KEY):
    """The lines of one engine that was made, used and freed."""
    (tmp_path / "key").write_bytes(key)
    (tmp_path / "config").write_text(json.dumps(CONFIG))
    events = tmp_path / f"events{len(list(tmp_path.iterdir()))}"
    subprocess.run([os.environ["FILL_STORE"], "memory:", tmp_path / "config", tmp_path / "key", events], check=True, timeout=60)
    return events.read_bytes().splitlines(keepends=True)


@pytest.fixture
def lines(tmp_path):
    return write(tmp_path)


@pytest.fixture
def keys(tmp_path):
    path = tmp_path / "ring"
    path.write_text(f"1 {KEY.hex()}\n")
    return ["--key-file", str(path)]


def verify(code, lines, *options):
    """The findings, and the summary behind them."""
    done = mfa("log", "verify", *options, stdin=b"".join(lines))
    assert (done.returncode, done.stderr) == (code, b"")
    *findings, summary = done.stdout.decode().splitlines()
    return findings, summary


def numbered(line):
    return json.loads(line)["n"]


def test_a_whole_log(lines, keys, tmp_path):
    assert [json.loads(line)["event"] for line in lines][:3] == ["log_started", "began", "enrolled"]
    summary = f"{len(lines)} events in 1 chain: all linked"
    assert verify(YES, lines, *keys, "--complete") == ([], summary)
    assert verify(YES, lines, "--complete") == ([], f"{summary}, {len(lines)} not checked by a key")
    file = tmp_path / "log"
    file.write_bytes(b"".join(lines))
    says(YES, summary + "\n", "log", "verify", *keys, str(file))
    assert answers(YES, "log", "verify", *keys, str(file)) == {
        "findings": [], "ok": True, "events": len(lines), "chains": 1, "unchecked": 0, "problems": 0}


def test_the_links_are_what_the_page_says(lines):
    """In another implementation: libsodium's crypto_kdf is keyed BLAKE2b."""
    subkey = hashlib.blake2b(key=KEY, salt=(7).to_bytes(16, "little"), person=b"mfaseal1".ljust(16, b"\0"), digest_size=32).digest()
    previous = bytes(32)
    for number, line in enumerate(lines, 1):
        text = line.rstrip(b"\n")
        event = json.loads(text)
        head, mac = text[:-53] + b"}", text[-53:]
        assert mac == b',"mac":"' + b64(hmac.digest(subkey, head, "sha256")).encode() + b'"}'
        assert (event["n"], event["prev"], event["key"]) == (number, b64(previous), 1)
        assert event["chain"] == json.loads(lines[0])["chain"]
        previous = hashlib.sha256(text).digest()


def test_a_byte_altered(lines, keys):
    chain = json.loads(lines[0])["chain"]
    bad = [*lines[:4], lines[4].replace(b'"alice"', b'"alicf"').replace(b'"bob"', b'"bop"'), *lines[5:]]
    assert bad != lines
    findings, summary = verify(NO, bad, *keys)
    assert findings == [f"line 5: event 5 of chain {chain} is altered or forged", f"line 6: event 5 of chain {chain} is missing"]
    assert summary == f"{len(lines) - 1} events in 1 chain: 2 problems"
    findings, _ = verify(NO, bad)
    assert findings == [f"line 6: event 6 of chain {chain} does not link to the one before: either is altered"]


def test_lines_removed_and_repeated_and_swapped(lines, keys):
    chain = json.loads(lines[0])["chain"]
    assert verify(NO, lines[:3] + lines[4:], *keys)[0] == [f"line 4: event 4 of chain {chain} is missing"]
    assert verify(NO, lines[:3] + lines[6:], *keys)[0] == [f"line 4: events 4 to 6 of chain {chain} are missing"]
    assert verify(NO, [*lines, lines[2]], *keys)[0] == [f"line {len(lines) + 1}: event 3 of chain {chain} came before, or comes too late"]
    assert verify(YES, [lines[1], lines[0], *lines[:1:-1]], *keys, "--complete")[0] == []


def test_a_tail_removed(lines, keys):
    chain = json.loads(lines[0])["chain"]
    what = f"event {len(lines) - 1} of chain {chain} is to come, or was cut off"
    findings, summary = verify(YES, lines[:-2], *keys)
    assert (findings, summary) == ([f"end: note: {what}"], f"{len(lines) - 2} events in 1 chain: all linked")
    assert verify(NO, lines[:-2], *keys, "--complete") == ([f"end: {what}"], f"{len(lines) - 2} events in 1 chain: 1 problem")
    done = answers(NO, "log", "verify", *keys, "--complete", stdin=b"".join(lines[:-2]))
    assert done["findings"] == [{"finding": "no_end", "note": False, "chain": chain, "first_n": len(lines) - 1}]
    assert done["ok"] is False and done["problems"] == 1


def test_two_engines_in_one_log(lines, keys, tmp_path):
    other = write(tmp_path)
    mixed = [line for pair in zip(lines, other) for line in pair]
    mixed += lines[len(other):] + other[len(lines):]
    assert verify(YES, mixed, *keys, "--complete") == ([], f"{len(mixed)} events in 2 chains: all linked")


def test_lines_that_are_no_events(lines, keys):
    junk = [b"garbage\n", b"\n", b"{}\n", b"[" * 3_000_000 + b"\n", b"\xff\x00\n"]
    findings, summary = verify(NO, junk + lines, *keys)
    assert findings == [f"line {n}: no event of libmfa" for n in (1, 3, 4, 5)]
    assert summary == f"{len(lines)} events in 1 chain: 4 problems"


def test_a_chain_forged_without_the_key(lines, keys, tmp_path):
    forged = write(tmp_path, key=os.urandom(32))
    findings, _ = verify(NO, lines + forged, *keys)
    assert len(findings) == len(forged) and all(" is altered or forged" in finding for finding in findings)
    # Its links are right: only the key tells.
    assert verify(YES, lines + forged)[0] == []


def test_a_key_that_is_not_there_is_a_note(lines, tmp_path):
    ring = tmp_path / "other ring"
    ring.write_text(f"2 {KEY.hex()}\n")
    findings, summary = verify(YES, lines, "--key-file", str(ring))
    assert findings == [f"line 1: note: the key of chain {json.loads(lines[0])['chain']} was not given: links alone are checked"]
    assert summary == f"{len(lines)} events in 1 chain: all linked, {len(lines)} not checked by a key"


def test_memory_does_not_grow_with_the_log(lines, tmp_path):
    # The address sanitizer keeps what was freed, to see who uses it.
    nothing_kept = ":quarantine_size_mb=0:thread_local_quarantine_size_kb=0"
    env = {**os.environ, "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + nothing_kept}

    def peak_kib(text):
        file = tmp_path / "long"
        file.write_bytes(text)
        process = subprocess.Popen([os.environ["MFA_CLI"], "log", "verify", str(file)], stdout=subprocess.DEVNULL, env=env)
        _, _, usage = os.wait4(process.pid, 0)
        process.returncode = 0
        return usage.ru_maxrss

    whole = b"".join(lines)
    assert len(whole) * 900 > 3_000_000
    assert peak_kib(whole * 1000) - peak_kib(whole * 100) < 1024


def test_what_mfa_user_does_goes_into_a_log_too(keys, tmp_path):
    write(tmp_path)
    database, log = tmp_path / "mfa.db", tmp_path / "log"
    subprocess.run([os.environ["FILL_STORE"], f"sqlite:{database}", tmp_path / "config", tmp_path / "key", log], check=True, timeout=60)
    store = ["--store", f"sqlite:{database}", *keys, "--config", str(tmp_path / "config")]
    assert mfa("user", "unlock", *store, "--events", str(log), "--actor", "carol", "bob").returncode == YES
    assert mfa("user", "unlock", *store, "--events", str(log), "nobody").returncode == NO
    events = [json.loads(line) for line in log.read_bytes().splitlines()]
    assert [event["event"] for event in events[-6:]] == ["log_started", "admin_unlocked", "log_stopped", "log_started", "denied", "log_stopped"]
    assert events[-5]["actor"] == "carol" and "purpose" not in events[-2]
    says(YES, f"{len(events)} events in 3 chains: all linked\n", "log", "verify", *keys, "--complete", str(log))
    fails(USAGE, "cannot open /nonexistent/log", "user", "list", *store, "--events", "/nonexistent/log")
    fails(FAILED, "could not be added to --events", "user", "unlock", *store, "--events", "/dev/full", "alice")


def test_usage(keys):
    fails(USAGE, r"verify\?", "log")
    fails(USAGE, "one file at a time", "log", "verify", *keys, "a", "b")
    fails(USAGE, "No such file", "log", "verify", *keys, "/nonexistent")
    fails(USAGE, "cannot open", "log", "verify", "--key-file", "/nonexistent")
    fails(USAGE, "there is no option --keys", "log", "verify", "--keys", "x")
    assert mfa("log", "verify", "--help").stdout.startswith(b"usage: mfa log verify")
    assert FAILED not in (mfa("log", "verify", stdin=b"").returncode, mfa("log", "verify", "/dev/null").returncode)
    says(YES, "0 events in 0 chains: all linked\n", "log", "verify")
