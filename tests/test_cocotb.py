# SPDX-License-Identifier: Apache-2.0
"""The RTL before an independent root complex: each case of verif/cocotb/pcie_checks.py, at two widths; and each planted fault is found."""
import concurrent.futures
import os
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


def run(card, *arguments):
    """Runs the bench in a folder of its own: what it said, and {case: what went wrong, or None}."""
    folder = ROOT / "build/cocotb" / f"{card}.test-{arguments[-1] if arguments else 'all'}"
    done = subprocess.run([sys.executable, BENCH / "run.py", ROOT / "build/cocotb" / card, "-o", folder, *arguments], capture_output=True, text=True,
                          timeout=900)
    assert (folder / "results.xml").exists(), done.stdout + done.stderr
    cases = xml.etree.ElementTree.parse(folder / "results.xml").iter("testcase")
    return done.stdout, {case.get("name"): next((child.get("message", child.tag) for child in case), None) for case in cases}


PLANTED = "128-8-planted"
PLANTS = re.findall(r"^name: (\S+)\nbreaks: .*\ncase: (\w+)$", (BENCH / "plants.txt").read_text(), re.M)


def arguments_of(item):
    """Of run(), for the test `item`: a card's cases are run at once, a planted fault alone."""
    values = getattr(item, "callspec", None) and item.callspec.params
    if not values:
        return (PLANTED, *sorted({case for _, case in PLANTS}))
    return (PLANTED, values["case"], "--plant", values["plant"]) if "plant" in values else (values["card"],)


@pytest.fixture(scope="module")
def runs(request):
    """The runs that the selected tests look at, as many at a time as there are CPUs: futures, by their arguments."""
    wanted = dict.fromkeys(arguments_of(item) for item in request.session.items if item.module is request.module)
    pool = concurrent.futures.ThreadPoolExecutor(os.cpu_count())
    yield {arguments: pool.submit(run, *arguments) for arguments in wanted}
    pool.shutdown(cancel_futures=True)


@pytest.fixture
def outcome(request, runs):
    return runs[arguments_of(request.node)].result()


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("card", CARDS)
def test_root_complex(outcome, card, case):
    output, results = outcome
    assert case in results and results[case] is None, f"{results}\n{output}"


@pytest.mark.parametrize("plant, case", PLANTS)
def test_planted_fault_is_found(outcome, plant, case):
    output, results = outcome
    assert list(results) == [case] and results[case] is not None, f"{plant} was not found\n{output}"


def test_card_with_faults_that_rest(outcome):
    """The build with the planted faults, none chosen: what finds a fault finds nothing here."""
    output, results = outcome
    assert results and not any(results.values()), output
