"""Finds libmfa: the compiled module where the package was built with a compiler, else the shared library opened by
name."""

import importlib
import importlib.util
import os
from typing import Any


def _load() -> tuple[Any, Any, bool]:
    path = os.environ.get("MFA_LIBRARY")
    if path is None and importlib.util.find_spec("mfa._mfa") is not None:
        compiled = importlib.import_module("mfa._mfa")
        return compiled.ffi, compiled.lib, True
    from mfa._declarations import DECLARATIONS

    opened = importlib.import_module("cffi").FFI()
    opened.cdef(DECLARATIONS)
    return opened, opened.dlopen(path or "libmfa.so.0"), False


ffi: Any
lib: Any
COMPILED: bool
"""True: calls go through a module compiled against the headers. False: through libffi."""
ffi, lib, COMPILED = _load()
