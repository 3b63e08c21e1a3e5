"""A site whose clock can be set forward, so that no test waits for time to pass."""
import subprocess

import pytest

# Loaded before the C library.
LATER = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <time.h>
int clock_gettime(clockid_t clock, struct timespec *now) {
  int (*real)(clockid_t, struct timespec *) = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
  int answer = real(clock, now), seconds = 0;
  FILE *shift = clock == CLOCK_REALTIME ? fopen(SHIFT, "r") : NULL;
  if (shift && fscanf(shift, "%d", &seconds) == 1) now->tv_sec += seconds;
  if (shift) fclose(shift);
  return answer;
}
"""


@pytest.fixture
def later(tmp_path, monkeypatch):
    """Sets the clock of a site that is started under it forward, by the seconds it is called with."""
    source, library, shift = tmp_path / "later.c", tmp_path / "later.so", tmp_path / "shift"
    source.write_text(LATER)
    subprocess.run(["cc", "-shared", "-fPIC", f'-DSHIFT="{shift}"', source, "-o", library, "-ldl"], check=True, timeout=60)
    monkeypatch.setenv("LD_PRELOAD", str(library))
    return lambda seconds: shift.write_text(str(seconds))
