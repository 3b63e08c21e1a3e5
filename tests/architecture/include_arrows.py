"""The rules of docs/architecture.md that a machine can check by reading the sources.

`problems(root)` lists each breach as `file:line: what`. Run as a program it prints them and counts files.
"""

import re
import sys
from dataclasses import dataclass
from pathlib import Path

# Who may include whom. A room is a folder of src/; `mfa` is include/mfa. A single header may be named, too: the
# numbers and limits of the contract (statuses, purposes, sizes) are written down once, in include/mfa.
ARROWS = {
    "core": {"core", "mfa/base.h"},
    "methods": {"core", "methods"},
    "engine": {"core", "methods", "engine", "mfa/engine.h", "mfa/log.h", "mfa/store.h"},
    "store": {"core", "engine/ports.hpp", "store", "mfa/store.h"},
    "tools": {"core", "methods", "tools"},
    "capi": {"core", "methods", "engine", "store", "tools", "capi", "mfa", "config.h"},
    "cli": {"mfa", "cli", "config.h"},
    "examples": {"mfa", "examples"},
    "bindings": {"mfa", "bindings"},
    "include": {"include"},
    "cxx": {"mfa", "cxx"},  # include/mfa/mfa.hpp and its parts
}

# A library's headers, and the files that may include them: never a header of ours, which would hand them on,
# unless it is held as close itself.
WRAPPERS = [
    (re.compile(r"openssl/"), re.compile(r"src/core/(\w+\.cpp|openssl\.hpp)")),
    (re.compile(r"core/openssl\.hpp"), re.compile(r"src/core/\w+\.cpp")),
    (re.compile(r"sodium(/|\.h)"), re.compile(r"src/core/\w+\.cpp")),
    (re.compile(r"cbor(/|\.h)"), re.compile(r"src/core/cbor\.cpp")),
    (re.compile(r"rapidjson/"), re.compile(r"src/core/json\.cpp")),
    (re.compile(r"qrcodegen"), re.compile(r"src/methods/otp/qr\.cpp")),
    (re.compile(r"sqlite3\.h"), re.compile(r"src/store/sqlite_\w+\.[ch]pp")),
    (re.compile(r"store/sqlite_\w+\.hpp"), re.compile(r"src/store/sqlite(_\w+)?\.[ch]pp")),
    (re.compile(r"fmt/"), re.compile(r"src/.*")),
]
# Programs of their own: what libraries they take is theirs, what they see of ours is include/mfa. Tests see everything.
ANY_LIBRARY = {"examples", "bindings", "tests"}
STANDARD = re.compile(r"[a-z_]+")  # <vector>, <cstdint>
PLATFORM = re.compile(r"(sys/)?[a-z0-9_]+\.h|arpa/inet\.h")  # <unistd.h>: C and POSIX
# A method is a function of its arguments: no clock, no files, no threads.
IMPURE = re.compile(r"chrono|ctime|random|thread|mutex|atomic|fstream|iostream|filesystem|future|(sys/)?\w+\.h")
# Secrets come from the system's generator or the engine's Random; these can be foreseen.
GUESSABLE = re.compile(r"#[ \t]*include[ \t]*<random>|\b(s?rand|rand_r|[dl]rand48)\s*\(|\brandom\s*\(\s*\)|"
                       r"\b(mt19937\w*|minstd_rand\w*|default_random_engine|random_device)\b")
MAY_GUESS = {"src/store/patience.hpp": "how long to wait for a busy database: nothing that is kept"}

CATCHES = {"src/capi/boundary.hpp"}
THROWS = {
    "src/core/json.cpp": "RapidJSON's allocator must throw bad_alloc itself, or a failed malloc crashes it",
}
WITHOUT_BOUNDARY = {
    "mfa_buffer_assign": "malloc and memcpy: nothing in it throws, and stores written in C call it",
}
MAX_LINES = 450
LONG_FILES = {
    "tests/methods/webauthn/registration_test.cpp": "one case for each step of section 7.1",
    "tests/capi/webauthn_test.cpp": "the calls of mfa/webauthn.h, on one small set of wrappers",
}

SOURCES = {".c", ".h", ".cpp", ".hpp", ".inc", ".def"}
TEXTS = SOURCES | {".py", ".md", ".go", ".js", ".mjs", ".html", ".css", ".json", ".build", ".txt", ".map", ".wrap", ".in", ".ini", ""}
NOT_OURS = {"__pycache__", "node_modules"}  # what git ignores too
FOLDERS = ("src", "include", "tests", "examples", "bindings", "scripts", "docs", "cross", ".ci", "subprojects/packagefiles")

# Addresses that do not belong to anyone who could be a mirror, a registry or a private machine.
RESERVED_HOST = re.compile(r"(.*\.)?(example|test|invalid|localhost|example\.(com|org|net))|127\.0\.0\.1|\[::1\]")
KNOWN_HOSTS = {"www.w3.org", "keepachangelog.com", "semver.org", "json-schema.org", "www.rfc-editor.org",
               "gstatic.com"}  # the AppID of the example in FIDO U2F Raw Message Formats section 8.2
URL = re.compile(r"https?://([A-Za-z0-9.\-]+\.[A-Za-z]{2,}|\d+\.\d+\.\d+\.\d+)")
UNFINISHED = re.compile(r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "HA" + "CK"]) + r")\b")
SWITCHED_OFF = re.compile("doctest::" + "(skip|may_fail|should_fail)|mark" + r"\.(skip|xfail)")


@dataclass(frozen=True)
class File:
    name: str  # relative to the root, with slashes
    text: str

    @property
    def room(self):
        parts = self.name.split("/")
        if self.name.startswith("include/") and self.name.endswith(".hpp"):
            return "cxx"
        return parts[1] if parts[0] == "src" and len(parts) > 2 else parts[0]

    @property
    def is_source(self):
        return Path(self.name).suffix in SOURCES

    def at(self, offset, what):
        return f"{self.name}:{self.text.count(chr(10), 0, offset) + 1}: {what}"


def read_tree(root):
    files = []
    for path in sorted(root.glob("*")) + sorted(root.glob("subprojects/*.wrap")) + sorted(p for folder in FOLDERS for p in (root / folder).rglob("*")):
        if path.is_file() and path.suffix in TEXTS and not NOT_OURS & set(path.parts):
            try:
                files.append(File(path.relative_to(root).as_posix(), path.read_text(encoding="utf-8")))
            except UnicodeDecodeError:
                continue  # a picture, a captured response
    return files


def code_of(text):
    """The text with comments and literals blanked, offsets kept."""
    token = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])\'', re.S)
    return token.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), text)


def include_problems(file):
    for match in re.finditer(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^">]+)[">]', file.text, re.M):
        bracket, header = match.groups()
        what = library_problem(file, header)
        if what is None:
            what = arrow_problem(file, header) if bracket == '"' else system_problem(file, header)
        if what:
            yield file.at(match.start(), what)


def library_problem(file, header):
    """None: not a wrapped library's header. Else what is wrong, or an empty string."""
    if file.room in ANY_LIBRARY:
        return None
    for library, wrapper in WRAPPERS:
        if library.match(header):
            return "" if wrapper.fullmatch(file.name) else f"<{header}> outside its wrapper"
    return None


def system_problem(file, header):
    if header.startswith("mfa/"):
        return arrow_problem(file, header)
    if file.room in ANY_LIBRARY:
        return ""
    if file.room == "methods" and IMPURE.fullmatch(header):
        return f"<{header}>: a method takes clock, randomness and input as arguments"
    if STANDARD.fullmatch(header) or PLATFORM.fullmatch(header):
        return ""
    return f"<{header}> is of no library that docs/architecture.md names"


def arrow_problem(file, header):
    allowed = ARROWS.get(file.room)
    if allowed is None:
        return ""
    target = room_of(file, header)
    if target not in allowed and header not in allowed:
        return f'"{header}": an arrow from {file.room} to {target}'
    if file.room == target == "methods":
        mine, other = file.name.split("/")[2], header.split("/")[1]
        if mine != other:
            return f'"{header}": the method {mine} includes the method {other}'
    return ""


def room_of(file, header):
    first = header.split("/")[0]
    if "/" not in header:  # a neighbour, as the public headers include each other
        return header if header == "config.h" else file.room
    return first


def exception_problems(file):
    code = code_of(file.text)
    if file.name not in CATCHES:
        for match in re.finditer(r"\bcatch\s*\(", code):
            yield file.at(match.start(), "catch outside src/capi/boundary.hpp")
    if file.name not in THROWS | dict.fromkeys(CATCHES):
        for match in re.finditer(r"\bthrow\b", code):
            yield file.at(match.start(), "throw: return a Failure")


def randomness_problems(file):
    if file.name not in MAY_GUESS:
        for match in GUESSABLE.finditer(code_of(file.text)):
            yield file.at(match.start(), f"{match.group()}: randomness that can be foreseen")


def boundary_problems(file):
    """Each exported function that answers mfa_status is one `return boundary(`."""
    definition = re.compile(r"^mfa_status\s+(mfa_\w+)\s*\([^;{]*?\)\s*(?:noexcept\s*)?\{\s*(return boundary\()?", re.M)
    for match in definition.finditer(code_of(file.text)):
        if not match.group(2) and match.group(1) not in WITHOUT_BOUNDARY:
            yield file.at(match.start(), f"{match.group(1)} does not begin with `return boundary(`")


def length_problems(file):
    lines = file.text.count("\n")
    if lines > MAX_LINES and file.name not in LONG_FILES:
        yield f"{file.name}: {lines} lines: is it still one idea? Split it, or list the reason in LONG_FILES"


def word_problems(file):
    for match in URL.finditer(file.text):
        host = match.group(1).lower()
        if host not in KNOWN_HOSTS and not RESERVED_HOST.fullmatch(host):
            yield file.at(match.start(), f"the address of {host}: use a reserved name, or list it in KNOWN_HOSTS")
    for match in UNFINISHED.finditer(file.text):
        yield file.at(match.start(), f"{match.group(1)}: finish it, or file it elsewhere")
    for match in SWITCHED_OFF.finditer(file.text):
        yield file.at(match.start(), f"{match.group()}: a check that is switched off")


def problems_of(files):
    found = []
    for file in files:
        found += list(word_problems(file))
        if not file.is_source:
            continue
        found += list(include_problems(file)) + list(length_problems(file))
        if file.name.startswith("src/"):
            found += list(exception_problems(file)) + list(randomness_problems(file))
        if file.room == "capi":
            found += list(boundary_problems(file))
    return found


def problems(root):
    return problems_of(read_tree(root))


def main():
    files = read_tree(Path(sys.argv[1]))
    found = problems_of(files)
    print("\n".join(found))
    print(f"{len(files)} checks, {len({line.split(':')[0] for line in found})} failed")
    return 1 if found or not files else 0


if __name__ == "__main__":
    sys.exit(main())
