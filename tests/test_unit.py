# SPDX-License-Identifier: Apache-2.0
"""The unit tests of the blocks (verif/unit): each build, several seeds. A seed is of the traffic and of what registers hold before reset."""
import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent
SEEDS = (1, 2, 3)
BUILDS = [line for line in (ROOT / "verif/unit/builds.txt").read_text().split("\n") if line and not line.startswith("#")]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("build", BUILDS)
def test_unit(build, seed):
    command = [ROOT / "build/unit" / build / "test", f"+seed={seed}", "+verilator+rand+reset+2", f"+verilator+seed+{seed}"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    print(done.stdout)
    assert done.returncode == 0, f"{done.returncode}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
