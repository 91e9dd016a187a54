#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The hosts and guest kernels that the tree claims to work with, each of them tried.

    tools/hosts.py                  all; writes docs/results/hosts.md and hosts.log
    tools/hosts.py --only trixie    one release, or one of its kernels (trixie-backports); only prints

A host is a Debian release: this machine's own, or a root of another one (tools/debian-root.sh). Each sets the tree up, builds card, driver and
the plugin for its own QEMU, and runs tests in guests with its own kernel and with that of its backports. Exit status 1: something
failed. Standard library only.
"""
import argparse
import concurrent.futures
import dataclasses
import os
import pathlib
import platform
import re
import shlex
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
RESULTS = ROOT / "docs/results"
PYTEST = "build/venv/bin/pytest"
BUILD = "make setup && make -j2 hosts-built"
# what is run in guests with each kernel: a name for the table, a command
RUNS = [
    ("build: driver with sparse and W=1 as errors, plugin, card", BUILD),
    ("enumeration, 64 VFs, RTL and model", f"{PYTEST} tests/test_enumerate.py"),
    ("driver, 64 VFs, RTL and model", f"{PYTEST} tests/test_driver.py::test_driver"),
    ("driver under load and with a silent card, RTL", f"{PYTEST} tests/test_driver.py::test_load"),
    ("demonstration, RTL 4 VFs, model 64 VFs", f"{PYTEST} tests/test_driver.py::test_demo"),
]
# what does not depend on the kernel
OF_A_HOST = [
    ("QEMU device's own tests", f"{PYTEST} verif/qemu/test"),
    ("a VF in a guest under KVM in the guest", f"{PYTEST} tests/test_kvm.py::test_assignment"),
]


@dataclasses.dataclass
class Host:
    release: str
    suite: str      # whose kernel, "" is the release's own

    @property
    def name(self):
        return self.suite or self.release

    @property
    def own(self):
        """Is it this machine?"""
        return self.release == platform.freedesktop_os_release()["VERSION_CODENAME"]

    @property
    def build(self):
        return ROOT / "build" if self.own else ROOT / "build/hosts" / self.release

    def env(self, name):
        """build/NAME.env as a dict, what there is of it"""
        path = self.build / f"{name}.env"
        return dict(w.split("=", 1) for w in shlex.split(path.read_text())) if path.exists() else {}

    @property
    def qemu(self):
        return re.sub(r"^Debian (\d+:)?", "", self.env("qemu").get("QEMU_PKGVERSION", "?"))

    @property
    def kernel(self):
        return self.env("guest-kernel" + (f"-{self.suite}" if self.suite else "")).get("KVER", "?")

    def runs(self):
        return RUNS + ([] if self.suite else OF_A_HOST)

    def run(self, command):
        """Status and output; a test that is skipped without being listed fails (CI)."""
        inside = [] if self.own else ["tools/debian-root.sh", self.release]
        env = os.environ | {"CI": "true", "GUEST_KERNEL_SUITE": self.suite, "SVNIC_PASS": "GUEST_KERNEL_SUITE"}
        done = subprocess.run([*inside, "sh", "-c", command], cwd=ROOT, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        return done.returncode, done.stdout


@dataclasses.dataclass
class Row:
    host: Host
    what: str
    passed: bool
    said: str       # pytest's own count, or nothing
    seconds: float

    def cells(self):
        return [f"Debian {self.host.release}", self.host.qemu, self.host.kernel, self.what, ("passed" if self.passed else "FAILED") + self.said,
                f"{self.seconds:.0f}"]


HOSTS = [Host("bookworm", ""), Host("bookworm", "bookworm-backports"), Host("trixie", ""), Host("trixie", "trixie-backports")]


def measure(host, what, command, log):
    print(f"hosts: {host.name}: {what} ...", flush=True)
    start = time.monotonic()
    status, output = host.run(command)
    seconds = time.monotonic() - start
    count = re.findall(r"^(\d+ passed, \d+ failed.*)$", output, re.M)
    row = Row(host, what, status == 0, f" ({count[-1]})" if count else "", seconds)
    print(f"hosts: {host.name}: {what}: {row.cells()[4]} in {seconds:.0f} s", flush=True)
    if status:
        print("\n".join(output.splitlines()[-30:]), flush=True)
    log.append(f"=== {host.name}, kernel {host.kernel}, QEMU {host.qemu}: {what}\n$ {command}\n{shorten(output)}\n")
    return row


def shorten(output):
    """The log without progress and without what changes with the place."""
    lines = output.replace(str(ROOT), ".").splitlines()
    return "\n".join(line.rstrip() for line in lines if not re.match(r"(Get|Hit|Ign|Selecting|Preparing|Unpacking|Setting up)\b", line))


def of_host(host, log):
    """Nothing is run on a host that could not be built."""
    (what, command), *rest = host.runs()
    rows = [measure(host, what, command, log)]
    return rows + [measure(host, *run, log) for run in rest if rows[0].passed]


def of_release(hosts):
    """One after another: they share build/."""
    log = []
    return [row for host in hosts for row in of_host(host, log)], log


def table(rows):
    heads = ["host", "QEMU", "guest kernel", "what", "result", "seconds"]
    lines = [heads, ["---"] * len(heads), *(row.cells() for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def report(rows, log, jobs):
    text = f"""<!-- SPDX-License-Identifier: Apache-2.0 -->
# Hosts and guest kernels

Written by `make hosts` on {time.strftime("%Y-%m-%d")}, {os.cpu_count()} CPUs, TCG, {jobs} at the same time. Each row is one command; what it said is in `hosts.log`.
Seconds are wall-clock on this machine; tests bound what they wait for, they do not measure.

{table(rows)}
"""
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "hosts.md").write_text(text)
    (RESULTS / "hosts.log").write_text("# SPDX-License-Identifier: Apache-2.0\n" + "\n".join(log))


def main():
    ap = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ap.add_argument("--only", choices=sorted({h.release for h in HOSTS} | {h.suite for h in HOSTS if h.suite}), help="a release, or one of its kernels")
    ap.add_argument("--jobs", type=int, default=1, help="releases tried at the same time (default %(default)s)")
    args = ap.parse_args()
    chosen = [h for h in HOSTS if args.only in (None, h.release, h.suite)]
    releases = [[h for h in chosen if h.release == release] for release in dict.fromkeys(h.release for h in chosen)]
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        done = list(pool.map(of_release, releases))
    rows = [row for release, _ in done for row in release]
    log = [text for _, release in done for text in release]
    print(table(rows))
    if not args.only:
        report(rows, log, args.jobs)
    failed = sum(not row.passed for row in rows)
    print(f"hosts: {len(rows) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
