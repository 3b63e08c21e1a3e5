#!/usr/bin/env python3
"""Builds every configuration, runs every test in it, counts single cases. scripts/test calls it.

Tests are those that Meson knows (`test(...)` in a meson.build), so a new one needs no line here. A mode is a list
of stages; a stage that ran no case of a suite it promises has failed. What could not run for want of a tool that
Debian 12 does not have (scripts/optional.py) is neither, and said again at the end. The last line is `N passed, N failed`.
"""

import argparse
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import optional
from counting import Tally, count

ROOT = Path(__file__).resolve().parent.parent
PYTEST = ["/usr/bin/python3", "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider"]
JOBS = os.cpu_count() or 1

DAILY = ("unit", "capi", "cxx", "cli", "abi", "scenarios", "architecture", "docs", "scripts", "fuzz")
SUITES = DAILY + ("bindings", "examples", "oracle", "race", "crash", "fault", "browser")
# What a sanitizer cannot see: texts, other programs.
NOT_SANITIZED = {"architecture", "docs", "scripts", "oracle", "browser", "bindings", "examples"}
# Walks of one thread through failures: in them the thread sanitizer sees nothing that the others do not, and it cannot make
# operator new fail. With --long they run under it too.
ONE_THREAD = {"fault"}
FUZZ_SECONDS = 180  # for each target, with --long


@dataclass(frozen=True)
class Build:
    """One build folder. The first is the one that scripts/build keeps and installs."""

    name: str
    folder: str
    compilers: tuple
    options: tuple = ()
    env: dict = field(default_factory=dict)
    slowness: int = 1  # timeouts are multiplied by it

    @property
    def path(self):
        return ROOT / self.folder

    def environment(self):
        return {**os.environ, "LC_ALL": "C.UTF-8", **self.env}


GCC = Build("g++", "build", ("gcc", "g++"))
# Headers precompiled, but for g++, by which a missing #include shows.
QUICKLY = ("-Db_pch=true", "-Ddebug=false")
CLANG = Build("clang", "build-clang", ("clang", "clang++"), ("-Doptimization=1", *QUICKLY))
# Of debug information only the lines, which reports name.
LINES = ("-Dcpp_args=-gline-tables-only", "-Dc_args=-gline-tables-only")
# By clang, which instruments in half of gcc's time, and not optimised, so that no access is optimised away.
SANITIZED = ("-Doptimization=0", *QUICKLY, *LINES, "-Db_lundef=false", "-Dexamples=false")
ASAN = Build(
    "asan+ubsan", "build-asan", ("clang", "clang++"), ("-Db_sanitize=address,undefined", *SANITIZED),
    {"ASAN_OPTIONS": "detect_leaks=1:detect_stack_use_after_return=1:strict_string_checks=1",
     "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1", "MFA_TEST_PERCENT": "10"}, 4)
TSAN = Build(
    "tsan", "build-tsan", ("clang", "clang++"), ("-Db_sanitize=thread", *SANITIZED),
    {"TSAN_OPTIONS": "halt_on_error=1:second_deadlock_stack=1", "MFA_TEST_PERCENT": "10"}, 10)
FUZZ = Build("fuzz", "build-fuzz", ("clang", "clang++"),
             ("-Dfuzzers=true", "-Db_sanitize=address,undefined", *QUICKLY, *LINES, "-Db_lundef=false", "-Dexamples=false"))


class Report:
    """Prints a line for each run and keeps the sum. Any thread."""

    def __init__(self):
        self.total = Tally()
        self.not_run = []
        self.started = time.monotonic()
        self.lock = threading.Lock()

    def heading(self, text):
        print(f"\n== {text} [{time.monotonic() - self.started:.0f} s]", flush=True)

    def add(self, name, tally, seconds, output=""):
        verdict = "FAILED" if tally.failed else "ok"
        lines = [f"{verdict:6} {name:44} {tally.passed:6} passed {tally.failed:4} failed {seconds:7.1f} s"]
        if tally.failed:
            lines += [f"    | {line}" for line in output.splitlines()[-300:]]
        with self.lock:
            self.total += tally
            print("\n".join(lines), flush=True)

    def tell(self, lines):
        """What a test measured."""
        with self.lock:
            for line in lines:
                print(f"       {line.strip()}", flush=True)

    def could_not_run(self, name, reason):
        line = f"NOT RUN {name}: {reason}"
        with self.lock:
            self.not_run.append(line)
            print(line, flush=True)

    def finish(self):
        if self.total.ran == 0:
            self.add("no test ran", Tally(0, 1), 0)
        print(f"\n{time.monotonic() - self.started:.0f} s")
        for line in self.not_run:
            print(line)
        print(f"{self.total.passed} passed, {self.total.failed} failed", flush=True)
        return 1 if self.total.failed else 0


def run(command, timeout, env=None, cwd=ROOT):
    """(exit code, output, seconds). At the timeout the command's whole process group ends."""
    start = time.monotonic()
    process = subprocess.Popen(command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, start_new_session=True)
    try:
        output, _ = process.communicate(timeout=timeout)
        code = process.returncode
    except BaseException as stop:
        os.killpg(process.pid, signal.SIGKILL)  # not yet waited for, so the group is still this one
        output, _ = process.communicate()
        if not isinstance(stop, subprocess.TimeoutExpired):
            raise
        output += f"\nstopped after {timeout} s".encode()
        code = -signal.SIGKILL
    if code < 0:
        output += f"\nended by signal {-code}\n".encode()
    return code, output.decode(errors="replace"), time.monotonic() - start


def run_counted(report, name, command, timeout=600, env=None, cwd=ROOT):
    code, output, seconds = run(command, timeout, env, cwd)
    tally = count(output, code)
    report.add(name, tally, seconds, output)
    report.tell(line for line in output.splitlines() if "resident memory" in line)
    return tally


def make(report, build):
    """Configures when needed and builds; False when that fails."""
    env = {**build.environment(), "CC": build.compilers[0], "CXX": build.compilers[1]}
    setup = ["meson", "setup", str(build.path), str(ROOT), "-Dwerror=true", *build.options]
    if build is GCC:
        steps = [[str(ROOT / "scripts/build")]]  # which installs it too
    else:
        steps = [] if (build.path / "build.ninja").exists() else [setup]
        steps.append(["ninja", "-C", str(build.path)])
    return all(run_counted(report, f"{build.name}: {Path(step[0]).name}", step, 3600, env).failed == 0
               for step in steps)


def tests_of(build):
    listing = subprocess.run(["meson", "introspect", "--tests", str(build.path)], check=True, capture_output=True)
    return json.loads(listing.stdout)


def suite_of(test):
    """Meson writes `project:suite`; without a suite of its own, a test's name is its suite."""
    suite = test["suite"][0].rpartition(":")[2] if test["suite"] else ""
    return test["name"] if suite in ("", "libmfa") else suite


def run_tests(report, build, wanted, promised, extra_env=None):
    """Runs the tests whose suite `wanted` says yes to; those that may share the machine run side by side."""
    chosen = [test for test in tests_of(build) if wanted(suite_of(test))]
    chosen.sort(key=lambda test: -(test["timeout"] or 0))  # the longest first, or one core waits for it at the end
    ran = dict.fromkeys(promised, 0)
    lacking = {test["name"]: optional.missing(test["name"], run) for test in chosen}  # first: other tests use it too

    def one(test):
        suite = suite_of(test)
        env = {**build.environment(), **test["env"], **(extra_env or {})}
        name = f"{build.name}: {suite}" + ("" if suite == test["name"] else f" / {test['name']}")
        if lacking[test["name"]]:
            report.could_not_run(name, lacking[test["name"]])
            return
        timeout = (test["timeout"] or 600) * build.slowness
        tally = run_counted(report, name, test["cmd"], timeout, env, test["workdir"] or build.path)
        ran[suite] = ran.get(suite, 0) + tally.ran

    with ThreadPoolExecutor(JOBS) as pool:
        list(pool.map(one, [test for test in chosen if test["is_parallel"]]))
    for test in chosen:
        if not test["is_parallel"]:
            one(test)
    for suite, cases in ran.items():
        if cases == 0:
            report.add(f"{build.name}: {suite} ran no test", Tally(0, 1), 0)


def check_install(report):
    for name, test in (("installed tree", "install_test.py"), ("program of README.md", "readme_test.py"),
                       ("CMake package", "cmake_test.py"), ("Meson subproject", "subproject_test.py")):
        run_counted(report, name, [*PYTEST, str(ROOT / "tests/install" / test)])


def check_format(report):
    files = sorted(str(path) for folder in ("src", "tests", "examples")
                   for path in (ROOT / folder).rglob("*") if path.suffix in (".c", ".cpp", ".h", ".hpp")
                   and ROOT / "tests/abi/0" not in path.parents)  # copies of include/mfa
    files += sorted(map(str, (ROOT / "include").rglob("*.hpp")))
    run_counted(report, "clang-format", ["clang-format", "--dry-run", "-Werror", *files])


def quick(report):
    report.heading("g++")
    if make(report, GCC):
        run_tests(report, GCC, lambda suite: suite in DAILY, DAILY)
        check_install(report)


def everything(report, long):
    scale = {"MFA_TEST_LONG": "1"} if long else {}
    sanitized_scale = {**scale, "MFA_TEST_PERCENT": "100"} if long else {}
    report.heading("g++")
    check_format(report)
    if make(report, GCC):
        run_tests(report, GCC, lambda suite: True, SUITES, scale)
        check_install(report)
        check_static(report)
    report.heading("clang")
    if make(report, CLANG):
        run_tests(report, CLANG, lambda suite: suite in DAILY, DAILY)
    for build in (ASAN, TSAN):
        report.heading(build.name)
        left_out = NOT_SANITIZED | (ONE_THREAD if build is TSAN and not long else set())
        promised = [suite for suite in SUITES if suite not in left_out]
        if make(report, build):
            run_tests(report, build, lambda suite: suite not in left_out, promised, sanitized_scale)


def fuzz(report):
    """Each target from its committed inputs, which stay as they are: what is found goes to the build folder."""
    report.heading("fuzz")
    if not make(report, FUZZ):
        return
    programs, found = FUZZ.path / "tests/fuzz", FUZZ.path / "tests/fuzz/found"
    shutil.rmtree(found, ignore_errors=True)
    shutil.copytree(ROOT / "tests/fuzz/corpus", found)

    def one(folder):
        program = programs / f"{folder.name}_fuzz"
        if not program.exists():
            return report.add(f"fuzz: {folder.name} has no program", Tally(0, 1), 0)
        command = [str(program), str(folder), f"-max_total_time={FUZZ_SECONDS}", "-timeout=10", "-rss_limit_mb=2048",
                   f"-artifact_prefix={folder.name}-"]
        return run_counted(report, f"fuzz: {folder.name}", command, FUZZ_SECONDS * 4, FUZZ.environment(), programs)

    with ThreadPoolExecutor(JOBS) as pool:
        list(pool.map(one, sorted(found.iterdir())))


def check_static(report):
    """From libcbor's source, which is fetched once; where it cannot be had, what needs it is not built."""
    name = "static programs, examples/appliance"
    code, output, _ = run([str(ROOT / "scripts/fetch"), "libcbor"], 300)
    if code != 0:
        report.could_not_run(name, f"not built: {(output.strip().splitlines() or ['scripts/fetch failed'])[-1]}")
        return
    tests = [str(ROOT / "tests/install" / test) for test in ("static_test.py", "appliance_test.py")]
    code, output, seconds = run([*PYTEST, *tests], 900)
    report.add(name, count(output, code), seconds, output)
    report.tell(re.findall(r"^mfa-check\b.*", output, re.M))


def chroot(report):
    report.heading("a bare Debian 12")
    run_counted(report, "bare Debian 12: demo --check and test --quick", [str(ROOT / "tests/chroot/run")], 3600)
    report.heading("Debian packages")
    run_counted(report, "Debian packages: built, lintian, used in a bare Debian 12", [str(ROOT / "tests/chroot/packages")], 3600)
    report.heading("Debian 13")
    run_counted(report, "Debian 13: unit tests, and ML-DSA of Chromium", [str(ROOT / "tests/chroot/trixie")], 3600)
    for name, title in (("i386", "32 bits"), ("bigendian", "the other byte order")):
        report.heading(title)
        run_counted(report, f"{title}: unit and C ABI tests", [str(ROOT / "tests/chroot" / name)], 7200)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--quick", action="store_true", help="the daily loop, under two minutes")
    mode.add_argument("--long", action="store_true", help="also what exceeds the budget of a CI run")
    options = parser.parse_args()
    report = Report()
    if options.quick:
        quick(report)
    else:
        everything(report, options.long)
        if options.long:
            fuzz(report)
            chroot(report)
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
