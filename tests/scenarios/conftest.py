"""MFA_PYTHON_INSTALLED=1: the package mfa wherever Python finds it, not the tree's."""

import os
import sys
from pathlib import Path

if "MFA_PYTHON_INSTALLED" not in os.environ:
    sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "bindings/python"))
