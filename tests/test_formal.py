# SPDX-License-Identifier: Apache-2.0
"""The proofs pass, and each planted fault is found by the property that names it."""
import pathlib
import re
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent
BLOCKS = sorted({p.parent.name for p in (ROOT / "rtl").glob("*/*.sby")})


def prove(*words):
    done = subprocess.run([ROOT / "build/venv/bin/python", "verif/formal/prove.py", *words], cwd=ROOT, capture_output=True, text=True, timeout=1500)
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]
    return done.stdout


@pytest.mark.parametrize("block", BLOCKS)
def test_proofs(block, counted):
    text = prove("--block", block)
    counted(f"assumes in proofs of {block}", int(re.search(r"(\d+) assumes", text)[1]))


@pytest.mark.exhaustive
@pytest.mark.parametrize("block", BLOCKS)
def test_planted_faults(block):
    found, all_ = map(int, re.search(r"(\d+) of (\d+) planted faults found", prove("--faults", "--block", block)).groups())
    assert found == all_ > 0, f"{block}: a proof without a planted fault shows nothing"
