"""The public headers compile, alone and together, as C99 and as C++20 without a warning and without hidden padding.

MFA_CC and MFA_CXX name the compilers.
"""

import os
import re
import subprocess
from pathlib import Path

import pytest

INCLUDE = Path(__file__).resolve().parents[2] / "include"
HEADERS = sorted(path.name for path in (INCLUDE / "mfa").glob("*.h"))
FLAGS = ["-pedantic", "-Wall", "-Wextra", "-Wpadded", "-Werror", "-fsyntax-only", f"-I{INCLUDE}"]
LANGUAGES = {
    "C99": ["MFA_CC", "-std=c99", "-xc", "-Wstrict-prototypes", "-Wmissing-prototypes"],
    "C++20": ["MFA_CXX", "-std=c++20", "-xc++"],
}


STRUCT = re.compile(r"\bstruct (\w+) \{")
STRUCTS = {name: STRUCT.findall((INCLUDE / "mfa" / name).read_text()) for name in HEADERS}


def compile_text(language, text):
    """Compiles the text, and has each struct of it laid out: clang warns of padding only then."""
    names = STRUCT.findall(text) + [struct for header, structs in STRUCTS.items() if f"<mfa/{header}>" in text
                                    for struct in structs]
    text += "unsigned long sizes(void);\nunsigned long sizes(void) {\n  unsigned long sum = 0;\n"
    text += "".join(f"  sum += sizeof(struct {name});\n" for name in names) + "  return sum;\n}\n"
    compiler, *options = LANGUAGES[language]
    command = [*os.environ[compiler].split(), *options, *FLAGS, "-"]
    return subprocess.run(command, input=text, capture_output=True, text=True)


def includes(names):
    return "".join(f"#include <mfa/{name}>\n" for name in names)


def assert_compiles(language, text):
    result = compile_text(language, text)
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("header", HEADERS)
def test_alone_and_twice(language, header):
    assert_compiles(language, includes([header, header]))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("names", [HEADERS, HEADERS[::-1]], ids=["forwards", "backwards"])
def test_together(language, names):
    assert_compiles(language, includes(names))


@pytest.mark.parametrize("language", LANGUAGES)
def test_initialisers(language):
    """Each MFA_..._INIT names every member of its struct: -Wextra warns of one left out."""
    macros = [name for header in HEADERS
              for name in re.findall(r"#define (MFA_\w+_INIT)\b", (INCLUDE / "mfa" / header).read_text())]
    assert len(macros) == len(set(macros)) >= 14
    lines = [f"  {name[:-5].lower()} a{i} = {name};\n  (void)a{i};\n" for i, name in enumerate(macros)]
    assert_compiles(language, includes(["mfa.h"]) + "void f(void);\nvoid f(void) {\n" + "".join(lines) + "}\n")


@pytest.mark.parametrize("header", HEADERS)
def test_says_what_threads_may_do(header):
    text = (INCLUDE / "mfa" / header).read_text()
    assert re.search(r"\bthreads?\b", re.match(r"/\*.*?\*/", text, re.S).group(0))


def test_one_header_includes_all():
    text = (INCLUDE / "mfa/mfa.h").read_text()
    assert [name for name in HEADERS if name != "mfa.h" and f'#include "{name}"' not in text] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("text", [
    "struct padded { char a; long b; };\n",
    "#include <mfa/absent.h>\n",
    "struct with_tail { long a; char b; };\n",
], ids=["padding", "no such header", "padding at the end"])
def test_the_check_itself_refuses(language, text):
    assert compile_text(language, text).returncode != 0


def test_the_check_itself_refuses_what_c99_does_not_have():
    assert compile_text("C99", "enum { a, b, };\n_Static_assert(1, \"\");\n").returncode != 0
