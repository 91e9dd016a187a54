# SPDX-License-Identifier: Apache-2.0
"""The RTL before an independent root complex: each case of verif/cocotb/pcie_checks.py, at two widths; and each planted fault is found."""
import functools
import pathlib
import re
import subprocess
import sys
import xml.etree.ElementTree

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent
BENCH = ROOT / "verif/cocotb"
CARDS = ["128-8", "512-8"]
CASES = re.findall(r"^@case\nasync def (\w+)", (BENCH / "pcie_checks.py").read_text(), re.M)


def run(card, *arguments, folder=None):
    """Runs the bench in a folder of its own: the process, and {case: what went wrong, or None}."""
    folder = ROOT / "build/cocotb" / f"{folder or card}.test"
    done = subprocess.run([sys.executable, BENCH / "run.py", ROOT / "build/cocotb" / card, "-o", folder, *arguments], capture_output=True, text=True,
                          timeout=300)
    assert (folder / "results.xml").exists(), done.stdout + done.stderr
    cases = xml.etree.ElementTree.parse(folder / "results.xml").iter("testcase")
    return done, {case.get("name"): next((child.get("message", child.tag) for child in case), None) for case in cases}


@functools.cache
def all_cases(card):
    return run(card)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("card", CARDS)
def test_root_complex(card, case):
    done, results = all_cases(card)
    assert case in results, done.stdout
    assert results[case] is None, f"{results[case]}\n{done.stdout}"


PLANTED = "128-8-planted"
PLANTS = re.findall(r"^name: (\S+)\nbreaks: .*\ncase: (\w+)$", (BENCH / "plants.txt").read_text(), re.M)


@pytest.mark.parametrize("plant, case", PLANTS)
def test_planted_fault_is_found(plant, case):
    done, results = run(PLANTED, case, "--plant", plant, folder=plant)
    assert results == {case: results[case]} and results[case] is not None, f"{plant} was not found\n{done.stdout}"


def test_card_with_faults_that_rest():
    """The build with the planted faults, none chosen: what finds a fault finds nothing here."""
    done, results = run(PLANTED, *{case for _, case in PLANTS})
    assert done.returncode == 0 and not any(results.values()), done.stdout
