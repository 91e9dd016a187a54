#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`make bench`: tables, a plot and docs/results/bench.md from build/bench/*/bench.

    build/venv/bin/python verif/bench/bench.py build/bench/512-64/bench [--plot build/bench/bench.png] [--write docs/results/bench.md]

Cycles are exact and the same everywhere. The reference core's figures: mqnic_core_pcie_us, 512 bits, as its users measured it with 800 ns of read
latency at 250 MHz (../shared/reference/nics.md section 5).
"""
import argparse
import subprocess
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = {"tx64": 0.058, "rx64": 0.048, "doorbell": 549, "completion": 336, "msix": 70}
LATENCIES = (50, 100, 200, 300, 400)
LINE = {64: 1.0, 1500: 1 / 24}  # frames per cycle that 64 bytes per cycle carry


def run(bench, **options):
    words = [f"--{k}={v}" for k, v in options.items()]
    text = subprocess.run([bench, *words], capture_output=True, text=True, check=True, timeout=600).stdout
    return {k: v for k, v in (word.split("=", 1) for word in text.split())}


def progress(text):
    print(f"bench: {text}", flush=True)


def markdown(heads, rows):
    widths = [max(len(str(r[i])) for r in [heads, *rows]) for i in range(len(heads))]
    lines = [heads, ["-" * w for w in widths], *rows]
    return "\n".join("| " + " | ".join(str(c).ljust(w) for c, w in zip(line, widths)) + " |" for line in lines)


def throughput(bench):
    rows = []
    for test in ("tx", "rx", "both"):
        for size in (64, 1500):
            for functions in (1, 64):
                r = run(bench, test=test, functions=functions, bytes=size)
                rows.append([test, size, functions, r["tx"], r["rx"], f"{LINE[size]:.4f}", r["tlps_per_packet"], r["rcp"], r["wrq"], r["rrq"], r["hrq"]])
        progress(f"throughput {test}: done")
    heads = ["direction", "bytes", "functions", "TX/cycle", "RX/cycle", "line rate", "TLPs/packet", "read completions", "writes", "reads", "host requests"]
    return rows, markdown(heads, rows)


def latencies(bench):
    r = run(bench, test="latency", bytes=64)
    rows = [
        ["doorbell to first beat on the wire (two reads of 200 cycles)", r["doorbell_to_first_beat"], 460, REFERENCE["doorbell"]],
        ["last beat in to completion write", r["last_beat_to_completion"], 60, REFERENCE["completion"]],
        ["completion to MSI-X", r["completion_to_msix"], 20, REFERENCE["msix"]],
        ["first beat on the wire to TX completion write", r["beat_to_tx_completion"], "-", "-"],
    ]
    return rows, markdown(["latency, cycles", "measured", "aim", "reference core"], rows)


def sweep(bench):
    rows = []
    for latency in LATENCIES:
        tx, rx = (run(bench, test=t, functions=64, bytes=64, latency=latency) for t in ("tx", "rx"))
        rows.append([latency, tx["tx"], rx["rx"]])
    progress("sweep of the read latency: done")
    return rows, markdown(["read latency, cycles", "TX 64 B/cycle", "RX 64 B/cycle"], rows)


def speed(bench):
    r = run(bench, test="speed", functions=64, cycles=100000)
    return [[r["width"], r["idle_khz"], r["loaded_khz"]]], markdown(["DATA_W", "idle kHz", "loaded kHz (64 B both ways, 64 functions)"],
                                                                     [[r["width"], r["idle_khz"], r["loaded_khz"]]])


def plot(path, rows):
    import matplotlib
    matplotlib.use("Agg")
    from matplotlib import pyplot
    figure, axes = pyplot.subplots(figsize=(7, 4))
    axes.plot([r[0] for r in rows], [float(r[1]) for r in rows], "o-", label="TX, 64 functions")
    axes.plot([r[0] for r in rows], [float(r[2]) for r in rows], "s-", label="RX, 64 functions")
    axes.axhline(REFERENCE["tx64"], ls="--", color="gray", label="reference core, TX, 200 cycles")
    axes.set(xlabel="read latency of the host (cycles)", ylabel="64-byte packets per cycle", ylim=(0, None), title="svnic RTL, 512 bits")
    axes.legend()
    axes.grid(alpha=0.3)
    figure.tight_layout()
    figure.savefig(path, dpi=110)


LIMITS = """
What limits each, and the next step (the goal is 0.595 packets of 64 bytes per cycle, both ways at once):
- TX of 64 bytes: 7 cycles per frame, the head of `tx` (reads a frame's addresses: 3) and the switch behind it (a lookup: 4), one frame at a time. A driver that
  reacts after 2,000 cycles instead of 50 changes nothing (0.1442), so it is not the doorbells.
- Both ways at once, 64 bytes: the switch, one lookup in 4 cycles for both (0.125 + 0.125). Next: a pipelined switch, one lookup per cycle (its tables are RAM
  with a free port), and a head that reads addresses ahead.
- RX of 64 bytes, 64 functions: the switch, one lookup in 4 cycles. Behind it the driver of this bench, which writes a doorbell and an acknowledgement for every 3 packets (host
  requests take 6.5 cycles each).
- RX of 64 bytes, one function: 7.8 cycles per frame in one queue's takes (look-up of the function's queue, decision, buffer). One queue per function as long as RSS
  is absent.
- 1,500 bytes: 25 cycles per frame where the data path needs 24: a cycle between frames. Both ways at once, 64 functions, TX waits for tags: fragments of 1,500 bytes are
  read in 128-byte-aligned pieces of which several wait for their turn behind descriptors.
"""

SPENT = """A cycle is 22,500 host instructions (valgrind --tool=callgrind, two lengths of --test=speed, mean of idle and loaded): 88 % are the RTL's clocked logic, 8.5 % logic
behind its inputs, which is evaluated once more since inputs change between clock edges, 3 % this bench with packing and unpacking of TLPs."""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("bench")
    parser.add_argument("--plot", type=Path)
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    start = time.monotonic()
    parts = ["# Speed of the RTL alone", "`make bench`: 512 bits, 250 MHz in meaning (a cycle is 4 ns), host with 200 cycles of read latency, all channels always "
             "ready, a driver that reacts to an event entry after 50 cycles. A packet counts when its descriptor, payload, completion and event entry were moved. "
             "Channels: TLPs per cycle.", throughput(options.bench)[1], latencies(options.bench)[1]]
    rows, table = sweep(options.bench)
    parts += [table, "Speed of the simulation, this machine, one core, best of 5 (Verilator 5.006; the reference design of "
              "reference/fpga.md section 4: 165 to 180 kHz):", speed(options.bench)[1], SPENT,
              f"Reference core (512 bits, 200 cycles): TX {REFERENCE['tx64']}, RX {REFERENCE['rx64']} packets of 64 bytes per cycle.", LIMITS.strip()]
    if options.plot:
        options.plot.parent.mkdir(parents=True, exist_ok=True)
        plot(options.plot, rows)
        parts.insert(5, f"![packets per cycle against read latency]({options.plot.name})")
    text = "\n\n".join(parts) + "\n"
    print("\n" + text)
    if options.write:
        options.write.parent.mkdir(parents=True, exist_ok=True)
        options.write.write_text(text)
        progress(f"written: {options.write}")
    progress(f"done in {time.monotonic() - start:.0f} s")


if __name__ == "__main__":
    main()
