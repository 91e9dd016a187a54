# SPDX-License-Identifier: Apache-2.0
"""The RTL as tools see it: lint by two front ends, sound synthesis, and the netlist of a small card simulated with X."""
import pathlib
import re
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent
PYTHON = ROOT / "build/venv/bin/python"
BLOCKS = "cfg mgmt dma queue tx rx veb event".split()
SMALL = ["-G", "DataW=128", "-G", "NumVfs=4", "-G", "NumQps=16", "-G", "NumSlots=16"]


def run(*command, timeout=1500):
    result = subprocess.run([str(c) for c in command], capture_output=True, text=True, timeout=timeout, cwd=ROOT)
    assert result.returncode == 0, f"{command}: {result.returncode}\n{result.stdout[-4000:]}\n{result.stderr[-4000:]}"
    return result.stdout


@pytest.mark.parametrize("vfs", [64, 1, 255])
def test_lint(counted, vfs):
    text = run(PYTHON, "tools/lint.py", "rtl/rtl.f", "--top", "svnic", "-G", f"NumVfs={vfs}")
    counted("lint waivers", int(re.search(r"(\d+) waivers", text)[1]))


def test_every_file_is_in_the_card():
    """What rtl.f does not list is neither linted nor simulated; proofs and their wrappers are."""
    listed = {(ROOT / "rtl" / word).resolve() for line in (ROOT / "rtl/rtl.f").read_text().splitlines()
              for word in re.sub(r"(//|#).*", "", line).split()}
    there = {p for p in (ROOT / "rtl").rglob("*.sv") if not p.stem.endswith("_formal")}
    assert listed == there, f"only in one: {sorted(str(p.relative_to(ROOT)) for p in listed ^ there)}"


def test_no_simulation_in_the_rtl():
    """No DPI, no initial values of registers, and nothing behind SYNTHESIS or FORMAL but assertions (acceptance: equality)."""
    for path in (p for p in (ROOT / "rtl").rglob("*.sv") if not p.stem.endswith("_formal")):
        text = re.sub(r"//.*", "", path.read_text())
        assert not re.search(r'import\s+"DPI|\$(display|random|urandom|fopen|readmem)|^\s*initial\b', text, re.M), path
        text = re.sub(r"`else\s+logic unused;\s+assign unused = \w+;\s+(?=`endif)", "", text)  # no logic: for lint only
        for condition, body in re.findall(r"`ifn?def\s+(\w+)(.*?)`endif", text, re.S):
            assert condition in ("SYNTHESIS", "FORMAL") and "`else" not in body and "assert" in body, f"{path}: `ifdef {condition}"


@pytest.mark.parametrize("block", BLOCKS)
def test_synthesis(block):
    """No latch, no combinational loop, one driver; the table is for people (make synth)."""
    assert f"svnic_{block} " in run(PYTHON, "tools/synth.py", "rtl/rtl.f", "--top", f"svnic_{block}", "--target", "ecp5", *SMALL)


def test_netlist():
    """Icarus knows X: none may leave the card. The highest VF of the small card is the one that sends and receives."""
    run("make", "netlist")
    assert (ROOT / "build/netlist/passed").exists()
