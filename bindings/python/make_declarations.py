#!/usr/bin/env python3
"""Writes mfa/_declarations.py, what cffi is told of libmfa, from include/mfa/*.h. Run it after a change of a header."""

import re
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
HEADERS = HERE.parents[1] / "include/mfa"
TARGET = HERE / "mfa/_declarations.py"
# In the order in which they need each other.
ORDER = ("base", "store", "otp", "webauthn", "u2f", "recovery", "engine", "log")
HEAD = '''"""What libmfa's headers declare, for cffi in both modes. Made by make_declarations.py: do not edit."""

DECLARATIONS = """\\
'''


def declarations(folder: Path) -> str:
    """The headers without comments, conditions, attributes and inline functions: what cffi can read."""
    unknown = {path.stem for path in folder.glob("*.h")} - {*ORDER, "mfa"}
    if unknown:
        raise SystemExit(f"headers that ORDER does not name: {sorted(unknown)}")
    text = "".join((folder / f"{name}.h").read_text(encoding="utf-8") for name in ORDER)
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    text = re.sub(r"^static inline .*?^}\n", "", text, flags=re.S | re.M)
    text = re.sub(r"\\\n", " ", text)
    numbers = re.findall(r"^#define (MFA_\w+) +(\d+)\s*$", text, flags=re.M)
    text = re.sub(r"^\s*#.*\n", "", text, flags=re.M)
    text = re.sub(r'^extern "C" {\n|^}\n', "", text, flags=re.M)
    text = re.sub(r" ?\b(MFA_API|MFA_MUST_CHECK)\b ?", "", text)
    for name, value in numbers:
        text = re.sub(rf"\[{name}\]", f"[{value}]", text)
    text = re.sub(r"[ \t]+", " ", text)
    text = "\n".join(line.strip() for line in text.splitlines() if line.strip())
    # One declaration a line where it fits, so that a change of a header is a change of few lines here.
    text = re.sub(r",\n", ", ", text)
    lines = [f"#define {name} {value}" for name, value in numbers]
    for line in text.splitlines():
        while len(line) > 118:
            cut = line.rindex(", ", 0, 118) + 1
            lines.append(line[:cut])
            line = "  " + line[cut + 1 :]
        lines.append(line)
    return "\n".join(lines) + "\n"


def module(folder: Path = HEADERS) -> str:
    return f'{HEAD}{declarations(folder)}"""\n'


if __name__ == "__main__":
    if sys.argv[1:] == ["--check"]:
        sys.exit(
            0 if TARGET.read_text(encoding="utf-8") == module() else "mfa/_declarations.py is not made from the headers"
        )
    TARGET.write_text(module(), encoding="utf-8")
