"""Where the package is: in the tree, or with MFA_PYTHON_INSTALLED=1 wherever Python finds it. MFA_LIBRARY:
libmfa.so."""

import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
if "MFA_PYTHON_INSTALLED" not in os.environ:
    sys.path.insert(0, str(ROOT / "bindings/python"))
sys.path.append(str(ROOT / "tests/browser"))  # the software passkey

from small_site import MemoryStore, Site  # noqa: E402


@pytest.fixture(params=["libmfa's store", "a store in Python"])
def site(request):
    with Site(MemoryStore() if "Python" in request.param else None) as made:
        yield made


@pytest.fixture
def alone():
    with Site(MemoryStore()) as made:
        yield made
