"""Writes a library in C that is loaded before libmfa: it passes each call on and notes what was answered.

With MFA_ANSWERS naming a file, the notes are appended to it at the end, a line "mfa_verify_code 1" for each pair.
"""

import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "abi"))
import declarations  # noqa: E402

HEAD = """#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <mfa/mfa.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { kStatuses = 64, kBelow = 32 }; /* of -32 to 31 */
static atomic_ullong seen[%d];
static const char *const names[] = {%s};
%s
/* At once, for there may be no memory at the first call. */
__attribute__((constructor)) static void find(void) {
%s}

static mfa_status note(int call, mfa_status status) {
  if (status >= -kBelow && status < kStatuses - kBelow) atomic_fetch_or(&seen[call], 1ull << (status + kBelow));
  return status;
}

__attribute__((destructor)) static void tell(void) {
  const char *path = getenv("MFA_ANSWERS");
  int file = path ? open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : -1;
  if (file < 0) return;
  for (size_t call = 0; call < sizeof names / sizeof *names; call++)
    for (int bit = 0; bit < kStatuses; bit++)
      if (atomic_load(&seen[call]) >> bit & 1) dprintf(file, "%%s %%d\\n", names[call], bit - kBelow);
  close(file);
}
"""
CALL = """
MFA_API mfa_status {name}({parameters}) {{ return note({number}, real_{name}({arguments})); }}
"""


def source(folder):
    calls = []
    for path in sorted(Path(folder).glob("*.h")):
        text = re.sub(r"/\*.*?\*/", " ", path.read_text(), flags=re.S)
        for result, name, parameters in declarations.DECLARATION.findall(text):
            if declarations.squeeze(result) == "mfa_status":
                calls.append((name, declarations.squeeze(parameters)))
    known = {function.name: function for function in declarations.declared(folder)}
    head = HEAD % (len(calls), ", ".join(f'"{name}"' for name, _ in calls),
                   "".join(f"static __typeof__({name}) *real_{name};\n" for name, _ in calls),
                   "".join(f'  *(void **)&real_{name} = dlsym(RTLD_NEXT, "{name}");\n' for name, _ in calls))
    return head + "".join(
        CALL.format(name=name, parameters=parameters, number=number,
                    arguments=", ".join(parameter.name for parameter in known[name].parameters))
        for number, (name, parameters) in enumerate(calls))


if __name__ == "__main__":
    Path(sys.argv[2]).write_text(source(sys.argv[1]))
