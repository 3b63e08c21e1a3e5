"""mfa user on a SQLite file, which FILL_STORE fills through the library: alice, bob (locked) and b, 0xff, newline."""

import json
import os
import subprocess
import time

import pytest

from command import FAILED, NO, USAGE, YES, answers, fails, mfa, says

CONFIG = {"version": 1, "realm": "shop", "issuer": "Shop", "throttle": {"per_method": {"first_wait_s": 3600}}}
STRANGE = b"b\xff\n"


@pytest.fixture
def store(tmp_path):
    """The options that open the store."""
    key, config, database = tmp_path / "seal.key", tmp_path / "config.json", tmp_path / "mfa.db"
    key.write_bytes(os.urandom(32))
    config.write_text(json.dumps(CONFIG))
    subprocess.run([os.environ["FILL_STORE"], f"sqlite:{database}", config, key], check=True, timeout=60)
    return ["--store", f"sqlite:{database}", "--key-file", str(key), "--config", str(config)]


def factors(store, user):
    answer = answers(YES, "user", "show", *store, user)
    assert answer["user"] == user
    return answer["account"]["factors"]


def test_list_names_every_user_in_byte_order(store):
    says(YES, "alice\nbob\nhex:62ff0a\n", "user", "list", *store)
    assert answers(YES, "user", "list", *store) == {"users": [{"user": "alice"}, {"user": "bob"}, {"user_hex": "62ff0a"}]}
    says(YES, "bob\n", "user", "list", *store, "--after", "alice", "--limit", "1")
    says(YES, "bob\nhex:62ff0a\n", "user", "list", *store, "--after", "b")
    says(YES, "", "user", "list", *store, "--after", "c")
    assert answers(YES, "user", "list", *store, "--after", "c") == {"users": []}
    fails(USAGE, "--limit must be", "user", "list", *store, "--limit", "0")


def test_show_lists_factors_and_their_lock(store):
    done = mfa("user", "show", *store, "alice")
    assert (done.returncode, done.stderr) == (YES, b"")
    line, rest = done.stdout.decode().split("\n", 1)
    assert "  totp  enabled  added 20" in line and "  used " in line and line.endswith("  Phone") and "locked" not in line
    assert rest == "recovery codes left: 0\n"
    [factor] = factors(store, "bob")
    assert factor["method"] == "totp" and factor["enabled"] and factor["locked_until_s"] > time.time() + 3000
    assert "  locked until 20" in mfa("user", "show", *store, "bob").stdout.decode()
    assert mfa("user", "show", *store, STRANGE).returncode == YES


def test_show_of_a_stranger_is_a_no(store):
    for stranger in ("nobody", "alic", "alicf", "alice ", "alicd", "a", "\x01", "z" * 255):
        says(NO, "no such user\n", "user", "show", *store, stranger)
    assert answers(NO, "user", "show", *store, "nobody") == {"ok": False, "status": "MFA_NOT_FOUND"}
    fails(USAGE, "USER is missing", "user", "show", *store)
    fails(USAGE, "USER must have 1 to 255 bytes", "user", "show", *store, "")
    fails(USAGE, "USER must have 1 to 255 bytes", "user", "show", *store, "z" * 256)


def test_unlock_opens_a_locked_user(store):
    assert factors(store, "bob")[0]["locked_until_s"] != 0
    says(YES, "", "user", "unlock", *store, "bob", "--actor", "operator")
    assert factors(store, "bob")[0]["locked_until_s"] == 0
    assert answers(YES, "user", "unlock", *store, "bob") == {"ok": True, "status": "MFA_OK"}
    done = mfa("user", "unlock", *store, "nobody")
    assert (done.returncode, done.stderr) == (NO, b"") and done.stdout.count(b"\n") == 1
    assert answers(NO, "user", "unlock", *store, "nobody")["status"] == "MFA_NOT_FOUND"


def test_remove_factor_removes_the_last_one_too(store):
    [factor] = factors(store, "alice")
    says(YES, "", "user", "remove-factor", *store, "alice", factor["id"])
    assert factors(store, "alice") == []
    assert mfa("user", "show", *store, "alice").stdout.startswith(b"no factors\n")
    assert answers(NO, "user", "remove-factor", *store, "alice", factor["id"])["status"] == "MFA_NOT_FOUND"
    assert len(factors(store, "bob")) == 1
    fails(USAGE, "FACTOR is missing", "user", "remove-factor", *store, "bob")


def test_what_an_administrator_did_is_in_the_history(store):
    assert mfa("user", "unlock", *store, "alice").returncode == YES
    recent = answers(YES, "user", "show", *store, "alice")["account"]["recent"]
    assert recent[0]["event"] == "admin_unlocked"


def test_import_adds_factors_and_stops_at_the_first_that_is_refused(store, tmp_path):
    lines = tmp_path / "factors.jsonl"
    lines.write_text('{"method":"totp","uri":"otpauth://totp/x?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP","label":"Imported"}\n'
                     '\n{"method":"totp","uri":"otpauth://totp/x?secret=JBSWY3DPEHPK3PXP"}\n'
                     '{"method":"totp","uri":"nonsense"}\n'
                     '{"method":"totp","uri":"otpauth://totp/x?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"}\n')
    done = mfa("user", "import", *store, "carol", str(lines), "--actor", "operator")
    assert done.returncode == USAGE and b": uri" in done.stderr
    strong, weak = done.stdout.decode().splitlines()
    assert weak.endswith("  weak: a secret of fewer than 128 bits")
    assert [(f["id"], f["label"]) for f in factors(store, "carol")] == [(strong, "Imported"), (weak.split()[0], "Authenticator app")]
    assert answers(YES, "user", "show", *store, "carol")["account"]["recent"][0]["event"] == "admin_imported"
    fails(USAGE, "USER is missing", "user", "import", *store)
    empty = tmp_path / "empty"
    empty.write_text("\n")
    fails(USAGE, "nothing to import", "user", "import", *store, "carol", str(empty))


def test_audit_names_the_users_whose_keys_metadata_warns_of(store, tmp_path):
    config = json.loads((tmp_path / "config.json").read_text())
    config["webauthn"] = {"rp_id": "example.test", "origins": ["https://example.test"]}
    (tmp_path / "config.json").write_text(json.dumps(config))
    blob, root, line = tmp_path / "blob", tmp_path / "root.der", tmp_path / "key.json"

    def metadata(status):
        done = subprocess.run([os.environ["MAKE_METADATA"], status, blob, root], check=True, capture_output=True, timeout=60)
        line.write_bytes(done.stdout)
        return ["--mds-blob", str(blob), "--mds-root", str(root)]

    options = metadata("FIDO_CERTIFIED")
    assert answers(YES, "user", "import", *store, "alice", str(line))["weak_secret"] is False
    says(YES, "", "user", "audit", *store, *options)
    assert answers(NO, "user", "import", *store, "bob", str(line))["status"] == "MFA_EXISTS"
    options = metadata("REVOKED")
    assert mfa("user", "audit", *store, *options).stdout.decode().startswith('alice  [{"factor":')
    [row] = answers(NO, "user", "audit", *store, *options)["users"]
    assert row["user"] == "alice" and row["keys"][0]["statuses"][0]["status"] == "REVOKED"
    fails(USAGE, "--mds-root", "user", "audit", *store, *options[:2])


def test_a_store_is_never_made_by_looking_at_it(store, tmp_path):
    absent = ["--store", f"sqlite:{tmp_path}/absent.db", *store[2:]]
    fails(USAGE, "cannot open .*absent.db: No such file", "user", "list", *absent)
    assert not (tmp_path / "absent.db").exists()
    fails(USAGE, "scheme", "user", "list", "--store", "carrier-pigeon", *store[2:])
    other = tmp_path / "other.db"
    other.write_bytes(b"not a database, but long enough to look at " * 100)
    fails(FAILED, "MFA_ERR_STORE", "user", "list", "--store", f"sqlite:{other}", *store[2:])


def test_the_realm_is_named_once(store):
    say_realm = [*store[:4], "--realm", "shop"]
    assert mfa("user", "list", *say_realm).stdout == mfa("user", "list", *store).stdout
    says(YES, "", "user", "list", *store[:4])  # the realm without a name has no users
    fails(USAGE, "--realm goes without --config", "user", "list", *store, "--realm", "shop")
    fails(USAGE, "MFA_ERR_CONFIG", "user", "list", *store[:4], "--realm", "a/b")


def test_a_configuration_that_is_refused_is_named(store, tmp_path):
    config = tmp_path / "bad.json"
    config.write_text(json.dumps({**CONFIG, "frobnicate": 1}))
    fails(USAGE, "frobnicate.*MFA_ERR_CONFIG", "user", "list", *store[:4], "--config", str(config))
    fails(USAGE, "cannot open", "user", "list", *store[:4], "--config", str(tmp_path / "absent"))


def test_keys_are_read_from_lines_too(store, tmp_path):
    raw = open(store[3], "rb").read()
    ring = tmp_path / "ring"

    def opened_with(text):
        ring.write_text(text)
        return ["user", "show", *store[:2], "--key-file", str(ring), *store[4:], "alice"]

    other = "22" * 32
    assert mfa(*opened_with(raw.hex() + "\n")).returncode == YES
    assert mfa(*opened_with(f"# the new one first\n2 {other}\n\n1\t{raw.hex()}\r\n")).returncode == YES
    key = mfa("key", "new").stdout.decode()
    fails(FAILED, "MFA_ERR_KEY", *opened_with(f"2 {key}"))
    fails(FAILED, "MFA_ERR_DAMAGED", *opened_with(key))
    for text, why in (("", "holds no key"), ("# nothing\n", "holds no key"), ("1 abc", ":1: not a key"), (f"\n0 {other}", ":2: the key's id"),
                      (f"4294967296 {other}", ":1: the key's id"), (f"1x {other}", ":1: the key's id"), (f"1 {other}\n1 {key}", ":2: the key's id came before"),
                      (f"1 {other}0", ":1: not a key"), (f"1 {other} x", ":1: not a key"), ("A" * 42 + "B", ":1: not a key")):
        fails(USAGE, why, *opened_with(text))
    done = mfa(*opened_with(f"1 {other[:-1]}"))
    assert other[:20].encode() not in done.stderr  # a key that is cut short is still no text for a log


def test_users_need_their_options(store):
    fails(USAGE, "--store is needed", "user", "list")
    fails(USAGE, "--key-file is needed", "user", "list", *store[:2])
    fails(USAGE, r"list, show, unlock, remove-factor, import or audit\?", "user")
    for action in ("list", "show", "unlock", "remove-factor"):
        done = mfa("user", action, "--help")
        assert done.returncode == YES and done.stdout.startswith(b"usage: mfa user list")
