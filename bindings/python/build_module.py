"""mfa._mfa, the module compiled against libmfa's headers: for Python's stable ABI, so that one serves every later
Python."""

import runpy
import subprocess
from pathlib import Path

from cffi import FFI

DECLARATIONS = runpy.run_path(str(Path(__file__).resolve().parent / "mfa/_declarations.py"))["DECLARATIONS"]

# What libmfa calls in Python; mfa/_callbacks.py defines them.
CALLBACKS = """
extern "Python" {
  mfa_store_answer mfa_python_load(void *, const char *, size_t, mfa_buffer *, uint64_t *, mfa_error *);
  mfa_store_answer mfa_python_save(void *, const char *, size_t, const uint8_t *, size_t, uint64_t, uint64_t, uint64_t,
                                   mfa_error *);
  mfa_store_answer mfa_python_erase(void *, const char *, size_t, uint64_t, mfa_error *);
  mfa_store_answer mfa_python_scan(void *, const char *, size_t, const char *, size_t, size_t, mfa_scan_fn, void *,
                                   mfa_error *);
  mfa_store_answer mfa_python_found(void *, const char *, size_t, const uint8_t *, size_t, uint64_t);
  uint64_t mfa_python_now_s(void *);
  int32_t mfa_python_random(void *, uint8_t *, size_t);
  void mfa_python_event(void *, const char *, size_t);
}
"""


def pkg_config(*options: str) -> list[str]:
    return subprocess.run(["pkg-config", *options, "libmfa"], check=True, capture_output=True, text=True).stdout.split()


def without(prefix: str, flags: list[str]) -> list[str]:
    return [flag.removeprefix(prefix) for flag in flags]


builder = FFI()
builder.cdef(DECLARATIONS + CALLBACKS)
folders = without("-L", pkg_config("--libs-only-L"))
# A folder that pkg-config names is not one that the dynamic linker searches by itself.
builder.set_source(
    "mfa._mfa",
    "#include <mfa/mfa.h>",
    include_dirs=without("-I", pkg_config("--cflags-only-I")),
    library_dirs=folders,
    runtime_library_dirs=folders,
    libraries=["mfa"],
)
