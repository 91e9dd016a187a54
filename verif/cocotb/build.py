#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Verilates the card (rtl/rtl.f) as a program that runs cocotb's tests, and links build/cocotb/NAME to the result in the cache.

    build/venv/bin/python verif/cocotb/build.py --data-w 128 --num-vfs 8 -o build/cocotb/128-8

Only the ports of the top are visible to cocotb (ports.vlt), so the model is as fast as without VPI. Kept in $SVNIC_CACHE/cocotb by the content of
the sources, as verif/rtl/verilate.py does. With --planted every fault of plants.txt is in the copy of the sources that is built, each behind its
number: the program takes +plant=NUMBER, 0 (none) without.
"""
import argparse
import sys
import tempfile
import time
from pathlib import Path

import cocotb
import cocotb.config

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(ROOT / "verif/rtl"))
import verilate  # noqa: E402

PLANTS = HERE / "plants.txt"
CACHE = verilate.CACHE.parent / "cocotb"
MAIN = Path(cocotb.__file__).parent / "share/lib/verilator/verilator.cpp"
LIBRARIES = str(Path(cocotb.config.libs_dir).resolve())  # in the cache, whichever clone asks
WORDS = ["--cc", "--vpi", "--top-module", "svnic", "--prefix", "Vtop", "-Wno-fatal", "--output-split", "15000", "--output-split-cfuncs", "3000",
         "-O3", "--x-assign", "unique", "--x-initial", "unique", "-CFLAGS", "-std=c++17"]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data-w", type=int, choices=(128, 256, 512), default=128)
    parser.add_argument("--num-vfs", type=int, default=8, help="1..255")
    parser.add_argument("--planted", action="store_true", help="with the faults of plants.txt, to be chosen by +plant=NUMBER")
    parser.add_argument("-o", dest="output", type=Path, required=True)
    return parser.parse_args()


def build(folder, texts, words):
    """The program `card` in the folder; what was needed on the way is removed."""
    for name, text in texts.items():
        (folder / name).write_text(text)
    verilate.run(["verilator", *words, "--Mdir", "obj", str(HERE / "ports.vlt"), *texts], folder)
    verilate.run(["make", "-s", "-j2", "-C", "obj", "-f", "Vtop.mk", "OPT_FAST=-O1", "OPT_SLOW=-O0", "OPT_GLOBAL=-O1", "VM_PARALLEL_BUILDS=1",
                  "Vtop__ALL.a", "verilated.o", "verilated_vpi.o", "verilated_threads.o"], folder)
    root = verilate.run(["verilator", "--getenv", "VERILATOR_ROOT"], folder).strip()
    verilate.run(["g++", "-std=c++17", "-O1", "-Iobj", f"-I{root}/include", f"-I{root}/include/vltstd", str(MAIN), "obj/Vtop__ALL.a",
                  "obj/verilated.o", "obj/verilated_vpi.o", "obj/verilated_threads.o", f"-L{LIBRARIES}",
                  f"-Wl,-rpath,{LIBRARIES}", "-lcocotbvpi_verilator", "-lpthread", "-o", "card"], folder)
    verilate.run(["rm", "-rf", "obj", *texts], folder)


def main():
    options = arguments()
    start = time.monotonic()
    texts = verilate.rtl()
    if options.planted:
        verilate.plant_all(texts, PLANTS)
    words = [*WORDS, "--noassert" if options.planted else "--assert", f"-GDataW={options.data_w}", f"-GNumVfs={options.num_vfs}"]
    store = CACHE / verilate.key_of(texts, [*words, Path(__file__).read_text(), (HERE / "ports.vlt").read_text(), LIBRARIES])
    cached = store.exists()
    if not cached:
        CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE, prefix="new.") as name:
            folder = Path(name) / "card"
            folder.mkdir()
            build(folder, texts, words)
            folder.rename(store)
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.unlink(missing_ok=True)
    options.output.symlink_to(store)
    print(f"cocotb: {options.output}: {'cached' if cached else f'{time.monotonic() - start:.0f} s'}")


if __name__ == "__main__":
    main()
