# SPDX-License-Identifier: Apache-2.0
"""The golden model's own tests (cmodel/test), plain and with sanitizers, and the example host."""
import subprocess

import pytest

import guest

VARIANTS = ["", "asan/"]
NAMES = sorted(p.stem for p in (guest.ROOT / "cmodel/test").glob("*.c") if p.stem != "bus")


def run(path):
    done = subprocess.run([path], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return done.stdout


@pytest.mark.parametrize("variant", VARIANTS, ids=["plain", "asan"])
@pytest.mark.parametrize("name", NAMES)
def test_cmodel(name, variant):
    run(guest.ROOT / f"build/cmodel/{variant}test/{name}")


@pytest.mark.parametrize("variant", VARIANTS, ids=["plain", "asan"])
def test_cmodel_example_host(variant):
    text = run(guest.ROOT / f"build/cmodel/{variant}host")
    assert "function 0: 5653:1000, class 020000" in text
    assert "wire: 60 bytes: hello from VF 1" in text
