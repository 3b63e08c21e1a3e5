"""Calls the mfa command, whose path is in MFA_CLI, and says what it must answer."""

import json
import os
import re
import subprocess

MFA = os.environ["MFA_CLI"]
YES, NO, USAGE, FAILED = 0, 1, 2, 3


def mfa(*words, stdin=b"", **options):
    return subprocess.run([MFA, *words], input=stdin, capture_output=True, timeout=60, **options)


def says(code, text, *words, **options):
    """The answer is on stdout, and stderr is empty."""
    done = mfa(*words, **options)
    assert (done.returncode, done.stderr) == (code, b"")
    assert done.stdout.decode() == text


def answers(code, *words, **options):
    done = mfa(*words, "--json", **options)
    assert done.returncode == code
    lines = done.stdout.decode().splitlines()
    assert len(lines) == 1
    return json.loads(lines[0])


def fails(code, pattern, *words, **options):
    """Nothing on stdout, one line on stderr."""
    done = mfa(*words, **options)
    assert done.returncode == code
    assert done.stdout == b""
    line = done.stderr.decode()
    assert line.startswith("mfa") and line.count("\n") == 1 and line.endswith("\n")
    assert re.search(pattern, line), line
