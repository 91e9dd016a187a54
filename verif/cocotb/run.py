#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs pcie_checks.py on a card that build.py made; exit status 1 when a case fails.

    build/venv/bin/python verif/cocotb/run.py build/cocotb/128-8 --seed 7 [--plant NAME] [CASE ...]
"""
import argparse
import os
import subprocess
import sys
import xml.etree.ElementTree
from pathlib import Path

import find_libpython

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / "tools"))
import plants  # noqa: E402

RESULTS = "results.xml"


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("card", type=Path)
    parser.add_argument("cases", nargs="*", help="all if none is named")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--plant", help="name of a planted fault; the card must be built with --planted")
    parser.add_argument("-o", dest="folder", type=Path, help="for results.xml and log.txt; default: beside the card, NAME.run")
    return parser.parse_intermixed_args()


def environment(options, folder):
    """What cocotb 1.9 wants to know (its runner.py)."""
    return os.environ | {
        "MODULE": "pcie_checks", "TOPLEVEL": "svnic", "TOPLEVEL_LANG": "verilog", "TESTCASE": ",".join(options.cases),
        "RANDOM_SEED": str(options.seed), "COCOTB_RESULTS_FILE": str(folder / RESULTS), "LIBPYTHON_LOC": find_libpython.find_libpython(),
        "PYTHONPATH": os.pathsep.join([str(HERE), str(HERE.parent / "netlist"), *sys.path[1:]]), "PYTHONHOME": sys.prefix,
        "PYGPI_PYTHON_BIN": sys.executable, "COCOTB_ANSI_OUTPUT": "0"}


def main():
    options = arguments()
    folder = (options.folder or options.card.with_suffix(".run")).absolute()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / RESULTS).unlink(missing_ok=True)
    number = plants.number_of(HERE / "plants.txt", options.plant) if options.plant else 0
    with open(folder / "log.txt", "w") as log:
        done = subprocess.run([options.card.absolute() / "card", f"+plant={number}"], env=environment(options, folder), cwd=folder, stdout=log,
                              stderr=subprocess.STDOUT)
    if not (folder / RESULTS).exists():
        print((folder / "log.txt").read_text()[-4000:])
        sys.exit(f"cocotb: no results, exit status {done.returncode}")
    cases = list(xml.etree.ElementTree.parse(folder / RESULTS).iter("testcase"))
    failed = [case.get("name") for case in cases if case.find("failure") is not None or case.find("error") is not None]
    for name in failed:
        print(f"cocotb: {name} failed: {folder / 'log.txt'}")
    print(f"cocotb: {len(cases) - len(failed)} of {len(cases)} cases passed, seed {options.seed}")
    sys.exit(int(bool(failed) or not cases))


if __name__ == "__main__":
    main()
