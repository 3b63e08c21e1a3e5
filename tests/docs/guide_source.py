"""Writes the code of a guide, in its order, as one file: PAGE LANGUAGE OUT [FIRST]; FIRST is the number of the first block, from 0."""

import re
import sys
from pathlib import Path


def blocks(page, language):
    return re.findall(rf"```{language}\n(.*?)```", Path(page).read_text(), re.S)


if __name__ == "__main__":
    page, language, out, *first = sys.argv[1:]
    code = blocks(page, language)[int(first[0]) if first else 0:]
    assert code, f"{page} has no {language}"
    Path(out).write_text("\n".join(code))
