#!/usr/bin/env python3
"""Records the ABI of a library and of include/mfa in tests/abi/0, after which it is what programs may rely on.

Usage: tests/abi/record.py [--breaking] build/src/libmfa.so

Says what changes. A change that breaks programs is refused without --breaking; docs/abi.md says when it is allowed. The library
must be an x86-64 build with debug information, as scripts/build makes it.
"""

import argparse
import sys
import tempfile
from pathlib import Path

import baseline


def main(words):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("library", type=Path)
    parser.add_argument("--breaking", action="store_true", help="record also what breaks programs built against the last record")
    parser.add_argument("--headers", type=Path, default=baseline.HEADERS, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, default=baseline.RECORDED, help=argparse.SUPPRESS)
    options = parser.parse_args(words)
    recorded = baseline.Baseline(options.folder)
    if recorded.abi.exists():
        with tempfile.TemporaryDirectory() as scratch:
            now = baseline.record(options.library, options.headers, scratch)
            breaches, additions = baseline.changes(recorded, now)
        for kind, lines in (("breaks: ", breaches), ("adds: ", additions)):
            for line in lines:
                print(kind + line)
        if breaches and not options.breaking:
            print("record.py: nothing is recorded: this breaks programs (--breaking, if docs/abi.md allows it)", file=sys.stderr)
            return 1
    baseline.record(options.library, options.headers, options.folder)
    print(f"recorded in {options.folder}: each change needs its line in CHANGELOG.md")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
