#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A GTKWave save file: the signals of the card's top level, grouped by the block that they connect (from rtl/svnic.sv).

    verif/rtl/gtkw.py WAVES.fst SAVE.gtkw
"""
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SCOPE = "TOP.svnic."
EVERYBODY = {"clk_i", "rst_i", "functions", "now"}


def connections(text):
    """Instance name -> names of the signals at its ports, in order."""
    groups = {}
    for instance, ports in re.findall(r"\b(u_\w+) \((.*?)\n  \);", text, re.S):
        names = re.findall(r"\.(\w+)(?:\((\w+))?", ports)
        groups[instance] = list(dict.fromkeys(signal or port for port, signal in names))
    return groups


def main():
    waves, save = sys.argv[1:]
    text = (ROOT / "rtl/svnic.sv").read_text()
    lines = [f'[dumpfile] "{Path(waves).resolve()}"', "[sst_expanded] 1", f"{SCOPE}clk_i", f"{SCOPE}now_o[63:0]"]
    for instance, names in connections(text).items():
        block = instance[2:]
        lines += ["@800200", f"-{block}"]
        lines += ["@28", *(SCOPE + n for n in names if n not in EVERYBODY and re.search(r"valid|ready|busy|done|last|sop|eop", n))]
        lines += ["@22", *(SCOPE + n for n in names if n not in EVERYBODY and not re.search(r"valid|ready|busy|done|last|sop|eop", n))]
        lines += ["@1000200", f"-{block}"]
    Path(save).parent.mkdir(parents=True, exist_ok=True)
    Path(save).write_text("\n".join(lines) + "\n")
    print(f"gtkw: {save}: {len(connections(text))} groups")


if __name__ == "__main__":
    main()
