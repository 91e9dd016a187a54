#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Simulates build/netlist/svnic.v in Icarus with netlist_checks.py (cocotb). Exit status 1 when a check fails."""
import sys
import xml.etree.ElementTree
from pathlib import Path

from cocotb.runner import get_runner

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
BUILD = ROOT / "build/netlist"


def main():
    sys.path.insert(0, str(HERE))
    runner = get_runner("icarus")
    runner.build(verilog_sources=[BUILD / "svnic.v"], hdl_toplevel="svnic", build_dir=BUILD / "sim", always=True, timescale=("1ns", "1ps"))
    results = runner.test(hdl_toplevel="svnic", test_module="netlist_checks", build_dir=BUILD / "sim", test_dir=BUILD,
                          extra_env={"PYTHONPATH": str(HERE)})
    cases = list(xml.etree.ElementTree.parse(results).iter("testcase"))
    failed = [case.get("name") for case in cases if case.find("failure") is not None or case.find("error") is not None]
    print(f"netlist: {len(cases) - len(failed)} of {len(cases)} checks passed")
    return int(bool(failed) or not cases)


if __name__ == "__main__":
    sys.exit(main())
