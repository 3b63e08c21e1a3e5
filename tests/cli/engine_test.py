"""mfa engine: what it reads and answers, line by line. What the calls do is for tests/scenarios, which plays them all."""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from command import FAILED, MFA, NO, USAGE, YES, fails, mfa

NOW = 1800000000
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
PHONE = {"method": "totp", "uri": f"otpauth://totp/Example:alice?secret={SECRET}"}
LOGIN = {"purpose": "login", "proven": ["password"], "user": "alice", "browser": "browser-of-alice"}


@pytest.fixture
def store(tmp_path):
    """The options of an engine on a SQLite file that is not there yet."""
    (tmp_path / "seal.key").write_bytes(os.urandom(32))
    return ["--store", f"sqlite:{tmp_path}/mfa.db", "--key-file", str(tmp_path / "seal.key")]


def run(words, *lines, code=YES):
    """The answers to calls, or to lines as they are."""
    text = b"".join((line if isinstance(line, bytes) else json.dumps(line).encode()) + b"\n" for line in lines)
    done = mfa("engine", *words, stdin=text)
    assert done.returncode == code and done.stderr == b"", done
    return [json.loads(answer) for answer in done.stdout.decode().splitlines()]


def refused(words, line):
    """The message about a line of which nothing was done."""
    (answer,) = run(words, line, code=FAILED)
    assert answer["status"] == "MFA_ERR_ARGUMENT" and answer["reason"] == ""
    return answer["message"]


def code_of(secret, at):
    done = mfa("totp", "code", "--secret-file", "-", "--time", str(at), stdin=secret.encode())
    return done.stdout.decode().strip()


def test_a_user_enrols_and_signs_in_in_two_runs(store):
    clock = ["--test-clock", str(NOW)]
    (begun,) = run(["--create", *store, *clock], {"call": "enroll_begin", "request": LOGIN, "method": "totp"})
    assert begun["status"] == "MFA_OK" and begun["offer"]["method"] == "totp" and "mail" not in begun
    secret = begun["offer"]["secret"]
    finish = {"call": "enroll_finish", "request": LOGIN, "ticket": begun["offer"]["ticket"], "response": code_of(secret, NOW)}
    enrolled, again = run([*store, *clock], finish, finish, code=NO)
    assert enrolled["proof"]["user"] == "alice" and enrolled["statement"]
    assert again["status"] != "MFA_OK" and again["reason"] and again["message"] and "proof" not in again
    verify = {"call": "verify_code", "request": LOGIN, "method": "totp", "code": code_of(secret, NOW + 60), "now_s": NOW + 60}
    (proof,) = run([*store, *clock], verify)
    assert proof["proof"]["aal"] == 2 and proof["proof"]["amr"] == "pwd,otp,mfa"


def test_an_answer_comes_before_the_next_line_is_asked_for(store):
    with subprocess.Popen([MFA, "engine", "--create", *store], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        for user in ("alice", "bob"):
            line = {"call": "account_view", "request": {**LOGIN, "user": user}}
            process.stdin.write(json.dumps(line).encode() + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["account"]["need"] == "nothing"
        process.stdin.close()
        assert process.wait(timeout=60) == YES


@pytest.mark.parametrize("line, message", [
    (b"", None),
    (b"  \t", None),
    (b"[]", "no JSON object"),
    (b"{", "no JSON object"),
    (b'{"call":"admin_users"} x', "no JSON object"),
    (b'{"call":"admin_users","call":"admin"}', "no JSON object"),
    (b'{"call":"admin_users","after":"\\ud800"}', "no JSON object"),
    (b'{"call":"admin_users","after":"\\udc00\\ud800"}', "no JSON object"),
    (b'{"call":"admin_users","after":"\\u12', "no JSON object"),
    (b'{"call":"admin_users","after":"\\', "no JSON object"),
    (b'{"call":"admin_users","after":"\\x"}', "no JSON object"),
    (b'{"call":"admin_users","after":"\x01"}', "no JSON object"),
    (b'{"call":"admin_users","after":"\xff"}', "no JSON object"),
    (b'{"call":"admin_users","after":"x\x00"}', "no JSON object"),
    (b'{"call":"admin_users","after":nul}', "no JSON object"),
    (b'{"call":"admin_users","after":null}', "after must be a text"),
    (b'{"call":"admin_users","limit":01}', "no JSON object"),
    (b'{"call":"admin_users","limit":-}', "no JSON object"),
    (b'{"call":"admin_users","limit":1.}', "no JSON object"),
    (b'{"call":"admin_users","limit":1e1}', "limit must be a whole number"),
    (b'{"call":"admin_users","limit":18446744073709551616}', "limit must be a whole number"),
    (b'{"call":"admin_users","limit":[1,]}', "no JSON object"),
    (b'{"call":"admin_users","limit":{"a":1,}}', "no JSON object"),
    (b'{"call":"admin_users","after":' + b"[" * 40 + b"]" * 40 + b"}", "no JSON object"),
    (b'{"call":"admin_users","after":"' + b"x" * (1 << 20) + b'"}', "no JSON object"),
    ({}, "call is no call"),
    ({"call": "engine_new"}, "call is no call"),
    ({"call": 1}, "call must be a text"),
    ({"call": "admin_users", "afte": "x"}, "afte is not known here"),
    ({"call": "admin_users", "after": 1}, "after must be a text"),
    ({"call": "admin_users", "limit": -1}, "limit must be a whole number"),
    ({"call": "admin_users", "limit": 1.5}, "limit must be a whole number"),
    ({"call": "admin_users", "limit": 10001}, "limit must be a whole number"),
    ({"call": "admin_users", "now_s": NOW}, "now_s is for --test-clock alone"),
    ({"call": "session_start", "request": {**LOGIN, "usr": "bob"}}, "request.usr is not known here"),
    ({"call": "session_start", "request": {**LOGIN, "purpose": "sign-in"}}, "request.purpose is none of its names"),
    ({"call": "session_start", "request": {**LOGIN, "proven": "password"}}, "request.proven must be a list"),
    ({"call": "session_start", "request": {**LOGIN, "proven": ["pass"]}}, "request.proven holds what is none"),
    ({"call": "session_start", "request": {**LOGIN, "roles": [1]}}, "request.roles must be a list of texts"),
    ({"call": "session_start", "request": {**LOGIN, "action": "abc"}}, "request.action must be bytes in hex"),
    ({"call": "session_start", "request": []}, "request must be an object"),
    ({"call": "session_check", "request": LOGIN, "need": {"aal": 4}}, "need.aal must be a whole number"),
    ({"call": "session_check", "request": LOGIN, "need": {"method": "otp"}}, "need.method is no method"),
    ({"call": "enroll_begin", "request": LOGIN, "method": "totp", "options": {"lable": "x"}}, "options.lable is not known"),
    ({"call": "factor_set_enabled", "request": LOGIN, "factor": "x"}, "enabled is needed"),
    ({"call": "factor_set_enabled", "request": LOGIN, "factor": "x", "enabled": 1}, "enabled must be true or false"),
    ({"call": "admin", "action": "unlok", "user": "alice"}, "action is none of its names"),
], ids=lambda value: str(value)[:60])
def test_a_line_that_cannot_be_read_is_answered_and_the_run_goes_on(store, line, message):
    words = ["--create", *store]
    if message is None:
        assert run(words, line) == []
    else:
        assert message in refused(words, line)
        answers = run(words, line, {"call": "admin_users"}, code=FAILED)
        assert answers[1] == {"status": "MFA_OK", "users": []}


def test_what_the_library_refuses_is_said_as_it_says_it(store):
    (answer,) = run(["--create", *store], {"call": "session_start"}, code=FAILED)
    assert answer["status"] == "MFA_ERR_ARGUMENT" and answer["reason"].startswith("argument.")


def test_escapes_are_what_they_stand_for(store):
    user = "a\"\\/\b\f\n\r\té\U0001F511"
    run(["--create", *store], {"call": "admin_import", "user": user, "actor": "root", "json": PHONE})
    (answer,) = run(store, {"call": "admin_users"})
    assert answer["users"] == [{"user_hex": user.encode().hex()}]
    view = {"call": "account_view", "request": {**LOGIN, "user": user}}
    viewed = run(store, json.dumps(view, ensure_ascii=False).encode(), view)
    assert [len(answer["account"]["factors"]) for answer in viewed] == [1, 1]


def test_a_mail_is_handed_over(store, tmp_path):
    (tmp_path / "config.json").write_text(json.dumps({"version": 1, "issuer": "Example", "methods": {"email": {"allowed": True}}}))
    begin = {"call": "enroll_begin", "request": LOGIN, "method": "email", "options": {"address": "alice@example.test"}}
    (answer,) = run(["--create", *store, "--config", str(tmp_path / "config.json")], begin)
    assert answer["mail"]["to"] == "alice@example.test" and answer["mail"]["subject"] and answer["mail"]["text"]
    assert answer["offer"]["address"] == "a***@example.test" and "text" not in answer["offer"]


def test_a_database_is_made_only_when_asked_to(store):
    fails(USAGE, "cannot open .*mfa.db", "engine", *store)
    assert run(["--create", *store], {"call": "admin_users"}) == [{"status": "MFA_OK", "users": []}]
    assert run(store, {"call": "admin_users"}) == [{"status": "MFA_OK", "users": []}]


def test_decoys_need_their_key(store, tmp_path):
    config, decoy = tmp_path / "config.json", tmp_path / "decoy"
    passkeys = {"rp_id": "example.test", "origins": ["https://example.test"]}
    config.write_text(json.dumps({"version": 1, "issuer": "Example", "webauthn": passkeys}))
    decoy.write_bytes(os.urandom(32))
    words = ["--create", *store, "--config", str(config)]
    fails(USAGE, "MFA_ERR_CONFIG", "engine", *words)
    stranger = {"call": "verify_begin", "request": {**LOGIN, "user": "nobody"}, "method": "webauthn"}
    twice = [run([*words, "--decoy-key-file", str(decoy)], stranger)[0] for _ in range(2)]
    first, second = (answer["offer"]["options"]["allowCredentials"] for answer in twice)
    assert first == second != []


def test_recovery_codes_need_the_pepper_that_they_were_made_with(store, tmp_path):
    config, pepper = tmp_path / "config.json", tmp_path / "pepper"
    config.write_text(json.dumps({"version": 1, "issuer": "Example", "recovery": {"confirm": False},
                                  "unsafe": {"recovery_test_hash": True}}))
    pepper.write_bytes(b"pepper of the server, kept apart")
    words = [*store, "--config", str(config), "--test-clock", str(NOW)]
    peppered = ["--create", *words, "--pepper-file", str(pepper)]
    _, proof = run(peppered, {"call": "admin_import", "user": "alice", "json": PHONE},
                   {"call": "verify_code", "request": LOGIN, "method": "totp", "code": code_of(SECRET, NOW)})
    manage = {**LOGIN, "purpose": "manage", "proven": [], "statement": proof["statement"]}
    (begun,) = run(peppered, {"call": "enroll_begin", "request": manage, "method": "recovery"})
    run(peppered, {"call": "enroll_finish", "request": manage, "ticket": begun["offer"]["ticket"], "response": ""})
    verify = {"call": "verify_code", "request": LOGIN, "method": "recovery", "code": begun["offer"]["recovery_codes"][0]}
    (without,) = run(words, verify, code=NO)
    assert without["status"] == "MFA_WRONG"
    (with_it,) = run(peppered, verify)
    assert with_it["proof"]["method"] == "recovery"


def test_words_that_do_not_fit(store, tmp_path):
    create = ["engine", "--create", *store]
    fails(USAGE, "--test-clock must be a number", *create, "--test-clock", "0")
    fails(USAGE, "one file at a time", *create, "a", "b")
    fails(USAGE, "No such file", *create, str(tmp_path / "lines"))
    fails(USAGE, "--key-file - needs the lines in a FILE", "engine", "--create", "--store", "memory:", "--key-file", "-")
    fails(USAGE, "--store is needed", "engine")
    (tmp_path / "lines").write_text('{"call":"admin_users"}\n{"call":"admin_users"}')
    done = mfa(*create, str(tmp_path / "lines"))
    assert done.returncode == YES and done.stdout == b'{"status":"MFA_OK","users":[]}\n' * 2


def test_every_call_on_an_engine_has_a_line(store):
    """What mfa/engine.h declares; the trust of an engine is for programs that keep metadata."""
    header = (Path(__file__).resolve().parents[2] / "include/mfa/engine.h").read_text()
    calls = set(re.findall(r"mfa_status mfa_(\w+)\((?:const )?mfa_engine \*engine,", header)) - {"engine_set_trust"}
    assert len(calls) > 20
    for call in calls:
        (answer,) = run(["--create", *store], {"call": call, "no_such_member": 1}, code=FAILED)
        assert "no_such_member is not known here" in answer["message"], call
    page = (Path(__file__).resolve().parents[2] / "docs/engine-lines.md").read_text()
    rows = {call for row in page.splitlines() if row.startswith("| `") for call in re.findall(r"`(\w+)`", row.split("|")[1])}
    assert rows - {"call"} == calls  # the heading


def test_an_audit_lists_keys(store):
    assert run(["--create", *store], {"call": "admin_audit", "user": "alice"}, code=NO)[0]["status"] == "MFA_NOT_FOUND"
    run(store, {"call": "admin_import", "user": "alice", "json": PHONE})
    assert run(store, {"call": "admin_audit", "user": "alice"})[0]["keys"] == []


def test_events_are_added_to_the_log(store, tmp_path):
    log = tmp_path / "events"
    run(["--create", *store, "--events", str(log)], {"call": "session_start", "request": LOGIN})
    assert [json.loads(line)["event"] for line in log.read_text().splitlines()] == ["log_started", "session_started", "log_stopped"]


def test_answers_that_cannot_be_written_end_it(store):
    with open("/dev/full", "wb") as full:
        done = subprocess.run([MFA, "engine", "--create", *store], stdout=full, stderr=subprocess.PIPE, timeout=60,
                              input=b'{"call":"admin_users"}\n')
    assert done.returncode == FAILED and b"could not be written" in done.stderr
