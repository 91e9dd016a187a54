#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The hosts and guest kernels that the tree claims to work with, each of them tried.

    tools/hosts.py                  all; writes docs/results/hosts.md and hosts.log
    tools/hosts.py --only trixie    one release, or one of its kernels (trixie-backports); only prints
    tools/hosts.py --again          what did not pass the last time; writes what that table says then

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
# what only a newer QEMU has
OF_DEBIAN_13 = [("svnic-pcicheck on QEMU's igb and its VFs", f"{PYTEST} tests/test_pcicheck.py::test_igb")]


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
        return RUNS + ([] if self.suite else OF_A_HOST) + (OF_DEBIAN_13 if self.name == "trixie" else [])

    def run(self, command):
        """Status and output; a test that is skipped without being listed fails (CI)."""
        inside = [] if self.own else ["tools/debian-root.sh", self.release]
        env = os.environ | {"CI": "true", "GUEST_KERNEL_SUITE": self.suite, "SVNIC_PASS": "GUEST_KERNEL_SUITE"}
        done = subprocess.run([*inside, "sh", "-c", command], cwd=ROOT, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        return done.returncode, done.stdout


@dataclasses.dataclass
class Row:
    name: str       # of the host
    cells: list     # of the table
    log: str

    @property
    def passed(self):
        return self.cells[RESULT].startswith("passed")


HEADS = ["host", "QEMU", "guest kernel", "what", "result", "seconds", "tree"]
WHAT, RESULT = 3, 4
HOSTS = [Host("bookworm", ""), Host("bookworm", "bookworm-backports"), Host("trixie", ""), Host("trixie", "trixie-backports")]


def tree():
    """The commit that is tried; with a + behind it when there is more than that."""
    git = ["git", "-C", ROOT]
    commit = subprocess.run([*git, "rev-parse", "--short", "HEAD"], capture_output=True, text=True).stdout.strip()
    changed = subprocess.run([*git, "status", "--porcelain", "--", ":!docs"], capture_output=True, text=True).stdout.strip()
    return commit + ("+" if changed else "")


def count(output):
    """The tests' own count, if they tell one"""
    found = re.findall(r"^(\d+ passed, \d+ failed.*)$", output, re.M) or re.findall(r"^=+ (.*) in [\d.]+s.*=$", output, re.M)
    return f" ({found[-1]})" if found else ""


def measure(host, what, command):
    print(f"hosts: {host.name}: {what} ...", flush=True)
    start = time.monotonic()
    status, output = host.run(command)
    seconds = f"{time.monotonic() - start:.0f}"
    result = ("FAILED" if status else "passed") + count(output)
    print(f"hosts: {host.name}: {what}: {result} in {seconds} s", flush=True)
    if status:
        print("\n".join(output.splitlines()[-30:]), flush=True)
    log = f"##### {host.name}, kernel {host.kernel}, QEMU {host.qemu}: {what}\n$ {command}\n{shorten(output)}\n"
    return Row(host.name, [f"Debian {host.release}", host.qemu, host.kernel, what, result, seconds, tree()], log)


def shorten(output):
    """The log without progress and without what changes with the place."""
    lines = output.replace(str(ROOT), ".").splitlines()
    return "\n".join(line.rstrip() for line in lines if not re.match(r"(Get|Hit|Ign|Selecting|Preparing|Unpacking|Setting up)\b", line))


def of_host(host, known):
    """Nothing is run on a host that could not be built. What is known to have passed is not run again, but the build is: it brings up to date."""
    (what, command), *rest = host.runs()
    passed = {row.cells[WHAT]: row for row in known if row.name == host.name and row.passed}
    if passed.keys() == {what for what, _ in host.runs()}:
        return list(passed.values())
    rows = [measure(host, what, command)]
    return rows + [passed.get(run[0]) or measure(host, *run) for run in rest if rows[0].passed]


def of_release(hosts, known):
    """One after another: they share build/."""
    return [row for host in hosts for row in of_host(host, known)]


def table(rows):
    lines = [HEADS, ["---"] * len(HEADS), *(row.cells for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def last_time():
    """The rows of docs/results/hosts.md, with what hosts.log has of them."""
    lines = re.findall(r"^\| (Debian .*) \|$", (RESULTS / "hosts.md").read_text(), re.M)
    logs = re.split(r"^(?=##### )", (RESULTS / "hosts.log").read_text(), flags=re.M)[1:]
    return [Row(re.match(r"##### ([\w-]+),", log)[1], line.split(" | "), log) for line, log in zip(lines, logs, strict=True)]


def report(rows, jobs):
    text = f"""<!-- SPDX-License-Identifier: Apache-2.0 -->
# Hosts and guest kernels

Written by `make hosts` on {time.strftime("%Y-%m-%d")}, {os.cpu_count()} CPUs, TCG, {jobs} at the same time. Each row is one command; what it said is in `hosts.log`. Rows of several trees:
what had failed was tried again (`tools/hosts.py --again`). Seconds are wall-clock on this machine, of a build those of the last try, when most of it was there; tests bound what they wait for, they do not measure.

{table(rows)}
"""
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "hosts.md").write_text(text)
    (RESULTS / "hosts.log").write_text("# SPDX-License-Identifier: Apache-2.0\n" + "".join(row.log.rstrip() + "\n\n" for row in rows))


def main():
    ap = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ap.add_argument("--only", choices=sorted({h.release for h in HOSTS} | {h.suite for h in HOSTS if h.suite}), help="a release, or one of its kernels")
    ap.add_argument("--again", action="store_true", help="only what did not pass the last time")
    ap.add_argument("--jobs", type=int, default=1, help="releases tried at the same time (default %(default)s)")
    args = ap.parse_args()
    known = last_time() if args.again else []
    chosen = [h for h in HOSTS if args.only in (None, h.release, h.suite)]
    releases = [[h for h in chosen if h.release == release] for release in dict.fromkeys(h.release for h in chosen)]
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        rows = [row for done in pool.map(lambda hosts: of_release(hosts, known), releases) for row in done]
    print(table(rows))
    if not args.only:
        report(rows, args.jobs)
    failed = sum(not row.passed for row in rows)
    print(f"hosts: {len(rows) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
