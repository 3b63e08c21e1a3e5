"""Builds the package: with a module compiled against libmfa where that can be, else in Python alone.

MFA_PYTHON=compiled or MFA_PYTHON=pure chooses; without it, compiled wherever pkg-config finds libmfa and a compiler
Python.h. Either needs libmfa.so.0 when it runs: the dynamic linker's, or the one that MFA_LIBRARY names.
"""

import os
import subprocess
import sysconfig
from pathlib import Path

from setuptools import setup


def can_compile() -> bool:
    chosen = os.environ.get("MFA_PYTHON", "")
    if chosen not in ("", "compiled", "pure"):
        raise SystemExit("MFA_PYTHON must be compiled or pure")
    if chosen:
        return chosen == "compiled"
    compiler = (sysconfig.get_config_var("CC") or "cc").split()[0]
    has_header = Path(sysconfig.get_path("include"), "Python.h").exists()
    try:
        for command in (["pkg-config", "--exists", "libmfa"], [compiler, "--version"]):
            subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        return False
    return has_header


COMPILED = can_compile()
setup(
    cffi_modules=["build_module.py:builder"] if COMPILED else [],
    options={"bdist_wheel": {"py_limited_api": "cp311"}} if COMPILED else {},
)
