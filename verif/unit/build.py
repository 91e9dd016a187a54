#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Builds the unit test of a block: its test bench Verilated (all assertions on, X random by seed), and test.cpp around it.

    python3 verif/unit/build.py dma/512 -o build/unit/dma/512/test

builds.txt lists all of them: BLOCK/PARAMETERS, a width (DataW), NAME-VALUE, or "default". verif/unit/BLOCK has `files` (the sources, the bench last), the
bench svnic_BLOCK_tb.sv and test.cpp. Kept in $SVNIC_CACHE/unit by the content of all of them, the flags and the versions of the tools; Verilator's runtime is compiled once.
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

HERE = Path(__file__).resolve().parent
CACHE = Path(os.environ.get("SVNIC_CACHE") or Path.home() / ".cache/svnic") / "unit"
VERILATE = ["--cc", "--assert", "--x-assign", "unique", "--x-initial", "unique", "-Wno-fatal"]  # warnings are for `make lint`
COMPILE = ["-std=c++17", "-O2"]
TEST = ["-g", "-Wall", "-Wextra", "-Werror"]


def parameters(name):
    if name == "default":
        return []
    key, _, value = name.rpartition("-")
    return [f"-G{key or 'DataW'}={value}"]


def run(*command, cwd):
    done = subprocess.run([str(c) for c in command], cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        sys.exit(f"unit: {' '.join(map(str, command[:3]))}... failed:\n{done.stdout[-6000:]}")
    return done.stdout


def key_of(*parts):
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.encode() + b"\0")
    return digest.hexdigest()[:24]


def kept(store, make):
    """The folder `store`, made by make(folder) if it is not there; two that make it at once are no harm."""
    if not store.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE, prefix="new.") as name:
            folder = Path(name) / "made"
            folder.mkdir()
            make(folder)
            try:
                folder.rename(store)
            except OSError:
                if not store.exists():
                    raise
    return store


def include_flags(root):
    return ["-isystem", f"{root}/include", "-isystem", f"{root}/include/vltstd", "-DVM_COVERAGE=0", "-DVM_SC=0", "-DVM_TRACE=0"]


def make_runtime(folder, root):
    for name in ("verilated", "verilated_threads"):
        run("g++", *COMPILE, *include_flags(root), "-w", "-c", f"{root}/include/{name}.cpp", "-o", f"{name}.o", cwd=folder)
    run("ar", "rcs", "runtime.a", "verilated.o", "verilated_threads.o", cwd=folder)


def make_test(folder, block, sources, words, root, runtime):
    for path in sources:
        shutil.copy(path, folder)
    prefix = f"Vsvnic_{block}_tb"
    run("verilator", *VERILATE, *words, "--top-module", f"svnic_{block}_tb", "--Mdir", "obj", *[p.name for p in sources if p.suffix == ".sv"], cwd=folder)
    run("make", "-s", "-C", "obj", "-f", f"{prefix}.mk", "OPT_FAST=-O2", "OPT_SLOW=-O0", f"{prefix}__ALL.a", cwd=folder)
    run("g++", *COMPILE, *TEST, *include_flags(root), "-isystem", "obj", "test.cpp", f"obj/{prefix}__ALL.a", runtime / "runtime.a", "-lpthread",
        "-o", "test", cwd=folder)
    for path in folder.iterdir():
        if path.name != "test":
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def build(name, output):
    start = time.monotonic()
    block, _, words = name.partition("/")
    home, words = HERE / block, parameters(words)
    sources = [(home / word).resolve() for word in (home / "files").read_text().split()] + [home / "test.cpp", HERE / "test.h"]
    root = run("verilator", "--getenv", "VERILATOR_ROOT", cwd=HERE).strip()
    tools = run("verilator", "--version", cwd=HERE) + run("g++", "--version", cwd=HERE)
    runtime = kept(CACHE / f"runtime-{key_of(tools, *COMPILE)}", lambda folder: make_runtime(folder, root))
    key = key_of(tools, Path(__file__).read_text(), block, *words, *[f"{p.name}\0{p.read_text()}" for p in sources])
    cached = (CACHE / key).exists()
    store = kept(CACHE / key, lambda folder: make_test(folder, block, sources, words, root, runtime))
    output.parent.mkdir(parents=True, exist_ok=True)
    output.unlink(missing_ok=True)
    shutil.copy(store / "test", output)
    print(f"unit: {name}: {'cached' if cached else f'{time.monotonic() - start:.0f} s'}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", help="BLOCK/PARAMETERS")
    parser.add_argument("-o", dest="output", type=Path, required=True)
    options = parser.parse_args()
    build(options.build, options.output)


if __name__ == "__main__":
    main()
