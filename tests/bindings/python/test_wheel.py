"""The wheels, made and installed without a network: one compiled, which passes the tests of this folder, and one in
Python alone.

MFA_PKG_CONFIG is the folder with libmfa's .pc, MFA_LIBRARY the shared library.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
SOURCES = HERE.parents[2] / "bindings/python"
NOT_COMPILED = {name: value for name, value in os.environ.items() if not name.startswith(("MFA_PYTHON", "PYTHON"))}
BEHAVIOUR = ["test_sign_in.py", "test_store.py", "test_stateless.py", "test_wrong_use.py", "test_lifetime.py"]


def run(*command, env, **more):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, env=env, **more)
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
    return done.stdout


def environment(**more):
    return {
        **NOT_COMPILED,
        "PKG_CONFIG_PATH": os.environ["MFA_PKG_CONFIG"],
        "CFLAGS": "-O0",
        "PIP_NO_CACHE_DIR": "1",
        **more,
    }


def installed(folder, **more):
    """(the wheel's name, the Python of a venv that has it)"""
    shutil.copytree(SOURCES, folder / "source", ignore=shutil.ignore_patterns("build", "*.egg-info", "__pycache__"))
    pip = ["/usr/bin/python3", "-m", "pip", "--disable-pip-version-check"]
    quiet = ["--no-index", "--no-deps", "-q"]
    run(*pip, "wheel", "--no-build-isolation", *quiet, "-w", folder, "./source", env=environment(**more), cwd=folder)
    (wheel,) = folder.glob("*.whl")
    run("/usr/bin/python3", "-m", "venv", "--system-site-packages", "--without-pip", folder / "venv", env=environment())
    python = folder / "venv/bin/python3"
    run(*pip, "--python", python, "install", *quiet, wheel, env=environment())
    return wheel.name, python


@pytest.fixture(scope="module")
def compiled(tmp_path_factory):
    return installed(tmp_path_factory.mktemp("compiled"))


@pytest.fixture(scope="module")
def pure(tmp_path_factory):
    return installed(tmp_path_factory.mktemp("pure"), MFA_PYTHON="pure")


def test_the_compiled_wheel_is_for_every_later_python(compiled):
    assert compiled[0].startswith("libmfa-") and "-cp311-abi3-linux_" in compiled[0]


def test_the_compiled_wheel_finds_the_library_that_it_was_linked_with(compiled):
    env = {name: value for name, value in environment().items() if name != "MFA_LIBRARY"}
    told = run(compiled[1], "-c", "import mfa; print(mfa.__file__, mfa.COMPILED, mfa.version())", env=env, cwd="/")
    assert str(compiled[1].parents[1]) in told and " True " in told


def test_the_compiled_wheel_does_all_that_the_package_does(compiled):
    env = {name: value for name, value in environment(MFA_PYTHON_INSTALLED="compiled").items() if name != "MFA_LIBRARY"}
    told = run(compiled[1], "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", *BEHAVIOUR, env=env, cwd=HERE)
    assert " passed" in told and "failed" not in told


def test_the_pure_wheel_is_for_every_machine(pure):
    assert pure[0].endswith("-py3-none-any.whl")
    told = run(pure[1], "-c", "import mfa; print(mfa.__file__, mfa.COMPILED)", env=environment(), cwd="/")
    assert str(pure[1].parents[1]) in told and told.endswith("False\n")


def test_the_pure_wheel_says_which_library_it_lacks(pure):
    env = environment(MFA_LIBRARY="/nowhere/libmfa.so.0")
    told = subprocess.run([pure[1], "-c", "import mfa"], capture_output=True, text=True, env=env, cwd="/")
    assert told.returncode == 1 and "/nowhere/libmfa.so.0" in told.stderr


def test_the_wheels_hold_the_types(pure, compiled):
    for _, python in (pure, compiled):
        (folder,) = python.parents[1].glob("lib/python3*/site-packages/mfa")
        assert (folder / "py.typed").exists() and not list(folder.glob("*.h"))


def test_the_licence_is_that_of_libmfa():
    assert (SOURCES / "LICENSE").read_text() == (HERE.parents[2] / "LICENSE").read_text()


def test_the_mode_is_one_of_two(tmp_path):
    told = subprocess.run(
        [sys.executable, "-B", SOURCES / "setup.py", "--version"],
        capture_output=True,
        text=True,
        env=environment(MFA_PYTHON="fast"),
        cwd=tmp_path,
    )
    assert told.returncode != 0 and "compiled or pure" in told.stderr
