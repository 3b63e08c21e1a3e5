"""Reads the exported functions of include/mfa/*.h: what the tests of the ABI are made from."""

import re
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Parameter:
    type: str  # "const mfa_request *", "char (*)[]" for an array of texts
    name: str

    @property
    def is_pointer(self):
        return "*" in self.type or self.type == "mfa_scan_fn"


@dataclass(frozen=True)
class Function:
    result: str
    name: str
    parameters: tuple
    header: str

    @property
    def is_fallible(self):
        return self.result == "mfa_status" and any(p.name == "err" for p in self.parameters)


DECLARATION = re.compile(r"MFA_API\s+([^;(]+?)\b(mfa_\w+)\s*\((.*?)\)\s*(?:MFA_MUST_CHECK\s*)?;", re.S)
ARRAY_OF_ARRAYS = re.compile(r"^(.*)\(\s*\*\s*(\w+)\s*\)\s*\[.*\]$", re.S)
ARRAY = re.compile(r"^(.*?)(\w+)\s*\[.*\]$", re.S)
PLAIN = re.compile(r"^(.*?)(\w+)$", re.S)


def squeeze(text):
    return re.sub(r"\s+", " ", text).strip()


def parse_parameter(text):
    text = squeeze(text)
    for form, suffix in ((ARRAY_OF_ARRAYS, "(*)[]"), (ARRAY, "*"), (PLAIN, "")):
        match = form.match(text)
        if match:
            return Parameter(squeeze(squeeze(match.group(1)) + " " + suffix), match.group(2))
    raise ValueError(f"cannot read the parameter {text!r}")


def parse(text, header=""):
    text = re.sub(r"/\*.*?\*/", " ", text, flags=re.S)
    text = re.sub(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", " ", text, flags=re.M)
    functions = []
    for result, name, parameters in DECLARATION.findall(text):
        listed = [] if squeeze(parameters) in ("", "void") else parameters.split(",")
        functions.append(Function(squeeze(result), name, tuple(map(parse_parameter, listed)), header))
    if len(functions) != len(re.findall(r"\bMFA_API\b", text)):
        raise ValueError(f"{header}: a declaration with MFA_API that cannot be read")
    return functions


def declared(folder):
    """All functions of the headers in the folder, in order."""
    return [function for path in sorted(Path(folder).glob("*.h")) for function in parse(path.read_text(), path.name)]
