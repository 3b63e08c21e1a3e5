"""The same on PostgreSQL: a server that this test starts on a socket, and stops."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent


@pytest.fixture
def postgresql():
    """A server of its own on a socket, as Django's settings of it. PostgreSQL does not run as root."""
    (programs,) = sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1:]
    as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if as_user:
            shutil.chown(folder, "postgres")
        yield from serving(programs, as_user, folder)


def serving(programs, as_user, folder):
    env = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
    run = {"env": env, "cwd": folder, "check": True, "stdout": subprocess.DEVNULL}
    data = folder / "data"
    subprocess.run([*as_user, programs / "initdb", "-D", data, "-A", "trust", "-U", "mfa", "-E", "UTF8", "--no-locale", "--no-sync"], **run)
    options = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off"
    subprocess.run([*as_user, programs / "pg_ctl", "-D", data, "-w", "-s", "-l", folder / "log", "-o", options, "start"], **run)
    try:
        yield {"ENGINE": "django.db.backends.postgresql", "NAME": "postgres", "USER": "mfa", "HOST": str(folder)}
    finally:
        subprocess.run([*as_user, programs / "pg_ctl", "-D", data, "-w", "-s", "-m", "immediate", "stop"], **run)


def test_on_postgresql(postgresql):
    """The tests of the store, of the import and of a login, with PostgreSQL below them."""
    chosen = ["races.py", "test_store.py", "test_import.py", "test_login.py::test_an_authenticator_app"]
    command = [sys.executable, "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "ignore", *chosen]
    env = {**os.environ, "MFA_TEST_DATABASE": json.dumps(postgresql)}
    done = subprocess.run(command, cwd=HERE, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
