#!/usr/bin/env python3
"""Writes what Node and Rust are told of libmfa, from include/mfa/*.h. Run it after a change of a header.

bindings/node/mfa/declarations.js and bindings/rust/src/sys.rs: every function, struct, callback and number. --check only says
whether they are what the headers make. --layout FILE writes a C program that prints the size of each struct and the place of
each member, which the tests compare with what the bindings have.
"""

import re
import sys
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
HEADERS = HERE.parent / "include/mfa"
# In the order in which they need each other.
ORDER = ("base", "store", "otp", "webauthn", "u2f", "recovery", "engine", "log")


@dataclass(frozen=True)
class Value:
    """A member, parameter or result: `kind` as C spells it, without const; count: of an array of a fixed length."""

    name: str
    kind: str
    count: int = 0
    is_constant: bool = False


@dataclass(frozen=True)
class Function:
    name: str
    result: Value
    parameters: tuple


@dataclass
class Contract:
    numbers: dict
    aliases: dict  # mfa_status: int32_t
    opaque: list
    structs: dict  # name: members, a Value or a Function
    callbacks: dict  # name: Function
    functions: dict


def squeeze(text):
    return re.sub(r"\s+", " ", text).strip()


def value(text, numbers):
    text = squeeze(text)
    array = re.fullmatch(r"(.*?)(\w+)\s*\[\s*(\w+)\s*\]", text)
    rows = re.fullmatch(r"(.*?)\(\s*\*\s*(\w+)\s*\)\s*\[\s*(\w+)\s*\]", text)
    count = 0
    if rows:  # a pointer to rows: char (*codes)[20]
        kind, name = rows.group(1) + "*", rows.group(2)
    elif array:
        kind, name, size = array.groups()
        count = int(size) if size.isdigit() else numbers[size]
    else:
        kind, name = re.fullmatch(r"(.*?)(\w+)", text).groups()
    is_constant = "const" in kind.split()
    kind = squeeze(re.sub(r"\b(const|struct)\b", " ", kind)).replace(" *", "*")
    return Value(name, kind, count, is_constant)


def parameters(text, numbers):
    return () if squeeze(text) in ("", "void") else tuple(value(one, numbers) for one in text.split(","))


def function(name, result, listed, numbers):
    return Function(name, value(f"{result} {name}", numbers), parameters(listed, numbers))


def read(folder=HEADERS):
    unknown = {path.stem for path in folder.glob("*.h")} - {*ORDER, "mfa"}
    if unknown:
        raise SystemExit(f"headers that ORDER does not name: {sorted(unknown)}")
    text = "".join((folder / f"{name}.h").read_text(encoding="utf-8") for name in ORDER)
    text = re.sub(r"/\*.*?\*/", " ", text, flags=re.S)
    text = re.sub(r"^static inline .*?^}\n", "", text, flags=re.S | re.M)
    text = re.sub(r"\\\n", " ", text)
    made = Contract({}, {}, [], {}, {}, {})
    for name, number in re.findall(r"^#define (MFA_\w+) +(\d+)\s*$", text, flags=re.M):
        made.numbers[name] = int(number)
    text = re.sub(r"^\s*#.*$", "", text, flags=re.M)
    for body in re.findall(r"\benum\s*{(.*?)}", text, flags=re.S):
        for entry in filter(None, map(squeeze, body.split(","))):
            name, number = map(str.strip, entry.split("="))
            shift = re.fullmatch(r"1u << (\d+)", number)
            made.numbers[name] = 1 << int(shift.group(1)) if shift else int(number)
    for alias, kind in re.findall(r"\btypedef (\w+_t) (\w+);", text):
        made.aliases[kind] = alias
    made.opaque = re.findall(r"\btypedef struct (\w+) \1;", text)
    for result, name, listed in re.findall(r"\btypedef ([\w ]+?)\(\*(\w+)\)\((.*?)\);", text, flags=re.S):
        made.callbacks[name] = function(name, result, listed, made.numbers)
    for name, body in re.findall(r"\btypedef struct (\w+) {(.*?)} \1;", text, flags=re.S):
        made.structs[name] = [member(one, made.numbers) for one in filter(str.strip, body.split(";"))]
        made.structs[name] = [one for some in made.structs[name] for one in some]
    for result, name, listed in re.findall(r"MFA_API\s+([^;(]+?)\b(mfa_\w+)\s*\((.*?)\)\s*(?:MFA_MUST_CHECK)?\s*;", text, re.S):
        made.functions[name] = function(name, result, listed, made.numbers)
    if len(made.functions) != len(re.findall(r"\bMFA_API\b", text)):
        raise SystemExit("a declaration with MFA_API that cannot be read")
    return made


def member(text, numbers):
    pointer = re.fullmatch(r"\s*([\w ]+?)\(\*(\w+)\)\((.*)\)\s*", text, flags=re.S)
    if pointer:
        result, name, listed = pointer.groups()
        return [function(name, result, listed, numbers)]
    return [value(text, numbers)]


# ---- JavaScript

JS_HEAD = "// What libmfa's headers declare. Made by ../../make_declarations.py: do not edit.\n"


def plain(kind, contract):
    return contract.aliases.get(kind, kind)


def js_kind(given, contract):
    """As koffi names it; what points is "pointer", for addresses cross as numbers."""
    kind = plain(given.kind, contract)
    return "pointer" if "*" in kind or kind in contract.callbacks else kind


def js_signature(made, contract):
    kinds = ", ".join(f'"{"pointer" if p.count else js_kind(p, contract)}"' for p in made.parameters)
    return f'["{js_kind(made.result, contract)}", [{kinds}]]'


def js_member(given, contract):
    """The kind of a member: what it points to matters to whoever fills it."""
    if isinstance(given, Function):
        return "callback"
    kind = plain(given.kind, contract)
    return f"{kind}[{given.count}]" if given.count else kind


def javascript(contract):
    lines = [JS_HEAD, "/** Every number that has a name. @type {Readonly<Record<string, number>>} */", "export const NUMBERS = Object.freeze({"]
    lines += [f"  {name}: {number}," for name, number in contract.numbers.items()]
    lines += ["});", "", "/** Member to kind, in C's order. */", "export const STRUCTS = {"]
    for name, members in contract.structs.items():
        lines.append(f"  {name}: {{")
        lines += [f'    {m.name}: "{js_member(m, contract)}",' for m in members]
        lines.append("  },")
    lines += ["};", "", "/** What libmfa calls: result and parameters. */", "export const CALLBACKS = {"]
    members = [m for listed in contract.structs.values() for m in listed if isinstance(m, Function)]
    for made in [*contract.callbacks.values(), *members]:
        lines.append(f"  {made.name}: {js_signature(made, contract)},")
    lines += ["};", "", "/** Result and parameters. */", "export const FUNCTIONS = {"]
    for name, made in sorted(contract.functions.items()):
        line = f"  {name}: {js_signature(made, contract)},"
        if len(line) > 120:
            line = line.replace(", [", ",\n    [", 1)
        lines.append(line)
    return "\n".join([*lines, "};", ""])


# ---- Rust

RUST_HEAD = """//! What libmfa's headers declare. Made by ../../make_declarations.py: do not edit.
#![allow(non_camel_case_types, missing_docs, dead_code)]

use std::os::raw::{c_char, c_int, c_void};

"""
RUST = {"char": "c_char", "void": "c_void", "int": "c_int", "size_t": "usize", "int32_t": "i32", "uint32_t": "u32",
        "uint64_t": "u64", "uint8_t": "u8"}


def rust_kind(given, contract, as_parameter=False):
    kind = given.kind
    depth = kind.count("*")
    name = kind.rstrip("*")
    name = RUST.get(name, name)
    if name in contract.callbacks:
        return f"Option<{name}>" if depth == 0 else name
    if given.count and as_parameter:
        depth = 1
    pointer = "".join("*const " if given.is_constant and level == depth - 1 else "*mut " for level in range(depth))
    return f"[{name}; {given.count}]" if given.count and not as_parameter else pointer + name


def rust_name(name):
    return f"{name}_" if name in ("type", "ref", "fn", "match") else name


def rust_signature(made, contract):
    listed = ", ".join(f"{rust_name(p.name)}: {rust_kind(p, contract, True)}" for p in made.parameters)
    result = "" if made.result.kind == "void" else f" -> {rust_kind(made.result, contract)}"
    return f"({listed}){result}"


def rust_callback(made, contract):
    return 'unsafe extern "C" fn' + rust_signature(made, contract)


def rust(contract):
    lines = []
    for name, number in contract.numbers.items():
        lines.append(f"pub const {name}: {'u32' if number > 0x7FFFFFFF else 'i32'} = {number};")
    lines.append("")
    lines += [f"pub type {name} = {RUST[kind]};" for name, kind in contract.aliases.items()]
    lines += [f"pub type {name} = {rust_callback(made, contract)};" for name, made in contract.callbacks.items()]
    for name in contract.opaque:
        lines += ["", "#[repr(C)]", f"pub struct {name} {{", "    _private: [u8; 0],", "}"]
    for name, members in contract.structs.items():
        lines += ["", "#[repr(C)]", "#[derive(Clone, Copy)]", f"pub struct {name} {{"]
        for given in members:
            is_callback = isinstance(given, Function)
            kind = f"Option<{rust_callback(given, contract)}>" if is_callback else rust_kind(given, contract)
            lines.append(f"    pub {rust_name(given.name)}: {kind},")
        lines.append("}")
    lines += ["", 'extern "C" {']
    lines += [f"    pub fn {name}{rust_signature(made, contract)};" for name, made in sorted(contract.functions.items())]
    return RUST_HEAD + "\n".join([*lines, "}", "", *rust_layout(contract), ""])


def rust_layout(contract):
    """What the C program of --layout prints, from this side."""
    lines = ["#[cfg(test)]", "pub fn layout() -> String {", "    let mut told = String::new();"]
    for name, members in contract.structs.items():
        lines += ["    {", f"        let made = std::mem::MaybeUninit::<{name}>::uninit();", "        let at = made.as_ptr();",
                  f'        told += &format!("{name} {{}}\\n", std::mem::size_of::<{name}>());']
        for given in members:
            lines.append(f"        let place = unsafe {{ std::ptr::addr_of!((*at).{rust_name(given.name)}) }} as usize - at as usize;")
            lines.append(f'        told += &format!("{name}.{given.name} {{place}}\\n");')
        lines.append("    }")
    return [*lines, "    told", "}"]


# ---- C

def c_layout(contract):
    lines = ["#include <mfa/mfa.h>", "#include <stdio.h>", "", "int main(void) {"]
    for name, members in contract.structs.items():
        lines.append(f'  printf("{name} %zu\\n", sizeof({name}));')
        lines += [f'  printf("{name}.{m.name} %zu\\n", offsetof({name}, {m.name}));' for m in members]
    return "\n".join([*lines, "  return 0;", "}", ""])


TARGETS = {HERE / "node/mfa/declarations.js": javascript, HERE / "rust/src/sys.rs": rust}


def main(arguments):
    contract = read()
    if arguments == ["--check"]:
        old = [str(path.relative_to(HERE)) for path, make in TARGETS.items()
               if path.read_text(encoding="utf-8") != make(contract)]
        return f"not made from the headers: {', '.join(old)}" if old else None
    if arguments[:1] == ["--layout"]:
        Path(arguments[1]).write_text(c_layout(contract), encoding="utf-8")
        return None
    for path, make in TARGETS.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(make(contract), encoding="utf-8")
    return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
