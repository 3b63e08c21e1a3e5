"""Writes the API reference from the headers: reference.html, and a manual page for each function.

    make.py names HEADERS             the files that it would write, one a line
    make.py write HEADERS VERSION FOLDER
"""

import sys
from pathlib import Path

import html_page
import man_pages
from headers import Lack, read


def files(contract, version):
    yield "reference.html", html_page.Page(contract, version).text()
    for header in contract.headers:
        for function in header.functions:
            yield f"{function.name}.3", man_pages.page(function, header, contract)


def main(words):
    if words[:1] == ["names"] and len(words) == 2:
        for name, _ in files(read(words[1]), ""):
            print(name)
    elif words[:1] == ["write"] and len(words) == 4:
        for name, text in files(read(words[1]), words[2]):
            (Path(words[3]) / name).write_text(text, encoding="utf-8")
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except Lack as lack:
        sys.exit(f"make.py: {lack}")
