"""Plays a scenario through a world: what every runner in Python shares. README.md says what each step means.

A world is a language's engine with a store, a clock and randomness: `do(name, arguments)` gives the items of a step as a
dict of texts, `asked()` whether clock and randomness were asked, `close()` ends it.
"""

import json
import os
import re
import subprocess

KEY = {"pepper": b"\x50" * 32, "decoy": b"\xd0" * 32}


def key(number):
    return bytes([number]) * 32


class Failed(Exception):
    """The scenario does not hold."""


class SplitMix64:
    """The tests' generator: a function of its seed, and no secret to anybody."""

    def __init__(self, seed):
        self.state, self.asked = seed, False

    def number(self):
        mask = (1 << 64) - 1
        self.state = z = self.state + 0x9E3779B97F4A7C15 & mask
        z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & mask
        z = (z ^ z >> 27) * 0x94D049BB133111EB & mask
        return z ^ z >> 31

    def draw(self, count):
        self.asked = True
        return b"".join(self.number().to_bytes(8, "little") for _ in range((count + 7) // 8))[:count]


class Authenticator:
    """The program of MFA_AUTHENTICATOR, for many scenarios."""

    def __init__(self):
        self.process = subprocess.Popen([os.environ["MFA_AUTHENTICATOR"]], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        encoding="utf-8")

    def ask(self, op, options="", **members):
        """The answer's line. options: JSON, put in as it is."""
        request = json.dumps({"op": op, **members}, ensure_ascii=False)
        if options:
            request = f'{request[:-1]}, "options": {options}}}'
        self.process.stdin.write(request + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer or answer.startswith('{"error"'):
            raise Failed(f"the authenticator: {answer.strip() or 'ended'}")
        return answer.rstrip("\n")

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.process.stdin.close()
        self.process.wait(timeout=60)
        self.process.stdout.close()


def cut(of, after=None, before=None):
    text = of
    if after is not None:
        head, found, text = text.partition(after)
        if not found:
            raise Failed(f"there is no {after!r} to cut after")
    if before is not None:
        text, found, rest = text.partition(before)
        if not found and before != "\n":
            raise Failed(f"there is no {before!r} to cut before")
    return {"text": text}


def wrong_code(code):
    last = code[-1:]
    other = "0" if last == "9" else chr(ord(last) + 1) if last.isdigit() else "9"
    return {"code": code[:-1] + other}


class Player:
    def __init__(self, scenario, world, authenticator):
        self.scenario, self.world, self.authenticator = scenario, world, authenticator
        self.variables, self.transcript = {}, []

    def run(self):
        self.authenticator.ask("seed", seed=self.scenario.seed)
        for step in self.scenario.steps:
            try:
                self.step(step)
            except Failed as why:
                raise Failed(f"{self.scenario.name}, {step}: {why}") from None
        if not self.world.asked():
            raise Failed(f"{self.scenario.name}: the clock or the randomness was never asked")
        self.write_transcript()

    def fill(self, text):
        def value(match):
            if match[1] not in self.variables:
                raise Failed(f"nothing was saved as {match[1]}")
            return self.variables[match[1]]

        return re.sub(r"\$\{([^}]*)\}", value, text)

    def step(self, step):
        result = self.do(step.do, {name: self.fill(text) for name, text in step.arguments.items()})
        result.setdefault("status", "MFA_OK")
        self.transcript.append((f"step {step.number} {step.do}", {name: text for name, text in result.items() if text}))
        for item, wanted in step.expect.items():
            found, wanted = result.get(item, ""), self.fill(wanted)
            if found != wanted:
                raise Failed(f"{item} is {found!r}, not {wanted!r}; the whole: {result}")
        for item in step.has:
            if not result.get(item):
                raise Failed(f"there is no {item}")
        for item, wanted in step.contains:
            if self.fill(wanted) not in result.get(item, ""):
                raise Failed(f"{item} is {result.get(item, '')!r}, without {self.fill(wanted)!r}")
        for variable, item in step.save.items():
            self.variables[variable] = result.get(item, "")

    def do(self, name, arguments):
        if name == "cut":
            return cut(**arguments)
        if name == "wrong_code":
            return wrong_code(**arguments)
        if name == "passkey_clone":
            return {"status": "MFA_OK"} if self.authenticator.ask("clone", **arguments) else {}
        if name.startswith("passkey_"):
            asked = {"fault": "", **arguments}
            return {"response": self.authenticator.ask(name[len("passkey_"):], options=asked.pop("offer"), **asked)}
        return self.world.do(name, arguments)

    def write_transcript(self):
        folder = os.environ.get("MFA_TRANSCRIPT")
        if not folder:
            return
        with open(os.path.join(folder, self.scenario.name + ".txt"), "w", encoding="utf-8", newline="\n") as file:
            for title, items in self.transcript:
                print(title, file=file)
                for name in sorted(items, key=lambda each: each.encode()):
                    text = items[name].replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")
                    print(f"{name}={text}", file=file)
