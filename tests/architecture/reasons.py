"""Which reasons of WebAuthn and U2F no test produces.

A reason is a row of src/core/reason.def from number 70000 on. It is produced by a case of the corpus, which the unit
tests and the command judge, or by a test that compares a refusal with its name.
"""

import json
import re

ROW = re.compile(r'^MFA_REASON\((\d+), \w+, "([^"]+)"\)$', re.M)
FIRST = 70000
# Where a refusal's reason is compared; elsewhere a name may be mentioned only.
FOLDERS = ("methods", "engine", "capi", "cli")


def reasons(root):
    rows = ROW.findall((root / "src/core/reason.def").read_text())
    return {name for number, name in rows if int(number) >= FIRST}


def in_corpus(lines):
    return {json.loads(line)["corpus"]["reason"] for line in lines}


def in_tests(root):
    files = [path for folder in FOLDERS for path in (root / "tests" / folder).rglob("*") if path.suffix in (".cpp", ".c", ".py")]
    return {name for path in files for name in re.findall(r'"([a-z0-9_.]+)"', path.read_text())}


def unproduced(root, corpus_lines):
    return sorted(reasons(root) - in_corpus(corpus_lines) - in_tests(root))
