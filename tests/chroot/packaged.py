"""A machine with the Debian packages, for the tests of how they are used. tests/chroot/packages makes it.

MFA_MACHINE is the machine's folder, MFA_DEBS the one with the packages.
"""

import os
import re
import shutil
import subprocess
import time
from pathlib import Path

from readme_test import oathtool, talk

MACHINE = Path(os.environ["MFA_MACHINE"])
DEBS = Path(os.environ["MFA_DEBS"])
CHROOT = ["chroot", str(MACHINE), "/usr/bin/env", "-i", "HOME=/root", "LC_ALL=C.UTF-8", "PATH=/usr/sbin:/usr/bin:/sbin:/bin"]


def there(*command, fails=False):
    done = subprocess.run([*CHROOT, *command], capture_output=True, text=True, timeout=900)
    assert (done.returncode != 0) == fails, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout + (done.stderr if fails else "")


def shell(command, fails=False):
    """What a user types, in /root."""
    return there("sh", "-c", f"cd /root && {command}", fails=fails)


def install(*ours, others=()):
    files = []
    for name in ours:
        (deb,) = DEBS.glob(f"{name}_*.deb")
        shutil.copy(deb, MACHINE / "srv")
        files.append(f"/srv/{deb.name}")
    there("env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-y", "-q", "install", "--no-install-recommends", *files, *others)


def write(name, text):
    path = MACHINE / "root" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def signs_in(*command):
    code, output = talk(([*CHROOT, *command], {}), lambda secret, first: oathtool(secret, time.time() + 30))
    assert code == 0 and output.endswith("alice is signed in.\n"), output


def needed(program):
    listing = subprocess.run(["readelf", "-d", MACHINE / "root" / program], check=True, capture_output=True, text=True).stdout
    return re.findall(r"NEEDED.*\[(.*)\]", listing)
