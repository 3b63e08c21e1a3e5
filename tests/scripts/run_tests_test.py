"""The runner behind scripts/test: what did not run, did not end, or did not build has failed."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))
import optional  # noqa: E402
import run_tests  # noqa: E402
from counting import Tally  # noqa: E402


def meson_test(name, command, suite=("libmfa:unit",), **more):
    return {"name": name, "cmd": command, "suite": list(suite), "env": {}, "timeout": 30, "is_parallel": True,
            "workdir": None, **more}


@pytest.fixture
def report(monkeypatch, tmp_path):
    monkeypatch.setattr(run_tests.Build, "path", property(lambda self: tmp_path))
    return run_tests.Report()


def run_with(monkeypatch, report, tests, wanted=lambda suite: True, promised=()):
    monkeypatch.setattr(run_tests, "tests_of", lambda build: tests)
    run_tests.run_tests(report, run_tests.GCC, wanted, promised)
    return report.total


def test_counts_what_the_programs_print(monkeypatch, report):
    tests = [meson_test("a", ["echo", "3 checks, 0 failed"]), meson_test("b", ["false"], is_parallel=False)]
    assert run_with(monkeypatch, report, tests) == Tally(3, 1)


def test_a_promised_suite_that_ran_nothing_has_failed(monkeypatch, report):
    tests = [meson_test("a", ["true"], ["libmfa:cli"])]
    assert run_with(monkeypatch, report, tests, promised=("cli", "unit")) == Tally(1, 1)


def test_runs_only_what_is_wanted(monkeypatch, report):
    tests = [meson_test("a", ["true"]), meson_test("b", ["false"], ["libmfa:browser"])]
    assert run_with(monkeypatch, report, tests, wanted=lambda suite: suite != "browser") == Tally(1, 0)


def test_a_test_without_a_suite_is_its_own_suite():
    assert run_tests.suite_of(meson_test("unit", [], ["libmfa"])) == "unit"
    assert run_tests.suite_of(meson_test("otp", [], ["libmfa:capi"])) == "capi"


def test_at_the_timeout_the_whole_process_group_ends():
    code, output, seconds = run_tests.run(["sh", "-c", "echo begun; sleep 600 & sleep 600"], 0.3, cwd="/")
    assert code != 0 and "begun" in output and "stopped after" in output
    assert seconds < 60


def test_a_crash_is_named(report):
    tally = run_tests.run_counted(report, "crash", ["sh", "-c", "echo '3 checks, 0 failed'; kill -SEGV $$"], cwd="/")
    assert tally == Tally(3, 1)


def test_failures_show_their_output(report, capsys):
    run_tests.run_counted(report, "noisy", ["sh", "-c", "echo what went wrong; exit 1"], cwd="/")
    assert "what went wrong" in capsys.readouterr().out


def test_what_lacks_its_tool_is_neither_passed_nor_failed_and_said_again(monkeypatch, report, capsys):
    monkeypatch.setitem(optional.NEEDS, "a", lambda run: "needs Node 20 or newer")
    monkeypatch.setitem(optional.NEEDS, "c", lambda run: None)
    tests = [meson_test("a", ["false"]), meson_test("b", ["true"]), meson_test("c", ["true"])]
    assert run_with(monkeypatch, report, tests) == Tally(2, 0)
    assert report.finish() == 0
    lines = capsys.readouterr().out.splitlines()
    line = "NOT RUN g++: unit / a: needs Node 20 or newer"
    assert lines.count(line) == 2 and lines[-2:] == [line, "2 passed, 0 failed"]


def test_a_suite_whose_only_test_lacks_its_tool_has_failed(monkeypatch, report):
    monkeypatch.setitem(optional.NEEDS, "a", lambda run: "no tool")
    assert run_with(monkeypatch, report, [meson_test("a", ["true"])], promised=("unit",)) == Tally(0, 1)


def answering(version, npm_ci=(0, "")):
    def run(command, timeout, cwd=None):
        return (*npm_ci, 0.0) if "ci" in command else (0, version + "\n", 0.0)
    return run


@pytest.mark.parametrize("run, reason", [
    (answering("v18.20.4"), "needs Node 20 or newer: this is v18.20.4"),
    (answering("v20.0.0", (1, "npm error code ENOTFOUND\nnpm error more")), "npm ci failed: npm error code ENOTFOUND"),
    (answering("v22.1.0"), None),
], ids=["old node", "no network", "all there"])
def test_the_packages_of_node(tmp_path, run, reason):
    (tmp_path / "package-lock.json").touch()
    assert optional.node_packages(tmp_path, run) == reason


def test_a_test_may_be_content_with_an_older_node(tmp_path):
    (tmp_path / "package-lock.json").write_text("{}")
    assert optional.node_packages(tmp_path, answering("v18.20.4"), 18) is None
    assert optional.node_packages(tmp_path, answering("v16.0.0"), 18) == "needs Node 18 or newer: this is v16.0.0"


def test_no_node(tmp_path):
    def run(command, timeout, cwd=None):
        raise FileNotFoundError(2, "no such file", command[0])
    assert optional.node_packages(tmp_path, run) == "needs Node 20 or newer: no node"


@pytest.mark.parametrize("tally, last_line, exit_code", [
    (Tally(12, 0), "12 passed, 0 failed", 0),
    (Tally(12, 1), "12 passed, 1 failed", 1),
    (Tally(0, 0), "0 passed, 1 failed", 1),
])
def test_the_last_line(report, capsys, tally, last_line, exit_code):
    report.add("some", tally, 0)
    assert report.finish() == exit_code
    assert capsys.readouterr().out.splitlines()[-1] == last_line
