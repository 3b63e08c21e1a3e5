"""The manual pages written by hand: mandoc warns of nothing, mfa(1) names all that `mfa --help` does, and the program in libmfa(3) runs."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))
from contract import CONTRACT, INCLUDE, ROOT  # noqa: E402

PAGES = {name: ROOT / "docs/man" / name for name in ("mfa.1", "libmfa.3")}
TEXT = {name: path.read_text() for name, path in PAGES.items()}


def run(*words):
    return subprocess.run([str(word) for word in words], check=True, capture_output=True, text=True).stdout


def help_of(*words):
    return run(os.environ["MFA_CLI"], *words, "--help")


def commands():
    """Of `mfa --help`: (command, its subcommands as far as they stand there)."""
    rows = re.findall(r"^  mfa ([a-z]\w*)(?: ([a-z|-]+))?", help_of(), re.M)
    assert len(rows) >= 7
    return rows


def section(command):
    found = re.search(rf"^\.Ss mfa {command}\b([^\n]*)\n(.*?)(?=^\.S[sh] )", TEXT["mfa.1"], re.M | re.S)
    assert found, f"mfa(1) has no section of mfa {command}"
    return found.groups()


@pytest.mark.parametrize("name", PAGES)
def test_mandoc_warns_of_nothing(name):
    done = subprocess.run(["mandoc", "-T", "lint", "-W", "style", PAGES[name]], capture_output=True, text=True)
    # Which pages are installed on this machine is none of the page's business; each is looked for below.
    assert [line for line in done.stdout.splitlines() if "referenced manual not found" not in line] == []


def test_it_has_each_command_and_no_other():
    assert re.findall(r"^\.Ss mfa (\w+)", TEXT["mfa.1"], re.M) == [command for command, _ in commands()]


@pytest.mark.parametrize("command, named", commands())
def test_it_has_the_subcommands_and_options_of_each(command, named):
    text, (title, body) = help_of(command), section(command)
    usage = text.split("\n\n")[0]
    subcommands = set(re.findall(rf"mfa {command} +([a-z][\w-]*)", usage)) | set(filter(None, named.split("|")))
    assert set(re.findall(r"[a-z][\w-]*", title)) == subcommands
    options = set(re.findall(r"--([a-z][\w-]*)", text)) - {"json", "help"}
    written = set(re.findall(r"Fl -([a-z][\w-]*)", body))
    assert options - written == set(), "not in mfa(1)"
    assert written - options == set(), "in mfa(1) alone"


def test_the_exit_statuses_are_those_of_the_help():
    told = dict(re.findall(r"(\d) (yes|no|usage|it could)", help_of()))
    page = dict(re.findall(r"^\.It (\d)\n(\w+(?: could)?)", TEXT["mfa.1"].split(".Sh EXIT STATUS")[1], re.M))
    assert {number: text.lower() for number, text in page.items()} == told and len(told) == 4


@pytest.mark.parametrize("name", PAGES)
def test_the_pages_that_it_names_exist(name):
    there = {(path.stem, path.suffix[1:]) for path in PAGES.values()} | {(function.name, "3") for function in CONTRACT.functions}
    assert set(re.findall(r"^\.Xr (\w+) (\d)", TEXT[name], re.M)) - there == set()


def test_it_names_each_header():
    named = set(re.findall(r"In mfa/([\w.]+)", TEXT["libmfa.3"]))
    assert named == {path.name for path in INCLUDE.glob("*.h*")}


def test_its_program_runs(tmp_path):
    shown = run("mandoc", "-T", "ascii", "-O", "width=120", PAGES["libmfa.3"])
    plain = re.sub(r".\x08", "", shown)
    source, program = tmp_path / "example.c", tmp_path / "example"
    source.write_text(plain.split("\nEXAMPLES\n")[1].split("\nSEE ALSO")[0])
    library = Path(os.environ["MFA_LIBRARY"])
    run(*os.environ["MFA_CC"].split(), "-std=c99", "-Wall", "-Wextra", "-Werror", "-I", ROOT / "include", source, library,
        f"-Wl,-rpath,{library.parent}", "-o", program)
    assert run(program) == "ready\n"
