"""The code of docs/c.md and docs/cxx.md, compiled with a program that plays browser and user: guide_c_test.cpp, guide_cxx_test.cpp."""

import os
import subprocess
from pathlib import Path

import pytest


@pytest.mark.parametrize("program", os.environ["MFA_GUIDES"].split(os.pathsep), ids=lambda path: Path(path).name)
def test_a_login(program, tmp_path):
    done = subprocess.run([program], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_guide_for_c_writes_its_log(tmp_path):
    program = os.environ["MFA_GUIDES"].split(os.pathsep)[0]
    subprocess.run([program], cwd=tmp_path, check=True, capture_output=True, timeout=60)
    log = (tmp_path / "events.jsonl").read_text()
    assert '"log_started"' in log and '"refused"' in log and '"log_stopped"' in log
