"""The reference as manual pages, one for each function, in mdoc."""

import re
import textwrap

DATE = "November 30, 2026"  # of the last change of what the pages say of themselves


def escaped(text):
    return text.replace("\\", "\\e").replace("-", "\\-") if text.startswith("-") else text.replace("\\", "\\e")


def prose(text):
    """Each sentence on lines of its own, none of them a macro by accident."""
    lines = []
    for number, part in enumerate(part for part in text.split("\n\n") if part):
        lines += [".Pp"] if number else []
        for sentence in re.split(r"(?<=[^.][.:?]) (?=[^a-z])", part):
            wrapped = textwrap.wrap(escaped(sentence), 76, break_long_words=False, break_on_hyphens=False)
            # A line that begins with a dot or an apostrophe is a request, one that ends an abbreviation a new sentence.
            lines += [re.sub(r"^([.'])", r"\\&\1", line) for line in wrapped]
    return lines


def quoted(text):
    return '"' + escaped(text).replace('"', '""') + '"'


def page(function, header, contract):
    lines = [f".Dd {DATE}", f".Dt {function.name.upper()} 3", ".Os", ".Sh NAME", f".Nm {function.name}"]
    lines += [f".Nd {summary(function)}", ".Sh LIBRARY", "libmfa, multi-factor authentication (libmfa, \\-lmfa)"]
    lines += [".Sh SYNOPSIS", ".In mfa/mfa.h", f".Ft {quoted(function.result)}", f".Fo {function.name}"]
    lines += [f".Fa {quoted(argument(one))}" for one in function.parameters] or [".Fa void"]
    lines += [".Fc", ".Sh DESCRIPTION", *prose(function.comment)]
    if function.parameters:
        lines += [".Bl -tag -width Ds"]
        for one in function.parameters:
            lines += [f".It Fa {one.name}", *prose(one.text)]
        lines.append(".El")
    if function.statuses:
        lines += [".Sh RETURN VALUES", ".Bl -tag -width Ds"]
        for name in function.statuses:
            lines += [f".It Dv {name}", *prose(contract.statuses[name])]
        others = [name for name in contract.by_any if name not in function.statuses]
        lines += [".El", ".Pp", "As any call:"] + [f".Dv {name}{' ,' if name != others[-1] else ' .'}" for name in others]
    lines += [".Sh SEE ALSO", ".Xr libmfa 3"]
    return "\n".join(lines) + "\n"


def argument(parameter):
    kind = parameter.type
    if "(*)" in kind:
        return kind.replace("(*)", f"(*{parameter.name})")
    base, bracket, size = kind.partition("[")
    space = "" if base.endswith("*") else " "
    return f"{base}{space}{parameter.name}{bracket}{size}"


def summary(function):
    """The first sentence, or as much of it as a line holds."""
    text = re.split(r"[:;(]", function.sentence)[0].strip() or function.sentence
    if len(text) > 72:
        text = text[:72].rpartition(", ")[0] or text[:72].rpartition(" ")[0]
    return escaped(text[0].lower() + text[1:] if text[1:2].islower() else text)
