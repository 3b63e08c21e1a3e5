"""The corpus, for programs that read it as JSON Lines, and the rule for where they disagree with it."""

import json
import os
import subprocess


def cases():
    done = subprocess.run([os.environ["MFA_CORPUS"], "1"], capture_output=True, timeout=300, check=True)
    read = [json.loads(line) for line in done.stdout.splitlines()]
    assert len({case["id"] for case in read}) == len(read)
    return read


def verdicts(command, judged, **how):
    """What a program says that reads a line for each case and writes one: its words by the case's id."""
    lines = "".join(json.dumps(case) + "\n" for case in judged)
    done = subprocess.run(command, input=lines.encode(), capture_output=True, timeout=300, **how)
    assert done.returncode == 0, done.stderr.decode()
    said = [json.loads(line) for line in done.stdout.splitlines()]
    assert [verdict["id"] for verdict in said] == [case["id"] for case in judged]
    return {verdict["id"]: verdict for verdict in said}


def check(judged, said, listed):
    """Every disagreement is listed, and every listed one still there."""
    right = {case["id"]: case["corpus"]["reason"] == "" for case in judged}
    differ = {name: said[name]["message"] or "accepted" for name in right if said[name]["ok"] != right[name]}
    new = {name: message for name, message in differ.items() if name not in listed}
    assert not new, new
    gone = set(listed) - set(differ)
    assert not gone, gone
