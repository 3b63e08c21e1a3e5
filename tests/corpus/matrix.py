"""Prints what the corpus holds, from its lines on standard input:

    corpus_lines 1 | matrix.py
"""

import json
import sys
from collections import Counter


def table(title, rows, columns, cell):
    width = max(len(str(row)) for row in rows) + 2
    print(f"\n{title}\n" + " " * width + " ".join(f"{column:>6}" for column in columns))
    for row in rows:
        print(f"{row!s:{width}}" + " ".join(f"{cell(row, column) or '.':>6}" for column in columns))


def main():
    cases = [json.loads(line) for line in sys.stdin]
    good = Counter((case["corpus"]["format"], case["corpus"]["algorithm"])
                   for case in cases if case["id"].startswith("good/"))
    formats = list(dict.fromkeys(case["corpus"]["format"] for case in cases))
    algorithms = sorted({algorithm for _, algorithm in good}, reverse=True)
    table("Good ceremonies, registration and login: format by algorithm", formats, algorithms,
          lambda row, column: good[row, column])
    reasons = Counter(case["corpus"]["reason"] for case in cases if case["corpus"]["reason"])
    print("\nViolations, by the reason that each is refused with")
    for reason, count in sorted(reasons.items(), key=lambda item: [part.zfill(4) for part in item[0].split(".")]):
        print(f"{count:4}  {reason}")
    accepted = sum(1 for case in cases if not case["corpus"]["reason"]) - sum(good.values())
    print(f"\n{len(cases)} cases: {sum(good.values())} good, {accepted} near the edge and accepted, {sum(reasons.values())} refused")


if __name__ == "__main__":
    main()
