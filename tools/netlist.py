#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The RTL as the pinned Yosys understands it, written as plain Verilog of gates and memories for a simulator that knows X.

    build/venv/bin/python tools/netlist.py rtl/rtl.f --top svnic -G DataW=128 -G NumVfs=4 -o build/netlist/svnic.v

Processes, memories and hierarchy are gone: what is left are Yosys' own word-wide cells, flip-flops and memories, optimized. Not mapped to gates or a
library: block RAM models do not simulate in Icarus 11, and it takes more than ten minutes for the 280,000 lines of gates of the smallest card. What it
shows is that synthesis and simulation read the sources alike, and that no X leaves the card. Cached as tools/synth.py does.
"""

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path

from lint import sources
from synth import CACHE, ROOT, below, key_of, needed, problems, run_yosys

# memory -nomap keeps memories as arrays; vectors of which each bit has a driver of its own are slow in Icarus: splitnets
SCRIPT = """
hierarchy -check -top {top}
proc
flatten
opt
check -assert
memory -nomap
opt -full
simplemap t:$bwmux
opt_clean
splitnets
opt_clean
rename -top {top}
write_verilog -noattr netlist.v
"""


def read(top, files, options):
    generics = [word for g in options.generic for word in ("-G", g)]
    return " ".join(["read_slang", "-j", "1", "-D", "SYNTHESIS", "--top", top, *generics, *files])


def make(top, files, options):
    (ROOT / "build").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=ROOT / "build", prefix="netlist.") as name:
        folder = Path(name)
        done = run_yosys(folder, read(top, below(folder, files), options) + SCRIPT.format(top=top))
        if done.returncode:
            raise SystemExit("netlist: " + "\n".join(problems(done.stdout)))
        return (folder / "netlist.v").read_bytes()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="+", type=Path, help="sources or file lists")
    parser.add_argument("--top", required=True)
    parser.add_argument("-G", dest="generic", action="append", default=[], metavar="NAME=VALUE", help="parameter of the top")
    parser.add_argument("-o", dest="output", type=Path, required=True)
    options = parser.parse_args()
    options.define = []
    start = time.monotonic()
    files = needed(list(dict.fromkeys(f for path in options.paths for f in sources(path) if f.suffix != ".vlt")), options.top)
    key = key_of(options.top, "netlist" + Path(__file__).read_text(), files, options)
    store = CACHE.parent / "netlist" / f"{key}.v"
    cached = store.exists()
    if not cached:
        text = make(options.top, files, options)
        store.parent.mkdir(parents=True, exist_ok=True)
        draft = store.with_suffix(".new")
        draft.write_bytes(text)
        draft.rename(store)
    options.output.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(store, options.output)
    print(f"netlist: {options.output}, {store.stat().st_size // 1024} KiB, {'cached' if cached else f'{time.monotonic() - start:.0f} s'}")


if __name__ == "__main__":
    sys.exit(main())
