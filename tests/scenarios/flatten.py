#!/usr/bin/env python3
"""Scenarios as lines, for runners without a JSON parser. README.md says how they look."""

import argparse
import sys

from story import Scenario, Unfit, broken


def field(text):
    if "\r" in text or "\0" in text:
        raise Unfit("a text with a carriage return or a NUL has no line")
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")


def line(*fields):
    return "\t".join(field(str(each)) for each in fields)


def lines(scenario):
    yield line("scenario", scenario.name)
    for name in ("start_s", "seed", "keys", "config"):
        yield line(name, getattr(scenario, name))
    for step in scenario.steps:
        yield line("step", step.number, step.do, step.note)
        yield from (line("arg", name, value) for name, value in step.arguments.items())
        yield from (line("expect", item, text) for item, text in step.expect.items())
        yield from (line("has", item) for item in step.has)
        yield from (line("contains", item, text) for item, text in step.contains)
        yield from (line("save", variable, item) for variable, item in step.save.items())
    yield "end"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="*", metavar="FILE")
    parser.add_argument("--broken", action="store_true", help="those that a right runner fails")
    options = parser.parse_args()
    try:
        chosen = broken() if options.broken else [Scenario.read(path) for path in options.files]
        for scenario in chosen:
            for each in lines(scenario):
                print(each)
    except Unfit as why:
        sys.exit(f"flatten.py: {why}")


if __name__ == "__main__":
    main()
