"""Tests that need what Debian 12 does not have. Each is got here, or the reason is said why its test cannot run."""

import re
from pathlib import Path

NODE = 20
ROOT = Path(__file__).resolve().parent.parent
TESTS = ROOT / "tests"


def node_packages(folder, run, least=NODE):
    """Installs what the folder's package-lock.json names, unless it is there; why not, or None."""
    try:
        version = run(["node", "--version"], 30)[1]
        run(["npm", "--version"], 30)
    except FileNotFoundError as missing:
        return f"needs Node {least} or newer: no {missing.filename}"
    major = re.match(r"v(\d+)\.", version)
    if not major or int(major.group(1)) < least:
        return f"needs Node {least} or newer: this is {version.strip()}"
    installed, wanted = folder / "node_modules/.package-lock.json", folder / "package-lock.json"
    if installed.exists() and installed.stat().st_mtime >= wanted.stat().st_mtime:
        return None
    code, output, _ = run(["npm", "ci", "--ignore-scripts"], 300, cwd=folder)
    said = [line for line in output.splitlines() if line.startswith("npm error")]
    return None if code == 0 else f"npm ci failed: {said[0] if said else output.strip()[-200:]}"


NEEDS = {
    "simplewebauthn": lambda run: node_packages(TESTS / "oracle/simplewebauthn", run),
    "node": lambda run: node_packages(ROOT / "bindings/node", run, 18),
    "scenarios in Node": lambda run: node_packages(ROOT / "bindings/node", run, 18),
    "accessibility": lambda run: node_packages(TESTS / "browser/axe", run),
}


def missing(name, run):
    """Why the test of that name cannot run here, or None. `run` is run_tests.run."""
    return NEEDS[name](run) if name in NEEDS else None
