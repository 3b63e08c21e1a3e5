"""The ABI as it was last recorded, in tests/abi/0 (0 is the soname's number), and what has changed since.

A *breach* is what a program built against the recorded headers could notice; an *addition* is what it cannot. docs/abi.md says
which is which. record.py writes the folder anew.
"""

import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import layout

ROOT = Path(__file__).resolve().parents[2]
RECORDED = Path(__file__).resolve().parent / "0"
HEADERS = ROOT / "include/mfa"
# Nothing of the machine that it was made on, and of the library nothing but what the headers say.
ABIDW = ("abidw", "--no-corpus-path", "--no-comp-dir-path", "--no-show-locs", "--no-elf-needed", "--no-parameter-names",
         "--no-write-default-sizes", "--exported-interfaces-only", "--drop-private-types", "--type-id-style", "hash")
ABIDIFF_CHANGED = 4 | 8  # of its exit status: changed; so that it cannot be compatible. The other bits are errors


@dataclass(frozen=True)
class Baseline:
    """A folder with mfa/*.h, symbols and libmfa.abi."""

    folder: Path

    @property
    def headers(self):
        return self.folder / "mfa"

    @property
    def symbols(self):
        return self.folder / "symbols"

    @property
    def abi(self):
        return self.folder / "libmfa.abi"


def run(*command):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True)


def output(*command):
    result = run(*command)
    if result.returncode != 0:
        raise RuntimeError(f"{command[0]}: {result.returncode}: {result.stdout}{result.stderr}")
    return result.stdout


def difference(*words):
    """What abidiff says is not the same; empty when all is."""
    result = run("abidiff", *words)
    if result.returncode & ~ABIDIFF_CHANGED:
        raise RuntimeError(f"abidiff: {result.returncode}: {result.stdout}{result.stderr}")
    return result.stdout if result.returncode else ""


def exported(library):
    """Names with their version, as `mfa_version@@MFA_0`."""
    return {line.split()[-1] for line in output("nm", "-D", "--defined-only", library).splitlines()
            if line.split()[-2] != "A"}  # A: the version node itself


def record(library, headers, folder):
    """Makes the folder a baseline of the library and its headers."""
    made = Baseline(Path(folder))
    shutil.rmtree(made.headers, ignore_errors=True)
    made.headers.mkdir(parents=True)
    for path in sorted(Path(headers).glob("*.h")):
        shutil.copyfile(path, made.headers / path.name)
    made.symbols.write_text("".join(f"{name}\n" for name in sorted(exported(library))))
    made.abi.write_text(output(*ABIDW, "--headers-dir", headers, library))
    return made


def may_grow(structs):
    """For abidiff: to append to a struct that says its size is no change of the ABI."""
    return "".join(f"[suppress_type]\n  type_kind = struct\n  name = {name}\n  has_data_member_inserted_at = end\n\n"
                   for name in structs)


def text_of(header):
    return re.sub(r"\s+", " ", layout.without_comments(header.read_text())).strip()


def changes(old, new, compiler=("gcc",)):
    """(breaches, additions) of a baseline against an older one: a line or a paragraph each."""
    with tempfile.TemporaryDirectory() as scratch:
        before, after = (layout.layout(each.headers, compiler, scratch) for each in (old, new))
        grows = Path(scratch) / "may_grow.suppr"
        grows.write_text(may_grow(name for name in before.sizes if before.may_grow(name)))
        strict = difference("--no-added-syms", "--suppressions", grows, old.abi, new.abi)
        whole = difference(old.abi, new.abi)
    breaches, additions = layout.compare(before, after)
    was, now = (set(each.symbols.read_text().split()) for each in (old, new))
    breaches += [f"{name} is not exported any more" for name in sorted(was - now)]
    additions += [f"{name} is exported" for name in sorted(now - was)]
    if strict:
        breaches.append(strict)
    elif whole:
        additions.append(whole)
    names = sorted({path.name for each in (old, new) for path in each.headers.glob("*.h")})
    for name in names:
        paths = [each.headers / name for each in (old, new)]
        if not paths[1].exists():
            breaches.append(f"{name} is gone")
        elif not paths[0].exists() or text_of(paths[0]) != text_of(paths[1]):
            additions.append(f"{name} says something else")
    return breaches, additions
