"""The bindings for Node and Rust know all of libmfa: each function of mfa.map, each number, each struct; and stay thin."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "bindings"), str(ROOT / "tests/abi")]
import make_declarations  # noqa: E402
from declarations import declared  # noqa: E402

MAPPED = set(re.findall(r"^\s+(mfa_\w+);", (ROOT / "src/capi/mfa.map").read_text(), re.M))
CONTRACT = make_declarations.read()
NODE, RUST = ROOT / "bindings/node", ROOT / "bindings/rust"
VERSION = re.search(r"version: '([\d.]+)'", (ROOT / "meson.build").read_text()).group(1)
LANGUAGES = {"node": (sorted((NODE / "mfa").glob("*.js")), "declarations.js"), "rust": (sorted((RUST / "src").rglob("*.rs")), "sys.rs")}


def hand_written(language):
    paths, made = LANGUAGES[language]
    return "".join(path.read_text() for path in paths if path.name != made)


def without(names, text):
    return {name for name in names if not re.search(rf"\b{name}\b", text)}


def test_the_declarations_are_made_from_the_headers():
    made = subprocess.run([sys.executable, "-B", ROOT / "bindings/make_declarations.py", "--check"], capture_output=True, text=True)
    assert (made.returncode, made.stderr) == (0, "")


def test_they_say_what_the_tests_of_the_abi_read():
    """Two readings of the headers, written apart."""
    read = {function.name: tuple(parameter.name for parameter in function.parameters) for function in declared(ROOT / "include/mfa")}
    assert {name: tuple(one.name for one in made.parameters) for name, made in CONTRACT.functions.items()} == read
    assert set(read) == MAPPED


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_function_of_the_map_is_declared_and_has_a_way_to_it(language):
    paths, made = LANGUAGES[language]
    declarations = next(path for path in paths if path.name == made).read_text()
    pattern = r"^    pub fn (mfa_\w+)\(" if language == "rust" else r"^  (mfa_\w+): \["
    begin = declarations.index('extern "C" {' if language == "rust" else "export const FUNCTIONS")
    assert set(re.findall(pattern, declarations[begin:], re.M)) == MAPPED
    code = re.sub(r"^\s*(//|\*|/\*).*$|\(mfa_\w+[;)]", "", hand_written(language), flags=re.M)  # what only explains is no way
    counted = {f"{kind}_count" for kind in re.findall(r'"(mfa_account_\w+)", "mfa_', code)}  # rows() in results.js
    assert without(MAPPED, code) - counted == set()
    assert without({"mfa_not_there"}, code) == {"mfa_not_there"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_number_has_its_name(language):
    code = hand_written(language)
    prefixes = [""]
    if language == "node":  # constants.js picks by prefix
        prefixes += [prefix for prefix in re.findall(r'pick\(\s*"(MFA_\w*)"', code)]
    listed = set(re.findall(r"\b[A-Z][A-Z0-9_]+\b", code))
    left = {name for name in CONTRACT.numbers if not any(name.removeprefix(prefix) in listed for prefix in prefixes)}
    assert left == set()


def test_each_member_of_a_struct_is_set_or_read_in_rust():
    """In JavaScript structs are filled by what the headers declare. In Rust a literal names all, or does not compile; a struct that
    is read is read here."""
    code = hand_written("rust")
    for name in ("mfa_error", "mfa_method_info", "mfa_factor", "mfa_log_finding", "mfa_webauthn_columns", "mfa_webauthn_result", "mfa_otpauth"):
        members = {one.name for one in CONTRACT.structs[name]} - {"struct_size", "reserved", "status"}
        assert {member for member in members if not re.search(rf"\b(c|row|err)\.{member}\b", code)} == set(), name


def test_everything_public_is_explained_in_javascript():
    """Rust refuses to compile without."""
    bare = []
    for path in LANGUAGES["node"][0]:
        lines = path.read_text().splitlines()
        assert lines[0].startswith("// "), f"{path.name} says in its first line what it is"
        for before, line in zip(lines, lines[1:]):
            if re.match(r"export (const|function|class|async function) \w+", line) and not re.match(r"\s*(\*/|/\*\*|//)", before):
                bare.append(f"{path.name}: {line[:60]}")
    exported = hand_written("node").split("// libmfa for Node")[1]
    public = set(re.findall(r"\w+", " ".join(re.findall(r"export \{(.*?)\}", exported))))
    assert {line for line in bare if (set(re.findall(r"\w+", line)) & public) or line.split(":")[0] in (
        "constants.js", "otp.js", "recovery.js", "u2f.js", "webauthn.js")} == set()


def test_they_stay_thin():
    package, lock = (json.loads((NODE / name).read_text()) for name in ("package.json", "package-lock.json"))
    assert package["version"] == VERSION and set(package["dependencies"]) == {"koffi"}
    assert "resolved" not in (NODE / "package-lock.json").read_text() and "http" not in (NODE / ".npmrc").read_text()
    assert lock["packages"][""]["dependencies"] == package["dependencies"]
    cargo = (RUST / "Cargo.toml").read_text()
    assert f'version = "{VERSION}"' in cargo and "dependencies]" not in cargo
    assert (RUST / "Cargo.lock").read_text().count("[[package]]") == 1
    assert not re.search(r"^\s*pub unsafe |^pub extern", hand_written("rust"), re.M), "nothing unsafe is public"


def test_style():
    """140 columns, files that one can read."""
    for folder in (NODE / "mfa", RUST / "src", *(ROOT / "tests/bindings" / name for name in ("node", "rust"))):
        for path in folder.rglob("*.*"):
            lines = path.read_text().splitlines() if path.name not in ("declarations.js", "sys.rs") else []
            assert max(map(len, lines), default=0) <= 140 and len(lines) <= 400, path
