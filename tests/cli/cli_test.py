"""The mfa command as a program: what it prints, where, and its exit status."""

import json
import os
import re
import stat
import subprocess

from command import FAILED, MFA, NO, USAGE, YES, answers, fails, mfa, says

SEED = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


# ---- the command itself


def test_help_and_version_are_answers():
    for words in (["--help"], ["-h"], ["totp", "--help"], ["totp", "code", "--help"], ["key", "--help"], ["key", "new", "-h"]):
        done = mfa(*words)
        assert (done.returncode, done.stderr) == (YES, b"")
        assert done.stdout.startswith(b"usage: mfa ")
    done = mfa("--version")
    assert done.returncode == YES and re.fullmatch(rb"mfa \d+\.\d+\.\d+\n", done.stdout)


def test_unknown_commands_are_usage_errors():
    fails(USAGE, "which command")
    fails(USAGE, "no command frobnicate", "frobnicate")
    fails(USAGE, r"mfa totp: code, verify, uri or qr\?", "totp")
    fails(USAGE, r"mfa totp: code, verify, uri or qr\?", "totp", "show")
    fails(USAGE, r"mfa key: new\?", "key")


def test_options_are_understood_or_refused():
    code = ["totp", "code", "--secret", SEED, "--time", "59"]
    says(YES, "287082\n", "totp", "code", "--secret=" + SEED, "--time=59")
    fails(USAGE, "no option --frob", *code, "--frob=1")
    fails(USAGE, "no option -x", *code, "-x")
    fails(USAGE, "--time is given twice", *code, "--time", "60")
    fails(USAGE, "--digits needs a value", *code, "--digits")
    fails(USAGE, "--json takes no value", *code, "--json=yes")
    fails(USAGE, "one operand too many", *code, "word")
    fails(USAGE, "one operand too many", *code, "--", "--json")
    fails(USAGE, r"no option --a\?b", *code, "--a\nb")


def test_stdout_that_cannot_be_written_is_reported():
    with open("/dev/full", "wb") as full:
        done = subprocess.run([MFA, "totp", "code", "--secret", SEED], stdout=full, stderr=subprocess.PIPE, timeout=60)
    assert done.returncode == FAILED
    assert done.stderr == b"mfa: the answer could not be written\n"


# ---- totp


def test_totp_code_of_rfc_6238():
    says(YES, "94287082\n", "totp", "code", "--secret", SEED, "--digits", "8", "--time", "59")
    sha256 = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZA"
    says(YES, "46119246\n", "totp", "code", "--secret", sha256, "--algorithm", "sha256", "--digits", "8", "--time", "59")
    answer = answers(YES, "totp", "code", "--secret", SEED, "--digits", "8", "--time", "59")
    assert answer == {"code": "94287082", "step": 2, "valid_until_s": 60}


def test_totp_code_counts_by_period_and_t0():
    says(YES, "755224\n", "totp", "code", "--secret", SEED, "--t0", "1000", "--period", "60", "--time", "1059")
    says(YES, "287082\n", "totp", "code", "--secret", SEED, "--t0", "1000", "--period", "60", "--time", "1060")
    answer = answers(YES, "totp", "code", "--secret", SEED, "--t0", "1000", "--period", "60", "--time", "1060")
    assert (answer["step"], answer["valid_until_s"]) == (2, 1120)
    fails(USAGE, "before t0", "totp", "code", "--secret", SEED, "--t0", "1000", "--time", "999")


def test_totp_code_is_of_now_by_default():
    done = mfa("totp", "code", "--secret", SEED)
    assert done.returncode == YES and re.fullmatch(rb"\d{6}\n", done.stdout)
    says_right = mfa("totp", "verify", "--secret", SEED, done.stdout.decode().strip())
    assert says_right.returncode == YES


def test_secrets_come_as_text_file_or_stdin(tmp_path):
    path = tmp_path / "secret"
    path.write_text("gezd gnbv gy3t qojq gezd gnbv gy3t qojq\n")
    says(YES, "287082\n", "totp", "code", "--secret-file", str(path), "--time", "59")
    says(YES, "287082\n", "totp", "code", "--secret-file", "-", "--time", "59", stdin=b"\n" + SEED.encode() + b"\r\n")
    fails(USAGE, "one of --secret and --secret-file", "totp", "code", "--time", "59")
    fails(USAGE, "one of --secret and --secret-file", "totp", "code", "--secret", SEED, "--secret-file", str(path))
    fails(USAGE, "cannot open .*absent: No such file", "totp", "code", "--secret-file", str(tmp_path / "absent"))
    fails(USAGE, "cannot read .*directory", "totp", "code", "--secret-file", str(tmp_path))
    path.write_bytes(b"A" * 4097)
    fails(USAGE, "larger than 4096 bytes", "totp", "code", "--secret-file", str(path))


def test_secrets_are_base32_of_128_bits_and_never_repeated_in_an_error():
    for secret, why in (("GEZDGNBVGY3TQ1JQ", "not base32"), ("", "has 0 bytes, not 16 to 128"), ("GEZDGNBVGY3TQOJQ", "has 10 bytes"),
                        ("A" * 207, "has 129 bytes")):
        done = mfa("totp", "code", "--secret", secret, "--time", "59")
        assert done.returncode == USAGE and done.stdout == b""
        assert why in done.stderr.decode()
        assert not secret or secret.encode() not in done.stderr
    says(YES, "263420\n", "totp", "code", "--secret", "GEZDGNBVGY3TQOJQ", "--time", "59", "--unsafe-short-secret")
    fails(USAGE, "has 9 bytes, not 10", "totp", "code", "--secret", "GEZDGNBVGY3TQOI", "--unsafe-short-secret")


def test_totp_numbers_are_bounded():
    code = ["totp", "code", "--secret", SEED]
    for option, values, bounds in (("--digits", ["5", "11", "", "6.0", "+6", "-6", "18446744073709551622"], "6 to 10"),
                                   ("--period", ["0", "3601"], "1 to 3600"), ("--time", ["-1", "now", "9223372036854775808"], "0 to ")):
        for value in values:
            fails(USAGE, f"{option} must be a number from {bounds}", *code, option + "=" + value)
    fails(USAGE, "--algorithm must be sha1, sha256 or sha512", *code, "--algorithm", "md5")
    fails(USAGE, "--past must be a number from 0 to 2", "totp", "verify", "--secret", SEED, "--past", "3", "000000")
    assert mfa("totp", "verify", "--secret", SEED, "--past", "10", "--unsafe-wide-window", "000000").returncode in (YES, NO)


def test_totp_verify_says_yes_and_no():
    verify = ["totp", "verify", "--secret", SEED, "--time", "1111111109"]
    says(YES, "right, step 37037037\n", *verify, "081804")
    says(YES, "right, step 37037037\n", *verify, "081 804", "--last-step", "37037036")
    says(NO, "already used\n", *verify, "081804", "--last-step", "37037037")
    says(NO, "wrong code\n", *verify, "081805")
    says(NO, "not a code\n", *verify, "0818o4")
    says(NO, "not a code\n", *verify, "--", "")
    fails(USAGE, "CODE is missing", *verify)


def test_totp_verify_names_a_clock_that_is_off():
    verify = ["totp", "verify", "--secret", SEED, "081804"]
    says(NO, "wrong code; right for a clock that is 120 s behind\n", *verify, "--time", "1111111229")
    says(NO, "wrong code; right for a clock that is 300 s ahead\n", *verify, "--time", "1111110809")
    says(YES, "right, step 37037037\n", *verify, "--time", "1111111229", "--past", "4", "--unsafe-wide-window")


def test_totp_verify_as_json():
    verify = ["totp", "verify", "--secret", SEED, "--time", "1111111109"]
    assert answers(YES, *verify, "081804") == {"ok": True, "status": "MFA_OK", "step": 37037037}
    answer = answers(NO, *verify, "081805")
    assert (answer["ok"], answer["status"], answer["reason"]) == (False, "MFA_WRONG", "otp.wrong_code")
    assert answers(NO, *verify, "081804", "--last-step", "37037037")["status"] == "MFA_ALREADY_USED"
    assert answers(NO, *verify, "x")["status"] == "MFA_MALFORMED"
    assert answers(NO, "totp", "verify", "--secret", SEED, "--time", "1111111229", "081804")["clock_skew_s"] == -120


def test_totp_uri():
    uri = f"otpauth://totp/Example%20Co:alice%40example.org?secret={SEED}&issuer=Example%20Co"
    words = ["totp", "uri", "--secret", SEED, "--issuer", "Example Co", "--account", "alice@example.org"]
    says(YES, uri + "\n", *words)
    says(YES, uri + "&algorithm=SHA512&digits=8&period=60\n", *words, "--algorithm", "sha512", "--digits", "8", "--period", "60")
    assert answers(YES, *words) == {"uri": uri}
    fails(USAGE, "--account is needed", "totp", "uri", "--secret", SEED)
    fails(USAGE, "colons", "totp", "uri", "--secret", SEED, "--account", "a:b")
    answer = mfa("totp", "uri", "--secret", SEED, "--account", "a:b", "--json")
    assert answer.returncode == USAGE and json.loads(answer.stdout)["reason"] == "otpauth.label"


def test_totp_qr(tmp_path):
    words = ["totp", "qr", "--secret", SEED, "--issuer", "Example", "--account", "alice"]
    svg = mfa(*words, "--form", "svg")
    assert svg.returncode == YES and svg.stdout.startswith(b"<svg ") and svg.stdout.endswith(b"</svg>\n")
    ansi = mfa(*words)
    assert ansi.returncode == YES and "\u2588" in ansi.stdout.decode()
    uri = mfa("totp", "uri", *words[2:]).stdout
    assert mfa("totp", "qr", "--uri-file", "-", stdin=uri).stdout == ansi.stdout
    answer = answers(YES, *words, "--form", "svg")
    assert (answer["uri"], answer["form"], answer["qr"] + "\n") == (uri.decode().strip(), "svg", svg.stdout.decode())
    fails(USAGE, "--form must be ansi or svg", *words, "--form", "png")
    fails(USAGE, "--uri-file goes without --secret", *words, "--uri-file", "-")
    fails(USAGE, "1 to 2331 bytes", "totp", "qr", "--uri-file", "-", stdin=b"x" * 2332)


# ---- key


def test_keys_are_32_fresh_bytes():
    texts = [mfa("key", "new").stdout.decode() for _ in range(4)]
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{43}\n", text) for text in texts) and len(set(texts)) == 4
    assert re.fullmatch(r"[0-9a-f]{64}\n", mfa("key", "new", "--format", "hex").stdout.decode())
    answer = answers(YES, "key", "new")
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", answer["key"]) and answer["format"] == "base64url"
    fails(USAGE, "--format must be", "key", "new", "--format", "raw")


def test_a_key_file_is_its_owners_and_never_overwritten(tmp_path):
    path = tmp_path / "key"
    before = os.umask(0)
    try:
        says(YES, "", "key", "new", "--out", str(path))
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    text = path.read_text()
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}\n", text)
    fails(USAGE, "cannot create .*: File exists", "key", "new", "--out", str(path))
    assert path.read_text() == text
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "elsewhere")
    fails(USAGE, "File exists", "key", "new", "--out", str(link))
    assert not (tmp_path / "elsewhere").exists()
    fails(USAGE, "cannot create", "key", "new", "--out", str(tmp_path / "absent" / "key"))
    fails(USAGE, "--out needs the name of a file", "key", "new", "--out", "-", cwd=tmp_path)
    other = tmp_path / "other"
    assert answers(YES, "key", "new", "--format", "hex", "--out", str(other)) == {"file": str(other), "format": "hex"}


def test_a_key_that_cannot_be_written_leaves_no_file():
    done = subprocess.run(["/bin/sh", "-c", 'ulimit -f 0; trap "" XFSZ; exec "$0" key new --out "$1"', MFA, "key.unwritten"],
                          capture_output=True, timeout=60)
    assert done.returncode == FAILED and b"cannot write" in done.stderr
    assert not os.path.exists("key.unwritten")
