"""The programs in README.md, in C and in Python, run against the installed tree as the README says, and do what it says.

The codes are oathtool's, so that no code of libmfa checks itself.
"""

import os
import re
import subprocess
import time
from urllib.parse import parse_qs, unquote, urlparse

import pytest

from install_test import PREFIX, ROOT, build

README = (ROOT / "README.md").read_text()
PROGRAM = re.search(r"```c\n(.*?)```", README, re.S).group(1)
PYTHON = re.search(r"```python\n(.*?)```", README, re.S).group(1)


@pytest.fixture(scope="module", params=["shared", "static", "python"])
def program(request, tmp_path_factory):
    """A command, and what it needs in its environment."""
    folder = tmp_path_factory.mktemp("readme")
    if request.param != "python":
        return [build(folder, PREFIX, PROGRAM, request.param == "static")], {}
    (folder / "app.py").write_text(PYTHON)
    env = {"PYTHONPATH": str(ROOT / "bindings/python"), "MFA_LIBRARY": str(PREFIX / "lib/libmfa.so.0")}
    return ["/usr/bin/python3", "-B", folder / "app.py"], env


def oathtool(secret, at):
    when = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(at))
    return subprocess.run(["oathtool", "--totp", "--base32", "--now", when, secret], check=True, capture_output=True,
                          text=True).stdout.strip()


def talk(program, second_code):
    """Answers the prompts; second_code(secret, first code) is what is typed to sign in. (exit code, all output)"""
    command, env = program
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                               env={**os.environ, **env})
    uri = process.stdout.readline().split(": ", 1)[1].strip()
    parsed = urlparse(uri)
    assert (parsed.scheme, parsed.netloc, unquote(parsed.path)) == ("otpauth", "totp", "/Example:alice")
    secret = parse_qs(parsed.query)["secret"][0]
    first = oathtool(secret, time.time())
    output, _ = process.communicate(f"{first}\n{second_code(secret, first)}\n", timeout=30)
    return process.returncode, output


def test_the_next_code_signs_in(program):
    code, output = talk(program, lambda secret, first: oathtool(secret, time.time() + 30))
    assert output.endswith("alice is signed in.\n"), output
    assert code == 0


def test_the_same_code_does_not(program):
    code, output = talk(program, lambda secret, first: first)
    assert "signed in" not in output.replace("sign in", "")
    assert code == 1


def test_nothing_but_digits_does_not(program):
    code, output = talk(program, lambda secret, first: "abcdef")
    assert code == 1


def test_the_commands_are_those_that_the_tests_use():
    assert "$(pkg-config --cflags --libs libmfa) -Wl,-rpath,$(pkg-config --variable=libdir libmfa)" in README
    assert "$(pkg-config --static --cflags --libs libmfa | sed 's/-lmfa/-l:libmfa.a/')" in README
    assert "`PYTHONPATH=bindings/python MFA_LIBRARY=build/prefix/lib/libmfa.so.0 python3 app.py`" in README
    assert len(PYTHON.splitlines()) <= 15


def test_the_two_commands_come_first():
    first_block = re.search(r"```sh\n(.*?)```", README, re.S).group(1)
    assert re.findall(r"^scripts/\w+", first_block, re.M) == ["scripts/demo", "scripts/test"]
