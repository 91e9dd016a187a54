#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`make demo`: Linux in stock QEMU drives the card, and a table says what happened.

    sw-tests/demo/demo.py --backend cmodel --vfs 8

Exit status 0: nothing failed, nothing was lost, the kernel had nothing to complain about.
"""
import argparse
import pathlib
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "sw-tests/guest"))
import card  # noqa: E402
import guest  # noqa: E402

PINGS = {"rtl": 100, "cmodel": 1000}
MEGABYTES = {"rtl": 2, "cmodel": 100}


def rows(console, kind):
    lines = (line.split() for line in console.splitlines())
    return [w[2:] for w in lines if w[:2] == ["row", kind]]


def stats(path):
    if not path.exists():
        return {}
    return dict(line.split("=", 1) for line in path.read_text().splitlines() if "=" in line)


def table(heads, lines):
    lines = [heads] + [[str(c) for c in line] for line in lines]
    widths = [max(len(line[i]) for line in lines) for i in range(len(heads))]
    for line in lines:
        print("  " + "  ".join(cell.ljust(width) for cell, width in zip(line, widths)))


def summary(result, out, wall):
    console = result.console
    functions = rows(console, "function")
    print("\nfunctions")
    table(["function", "name", "MAC", "packets in", "bytes in", "packets out", "bytes out"], functions)
    print("\npaths")
    table(["ping", "sent", "back", "mean RTT ms"], rows(console, "ping"))
    for name, megabytes, rate in rows(console, "tcp"):
        print(f"  TCP {name}: {megabytes} MiB with matching checksums, {rate} Mb/s of guest time")
    for name, rate in rows(console, "iperf"):
        print(f"  iperf3 {name}: {rate} Mb/s of guest time")
    traffic(stats(out / "stats"), functions)
    print(f"\nwall time {wall:.0f} s (guest booted in {result.boot:.0f} s)")
    print(f"wire:    {(out / 'wire.pcap').relative_to(ROOT)} (tcpdump -r, wireshark)")
    if (out / "waves.fst").exists():
        print(f"waves:   {(out / 'waves.fst').relative_to(ROOT)} (gtkwave)")
    print(f"console: {(out / 'console.log').relative_to(ROOT)}")


def traffic(s, functions):
    if not s:
        return
    packets = sum(int(f[3]) + int(f[5]) for f in functions) or 1
    cycles, up, down = (int(s.get(k, 0)) for k in ("cycles", "tlp_up", "tlp_down"))
    print(f"\ncard: {cycles} cycles at {s.get('khz', '?')} kHz while busy, {up} TLPs to the host and {down} from it, "
          f"{(up + down) / packets:.1f} TLPs and {cycles / packets:.0f} cycles per packet")


def main():
    ap = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ap.add_argument("--backend", choices=["rtl", "cmodel"], default="cmodel")
    ap.add_argument("--vfs", type=int, default=8)
    ap.add_argument("--waves", action="store_true")
    ap.add_argument("--pings", type=int)
    ap.add_argument("--megabytes", type=int)
    ap.add_argument("--bound", type=float, default=600)
    ap.add_argument("--name", default="demo")
    a = ap.parse_args()
    words = [a.vfs, a.pings or PINGS[a.backend], a.megabytes or MEGABYTES[a.backend]]
    out = ROOT / "build/guest" / a.name
    start = time.monotonic()
    properties = {"stats": out / "stats", "pcap": out / "wire.pcap"} | ({"waves": out / "waves.fst"} if a.waves else {})
    result = guest.run("sw-tests/demo/demo.sh", words, bound=a.bound, name=a.name, **card.options(a.backend, **properties))
    for line in result.console.splitlines():
        if line.startswith("demo ["):
            print(line)
    summary(result, out, time.monotonic() - start)
    print(f"\n{'demo: all passed' if result.ok else result}")
    return 0 if result.ok else 1


if __name__ == "__main__":
    sys.exit(main())
