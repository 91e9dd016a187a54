# SPDX-License-Identifier: Apache-2.0
"""RTL and golden model agree on every TLP and frame under random traffic, at each width; planted faults of both are caught by a comparison."""
import pathlib
import re
import subprocess

import plants
import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent
CYCLES = 100_000
CORPUS = ROOT / "verif/fuzz/corpus"
# seeds by width and VFs: the profile of the traffic is seed mod 7
SEEDS = {"512-64": range(1, 13), "128-64": (101, 102, 103), "256-64": (202, 203, 204), "512-255": (301, 302, 304), "512-1": (401, 402)}
MODEL_PLANTS = re.findall(r'PLANT\(\w+, "([\w-]+)"', (ROOT / "cmodel/plants.h").read_text())
RTL_PLANTS = {f["name"].removeprefix("rtl-"): f for f in plants.read(ROOT / "verif/lockstep/plants.txt") if f["name"].startswith("rtl-")}
# by what a planted fault may be caught: never by a time-out or for want of traffic
CAUGHT = re.compile(r"TLPs differ|frames? .*differ|without a cause|illegal commit|Assertion failed|at rest, but in the model|a timer of the model was over|^lockstep: DIFFERENT: not busy", re.M)


def run(binary, *words, env=()):
    done = subprocess.run([ROOT / f"build/lockstep/{binary}/lockstep", f"--cycles={CYCLES}", *words], capture_output=True, text=True, timeout=600,
                          cwd=ROOT, errors="replace", env={"SYSTEMC_DISABLE_COPYRIGHT_MESSAGE": "1", **dict(env)})
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("card, seed", [(card, seed) for card, seeds in SEEDS.items() for seed in seeds])
def test_equal(card, seed):
    status, text = run(card, f"--seed={seed}")
    print(next((line for line in text.splitlines() if line.startswith("lockstep:")), ""))
    assert status == 0, text[-6000:]


def test_build_with_planted_faults_is_sound():
    """With none of them in force."""
    status, text = run("planted", "--seed=1")
    assert status == 0, text[-6000:]


def test_there_are_planted_faults_of_both():
    assert len(MODEL_PLANTS) >= 4 and len(RTL_PLANTS) >= 4


def first_caught(binary, *words, env=(), seeds=()):
    """A fault is a rare condition: some seeds, then what the fuzzer kept, may meet it; all that fail must fail by a comparison."""
    for source in [*(f"--seed={seed}" for seed in (*seeds, *range(1, 13))), *(f"--input={file}" for file in sorted(CORPUS.iterdir()))]:
        status, text = run(binary, source, *words, env=env)
        if status not in (0, 3):
            assert CAUGHT.search(text), f"{source}: not by a comparison or an assertion:\n{text[-3000:]}"
            return source
    return None


@pytest.mark.parametrize("plant", MODEL_PLANTS)
def test_fault_of_the_model(plant):
    assert first_caught("512-64", f"--plant={plant}"), f"{plant} was not found"


@pytest.mark.parametrize("plant", RTL_PLANTS)
def test_fault_of_the_rtl(plant):
    fault = RTL_PLANTS[plant]
    assert first_caught("planted", env={"SVNIC_PLANT": str(fault["number"])}, seeds=fault.get("seed", "").split()), f"{plant} was not found"
