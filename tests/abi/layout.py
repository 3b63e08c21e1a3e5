"""Where each member of each public struct lies, and what each public constant is: asked of the compiler, of any set of headers.

The two sets that are compared are laid out by the same compiler, so that the comparison holds on every architecture.
"""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

STRUCT = re.compile(r"\btypedef struct (\w+) \{(.*?)\n\} \1;", re.S)
ENUM = re.compile(r"\benum\s*\w*\s*\{(.*?)\}", re.S)
NUMBER = re.compile(r"^[ \t]*#[ \t]*define[ \t]+(MFA_\w+)[ \t]+\(?-?\d[^\n]*$", re.M)
MEMBER = re.compile(r"(?:\(\s*\*\s*(\w+)\s*\)\s*\(.*\)|(\w+)\s*(?:\[[^\]]*\]\s*)*)$", re.S)
STRUCT_SIZE = "struct_size"


@dataclass(frozen=True)
class Place:
    text: str  # as it is declared: a change of type that keeps the size is one too
    offset: int
    size: int

    def __str__(self):
        return f"`{self.text}` at {self.offset}, {self.size} bytes"


@dataclass(frozen=True)
class Layout:
    sizes: dict  # of structs
    places: dict  # (struct, member) -> Place
    constants: dict

    def members(self, struct):
        return [member for owner, member in self.places if owner == struct]

    def may_grow(self, struct):
        return (struct, STRUCT_SIZE) in self.places


def without_comments(text):
    return re.sub(r"/\*.*?\*/", " ", text, flags=re.S)


def members_of(body):
    """{name: declaration}"""
    *parts, rest = [re.sub(r"\s+", " ", part).strip() for part in body.split(";")]
    if rest:
        raise ValueError(f"cannot read the members {body!r}")
    found = [MEMBER.search(part) for part in parts]
    return {match.group(1) or match.group(2): part for match, part in zip(found, parts)}


def declared_in(texts):
    """({struct: {member: declaration}}, [constant])"""
    structs, constants = {}, []
    for text in map(without_comments, texts):
        structs |= {name: members_of(body) for name, body in STRUCT.findall(text)}
        if len(STRUCT.findall(text)) != len(re.findall(r"\bstruct\s+\w*\s*\{", text)):
            raise ValueError("a struct that cannot be read")
        for body in ENUM.findall(text):
            constants += [part.split("=")[0].strip() for part in body.split(",") if part.strip()]
        constants += NUMBER.findall(text)
    return structs, constants


def program(structs, constants, includes):
    lines = [f'#include "{path}"' for path in includes] + ["#include <stdio.h>", "int main(void) {"]
    for struct, members in structs.items():
        lines.append(f'  printf("size {struct} %zu\\n", sizeof({struct}));')
        lines += [f'  printf("member {struct} {name} %zu %zu\\n", offsetof({struct}, {name}), sizeof((({struct} *)0)->{name}));'
                  for name in members]
    lines += [f'  printf("constant {name} %lld\\n", (long long)({name}));' for name in constants]
    return "\n".join([*lines, "  return 0;", "}", ""])


def layout(headers, compiler, scratch):
    """Of all headers in the folder. compiler: a list of words; scratch: a folder to build in."""
    paths = sorted(Path(headers).glob("*.h"))
    structs, constants = declared_in([path.read_text() for path in paths])
    executable = Path(scratch) / "layout"
    built = subprocess.run([*compiler, "-std=c99", "-xc", "-", "-o", executable], text=True, capture_output=True,
                           input=program(structs, constants, paths))
    if built.returncode != 0:
        raise ValueError(built.stderr)
    result = Layout({}, {}, {})
    for line in subprocess.run([executable], check=True, capture_output=True, text=True).stdout.splitlines():
        kind, *words = line.split()
        if kind == "size":
            result.sizes[words[0]] = int(words[1])
        elif kind == "member":
            struct, member = words[:2]
            result.places[struct, member] = Place(structs[struct][member], int(words[2]), int(words[3]))
        else:
            result.constants[words[0]] = int(words[1])
    return result


def compare(old, new):
    """(breaches, additions), a line each."""
    breaches, additions = [], []
    for struct, size in old.sizes.items():
        if struct not in new.sizes:
            breaches.append(f"{struct} is gone")
            continue
        now = new.sizes[struct]
        if now < size or (now != size and not old.may_grow(struct)):
            breaches.append(f"{struct} has {now} bytes, had {size}")
        for member in old.members(struct):
            was, is_now = old.places[struct, member], new.places.get((struct, member))
            if is_now != was:
                breaches.append(f"{struct}.{member} was {was}, is {is_now or 'gone'}")
        for member in new.members(struct):
            if (struct, member) in old.places:
                continue
            appended = old.may_grow(struct) and new.places[struct, member].offset >= size
            (additions if appended else breaches).append(f"{struct}.{member} is new")
    for name, value in old.constants.items():
        if new.constants.get(name) != value:
            breaches.append(f"{name} was {value}, is {new.constants.get(name, 'gone')}")
    additions += [f"{name} is new" for name in [*new.sizes, *new.constants]
                  if name not in old.sizes and name not in old.constants]
    return breaches, additions
