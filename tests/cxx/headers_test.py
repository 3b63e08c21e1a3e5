"""The C++ wrapper: it compiles alone, strictly, without exceptions and without RTTI; it refuses what must not compile; and it
leaves out no function of the C ABI.

MFA_CXX names the compiler.
"""

import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
INCLUDE = ROOT / "include"
HEADERS = ["mfa.hpp", *sorted(f"cxx/{path.name}" for path in (INCLUDE / "mfa/cxx").glob("*.hpp"))]
STRICT = ["-std=c++20", "-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Wconversion", "-Werror", "-fsyntax-only", "-xc++"]


def compile_text(text, *options):
    command = [*os.environ["MFA_CXX"].split(), *STRICT, *options, f"-I{INCLUDE}", "-"]
    return subprocess.run(command, input=text, capture_output=True, text=True)


@pytest.mark.parametrize("header", HEADERS)
def test_each_header_alone_and_twice(header):
    result = compile_text(f"#include <mfa/{header}>\n#include <mfa/{header}>\n")
    assert result.returncode == 0, result.stderr


PROGRAM = """#include <mfa/mfa.hpp>
struct Rows : mfa::Store {
  mfa_store_answer load(std::string_view, mfa::Found &found, mfa::Complaint &) override { return found.set({}, 1); }
  mfa_store_answer save(std::string_view, mfa::ByteView, std::uint64_t, std::uint64_t, std::uint64_t,
                        mfa::Complaint &) override { return MFA_STORE_DONE; }
  mfa_store_answer erase(std::string_view, std::uint64_t, mfa::Complaint &) override { return MFA_STORE_NONE; }
};
void use(const void *);
void f(mfa::Engine &engine, const mfa::Request &request);
void f(mfa::Engine &engine, const mfa::Request &request) {
  Rows rows;
  auto made = mfa::Engine::make({.json = "{}", .store = rows, .event = [](std::string_view) {}});
  auto proof = engine.verify_code(request, MFA_METHOD_TOTP, "123456");
  use(made.value());
  %s
}
"""
REFUSED = {
    "a yes by if": "if (proof) use(nullptr);",
    "a yes by if on a status": "if (proof.status()) use(nullptr);",
    "a yes by negation": "if (!proof) use(nullptr);",
    "an answer as a bool": "bool yes = proof; use(&yes);",
    "a copied answer": "auto other = proof; use(other.value());",
    "a copied engine": "mfa::Engine other = *made.value(); use(&other);",
    "an answer ignored": "engine.session_check(request);",
    "a pointer into what is gone": "use(engine.session_start(request).value());",
}


THROWS = "use(proof.value()); static_cast<void>(std::move(proof).or_throw());"


def test_a_program_compiles():
    result = compile_text(PROGRAM % THROWS)
    assert result.returncode == 0, result.stderr


def test_without_exceptions_and_rtti_too_but_for_the_one_that_throws():
    result = compile_text(PROGRAM % "use(proof.value());", "-fno-exceptions", "-fno-rtti")
    assert result.returncode == 0, result.stderr
    assert "or_throw" in compile_text(PROGRAM % THROWS, "-fno-exceptions", "-fno-rtti").stderr


@pytest.fixture(scope="module")
def complaints():
    """Of one compilation of all that must not compile, each line in a function of its own."""
    text = PROGRAM % "use(proof.value());"
    body = text[text.index("  Rows rows;"):text.index("  use(made")]
    for number, line in enumerate(REFUSED.values(), 1):
        head = f"void g{number}(mfa::Engine &engine, const mfa::Request &request)"
        text += f"{head};\n{head} {{\n{body}\n  use(proof.value());\n#line {number} \"refused\"\n  {line}\n#line 1 \"rest\"\n}}\n"
    return compile_text(text).stderr


@pytest.mark.parametrize("name", REFUSED)
def test_what_must_not_compile(complaints, name):
    assert re.search(rf"^refused:{list(REFUSED).index(name) + 1}:.*\berror:", complaints, re.M), complaints


def test_nothing_else_of_it_is_refused(complaints):
    places = re.findall(r"^(\S+?):\d+:\d+: error:", complaints, re.M)
    assert "refused" in places
    assert not {"rest", "<stdin>"} & set(places)


def test_the_program_of_the_documentation_compiles():
    program = re.search(r"```cpp\n(.*?)```", (ROOT / "docs/cxx.md").read_text(), re.S).group(1)
    result = compile_text(program)
    assert result.returncode == 0, result.stderr


def code_of(text):
    return re.sub(r"//[^\n]*|/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"", " ", text, flags=re.S)


def used(text):
    """Functions of the C ABI that the text calls, or hands on to be called."""
    return set(re.findall(r"\b(mfa_\w+)\b", code_of(text)))


def exported():
    return set(re.findall(r"^\s+(mfa_\w+);", (ROOT / "src/capi/mfa.map").read_text(), re.M))


def wrapper():
    return "".join((INCLUDE / "mfa" / header).read_text() for header in HEADERS)


def test_every_exported_function_is_used():
    assert len(exported()) > 90
    assert exported() - used(wrapper()) == set()


@pytest.mark.parametrize("name", ["mfa_proof_free", "mfa_totp_verify", "mfa_admin_users"])
def test_one_that_is_missing_is_seen(name):
    text = re.sub(rf"\b{name}\b", "other", wrapper()) + f"// {name}\n"
    assert exported() - used(text) == {name}


def members(struct):
    headers = "".join(path.read_text() for path in (INCLUDE / "mfa").glob("*.h"))
    body = re.search(rf"typedef struct {struct} \{{(.*?)^\}} {struct};", headers, re.S | re.M).group(1)
    body = re.sub(r"/\*.*?\*/", " ", body, flags=re.S)
    names = re.findall(r"(?:\(\*(\w+)\)\([^;]*\)|(\w+)(?:\[\w+\])?);", body)
    return [name for name in map("".join, names) if name not in ("struct_size", "reserved")]


@pytest.mark.parametrize("struct", ["mfa_request", "mfa_begin_options", "mfa_session_need", "mfa_engine_config",
                                    "mfa_webauthn_expect", "mfa_webauthn_user", "mfa_trust_input", "mfa_u2f_expect",
                                    "mfa_otpauth"])
def test_every_member_of_what_a_call_takes_is_filled(struct):
    text = code_of(wrapper())
    listed = members(struct)
    assert len(listed) > 2
    assert [name for name in listed if not re.search(rf"\b{name}\b", text) and name.removesuffix("_count") not in listed] == []
