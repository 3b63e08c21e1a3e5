"""The Go binding's tests: formatted, vetted, run, run once more by the race detector, the guide's code, libmfa linked static.

    run.py FOLDER            a folder of the build that may be kept; MFA_PKG_CONFIG: where libmfa.pc is; MFA_LIBRARY: libmfa.so.0
    run.py FOLDER LINES...   the scenarios instead, and what C is told by the program MFA_SCENARIOS_C

Nothing is fetched. Prints what failed, and `N checks, N failed`.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
TESTS = ROOT / "tests/bindings/go"
MODULES = [ROOT / "bindings/go", ROOT / "examples/go", TESTS]
# What many goroutines do at once, and what callbacks do; the rest is of one goroutine.
RACES = "Goroutines|Callback|Context|Store|Closed|Log$|TOTP$"


def environment(folder):
    """Go's cache does not see that a header or libmfa.pc has changed: each state of them has a cache of its own."""
    state = hashlib.sha256()
    for path in [*sorted((ROOT / "include/mfa").rglob("*.h")), Path(os.environ["MFA_PKG_CONFIG"]) / "libmfa.pc"]:
        state.update(path.read_bytes())
    cache = folder / f"cache-{state.hexdigest()[:16]}"
    for old in folder.glob("cache-*"):
        if old != cache:
            shutil.rmtree(old, ignore_errors=True)
    return {**os.environ, "GOCACHE": str(cache), "GOPATH": str(folder / "path"), "GOPROXY": "off", "GOFLAGS": "-mod=mod",
            "GOTOOLCHAIN": "local", "GOWORK": "off", "MFA_ROOT": str(ROOT), "PKG_CONFIG_PATH": os.environ["MFA_PKG_CONFIG"],
            "LD_LIBRARY_PATH": str(Path(os.environ["MFA_LIBRARY"]).parent)}


class Checks:
    def __init__(self):
        self.ran = self.failed = 0

    def __call__(self, good, what, output=""):
        self.ran += 1
        if not good:
            self.failed += 1
            print(f"FAILED {what}\n{output}", flush=True)

    def command(self, what, command, **more):
        try:
            told = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **more)
        except FileNotFoundError as missing:  # which was not built: that has been told
            self(False, what, str(missing))
            return ""
        self(told.returncode == 0, what, told.stdout)
        return told.stdout

    def tests(self, what, command, **more):
        """Of `go test -json`: each test is a check, and so is the run. Nothing may be skipped."""
        told = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **more)
        output, loose, ran = {}, [], 0
        for line in told.stdout.splitlines():
            try:
                event = json.loads(line)
            except ValueError:
                loose.append(line)
                continue
            name = event.get("Package", ""), event.get("Test", "")
            output.setdefault(name, []).append(event.get("Output", ""))
            if event["Action"] in ("pass", "fail", "skip") and name[1]:
                ran += 1
                self(event["Action"] == "pass", f"{what}: {name[1]}", "".join(output[name]))
                if "resident memory" in "".join(output[name]):
                    print(name[1], *re.findall(r"\d+ rounds.*", "".join(output[name])), flush=True)
        everything = "\n".join(loose) + "".join("".join(lines) for (_, test), lines in output.items() if not test)
        self(told.returncode == 0 and ran > 0, f"{what}: the run", everything)


def guide(folder):
    """docs/go.md's code as a module beside its test."""
    module = folder / "guide"
    shutil.rmtree(module, ignore_errors=True)
    module.mkdir()
    blocks = re.findall(r"```go\n(.*?)```", (ROOT / "docs/go.md").read_text(), re.S)
    (module / "guide.go").write_text("\n".join(blocks))
    for test in (TESTS / "guide").glob("*.go"):
        shutil.copy(test, module)
    (module / "go.mod").write_text(
        "module libmfa/guide\n\ngo 1.19\n\nrequire (\n\tlibmfa/mfa v0.0.0\n\tlibmfa/mfatest v0.0.0\n)\n\n"
        f"replace libmfa/mfa => {ROOT}/bindings/go\n\nreplace libmfa/mfatest => {TESTS}\n")
    return module


def static(check, folder, env):
    """With the tag mfa_static the program holds libmfa: here of a folder that has no other, its needs shared."""
    library, lib = Path(os.environ["MFA_LIBRARY"]).resolve(), folder / "static"
    shutil.rmtree(lib, ignore_errors=True)
    lib.mkdir()
    os.symlink(library.parent / "libmfa.a", lib / "libmfa.a")
    needs = (Path(os.environ["MFA_PKG_CONFIG"]) / "libmfa.pc").read_text()
    needs = re.sub(r"(?m)^libdir=.*$", f"libdir={lib}", needs)
    (lib / "libmfa.pc").write_text(needs + "Libs.private: -lqrcodegencpp -lstdc++ -lm -lpthread\nRequires.private: libsodium libcrypto libcbor sqlite3 fmt\n")
    env = {**env, "PKG_CONFIG_PATH": str(lib), "GOCACHE": env["GOCACHE"]}
    check.command("static: build", ["go", "build", "-tags", "mfa_static", "-o", lib / "version", "./version"], cwd=TESTS, env=env)
    del env["LD_LIBRARY_PATH"]
    told = check.command("static: run", [lib / "version"], env=env)
    check(told.startswith("libmfa "), "static: what it says", told)
    linked = check.command("static: readelf", ["readelf", "-d", lib / "version"])
    check("libmfa" not in linked and "libsodium" in linked, "static: what it is linked with", linked)


def scenarios(check, folder, env, lines):
    """Played in Go; and step by step Go is told what C is told, byte for byte."""
    program = folder / "scenarios"
    check.command("scenarios: build", ["go", "build", "-o", program, "./scenarios"], cwd=TESTS, env=env)
    told = {}
    for language, command in (("Go", [program, *lines]), ("C", [os.environ["MFA_SCENARIOS_C"], *lines])):
        kept = folder / f"transcript-{language}"
        shutil.rmtree(kept, ignore_errors=True)
        kept.mkdir()
        output = check.command(f"scenarios in {language}", command, env={**env, "MFA_TRANSCRIPT": str(kept)})
        told[language] = {path.name: path.read_text(encoding="utf-8") for path in kept.iterdir()}
        ran = re.search(r"^(\d+) checks?, \d+ failed$", output, re.M)
        check.ran += int(ran[1]) if ran and language == "Go" else 0
    check(set(told["Go"]) == set(told["C"]) != set(), "scenarios: which", str(told.keys()))
    for name, text in sorted(told["C"].items()):
        unlike = [f"{c}\n{go}" for c, go in zip(text.splitlines(), told["Go"].get(name, "").splitlines()) if c != go]
        check(text == told["Go"].get(name), f"scenarios: Go is told what C is told in {name}", "\n".join(unlike[:5]))


def library(check, folder, env):
    modules = [*MODULES, guide(folder)]
    unformatted = check.command("gofmt", ["gofmt", "-l", *modules])
    check(unformatted == "", "gofmt", unformatted)
    for module in modules:
        tags = ["-tags=guide"] if module == modules[-1] else []
        check.command(f"vet of {module}", ["go", "vet", *tags, "./..."], cwd=module, env=env)
    run = ["go", "test", "-count=1", "-json"]
    check.tests("test", [*run, "./..."], cwd=TESTS, env=env)
    check.tests("guide", [*run, "-tags=guide", "."], cwd=modules[-1], env=env)
    check.tests("race", [*run, "-race", f"-run={RACES}", "."], cwd=TESTS, env={**env, "MFA_TEST_LONG": "2"})
    static(check, folder, env)


def main():
    folder, lines = Path(sys.argv[1]).resolve(), sys.argv[2:]
    folder.mkdir(parents=True, exist_ok=True)
    env, check = environment(folder), Checks()
    if lines:
        scenarios(check, folder, env, [Path(line).resolve() for line in lines])
    else:
        library(check, folder, env)
    print(f"{check.ran} checks, {check.failed} failed")
    return 1 if check.failed else 0


if __name__ == "__main__":
    sys.exit(main())
