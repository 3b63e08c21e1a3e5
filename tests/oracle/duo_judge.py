"""duo/judge.go, built once for every test of a build folder that asks it. MFA_DUO: where to."""

import fcntl
import os
import pathlib
import subprocess

SOURCE = pathlib.Path(__file__).parent / "duo/judge.go"
# What it has no argument for: the relying party compares it itself, or not at all.
NOT_ITS = (".7.1.4.", ".7.1.10.", ".7.1.11.", ".7.1.18.", ".7.1.19.", ".7.1.20.algorithm_not_offered", ".7.1.28.",
           ".7.2.4.", ".7.2.5.", ".7.2.6.", ".7.2.13.", ".7.2.14.", ".7.2.19.", ".7.2.22.", ".7.2.23.")


def program():
    folder = pathlib.Path(os.environ["MFA_DUO"])
    folder.mkdir(parents=True, exist_ok=True)
    built = folder / "judge"
    with open(folder / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not built.exists() or built.stat().st_mtime < SOURCE.stat().st_mtime:
            settings = {"GO111MODULE": "off", "GOPATH": "/usr/share/gocode", "GOCACHE": str(folder / "cache"), "GOPROXY": "off"}
            subprocess.run(["go", "build", "-buildvcs=false", "-o", built, SOURCE], env=os.environ | settings, check=True,
                           timeout=240)
    return built
