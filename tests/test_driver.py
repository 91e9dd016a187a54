# SPDX-License-Identifier: Apache-2.0
"""The Linux driver against both cards: 64 VFs, the PF's say over them, ethtool, resets, unload under traffic; planted faults; the demonstration."""
import json
import os
import re
import subprocess
import time

import card
import guest
import plants
import pytest

ROOT = guest.ROOT
DRIVER_FAULTS = ROOT / "build/driver-faults/svnic.ko"
VFS = 64
SOUND = {"pf": [r"Kernel driver in use: svnic", r"Number of VFs: 64", r"MSI-X: Enable\+", r"BusMaster\+"],
         "vf": [r"Kernel driver in use: svnic", r"MSI-X: Enable\+", r"BusMaster\+", r"\[virtual\] \[size=64K\]"]}


@pytest.mark.parametrize("backend, pings", [("cmodel", 1000), ("rtl", 200)])
def test_driver(backend, pings):
    result = card.checks("sw-tests/driver/driver.sh", backend, [VFS, pings])
    # what the PCI core says of the two requests that the script makes in order to see them refused
    card.nothing_else(result, rf"1000 VFs requested; only 64 available|{VFS} VFs already enabled. Disable before enabling 1 VFs")
    for function, patterns in SOUND.items():
        text = (result.out / function).read_text()
        missing = [p for p in patterns if not re.search(p, text)]
        assert not missing, f"lspci of the {function} lacks {missing}:\n{text}"
        assert "!!!" not in text, text


@pytest.mark.parametrize("backend, pings, megabytes, which", [("cmodel", 500, 16, "all"), ("rtl", 100, 1, "last")])
def test_255_vfs(backend, pings, megabytes, which):
    """As many as ARI can number. The highest is as real as the first. Four vCPUs: each has some 200 vectors to give, and a VF takes two."""
    result = card.checks("sw-tests/driver/many.sh", backend, [255, pings, megabytes, which], card_has={"lib": card.library(backend, 255)}, smp=4)
    assert f"row bound: {255 if which == 'all' else 1} of 255" in result.console and not result.kernel, result


# A silent card: the watchdog fires, driver and card say what they know, and the PF hears that the VF's queue was stopped.
WATCHDOG = re.compile(r"vf1: NETDEV WATCHDOG: .*transmit queue \d+ timed out")
OF_THE_TIMEOUT = re.compile(r"vf1: (tx \d+ timed out: .*|function starts anew.*)$|VF 0 reports an error$")


def test_load():
    """An idle card costs under 2 % of a core; busy vCPUs cost no notification; a silent card is found and comes back."""
    idle = {}

    def on_line(machine, line):
        found = re.search(r"^load: idle (begins|ends)", line)
        if found:
            idle[found[1]] = (guest.card_ticks(machine.process.pid), time.monotonic())

    result = card.checks("sw-tests/driver/load.sh", "rtl", [4, 300], on_line=on_line)
    (used0, t0), (used1, t1) = idle["begins"], idle["ends"]
    share = (used1 - used0) / os.sysconf("SC_CLK_TCK") / (t1 - t0)
    print(f"an idle card: {100 * share:.2f} % of a core in {t1 - t0:.1f} s")
    assert used1 > 0 and share < 0.02
    others = [m for m in result.kernel if not WATCHDOG.search(m)]
    told = [m for m in others if not OF_THE_TIMEOUT.search(m)]
    assert len(others) < len(result.kernel) and not told, result


# What recovery says: the tests that must fail, the kernel's AER driver, a card that is pulled out.
RECOVERY = re.compile(r"vf1: self-test: queue pair 0, 60 bytes, pattern 0: -(110|16)$|0000:01:00\.1: mailbox: the PF does not answer|VF 0 reports an error$"
                      r"|the card is gone \(reads return ~0\)$|DMAR: |AER: |PCIe Bus Error: |:   device \[5653:100[01]\] error status|:    \[ ?\d+\] ")


@pytest.mark.parametrize("backend", ["rtl", "cmodel"])
def test_recovery(backend):
    """Self-tests, errors, suspend, surprise removal: hardened.sh asks for the card to be pulled out, and put back."""
    def on_line(machine, line):
        pulled = re.search(r"^card: (out|in)", line)
        if pulled:
            machine.hmp(f"qom-set /machine/peripheral/card gone {'on' if pulled[1] == 'out' else 'off'}")

    result = card.checks("sw-tests/driver/hardened.sh", backend, [4, 50], on_line=on_line, card_has={"id": "card"}, modules=["aer_inject"])
    card.nothing_else(result, RECOVERY, WATCHDOG, OF_THE_TIMEOUT)


FAILED = re.compile(r"svnic: probe of 0000:01:00\.[01] failed with error -(12|28)$|no MSI-X vector to be had, and the card has nothing else \(-28\)$")


def test_allocations_fail():
    """Each allocation of probe, open and receive fails in turn (driver/faults): nothing else does, nothing is left."""
    result = card.checks("sw-tests/driver/faults.sh", "cmodel", [50], kos=[DRIVER_FAULTS])
    card.nothing_else(result, FAILED)


def check_flood(backend, parts, **more):
    """10,000 frames in bursts; rings taken away in the middle of a flood, and resets. The counters that flood.sh asks for are QEMU's own."""
    def on_line(machine, line):
        asked = re.search(r"^count: (\w+)", line)
        if asked:
            answer = machine.dir / "out/counters"
            answer.write_text(json.loads(machine.hmp("qom-get /machine/peripheral/card counters")))
            answer.rename(answer.with_name(asked[1]))

    result = card.checks("sw-tests/driver/flood.sh", backend, [10000, 3, *parts], on_line=on_line, bound=120, card_has={"id": "card"}, **more)
    card.nothing_else(result)
    print("\n".join(re.findall(r"^# (mmio_.*?)\s*$", result.console, re.M)))


def test_flood():
    check_flood("rtl", ["count", "taken"])


@pytest.mark.parametrize("fault", plants.read(ROOT / "driver/faults/plants.txt"), ids=lambda fault: fault["name"])
def test_planted_fault(fault):
    """The same checks fail on a driver with one condition changed."""
    with pytest.raises(AssertionError, match=fault["caught"]):
        check_flood(fault["card"], [fault["part"]], kos=[DRIVER_FAULTS], append=f"svnic.plant={fault['number']}")


@pytest.mark.parametrize("backend, pings", [("rtl", 100), ("cmodel", 1000)])
def test_event_polling(backend, pings):
    """Found by events instead of interrupts; it rests when they are rare, and comes and goes under traffic."""
    result = card.checks("sw-tests/driver/polling.sh", backend, [pings, 20])
    card.nothing_else(result)
    print("\n".join(re.findall(r"^row (.*?)\s*$", result.console, re.M)))


@pytest.mark.parametrize("backend, vfs", [("rtl", 4), ("cmodel", VFS)])
def test_demo(backend, vfs):
    """Nothing lost on any path, checksums match, a neighbour does not notice a reset; the summary names what a newcomer wants to know. With all VFs up the
    group table is full (each has a multicast address of its own), and nobody complains."""
    words = [str(ROOT / "build/venv/bin/python"), "sw-tests/demo/demo.py", "--backend", backend, "--vfs", str(vfs), "--name", f"demo-{backend}"]
    words += [] if backend == "rtl" else ["--pings", "300", "--megabytes", "20"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    for word in ("functions", "paths", "TCP PF-to-VF1", "card:", "wire.pcap", "demo: all passed"):
        assert word in done.stdout, f"no {word!r} in\n{done.stdout}"


def test_checkpatch():
    """The kernel's own style check, --strict; sparse and W=1 are errors of the build itself (driver/module.mk)."""
    done = subprocess.run(["make", "checkpatch"], cwd=ROOT, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0 and "no finding" in done.stdout, done.stdout + done.stderr
