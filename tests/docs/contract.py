"""The contract as docs/reference/headers.py reads it."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "docs/reference"))
from headers import Lack, read  # noqa: E402, F401

INCLUDE = ROOT / "include/mfa"
CONTRACT = read(INCLUDE)
