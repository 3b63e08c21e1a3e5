"""Makes tests/fuzz/corpus again: seeds of the corpus of ceremonies, what is committed and what a fuzzer found, as few
as reach the same code.

    minimise.py BUILD_FOLDER [FOUND]

The build is one with -Dfuzzers=true; FOUND has a folder for each target, as scripts/test --long leaves it in
build-fuzz/tests/fuzz/found.
"""

import hashlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

CORPUS = Path(__file__).resolve().parent / "corpus"
SEED = "1"


def minimise(program, name, folders):
    """The smallest first, and of the others those that reach an edge that none before it did."""
    with tempfile.TemporaryDirectory() as merged:
        command = [program, "-merge=1", "-use_counters=0", "-max_len=65536", merged, *folders]
        subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
        kept = [path.read_bytes() for path in Path(merged).iterdir()]
    target = CORPUS / name
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for content in kept:
        (target / f"{hashlib.sha256(content).hexdigest()[:16]}.bin").write_bytes(content)
    print(f"{name:20} {len(kept):4} inputs {sum(map(len, kept)):7} bytes")


def main():
    build = Path(sys.argv[1]) / "tests/fuzz"
    found = Path(sys.argv[2]) if len(sys.argv) > 2 else None
    with tempfile.TemporaryDirectory() as seeds:
        subprocess.run([build / "fuzz_seeds", SEED, seeds], check=True)
        for program in sorted(build.glob("*_fuzz")):
            name = program.name.removesuffix("_fuzz")
            folders = [folder / name for folder in (CORPUS, Path(seeds), found) if folder and (folder / name).is_dir()]
            minimise(program, name, folders)


if __name__ == "__main__":
    main()
