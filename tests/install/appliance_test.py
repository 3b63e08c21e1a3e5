"""examples/appliance, built static as its README says, does in an empty chroot what tests/examples/appliance_test.py asks of it.

MFA_AUTHENTICATOR names the program of the software authenticator; by default the one that scripts/build makes.
"""

import os
import re
import subprocess

import pytest

from install_test import PREFIX, ROOT
from conftest import say

README = (ROOT / "examples/appliance/README.md").read_text()


@pytest.fixture(scope="module")
def program(static_program, tmp_path_factory):
    sources = [path for folder in ("common", "appliance") for path in sorted((ROOT / "examples" / folder).glob("*.c"))]
    return static_program(sources, tmp_path_factory.mktemp("appliance") / "mfa-check")


def test_it_is_one_file_of_a_few_megabytes(program):
    size = program.stat().st_size
    say(f"mfa-check: {size / 1e6:.1f} MB, static and stripped")
    assert size < 12e6
    assert abs(size / 1e6 - int(re.search(r"About (\d+) MB\.", README).group(1))) < 1


def test_sign_ins_in_an_empty_chroot(program):
    passkey = os.environ.get("MFA_AUTHENTICATOR", PREFIX.parent / "tests/scenarios/scenario_authenticator")
    environment = {**os.environ, "MFA_CHECK": str(program), "MFA_CHECK_ROOT": "1", "MFA_AUTHENTICATOR": str(passkey)}
    run = subprocess.run(["/usr/bin/python3", "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider",
                          ROOT / "tests/examples/appliance_test.py"], env=environment, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    say("mfa-check in an empty chroot: " + run.stdout.splitlines()[-1])


def test_the_readme_builds_it_as_this_test_does():
    assert "cc -O2 -static -s -Iexamples/common examples/common/*.c examples/appliance/*.c -o mfa-check" in README
    assert re.search(r"meson setup build-static .*-Dexamples=false .*--force-fallback-for=libcbor", README)
