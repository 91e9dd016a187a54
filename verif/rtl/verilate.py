#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Verilates the card (rtl/rtl.f) for one set of parameters and links build/verilated/NAME to the result in the cache.

    build/venv/bin/python verif/rtl/verilate.py --data-w 512 --num-vfs 64 --mode fast -o build/verilated/512-64-fast

    fast    for speed: no assertions, X is whatever is quickest
    check   for the lock-step bench: assertions on, X and unreset registers random by seed

The folder has Vsvnic.h and what it includes, libVsvnic.a (the card and Verilator's runtime) and flags.mk. Kept in $SVNIC_CACHE/verilated by the
content of the sources, the parameters, the flags and the version of Verilator: an edit and its undoing cost nothing.
--plants TABLE: all its faults (tools/plants.py) are in the copy of the sources that is built; the program takes +plant=NUMBER.
"""
import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tools"))
import plants  # noqa: E402
from lint import sources  # noqa: E402

CACHE = Path(os.environ.get("SVNIC_CACHE") or Path.home() / ".cache/svnic") / "verilated"
COMMON = ["--cc", "--trace-fst", "--trace-structs", "--top-module", "svnic", "--prefix", "Vsvnic", "-Wno-fatal", "--output-split", "15000",
          "--output-split-cfuncs", "3000", "--stats"]
MODES = {
    "fast": (["-O3", "--x-assign", "fast", "--x-initial", "fast", "--noassert"], "-O2"),
    "check": (["-O3", "--x-assign", "unique", "--x-initial", "unique", "--assert"], "-O1"),
}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data-w", type=int, choices=(128, 256, 512), default=512)
    parser.add_argument("--num-vfs", type=int, default=64, help="1..255")
    parser.add_argument("--num-qps", type=int, default=512)
    parser.add_argument("--mode", choices=MODES, default="fast")
    parser.add_argument("--plants", type=Path, help="table of planted faults")
    parser.add_argument("-o", dest="output", type=Path, required=True)
    options = parser.parse_args()
    if not 1 <= options.num_vfs <= 255:
        parser.error("--num-vfs: 1..255")
    return options


def rtl():
    """The card's sources, in their order: {file name: text}."""
    return {path.name: path.read_text() for path in sources(ROOT / "rtl/rtl.f")}


def replace_once(texts, name, old, new):
    assert texts[name].count(old) == 1, f"{old!r} in {name}"
    texts[name] = texts[name].replace(old, new)


def plant_all(texts, table):
    """Each fault of the table behind its number, a variable of svnic_pkg: texts {file name: text}."""
    plants.plant_all(texts, table, "svnic_pkg::plant")
    replace_once(texts, "svnic_pkg.sv", "package svnic_pkg;", "package svnic_pkg;\n  int plant;")
    replace_once(texts, "svnic.sv", "\nendmodule", '\n  initial if ($value$plusargs("plant=%d", plant) == 0) plant = 0;\nendmodule')


def key_of(texts, words):
    digest = hashlib.sha256(subprocess.run(["verilator", "--version"], capture_output=True).stdout)
    for name, text in texts.items():
        digest.update(f"{name}\0{text}\0".encode())
    digest.update("\0".join(words + [Path(__file__).read_text()]).encode())
    return digest.hexdigest()[:24]


def run(command, folder):
    done = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        sys.exit(f"verilate: {' '.join(map(str, command[:3]))}... failed:\n{done.stdout[-6000:]}")
    return done.stdout


def build(folder, texts, options, words, optimize):
    for name, text in texts.items():
        (folder / name).write_text(text)
    run(["verilator", *words, "--Mdir", "obj", *texts], folder)
    jobs = ["make", "-s", "-j2", "-C", "obj", "-f", "Vsvnic.mk", f"OPT_FAST={optimize}", "OPT_SLOW=-O0", f"OPT_GLOBAL={optimize}",
            "VM_PARALLEL_BUILDS=1"]
    run([*jobs, "Vsvnic__ALL.a", "verilated.o", "verilated_fst_c.o", "verilated_threads.o"], folder)
    obj = folder / "obj"
    shutil.copy(obj / "Vsvnic__ALL.a", folder / "libVsvnic.a")
    runtime = [str(p.relative_to(folder)) for p in obj.glob("verilated*.o")]
    run(["ar", "rs", "libVsvnic.a", *runtime], folder)
    for header in obj.glob("*.h"):
        shutil.copy(header, folder)
    root = run(["verilator", "--getenv", "VERILATOR_ROOT"], folder).strip()
    (folder / "flags.mk").write_text(
        f"VERILATED_CFLAGS := -isystem {root}/include -isystem {root}/include/vltstd -DVM_TRACE=1 -DVM_TRACE_FST=1 -DVM_COVERAGE=0 -DVM_SC=0 "
        f"-DSVNIC_NUM_VFS={options.num_vfs} -DSVNIC_NUM_QPS={options.num_qps}\n")
    shutil.rmtree(obj)
    for name in texts:
        (folder / name).unlink()


def main():
    options = arguments()
    start = time.monotonic()
    texts = rtl()
    if options.plants:
        plant_all(texts, options.plants)
    flags, optimize = MODES[options.mode]
    words = [*COMMON, *flags, "-CFLAGS", "-fPIC -std=c++17", f"-GDataW={options.data_w}", f"-GNumVfs={options.num_vfs}", f"-GNumQps={options.num_qps}"]
    store = CACHE / key_of(texts, words)
    cached = store.exists()
    if not cached:
        CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE, prefix="new.") as name:
            folder = Path(name) / "card"
            folder.mkdir()
            build(folder, texts, options, words, optimize)
            folder.rename(store)
    options.output.parent.mkdir(parents=True, exist_ok=True)
    if options.output.is_symlink() or not options.output.exists():
        options.output.unlink(missing_ok=True)
    else:
        shutil.rmtree(options.output)
    options.output.symlink_to(store)
    size = sum(p.stat().st_size for p in store.iterdir()) >> 20
    print(f"verilate: {options.output}: {'cached' if cached else f'{time.monotonic() - start:.0f} s'}, {size} MiB")


if __name__ == "__main__":
    main()
